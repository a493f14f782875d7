/* SPDX-License-Identifier: Apache-2.0 */
/* sqlite_copy.h -- a copy of an SQLite database that others write. For db_sqlite.c only. */
#ifndef QUN_STORE_SQLITE_COPY_H
#define QUN_STORE_SQLITE_COPY_H

#include "base/status.h"

#include <sqlite3.h>
#include <stdint.h>

/* struct db_driver's copy: into the new file `path`. */
MUST_USE enum status sqlite_copy(sqlite3 *from, const char *path,
	void (*progress)(void *ctx, const char *what, uint64_t done), void *ctx,
	struct error *e);

#endif
