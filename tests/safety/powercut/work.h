/* SPDX-License-Identifier: Apache-2.0 */
/*
 * work.h -- a store at work on the disk of disk.h, and what it must be after so many
 * updates. The store's own code does it all: driver, schema, world load, writer,
 * operations, reads. An update says which one it is in the name it gives; the model follows
 * each in a few lines.
 */
#ifndef QUN_TESTS_POWERCUT_WORK_H
#define QUN_TESTS_POWERCUT_WORK_H

#include "store/access.h"
#include "store/db.h"

enum {
	WORK_GROUPS = 3,
	WORK_PEOPLE = 12, /* who come and go; the owner stays */
	WORK_UPDATES = 64, /* at most, in one history */
	WORK_FILES = 8, /* of media, likewise */
};

struct work_group {
	int64_t version;
	int name; /* number of the update that gave it; 0: the world */
	unsigned members; /* one bit for each of WORK_PEOPLE */
};

/* After so many updates. */
struct work_state {
	struct work_group groups[WORK_GROUPS];
};

struct work_commit {
	size_t marks; /* with the answers to it, so many were acknowledged */
	int updates, files;
};

struct work_file {
	char name[80]; /* in the media folder */
	size_t safe_at; /* from this operation on it is there, whatever happens */
};

struct work {
	const struct db_driver *driver;
	const char *dir; /* of media files; the database is on the disk in memory */
	struct db *db;
	struct writer *writer;
	struct arena arena;
	struct access access;
	uint64_t seed;
	/* The model: states[n] after n updates, from 0, the world. */
	struct work_state states[WORK_UPDATES + 1];
	int updates;
	/* An image has what one of these had; or nothing, before the first. */
	struct work_commit commits[WORK_UPDATES + WORK_FILES + 2];
	int commit_count;
	struct work_file files[WORK_FILES];
	int file_count;
	size_t marks; /* acknowledged by now */
};

/* Opens the database and brings its tables up to date; the reason if it cannot. */
const char *work_open(struct work *w);
/* As at an orderly stop. */
void work_close(struct work *w);
/* After work_open: what lets updates go on from a state that was found. */
const char *work_go_on(struct work *w);
void work_world(struct work *w);
/* `n` updates that come together. */
void work_batch(struct work *w, int n);
/* A media file, kept and then named by a row. */
void work_media(struct work *w);
/* The commit that is on the disk: all that is known of a store that was found. */
void work_found(struct work *w, int updates, int files);
void work_checkpoint(struct work *w);
void work_free(struct work *w);

#endif
