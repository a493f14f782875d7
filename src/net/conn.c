/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Usual path: a read brings a whole request, conn_input finds its head and body and calls
 * the service, which answers then or later; the answer goes out with one write, and the
 * connection waits for the next request without having been touched by epoll or a timer.
 *
 * What else can happen
 * - The head or body comes in pieces: they are kept, under a deadline that starts with the
 *   first byte and is never extended.
 * - More requests come while one is in flight: they are kept and reading stops. They are
 *   served in order once it is answered; conn_input is a loop, so that a service which
 *   answers at once does not recurse.
 * - The request is refused: the service words the answer, the connection lingers and
 * closes. What follows in the stream is never parsed.
 * - The client goes: a request in flight lives on without it and is answered into nothing.
 */
#include "net/conn.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/plant.h"

void conn_open(struct http_loop *hl, int fd, bool tls, const struct peer_key *key,
	const char *peer)
{
	struct conn *c = calloc(1, sizeof(*c));

	if (!c)
		die("out of memory for a connection");
	c->hl = hl;
	c->key = *key;
	(void)snprintf(c->peer, sizeof(c->peer), "%s", peer);
	c->state = tls ? CONN_HANDSHAKE : CONN_IDLE;
	if (tls)
		c->tls = tls_session_new(hl->config->tls);
	LIST_INSERT_HEAD(&hl->conns, c, link);
	conn_start(c, fd);
	if (hl->stopping)
		conn_close(c);
}

static bool is_busy(const struct conn *c)
{
	return c->state == CONN_FLIGHT || c->state == CONN_WRITE;
}

/* Refuses the request being read; the connection ends with it. */
static void refuse(struct conn *c, const struct http_fault *f)
{
	const struct http_service *service = &c->hl->config->service;
	struct http_answer answer = { .status = http_reject_status(f->why) };

	if (!c->ex)
		c->ex = exchange_new(c->hl, c);
	c->hl->rejected++;
	c->state = CONN_FLIGHT;
	conn_set_deadline(c, NO_DEADLINE);
	service->on_reject(service->ctx, &c->ex->x, f->why, f->detail, &answer);
	answer.close = true;
	http_answer(&c->ex->x, &answer);
}

/* The whole request is here. */
static void submit(struct conn *c)
{
	const struct http_service *service = &c->hl->config->service;

	c->state = CONN_FLIGHT;
	conn_set_deadline(c, NO_DEADLINE);
	service->on_request(service->ctx, &c->ex->x);
}

/* A head has been parsed; `more` says that bytes of the body are at hand. */
static void begin_request(struct conn *c, bool more)
{
	const struct http_service *service = &c->hl->config->service;
	struct exchange *ex = c->ex;
	struct http_head *head = &ex->x.head;
	struct http_fault fault;

	ex->complete = !head->chunked && head->length == 0;
	service->on_head(service->ctx, &ex->x);
	if (c->ex != ex)
		return; /* answered, or dropped */
	if (exchange_begin_body(ex, &fault) != ST_OK) {
		refuse(c, &fault);
	} else if (ex->complete) {
		submit(c);
	} else {
		c->state = CONN_BODY;
		conn_set_deadline(c, ex->x.body_ms);
		if (head->expect_continue && !more)
			conn_send(c, &STR("HTTP/1.1 100 Continue\r\n\r\n"), 1);
		if (c->broken)
			conn_close(c);
	}
}

/* Bytes of a head, perhaps with what follows it. */
static void take_head(struct conn *c, struct str *in)
{
	bool first = c->state == CONN_IDLE;
	struct http_fault fault;
	struct str block;
	size_t used = in->n;
	enum status st;

	if (first)
		c->scan = head_scan_request();
	st = head_scan(&c->scan, *in, &used, &fault);
	if (st == ST_AGAIN) {
		buf_add(&c->in, in->p, used);
		c->state = CONN_HEAD;
		if (first || plant("head_deadline_extended"))
			conn_set_deadline(c, c->hl->config->head_ms);
	}
	block = str_slice(*in, 0, used);
	*in = str_slice(*in, used, in->n);
	if (st == ST_AGAIN)
		return;
	if (st == ST_OK) {
		if (c->in.n) {
			buf_add_str(&c->in, block);
			block = buf_str(&c->in);
		}
		block = str_slice(block, c->scan.skipped, block.n);
		c->hl->requests++;
		c->ex = exchange_new(c->hl, c);
		st = http_parse_head(block, &c->ex->x.arena, &c->ex->x.head, &fault);
	}
	buf_fini(&c->in);
	if (st == ST_OK)
		begin_request(c, in->n > 0);
	else
		refuse(c, &fault);
}

static void take_body(struct conn *c, struct str *in)
{
	struct http_fault fault;
	enum status st = exchange_take_body(c->ex, in, &fault);

	if (st == ST_OK)
		submit(c);
	else if (st != ST_AGAIN)
		refuse(c, &fault);
}

void conn_input(struct conn *c, struct str in)
{
	c->running = true;
	while (in.n &&
		(c->state == CONN_IDLE || c->state == CONN_HEAD || c->state == CONN_BODY)) {
		if (c->state == CONN_BODY)
			take_body(c, &in);
		else
			take_head(c, &in);
	}
	c->running = false;
	if (in.n == 0 || !is_busy(c))
		return;
	if (!c->close_after)
		buf_add_str(&c->in, in);
	if (!plant("reads_while_busy"))
		conn_pause(c);
}

/* The answer has gone out and the connection stays: on to what came meanwhile. */
static void next_request(struct conn *c)
{
	struct buf kept = c->in;

	c->in = (struct buf){ 0 };
	if (kept.n)
		conn_input(c, buf_str(&kept));
	buf_fini(&kept);
	if (is_busy(c) || c->state == CONN_LINGER || c->state == CONN_CLOSING)
		return;
	if (c->eof)
		conn_close(c);
	else
		conn_resume_reading(c);
}

static void answered(struct conn *c)
{
	if (c->close_after || c->hl->stopping) {
		/* a socket that is closed on bytes nobody has read forgets what it has yet
		 * to send */
		if ((c->linger || c->paused) && !c->eof)
			conn_linger(c);
		else
			conn_close(c);
		return;
	}
	c->state = CONN_IDLE;
	conn_set_deadline(c, c->hl->config->idle_ms);
	if (!c->running)
		next_request(c);
}

void conn_written(struct conn *c)
{
	if (c->state == CONN_WRITE)
		answered(c);
}

void conn_eof(struct conn *c)
{
	c->eof = true;
	if (!is_busy(c) && !(c->state == CONN_BODY && plant("aborted_kept")))
		conn_close(c);
}

void conn_expired(struct conn *c)
{
	if (c->state == CONN_HEAD || c->state == CONN_BODY)
		refuse(c, &(struct http_fault){
				  HTTP_TIMEOUT, "the request did not arrive in time" });
	else
		conn_close(c);
}

static const char *date_now(struct http_loop *hl)
{
	int64_t now_s = clock_now_ms() / 1000;

	if (now_s != hl->date_s) {
		hl->date_s = now_s;
		http_date(now_s, hl->date);
	}
	return hl->date;
}

/* What goes out in one piece with the head rather than in a record or a packet of its own.
 */
enum { SMALL_BODY = 8192, HEAD_KEEP = 65536 };

static void send_answer(
	struct conn *c, const struct http_head *head, const struct http_answer *answer)
{
	struct buf *out = &c->hl->head;
	struct str body = head->method == HTTP_HEAD ? STR("") : answer->body;

	out->n = 0;
	http_answer_head(out, answer, date_now(c->hl), c->close_after);
	if (body.n <= SMALL_BODY) {
		buf_add_str(out, body);
		body = STR("");
	}
	conn_send(c, (struct str[]){ buf_str(out), body }, 2);
	if (out->cap > HEAD_KEEP)
		buf_fini(out);
}

void http_answer(struct http_exchange *x, const struct http_answer *answer)
{
	struct exchange *ex = exchange_of(x);
	struct conn *c = ex->conn;
	struct http_loop *hl = ex->hl;

	if (!c) {
		exchange_free(ex);
		http_loop_left(hl);
		return;
	}
	c->ex = NULL;
	c->close_after =
		answer->close || !x->head.keep_alive || !ex->complete || hl->stopping;
	c->linger |= !ex->complete;
	c->state = CONN_WRITE;
	send_answer(c, &x->head, answer);
	exchange_free(ex);
	if (c->broken)
		conn_close(c);
	else if (c->writes)
		conn_set_deadline(c,
			plant("write_deadline_unset") ? NO_DEADLINE : hl->config->write_ms);
	else
		answered(c);
}

void http_drop(struct http_exchange *x)
{
	struct exchange *ex = exchange_of(x);
	struct conn *c = ex->conn;
	struct http_loop *hl = ex->hl;

	exchange_free(ex);
	if (c) {
		c->ex = NULL;
		conn_close(c);
	} else {
		http_loop_left(hl);
	}
}
