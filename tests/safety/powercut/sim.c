/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim.c -- power cuts at every operation of the store, on a disk in memory.
 *
 * A history is a store from its making on: its tables, a world, updates alone and together,
 * media files, checkpoints, stops. Each of its operations is a moment at which power may
 * fail; of each moment several images are made (disk.h), opened by the store's own code and
 * checked (check.h). Of some images the store goes on, which is a history of its own: there
 * power fails again, so that recovery and what follows it are cut off, too.
 */
#include "check.h"
#include "disk.h"
#include "work.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	STEPS = 9, /* of a history */
	BATCH = 8, /* updates that come together, at most */
	AGAIN = 24, /* of so many images, one in which the store goes on */
	SETTING_UP = 16, /* of so many moments before the world, one */
};

struct sim {
	const char *dir;
	uint64_t seed, wanted;
	uint64_t images, moments, histories, again;
	char why[1024]; /* the first promise that was broken */
};

static void explore(struct sim *s, const struct disk_image *from,
	const struct disk_log *log, const struct work *model, int depth);

/* ---- one image ---- */

/* The store as it was found goes on; then power fails there. */
static void go_on(struct sim *s, const struct disk_image *image, const struct work *model,
	const struct found *found)
{
	struct work w = { .dir = s->dir, .seed = chance(&s->seed) };
	struct disk_log log = { 0 };
	const char *why;

	memcpy(w.states, model->states, sizeof(w.states));
	memcpy(w.files, model->files, sizeof(w.files));
	for (int i = 0; i < WORK_FILES; i++)
		w.files[i].safe_at = 0;
	work_found(&w, found->updates, found->files);
	disk_load(image, &log);
	why = work_open(&w);
	if (!why)
		why = work_go_on(&w);
	if (why) {
		(void)snprintf(s->why, sizeof(s->why), "it does not go on: %s", why);
	} else {
		work_batch(&w, 1 + (int)(chance(&s->seed) % 3));
		work_checkpoint(&w);
		work_batch(&w, 1);
	}
	work_close(&w);
	s->again++;
	if (!why)
		explore(s, image, &log, &w, 1);
	disk_log_free(&log);
	work_free(&w);
}

static void check_image(struct sim *s, const struct disk_image *image,
	const struct work *model, size_t at, size_t marks, int depth)
{
	struct work w = { .dir = s->dir };
	struct found found = { -1, 0 };
	const char *why;

	disk_load(image, NULL);
	why = work_open(&w);
	if (!why)
		why = check_store(&w, model, at, marks, &found);
	if (why)
		(void)snprintf(s->why, sizeof(s->why), "history %llu, %soperation %zu: %s",
			(unsigned long long)s->histories, depth ? "after a recovery, " : "",
			at, why);
	work_close(&w);
	work_free(&w);
	s->images++;
	if (!why && depth == 0 && found.updates >= 0 && chance(&s->seed) % AGAIN == 0 &&
		found.updates + BATCH < WORK_UPDATES)
		go_on(s, image, model, &found);
}

/* ---- all moments of one history ---- */

static void explore_moment(struct sim *s, const struct disk_walk *walk,
	struct disk_image *image, const struct work *model, size_t marks, int depth)
{
	s->moments++;
	for (int fate = 0; fate < DISK_FATES && !*s->why; fate++) {
		if (walk->pending_count == 0 && fate > 0)
			break;
		disk_walk_image(walk, (enum disk_fate)fate, chance(&s->seed), image);
		check_image(s, image, model, walk->at, marks, depth);
	}
}

static void explore(struct sim *s, const struct disk_image *from,
	const struct disk_log *log, const struct work *model, int depth)
{
	struct disk_image image = { 0 };
	struct disk_walk walk;
	size_t marks = 0;

	disk_walk_begin(&walk, from, log);
	while (walk.at < log->n && !*s->why && (depth || s->images < s->wanted)) {
		const struct disk_op *op = &log->v[walk.at];

		disk_walk_step(&walk);
		marks += op->kind == DISK_MARK;
		if (marks == 0 && depth == 0 && chance(&s->seed) % SETTING_UP)
			continue;
		explore_moment(s, &walk, &image, model, marks, depth);
	}
	disk_walk_end(&walk);
	disk_image_free(&image);
}

/* ---- making histories ---- */

static void restart(struct work *w)
{
	const char *why;

	work_close(w);
	why = work_open(w);
	if (why)
		die("it does not start again: %s", why);
}

static void make_history(struct work *w)
{
	const char *why = work_open(w);

	if (why)
		die("it does not start: %s", why);
	work_world(w);
	for (int i = 0; i < STEPS; i++) {
		switch (chance(&w->seed) % 10) {
		case 0:
		case 1: work_checkpoint(w); break;
		case 2: restart(w); break;
		case 3:
			if (w->file_count < WORK_FILES)
				work_media(w);
			break;
		case 4:
		case 5: work_batch(w, 1); break;
		default: work_batch(w, 1 + (int)(chance(&w->seed) % (BATCH - 1))); break;
		}
	}
	work_close(w);
}

static void run_history(struct sim *s)
{
	struct work w = { .dir = s->dir, .seed = chance(&s->seed) };
	struct disk_image nothing = { 0 };
	struct disk_log log = { 0 };

	disk_load(&nothing, &log);
	make_history(&w);
	s->histories++;
	explore(s, &nothing, &log, &w, 0);
	disk_log_free(&log);
	work_free(&w);
}

static enum disk_file file_of(const char *name)
{
	return strcmp(name, "database") == 0 ? DISK_DATABASE
	       : strcmp(name, "log") == 0    ? DISK_LOG
					     : DISK_FILES;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "images", required_argument, NULL, 'i' },
		{ "dir", required_argument, NULL, 'd' },
		{ "never-synced", required_argument, NULL, 'n' }, /* database, log */
		{ 0 },
	};
	struct sim s = { .wanted = 1000, .dir = "." };
	enum disk_file never_synced = DISK_FILES;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 's': s.seed = strtoull(optarg, NULL, 10); break;
		case 'i': s.wanted = strtoull(optarg, NULL, 10); break;
		case 'd': s.dir = optarg; break;
		case 'n': never_synced = file_of(optarg); break;
		default: return 2;
		}
	}
	disk_install(never_synced);
	while (s.images < s.wanted && !*s.why) {
		run_history(&s);
		printf("images %llu\n", (unsigned long long)s.images);
		(void)fflush(stdout);
	}
	printf("moments %llu\nhistories %llu\nrecoveries %llu\n",
		(unsigned long long)s.moments, (unsigned long long)s.histories,
		(unsigned long long)s.again);
	if (*s.why)
		printf("wrong %s\n", s.why);
	return *s.why ? 1 : 0;
}
