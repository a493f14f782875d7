/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk.h -- a disk in memory under SQLite, which can be cut off at any moment.
 * It keeps what the files are now, and while it records, every change of them in order with
 * the marks of what was acknowledged in between. From a recording, an image is what the
 * disk may hold after a power cut: all that was synced, and of the rest nothing,
 * everything, or some of it in any order, each sector of 512 bytes whole or not at all.
 *
 * One process, one connection at a time, no threads but the one at work.
 */
#ifndef QUN_TESTS_POWERCUT_DISK_H
#define QUN_TESTS_POWERCUT_DISK_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum disk_file { DISK_DATABASE, DISK_LOG, DISK_JOURNAL, DISK_FILES };

struct disk_content {
	unsigned char *bytes;
	size_t n, room;
	bool exists;
};

struct disk_image {
	struct disk_content files[DISK_FILES];
};

enum disk_op_kind {
	DISK_WRITE,
	DISK_TRUNCATE,
	DISK_CREATE,
	DISK_DELETE,
	DISK_SYNC, /* of the file, and of its name if it is new */
	DISK_SYNC_NAMES, /* of the folder */
	DISK_MARK, /* something was acknowledged */
};

struct disk_op {
	enum disk_op_kind kind;
	enum disk_file file;
	size_t at, n; /* DISK_WRITE; DISK_TRUNCATE: n is the size */
	unsigned char *bytes; /* DISK_WRITE */
};

struct disk_log {
	struct disk_op *v;
	size_t n, room;
};

/* What SQLite opens from now on is on this disk. Once. `never_synced`: of this file (or
 * DISK_FILES: none) every sync is skipped once something was acknowledged: a planted fault.
 */
void disk_install(enum disk_file never_synced);
/* The files become those of `image`; changes go to `log`, NULL: nowhere. */
void disk_load(const struct disk_image *image, struct disk_log *log);
void disk_mark(void);
void disk_sync_names(void);
/* How many operations are recorded by now. */
size_t disk_now(void);

void disk_image_copy(struct disk_image *to, const struct disk_image *from);
void disk_image_free(struct disk_image *image);
void disk_log_free(struct disk_log *log);

/* Of operations that are not synced: which reach the disk. */
enum disk_fate {
	DISK_NOTHING,
	DISK_EVERYTHING,
	DISK_PREFIX,
	DISK_SUBSET,
	DISK_TORN, /* a subset of sectors */
	DISK_FATES
};

/* A walk through a recording. */
struct disk_walk {
	const struct disk_log *log;
	size_t at; /* operations before this one have happened */
	struct disk_image durable;
	size_t *pending; /* operations that are not synced */
	size_t pending_count, pending_room;
};
void disk_walk_begin(
	struct disk_walk *w, const struct disk_image *from, const struct disk_log *log);
/* One operation more. */
void disk_walk_step(struct disk_walk *w);
void disk_walk_end(struct disk_walk *w);
/* What the disk holds if power fails now. `seed` decides what is left to chance. */
void disk_walk_image(const struct disk_walk *w, enum disk_fate fate, uint64_t seed,
	struct disk_image *out);

/* A generator of chance (splitmix64): the seed repeats it. */
uint64_t chance(uint64_t *state);

#endif
