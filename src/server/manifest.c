/* SPDX-License-Identifier: Apache-2.0 */
#include "server/manifest.h"

#include "base/str.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_LINE "qun-backup 1\n"

struct manifest_writer {
	char path[PATH_MAX];
	FILE *file;
	EVP_MD_CTX *sha;
};

static EVP_MD_CTX *sha_new(void)
{
	EVP_MD_CTX *sha = EVP_MD_CTX_new();

	if (!sha || !EVP_DigestInit_ex(sha, EVP_sha256(), NULL))
		die("SHA-256 failed");
	return sha;
}

static void sha_add(EVP_MD_CTX *sha, struct str s)
{
	if (!EVP_DigestUpdate(sha, s.p, s.n))
		die("SHA-256 failed");
}

/* The hash in hex; frees `sha`. */
static void sha_end(EVP_MD_CTX *sha, char out[65])
{
	unsigned char hash[32];

	if (!EVP_DigestFinal_ex(sha, hash, NULL))
		die("SHA-256 failed");
	EVP_MD_CTX_free(sha);
	for (size_t i = 0; i < sizeof(hash); i++)
		(void)snprintf(out + 2 * i, 3, "%02x", hash[i]);
}

static enum status path_in(char out[PATH_MAX], const char *dir, struct error *e)
{
	if (snprintf(out, PATH_MAX, "%s/" MANIFEST_NAME, dir) >= PATH_MAX)
		return fail(e, ST_TOO_LARGE, dir, "the path is too long");
	return ST_OK;
}

static enum status fail_errno(struct error *e, const char *path, const char *what)
{
	enum status st = errno == ENOSPC || errno == EDQUOT ? ST_NO_SPACE : ST_IO;

	return fail(e, st, path, "%s: %s", what, strerror(errno));
}

/* ---- writing ---- */

/* A failure shows at the end, when the stream is flushed. */
static void add_line(struct manifest_writer *w, struct str line)
{
	(void)fwrite(line.p, 1, line.n, w->file);
	sha_add(w->sha, line);
}

enum status manifest_new(const char *dir, struct manifest_writer **out, struct error *e)
{
	struct manifest_writer *w = calloc(1, sizeof(*w));
	enum status st;
	int fd;

	if (!w)
		die("out of memory: manifest");
	st = path_in(w->path, dir, e);
	if (st != ST_OK) {
		free(w);
		return st;
	}
	fd = open(w->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	w->file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!w->file) {
		st = fail_errno(e, w->path, "cannot be made");
		free(w);
		return st;
	}
	w->sha = sha_new();
	add_line(w, STR(FIRST_LINE));
	*out = w;
	return ST_OK;
}

void manifest_add(struct manifest_writer *w, const char *name, const struct file_sum *sum)
{
	struct buf line = { 0 };

	buf_printf(&line, "%s %lld %s\n", sum->sha256, (long long)sum->size, name);
	add_line(w, buf_str(&line));
	buf_fini(&line);
}

enum status manifest_end(struct manifest_writer *w, struct error *e)
{
	enum status st = ST_OK;
	char hash[65];

	sha_end(w->sha, hash);
	(void)fprintf(w->file, "end %s\n", hash);
	if (ferror(w->file) || fflush(w->file) != 0 || fsync(fileno(w->file)) != 0)
		st = fail_errno(e, w->path, "cannot be written");
	if (fclose(w->file) != 0 && st == ST_OK)
		st = fail_errno(e, w->path, "cannot be written");
	free(w);
	return st;
}

void manifest_drop(struct manifest_writer *w)
{
	if (!w)
		return;
	EVP_MD_CTX_free(w->sha);
	(void)fclose(w->file);
	free(w);
}

/* ---- reading ---- */

bool manifest_is_in(const char *dir)
{
	char path[PATH_MAX];

	return path_in(path, dir, NULL) == ST_OK && access(path, F_OK) == 0;
}

struct reader {
	const char *path;
	FILE *file;
	char *line;
	size_t size;
	struct str rest; /* the line at hand, with its line feed */
};

static bool next_line(struct reader *r)
{
	ssize_t n = getline(&r->line, &r->size, r->file);

	r->rest = n > 0 ? (struct str){ r->line, (size_t)n } : STR_NONE;
	return n > 0 && r->line[n - 1] == '\n';
}

static enum status fail_damaged(const struct reader *r, struct error *e)
{
	return fail(e, ST_CORRUPT, r->path,
		"is damaged or was cut short: this is no whole backup");
}

/* Its last line is the hash of the others, and nothing stands behind it. */
static enum status check_whole(struct reader *r, struct error *e)
{
	EVP_MD_CTX *sha = sha_new();
	bool first = true, whole = false;
	char hash[65];

	while (next_line(r) && !str_starts(r->rest, STR("end "))) {
		if (first && !str_eq(r->rest, STR(FIRST_LINE)))
			break;
		first = false;
		sha_add(sha, r->rest);
	}
	sha_end(sha, hash);
	if (!first && str_starts(r->rest, STR("end ")) && r->rest.n == 4 + 64 + 1)
		whole = memcmp(r->rest.p + 4, hash, 64) == 0 && !next_line(r) &&
			feof(r->file);
	return whole ? ST_OK : fail_damaged(r, e);
}

/* A name that a backup has: of letters, digits, '.', '-' and '_', in one folder at most. */
static bool is_plain(struct str name)
{
	size_t slashes = 0;

	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool begins = i == 0 || name.p[i - 1] == '/';

		slashes += c == '/';
		if (begins && (c == '.' || c == '/'))
			return false;
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
			!(c >= 'A' && c <= 'Z') && !strchr("._-/", c))
			return false;
	}
	return name.n > 0 && name.n < PATH_MAX / 2 && slashes <= 1 &&
	       name.p[name.n - 1] != '/';
}

/* "<hash> <size> <name>\n" */
static bool parse(struct str line, struct file_sum *sum, char name[PATH_MAX])
{
	struct str hash = str_slice(line, 0, str_find(line, ' ')), size, rest;
	uint64_t bytes;

	if (hash.n != sizeof(sum->sha256) - 1)
		return false;
	rest = str_slice(line, hash.n + 1, line.n - 1);
	size = str_slice(rest, 0, str_find(rest, ' '));
	rest = str_slice(rest, size.n + 1, rest.n);
	if (!str_to_u64(size, INT64_MAX, &bytes) || !is_plain(rest))
		return false;
	memcpy(sum->sha256, hash.p, hash.n);
	sum->sha256[hash.n] = '\0';
	sum->size = (int64_t)bytes;
	memcpy(name, rest.p, rest.n);
	name[rest.n] = '\0';
	return true;
}

enum status manifest_each(const char *dir,
	enum status (*take)(
		void *ctx, const char *name, const struct file_sum *sum, struct error *e),
	void *ctx, struct error *e)
{
	char path[PATH_MAX], name[PATH_MAX];
	struct reader r = { .path = path };
	struct file_sum sum;
	enum status st;

	TRY(path_in(path, dir, e));
	r.file = fopen(path, "re");
	if (!r.file)
		return fail(e, ST_NOT_FOUND, path, "cannot be opened: this is no backup");
	st = check_whole(&r, e);
	rewind(r.file);
	(void)next_line(&r); /* the first */
	while (st == ST_OK && next_line(&r) && !str_starts(r.rest, STR("end ")))
		st = parse(r.rest, &sum, name) ? take(ctx, name, &sum, e)
					       : fail_damaged(&r, e);
	free(r.line);
	(void)fclose(r.file);
	return st;
}
