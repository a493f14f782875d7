/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admin_world.c -- POST /_qun/worlds. Decoding, media files and the answer's text are a
 * pool thread's work, the load is one change; between them the request is back on its loop.
 */
#include "api/admin.h"
#include "api/answer.h"
#include "api/world_file.h"

static const char *const modes[] = { "create", "replace", NULL };

const struct field admin_world_query_fields[] = {
	FIELD(struct admin_world_query, mode, .oneof = modes,
		.doc = "create (if not sent) makes what is absent and leaves what exists "
		       "as it is; replace makes the named corps exactly what the world "
		       "says",
		.zh = "create（默认）只创建不存在的对象；replace 使所列企业与 world "
		      "完全一致"),
	{ 0 },
};

struct world_request {
	struct world_load_op op;
	struct world world;
	enum world_mode mode;
	struct str text; /* the body, then the answer */
	int64_t member_cap;
	const char *media_dir;
	struct arena *arena;
	struct error error;
};

static void world_told(struct request *r)
{
	const struct world_request *w = r->op;

	answer_json(r, 200, w->text);
}

static enum status tell_world(void *arg)
{
	struct world_request *w = arg;

	w->text = world_answer(&w->world, w->arena);
	return ST_OK;
}

static void refuse_world(struct request *r, const struct error *e)
{
	answer_admin_error(r, 400, "world: %s%s%s; nothing was changed", e->field,
		e->field[0] ? ": " : "", e->text);
}

static void world_loaded(struct request *r)
{
	struct world_request *w = CONTAINER_OF(
		REQUEST_CHANGE(r, struct world_load_op), struct world_request, op);

	if (r->status != ST_OK) {
		refuse_world(r, &r->error);
		return;
	}
	request_work(r, tell_world, w, world_told);
}

static void world_prepared(struct request *r)
{
	struct world_request *w = r->op;

	switch (r->status) {
	case ST_OK:
		world_load_init(&w->op);
		w->op.world = &w->world;
		w->op.mode = w->mode;
		w->op.now_ms = r->at_ms;
		request_change(r, &w->op.change, world_loaded);
		break;
	case ST_NO_SPACE:
	case ST_IO: answer_failure(r, w->error.text); break;
	default: refuse_world(r, &w->error); break;
	}
}

static enum status prepare_world(void *arg)
{
	struct world_request *w = arg;

	TRY(world_decode(w->text, w->member_cap, true, w->arena, &w->world, &w->error));
	return world_keep_media(&w->world, NULL, w->media_dir, w->arena, &w->error);
}

void admin_world(struct request *r)
{
	const struct admin_world_query *q = r->body;
	struct world_request *w = ARENA_NEW(r->arena, struct world_request);

	if (!admin_query(r))
		return;
	w->mode = str_is(q->mode, "replace") ? WORLD_REPLACE : WORLD_CREATE;
	w->text = r->x->body;
	w->member_cap = request_options(r)->member_cap;
	w->media_dir = store_media_dir(request_options(r)->store);
	w->arena = r->arena;
	request_work(r, prepare_world, w, world_prepared);
}
