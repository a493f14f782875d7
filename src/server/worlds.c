/* SPDX-License-Identifier: Apache-2.0 */
#include "server/worlds.h"

#include "api/world_file.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "server/files.h"
#include "store/token_ops.h"

#include <semaphore.h>

/* A load that the main thread waits for. */
struct load {
	struct world_load_op op;
	sem_t done;
};

static void load_done(struct change *c)
{
	struct load *load = CONTAINER_OF(c, struct load, op.change);

	(void)sem_post(&load->done);
}

static enum status load_and_wait(struct store *store, struct world *w, struct arena *a,
	const char *name, struct error *e)
{
	struct load load;
	enum status st;

	world_load_init(&load.op);
	load.op.world = w;
	load.op.mode = WORLD_CREATE;
	load.op.now_ms = clock_now_ms();
	load.op.change.arena = a;
	load.op.change.done = load_done;
	if (sem_init(&load.done, 0, 0) != 0)
		die("a semaphore cannot be made");
	st = store_change(store, &load.op.change);
	if (st == ST_OK) {
		while (sem_wait(&load.done) != 0)
			; /* EINTR */
		st = load.op.change.status;
		if (st != ST_OK)
			*e = load.op.change.error;
		else if (load.op.made)
			log_info("%s: %zu objects made", name, load.op.made);
	}
	(void)sem_destroy(&load.done);
	return st;
}

/* `text` of the file or source called `name`; without a store it is only checked. */
static enum status take_world(struct store *store, const struct options *o,
	const char *name, const char *folder, struct str text, struct error *e)
{
	struct arena arena = { 0 };
	struct error cause = { 0 };
	struct world world;
	enum status st = world_decode(text, o->member_cap, false, &arena, &world, &cause);

	if (st == ST_OK)
		st = world_keep_media(&world, folder, store ? store_media_dir(store) : NULL,
			&arena, &cause);
	if (st == ST_OK && store)
		st = load_and_wait(store, &world, &arena, name, &cause);
	if (st != ST_OK)
		(void)fail(e, st, name, "%s%s%s", cause.field, *cause.field ? ": " : "",
			*cause.text ? cause.text : status_text(st));
	arena_fini(&arena);
	return st;
}

static enum status take_file(
	struct store *store, const struct options *o, const char *path, struct error *e)
{
	const char *slash = strrchr(path, '/');
	struct buf text = { 0 };
	char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	enum status st;

	if (!folder)
		die("out of memory: worlds");
	st = file_read(path, LIMIT_WORLD, &text, e);
	if (st == ST_OK)
		st = take_world(store, o, path, folder, buf_str(&text), e);
	buf_fini(&text);
	free(folder);
	return st;
}

static enum status take_all(struct store *store, const struct options *o, struct error *e)
{
	for (size_t i = 0; i < o->world.n; i++)
		TRY(take_file(store, o, o->world.v[i], e));
	return o->demo ? take_world(store, o, "the demo's world", NULL, world_demo(), e)
		       : ST_OK;
}

enum status worlds_load(struct store *store, const struct options *o, struct error *e)
{
	return take_all(store, o, e);
}

enum status worlds_check(const struct options *o, struct error *e)
{
	return take_all(NULL, o, e);
}

static void ignore_read(struct read *r)
{
	(void)r; /* a small read is done when store_read returns */
}

enum status worlds_fixed_tokens(struct store *store, bool *any, struct error *e)
{
	struct arena arena = { 0 };
	struct fixed_tokens_read ask;
	enum status st;

	fixed_tokens_read_init(&ask);
	ask.read.arena = &arena;
	ask.read.done = ignore_read;
	store_read(store, &ask.read);
	*any = ask.any;
	st = ask.read.status;
	if (st != ST_OK)
		*e = ask.read.error;
	arena_fini(&arena);
	return st;
}
