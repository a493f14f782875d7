/* SPDX-License-Identifier: Apache-2.0 */
/*
 * writer.c -- batches of changes, each batch one transaction.
 *
 * Usual path: take -> begin -> for each change ask, run, decide, write, run -> commit ->
 * done for all -> checkpoint when enough pages have come together.
 *
 * Ways to fail: a statement fails (the batch is rolled back and its changes run again one
 * by one; the one that fails again is at fault); the commit finds no space (all of the
 * batch get ST_NO_SPACE, the next batch tries anew); the commit or a checkpoint fails in
 * any other way (what is on disk is not known: the batch gets ST_UNKNOWN, the queue is
 * closed, on_fatal is called, and nothing is written any more).
 */
#include "store/writer.h"

#include "base/clock.h"
#include "base/plant.h"
#include "store/ledger_numbers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum {
	QUEUE_WORK_US = 1000000, /* DESIGN.md section 4: a client may give up after three */
	IDLE_MS = 200, /* without a change: move what is left */
};

struct writer {
	struct writer_options o;
	struct commit_queue *queue;
	pthread_t thread;
	bool fatal;
	struct error why; /* if fatal */
	bool no_space; /* at the last commit */
	struct ledger_numbers numbers; /* of the transaction at hand */
	int64_t commit_us; /* of the batch at hand */
	size_t tried_pages; /* to move, when a checkpoint last ran */
	_Atomic uint64_t commits, changes, refused, failed, rolled_back, checkpoints,
		wal_pages, wal_pages_written;
	struct histogram commit_time, checkpoint_time;
};

/* Gives the change its status. False if a statement failed, and with it the transaction. */
static bool run_change(struct writer *w, struct change *c)
{
	struct statements facts = { .arena = c->arena }, out = { .arena = c->arena };

	c->writes = false;
	c->numbers = &w->numbers;
	c->error = (struct error){ 0 };
	c->ops->ask(c, &facts);
	c->status = w->o.driver->run(w->o.db, &facts, c->arena, &c->error);
	if (c->status != ST_OK)
		return false;
	c->status = c->ops->decide(c, &facts);
	if (c->status != ST_OK)
		return true;
	c->ops->write(c, &out);
	if (out.count == 0)
		return true;
	kill_point("writer.decided");
	c->writes = true;
	c->status = w->o.driver->run(w->o.db, &out, c->arena, &c->error);
	return c->status == ST_OK;
}

static enum status write_numbers(struct writer *w, struct error *e)
{
	struct arena arena = { 0 };
	struct statements out = { .arena = &arena };
	enum status st;

	ledger_numbers_write(&w->numbers, &out);
	st = w->o.driver->run(w->o.db, &out, &arena, e);
	arena_fini(&arena);
	return st;
}

static void set_all(struct change **v, size_t n, enum status st, const struct error *e)
{
	for (size_t i = 0; i < n; i++) {
		v[i]->status = st;
		v[i]->error = *e;
	}
}

static enum status commit(struct writer *w, struct change **v, size_t n, struct error *e)
{
	int64_t begin_us = clock_mono_us();
	bool writes = false;
	enum status st;

	for (size_t i = 0; i < n; i++)
		writes |= v[i]->writes;
	if (!writes) {
		w->o.driver->rollback(w->o.db);
		return ST_OK;
	}
	kill_point("writer.before_commit");
	if (plant("ack_before_commit"))
		return ST_OK;
	st = w->o.driver->commit(w->o.db, e);
	kill_point("writer.committed");
	histogram_add(&w->commit_time, clock_mono_us() - begin_us);
	w->wal_pages_written = w->o.driver->pages_written(w->o.db);
	w->commit_us += clock_mono_us() - begin_us;
	w->no_space = st == ST_NO_SPACE;
	w->commits += st == ST_OK;
	return st;
}

/* One transaction. Every change has its status after it, but for one case: false, and the
 * changes have to run again one by one. */
static bool run_transaction(struct writer *w, struct change **v, size_t n)
{
	struct error e = { 0 };
	enum status st = w->o.driver->begin(w->o.db, true, &e);

	if (st != ST_OK) {
		set_all(v, n, st, &e);
		return true;
	}
	w->numbers.n = 0;
	for (size_t i = 0; i < n; i++) {
		kill_point("writer.change");
		if (run_change(w, v[i]))
			continue;
		w->o.driver->rollback(w->o.db);
		w->rolled_back++;
		return n == 1;
	}
	st = write_numbers(w, &e);
	if (st != ST_OK)
		w->o.driver->rollback(w->o.db);
	else
		st = commit(w, v, n, &e);
	if (st != ST_OK) {
		set_all(v, n, st, &e);
		w->rolled_back++;
	}
	if (st == ST_UNKNOWN) {
		w->fatal = true;
		w->why = e;
	}
	return true;
}

static void run_batch(struct writer *w, struct change **v, size_t n)
{
	const struct error closed = { ST_CLOSED, "", "the store has stopped" };

	if (w->fatal)
		set_all(v, n, ST_CLOSED, &closed);
	else if (!run_transaction(w, v, n))
		for (size_t i = 0; i < n; i++)
			run_batch(w, &v[i], 1);
}

/* A change is its submitter's again with done(). */
static void report(struct writer *w, struct change **v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (v[i]->status == ST_REFUSED)
			w->refused++;
		else if (v[i]->status != ST_OK)
			w->failed++;
		else if (v[i]->writes)
			w->changes++;
		v[i]->done(v[i]);
		kill_point("writer.told");
	}
}

/* A planted fault: the answers are on their way meanwhile. */
static void commit_late(struct writer *w)
{
	(void)usleep(1000);
	w->commits += w->o.driver->commit(w->o.db, &w->why) == ST_OK;
}

/* Any number of pages is worth moving when nothing is waiting, or when there is no space:
 * then the log can begin again where it is. */
static void checkpoint(struct writer *w, bool any)
{
	size_t pages = w->o.driver->pages_to_move(w->o.db);
	int64_t begin_us;

	if (plant("checkpoint_skipped"))
		return;
	w->wal_pages = pages;
	if (pages < w->tried_pages)
		w->tried_pages = 0;
	/* What a reader stands in the way of is tried again with the next portion only. */
	if (pages == 0 || (!any && pages < w->tried_pages + WRITER_CHECKPOINT_PAGES))
		return;
	kill_point("checkpoint.begin");
	begin_us = clock_mono_us();
	w->fatal = w->o.driver->checkpoint(w->o.db, &w->why) == ST_IO;
	histogram_add(&w->checkpoint_time, clock_mono_us() - begin_us);
	kill_point("checkpoint.end");
	w->checkpoints++;
	w->tried_pages = w->o.driver->pages_to_move(w->o.db);
	w->wal_pages = w->tried_pages;
}

/* True: go on. */
static bool one_turn(struct writer *w, struct batch *b)
{
	bool settled = w->o.driver->pages_to_move(w->o.db) == 0;
	int64_t begin_us, all_us;

	if (!commit_queue_take(w->queue, settled || w->fatal ? -1 : IDLE_MS, b))
		return false;
	begin_us = clock_mono_us();
	w->commit_us = 0;
	run_batch(w, b->v, b->n);
	all_us = clock_mono_us() - begin_us;
	report(w, b->v, b->n);
	if (plant("ack_before_commit"))
		commit_late(w);
	kill_point("writer.reported");
	begin_us = clock_mono_us();
	if (!w->fatal)
		checkpoint(w, b->n == 0 || w->no_space);
	if (b->n > 0)
		commit_queue_took(w->queue, b, all_us - w->commit_us,
			w->commit_us + clock_mono_us() - begin_us);
	return true;
}

static void *writer_main(void *arg)
{
	struct writer *w = arg;
	struct batch *b = calloc(1, sizeof(*b));
	bool told = false;

	if (!b)
		die("out of memory: batch");
	while (one_turn(w, b)) {
		if (!w->fatal || told)
			continue;
		told = true;
		commit_queue_close(w->queue);
		w->o.on_fatal(w->o.ctx, &w->why);
	}
	free(b);
	return NULL;
}

struct writer *writer_start(const struct writer_options *o)
{
	struct writer *w = calloc(1, sizeof(*w));

	if (!w)
		die("out of memory: writer");
	w->o = *o;
	w->queue = commit_queue_new(LIMIT_QUEUE, QUEUE_WORK_US);
	if (pthread_create(&w->thread, NULL, writer_main, w) != 0)
		die("cannot start the writer's thread");
	return w;
}

void writer_stop(struct writer *w)
{
	if (!w)
		return;
	commit_queue_close(w->queue);
	(void)pthread_join(w->thread, NULL);
	commit_queue_free(w->queue);
	free(w);
}

enum status writer_submit(struct writer *w, struct change *c)
{
	return commit_queue_push(w->queue, c);
}

bool writer_has_room(struct writer *w)
{
	return commit_queue_has_room(w->queue);
}

int64_t writer_wait_us(struct writer *w)
{
	return commit_queue_wait_us(w->queue);
}

void writer_get_stats(struct writer *w, struct store_stats *out)
{
	out->commits = w->commits;
	out->changes = w->changes;
	out->refused = w->refused;
	out->failed = w->failed;
	out->rolled_back = w->rolled_back;
	out->checkpoints = w->checkpoints;
	out->wal_pages = w->wal_pages;
	out->wal_pages_written = w->wal_pages_written;
	histogram_copy(&w->commit_time, &out->commit_time);
	histogram_copy(&w->checkpoint_time, &out->checkpoint_time);
	out->queue_length = commit_queue_length(w->queue);
}
