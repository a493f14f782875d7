/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conn.h -- the connections of one loop, for this folder.
 * conn.c is the state machine from bytes to requests and from answers to bytes; conn_io.c
 * is the socket, TLS and the deadlines below it.
 */
#ifndef QUN_NET_CONN_H
#define QUN_NET_CONN_H

#include "net/exchange.h"
#include "net/http_answer.h"
#include "net/loop_internal.h"
#include "net/peer.h"
#include "net/server.h"
#include "net/tls_session.h"

#include <stdatomic.h>

/*
 * HANDSHAKE -> IDLE -> HEAD -> BODY -> FLIGHT -> WRITE -> IDLE ...
 * Each step can be skipped when there is nothing to wait for. An answer that closes leads
 * to LINGER or straight to CLOSING.
 */
enum conn_state {
	CONN_HANDSHAKE,
	CONN_IDLE, /* between two requests */
	CONN_HEAD, /* a head has begun */
	CONN_BODY,
	CONN_FLIGHT, /* the service has the request */
	CONN_WRITE, /* the client is taking the answer */
	CONN_LINGER, /* refused and answered; what still arrives is thrown away */
	CONN_CLOSING,
};

struct conn {
	uv_tcp_t tcp;
	uv_timer_t timer;
	struct http_loop *hl;
	LIST_ENTRY(conn) link; /* all of a loop */
	enum conn_state state;
	bool running; /* conn_input is at work further up the stack */
	bool paused; /* reading was stopped: bytes arrived in flight */
	bool eof; /* the client sends no more */
	bool close_after; /* of the answer being written */
	bool linger; /* part of a request was never read */
	bool broken; /* a write has failed */
	unsigned writes; /* queued in libuv */
	unsigned handles; /* open, of tcp and timer */
	uint64_t deadline, armed; /* loop time in ms; NEVER */
	uint64_t lingered; /* bytes thrown away */
	struct tls_session *tls;
	struct exchange *ex; /* of the request being read, answered, or in flight */
	struct head_scan scan;
	struct buf in; /* an unfinished head, or what came while one was in flight */
	struct peer_key key;
	char peer[PEER_TEXT];
};

LIST_HEAD(conn_list, conn);

/* Bytes that all bodies of one kind may hold together. Any thread. */
struct budget {
	_Atomic uint64_t used;
	uint64_t max;
};

/* What all loops of a server share; constant once they run. */
struct http_config {
	struct http_service service;
	struct tls_context *tls;
	uint32_t handshake_ms, head_ms, body_ms, write_ms, idle_ms;
	struct budget *memory, *disk; /* of bodies, of uploads; what these have used is
					 all that changes */
	/* A connection is gone. Any thread. */
	void (*released)(void *ctx, const struct peer_key *key);
	void *ctx;
};

enum { READ_SIZE = 65536, PLAIN_SIZE = 16384 };

struct http_loop {
	struct loop loop;
	const struct http_config *config;
	struct conn_list conns;
	struct exchange_list exchanges; /* in flight after their client left, too */
	struct exchange_list spare; /* done, to be used again: at most SPARE_EXCHANGES */
	unsigned spare_count;
	bool stopping, expired; /* draining; and no longer */
	uint32_t drain_ms;
	uv_timer_t drain;
	struct loop_task stop;
	int64_t date_s; /* what `date` says */
	char date[HTTP_DATE_SIZE];
	struct buf head; /* of the answer being made */
	_Atomic uint64_t requests, rejected; /* written here, read by anyone */
	char read[READ_SIZE]; /* the one buffer that sockets are read into */
	char plain[PLAIN_SIZE]; /* and that TLS is decrypted into */
};

/* http_loop.c */

struct http_loop *http_loop_new(const struct http_config *config, unsigned index);
/* From the thread that will loop_join it. Requests being read or in flight get `drain_ms`;
 * other connections are closed at once. */
void http_loop_stop(struct http_loop *hl, uint32_t drain_ms);
/* After loop_join. Exchanges that were never answered end here. */
void http_loop_free(struct http_loop *hl);
/* An exchange or a connection is gone: a stopping loop may have come to its end. */
void http_loop_left(struct http_loop *hl);

/* conn.c; all on the loop's thread */

/* Takes over an accepted socket. */
void conn_open(struct http_loop *hl, int fd, bool tls, const struct peer_key *key,
	const char *peer);
/* Bytes from the client, in clear. */
void conn_input(struct conn *c, struct str in);
/* The client sends no more. */
void conn_eof(struct conn *c);
/* The deadline has passed. */
void conn_expired(struct conn *c);
/* The last of the queued bytes have gone out. */
void conn_written(struct conn *c);

/* conn_io.c; likewise */

enum { NO_DEADLINE = 0 };

/* Starts reading; the state and its deadline are set here. Closes if that fails. */
void conn_start(struct conn *c, int fd);
/* In `ms` from now, or never. */
void conn_set_deadline(struct conn *c, uint32_t ms);
void conn_pause(struct conn *c);
void conn_resume_reading(struct conn *c);
/* Sends, or queues what the socket does not take at once. A failure is in c->broken. */
void conn_send(struct conn *c, const struct str *parts, size_t count);
/* No more is sent; what arrives is thrown away until the client is done or time is up. */
void conn_linger(struct conn *c);
/* At once. What is in flight loses its connection; what was being read ends. Frees `c`, but
 * not before the present callback is over. */
void conn_close(struct conn *c);

#endif
