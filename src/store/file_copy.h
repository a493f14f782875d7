/* SPDX-License-Identifier: Apache-2.0 */
/* file_copy.h -- files copied with their hash, and safe on disk when that returns. */
#ifndef QUN_STORE_FILE_COPY_H
#define QUN_STORE_FILE_COPY_H

#include "base/status.h"

#include <stdint.h>

/* What a file has in it. */
struct file_sum {
	int64_t size; /* bytes */
	char sha256[65]; /* hex, NUL-terminated */
};

/*
 * FROM/name to TO/name, which must not be there yet; mode 0600, synced (its folder is not).
 * ST_NOT_FOUND: there is no such file; ST_NO_SPACE; ST_IO, also for what is no regular
 * file.
 */
MUST_USE enum status file_copy(const char *from, const char *to, const char *name,
	struct file_sum *out, struct error *e);
/* The same sum without a copy. */
MUST_USE enum status file_sum(
	const char *dir, const char *name, struct file_sum *out, struct error *e);

#endif
