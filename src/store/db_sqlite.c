/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db_sqlite.c -- SQLite in WAL mode.
 *
 * Usual path of a commit: frames are appended to the log and synced (synchronous=FULL);
 * later a checkpoint copies them into the database file. SQLite before 3.51.3 can lose
 * pages when two connections write or checkpoint at the same instant: only the writer's
 * connection does either, and readers are opened read-only. Automatic checkpoints are off,
 * because they swallow a failed fsync.
 *
 * Ways to fail: no space for a frame or a page (nothing was kept, goes on when there is
 * room); a failed fsync (what is on disk is not known, so this connection never settles
 * anything again, and recovery decides at the next start); damage, seen when a page is
 * read.
 */
#include "base/clock.h"
#include "base/plant.h"
#include "store/db.h"
#include "store/schema.h"
#include "store/sqlite_check.h"
#include "store/sqlite_copy.h"
#include "store/sqlite_run.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	APPLICATION_ID = 0x51756e31, /* "Qun1" */
	READER_BUSY_MS = 1000,
	/* A log this long is moved and started again even if readers have to be
	 * waited for: the longer the log, the longer, so that reads that never stop bound
	 * it by how long they take. */
	RESTART_PAGES = 8192,
	RESTART_WAIT_MS = 20, /* for each RESTART_PAGES */
	RESTART_WAIT_MAX_MS = 1000,
};

struct db {
	sqlite3 *handle;
	struct prepared_cache prepared;
	bool read_only;
	/* Not known to be ours, or a commit or checkpoint failed: leave the log alone. */
	bool hands_off;
	size_t log_pages, moved_pages;
	uint64_t pages_written;
};

static enum status execute(struct db *db, const char *sql, struct error *e)
{
	int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? ST_OK : sqlite_fail(db->handle, rc, AT_STATEMENT, e);
}

/* What a damaged or hostile file could ask for is bounded. */
static void set_limits(sqlite3 *handle)
{
	static const struct {
		int limit, value;
	} limits[] = {
		{ SQLITE_LIMIT_LENGTH, 64 << 20 },
		{ SQLITE_LIMIT_SQL_LENGTH, 64 << 10 },
		{ SQLITE_LIMIT_COLUMN, 64 },
		{ SQLITE_LIMIT_EXPR_DEPTH, 64 },
		{ SQLITE_LIMIT_COMPOUND_SELECT, 8 },
		{ SQLITE_LIMIT_FUNCTION_ARG, 8 },
		{ SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64 },
		{ SQLITE_LIMIT_VARIABLE_NUMBER, PARAMS_MAX },
		{ SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
		{ SQLITE_LIMIT_WORKER_THREADS, 0 },
	};
	static const struct {
		int option, value;
	} options[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(limits); i++)
		(void)sqlite3_limit(handle, limits[i].limit, limits[i].value);
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		(void)sqlite3_db_config(
			handle, options[i].option, options[i].value, (int *)NULL);
}

static int on_commit(void *ctx, sqlite3 *handle, const char *name, int pages)
{
	struct db *db = ctx;

	(void)handle;
	(void)name;
	if ((size_t)pages <= db->log_pages) { /* the log began again */
		db->moved_pages = 0;
		db->log_pages = 0;
	}
	db->pages_written += (size_t)pages - db->log_pages;
	db->log_pages = (size_t)pages;
	return SQLITE_OK;
}

static enum status configure(struct db *db, unsigned cache_mb, struct error *e)
{
	static const char common[] = "PRAGMA page_size = 2048;"
				     "PRAGMA foreign_keys = OFF;"
				     "PRAGMA cell_size_check = ON;"
				     "PRAGMA mmap_size = 0;"
				     "PRAGMA temp_store = MEMORY;";
	static const char writer[] = "PRAGMA secure_delete = OFF;"
				     "PRAGMA journal_size_limit = 33554432;"
				     "PRAGMA synchronous = FULL;";
	char cache[64];

	(void)snprintf(cache, sizeof(cache), "PRAGMA cache_size = -%u;", cache_mb * 1024);
	TRY(execute(db, common, e));
	if (cache_mb)
		TRY(execute(db, cache, e));
	(void)sqlite3_wal_autocheckpoint(db->handle, 0);
	if (db->read_only) {
		(void)sqlite3_busy_timeout(db->handle, READER_BUSY_MS);
		return execute(db, "SELECT count(*) FROM sqlite_schema", e);
	}
	(void)sqlite3_wal_hook(db->handle, on_commit, db);
	TRY(execute(db, writer, e));
	if (plant("synchronous_off"))
		TRY(execute(db, "PRAGMA synchronous = OFF", e));
	if (plant("synchronous_normal"))
		TRY(execute(db, "PRAGMA synchronous = NORMAL", e));
	return ST_OK;
}

static void sqlite_close(struct db *db)
{
	if (!db)
		return;
	kill_point("close.begin");
	/* A log that is not wholly moved stays beside the file: nothing is lost by it. */
	if (!db->read_only && !db->hands_off &&
		sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE,
			NULL, NULL) == SQLITE_OK)
		(void)sqlite3_db_config(
			db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, (int *)NULL);
	prepared_cache_fini(&db->prepared);
	kill_point("close.checkpointed");
	(void)sqlite3_close(db->handle);
	free(db);
}

/* "./", or a folder called "file:" would be taken for an URI. */
static bool path_of(const char *dir, char *out, size_t size)
{
	return snprintf(out, size, "%s%s/qun.db", dir[0] == '/' ? "" : "./", dir) <
	       (int)size;
}

static enum status sqlite_open(const struct db_options *o, struct db **out, struct error *e)
{
	int flags = (o->read_only ? SQLITE_OPEN_READONLY
				  : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
		    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	struct db *db = calloc(1, sizeof(*db));
	char path[4096];
	enum status st;
	int rc;

	if (!db)
		die("out of memory: database connection");
	db->read_only = o->read_only;
	db->hands_off = true;
	db->log_pages = 1; /* a crash may have left a log */
	if (!path_of(o->dir, path, sizeof(path))) {
		free(db);
		return fail(e, ST_INVALID, o->dir, "the path is too long");
	}
	if (o->read_only && access(path, F_OK) != 0) {
		free(db);
		return fail(e, ST_NOT_FOUND, "qun.db", "there is none");
	}
	if (plant("log_removed_at_start") && !o->read_only) {
		char log[sizeof(path) + 4];

		(void)snprintf(log, sizeof(log), "%s-wal", path);
		(void)unlink(log);
	}
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* counters behind a lock */
	rc = sqlite3_open_v2(path, &db->handle, flags, NULL);
	if (!db->handle)
		die("out of memory: database connection");
	if (rc == SQLITE_OK) {
		set_limits(db->handle);
		st = configure(db, o->cache_mb, e);
	} else {
		st = sqlite_fail(db->handle, rc, AT_STATEMENT, e);
	}
	if (st != ST_OK) {
		sqlite_close(db);
		return st;
	}
	*out = db;
	return ST_OK;
}

static enum status sqlite_run_all(
	struct db *db, struct statements *s, struct arena *arena, struct error *e)
{
	for (struct statement *st = s->first; st; st = st->next) {
		kill_point("db.statement");
		TRY(sqlite_run(db->handle, &db->prepared, st, AT_STATEMENT, arena, e));
	}
	return ST_OK;
}

static enum status run_one(
	struct db *db, const char *sql, enum sqlite_step step, struct error *e)
{
	struct statement st = { .sql = sql };

	return sqlite_run(db->handle, &db->prepared, &st, step, NULL, e);
}

static enum status sqlite_begin(struct db *db, bool write, struct error *e)
{
	if (plant("stale_snapshot") && !sqlite3_get_autocommit(db->handle))
		return ST_OK;
	return run_one(db, write ? "BEGIN IMMEDIATE" : "BEGIN", AT_STATEMENT, e);
}

static void sqlite_rollback(struct db *db)
{
	if (plant("stale_snapshot") && db->read_only && clock_mono_us() % 4)
		return;
	/* After some failures SQLite has rolled back already. */
	if (!sqlite3_get_autocommit(db->handle))
		(void)run_one(db, "ROLLBACK", AT_STATEMENT, NULL);
}

static enum status sqlite_commit(struct db *db, struct error *e)
{
	enum status st = run_one(db, "COMMIT", AT_COMMIT, e);

	if (st == ST_UNKNOWN && plant("sync_result_ignored"))
		return ST_OK;
	if (st == ST_NO_SPACE && plant("no_space_is_success"))
		st = ST_OK;
	if (st != ST_OK) {
		sqlite_rollback(db);
		db->hands_off = st == ST_UNKNOWN;
	}
	return st;
}

static size_t sqlite_pages_to_move(const struct db *db)
{
	return db->log_pages - db->moved_pages;
}

static uint64_t sqlite_pages_written(const struct db *db)
{
	return db->pages_written;
}

static int restart(struct db *db, int *pages, int *moved)
{
	int wait_ms = *pages / RESTART_PAGES * RESTART_WAIT_MS;
	int rc;

	(void)sqlite3_busy_timeout(
		db->handle, wait_ms < RESTART_WAIT_MAX_MS ? wait_ms : RESTART_WAIT_MAX_MS);
	rc = sqlite3_wal_checkpoint_v2(
		db->handle, NULL, SQLITE_CHECKPOINT_RESTART, pages, moved);
	(void)sqlite3_busy_timeout(db->handle, 0);
	/* A long read: the log grows until it ends. */
	return (rc & 0xff) == SQLITE_BUSY ? SQLITE_OK : rc;
}

static enum status sqlite_checkpoint(struct db *db, struct error *e)
{
	int pages = 0, moved = 0;
	enum status st;
	int rc = sqlite3_wal_checkpoint_v2(
		db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);

	if (rc == SQLITE_OK && pages >= RESTART_PAGES)
		rc = restart(db, &pages, &moved);
	if (rc == SQLITE_OK || plant("checkpoint_failure_ignored")) {
		db->log_pages = pages > 0 ? (size_t)pages : 0;
		db->moved_pages = moved > 0 ? (size_t)moved : 0;
		return ST_OK;
	}
	st = sqlite_fail(db->handle, rc, AT_CHECKPOINT, e);
	db->hands_off = st == ST_IO;
	return st;
}

struct answer {
	char text[24];
};

static int first_cell(void *out, int columns, char **values, char **names)
{
	(void)columns;
	(void)names;
	(void)snprintf(((struct answer *)out)->text, sizeof(struct answer), "%s",
		values[0] ? values[0] : "");
	return 0;
}

static enum status query(
	struct db *db, const char *sql, struct answer *out, struct error *e)
{
	int rc = sqlite3_exec(db->handle, sql, first_cell, out, NULL);

	return rc == SQLITE_OK ? ST_OK : sqlite_fail(db->handle, rc, AT_STATEMENT, e);
}

static enum status query_int(struct db *db, const char *sql, int64_t *out, struct error *e)
{
	struct answer answer = { 0 };

	TRY(query(db, sql, &answer, e));
	*out = strtoll(answer.text, NULL, 10);
	return ST_OK;
}

/* Only now: it writes to the file, which was known to be ours by then. */
static enum status use_log(struct db *db, struct error *e)
{
	struct answer mode = { 0 };

	TRY(query(db, "PRAGMA journal_mode = WAL", &mode, e));
	if (strcmp(mode.text, "wal") != 0)
		return fail(e, ST_UNSUPPORTED, "qun.db",
			"this file system cannot share memory between processes");
	/* A file that cannot be opened for writing SQLite takes as one to be read, for
	 * good: so it does with the log and its index, and only a write tells. */
	if (sqlite3_db_readonly(db->handle, "main"))
		return fail(e, ST_IO, "qun.db", "cannot be opened for writing");
	TRY(sqlite_begin(db, true, e));
	sqlite_rollback(db);
	db->hands_off = false;
	kill_point("migrate.log_on");
	return ST_OK;
}

static enum status apply(struct db *db, const struct schema_file *file, struct error *e)
{
	char mark[96];
	enum status st;

	(void)snprintf(mark, sizeof(mark),
		"PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION_ID,
		file->version);
	TRY(sqlite_begin(db, true, e));
	st = execute(db, file->sql, e);
	kill_point("migrate.tables_made");
	if (st == ST_OK)
		st = execute(db, mark, e);
	kill_point("migrate.before_commit");
	if (st == ST_OK)
		return sqlite_commit(db, e);
	sqlite_rollback(db);
	return st;
}

static enum status sqlite_migrate(struct db *db, struct error *e)
{
	const struct schema_file *file = schema_sqlite;
	int64_t version = 0, owner = 0, tables = 0;

	TRY(query_int(db, "PRAGMA user_version", &version, e));
	TRY(query_int(db, "PRAGMA application_id", &owner, e));
	TRY(query_int(db, "SELECT count(*) FROM sqlite_schema", &tables, e));
	if (owner != APPLICATION_ID && (version || owner || tables))
		return fail(e, ST_CORRUPT, "qun.db", "an SQLite file that is not Qun's");
	for (; file->name && file->version <= version; file++)
		;
	if (!file->name && version != file[-1].version)
		return fail(e, ST_UNSUPPORTED, "qun.db",
			"written by a newer Qun: schema %lld, this program knows %d",
			(long long)version, file[-1].version);
	if (db->read_only)
		return file->name ? ST_AGAIN : ST_OK;
	TRY(use_log(db, e));
	for (; file->name; file++) {
		TRY(apply(db, file, e));
		kill_point("migrate.applied");
	}
	return ST_OK;
}

static enum status sqlite_check_all(struct db *db,
	void (*found)(void *ctx, struct str text), void *ctx, struct error *e)
{
	return sqlite_check(db->handle, found, ctx, e);
}

static enum status sqlite_copy_all(struct db *db, const char *to,
	void (*progress)(void *ctx, const char *what, uint64_t done), void *ctx,
	struct error *e)
{
	char path[4096];

	if (!path_of(to, path, sizeof(path)))
		return fail(e, ST_INVALID, to, "the path is too long");
	return sqlite_copy(db->handle, path, progress, ctx, e);
}

const struct db_driver db_sqlite = {
	.scheme = "sqlite",
	.open = sqlite_open,
	.close = sqlite_close,
	.run = sqlite_run_all,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.pages_to_move = sqlite_pages_to_move,
	.pages_written = sqlite_pages_written,
	.checkpoint = sqlite_checkpoint,
	.migrate = sqlite_migrate,
	.check = sqlite_check_all,
	.copy = sqlite_copy_all,
};
