/* SPDX-License-Identifier: Apache-2.0 */
#include "store/file_copy.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 65536 };

static enum status fail_errno(struct error *e, const char *path, const char *what)
{
	int why = errno;
	enum status st = why == ENOENT                    ? ST_NOT_FOUND
			 : why == ENOSPC || why == EDQUOT ? ST_NO_SPACE
							  : ST_IO;

	return fail(e, st, path, "%s: %s", what, strerror(why));
}

static enum status write_all(
	int fd, const char *path, const char *p, size_t n, struct error *e)
{
	while (n) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno != EINTR)
			return fail_errno(e, path, "cannot be written");
		p += done > 0 ? done : 0;
		n -= done > 0 ? (size_t)done : 0;
	}
	return ST_OK;
}

/* out_fd < 0: nothing is written. */
static enum status pass_through(int in, const char *in_path, int out_fd,
	const char *out_path, EVP_MD_CTX *sha, struct file_sum *out, struct error *e)
{
	unsigned char hash[32];
	char piece[PIECE];

	for (;;) {
		ssize_t n = read(in, piece, sizeof(piece));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_errno(e, in_path, "cannot be read");
		if (n == 0)
			break;
		if (!EVP_DigestUpdate(sha, piece, (size_t)n))
			die("SHA-256 failed");
		out->size += n;
		if (out_fd >= 0)
			TRY(write_all(out_fd, out_path, piece, (size_t)n, e));
	}
	if (!EVP_DigestFinal_ex(sha, hash, NULL))
		die("SHA-256 failed");
	for (size_t i = 0; i < sizeof(hash); i++)
		(void)snprintf(out->sha256 + 2 * i, 3, "%02x", hash[i]);
	return out_fd < 0 || fsync(out_fd) == 0
		       ? ST_OK
		       : fail_errno(e, out_path, "cannot be synced");
}

static enum status open_source(const char *path, int *fd, struct error *e)
{
	struct stat at;

	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (*fd < 0)
		return fail_errno(e, path, "cannot be opened");
	if (fstat(*fd, &at) == 0 && S_ISREG(at.st_mode))
		return ST_OK;
	(void)close(*fd);
	return fail(e, ST_IO, path, "is not a regular file");
}

static enum status join(
	char out[PATH_MAX], const char *dir, const char *name, struct error *e)
{
	if (snprintf(out, PATH_MAX, "%s/%s", dir, name) >= PATH_MAX)
		return fail(e, ST_TOO_LARGE, dir, "the path is too long");
	return ST_OK;
}

static enum status sum_or_copy(const char *from, const char *to, const char *name,
	struct file_sum *out, struct error *e)
{
	EVP_MD_CTX *sha;
	char in_path[PATH_MAX], out_path[PATH_MAX] = "";
	int in, out_fd = -1;
	enum status st;

	*out = (struct file_sum){ 0 };
	TRY(join(in_path, from, name, e));
	if (to)
		TRY(join(out_path, to, name, e));
	TRY(open_source(in_path, &in, e));
	sha = EVP_MD_CTX_new();
	if (!sha || !EVP_DigestInit_ex(sha, EVP_sha256(), NULL))
		die("SHA-256 failed");
	if (to)
		out_fd = open(out_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	st = to && out_fd < 0 ? fail_errno(e, out_path, "cannot be made")
			      : pass_through(in, in_path, out_fd, out_path, sha, out, e);
	if (out_fd >= 0 && close(out_fd) != 0 && st == ST_OK)
		st = fail_errno(e, out_path, "cannot be written");
	(void)close(in);
	EVP_MD_CTX_free(sha);
	return st;
}

enum status file_copy(const char *from, const char *to, const char *name,
	struct file_sum *out, struct error *e)
{
	return sum_or_copy(from, to, name, out, e);
}

enum status file_sum(
	const char *dir, const char *name, struct file_sum *out, struct error *e)
{
	return sum_or_copy(dir, NULL, name, out, e);
}
