/* SPDX-License-Identifier: Apache-2.0 */
/* verify_media.c -- each file that a row names has the bytes that its name says. */
#include "store/verify_internal.h"

#include "store/media_ops.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
	struct verify *v;
	const char *path;
	int fd;
};

static void look_at_file(
	struct folder *f, const char *file, int64_t smallest, int64_t largest)
{
	char where[MEDIA_NAME + sizeof("media/") + 1];
	struct media_name name = { 0 };
	struct error e = { 0 };
	int64_t size = 0;
	enum status st;

	(void)snprintf(where, sizeof(where), "media/%.*s", MEDIA_NAME, file);
	st = media_identify(f->fd, file, &name, &size, &e);
	if (st == ST_NOT_FOUND)
		verify_found(f->v, where, "the file is missing");
	else if (st != ST_OK)
		verify_found(f->v, where, "%s", e.text);
	else if (strcmp(name.text, file) != 0)
		verify_found(
			f->v, where, "the file is damaged: its SHA-256 is not its name");
	else if (smallest != size || largest != size)
		verify_found(f->v, where, "the file has %lld bytes, and a row says %lld",
			(long long)size,
			(long long)(smallest != size ? smallest : largest));
	f->v->result->media_files++;
	if (f->v->o->progress)
		f->v->o->progress(f->v->o->ctx, "media files", f->v->result->media_files);
}

static enum status look_at_named(struct folder *f, struct error *e)
{
	struct buf last = { 0 };
	size_t n;

	do {
		struct arena arena = { 0 };
		struct statements s = { .arena = &arena };
		enum status st;

		n = 0;
		STATEMENT(&s,
			"SELECT file, min(size), max(size) FROM media WHERE file > $1"
			" GROUP BY file ORDER BY file LIMIT 100",
			V_TEXT(last.n ? buf_str(&last) : STR("")));
		st = verify_run(f->v, &s, e);
		if (st == ST_OK) {
			const struct rows *r = rows_next(&s);

			n = r->n;
			for (size_t i = 0; i < n; i++)
				look_at_file(f, arena_cstr(&arena, rows_text(r, i, 0)),
					rows_int(r, i, 1), rows_int(r, i, 2));
			last.n = 0;
			if (n)
				buf_add_str(&last, rows_text(r, n - 1, 0));
		}
		arena_fini(&arena);
		if (st != ST_OK) {
			buf_fini(&last);
			return st;
		}
	} while (n);
	buf_fini(&last);
	return ST_OK;
}

static enum status is_named(
	struct folder *f, const char *file, bool *named, struct error *e)
{
	struct arena arena = { 0 };
	struct statements s = { .arena = &arena };
	enum status st;

	STATEMENT(
		&s, "SELECT 1 FROM media WHERE file = $1 LIMIT 1", V_TEXT(str_from(file)));
	st = verify_run(f->v, &s, e);
	*named = st == ST_OK && rows_next(&s)->n > 0;
	arena_fini(&arena);
	return st;
}

static enum status look_for_others(struct folder *f, struct error *e)
{
	DIR *dir = opendir(f->path);
	const struct dirent *entry;
	enum status st = ST_OK;
	struct stat at;
	bool named;

	while (dir && st == ST_OK && (entry = readdir(dir))) {
		if (fstatat(f->fd, entry->d_name, &at, AT_SYMLINK_NOFOLLOW) != 0 ||
			S_ISDIR(at.st_mode))
			continue;
		st = is_named(f, entry->d_name, &named, e);
		f->v->result->media_unused += st == ST_OK && !named;
	}
	if (dir)
		(void)closedir(dir);
	return st;
}

enum status verify_media(struct verify *v, struct error *e)
{
	struct folder f = { .v = v, .fd = -1 };
	struct arena arena = { 0 };
	enum status st;

	f.path = arena_printf(&arena, "%s/media", v->o->dir).p;
	f.fd = open(f.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f.fd < 0)
		verify_found(
			v, "media", "the folder cannot be opened: %s", strerror(errno));
	st = look_at_named(&f, e);
	if (st == ST_OK && f.fd >= 0)
		st = look_for_others(&f, e);
	if (f.fd >= 0)
		(void)close(f.fd);
	arena_fini(&arena);
	return st;
}
