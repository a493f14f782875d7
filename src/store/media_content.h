/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_content.h -- what a file is, by what is in it and not by its name. Pure.
 * The formats and sizes are those of DingTalk's page upload-media-files.
 */
#ifndef QUN_STORE_MEDIA_CONTENT_H
#define QUN_STORE_MEDIA_CONTENT_H

#include "base/str.h"
#include "store/media_ops.h"

/* How many bytes from a file's beginning tell its format (fewer if it has fewer). */
enum { MEDIA_HEAD = 16 };

/* The largest file of that type, in bytes. */
int64_t media_size_limit(enum media_type type);

/*
 * May a file of `size` bytes that begins with `head` be uploaded as `type`? ST_TOO_LARGE
 * over the type's size; ST_UNSUPPORTED if it is empty or not in one of the type's formats;
 * the words say what was found and what would be accepted.
 */
MUST_USE enum status media_content_check(
	enum media_type type, struct str head, int64_t size, struct error *e);

#endif
