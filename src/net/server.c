/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loop 0 accepts for all: it alone counts connections in, so that the caps hold exactly,
 * and deals them out in turn. The end comes in two steps, so that no socket is handed to a
 * loop that has ended: first loop 0 closes the listeners, then every loop drains.
 */
#include "net/server.h"

#include "base/limits.h"
#include "net/conn.h"
#include "net/listener.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

struct listener {
	struct listen_socket socket;
	bool tls;
	uv_poll_t poll;
	struct http_server *server;
};

struct http_server {
	struct http_config config;
	struct budget memory, disk;
	struct peer_table *peers;
	struct http_loop **loops;
	struct listener *listeners;
	size_t listener_count;
	unsigned loop_count, next; /* the loop that gets the next connection */
	uv_timer_t pause; /* of accepting */
	unsigned accept_handles; /* open: the listeners and `pause` */
	struct loop_task close_listeners;
	uv_sem_t listeners_closed;
	_Atomic uint64_t accepted, refused;
	bool stopped;
};

/* An accepted socket on its way to another loop. */
struct handover {
	struct loop_task task;
	struct http_loop *hl;
	int fd;
	bool tls;
	struct peer_key key;
	char peer[PEER_TEXT];
};

enum { ACCEPT_BATCH = 64 };

static void take_over(struct loop_task *task)
{
	struct handover *h = CONTAINER_OF(task, struct handover, task);

	conn_open(h->hl, h->fd, h->tls, &h->key, h->peer);
	free(h);
}

static void admit(struct listener *l, int fd, const struct sockaddr *addr)
{
	struct http_server *s = l->server;
	struct handover *h;
	struct peer_key key;
	char peer[PEER_TEXT] = "";

	key = peer_of(addr, peer);
	if (!peer_table_enter(s->peers, &key)) {
		s->refused++;
		(void)close(fd);
		return;
	}
	s->accepted++;
	h = calloc(1, sizeof(*h));
	if (!h)
		die("out of memory for a connection");
	h->task.run = take_over;
	h->hl = s->loops[s->next++ % s->loop_count];
	h->fd = fd;
	h->tls = l->tls;
	h->key = key;
	memcpy(h->peer, peer, sizeof(peer));
	if (h->hl == s->loops[0])
		take_over(&h->task);
	else
		loop_post(&h->hl->loop, &h->task);
}

static void on_acceptable(uv_poll_t *poll, int status, int events);

static void accept_again(uv_timer_t *timer)
{
	struct http_server *s = timer->data;

	for (size_t i = 0; i < s->listener_count; i++)
		(void)uv_poll_start(&s->listeners[i].poll, UV_READABLE, on_acceptable);
}

/* A level-triggered event that nobody can serve would spin. */
static void pause_accepting(struct http_server *s)
{
	for (size_t i = 0; i < s->listener_count; i++)
		(void)uv_poll_stop(&s->listeners[i].poll);
	(void)uv_timer_start(&s->pause, accept_again, LIMIT_ACCEPT_PAUSE_MS, 0);
}

static void on_acceptable(uv_poll_t *poll, int status, int events)
{
	struct listener *l = poll->data;

	(void)status;
	(void)events;
	for (int i = 0; i < ACCEPT_BATCH; i++) {
		struct sockaddr_storage addr = { 0 };
		socklen_t n = sizeof(addr);
		int fd = accept4(l->socket.fd, (struct sockaddr *)&addr, &n,
			SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			admit(l, fd, (struct sockaddr *)&addr);
		} else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
			   errno == ENOMEM) {
			pause_accepting(l->server);
			return;
		} else if (errno == EAGAIN) {
			return;
		} /* else a connection that failed before it was accepted */
	}
}

static void on_accept_closed(uv_handle_t *handle)
{
	struct http_server *s = handle->loop->data;

	if (--s->accept_handles)
		return;
	for (size_t i = 0; i < s->listener_count; i++)
		(void)close(s->listeners[i].socket.fd);
	uv_sem_post(&s->listeners_closed);
}

static void close_listeners(struct loop_task *task)
{
	struct http_server *s = CONTAINER_OF(task, struct http_server, close_listeners);

	for (size_t i = 0; i < s->listener_count; i++)
		uv_close((uv_handle_t *)&s->listeners[i].poll, on_accept_closed);
	uv_close((uv_handle_t *)&s->pause, on_accept_closed);
}

static void released(void *ctx, const struct peer_key *key)
{
	struct http_server *s = ctx;

	peer_table_leave(s->peers, key);
}

static struct http_config make_config(
	struct http_server *s, const struct http_server_options *o)
{
	return (struct http_config){
		.service = o->service,
		.tls = o->tls,
		.handshake_ms = o->handshake_ms ? o->handshake_ms : LIMIT_HANDSHAKE_MS,
		.head_ms = o->head_ms ? o->head_ms : LIMIT_HEAD_MS,
		.body_ms = o->body_ms ? o->body_ms : LIMIT_BODY_MS,
		.write_ms = o->write_ms ? o->write_ms : LIMIT_WRITE_MS,
		.idle_ms = o->idle_ms ? o->idle_ms : LIMIT_IDLE_MS,
		.memory = &s->memory,
		.disk = &s->disk,
		.released = released,
		.ctx = s,
	};
}

static void make_loops(struct http_server *s, unsigned count)
{
	s->loop_count = count ? count : 1;
	s->loops = calloc(s->loop_count, sizeof(struct http_loop *));
	if (!s->loops)
		die("out of memory for %u loops", count);
	for (unsigned i = 0; i < s->loop_count; i++)
		s->loops[i] = http_loop_new(&s->config, i);
}

static enum status open_listeners(
	struct http_server *s, const struct http_server_options *o, struct error *e)
{
	uv_loop_t *uv = &s->loops[0]->loop.uv;

	s->listeners = calloc(o->listen_count + 1, sizeof(struct listener));
	if (!s->listeners)
		die("out of memory for %zu listeners", o->listen_count);
	uv->data = s;
	(void)uv_timer_init(uv, &s->pause);
	s->pause.data = s;
	s->accept_handles = 1;
	for (size_t i = 0; i < o->listen_count; i++) {
		struct listener *l = &s->listeners[i];
		int rc;

		assert(!o->listen[i].tls || o->tls);
		l->server = s;
		l->tls = o->listen[i].tls;
		TRY(listen_open(&o->listen[i], &l->socket, e));
		rc = uv_poll_init(uv, &l->poll, l->socket.fd);
		if (rc != 0) {
			(void)close(l->socket.fd);
			return fail(e, ST_IO, o->listen[i].host, "%s", uv_strerror(rc));
		}
		l->poll.data = l;
		s->listener_count++;
		s->accept_handles++;
	}
	return ST_OK;
}

enum status http_server_new(
	const struct http_server_options *o, struct http_server **out, struct error *e)
{
	size_t max = o->max_connections ? o->max_connections : LIMIT_CONNS;
	size_t each = o->max_connections_per_addr ? o->max_connections_per_addr
						  : LIMIT_CONNS_PER_ADDR;
	struct http_server *s = calloc(1, sizeof(*s));
	enum status st;

	if (!s || uv_sem_init(&s->listeners_closed, 0) != 0)
		die("out of memory for the server");
	/* a client that is gone is an error of write(), not of the process */
	(void)signal(SIGPIPE, SIG_IGN);
	s->memory.max = o->max_bodies ? o->max_bodies : LIMIT_BODIES;
	s->disk.max = o->max_uploads ? o->max_uploads : LIMIT_UPLOADS;
	s->config = make_config(s, o);
	s->close_listeners.run = close_listeners;
	s->peers = peer_table_new(listen_room(max), each);
	make_loops(s, o->io_threads);
	st = open_listeners(s, o, e);
	if (st == ST_OK)
		*out = s;
	else
		http_server_free(s);
	return st;
}

unsigned http_server_port(const struct http_server *s, size_t index)
{
	return s->listeners[index].socket.port;
}

bool http_server_loopback_only(const struct http_server *s)
{
	for (size_t i = 0; i < s->listener_count; i++)
		if (!s->listeners[i].socket.loopback)
			return false;
	return true;
}

enum status http_server_start(struct http_server *s, struct error *e)
{
	accept_again(&s->pause);
	for (unsigned i = 0; i < s->loop_count; i++)
		TRY(loop_start(&s->loops[i]->loop, e));
	return ST_OK;
}

void http_server_get_stats(struct http_server *s, struct http_server_stats *out)
{
	*out = (struct http_server_stats){
		.accepted = s->accepted,
		.refused = s->refused,
		.open = peer_table_count(s->peers),
	};
	for (unsigned i = 0; i < s->loop_count; i++) {
		out->requests += s->loops[i]->requests;
		out->rejected += s->loops[i]->rejected;
	}
}

void http_server_stop(struct http_server *s, uint32_t drain_ms)
{
	struct loop *first = &s->loops[0]->loop;

	if (s->stopped)
		return;
	s->stopped = true;
	if (first->started) {
		loop_post(first, &s->close_listeners);
		uv_sem_wait(&s->listeners_closed);
	} else {
		close_listeners(&s->close_listeners);
	}
	for (unsigned i = 0; i < s->loop_count; i++)
		http_loop_stop(s->loops[i], drain_ms);
	for (unsigned i = 0; i < s->loop_count; i++)
		loop_join(&s->loops[i]->loop);
}

void http_server_free(struct http_server *s)
{
	if (!s)
		return;
	http_server_stop(s, 0);
	for (unsigned i = 0; i < s->loop_count; i++)
		http_loop_free(s->loops[i]);
	peer_table_free(s->peers);
	uv_sem_destroy(&s->listeners_closed);
	free(s->listeners);
	free(s->loops);
	free(s);
}
