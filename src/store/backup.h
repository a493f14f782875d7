/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup.h -- one state of the database and the media files that belong to it, copied while
 * a server may be writing.
 *
 * It reads through one read-only connection, so that it neither writes nor checkpoints
 * beside the one writer, and takes no part in the lock of the data folder. While the
 * database is copied its log grows; the media come after that.
 */
#ifndef QUN_STORE_BACKUP_H
#define QUN_STORE_BACKUP_H

#include "store/file_copy.h"

struct backup_options {
	const char *url; /* NULL: SQLite in dir */
	const char *dir; /* the data folder */
	const char *to; /* an empty folder */
	/* Each file of `to` as it is done, by its name there ("media/…"). */
	MUST_USE enum status (*kept)(
		void *ctx, const char *name, const struct file_sum *sum, struct error *e);
	/* Each corp in it. */
	void (*corp)(void *ctx, const char *corp_id, int64_t ledger_no);
	void (*progress)(void *ctx, const char *what, uint64_t done);
	void *ctx;
};

/*
 * When it returns ST_OK, all is on disk but for the entry of `to` in its parent.
 * ST_CORRUPT: the data are damaged, or a media file is; ST_NOT_FOUND: there is no database,
 * or a media file is missing; ST_UNSUPPORTED: of this store no copy is made here;
 * ST_NO_SPACE, ST_IO.
 */
MUST_USE enum status store_backup(const struct backup_options *o, struct error *e);

#endif
