/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.h -- listeners, the loops that serve them, and their orderly end.
 * Usual order: http_server_new (binds; a taken port is reported here), http_server_start
 * (accepts), http_server_stop, http_server_free. All from one thread, the caller's.
 */
#ifndef QUN_NET_SERVER_H
#define QUN_NET_SERVER_H

#include "net/http.h"
#include "net/loop.h"

struct http_server;
struct tls_context;

struct http_listen {
	const char *host; /* a numeric address or a name */
	unsigned port; /* 0 takes a free one */
	bool tls;
};

struct http_server_options {
	const struct http_listen *listen;
	size_t listen_count;
	unsigned io_threads; /* at least 1 */
	struct tls_context *tls; /* needed if any listener is tls; the caller's */
	struct http_service service;
	size_t max_connections; /* 0: LIMIT_CONNS; less if descriptors are fewer */
	size_t max_connections_per_addr; /* 0: LIMIT_CONNS_PER_ADDR */
	uint64_t max_bodies, max_uploads; /* bytes; 0: LIMIT_BODIES, LIMIT_UPLOADS */
	/* Deadlines in ms; 0 takes the one of limits.h. Tests shorten them. */
	uint32_t handshake_ms, head_ms, body_ms, write_ms, idle_ms;
};

struct http_server_stats {
	uint64_t accepted, refused; /* connections; refused at a cap */
	uint64_t open; /* connections now */
	uint64_t requests, rejected; /* heads received; refused by net itself */
};

/* ST_IO with the listener in the error's field if one cannot be bound. */
MUST_USE enum status http_server_new(const struct http_server_options *options,
	struct http_server **out, struct error *e);
/* The port that listener `index` really has. */
unsigned http_server_port(const struct http_server *s, size_t index);
/* Starts the threads and accepts. On failure http_server_free is all that may follow. */
MUST_USE enum status http_server_start(struct http_server *s, struct error *e);
/* True if every listener is bound to a loopback address. */
bool http_server_loopback_only(const struct http_server *s);
/* Any thread. */
void http_server_get_stats(struct http_server *s, struct http_server_stats *out);
/*
 * Stops accepting, closes idle connections, lets requests that are being read or in flight
 * finish for at most `drain_ms`, closes the rest and joins the threads. An exchange that is
 * not answered by then keeps its memory until http_server_free: stop whatever may still
 * answer or use it (the store) between the two.
 */
void http_server_stop(struct http_server *s, uint32_t drain_ms);
/* Stops first if that has not been done. NULL is fine. */
void http_server_free(struct http_server *s);

#endif
