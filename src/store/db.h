/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db.h -- the narrow waist: what a database must do for the store, and nothing else.
 * A connection belongs to one thread at a time. Drivers are found by URL scheme in db.c's
 * array.
 */
#ifndef QUN_STORE_DB_H
#define QUN_STORE_DB_H

#include "base/status.h"
#include "store/statements.h"

#include <stdbool.h>
#include <stdint.h>

struct db; /* one connection; the driver's */

struct db_options {
	const char *url; /* NULL: SQLite in dir */
	const char *dir; /* the data folder */
	bool read_only;
	unsigned cache_mb; /* pages kept in memory by this connection; 0: the driver's own
			      measure */
};

/*
 * What a failure means to the caller:
 *   ST_NO_SPACE  nothing was kept; may be tried again later
 *   ST_UNKNOWN   from commit: it may or may not be there; the process must not go on
 *   ST_IO        from checkpoint: the disk cannot be trusted; the process must not go on
 *   ST_CORRUPT   what is stored is damaged
 *   ST_BUSY      another process holds the database; may be tried again
 *   ST_INTERNAL  the statement is at fault
 * After a failure inside a transaction the caller rolls back.
 */
struct db_driver {
	const char *scheme; /* "sqlite" */
	/* Read-only: ST_NOT_FOUND if there is no database yet. */
	MUST_USE enum status (*open)(
		const struct db_options *o, struct db **out, struct error *e);
	/* The writer's connection settles what it committed, unless it failed in a way that
	 * forbids it. The writer opens first and closes last. NULL is fine. */
	void (*close)(struct db *db);
	/* Runs all in order and keeps their rows in `arena`; stops at the first that fails.
	 */
	MUST_USE enum status (*run)(
		struct db *db, struct statements *s, struct arena *arena, struct error *e);
	MUST_USE enum status (*begin)(struct db *db, bool write, struct error *e);
	MUST_USE enum status (*commit)(struct db *db, struct error *e);
	/* Also ends a transaction that only read. Without one it does nothing. */
	void (*rollback)(struct db *db);
	/* Pages committed that a checkpoint has still to move to their final place. */
	size_t (*pages_to_move)(const struct db *db);
	/* Pages that commits have written for that, since it was opened. */
	uint64_t (*pages_written)(const struct db *db);
	/* Moves what no reader stands in the way of. ST_NO_SPACE leaves all as it was. */
	MUST_USE enum status (*checkpoint)(struct db *db, struct error *e);
	/* Applies the numbered schema files that are missing, each in a transaction.
	 * ST_UNSUPPORTED if the stored version is newer than this program. */
	/* On a read-only connection nothing is applied: ST_AGAIN if files are missing. */
	MUST_USE enum status (*migrate)(struct db *db, struct error *e);
	/* Looks at all pages and indexes, and whether the schema is the one that migrate
	 * makes; `found` for each thing that is wrong. May take long. */
	MUST_USE enum status (*check)(struct db *db,
		void (*found)(void *ctx, struct str text), void *ctx, struct error *e);
	/* Copies one state of the database, while another process may be writing, into the
	 * folder `to`, where it can be opened read-only; synced but for the folder. NULL:
	 * it has tools of its own for that. */
	MUST_USE enum status (*copy)(struct db *db, const char *to,
		void (*progress)(void *ctx, const char *what, uint64_t done), void *ctx,
		struct error *e);
};

extern const struct db_driver db_sqlite;

/* The driver of an URL ("sqlite:" when NULL); NULL if there is none. */
const struct db_driver *db_driver_find(const char *url);

#endif
