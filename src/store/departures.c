/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Usual path: take the people of a corp who have got equally far, or the one whom somebody
 * waits for -> look through the corp's groups behind that, a portion in each read, until
 * there is one of them in a group -> have the writer leave those found in this portion and
 * note how far that is -> pause -> the next corp in turn. Without any, sleep until woken.
 *
 * The reads see what is committed, and nobody can put them into a group again, so that no
 * group is missed; those that they have left meanwhile are found out by the change itself.
 * So is a departure that is no longer this one: a world made him anew, and he has left
 * again.
 *
 * Ways to fail: a read or a change fails (tried again after a second, for ever: they are
 * inactive anyway); the queue is full (likewise, sooner); the store has stopped for good
 * (so does the thread).
 */
#include "store/departures.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/plant.h"
#include "store/departure_work.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

enum {
	READS_A_STEP = 20, /* then how far it got is stored, found or not */
	BUSY_MS = 50,
	FAILED_MS = 1000,
};

struct departures {
	const struct db_driver *driver;
	struct db *db;
	struct writer *writer;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* under the lock */
	bool woken, stopped, written;
	STAILQ_HEAD(, departure_wait) waiting;
	/* the thread's own */
	struct arena arena; /* of one step */
	int64_t last_corp; /* whose turn it was */
};

/* ---- one step ---- */

static void leave_done(struct change *c)
{
	struct departures *d = c->user;

	(void)pthread_mutex_lock(&d->lock);
	d->written = true;
	(void)pthread_cond_broadcast(&d->changed);
	(void)pthread_mutex_unlock(&d->lock);
}

static enum status leave(struct departures *d, struct leave_op *op)
{
	op->change.arena = &d->arena;
	op->change.done = leave_done;
	op->change.user = d;
	op->change.ids = op->n;
	op->at_ms = clock_now_ms();
	d->written = false;
	TRY(writer_submit(d->writer, &op->change));
	(void)pthread_mutex_lock(&d->lock);
	while (!d->written)
		(void)pthread_cond_wait(&d->changed, &d->lock);
	(void)pthread_mutex_unlock(&d->lock);
	return op->change.status;
}

static enum status run(struct departures *d, struct read *r)
{
	r->arena = &d->arena;
	read_run(d->driver, d->db, r);
	return r->status;
}

/* Up to the first portion with groups to leave. */
static enum status step(struct departures *d, const struct leavers *of)
{
	struct leaving_read q;
	struct leave_op op;

	leaving_read_init(&q);
	q.of = of;
	q.until = of->after;
	for (int i = 0; i < READS_A_STEP && q.until.p && q.n == 0; i++) {
		q.after = q.until;
		TRY(run(d, &q.read));
	}
	leave_op_init(&op);
	op.of = of;
	op.v = q.v;
	op.n = q.n;
	op.until = q.until;
	kill_point("departure.found");
	return leave(d, &op);
}

/* ---- the thread ---- */

/* The lock is held; it is given up meanwhile. */
static void sleep_ms(struct departures *d, int64_t ms)
{
	int64_t until_us = clock_mono_us() + 1000 * ms;
	const struct timespec until = { .tv_sec = until_us / 1000000,
		.tv_nsec = until_us % 1000000 * 1000 };

	while (!d->stopped && !d->woken)
		if (pthread_cond_timedwait(&d->changed, &d->lock, &until) == ETIMEDOUT)
			break;
}

static enum status one_leaver(
	struct departures *d, int64_t corp, struct str userid, struct leavers *out)
{
	struct one_leaver_read q;

	one_leaver_read_init(&q);
	q.corp = corp;
	q.userid = userid;
	TRY(run(d, &q.read));
	*out = q.next;
	return ST_OK;
}

/* The lock is held. Tells those whose departure is done, and those who have waited too
 * long. ST_OK with the departure of one who waits on; ST_NOT_FOUND. */
static enum status answer_waiting(struct departures *d, struct leavers *out)
{
	struct departure_wait *w, *next;
	int64_t now_us = clock_mono_us();
	enum status st;

	for (w = STAILQ_FIRST(&d->waiting); w; w = next) {
		next = STAILQ_NEXT(w, link);
		st = one_leaver(d, w->corp, w->userid, out);
		if (st == ST_OK && now_us < w->until_us)
			return ST_OK;
		STAILQ_REMOVE(&d->waiting, w, departure_wait, link);
		w->status = st == ST_NOT_FOUND ? ST_OK : st == ST_OK ? ST_BUSY : st;
		w->done(w);
	}
	return ST_NOT_FOUND;
}

/* Those of the next corp in turn; after the last one the first. */
static enum status next_in_turn(struct departures *d, struct leavers *out)
{
	struct next_leavers_read q;
	enum status st;

	next_leavers_read_init(&q);
	q.corp = d->last_corp;
	st = run(d, &q.read);
	if (st == ST_NOT_FOUND) {
		q.corp = 0;
		st = run(d, &q.read);
	}
	*out = q.next;
	return st;
}

/* One step. How long to wait after it; -1: until woken. */
static int64_t turn(struct departures *d, bool waited_for, const struct leavers *of)
{
	enum status st;

	d->last_corp = of->corp;
	st = step(d, of);
	kill_point("departure.left");
	switch (st) {
	case ST_OK: return waited_for ? 0 : LIMIT_DEPARTURE_PAUSE_MS;
	case ST_BUSY: return BUSY_MS;
	case ST_CLOSED:
	case ST_UNKNOWN: return -1;
	default: return FAILED_MS;
	}
}

static void *departures_main(void *arg)
{
	struct departures *d = arg;
	struct leavers of;
	enum status st;
	bool waited_for;
	int64_t pause_ms;

	(void)pthread_mutex_lock(&d->lock);
	while (!d->stopped) {
		d->woken = false;
		st = answer_waiting(d, &of);
		waited_for = st == ST_OK;
		(void)pthread_mutex_unlock(&d->lock);
		if (!waited_for)
			st = next_in_turn(d, &of);
		pause_ms = st == ST_OK          ? turn(d, waited_for, &of)
			   : st == ST_NOT_FOUND ? -1
						: FAILED_MS;
		arena_fini(&d->arena);
		d->arena = (struct arena){ 0 };
		(void)pthread_mutex_lock(&d->lock);
		if (pause_ms > 0)
			sleep_ms(d, pause_ms);
		while (pause_ms < 0 && !d->stopped && !d->woken)
			(void)pthread_cond_wait(&d->changed, &d->lock);
	}
	(void)pthread_mutex_unlock(&d->lock);
	return NULL;
}

/* ---- from outside ---- */

struct departures *departures_start(
	const struct db_driver *driver, struct db *db, struct writer *writer)
{
	struct departures *d = calloc(1, sizeof(*d));
	pthread_condattr_t attr;

	if (!d)
		die("out of memory: departures");
	d->driver = driver;
	d->db = db;
	d->writer = writer;
	STAILQ_INIT(&d->waiting);
	(void)pthread_mutex_init(&d->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&d->changed, &attr);
	(void)pthread_condattr_destroy(&attr);
	if (pthread_create(&d->thread, NULL, departures_main, d) != 0)
		die("cannot start the departures' thread");
	return d;
}

void departures_stop(struct departures *d)
{
	struct departure_wait *w;

	if (!d)
		return;
	(void)pthread_mutex_lock(&d->lock);
	d->stopped = true;
	(void)pthread_cond_broadcast(&d->changed);
	(void)pthread_mutex_unlock(&d->lock);
	(void)pthread_join(d->thread, NULL);
	while ((w = STAILQ_FIRST(&d->waiting))) {
		STAILQ_REMOVE_HEAD(&d->waiting, link);
		w->status = ST_CLOSED;
		w->done(w);
	}
	d->driver->close(d->db);
	(void)pthread_cond_destroy(&d->changed);
	(void)pthread_mutex_destroy(&d->lock);
	free(d);
}

void departures_wake(struct departures *d)
{
	(void)pthread_mutex_lock(&d->lock);
	d->woken = true;
	(void)pthread_cond_broadcast(&d->changed);
	(void)pthread_mutex_unlock(&d->lock);
}

void departures_await(struct departures *d, struct departure_wait *w)
{
	w->until_us = clock_mono_us() + INT64_C(1000) * LIMIT_DEPARTURE_WAIT_MS;
	(void)pthread_mutex_lock(&d->lock);
	STAILQ_INSERT_TAIL(&d->waiting, w, link);
	d->woken = true;
	(void)pthread_cond_broadcast(&d->changed);
	(void)pthread_mutex_unlock(&d->lock);
}
