/* SPDX-License-Identifier: Apache-2.0 */
#include "server/files.h"

#include "base/plant.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status fail_errno(struct error *e, const char *path, const char *what)
{
	int why = errno;
	enum status st = why == ENOENT ? ST_NOT_FOUND : why == ENOSPC ? ST_NO_SPACE : ST_IO;

	return fail(e, st, path, "%s: %s", what, strerror(why));
}

static enum status check_file(int fd, const char *path, bool secret, struct error *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return fail_errno(e, path, "cannot be read");
	if (!S_ISREG(st.st_mode))
		return fail(e, ST_INVALID, path, "is not a regular file");
	if (secret && st.st_mode & (S_IRWXG | S_IRWXO))
		return fail(e, ST_REFUSED, path,
			"holds a secret, and others may use it (mode %03o); run: chmod 600 "
			"%s",
			st.st_mode & 0777u, path);
	return ST_OK;
}

static enum status read_all(
	int fd, const char *path, size_t max, struct buf *out, struct error *e)
{
	size_t start = out->n;

	for (;;) {
		ssize_t got;

		buf_reserve(out, 4096);
		got = read(fd, out->p + out->n, 4096);
		if (got < 0)
			return fail_errno(e, path, "cannot be read");
		if (got == 0)
			return ST_OK;
		out->n += (size_t)got;
		if (out->n - start > max)
			return fail(e, ST_TOO_LARGE, path,
				"has more than the %zu bytes that are allowed", max);
	}
}

static enum status read_checked(
	const char *path, size_t max, bool secret, struct buf *out, struct error *e)
{
	/* O_NONBLOCK: opening a pipe must not wait for who writes it */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum status st;

	if (fd < 0)
		return fail_errno(e, path, "cannot be opened");
	st = check_file(fd, path, secret, e);
	if (st == ST_OK)
		st = read_all(fd, path, max, out, e);
	(void)close(fd);
	return st;
}

enum status file_read(const char *path, size_t max, struct buf *out, struct error *e)
{
	return read_checked(path, max, false, out, e);
}

enum status file_read_secret(const char *path, size_t max, struct buf *out, struct error *e)
{
	return read_checked(path, max, true, out, e);
}

/* The folder that holds `path`. */
static void folder_of(const char *path, char out[PATH_MAX])
{
	char *slash;

	(void)snprintf(out, PATH_MAX, "%s", path);
	slash = strrchr(out, '/');
	while (slash && slash > out && slash[1] == '\0') { /* one that ends the path */
		*slash = '\0';
		slash = strrchr(out, '/');
	}
	if (!slash)
		(void)snprintf(out, PATH_MAX, ".");
	else
		slash[slash == out] = '\0';
}

enum status folder_sync_parent(const char *path, struct error *e)
{
	char folder[PATH_MAX];
	enum status st = ST_OK;
	int fd;

	folder_of(path, folder);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		st = fail_errno(e, folder, "cannot be synced");
	if (fd >= 0)
		(void)close(fd);
	return st;
}

static enum status write_synced(
	int fd, const char *path, struct str content, struct error *e)
{
	while (content.n) {
		ssize_t done = write(fd, content.p, content.n);

		if (done < 0)
			return fail_errno(e, path, "cannot be written");
		content = str_slice(content, (size_t)done, content.n);
	}
	return fsync(fd) == 0 ? ST_OK : fail_errno(e, path, "cannot be synced");
}

enum status file_write(const char *path, struct str content, struct error *e)
{
	char temporary[PATH_MAX];
	enum status st;
	int fd;

	if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >= PATH_MAX)
		return fail(e, ST_TOO_LARGE, path, "the path is too long");
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return fail_errno(e, path, "cannot be made");
	st = write_synced(fd, path, content, e);
	(void)close(fd);
	kill_point("file.written");
	if (st == ST_OK && rename(temporary, path) != 0)
		st = fail_errno(e, path, "cannot be made");
	if (st != ST_OK) {
		(void)unlink(temporary);
		return st;
	}
	kill_point("file.renamed");
	return folder_sync_parent(path, e);
}

static enum status check_folder(const char *path, struct error *e)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return fail_errno(e, path, "cannot be looked at");
	if (!S_ISDIR(st.st_mode))
		return fail(e, ST_INVALID, path, "is not a folder; name another one");
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return fail(e, ST_REFUSED, path,
			"others may write into the folder (mode %03o); run: chmod 700 %s",
			st.st_mode & 0777u, path);
	if (access(path, R_OK | W_OK | X_OK) != 0)
		return fail_errno(e, path, "the folder cannot be used");
	return ST_OK;
}

enum status folder_make(const char *path, struct error *e)
{
	if (mkdir(path, 0700) == 0)
		return folder_sync_parent(path, e);
	if (errno != EEXIST)
		return fail_errno(e, path, "the folder cannot be made");
	return check_folder(path, e);
}

enum status folder_check(const char *path, struct error *e)
{
	char parent[PATH_MAX];

	if (access(path, F_OK) == 0)
		return check_folder(path, e);
	folder_of(path, parent);
	if (access(parent, W_OK | X_OK) != 0)
		return fail_errno(e, path, "the folder cannot be made");
	return ST_OK;
}

static int remove_inside(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	if (at->level > 0)
		(void)remove(path);
	return 0;
}

void folder_empty(const char *path)
{
	(void)nftw(path, remove_inside, 16, FTW_DEPTH | FTW_PHYS);
}

void folder_remove(const char *path)
{
	folder_empty(path);
	(void)rmdir(path);
}
