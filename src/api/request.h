/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.h -- one API call, from its head to its answer: what a handler works with.
 *
 * Usual path: request.c finds the route, gate.c lets it pass, the body is decoded into
 * r->body, the route's handler runs. It answers at once, or submits one operation and is
 * called again with it done; either way it ends in exactly one answer_* call, after which
 * `r` is gone. All of it on the loop's thread. Everything is made in r->arena and dies with
 * it.
 */
#ifndef QUN_API_REQUEST_H
#define QUN_API_REQUEST_H

#include "api/api.h"
#include "api/route.h"
#include "base/random.h"
#include "net/loop.h"
#include "store/access.h"

struct gate;

struct request {
	struct api *api;
	struct http_exchange *x;
	struct arena *arena; /* the exchange's */
	const struct route *route; /* NULL: none, see style and other */
	const struct route *other; /* then: one of this path with another method */
	enum route_style style;
	struct str params[ROUTE_PARAMS];
	struct pairs query;
	void *body; /* of route->fields; NULL without */
	bool verbose; /* x-qun-verbose: 1 */
	char id[UUID_TEXT + 1]; /* x-acs-request-id */
	char trace[TRACE_TEXT + 1];
	int64_t started_us;
	int64_t at_ms; /* wall clock at its arrival */
	struct access access; /* caller is filled when the gate has passed */
	struct gate *gate; /* gate.c's; NULL before it */

	/* while an operation is under way */
	void (*resume)(struct request *r);
	struct loop_task back; /* brings it back to the loop */
	void *op;
	bool spared; /* the answer can do without it */
	enum status status; /* of the operation, when resumed */
	struct error error;

	/* for the explanation */
	const struct group_facts *facts; /* with plan */
	const struct group_plan *plan; /* NULL, or what a success did */
	struct refusal refusal; /* rule is NULL on success */
};

/* What all handlers share. */
const struct api_options *request_options(const struct request *r);

/*
 * Submits an operation whose embedded change or read is `c`. `next(r)` runs on r's loop
 * when it is done, with r->status set, unless the store could not do it: then the request
 * has been answered (429 busy, 500) or dropped (outcome unknown) already. ST_OK,
 * ST_REFUSED, ST_NOT_FOUND, ST_EXISTS, ST_INVALID and ST_AGAIN reach `next`, but for a
 * refusal that rests on a caller whom the gate remembered wrongly: gate_again().
 */
void request_change(struct request *r, struct change *c, void (*next)(struct request *r));
void request_read(struct request *r, struct read *read, void (*next)(struct request *r));
/* A last read, which only adds to an answer that is decided: `next` runs whatever became of
 * it. */
void request_read_spared(
	struct request *r, struct read *read, void (*next)(struct request *r));
/* The operation in flight, for `next`: the pointer given to request_change or request_read.
 */
#define REQUEST_CHANGE(r, type) CONTAINER_OF((r)->op, type, change)
#define REQUEST_READ(r, type) CONTAINER_OF((r)->op, type, read)

/* Comes back with `next` once somebody who is leaving his groups has left them all; answers
 * 429 busy if that takes too long. The userid's bytes are the arena's. */
void request_await_departure(
	struct request *r, struct str userid, void (*next)(struct request *r));

/* Work that blocks, on a pool thread; then `next` on the loop, with r->status set and `arg`
 * in r->op. `run` must not touch `r`. */
void request_work(struct request *r, enum status (*run)(void *arg), void *arg,
	void (*next)(struct request *r));

/* The address the request came from, without port. */
struct str request_peer(const struct request *r);

#endif
