/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.h -- the records and their one writer.
 * A change waits in a bounded queue; the writer thread takes what has arrived, runs each
 * through ask, decide and write in one transaction, commits once, and reports them all. A
 * read sees everything that was reported before it began.
 *
 * Usual path of a change: store_change queues it -> (writer) ask appends statements, they
 * are run; decide turns the rows into ST_OK with something to write, ST_OK with nothing, or
 * ST_REFUSED; write appends statements, they are run -> commit -> done.
 */
#ifndef QUN_STORE_STORE_H
#define QUN_STORE_STORE_H

#include "base/arena.h"
#include "base/histogram.h"
#include "base/status.h"
#include "store/statements.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

struct store;
struct change;
struct read;
struct ledger_numbers;

struct change_ops {
	const char *name; /* for the log and the metrics */
	/* Appends the statements that fetch the facts. */
	void (*ask)(struct change *c, struct statements *facts);
	/* Takes the rows (rows_next) and decides. May run again for the same change if its
	 * batch had to be rolled back: it starts from scratch each time. ST_OK or
	 * ST_REFUSED; anything else fails the change alone. */
	MUST_USE enum status (*decide)(struct change *c, struct statements *facts);
	/* Appends what carries the decision out; none if there is nothing to do. */
	void (*write)(struct change *c, struct statements *out);
};

/* One change. Embedded first in an operation's struct; from store_change until done it
 * belongs to the store, arena included. */
struct change {
	const struct change_ops *ops;
	struct arena *arena;
	void (*done)(struct change *c); /* on the writer's thread */
	void *user; /* the submitter's own */
	size_t ids; /* people it names, for the size of a batch */
	bool alone; /* not in one transaction with others (world loads) */

	/* When done: ST_OK; ST_REFUSED (the operation says why); ST_NO_SPACE, ST_IO,
	 * ST_INTERNAL, ST_CLOSED (after a fatal failure) ...: nothing happened; ST_UNKNOWN:
	 * it may have; answer nothing. */
	enum status status;
	struct error error;

	/* the store's */
	STAILQ_ENTRY(change) link;
	struct ledger_numbers *numbers; /* of the transaction at hand */
	bool writes;
	int64_t queued_us;
};

struct read_ops {
	const char *name;
	void (*ask)(struct read *r, struct statements *facts);
	MUST_USE enum status (*take)(struct read *r, struct statements *facts);
};

struct read {
	const struct read_ops *ops;
	struct arena *arena;
	/* Small reads: on the caller's thread, before store_read returns. Large: on a
	 * reader's. */
	void (*done)(struct read *r);
	void *user; /* the submitter's own */
	unsigned lane; /* the caller's loop: each has a read-only connection of its own */
	bool large; /* may give more than LIMIT_INLINE_ROWS rows */
	enum status status; /* ST_BUSY: the queue of large reads is full */
	struct error error;
	STAILQ_ENTRY(read) link; /* the store's */
};

struct store_options {
	const char *url; /* NULL: SQLite in dir */
	const char
		*dir; /* exists; the store makes dir/qun.db and dir/media/ and locks dir */
	unsigned lanes; /* how many loops read */
	unsigned cache_mb; /* pages that the writer keeps; 0: the driver's own measure */
	/* A failure after which nothing may be acknowledged any more: the process must
	 * stop. On the writer's thread, once. */
	void (*on_fatal)(void *ctx, const struct error *e);
	void *ctx;
};

/* Opens, locks (ST_EXISTS if another process holds the folder), migrates (ST_UNSUPPORTED if
 * the files are newer), removes media files without rows, starts the writer, the readers
 * and what is left to do of departures. */
MUST_USE enum status store_open(
	const struct store_options *options, struct store **out, struct error *e);
/* What store_open would find wrong, without changing anything. ST_OK for a folder that no
 * store has used yet; ST_EXISTS if another process holds it: then its data were not looked
 * at. */
MUST_USE enum status store_check(const struct store_options *options, struct error *e);
/* Finishes what is queued, checkpoints, closes. No call may be under way. NULL is fine. */
void store_close(struct store *s);

/* ST_BUSY (too much is waiting) or ST_CLOSED (after a fatal failure): not queued, done will
 * not be called. Any thread. */
MUST_USE enum status store_change(struct store *s, struct change *c);
/* From the lane's own thread. done is always called. */
void store_read(struct store *s, struct read *r);

/*
 * People who have left the company leave their groups in the background (departures.h). To
 * be called after an employee_delete_op has succeeded; what is missed by it is done at the
 * next start. Any thread.
 */
void store_departures_wake(struct store *s);

/* Somebody who waits until one of them has left all his groups. */
struct departure_wait {
	int64_t corp; /* in; the userid's bytes must stay until done */
	struct str userid;
	/* Once, on another thread: ST_OK (he has, or was not leaving), ST_BUSY after
	 * LIMIT_DEPARTURE_WAIT_MS, ST_CLOSED, or why it is not known. */
	void (*done)(struct departure_wait *w);
	void *user; /* the submitter's own */
	enum status status; /* out */
	/* the store's */
	STAILQ_ENTRY(departure_wait) link;
	int64_t until_us;
};
/* What is waited for is done first, and without pauses. Any thread. */
void store_await_departure(struct store *s, struct departure_wait *w);

/* False: store_change would answer ST_BUSY at this moment. Any thread. */
bool store_has_room(const struct store *s);
/* Seconds after which a refused change may be tried again (for Retry-After). */
unsigned store_retry_after_s(const struct store *s);

struct store_stats {
	uint64_t commits, changes, refused, failed, rolled_back, reads, checkpoints;
	uint64_t queue_length;
	uint64_t wal_pages; /* not yet moved to the database file */
	uint64_t wal_pages_written; /* to the log, since the start */
	struct histogram_copy commit_time; /* of a commit, its sync included */
	struct histogram_copy checkpoint_time; /* of one portion */
};
void store_get_stats(struct store *s, struct store_stats *out);

/* Where media files live; borrowed. */
const char *store_media_dir(const struct store *s);

#endif
