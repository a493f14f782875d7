/* SPDX-License-Identifier: Apache-2.0 */
#include "net/loop_internal.h"

#include <string.h>

/* libuv's own request, and our work it belongs to. */
struct pool_request {
	uv_work_t uv;
	struct loop_work *work;
};

static void run_tasks(uv_async_t *wake)
{
	struct loop *l = wake->data;
	struct loop_task *task, *next;

	uv_mutex_lock(&l->mutex);
	task = l->first;
	l->first = NULL;
	l->last = &l->first;
	uv_mutex_unlock(&l->mutex);
	for (; task; task = next) {
		next = task->next;
		task->run(task);
	}
}

void loop_post(struct loop *l, struct loop_task *task)
{
	bool wake;

	task->next = NULL;
	uv_mutex_lock(&l->mutex);
	/* one wake-up serves all that is posted before it is heard */
	wake = !l->first && !l->deaf;
	*l->last = task;
	l->last = &task->next;
	if (wake)
		(void)uv_async_send(&l->wake);
	uv_mutex_unlock(&l->mutex);
}

unsigned loop_index(const struct loop *l)
{
	return l->index;
}

static void close_wake(struct loop *l)
{
	uv_mutex_lock(&l->mutex);
	l->deaf = true;
	uv_mutex_unlock(&l->mutex);
	uv_close((uv_handle_t *)&l->wake, NULL);
}

static void run_work(uv_work_t *uv)
{
	struct loop_work *work = CONTAINER_OF(uv, struct pool_request, uv)->work;

	work->run(work);
}

static void work_done(uv_work_t *uv, int status)
{
	struct pool_request *request = CONTAINER_OF(uv, struct pool_request, uv);
	struct loop_work *work = request->work;
	struct loop *l = work->loop;

	(void)status; /* nothing is ever cancelled */
	free(request);
	work->done(work);
	if (--l->works == 0 && l->ending)
		close_wake(l);
}

void loop_run_work(struct loop *l, struct loop_work *work)
{
	struct pool_request *request = calloc(1, sizeof(*request));

	if (!request)
		die("out of memory for a pool request");
	request->work = work;
	work->loop = l;
	l->works++;
	(void)uv_queue_work(&l->uv, &request->uv, run_work, work_done);
}

void loop_init(struct loop *l, unsigned index)
{
	*l = (struct loop){ .index = index };
	l->last = &l->first;
	if (uv_loop_init(&l->uv) != 0 || uv_mutex_init(&l->mutex) != 0 ||
		uv_async_init(&l->uv, &l->wake, run_tasks) != 0)
		die("an event loop cannot be made");
	l->wake.data = l;
}

static void thread_main(void *arg)
{
	struct loop *l = arg;

	(void)uv_run(&l->uv, UV_RUN_DEFAULT);
}

enum status loop_start(struct loop *l, struct error *e)
{
	int rc = uv_thread_create(&l->thread, thread_main, l);

	if (rc != 0)
		return fail(
			e, ST_IO, "", "a thread cannot be started: %s", uv_strerror(rc));
	l->started = true;
	return ST_OK;
}

void loop_end(struct loop *l)
{
	if (l->ending)
		return;
	l->ending = true;
	if (l->works == 0)
		close_wake(l);
}

void loop_join(struct loop *l)
{
	if (l->started)
		(void)uv_thread_join(&l->thread);
	else
		thread_main(l);
}

void loop_fini(struct loop *l)
{
	if (uv_loop_close(&l->uv) != 0)
		die("an event loop was left with open handles");
	uv_mutex_destroy(&l->mutex);
}
