/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manifest.h -- the last file of a backup, which says what all the others are. A folder
 * without one, or with one that was cut short, is no backup.
 *
 *	qun-backup 1
 *	<SHA-256 in hex> <bytes> <name>
 *	...
 *	end <SHA-256 of everything above>
 */
#ifndef QUN_SERVER_MANIFEST_H
#define QUN_SERVER_MANIFEST_H

#include "store/file_copy.h"

#include <stdbool.h>

#define MANIFEST_NAME "backup.manifest"

struct manifest_writer;

/* DIR/backup.manifest, which must not be there. */
MUST_USE enum status manifest_new(
	const char *dir, struct manifest_writer **out, struct error *e);
void manifest_add(struct manifest_writer *w, const char *name, const struct file_sum *sum);
/* Ends and syncs it (the folder is not synced), or gives it up; frees it. */
MUST_USE enum status manifest_end(struct manifest_writer *w, struct error *e);
void manifest_drop(struct manifest_writer *w); /* NULL is fine */

/* Whether the folder is a backup, whole or not. */
bool manifest_is_in(const char *dir);
/*
 * Each file in the order of the manifest, after the manifest itself was found whole.
 * ST_NOT_FOUND: there is none; ST_CORRUPT: it is damaged, or names a file that cannot be in
 * a backup; else what `take` gives.
 */
MUST_USE enum status manifest_each(const char *dir,
	MUST_USE enum status (*take)(
		void *ctx, const char *name, const struct file_sum *sum, struct error *e),
	void *ctx, struct error *e);

#endif
