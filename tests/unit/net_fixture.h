/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net_fixture.h -- a real server in the test's own process, and clients with blocking
 * sockets. What goes wrong here fails the test; nothing waits longer than PATIENCE_MS.
 *
 * What the server does is in the path:
 *   /             the method, the path and the body, back again
 *   /info         host, query, peer and tls
 *   /large?N      N bytes
 *   /later        as /, from another thread through loop_post
 *   /work         as /, after work in the pool
 *   /hold         as /, once release_held() says so
 *   /early        401 already at the head
 *   /drop         no answer
 *   /limit?N      as /, with a body of at most N bytes
 *   /upload       what became of a multipart body
 *   /keep         likewise; the file is renamed to "kept"
 */
#ifndef QUN_TESTS_NET_FIXTURE_H
#define QUN_TESTS_NET_FIXTURE_H

#include "testing.h"

#include "net/server.h"
#include "net/tls.h"

#include <openssl/ssl.h>

enum { PATIENCE_MS = 20000 };

struct fixture {
	struct http_server *server;
	struct tls_context *tls; /* NULL without; its files are in dir/tls */
	char dir[64]; /* a folder of its own, removed with all that is in it */
	unsigned port, tls_port;
};

/* cmocka's setup and teardown: a folder; and the server stopped, if it still runs. */
int fixture_setup(void **state);
int fixture_teardown(void **state);
/* Starts it on 127.0.0.1 with two loops; deadlines and caps come from `options`, which may
 * be NULL. With TLS if tls_prepare was called before. */
void server_start(struct fixture *f, const struct http_server_options *options);
void server_stop(struct fixture *f);
/* A certificate of its own. */
void tls_prepare(struct fixture *f);

/* Waits until so many requests of /hold are there. */
void wait_held(size_t count);
/* Answers them, in the order they came. */
void release_held(void);
/* Forgets them. */
void forget_held(void);
/* Waits until the server has so many connections. */
void wait_open(struct fixture *f, uint64_t count);

struct client {
	int fd;
	SSL *ssl; /* NULL: in clear */
	struct buf in; /* read, but not yet taken */
};

/* A socket; and its connection, from an address of the loopback network. */
struct client client_new(void);
void client_dial(struct client *c, unsigned port, const char *from);
/* Both, from 127.0.0.1. */
struct client client_connect(unsigned port);
void client_close(struct client *c);
/* False if the server has closed before it took all. */
bool client_send(struct client *c, struct str bytes);
void client_printf(struct client *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* No more will be sent. */
void client_end(struct client *c);
/* True if the server closes without another byte. */
bool client_sees_end(struct client *c);
/* True if bytes or the end are there within `ms`. */
bool client_readable(struct client *c, int ms);

struct answer {
	int status; /* 0: the connection ended instead */
	bool close; /* "Connection: close" */
	struct buf head, body;
};

/* Reads one answer into `a`, which is emptied first. `head_only` for a request of HEAD. */
void client_read(struct client *c, bool head_only, struct answer *a);
void answer_fini(struct answer *a);
/* Reads one answer and checks its status and, unless NULL, its body. */
void expect(struct client *c, int status, const char *body);
/* `raw` on a connection of its own. */
void expect_alone(struct fixture *f, struct str raw, int status, const char *body);

int64_t now_ms(void);

#endif
