/* SPDX-License-Identifier: Apache-2.0 */
/* The beginning and the end of a loop that serves connections. */
#include "net/conn.h"

struct http_loop *http_loop_new(const struct http_config *config, unsigned index)
{
	struct http_loop *hl = calloc(1, sizeof(*hl));

	if (!hl)
		die("out of memory for a loop");
	hl->config = config;
	hl->date_s = -1;
	loop_init(&hl->loop, index);
	(void)uv_timer_init(&hl->loop.uv, &hl->drain);
	hl->drain.data = hl;
	return hl;
}

void http_loop_left(struct http_loop *hl)
{
	bool idle = LIST_EMPTY(&hl->conns) && (hl->expired || LIST_EMPTY(&hl->exchanges));

	if (!hl->stopping || !idle || uv_is_closing((uv_handle_t *)&hl->drain))
		return;
	uv_close((uv_handle_t *)&hl->drain, NULL);
	loop_end(&hl->loop);
}

/* Closing takes a connection off the list only later, in libuv's callback. */
static void drain_expired(uv_timer_t *timer)
{
	struct http_loop *hl = timer->data;
	struct conn *c;

	hl->expired = true;
	LIST_FOREACH (c, &hl->conns, link)
		conn_close(c);
	http_loop_left(hl);
}

static void begin_stop(struct loop_task *task)
{
	struct http_loop *hl = CONTAINER_OF(task, struct http_loop, stop);
	struct conn *c;

	hl->stopping = true;
	LIST_FOREACH (c, &hl->conns, link)
		if (c->state <= CONN_HEAD)
			conn_close(c);
	(void)uv_timer_start(&hl->drain, drain_expired, hl->drain_ms, 0);
	http_loop_left(hl);
}

void http_loop_stop(struct http_loop *hl, uint32_t drain_ms)
{
	hl->drain_ms = drain_ms;
	hl->stop.run = begin_stop;
	loop_post(&hl->loop, &hl->stop);
}

void http_loop_free(struct http_loop *hl)
{
	struct exchange *ex;

	while ((ex = LIST_FIRST(&hl->exchanges)))
		exchange_free(ex);
	exchanges_free_spare(hl);
	loop_fini(&hl->loop);
	buf_fini(&hl->head);
	free(hl);
}
