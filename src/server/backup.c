/* SPDX-License-Identifier: Apache-2.0 */
#include "server/backup.h"

#include "base/log.h"
#include "base/plant.h"
#include "server/check.h"
#include "server/files.h"
#include "server/manifest.h"
#include "server/progress.h"
#include "store/backup.h"
#include "store/data_dir.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a data folder holds beside what the store knows of; each may be absent. */
static const char *const others[] = { "token.key", "admin.token", "tls/ca.pem",
	"tls/ca.key", "tls/cert.pem", "tls/key.pem" };

/* A folder that gets its name when it is whole. */
struct making {
	struct arena arena;
	const char *name, *partial;
};

static enum status making_begin(struct making *m, const char *name, struct error *e)
{
	struct str plain = str_from(name);

	while (plain.n > 1 && plain.p[plain.n - 1] == '/')
		plain.n--;
	m->name = arena_cstr(&m->arena, plain);
	m->partial = arena_printf(&m->arena, "%s.partial", m->name).p;
	(void)umask(077);
	if (mkdir(m->partial, 0700) == 0)
		return ST_OK;
	if (errno == EEXIST)
		return fail(e, ST_EXISTS, m->partial,
			"is what another run has begun, or left behind; remove it");
	return fail(e, ST_IO, m->partial, "cannot be made: %s", strerror(errno));
}

/* rename() takes the place of an empty folder, and of nothing else. */
static enum status making_end(struct making *m, enum status st, struct error *e)
{
	if (st == ST_OK)
		st = data_dir_sync(m->partial, e);
	if (st == ST_OK && rename(m->partial, m->name) != 0)
		st = fail(e, ST_IO, m->name, "cannot be made: %s", strerror(errno));
	if (st == ST_OK)
		st = folder_sync_parent(m->name, e);
	else
		folder_remove(m->partial);
	return st;
}

static bool is_empty(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	bool empty = dir != NULL;

	while (empty && (entry = readdir(dir)))
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	if (dir)
		(void)closedir(dir);
	return empty;
}

static enum status refuse_taken(const char *path, bool empty_is_fine, struct error *e)
{
	if (access(path, F_OK) != 0 || (empty_is_fine && is_empty(path)))
		return ST_OK;
	return fail(e, ST_EXISTS, path, "%s; name a new folder",
		empty_is_fine ? "is not an empty folder" : "is there already");
}

static int end(struct making *m, const char *what, enum status st, const struct error *e)
{
	if (st == ST_OK)
		printf("%s: %s\n", what, m->name);
	else
		log_error("%s%s%s", e->field, *e->field ? ": " : "", e->text);
	arena_fini(&m->arena);
	return st == ST_OK && fflush(stdout) == 0 ? 0 : 1;
}

/* ---- backup ---- */

struct backing_up {
	struct manifest_writer *manifest;
	struct progress progress;
};

static enum status kept(
	void *ctx, const char *name, const struct file_sum *sum, struct error *e)
{
	struct backing_up *b = ctx;

	(void)e;
	manifest_add(b->manifest, name, sum);
	return ST_OK;
}

static void tell_corp(void *ctx, const char *corp_id, int64_t ledger_no)
{
	(void)ctx;
	printf("corp %s: ledger number %lld\n", corp_id, (long long)ledger_no);
}

static void tell_progress(void *ctx, const char *what, uint64_t done)
{
	progress_tell(&((struct backing_up *)ctx)->progress, what, done);
}

static enum status copy_others(struct backing_up *b, const char *from, const char *to,
	struct arena *a, struct error *e)
{
	const char *tls = arena_printf(a, "%s/tls", to).p;

	if (mkdir(tls, 0700) != 0)
		return fail(e, ST_IO, tls, "cannot be made: %s", strerror(errno));
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		struct file_sum sum;
		enum status st = file_copy(from, to, others[i], &sum, e);

		if (st == ST_OK)
			manifest_add(b->manifest, others[i], &sum);
		else if (st != ST_NOT_FOUND)
			return st;
	}
	return data_dir_sync(tls, e);
}

static enum status back_up(
	struct backing_up *b, const struct options *o, struct making *m, struct error *e)
{
	const struct backup_options options = {
		.url = o->store,
		.dir = o->data,
		.to = m->partial,
		.kept = kept,
		.corp = tell_corp,
		.progress = tell_progress,
		.ctx = b,
	};
	enum status st = store_explain(store_backup(&options, e), o->data, e);

	return st == ST_OK ? copy_others(b, o->data, m->partial, &m->arena, e) : st;
}

int server_backup(const struct options *o)
{
	struct backing_up b = { .progress = progress_of("backup") };
	struct making m = { 0 };
	struct error e = { 0 };
	enum status st = refuse_taken(o->to, false, &e);

	if (st == ST_OK)
		st = making_begin(&m, o->to, &e);
	if (st == ST_OK) {
		st = manifest_new(m.partial, &b.manifest, &e);
		if (st == ST_OK)
			st = back_up(&b, o, &m, &e);
		if (st == ST_OK)
			st = manifest_end(b.manifest, &e);
		else
			manifest_drop(b.manifest);
		st = making_end(&m, st, &e);
	}
	return end(&m, "backup", st, &e);
}

/* ---- restore ---- */

struct restoring {
	const char *from, *to;
	struct progress progress;
	uint64_t files;
};

static enum status restore_file(
	void *ctx, const char *name, const struct file_sum *sum, struct error *e)
{
	struct restoring *r = ctx;
	struct file_sum is;

	TRY(file_copy(r->from, r->to, name, &is, e));
	if ((is.size != sum->size || strcmp(is.sha256, sum->sha256) != 0) &&
		!plant("restore_without_sums"))
		return fail(e, ST_CORRUPT, name,
			"is damaged in the backup: it has %lld bytes of %lld%s",
			(long long)is.size, (long long)sum->size,
			is.size == sum->size ? ", and another SHA-256" : "");
	progress_tell(&r->progress, "files", ++r->files);
	return ST_OK;
}

static enum status make_folders(const struct restoring *r, struct arena *a, struct error *e)
{
	static const char *const names[] = { "media", "tls" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		TRY(folder_make(arena_printf(a, "%s/%s", r->to, names[i]).p, e));
	return ST_OK;
}

static enum status sync_folders(const struct restoring *r, struct arena *a, struct error *e)
{
	TRY(data_dir_sync(arena_printf(a, "%s/media", r->to).p, e));
	return data_dir_sync(arena_printf(a, "%s/tls", r->to).p, e);
}

int server_restore(const struct options *o)
{
	struct restoring r = { .from = o->from, .progress = progress_of("restore") };
	struct making m = { 0 };
	struct error e = { 0 };
	enum status st = refuse_taken(o->data, true, &e);

	if (st == ST_OK)
		st = making_begin(&m, o->data, &e);
	if (st == ST_OK) {
		r.to = m.partial;
		st = make_folders(&r, &m.arena, &e);
		if (st == ST_OK)
			st = manifest_each(r.from, restore_file, &r, &e);
		if (st == ST_OK)
			st = sync_folders(&r, &m.arena, &e);
		st = making_end(&m, st, &e);
	}
	return end(&m, "restored", st, &e);
}
