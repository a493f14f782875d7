/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader.h -- reads: at once on the caller's thread, or on threads of their own.
 * Every reader has a read-only connection of its own; a read is one transaction, so its
 * statements see one state.
 */
#ifndef QUN_STORE_READER_H
#define QUN_STORE_READER_H

#include "store/db.h"
#include "store/store.h"

/* Runs it here and gives it its status; done is the caller's to call. */
void read_run(const struct db_driver *driver, struct db *db, struct read *r);

struct reader_pool;

/* `dbs`: one connection for each of `n` threads; the pool's, closed by reader_pool_free. */
struct reader_pool *reader_pool_new(
	const struct db_driver *driver, struct db *const *dbs, size_t n);
/* Finishes what is queued. NULL is fine. */
void reader_pool_free(struct reader_pool *p);

/* ST_BUSY: LIMIT_READ_QUEUE are waiting; done will not be called. Any thread. */
MUST_USE enum status reader_pool_submit(struct reader_pool *p, struct read *r);

#endif
