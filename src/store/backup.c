/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Usual path: the driver copies the database in one read transaction -> from the copy, the
 * corps and the names of the media files -> each file copied, its bytes checked against its
 * name. A file is there before the first row that names it is committed, never changes, and
 * is removed only at a start at which no row names it.
 *
 * Ways to fail: damage, a file that is missing (a corp was removed and the server started
 * again meanwhile: the next backup is without it), no room. What was copied so far is the
 * caller's to remove.
 */
#include "store/backup.h"

#include "base/arena.h"
#include "base/plant.h"
#include "store/data_dir.h"
#include "store/db.h"
#include "store/media_ops.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

struct backup {
	const struct backup_options *o;
	const struct db_driver *driver;
	struct db *copy;
};

static enum status copy_database(struct backup *b, struct error *e)
{
	const struct db_options reader = {
		.url = b->o->url, .dir = b->o->dir, .read_only = true
	};
	struct file_sum sum;
	struct db *db = NULL;
	enum status st;

	TRY(b->driver->open(&reader, &db, e));
	st = b->driver->migrate(db, e);
	if (st == ST_AGAIN)
		st = ST_OK; /* an older program's: a copy of it is one, too */
	if (st == ST_OK)
		st = b->driver->copy(db, b->o->to, b->o->progress, b->o->ctx, e);
	b->driver->close(db);
	TRY(st);
	TRY(file_sum(b->o->to, "qun.db", &sum, e));
	return b->o->kept(b->o->ctx, "qun.db", &sum, e);
}

/* One statement with one text; the rows live in `a`. */
static enum status ask(struct backup *b, const char *sql, const struct buf *after,
	struct arena *a, const struct rows **out, struct error *e)
{
	struct statements s = { .arena = a };

	statements_add(&s, sql,
		(const struct value[]){ V_TEXT(after->n ? buf_str(after) : STR("")) }, 1);
	TRY(b->driver->run(b->copy, &s, a, e));
	*out = rows_next(&s);
	return ST_OK;
}

static enum status tell_corp(struct backup *b, const struct rows *r, size_t row,
	struct arena *a, struct error *e)
{
	(void)e;
	b->o->corp(b->o->ctx, arena_cstr(a, rows_text(r, row, 0)), rows_int(r, row, 1));
	return ST_OK;
}

static enum status keep_file(struct backup *b, const struct rows *r, size_t row,
	struct arena *a, struct error *e)
{
	const char *file = arena_cstr(a, rows_text(r, row, 0));
	const char *name = arena_printf(a, "media/%s", file).p;
	struct file_sum sum;
	enum status st;

	if (plant("backup_without_media"))
		return ST_OK;
	if (strlen(file) != MEDIA_NAME || strchr(file, '/'))
		return fail(e, ST_CORRUPT, "media", "a row names the file \"%s\"", file);
	st = file_copy(b->o->dir, b->o->to, name, &sum, e);
	if (st == ST_OK && strcmp(sum.sha256, file) != 0)
		return fail(e, ST_CORRUPT, name,
			"the file is damaged: its SHA-256 is not "
			"its name");
	TRY(st);
	if (b->o->progress)
		b->o->progress(b->o->ctx, "media files", row + 1);
	return b->o->kept(b->o->ctx, name, &sum, e);
}

/* Every row of a table in portions; the first column is the key. */
static enum status each(struct backup *b, const char *sql,
	enum status (*take)(struct backup *b, const struct rows *r, size_t row,
		struct arena *a, struct error *e),
	struct error *e)
{
	struct buf last = { 0 };
	enum status st = ST_OK;
	size_t n = 1;

	while (n && st == ST_OK) {
		struct arena arena = { 0 };
		const struct rows *rows = NULL;

		st = ask(b, sql, &last, &arena, &rows, e);
		n = st == ST_OK ? rows->n : 0;
		for (size_t i = 0; i < n && st == ST_OK; i++)
			st = take(b, rows, i, &arena, e);
		last.n = 0;
		if (n)
			buf_add_str(&last, rows_text(rows, n - 1, 0));
		arena_fini(&arena);
	}
	buf_fini(&last);
	return st;
}

static enum status copy_media(struct backup *b, struct error *e)
{
	const struct db_options copy = {
		.url = b->o->url, .dir = b->o->to, .read_only = true
	};
	struct arena arena = { 0 };
	const char *folder = arena_printf(&arena, "%s/media", b->o->to).p;
	enum status st = ST_OK;

	if (mkdir(folder, 0700) != 0)
		st = fail(e, ST_IO, folder, "cannot be made: %s", strerror(errno));
	if (st == ST_OK)
		st = b->driver->open(&copy, &b->copy, e);
	if (st == ST_OK)
		st = each(b,
			"SELECT corp_id, ledger_no FROM corp WHERE corp_id > $1"
			" ORDER BY corp_id LIMIT 100",
			tell_corp, e);
	if (st == ST_OK)
		st = each(b,
			"SELECT DISTINCT file FROM media WHERE file > $1"
			" ORDER BY file LIMIT 100",
			keep_file, e);
	b->driver->close(b->copy);
	if (st == ST_OK)
		st = data_dir_sync(folder, e);
	arena_fini(&arena);
	return st;
}

enum status store_backup(const struct backup_options *o, struct error *e)
{
	struct backup b = { .o = o, .driver = db_driver_find(o->url) };

	if (!b.driver)
		return fail(e, ST_INVALID, o->url, "no store of this kind");
	if (!b.driver->copy)
		return fail(e, ST_UNSUPPORTED, o->url, "use the database's own tools");
	TRY(copy_database(&b, e));
	TRY(copy_media(&b, e));
	return data_dir_sync(o->to, e);
}
