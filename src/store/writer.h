/* SPDX-License-Identifier: Apache-2.0 */
/*
 * writer.h -- the one thread that changes anything.
 * It takes batches from its queue, runs each in one transaction, commits once, reports all
 * of them, and then moves what was committed to its final place.
 */
#ifndef QUN_STORE_WRITER_H
#define QUN_STORE_WRITER_H

#include "store/commit_queue.h"
#include "store/db.h"

struct writer;

/* That many pages committed are moved to their place as one portion. Larger portions cost
 * less in all, and hold up the changes behind them longer. */
enum { WRITER_CHECKPOINT_PAGES = 256 };

struct writer_options {
	const struct db_driver *driver;
	struct db *db; /* the only connection that writes; the writer's until it is freed */
	void (*on_fatal)(void *ctx, const struct error *e); /* see store.h */
	void *ctx;
};

struct writer *writer_start(const struct writer_options *o);
/* Finishes what is queued. The connection is the caller's again. NULL is fine. */
void writer_stop(struct writer *w);

/* ST_BUSY or ST_CLOSED: not queued. Any thread. */
MUST_USE enum status writer_submit(struct writer *w, struct change *c);
/* False: writer_submit would answer ST_BUSY. Any thread. */
bool writer_has_room(struct writer *w);
/* How long what is waiting will take. */
int64_t writer_wait_us(struct writer *w);
/* Fills what the writer knows of. Any thread. */
void writer_get_stats(struct writer *w, struct store_stats *out);

#endif
