/* SPDX-License-Identifier: Apache-2.0 */
#include "net/listener.h"

#include "base/limits.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* A listening socket, or -1 with errno. */
static int open_one(const struct addrinfo *ai)
{
	int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1, why;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
		bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0)
		return fd;
	why = errno;
	(void)close(fd);
	errno = why;
	return -1;
}

static void describe(struct listen_socket *s)
{
	struct sockaddr_storage addr = { 0 };
	socklen_t n = sizeof(addr);
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;

	(void)getsockname(s->fd, (struct sockaddr *)&addr, &n);
	if (addr.ss_family == AF_INET6) {
		memcpy(&in6, &addr, sizeof(in6));
		s->port = ntohs(in6.sin6_port);
		s->loopback = IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
	} else {
		memcpy(&in4, &addr, sizeof(in4));
		s->port = ntohs(in4.sin_port);
		s->loopback = ntohl(in4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	}
}

enum status listen_open(
	const struct http_listen *where, struct listen_socket *out, struct error *e)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM };
	struct addrinfo *list;
	char port[16], field[ERROR_FIELD_MAX];
	int rc;

	(void)snprintf(port, sizeof(port), "%u", where->port);
	(void)snprintf(field, sizeof(field), "%s:%s", where->host, port);
	rc = getaddrinfo(where->host, port, &hints, &list);
	if (rc != 0)
		return fail(e, ST_IO, field, "cannot listen: %s",
			rc == EAI_SYSTEM ? strerror(errno) : gai_strerror(rc));
	errno = EADDRNOTAVAIL;
	out->fd = -1;
	for (size_t i = 0; i < ARRAY_LEN(families) && out->fd < 0; i++)
		for (struct addrinfo *ai = list; ai && out->fd < 0; ai = ai->ai_next)
			if (ai->ai_family == families[i])
				out->fd = open_one(ai);
	rc = errno;
	freeaddrinfo(list);
	if (out->fd < 0)
		return fail(e, ST_IO, field, "cannot listen: %s", strerror(rc));
	describe(out);
	return ST_OK;
}

size_t listen_room(size_t wanted)
{
	rlim_t needed = (rlim_t)wanted + LIMIT_FD_RESERVE;
	struct rlimit now, raised;

	if (getrlimit(RLIMIT_NOFILE, &now) != 0 || now.rlim_cur >= needed)
		return wanted;
	raised = now;
	raised.rlim_cur = now.rlim_max < needed ? now.rlim_max : needed;
	if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
		now = raised;
	if (now.rlim_cur >= needed)
		return wanted;
	return now.rlim_cur > LIMIT_FD_RESERVE ? (size_t)now.rlim_cur - LIMIT_FD_RESERVE
					       : 1;
}
