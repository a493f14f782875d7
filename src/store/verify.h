/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify.h -- looks at everything that is stored and says what is wrong: the database as a
 * file, each group's state against its ledger, what belongs together, the media files.
 *
 * It reads one state of the data, through one read-only connection, takes no lock that a
 * running server would notice, and changes nothing. Memory is bounded by the largest group.
 * While it reads beside a running server, the database's log grows: nothing that was
 * committed since it began can be moved.
 */
#ifndef QUN_STORE_VERIFY_H
#define QUN_STORE_VERIFY_H

#include "base/status.h"

#include <stdint.h>

struct verify_options {
	const char *url; /* NULL: SQLite in dir */
	const char *dir; /* a data folder, of a running server or not */
	/* Something is wrong: where ("corp c1, group chat1"), and what. */
	void (*found)(void *ctx, const char *where, const char *what);
	/* Now and then: what is being looked at, and how many of it have been. */
	void (*progress)(void *ctx, const char *what, uint64_t done);
	/* After each corp that could be read. */
	void (*corp)(void *ctx, const char *corp_id, int64_t ledger_no);
	void *ctx;
};

enum { STATE_HASH = 32 };

struct verify_result {
	uint64_t wrong; /* how often found() was called */
	uint64_t corps, groups, members, ledger_rows, media_files;
	/* Files that no row names: what a crash, an upload under way or a removed corp
	 * leaves; they go at the next start. */
	uint64_t media_unused;
	/* SHA-256 over all that is stored, whatever the database engine: equal for equal
	 * contents. Means something only if nothing is wrong. */
	unsigned char state[STATE_HASH];
};

/*
 * ST_OK if it could look at everything that can be read; `out->wrong` says whether it found
 * anything. ST_NOT_FOUND: there is no database; ST_AGAIN: it is of an older program, a
 * start would bring it up to date; ST_UNSUPPORTED: of a newer one; ST_IO and others:
 * reading failed.
 */
MUST_USE enum status verify_store(
	const struct verify_options *options, struct verify_result *out, struct error *e);

#endif
