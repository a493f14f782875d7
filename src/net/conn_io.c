/* SPDX-License-Identifier: Apache-2.0 */
#include "net/conn.h"

#include "base/limits.h"
#include "base/plant.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

/* Bytes that libuv has taken over. */
struct queued {
	uv_write_t uv;
	char bytes[];
};

static const uint64_t NEVER = UINT64_MAX;

/* The timer is set for the earliest deadline of late and asks, when it fires, whether that
 * still stands: a request that comes and goes in time does not touch it. */
static void on_timer(uv_timer_t *timer)
{
	struct conn *c = timer->data;
	uint64_t now = uv_now(&c->hl->loop.uv);

	c->armed = NEVER;
	if (c->deadline <= now) {
		c->deadline = NEVER;
		conn_expired(c);
	} else if (c->deadline != NEVER) {
		c->armed = c->deadline;
		(void)uv_timer_start(timer, on_timer, c->deadline - now, 0);
	}
}

void conn_set_deadline(struct conn *c, uint32_t ms)
{
	c->deadline = ms == NO_DEADLINE ? NEVER : uv_now(&c->hl->loop.uv) + ms;
	if (c->deadline >= c->armed || c->state == CONN_CLOSING)
		return;
	c->armed = c->deadline;
	(void)uv_timer_start(&c->timer, on_timer, ms, 0);
}

/* Only a body is read in large pieces: of anything else, what a read brings too much may
 * have to be kept. */
static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
	struct conn *c = handle->data;
	bool large = c->state == CONN_BODY || c->state == CONN_LINGER;

	(void)suggested;
	*out = uv_buf_init(c->hl->read, large ? READ_SIZE : READ_SIZE / 4);
}

static void take_lingering(struct conn *c, size_t n)
{
	c->lingered += n;
	if (c->lingered > LIMIT_LINGER)
		conn_close(c);
}

static uv_buf_t uv_buf_of(struct str s)
{
	/* libuv's type serves reading, too; it does not write through this one */
	return (uv_buf_t){ .base = (char *)(uintptr_t)s.p, .len = s.n };
}

static void on_written(uv_write_t *uv, int status)
{
	struct conn *c = uv->handle->data;

	free(CONTAINER_OF(uv, struct queued, uv));
	c->writes--;
	c->broken |= status < 0;
	if (c->state == CONN_CLOSING)
		return;
	if (c->broken)
		conn_close(c);
	else if (c->writes == 0)
		conn_written(c);
}

/* What is left of `parts` after `done` bytes. */
static void queue(struct conn *c, const struct str *parts, size_t count, size_t done)
{
	size_t n = 0;
	struct queued *q;
	uv_buf_t buf;

	for (size_t i = 0; i < count; i++)
		n += parts[i].n;
	q = malloc(sizeof(*q) + n - done);
	if (!q)
		die("out of memory for an answer of %zu bytes", n);
	buf = uv_buf_init(q->bytes, 0);
	for (size_t i = 0; i < count; i++) {
		struct str rest = str_slice(parts[i], done, parts[i].n);

		done -= parts[i].n - rest.n;
		if (rest.n)
			memcpy(q->bytes + buf.len, rest.p, rest.n);
		buf.len += rest.n;
	}
	if (uv_write(&q->uv, (uv_stream_t *)&c->tcp, &buf, 1, on_written) != 0) {
		free(q);
		c->broken = true;
	} else {
		c->writes++;
	}
}

enum { PARTS_MAX = 2 };

static void send_raw(struct conn *c, const struct str *parts, size_t count)
{
	uv_buf_t bufs[PARTS_MAX];
	unsigned used = 0;
	size_t total = 0;
	int done = 0;

	for (size_t i = 0; i < count; i++) {
		if (parts[i].n)
			bufs[used++] = uv_buf_of(parts[i]);
		total += parts[i].n;
	}
	if (c->broken || total == 0)
		return;
	if (c->writes == 0)
		done = uv_try_write((uv_stream_t *)&c->tcp, bufs, used);
	if (done == UV_EAGAIN)
		done = 0;
	if (done < 0)
		c->broken = true;
	else if ((size_t)done < total)
		queue(c, parts, count, (size_t)done);
}

static void flush_tls(struct conn *c)
{
	struct buf *out = tls_session_out(c->tls);
	struct str bytes = buf_str(out);

	send_raw(c, &bytes, 1);
	buf_fini(out);
}

void conn_send(struct conn *c, const struct str *parts, size_t count)
{
	if (!c->tls) {
		send_raw(c, parts, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		c->broken |= tls_session_write(c->tls, parts[i]) != ST_OK;
	if (c->close_after)
		tls_session_close(c->tls);
	flush_tls(c);
}

static void decrypt(struct conn *c, struct str in)
{
	enum status st;
	size_t n;

	tls_session_lend(c->tls, in);
	do {
		st = tls_session_read(c->tls, c->hl->plain, PLAIN_SIZE, &n);
		flush_tls(c);
		if (c->state == CONN_HANDSHAKE && tls_session_ready(c->tls)) {
			c->state = CONN_IDLE;
			conn_set_deadline(c, c->hl->config->idle_ms);
		}
		if (st == ST_OK)
			conn_input(c, (struct str){ c->hl->plain, n });
	} while (st == ST_OK && c->state < CONN_LINGER);
	tls_session_lend(c->tls, STR_NONE);
	if (c->state >= CONN_LINGER)
		return;
	if (st == ST_CLOSED)
		conn_eof(c);
	else if (c->broken)
		conn_close(c);
	else if (st == ST_MALFORMED && c->state == CONN_HANDSHAKE)
		conn_linger(c); /* so that the client sees the alert */
	else if (st == ST_MALFORMED)
		conn_close(c);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct conn *c = stream->data;
	struct str in = { buf->base, n > 0 ? (size_t)n : 0 };

	if (n == UV_EOF)
		conn_eof(c);
	else if (n < 0)
		conn_close(c);
	else if (c->state == CONN_LINGER)
		take_lingering(c, in.n);
	else if (c->tls)
		decrypt(c, in);
	else
		conn_input(c, in);
}

/* Otherwise the kernel takes megabytes of answers for a client that reads none of them,
 * and we go on working for it. What is on its way does not count, so that this slows down
 * no client that reads. */
static void keep_unsent_small(int fd)
{
	int most = LIMIT_UNSENT;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most, sizeof(most));
}

void conn_start(struct conn *c, int fd)
{
	const struct http_config *config = c->hl->config;

	(void)uv_tcp_init(&c->hl->loop.uv, &c->tcp);
	(void)uv_timer_init(&c->hl->loop.uv, &c->timer);
	c->tcp.data = c->timer.data = c;
	c->handles = 2;
	c->deadline = c->armed = NEVER;
	if (uv_tcp_open(&c->tcp, fd) != 0) {
		(void)close(fd);
		conn_close(c);
		return;
	}
	(void)uv_tcp_nodelay(&c->tcp, 1);
	keep_unsent_small(fd);
	if (!plant("handshake_deadline_unset"))
		conn_set_deadline(c, c->tls ? config->handshake_ms : config->idle_ms);
	if (uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read) != 0)
		conn_close(c);
}

void conn_pause(struct conn *c)
{
	c->paused = true;
	(void)uv_read_stop((uv_stream_t *)&c->tcp);
}

void conn_resume_reading(struct conn *c)
{
	if (c->paused && uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read) != 0)
		conn_close(c);
	c->paused = false;
}

void conn_linger(struct conn *c)
{
	uv_os_fd_t fd;

	c->state = CONN_LINGER;
	buf_fini(&c->in);
	if (uv_fileno((uv_handle_t *)&c->tcp, &fd) == 0)
		(void)shutdown(fd, SHUT_WR);
	conn_set_deadline(c, LIMIT_LINGER_MS);
	conn_resume_reading(c);
}

static void on_closed(uv_handle_t *handle)
{
	struct conn *c = handle->data;
	struct http_loop *hl = c->hl;

	if (--c->handles)
		return;
	LIST_REMOVE(c, link);
	hl->config->released(hl->config->ctx, &c->key);
	tls_session_free(c->tls);
	free(c);
	http_loop_left(hl);
}

void conn_close(struct conn *c)
{
	if (c->state == CONN_CLOSING)
		return;
	if (c->tls && c->state != CONN_LINGER) {
		tls_session_close(c->tls);
		flush_tls(c);
	}
	if (c->ex && c->state == CONN_FLIGHT)
		c->ex->conn = NULL;
	else if (c->ex)
		exchange_free(c->ex);
	c->ex = NULL;
	c->state = CONN_CLOSING;
	buf_fini(&c->in);
	uv_close((uv_handle_t *)&c->tcp, on_closed);
	uv_close((uv_handle_t *)&c->timer, on_closed);
}
