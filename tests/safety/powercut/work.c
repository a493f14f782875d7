/* SPDX-License-Identifier: Apache-2.0 */
#include "work.h"

#include "base/limits.h"
#include "disk.h"
#include "folder.h"
#include "group/group.h"
#include "store/chat_ops.h"
#include "store/media_ops.h"
#include "store/reader.h"
#include "store/token_ops.h"
#include "store/world.h"
#include "store/writer.h"
#include "json/decode.h"

#include <semaphore.h>
#include <stdio.h>
#include <string.h>

static const char *const world_text =
	"{\"corps\":[{\"corpId\":\"c\",\"users\":[{\"userid\":\"boss\"},"
	"{\"userid\":\"p0\"},{\"userid\":\"p1\"},{\"userid\":\"p2\"},{\"userid\":\"p3\"},"
	"{\"userid\":\"p4\"},{\"userid\":\"p5\"},{\"userid\":\"p6\"},{\"userid\":\"p7\"},"
	"{\"userid\":\"p8\"},{\"userid\":\"p9\"},{\"userid\":\"p10\"},{\"userid\":\"p11\"}]"
	","
	"\"apps\":[{\"appKey\":\"app\",\"appSecret\":\"secret\",\"accessToken\":\"token\","
	"\"permissions\":[\"qyapi_chat_manage\"]}],"
	"\"groups\":["
	"{\"chatid\":\"g0\",\"name\":\"n0\",\"owner\":\"boss\",\"useridlist\":[\"boss\"]},"
	"{\"chatid\":\"g1\",\"name\":\"n0\",\"owner\":\"boss\",\"useridlist\":[\"boss\"]},"
	"{\"chatid\":\"g2\",\"name\":\"n0\",\"owner\":\"boss\",\"useridlist\":[\"boss\"]}]}"
	"]}";

/* ---- opening and closing ---- */

static void on_fatal(void *ctx, const struct error *e)
{
	(void)ctx;
	die("the store gave up: %s: %s", e->field, e->text);
}

static void start_writer(struct work *w)
{
	w->writer = writer_start(&(struct writer_options){
		.driver = w->driver, .db = w->db, .on_fatal = on_fatal });
}

static void stop_writer(struct work *w)
{
	writer_stop(w->writer);
	w->writer = NULL;
}

static const char *reason(const struct error *e)
{
	static char text[512];

	(void)snprintf(text, sizeof(text), "%s: %s", e->field, e->text);
	return text;
}

const char *work_open(struct work *w)
{
	struct error e = { 0 };

	w->driver = db_driver_find(NULL);
	if (w->driver->open(&(struct db_options){ .dir = w->dir }, &w->db, &e) != ST_OK)
		return reason(&e);
	if (w->driver->migrate(w->db, &e) != ST_OK)
		return reason(&e);
	disk_sync_names(); /* data_dir_sync() of store_open() */
	return NULL;
}

void work_close(struct work *w)
{
	w->driver->close(w->db);
	w->db = NULL;
}

void work_free(struct work *w)
{
	arena_fini(&w->arena);
}

/* ---- changes, one after another and together ---- */

static void done(struct change *c)
{
	if (c->status == ST_OK && c->user)
		disk_mark(); /* on the writer's thread: exactly here */
	if (c->user)
		(void)sem_post(c->user);
}

/* Holds the writer until what is to come together is there. */
struct gate {
	struct change change;
	sem_t entered, open;
};

static void gate_ask(struct change *c, struct statements *facts)
{
	struct gate *g = CONTAINER_OF(c, struct gate, change);

	(void)facts;
	(void)sem_post(&g->entered);
	(void)sem_wait(&g->open);
}

static enum status gate_decide(struct change *c, struct statements *facts)
{
	(void)c;
	(void)facts;
	return ST_OK;
}

static void gate_write(struct change *c, struct statements *out)
{
	(void)c;
	(void)out;
}

static void submit(struct work *w, struct change *c)
{
	if (writer_submit(w->writer, c) != ST_OK)
		die("the queue is full");
}

/* All in one batch. */
static void run_together(struct work *w, struct change **v, size_t n)
{
	static const struct change_ops ops = { "gate", gate_ask, gate_decide, gate_write };
	struct gate gate = { .change = { .ops = &ops, .arena = &w->arena, .done = done } };
	sem_t finished;

	(void)sem_init(&gate.entered, 0, 0);
	(void)sem_init(&gate.open, 0, 0);
	(void)sem_init(&finished, 0, 0);
	submit(w, &gate.change);
	(void)sem_wait(&gate.entered);
	for (size_t i = 0; i < n; i++) {
		v[i]->done = done;
		v[i]->user = &finished;
		submit(w, v[i]);
	}
	(void)sem_post(&gate.open);
	for (size_t i = 0; i < n; i++)
		(void)sem_wait(&finished);
	for (size_t i = 0; i < n; i++)
		if (v[i]->status != ST_OK)
			die("a change failed: %s: %s", v[i]->error.field, v[i]->error.text);
}

static void committed(struct work *w, size_t answers)
{
	w->marks += answers;
	w->commits[w->commit_count++] =
		(struct work_commit){ w->marks, w->updates, w->file_count };
}

void work_found(struct work *w, int updates, int files)
{
	w->updates = updates;
	w->file_count = files;
	w->marks = 0;
	w->commit_count = 0;
	committed(w, 0);
}

/* ---- what is changed ---- */

static bool allow(const struct access *access, struct refusal *why)
{
	(void)why;
	return access->caller.known;
}

const char *work_go_on(struct work *w)
{
	struct caller_read q;

	token_hash(STR("token"), w->access.token_hash);
	w->access.allow = allow;
	caller_read_init(&q, w->access.token_hash);
	q.read.arena = &w->arena;
	read_run(w->driver, w->db, &q.read);
	w->access.caller = q.caller;
	return q.read.status == ST_OK && q.caller.known ? NULL : "the token is not known";
}

void work_world(struct work *w)
{
	struct world_load_op op;
	struct world world = { 0 };
	struct error e = { 0 };
	struct change *c = &op.change;

	if (json_decode(str_from(world_text), world_fields, &world, DECODE_CLOSED,
		    &w->arena, &e) != ST_OK ||
		world_check(&world, LIMIT_MEMBERS, &w->arena, &e) != ST_OK)
		die("world: %s: %s", e.field, e.text);
	world_load_init(&op);
	op.world = &world;
	op.now_ms = 1;
	op.change.arena = &w->arena;
	start_writer(w);
	run_together(w, &c, 1);
	stop_writer(w);
	for (int i = 0; i < WORK_GROUPS; i++)
		w->states[0].groups[i].version = 1;
	committed(w, 1);
	if (work_go_on(w))
		die("the token of the world is not known");
}

/* Adds to a list whose bits are set. */
static struct strs list_of(struct work *w, unsigned people)
{
	struct strs list = { ARENA_ARRAY(&w->arena, struct str, WORK_PEOPLE), 0, true };

	for (unsigned i = 0; i < WORK_PEOPLE; i++)
		if (people & 1u << i)
			list.v[list.n++] = arena_printf(&w->arena, "p%u", i);
	return list;
}

static struct change *next_update(struct work *w)
{
	struct group_update *req = ARENA_NEW(&w->arena, struct group_update);
	struct chat_update_op *op = ARENA_NEW(&w->arena, struct chat_update_op);
	struct access *access = ARENA_NEW(&w->arena, struct access);
	uint64_t dice = chance(&w->seed);
	unsigned add = (unsigned)(dice >> 8) & (unsigned)(dice >> 20) & 0xfff;
	unsigned del = (unsigned)(dice >> 32) & (unsigned)(dice >> 44) & 0xfff;
	struct work_group *g;
	int number = ++w->updates;

	w->states[number] = w->states[number - 1];
	g = &w->states[number].groups[dice % WORK_GROUPS];
	*req = (struct group_update){
		.chatid = arena_printf(&w->arena, "g%u", (unsigned)(dice % WORK_GROUPS)),
		.name = arena_printf(&w->arena, "n%d", number),
		.add_useridlist = list_of(w, add),
		.del_useridlist = list_of(w, del),
	};
	g->members = (g->members | add) & ~del;
	g->name = number;
	g->version++;
	*access = w->access;
	chat_update_init(op);
	op->access = access;
	op->req = req;
	op->request_id = STR("r");
	op->at_ms = number;
	op->member_cap = LIMIT_MEMBERS;
	op->change.arena = &w->arena;
	return &op->change;
}

void work_batch(struct work *w, int n)
{
	struct change *v[WORK_UPDATES];

	for (int i = 0; i < n; i++)
		v[i] = next_update(w);
	start_writer(w);
	run_together(w, v, (size_t)n);
	stop_writer(w);
	committed(w, (size_t)n);
}

void work_media(struct work *w)
{
	struct media_add_op op;
	struct access access = w->access;
	struct media_name name;
	struct error e = { 0 };
	struct change *c = &op.change;
	struct work_file *file;
	struct str bytes =
		arena_printf(&w->arena, "file %llu", (unsigned long long)chance(&w->seed));

	if (media_keep_bytes(w->dir, bytes, &name, &e) != ST_OK)
		die("media: %s", e.text);
	media_add_init(&op);
	op.access = &access;
	op.media_id = media_id_new(&w->arena);
	op.type = MEDIA_FILE;
	op.file = str_from(name.text);
	op.size = (int64_t)bytes.n;
	op.change.arena = &w->arena;
	start_writer(w);
	run_together(w, &c, 1);
	stop_writer(w);
	file = &w->files[w->file_count++];
	(void)snprintf(file->name, sizeof(file->name), "%s", name.text);
	file->safe_at = folder_safe_at(name.text);
	committed(w, 1);
}

void work_checkpoint(struct work *w)
{
	struct error e = { 0 };

	if (w->driver->checkpoint(w->db, &e) != ST_OK)
		die("checkpoint: %s", e.text);
}
