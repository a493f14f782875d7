/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commit_queue.h -- changes waiting for the next commit.
 * Any thread may push; the writer thread alone takes. Bounded by number and by about one
 * second of work, as the last batches took it: a push into a full queue fails at once. What
 * is taken belongs to the writer until its answer is posted.
 */
#ifndef QUN_STORE_COMMIT_QUEUE_H
#define QUN_STORE_COMMIT_QUEUE_H

#include "base/limits.h"
#include "store/store.h"

struct commit_queue;

/* At most `limit` changes, and no more once `work_us` of work are waiting. */
struct commit_queue *commit_queue_new(size_t limit, int64_t work_us);
void commit_queue_free(struct commit_queue *q); /* empty; NULL is fine */

/* ST_BUSY: full. ST_CLOSED. */
MUST_USE enum status commit_queue_push(struct commit_queue *q, struct change *c);

/* One batch: what has arrived, in order, up to LIMIT_BATCH changes that name at most
 * LIMIT_BATCH_IDS ids together; a change that wants to be alone is. */
struct batch {
	struct change *v[LIMIT_BATCH];
	size_t n;
	size_t work; /* what they are expected to cost, in ids that are named */
	bool alone; /* one change, of a size that says nothing about others (a world) */
};

/* Waits for a change until `wait_ms` have passed (-1: for ever) or the queue is closed.
 * False once it is closed and empty; else the batch, which is empty if none came. */
bool commit_queue_take(struct commit_queue *q, int wait_ms, struct batch *out);

/* What the batch took: to run its changes, and to commit and settle them. A batch that was
 * alone does not count: it is no measure of what is waiting. */
void commit_queue_took(
	struct commit_queue *q, const struct batch *b, int64_t run_us, int64_t commit_us);

/* From now on pushes fail; what is queued can still be taken. */
void commit_queue_close(struct commit_queue *q);

/* False: a push would fail at this moment. */
bool commit_queue_has_room(struct commit_queue *q);
size_t commit_queue_length(struct commit_queue *q);
/* How long what is waiting will take. */
int64_t commit_queue_wait_us(struct commit_queue *q);

#endif
