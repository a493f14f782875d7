/* SPDX-License-Identifier: Apache-2.0 */
/* listener.h -- listening sockets and what descriptors there are for connections. */
#ifndef QUN_NET_LISTENER_H
#define QUN_NET_LISTENER_H

#include "net/server.h"

struct listen_socket {
	int fd; /* listening, not blocking; the caller closes it */
	unsigned port;
	bool loopback;
};

/* Binds and listens. ST_IO with "host:port" in the error's field. Of a name with several
 * addresses the first that can be bound is taken, IPv4 before IPv6. */
MUST_USE enum status listen_open(
	const struct http_listen *where, struct listen_socket *out, struct error *e);

/* `wanted` connections, or as many as RLIMIT_NOFILE leaves after LIMIT_FD_RESERVE. Raises
 * the soft limit as far as needed and allowed. */
size_t listen_room(size_t wanted);

#endif
