/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_run.h -- statements on an SQLite connection: prepared once, bound, run, their rows
 * copied out. For db_sqlite.c only.
 */
#ifndef QUN_STORE_SQLITE_RUN_H
#define QUN_STORE_SQLITE_RUN_H

#include "base/status.h"
#include "store/statements.h"

#include <sqlite3.h>

struct prepared;

/* More than all the literals of the program: it never fills. */
enum { PREPARED_SLOTS = 512 };

/* Prepared statements by the address of their SQL. Zero-initialise. */
struct prepared_cache {
	struct prepared *slots[PREPARED_SLOTS];
	size_t n;
};

void prepared_cache_fini(struct prepared_cache *c);

/* Where a failure happened: the same code means different things. */
enum sqlite_step { AT_STATEMENT, AT_COMMIT, AT_CHECKPOINT };

/* What SQLite's (extended) code means to the store, with its words in `e`. */
enum status sqlite_fail(sqlite3 *handle, int rc, enum sqlite_step step, struct error *e);

/* One statement; its rows are kept in `arena`. It is reset when this returns. */
MUST_USE enum status sqlite_run(sqlite3 *handle, struct prepared_cache *cache,
	struct statement *st, enum sqlite_step step, struct arena *arena, struct error *e);

#endif
