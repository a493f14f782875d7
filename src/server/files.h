/* SPDX-License-Identifier: Apache-2.0 */
/* files.h -- whole files and folders, with errors that name the file and the way out. */
#ifndef QUN_SERVER_FILES_H
#define QUN_SERVER_FILES_H

#include "base/status.h"
#include "base/str.h"

/* Appends a regular file of at most `max` bytes. ST_NOT_FOUND, ST_TOO_LARGE, ST_INVALID
 * (not a regular file), ST_IO. */
MUST_USE enum status file_read(
	const char *path, size_t max, struct buf *out, struct error *e);
/* The same for what is secret: ST_REFUSED if the group or others have any right to it. */
MUST_USE enum status file_read_secret(
	const char *path, size_t max, struct buf *out, struct error *e);
/* A new file, or a new content for an old one, that is there whole or not at all, also
 * after a power cut. Mode 0600. */
MUST_USE enum status file_write(const char *path, struct str content, struct error *e);

/* Makes a folder with mode 0700 unless it is there; then it must be a folder that we can
 * write and others cannot. */
MUST_USE enum status folder_make(const char *path, struct error *e);
/* Would folder_make succeed? Makes nothing. */
MUST_USE enum status folder_check(const char *path, struct error *e);
/* Makes the entry of `path` in its folder survive a power cut. */
MUST_USE enum status folder_sync_parent(const char *path, struct error *e);
/* Removes a folder and all in it, or only what is in it; what cannot be removed stays. */
void folder_remove(const char *path);
void folder_empty(const char *path);

#endif
