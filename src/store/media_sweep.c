/* SPDX-License-Identifier: Apache-2.0 */
#include "store/media_ops.h"

#include "base/plant.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SWEEP_BATCH = 256 }; /* files asked for at a time */

static enum status fail_folder(struct error *e, const char *media_dir, const char *what)
{
	return fail(e, ST_IO, media_dir, "%s: %s", what, strerror(errno));
}

/* Removes those of `names` that no row names. */
static enum status sweep_batch(const struct db_driver *driver, struct db *db, int folder,
	const char *media_dir, struct str *names, size_t n, struct error *e)
{
	struct arena rows = { 0 };
	struct statements s = { .arena = &rows };
	enum status st;

	for (size_t i = 0; i < n; i++)
		STATEMENT(&s, "SELECT 1 FROM media WHERE file = $1 LIMIT 1",
			V_TEXT(names[i]));
	st = driver->run(db, &s, &rows, e);
	kill_point("sweep.batch");
	for (size_t i = 0; i < n && st == ST_OK; i++)
		if (rows_next(&s)->n == 0 && unlinkat(folder, names[i].p, 0) != 0)
			st = fail_folder(e, media_dir, "cannot remove an unused file");
	arena_fini(&rows);
	return st;
}

static bool is_folder(int dir, const char *name)
{
	struct stat s;

	return fstatat(dir, name, &s, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(s.st_mode);
}

enum status media_sweep(const struct db_driver *driver, struct db *db,
	const char *media_dir, struct error *e)
{
	DIR *dir = opendir(media_dir);
	struct str names[SWEEP_BATCH];
	struct arena texts = { 0 };
	const struct dirent *entry;
	enum status st = ST_OK;
	size_t n = 0;

	if (!dir)
		return fail_folder(e, media_dir, "cannot open the media folder");
	do {
		errno = 0;
		entry = readdir(dir);
		if (!entry && errno)
			st = fail_folder(e, media_dir, "cannot list the media folder");
		if (entry && !is_folder(dirfd(dir), entry->d_name))
			names[n++] = arena_str(&texts, str_from(entry->d_name));
		if (st == ST_OK && (n == SWEEP_BATCH || !entry)) {
			st = sweep_batch(driver, db, dirfd(dir), media_dir, names, n, e);
			n = 0;
			arena_fini(&texts);
		}
	} while (entry && st == ST_OK);
	arena_fini(&texts);
	closedir(dir);
	return st;
}
