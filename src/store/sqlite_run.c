/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite_run.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct prepared {
	const char *sql;
	sqlite3_stmt *stmt;
	size_t param_count;
	int index[]; /* of $1, $2 ...: SQLite numbers names by where they first stand */
};

void prepared_cache_fini(struct prepared_cache *c)
{
	for (size_t i = 0; i < PREPARED_SLOTS; i++) {
		if (!c->slots[i])
			continue;
		(void)sqlite3_finalize(c->slots[i]->stmt);
		free(c->slots[i]);
	}
	*c = (struct prepared_cache){ 0 };
}

/* Failures whose primary code says too little or the wrong thing; the rest by its first
 * byte. */
static const struct {
	int rc;
	enum status st;
} meanings[] = {
	{ SQLITE_IOERR_SHORT_READ, ST_CORRUPT },
	{ SQLITE_IOERR_CORRUPTFS, ST_CORRUPT },
	{ SQLITE_IOERR_DATA, ST_CORRUPT },
	{ SQLITE_FULL, ST_NO_SPACE },
	{ SQLITE_CORRUPT, ST_CORRUPT },
	{ SQLITE_NOTADB, ST_CORRUPT },
	{ SQLITE_BUSY, ST_BUSY },
	{ SQLITE_IOERR, ST_IO },
	{ SQLITE_READONLY, ST_IO },
	{ SQLITE_PERM, ST_IO },
	{ SQLITE_CANTOPEN, ST_IO },
	{ SQLITE_PROTOCOL, ST_BUSY },
};

static enum status meaning(int rc)
{
	for (size_t i = 0; i < ARRAY_LEN(meanings); i++)
		if (meanings[i].rc == rc)
			return meanings[i].st;
	return rc == (rc & 0xff) ? ST_INTERNAL : meaning(rc & 0xff);
}

/* The errno behind a failure: of a write that of the file, the database in a checkpoint and
 * else the log, because sqlite3_system_errno() is not told of a commit's. */
static int errno_of(sqlite3 *handle, int rc, enum sqlite_step step)
{
	int which = step == AT_CHECKPOINT ? SQLITE_FCNTL_FILE_POINTER
					  : SQLITE_FCNTL_JOURNAL_POINTER;
	sqlite3_file *file = NULL;
	int error = 0;

	if (rc != SQLITE_IOERR_WRITE)
		return sqlite3_system_errno(handle);
	if (sqlite3_file_control(handle, "main", which, &file) == SQLITE_OK && file &&
		file->pMethods)
		(void)file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
	return error;
}

/* SQLite reports ENOSPC of a write as SQLITE_FULL, but neither a quota nor a file size
 * limit, nor that of the shared memory. A failed fsync is never a matter of space: what it
 * left behind is not known; nor is shared memory in a commit, whose frames are in the log
 * by then. */
static bool out_of_space(int rc, int error, enum sqlite_step step)
{
	if (rc != SQLITE_IOERR_WRITE && (rc != SQLITE_IOERR_SHMSIZE || step == AT_COMMIT))
		return false;
	return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

enum status sqlite_fail(sqlite3 *handle, int rc, enum sqlite_step step, struct error *e)
{
	int error = errno_of(handle, rc, step);
	enum status st = out_of_space(rc, error, step) ? ST_NO_SPACE : meaning(rc);

	/* Everything else may have left the commit's last frame in the log, where recovery
	 * would find it. */
	if (step == AT_COMMIT && st != ST_NO_SPACE && st != ST_BUSY)
		st = ST_UNKNOWN;
	if (step == AT_CHECKPOINT && st != ST_NO_SPACE && st != ST_BUSY)
		st = ST_IO;
	return fail(e, st, "database", "SQLite: %s (code %d, errno %d)",
		sqlite3_errmsg(handle), rc, error);
}

static enum status prepare(
	sqlite3 *handle, const struct statement *st, struct prepared **out, struct error *e)
{
	struct prepared *p = malloc(sizeof(*p) + st->param_count * sizeof(p->index[0]));
	int rc;

	if (!p)
		die("out of memory: prepared statement");
	*p = (struct prepared){ .sql = st->sql, .param_count = st->param_count };
	rc = sqlite3_prepare_v3(
		handle, st->sql, -1, SQLITE_PREPARE_PERSISTENT, &p->stmt, NULL);
	if (rc != SQLITE_OK) {
		free(p);
		return sqlite_fail(handle, rc, AT_STATEMENT, e);
	}
	for (size_t i = 0; i < st->param_count; i++) {
		char name[24];

		(void)snprintf(name, sizeof(name), "$%zu", i + 1);
		p->index[i] = sqlite3_bind_parameter_index(p->stmt, name);
	}
	*out = p;
	return ST_OK;
}

static enum status find(sqlite3 *handle, struct prepared_cache *cache,
	const struct statement *st, struct prepared **out, struct error *e)
{
	size_t at = (size_t)(((uintptr_t)st->sql * UINT64_C(0x9e3779b97f4a7c15)) >> 55);

	_Static_assert(PREPARED_SLOTS == 1 << (64 - 55), "the hash keeps 9 bits");
	while (cache->slots[at] && cache->slots[at]->sql != st->sql)
		at = (at + 1) % PREPARED_SLOTS;
	if (!cache->slots[at]) {
		if (cache->n == PREPARED_SLOTS - 1)
			die("too many statements: SQL must be literals");
		TRY(prepare(handle, st, &cache->slots[at], e));
		cache->n++;
	}
	*out = cache->slots[at];
	if ((*out)->param_count != st->param_count ||
		sqlite3_bind_parameter_count((*out)->stmt) != (int)st->param_count)
		return fail(e, ST_INTERNAL, "database", "%zu parameters given to: %s",
			st->param_count, st->sql);
	return ST_OK;
}

static int bind_value(sqlite3_stmt *stmt, int at, const struct value *v)
{
	if (v->kind == VALUE_INT)
		return sqlite3_bind_int64(stmt, at, v->i);
	if (v->kind == VALUE_NULL || !v->s.p)
		return sqlite3_bind_null(stmt, at);
	if (v->kind == VALUE_BLOB)
		return sqlite3_bind_blob64(stmt, at, v->s.p, v->s.n, SQLITE_STATIC);
	return sqlite3_bind_text64(stmt, at, v->s.p, v->s.n, SQLITE_STATIC, SQLITE_UTF8);
}

static int bind_all(const struct prepared *p, const struct statement *st)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; i < st->param_count && rc == SQLITE_OK; i++)
		rc = bind_value(p->stmt, p->index[i], &st->params[i]);
	return rc;
}

static struct value read_value(sqlite3_stmt *stmt, int column, struct arena *arena)
{
	const void *bytes;
	size_t n;

	switch (sqlite3_column_type(stmt, column)) {
	case SQLITE_NULL: return V_NULL;
	case SQLITE_INTEGER: return V_INT(sqlite3_column_int64(stmt, column));
	case SQLITE_BLOB:
		bytes = sqlite3_column_blob(stmt, column);
		n = (size_t)sqlite3_column_bytes(stmt, column);
		return V_BLOB(arena_str(arena, (struct str){ bytes ? bytes : "", n }).p, n);
	default:
		/* the bytes as they are: column_text would copy them to add a NUL */
		bytes = sqlite3_column_blob(stmt, column);
		n = (size_t)sqlite3_column_bytes(stmt, column);
		return V_TEXT(arena_str(arena, (struct str){ bytes ? bytes : "", n }));
	}
}

static void add_row(
	sqlite3_stmt *stmt, struct rows *rows, size_t *capacity, struct arena *arena)
{
	if (rows->n == *capacity) {
		struct value *old = rows->cells;

		*capacity = *capacity ? *capacity * 2 : 1;
		rows->cells = ARENA_ARRAY(arena, struct value, *capacity * rows->columns);
		if (rows->n)
			memcpy(rows->cells, old, rows->n * rows->columns * sizeof(*old));
	}
	for (size_t i = 0; i < rows->columns; i++)
		rows->cells[rows->n * rows->columns + i] = read_value(stmt, (int)i, arena);
	rows->n++;
}

enum status sqlite_run(sqlite3 *handle, struct prepared_cache *cache, struct statement *st,
	enum sqlite_step step, struct arena *arena, struct error *e)
{
	struct prepared *p;
	size_t capacity = 0;
	enum status result = ST_OK;
	int rc;

	TRY(find(handle, cache, st, &p, e));
	st->rows = (struct rows){ .columns = (size_t)sqlite3_column_count(p->stmt) };
	rc = bind_all(p, st);
	if (rc == SQLITE_OK)
		while ((rc = sqlite3_step(p->stmt)) == SQLITE_ROW)
			add_row(p->stmt, &st->rows, &capacity, arena);
	if (rc != SQLITE_DONE)
		result = sqlite_fail(handle, rc, step, e);
	(void)sqlite3_reset(p->stmt);
	(void)sqlite3_clear_bindings(p->stmt); /* the texts are not ours to remember */
	return result;
}
