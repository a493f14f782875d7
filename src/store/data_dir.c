/* SPDX-License-Identifier: Apache-2.0 */
#include "store/data_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status fail_errno(struct error *e, const char *dir, const char *what)
{
	enum status st = errno == ENOSPC || errno == EDQUOT ? ST_NO_SPACE : ST_IO;

	return fail(e, st, dir, "%s: %s", what, strerror(errno));
}

/* The holder wrote his process id; a file that says nothing is no reason to doubt that he
 * holds it. */
static enum status fail_held(int lock, const char *dir, struct error *e)
{
	char pid[16] = { 0 };

	if (pread(lock, pid, sizeof(pid) - 1, 0) <= 0)
		return fail(e, ST_EXISTS, dir, "in use by another process");
	pid[strspn(pid, "0123456789")] = '\0';
	return fail(e, ST_EXISTS, dir, "in use by another process, pid %s", pid);
}

static enum status take_lock(int lock, const char *dir, struct error *e)
{
	char pid[16];
	int n;

	if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			return fail_held(lock, dir, e);
		return fail_errno(e, dir, "cannot lock the data folder");
	}
	n = snprintf(pid, sizeof(pid), "%d\n", (int)getpid());
	if (ftruncate(lock, 0) != 0 || pwrite(lock, pid, (size_t)n, 0) != n)
		return fail_errno(e, dir, "cannot write to the data folder");
	return ST_OK;
}

enum status data_dir_sync(const char *dir, struct error *e)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum status st = ST_OK;

	if (fd < 0 || fsync(fd) != 0)
		st = fail_errno(e, dir, "cannot sync the data folder");
	if (fd >= 0)
		(void)close(fd);
	return st;
}

enum status data_dir_take(const char *dir, int *lock, struct error *e)
{
	enum status st;
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return fail(e, ST_INVALID, dir, "not a folder that can be opened: %s",
			strerror(errno));
	*lock = openat(fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*lock < 0) {
		st = fail_errno(e, dir, "cannot write to the data folder");
		(void)close(fd);
		return st;
	}
	st = take_lock(*lock, dir, e);
	if (st == ST_OK && mkdirat(fd, "media", 0700) != 0 && errno != EEXIST)
		st = fail_errno(e, dir, "cannot make the media folder");
	(void)close(fd);
	if (st != ST_OK)
		(void)close(*lock);
	return st;
}

void data_dir_give_back(int lock)
{
	(void)close(lock);
}

bool data_dir_used(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool used = fd >= 0 && faccessat(fd, "lock", F_OK, 0) == 0;

	if (fd >= 0)
		(void)close(fd);
	return used;
}
