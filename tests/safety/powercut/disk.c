/* SPDX-License-Identifier: Apache-2.0 */
#include "disk.h"

#include "base/status.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum {
	SECTOR = 512, /* written whole or not at all */
	SHARED_REGIONS = 64,
};

static const char *const suffixes[DISK_FILES] = { "qun.db", "qun.db-wal",
	"qun.db-journal" };

static struct {
	sqlite3_vfs vfs, *real;
	struct disk_image now;
	struct disk_log *log;
	enum disk_file never_synced;
	bool marked; /* something was acknowledged */
	void *shared[SHARED_REGIONS]; /* the log's index */
} disk;

struct disk_handle {
	sqlite3_file base;
	enum disk_file file;
};

uint64_t chance(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* ---- contents ---- */

static void *grown(void *p, size_t n, size_t *room, size_t size)
{
	if (n <= *room)
		return p;
	*room = n * 2;
	p = realloc(p, *room * size);
	if (!p)
		die("out of memory: disk");
	return p;
}

static void content_resize(struct disk_content *c, size_t n)
{
	c->bytes = grown(c->bytes, n, &c->room, 1);
	if (n > c->n)
		memset(c->bytes + c->n, 0, n - c->n);
	c->n = n;
}

static void content_write(
	struct disk_content *c, const unsigned char *bytes, size_t n, size_t at)
{
	if (at + n > c->n)
		content_resize(c, at + n);
	memcpy(c->bytes + at, bytes, n);
}

void disk_image_copy(struct disk_image *to, const struct disk_image *from)
{
	for (int i = 0; i < DISK_FILES; i++) {
		struct disk_content *t = &to->files[i];
		const struct disk_content *f = &from->files[i];

		t->bytes = grown(t->bytes, f->n, &t->room, 1);
		if (f->n)
			memcpy(t->bytes, f->bytes, f->n);
		t->n = f->n;
		t->exists = f->exists;
	}
}

void disk_image_free(struct disk_image *image)
{
	for (int i = 0; i < DISK_FILES; i++)
		free(image->files[i].bytes);
	*image = (struct disk_image){ 0 };
}

void disk_log_free(struct disk_log *log)
{
	for (size_t i = 0; i < log->n; i++)
		free(log->v[i].bytes);
	free(log->v);
	*log = (struct disk_log){ 0 };
}

/* ---- recording ---- */

static void record(
	enum disk_op_kind kind, enum disk_file file, const void *bytes, size_t n, size_t at)
{
	struct disk_log *log = disk.log;
	struct disk_op op = { .kind = kind, .file = file, .at = at, .n = n };

	if (!log)
		return;
	if (bytes) {
		op.bytes = malloc(n);
		if (!op.bytes)
			die("out of memory: recording");
		memcpy(op.bytes, bytes, n);
	}
	log->v = grown(log->v, log->n + 1, &log->room, sizeof(op));
	log->v[log->n++] = op;
}

void disk_load(const struct disk_image *image, struct disk_log *log)
{
	disk_image_copy(&disk.now, image);
	disk.log = log;
	for (size_t i = 0; i < SHARED_REGIONS; i++) {
		free(disk.shared[i]);
		disk.shared[i] = NULL;
	}
}

void disk_mark(void)
{
	disk.marked = true;
	record(DISK_MARK, DISK_DATABASE, NULL, 0, 0);
}

void disk_sync_names(void)
{
	record(DISK_SYNC_NAMES, DISK_DATABASE, NULL, 0, 0);
}

size_t disk_now(void)
{
	return disk.log ? disk.log->n : 0;
}

/* ---- a file, as SQLite sees it ---- */

static struct disk_content *content_of(sqlite3_file *f)
{
	return &disk.now.files[((struct disk_handle *)f)->file];
}

static enum disk_file file_of(sqlite3_file *f)
{
	return ((struct disk_handle *)f)->file;
}

static int f_close(sqlite3_file *f)
{
	(void)f;
	return SQLITE_OK;
}

static int f_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at)
{
	const struct disk_content *c = content_of(f);
	size_t there = (size_t)at < c->n ? c->n - (size_t)at : 0;

	if (there >= (size_t)n) {
		memcpy(out, c->bytes + at, (size_t)n);
		return SQLITE_OK;
	}
	if (there)
		memcpy(out, c->bytes + at, there);
	memset((char *)out + there, 0, (size_t)n - there);
	return SQLITE_IOERR_SHORT_READ;
}

static int f_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
	record(DISK_WRITE, file_of(f), bytes, (size_t)n, (size_t)at);
	content_write(content_of(f), bytes, (size_t)n, (size_t)at);
	return SQLITE_OK;
}

static int f_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	record(DISK_TRUNCATE, file_of(f), NULL, (size_t)n, 0);
	content_resize(content_of(f), (size_t)n);
	return SQLITE_OK;
}

static int f_sync(sqlite3_file *f, int flags)
{
	(void)flags;
	if (file_of(f) != disk.never_synced || !disk.marked)
		record(DISK_SYNC, file_of(f), NULL, 0, 0);
	return SQLITE_OK;
}

static int f_size(sqlite3_file *f, sqlite3_int64 *out)
{
	*out = (sqlite3_int64)content_of(f)->n;
	return SQLITE_OK;
}

static int f_lock(sqlite3_file *f, int lock)
{
	(void)f;
	(void)lock;
	return SQLITE_OK; /* one connection */
}

static int f_reserved(sqlite3_file *f, int *out)
{
	(void)f;
	*out = 0;
	return SQLITE_OK;
}

static int f_control(sqlite3_file *f, int op, void *arg)
{
	(void)f;
	(void)op;
	(void)arg;
	return SQLITE_NOTFOUND;
}

/* As SQLite's own on Linux says. */
static int f_sector(sqlite3_file *f)
{
	(void)f;
	return 4096;
}

static int f_traits(sqlite3_file *f)
{
	(void)f;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int f_shm_map(sqlite3_file *f, int region, int n, int extend, void volatile **out)
{
	(void)f;
	*out = NULL;
	if (region >= SHARED_REGIONS)
		return SQLITE_FULL;
	if (!disk.shared[region] && extend)
		disk.shared[region] = calloc(1, (size_t)n);
	*out = disk.shared[region];
	return SQLITE_OK;
}

static int f_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	(void)f;
	(void)offset;
	(void)n;
	(void)flags;
	return SQLITE_OK;
}

static void f_shm_barrier(sqlite3_file *f)
{
	(void)f;
}

static int f_shm_unmap(sqlite3_file *f, int delete_it)
{
	(void)f;
	for (size_t i = 0; i < SHARED_REGIONS && delete_it; i++) {
		free(disk.shared[i]);
		disk.shared[i] = NULL;
	}
	return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = f_close,
	.xRead = f_read,
	.xWrite = f_write,
	.xTruncate = f_truncate,
	.xSync = f_sync,
	.xFileSize = f_size,
	.xLock = f_lock,
	.xUnlock = f_lock,
	.xCheckReservedLock = f_reserved,
	.xFileControl = f_control,
	.xSectorSize = f_sector,
	.xDeviceCharacteristics = f_traits,
	.xShmMap = f_shm_map,
	.xShmLock = f_shm_lock,
	.xShmBarrier = f_shm_barrier,
	.xShmUnmap = f_shm_unmap,
};

/* ---- the folder ---- */

static bool find_file(const char *path, enum disk_file *out)
{
	const char *name = strrchr(path, '/');

	name = name ? name + 1 : path;
	for (int i = 0; i < DISK_FILES; i++) {
		if (strcmp(name, suffixes[i]) != 0)
			continue;
		*out = (enum disk_file)i;
		return true;
	}
	return false;
}

static int v_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct disk_handle *h = (struct disk_handle *)f;
	struct disk_content *c;

	(void)vfs;
	if (!name || !find_file(name, &h->file))
		return disk.real->xOpen(disk.real, name, f, flags, out);
	c = &disk.now.files[h->file];
	if (!c->exists && !(flags & SQLITE_OPEN_CREATE))
		return SQLITE_CANTOPEN;
	if (!c->exists) {
		record(DISK_CREATE, h->file, NULL, 0, 0);
		c->exists = true;
		c->n = 0;
	}
	h->base.pMethods = &methods;
	if (out)
		*out = flags;
	return SQLITE_OK;
}

static int v_delete(sqlite3_vfs *vfs, const char *name, int sync_names)
{
	enum disk_file file;

	(void)vfs;
	if (!find_file(name, &file) || !disk.now.files[file].exists)
		return SQLITE_IOERR_DELETE_NOENT;
	record(DISK_DELETE, file, NULL, 0, 0);
	disk.now.files[file].exists = false;
	disk.now.files[file].n = 0;
	if (sync_names)
		disk_sync_names();
	return SQLITE_OK;
}

static int v_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	enum disk_file file;

	(void)vfs;
	/* An empty journal is none, as SQLite's own has it. */
	*out = find_file(name, &file) && disk.now.files[file].exists &&
	       (flags != SQLITE_ACCESS_EXISTS || disk.now.files[file].n > 0);
	return SQLITE_OK;
}

static int v_path(sqlite3_vfs *vfs, const char *name, int n, char *out)
{
	(void)vfs;
	(void)snprintf(out, (size_t)n, "%s", name);
	return SQLITE_OK;
}

void disk_install(enum disk_file never_synced)
{
	(void)sqlite3_initialize();
	disk.real = sqlite3_vfs_find(NULL);
	disk.never_synced = never_synced;
	disk.vfs = *disk.real;
	disk.vfs.zName = "disk";
	if (disk.vfs.szOsFile < (int)sizeof(struct disk_handle))
		disk.vfs.szOsFile = sizeof(struct disk_handle);
	disk.vfs.xOpen = v_open;
	disk.vfs.xDelete = v_delete;
	disk.vfs.xAccess = v_access;
	disk.vfs.xFullPathname = v_path;
	(void)sqlite3_vfs_register(&disk.vfs, 1);
}

/* ---- walking through a recording ---- */

static void apply(struct disk_image *image, const struct disk_op *op)
{
	struct disk_content *c = &image->files[op->file];

	switch (op->kind) {
	case DISK_WRITE: content_write(c, op->bytes, op->n, op->at); break;
	case DISK_TRUNCATE: content_resize(c, op->n); break;
	case DISK_CREATE: c->exists = true; break;
	case DISK_DELETE:
		c->exists = false;
		c->n = 0;
		break;
	default: break;
	}
}

static bool is_name(const struct disk_op *op)
{
	return op->kind == DISK_CREATE || op->kind == DISK_DELETE;
}

/* A sync of a new log or journal syncs its name, too; the database's is the store's own
 * business. */
static bool settles(const struct disk_op *sync, const struct disk_op *op)
{
	if (sync->kind == DISK_SYNC_NAMES)
		return is_name(op);
	return op->file == sync->file && (!is_name(op) || op->file != DISK_DATABASE);
}

void disk_walk_begin(
	struct disk_walk *w, const struct disk_image *from, const struct disk_log *log)
{
	*w = (struct disk_walk){ .log = log };
	disk_image_copy(&w->durable, from);
}

void disk_walk_step(struct disk_walk *w)
{
	const struct disk_op *v = w->log->v, *op = &v[w->at];
	size_t kept = 0;

	if (op->kind == DISK_SYNC || op->kind == DISK_SYNC_NAMES) {
		for (size_t i = 0; i < w->pending_count; i++) {
			if (settles(op, &v[w->pending[i]]))
				apply(&w->durable, &v[w->pending[i]]);
			else
				w->pending[kept++] = w->pending[i];
		}
		w->pending_count = kept;
	} else if (op->kind != DISK_MARK) {
		w->pending = grown(w->pending, w->pending_count + 1, &w->pending_room,
			sizeof(*w->pending));
		w->pending[w->pending_count++] = w->at;
	}
	w->at++;
}

void disk_walk_end(struct disk_walk *w)
{
	disk_image_free(&w->durable);
	free(w->pending);
}

static void apply_torn(struct disk_image *image, const struct disk_op *op, uint64_t *seed)
{
	size_t done = 0;

	while (done < op->n) {
		size_t at = op->at + done, n = SECTOR - at % SECTOR;

		n = n < op->n - done ? n : op->n - done;
		if (chance(seed) & 1)
			content_write(&image->files[op->file], op->bytes + done, n, at);
		done += n;
	}
}

void disk_walk_image(const struct disk_walk *w, enum disk_fate fate, uint64_t seed,
	struct disk_image *out)
{
	size_t prefix = w->pending_count ? chance(&seed) % w->pending_count : 0;

	disk_image_copy(out, &w->durable);
	for (size_t i = 0; i < w->pending_count && fate != DISK_NOTHING; i++) {
		const struct disk_op *op = &w->log->v[w->pending[i]];

		if (fate == DISK_PREFIX && i > prefix)
			break;
		if (fate == DISK_TORN && op->kind == DISK_WRITE)
			apply_torn(out, op, &seed);
		else if (fate < DISK_SUBSET || chance(&seed) & 1)
			apply(out, op);
	}
	/* A file without a name is not there. */
	for (int i = 0; i < DISK_FILES; i++)
		if (!out->files[i].exists)
			out->files[i].n = 0;
}
