/* SPDX-License-Identifier: Apache-2.0 */
#include "store/commit_queue.h"

#include "base/clock.h"
#include "base/plant.h"

#include <errno.h>
#include <pthread.h>

/* Before the first batch; a guess that lets the queue fill. */
enum { FIRST_UNIT_NS = 5000, FIRST_COMMIT_US = 1000 };

/* What a change costs beside the ids it names, in ids: measured. With it a unit takes about
 * as long in small changes as in large ones, so that the one kind says what the other will
 * take. */
enum { CHANGE_WORK = 30 };

struct commit_queue {
	pthread_mutex_t lock;
	pthread_cond_t arrived;
	STAILQ_HEAD(, change) changes;
	size_t n, limit;
	size_t work; /* of all that is waiting */
	int64_t work_us;
	/* Moving averages: one unit of work, and one commit. */
	int64_t unit_ns, commit_us;
	bool closed;
};

struct commit_queue *commit_queue_new(size_t limit, int64_t work_us)
{
	struct commit_queue *q = calloc(1, sizeof(*q));
	pthread_condattr_t attr;

	if (!q)
		die("out of memory: commit queue");
	STAILQ_INIT(&q->changes);
	q->limit = limit;
	q->work_us = work_us;
	q->unit_ns = FIRST_UNIT_NS;
	q->commit_us = FIRST_COMMIT_US;
	(void)pthread_mutex_init(&q->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&q->arrived, &attr);
	(void)pthread_condattr_destroy(&attr);
	return q;
}

void commit_queue_free(struct commit_queue *q)
{
	if (!q)
		return;
	(void)pthread_cond_destroy(&q->arrived);
	(void)pthread_mutex_destroy(&q->lock);
	free(q);
}

static size_t work_of(const struct change *c)
{
	return CHANGE_WORK + c->ids;
}

/* The lock is held. */
static int64_t waiting_us(const struct commit_queue *q)
{
	size_t ids = q->work - q->n * CHANGE_WORK;
	size_t by_number = (q->n + LIMIT_BATCH - 1) / LIMIT_BATCH;
	size_t by_ids = (ids + LIMIT_BATCH_IDS - 1) / LIMIT_BATCH_IDS;
	size_t commits = by_number > by_ids ? by_number : by_ids;

	return (int64_t)q->work * q->unit_ns / 1000 + (int64_t)commits * q->commit_us;
}

/* The lock is held. */
static bool has_room(const struct commit_queue *q)
{
	return q->n == 0 || (q->n < q->limit && waiting_us(q) < q->work_us) ||
	       plant("queue_unbounded");
}

enum status commit_queue_push(struct commit_queue *q, struct change *c)
{
	enum status st = ST_OK;

	(void)pthread_mutex_lock(&q->lock);
	if (q->closed) {
		st = ST_CLOSED;
	} else if (!has_room(q)) {
		st = ST_BUSY;
	} else {
		STAILQ_INSERT_TAIL(&q->changes, c, link);
		q->work += work_of(c);
		if (q->n++ == 0)
			(void)pthread_cond_signal(&q->arrived);
	}
	(void)pthread_mutex_unlock(&q->lock);
	return st;
}

/* The lock is held. */
static void wait_for_change(struct commit_queue *q, int wait_ms)
{
	int64_t until_us = clock_mono_us() + (int64_t)wait_ms * 1000;
	struct timespec until = { .tv_sec = until_us / 1000000,
		.tv_nsec = until_us % 1000000 * 1000 };
	int rc = 0;

	while (q->n == 0 && !q->closed && rc != ETIMEDOUT)
		rc = wait_ms < 0 ? pthread_cond_wait(&q->arrived, &q->lock)
				 : pthread_cond_timedwait(&q->arrived, &q->lock, &until);
}

bool commit_queue_take(struct commit_queue *q, int wait_ms, struct batch *out)
{
	struct change *c;
	size_t ids = 0;
	bool open;

	out->n = out->work = 0;
	out->alone = false;
	(void)pthread_mutex_lock(&q->lock);
	wait_for_change(q, wait_ms);
	while ((c = STAILQ_FIRST(&q->changes)) && out->n < LIMIT_BATCH) {
		ids += c->ids;
		if (out->n > 0 && (c->alone || ids > LIMIT_BATCH_IDS))
			break;
		STAILQ_REMOVE_HEAD(&q->changes, link);
		out->v[out->n++] = c;
		out->work += work_of(c);
		out->alone = c->alone;
		if (c->alone)
			break;
	}
	q->n -= out->n;
	q->work -= out->work;
	open = !q->closed || out->n > 0;
	(void)pthread_mutex_unlock(&q->lock);
	return open;
}

/* An eighth of the new: a slow commit now and then does not close the door. */
static int64_t moved_average(int64_t average, int64_t now)
{
	return average + (now - average) / 8;
}

void commit_queue_took(
	struct commit_queue *q, const struct batch *b, int64_t run_us, int64_t commit_us)
{
	if (b->alone)
		return;
	(void)pthread_mutex_lock(&q->lock);
	q->unit_ns = moved_average(q->unit_ns, run_us * 1000 / (int64_t)b->work);
	q->commit_us = moved_average(q->commit_us, commit_us);
	(void)pthread_mutex_unlock(&q->lock);
}

void commit_queue_close(struct commit_queue *q)
{
	(void)pthread_mutex_lock(&q->lock);
	q->closed = true;
	(void)pthread_cond_broadcast(&q->arrived);
	(void)pthread_mutex_unlock(&q->lock);
}

bool commit_queue_has_room(struct commit_queue *q)
{
	bool room;

	(void)pthread_mutex_lock(&q->lock);
	room = has_room(q);
	(void)pthread_mutex_unlock(&q->lock);
	return room;
}

size_t commit_queue_length(struct commit_queue *q)
{
	size_t n;

	(void)pthread_mutex_lock(&q->lock);
	n = q->n;
	(void)pthread_mutex_unlock(&q->lock);
	return n;
}

int64_t commit_queue_wait_us(struct commit_queue *q)
{
	int64_t us;

	(void)pthread_mutex_lock(&q->lock);
	us = waiting_us(q);
	(void)pthread_mutex_unlock(&q->lock);
	return us;
}
