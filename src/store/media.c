/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Usual path of a file: written elsewhere under some name, hashed, synced, renamed to its
 * hash, the folder synced. Only then may a row name it. Whatever goes wrong before the
 * rename leaves a file that media_sweep removes at the next start.
 */
#include "store/media_ops.h"

#include "base/plant.h"
#include "base/random.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	HASH = 32,
	READ_PIECE = 65536,
};

const char *const media_type_words[] = {
	[MEDIA_IMAGE] = "image",
	[MEDIA_VOICE] = "voice",
	[MEDIA_VIDEO] = "video",
	[MEDIA_FILE] = "file",
	[MEDIA_TYPES] = NULL,
};

const char *media_type_text(enum media_type type)
{
	return media_type_words[type];
}

bool media_type_from(struct str text, enum media_type *out)
{
	for (size_t i = 0; i < MEDIA_TYPES; i++) {
		if (!str_is(text, media_type_words[i]))
			continue;
		*out = (enum media_type)i;
		return true;
	}
	return false;
}

struct str media_id_new(struct arena *a)
{
	unsigned char bytes[16]; /* 22 characters of base64 */

	random_bytes(bytes, sizeof(bytes));
	return arena_printf(a, "@%s", base64url_encode(a, bytes, sizeof(bytes)).p);
}

/* A disc, 8 by 8 pixels, blue on white. */
struct str media_builtin_image(void)
{
	/* The signature, then for each chunk: length and name, data, checksum. */
	return STR("\211PNG\015\012\032\012"
		   "\000\000\000\015IHDR"
		   "\000\000\000\010\000\000\000\010\001\003\000\000\000"
		   "\376\301\054\310"
		   "\000\000\000\006PLTE"
		   "\377\377\377\027h\320"
		   "g\134U\360"
		   "\000\000\000\022IDAT"
		   "x\332c\260a\250c\370\017\205u\0146\000+\220\005q"
		   "\213\050\243\302"
		   "\000\000\000\000IEND"
		   "\256B\140\202");
}

/* Of errno, at once after the call that set it. */
static enum status fail_errno(struct error *e, const char *path, const char *what)
{
	int why = errno;

	return fail(e, why == ENOSPC || why == EDQUOT || why == EFBIG ? ST_NO_SPACE : ST_IO,
		path, "%s: %s", what, strerror(why));
}

static void name_of_hash(const unsigned char hash[HASH], struct media_name *out)
{
	for (size_t i = 0; i < HASH; i++)
		(void)snprintf(out->text + 2 * i, 3, "%02x", hash[i]);
}

/* Hashes from the file's beginning to its end. */
static enum status hash_file(
	int fd, const char *path, EVP_MD_CTX *sha, struct media_name *out, struct error *e)
{
	unsigned char piece[READ_PIECE], hash[HASH];
	ssize_t n;

	do {
		n = read(fd, piece, sizeof(piece));
		if (n < 0 && errno != EINTR)
			return fail_errno(e, path, "cannot read");
		if (n > 0 && !EVP_DigestUpdate(sha, piece, (size_t)n))
			die("SHA-256 failed");
	} while (n != 0);
	if (!EVP_DigestFinal_ex(sha, hash, NULL))
		die("SHA-256 failed");
	name_of_hash(hash, out);
	return ST_OK;
}

static enum status sync_folder(const char *dir, struct error *e)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum status st = ST_OK;

	if (fd < 0)
		return fail_errno(e, dir, "cannot open the media folder");
	if (!plant("media_folder_unsynced") && fsync(fd) != 0)
		st = fail_errno(e, dir, "cannot sync the media folder");
	close(fd);
	return st;
}

/* DIR/NAME */
static struct str path_in(struct arena *a, const char *dir, const char *name)
{
	return arena_printf(a, "%s/%s", dir, name);
}

enum status media_keep(const char *media_dir, const char *temp_path, struct media_name *out,
	struct error *e)
{
	EVP_MD_CTX *sha = EVP_MD_CTX_new();
	struct arena names = { 0 };
	enum status st;
	int fd = -1;

	if (!sha || !EVP_DigestInit_ex(sha, EVP_sha256(), NULL))
		die("SHA-256 failed");
	fd = open(temp_path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		st = fail_errno(e, temp_path, "cannot open");
		goto out;
	}
	st = hash_file(fd, temp_path, sha, out, e);
	if (st != ST_OK)
		goto out;
	if (fsync(fd) != 0) {
		st = fail_errno(e, temp_path, "cannot sync");
		goto out;
	}
	kill_point("media.synced");
	if (rename(temp_path, path_in(&names, media_dir, out->text).p) != 0) {
		st = fail_errno(e, temp_path, "cannot move into the media folder");
		goto out;
	}
	kill_point("media.renamed");
	st = sync_folder(media_dir, e);
	kill_point("media.kept");
out:
	if (fd >= 0)
		close(fd);
	EVP_MD_CTX_free(sha);
	arena_fini(&names);
	return st;
}

enum status media_identify(int folder, const char *file, struct media_name *out,
	int64_t *size, struct error *e)
{
	int fd = openat(folder, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	EVP_MD_CTX *sha;
	struct stat at;
	enum status st;

	if (fd < 0 && errno == ENOENT)
		return fail(e, ST_NOT_FOUND, file, "there is none");
	if (fd < 0 || fstat(fd, &at) != 0 || !S_ISREG(at.st_mode)) {
		st = fail(e, ST_IO, file, "cannot be opened as a regular file");
		if (fd >= 0)
			close(fd);
		return st;
	}
	sha = EVP_MD_CTX_new();
	if (!sha || !EVP_DigestInit_ex(sha, EVP_sha256(), NULL))
		die("SHA-256 failed");
	*size = at.st_size;
	st = hash_file(fd, file, sha, out, e);
	EVP_MD_CTX_free(sha);
	close(fd);
	return st;
}

static enum status write_file(const char *path, struct str bytes, struct error *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum status st = ST_OK;

	if (fd < 0)
		return fail_errno(e, path, "cannot create");
	while (bytes.n && st == ST_OK) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n >= 0)
			bytes = str_slice(bytes, (size_t)n, bytes.n);
		else if (errno != EINTR)
			st = fail_errno(e, path, "cannot write");
	}
	if (close(fd) != 0 && st == ST_OK)
		st = fail_errno(e, path, "cannot write");
	return st;
}

enum status media_keep_bytes(
	const char *media_dir, struct str bytes, struct media_name *out, struct error *e)
{
	unsigned char hash[HASH];
	char name[sizeof("new-") + 16];
	struct arena paths = { 0 };
	struct stat there;
	const char *temp;
	enum status st;

	if (!EVP_Digest(bytes.p, bytes.n, hash, NULL, EVP_sha256(), NULL))
		die("SHA-256 failed");
	name_of_hash(hash, out);
	if (stat(path_in(&paths, media_dir, out->text).p, &there) == 0 &&
		S_ISREG(there.st_mode)) {
		/* It may be another thread's, renamed but not synced yet. */
		st = sync_folder(media_dir, e);
		goto out;
	}
	memcpy(name, "new-", 4);
	random_hex(name + 4, 8);
	temp = path_in(&paths, media_dir, name).p;
	st = write_file(temp, bytes, e);
	kill_point("media.written");
	if (st == ST_OK)
		st = media_keep(media_dir, temp, out, e);
	if (st != ST_OK)
		(void)unlink(temp);
out:
	arena_fini(&paths);
	return st;
}
