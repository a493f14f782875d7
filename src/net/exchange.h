/* SPDX-License-Identifier: Apache-2.0 */
/* exchange.h -- an exchange as net sees it: with its connection, and its body as it comes.
 */
#ifndef QUN_NET_EXCHANGE_H
#define QUN_NET_EXCHANGE_H

#include "net/chunk.h"

#include <sys/queue.h>

struct budget;
struct conn;
struct http_loop;
struct upload;

struct exchange {
	struct http_exchange
		x; /* the service's view; first, so that it is the same pointer */
	struct http_loop *hl;
	struct conn *conn; /* NULL once the client has gone */
	LIST_ENTRY(exchange) link; /* all of a loop */
	bool complete; /* the body has been read to its end */
	uint64_t received; /* bytes of it so far */
	struct budget *budget; /* that they count against; NULL before the body */
	struct chunk chunk;
	struct buf body;
	struct upload *upload;
};

LIST_HEAD(exchange_list, exchange);

struct exchange *exchange_new(struct http_loop *hl, struct conn *conn);
void exchange_free(struct exchange *ex);
/* When the loop has ended: what was kept to be used again. */
void exchanges_free_spare(struct http_loop *hl);
static inline struct exchange *exchange_of(struct http_exchange *x)
{
	return CONTAINER_OF(x, struct exchange, x);
}

/* After the service has said how it wants the body. ST_TOO_LARGE if its announced length is
 * over body_max. */
MUST_USE enum status exchange_begin_body(struct exchange *ex, struct http_fault *f);
/*
 * Takes body bytes off the front of `in`. ST_AGAIN: all of `in`, and more is to come.
 * ST_OK: the body is complete and stands in the exchange; `in` is what follows it.
 * ST_TOO_LARGE, ST_BUSY and ST_MALFORMED: refused.
 */
MUST_USE enum status exchange_take_body(
	struct exchange *ex, struct str *in, struct http_fault *f);

#endif
