/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_ops.h -- uploaded files: the bytes in the media folder, the row in the store.
 * A file is named by what is in it, so it never changes, and the same bytes are kept once.
 * A row exists only after its file is safe; a file that no row names (a crash in between, a
 * corp that was removed, an upload that broke off) goes at the next start.
 */
#ifndef QUN_STORE_MEDIA_OPS_H
#define QUN_STORE_MEDIA_OPS_H

#include "store/access.h"
#include "store/db.h"

enum media_type { MEDIA_IMAGE, MEDIA_VOICE, MEDIA_VIDEO, MEDIA_FILE, MEDIA_TYPES };
/* "image", "voice", "video", "file" */
const char *media_type_text(enum media_type type);
/* False if it is none of them. */
MUST_USE bool media_type_from(struct str text, enum media_type *out);
/* The four words, ended by NULL, for a field's .oneof. */
extern const char *const media_type_words[];

/* A fresh mediaId: '@' and 22 letters, digits, '-' or '_'. */
struct str media_id_new(struct arena *a);

enum { MEDIA_NAME = 64 };
/* A file of the media folder: its name, without the folder. */
struct media_name {
	char text[MEDIA_NAME + 1]; /* SHA-256 of the bytes in hex, NUL-terminated */
};

/* Moves a temporary file of the same file system into the media folder: fsync, rename,
 * fsync of the folder. On failure the temporary file is still the caller's. Blocks: not on
 * a loop's thread. Any thread. */
MUST_USE enum status media_keep(const char *media_dir, const char *temp_path,
	struct media_name *out, struct error *e);
/* The same for bytes in memory; without effect if they are there already. */
MUST_USE enum status media_keep_bytes(
	const char *media_dir, struct str bytes, struct media_name *out, struct error *e);
/* What a file of the folder `folder` should be called, by its bytes, and how many there
 * are. ST_NOT_FOUND: there is none; ST_IO: it is no regular file or cannot be read. */
MUST_USE enum status media_identify(int folder, const char *file, struct media_name *out,
	int64_t *size, struct error *e);
/* The small built-in PNG that worlds use where they name no file. */
struct str media_builtin_image(void);

/* At start, before anything is written: removes every file of the media folder that no row
 * names. Other folders in it are left alone. */
MUST_USE enum status media_sweep(const struct db_driver *driver, struct db *db,
	const char *media_dir, struct error *e);

struct media_add_op {
	struct change change;
	/* in */
	struct access *access;
	struct str media_id;
	enum media_type type;
	struct str file; /* of media_keep */
	int64_t size, at_ms;
	struct refusal why; /* out */
};
void media_add_init(struct media_add_op *op);

#endif
