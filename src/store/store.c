/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.c -- opening and closing, and the ways in.
 *
 * Usual path of a start: lock the folder -> open the writer's connection -> migrate -> read
 * what a start needs -> sweep the media folder -> open the readers -> start the threads.
 * Any step that fails closes what those before it opened, and nothing stored is lost by it.
 * The writer's connection opens first and closes last (see db_sqlite.c).
 */
#include "store/store.h"

#include "base/plant.h"
#include "store/data_dir.h"
#include "store/db.h"
#include "store/departures.h"
#include "store/media_ops.h"
#include "store/reader.h"
#include "store/writer.h"

#include <stdatomic.h>
#include <stdlib.h>

enum {
	LARGE_READERS = 2,
	READER_CACHE_MB = 2,
};

struct store {
	const struct db_driver *driver;
	int lock;
	struct db *db; /* the writer's */
	struct writer *writer;
	struct reader_pool *readers;
	struct db *departures_db; /* NULL once it is theirs */
	struct departures *departures;
	struct db **lanes; /* one for each loop, touched by its thread only */
	unsigned lane_count;
	_Atomic uint64_t reads;
	char *media_dir;
};

/* Damage in what every start depends on is found now and not in the middle of the day. */
static enum status read_basics(struct store *s, struct error *e)
{
	struct arena arena = { 0 };
	struct statements basics = { .arena = &arena };
	enum status st;

	statements_add(&basics, "SELECT corp, corp_id, name, ledger_no FROM corp", NULL, 0);
	statements_add(&basics,
		"SELECT app_key, corp, secret, permissions, version, token_issue FROM app",
		NULL, 0);
	st = s->driver->run(s->db, &basics, &arena, e);
	arena_fini(&arena);
	return st;
}

static enum status open_readers(
	struct store *s, const struct store_options *o, struct error *e)
{
	const struct db_options reader = {
		.url = o->url, .dir = o->dir, .read_only = true, .cache_mb = READER_CACHE_MB
	};
	struct db *large[LARGE_READERS] = { 0 };
	enum status st = ST_OK;

	s->lanes = calloc(o->lanes, sizeof(struct db *));
	if (!s->lanes && o->lanes)
		die("out of memory: lanes");
	for (; s->lane_count < o->lanes && st == ST_OK; s->lane_count += st == ST_OK)
		st = s->driver->open(&reader, &s->lanes[s->lane_count], e);
	for (size_t i = 0; i < LARGE_READERS && st == ST_OK; i++)
		st = s->driver->open(&reader, &large[i], e);
	if (st == ST_OK)
		st = s->driver->open(&reader, &s->departures_db, e);
	if (st == ST_OK)
		s->readers = reader_pool_new(s->driver, large, LARGE_READERS);
	else
		for (size_t i = 0; i < LARGE_READERS; i++)
			s->driver->close(large[i]);
	return st;
}

static enum status open_all(struct store *s, const struct store_options *o, struct error *e)
{
	const struct db_options writer = {
		.url = o->url, .dir = o->dir, .cache_mb = o->cache_mb
	};

	TRY(s->driver->open(&writer, &s->db, e));
	kill_point("start.opened");
	TRY(s->driver->migrate(s->db, e));
	kill_point("start.migrated");
	TRY(read_basics(s, e));
	TRY(data_dir_sync(o->dir, e));
	TRY(media_sweep(s->driver, s->db, s->media_dir, e));
	kill_point("start.swept");
	return open_readers(s, o, e);
}

enum status store_open(const struct store_options *o, struct store **out, struct error *e)
{
	const struct db_driver *driver = db_driver_find(o->url);
	struct store *s;
	enum status st;
	int lock;

	if (!driver)
		return fail(e, ST_INVALID, o->url, "no store of this kind");
	TRY(data_dir_take(o->dir, &lock, e));
	s = calloc(1, sizeof(*s));
	if (!s || asprintf(&s->media_dir, "%s/media", o->dir) < 0)
		die("out of memory: store");
	s->driver = driver;
	s->lock = lock;
	st = open_all(s, o, e);
	if (st != ST_OK) {
		store_close(s);
		return st;
	}
	s->writer = writer_start(&(struct writer_options){
		.driver = driver, .db = s->db, .on_fatal = o->on_fatal, .ctx = o->ctx });
	s->departures = departures_start(driver, s->departures_db, s->writer);
	s->departures_db = NULL;
	*out = s;
	return ST_OK;
}

static enum status check_data(
	const struct store_options *o, const struct db_driver *driver, struct error *e)
{
	const struct db_options reader = {
		.url = o->url, .dir = o->dir, .read_only = true
	};
	struct store s = { .driver = driver };
	enum status st = driver->open(&reader, &s.db, e);

	if (st == ST_OK)
		st = driver->migrate(s.db, e);
	if (st == ST_OK)
		st = read_basics(&s, e);
	driver->close(s.db);
	/* a start would make it, or bring it up to date */
	return st == ST_NOT_FOUND || st == ST_AGAIN ? ST_OK : st;
}

enum status store_check(const struct store_options *o, struct error *e)
{
	const struct db_driver *driver = db_driver_find(o->url);
	enum status st;
	int lock;

	if (!driver)
		return fail(e, ST_INVALID, o->url, "no store of this kind");
	if (!data_dir_used(o->dir))
		return ST_OK;
	TRY(data_dir_take(o->dir, &lock, e));
	st = check_data(o, driver, e);
	data_dir_give_back(lock);
	return st;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	departures_stop(s->departures);
	writer_stop(s->writer);
	reader_pool_free(s->readers);
	s->driver->close(s->departures_db);
	for (unsigned i = 0; i < s->lane_count; i++)
		s->driver->close(s->lanes[i]);
	s->driver->close(s->db);
	data_dir_give_back(s->lock);
	free(s->lanes);
	free(s->media_dir);
	free(s);
}

enum status store_change(struct store *s, struct change *c)
{
	return writer_submit(s->writer, c);
}

void store_read(struct store *s, struct read *r)
{
	enum status st;

	s->reads++;
	r->error = (struct error){ 0 };
	if (!r->large) {
		if (r->lane >= s->lane_count)
			die("lane %u of %u", r->lane, s->lane_count);
		read_run(s->driver, s->lanes[r->lane], r);
		r->done(r);
		return;
	}
	st = reader_pool_submit(s->readers, r);
	if (st == ST_OK)
		return; /* it is the reader's by now, and may be done */
	r->status = st;
	r->done(r);
}

void store_departures_wake(struct store *s)
{
	departures_wake(s->departures);
}

void store_await_departure(struct store *s, struct departure_wait *w)
{
	departures_await(s->departures, w);
}

bool store_has_room(const struct store *s)
{
	return writer_has_room(s->writer);
}

unsigned store_retry_after_s(const struct store *s)
{
	return (unsigned)(writer_wait_us(s->writer) / 1000000) + 1;
}

void store_get_stats(struct store *s, struct store_stats *out)
{
	*out = (struct store_stats){ .reads = s->reads };
	writer_get_stats(s->writer, out);
}

const char *store_media_dir(const struct store *s)
{
	return s->media_dir;
}
