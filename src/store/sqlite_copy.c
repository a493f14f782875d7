/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Usual path: a read transaction on the source, held to the end, so that all steps see one
 * state and none of them starts anew because something was written -> SQLite's backup API
 * copies the pages, those in the log included -> the copy is taken out of WAL mode, so that
 * it is one file that can be read where nothing can be written -> synced.
 */
#include "store/sqlite_copy.h"

#include "base/plant.h"
#include "base/str.h"
#include "store/sqlite_run.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { STEP_PAGES = 1024 };

static int open_copy(const char *path, sqlite3 **out)
{
	int rc = sqlite3_open_v2(path, out,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
			SQLITE_OPEN_EXRESCODE,
		NULL);

	/* it is synced as a whole, at the end */
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(*out, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
	return rc;
}

static int copy_pages(sqlite3 *from, sqlite3 *to,
	void (*progress)(void *ctx, const char *what, uint64_t done), void *ctx)
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
	int rc = SQLITE_OK;

	if (!backup)
		return sqlite3_extended_errcode(to);
	while (rc == SQLITE_OK) {
		rc = sqlite3_backup_step(backup, STEP_PAGES);
		if (progress)
			progress(ctx, "pages",
				(uint64_t)(sqlite3_backup_pagecount(backup) -
					   sqlite3_backup_remaining(backup)));
	}
	(void)sqlite3_backup_finish(backup);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int leave_log_mode(const char *path)
{
	sqlite3 *copy = NULL;
	int rc = open_copy(path, &copy);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(copy, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
	(void)sqlite3_close(copy);
	return rc;
}

static enum status sync_file(const char *path, struct error *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum status st = ST_OK;

	if (fd < 0 || fsync(fd) != 0)
		st = fail(e, ST_IO, path, "cannot be synced: %s", strerror(errno));
	if (fd >= 0)
		(void)close(fd);
	return st;
}

/* A planted fault: the file as it is, without what is in the log. */
static sqlite3 *without_log(sqlite3 *from)
{
	struct buf uri = { 0 };
	sqlite3 *out = NULL;

	buf_printf(&uri, "file:%s?immutable=1", sqlite3_db_filename(from, "main"));
	buf_add(&uri, "", 1);
	(void)sqlite3_open_v2(uri.p, &out,
		SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
	buf_fini(&uri);
	return out;
}

enum status sqlite_copy(sqlite3 *from, const char *path,
	void (*progress)(void *ctx, const char *what, uint64_t done), void *ctx,
	struct error *e)
{
	sqlite3 *to = NULL;
	enum status st = ST_OK;
	int rc;

	if (plant("backup_without_log"))
		from = without_log(from);
	rc = sqlite3_exec(
		from, "BEGIN; SELECT count(*) FROM sqlite_schema;", NULL, NULL, NULL);

	if (rc != SQLITE_OK)
		st = sqlite_fail(from, rc, AT_STATEMENT, e);
	if (st == ST_OK) {
		rc = open_copy(path, &to);
		if (rc == SQLITE_OK)
			rc = copy_pages(from, to, progress, ctx);
		if (rc != SQLITE_OK)
			st = sqlite_fail(to, rc, AT_STATEMENT, e);
	}
	(void)sqlite3_close(to);
	(void)sqlite3_exec(from, "ROLLBACK", NULL, NULL, NULL);
	TRY(st);
	rc = leave_log_mode(path);
	if (rc != SQLITE_OK)
		return fail(e, ST_IO, path, "SQLite: %s", sqlite3_errstr(rc));
	return sync_file(path, e);
}
