/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_ops.h -- uploaded files: the bytes in the media folder, the row in the store.
 * Files never change. A row exists only after its file is safe; a file without a row (a
 * crash in between) is removed at the next start.
 */
#ifndef QUN_STORE_MEDIA_OPS_H
#define QUN_STORE_MEDIA_OPS_H

#include "store/access.h"

enum media_type { MEDIA_IMAGE, MEDIA_VOICE, MEDIA_VIDEO, MEDIA_FILE, MEDIA_TYPES };
/* "image", "voice", "video", "file" */
const char *media_type_text(enum media_type type);

/* A fresh mediaId: '@' and 22 letters, digits, '-' or '_'. */
struct str media_id_new(struct arena *a);
/* DIR/media/<hex of SHA-256 of corp and mediaId>; never made of a client's file name. */
struct str media_path(
	const char *media_dir, struct str corp_id, struct str media_id, struct arena *a);
/* fsync, rename into place, fsync the folder. Blocks: not on a loop's thread. */
MUST_USE enum status media_keep(const char *temp_path, const char *path, struct error *e);
/* The small built-in PNG that worlds use where they name no file. */
struct str media_builtin_image(void);

struct media_add_op {
	struct change change;
	/* in */
	struct access *access;
	struct str media_id;
	enum media_type type;
	int64_t size, at_ms;
	struct refusal why; /* out */
};
void media_add_init(struct media_add_op *op);

#endif
