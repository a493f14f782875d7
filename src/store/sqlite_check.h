/* SPDX-License-Identifier: Apache-2.0 */
/* sqlite_check.h -- is an SQLite database sound? For db_sqlite.c only. */
#ifndef QUN_STORE_SQLITE_CHECK_H
#define QUN_STORE_SQLITE_CHECK_H

#include "base/status.h"
#include "base/str.h"

#include <sqlite3.h>

/* struct db_driver's check. */
MUST_USE enum status sqlite_check(sqlite3 *handle,
	void (*found)(void *ctx, struct str text), void *ctx, struct error *e);

#endif
