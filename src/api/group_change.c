/* SPDX-License-Identifier: Apache-2.0 */
#include "api/group_change.h"

#include "api/answer.h"
#include "store/ids.h"

/* ---- update ---- */

struct update {
	struct chat_update_op op;
	const void *reply;
};

static void group_updated(struct request *r)
{
	struct chat_update_op *op = REQUEST_CHANGE(r, struct chat_update_op);

	if (r->status == ST_REFUSED) {
		answer_refusal(r, &op->why);
		return;
	}
	r->facts = &op->facts;
	r->plan = &op->plan;
	answer_ok(r, r->route->reply, CONTAINER_OF(op, struct update, op)->reply);
}

void update_group(struct request *r, const struct group_update *req, const void *reply)
{
	struct update *update = ARENA_NEW(r->arena, struct update);
	struct chat_update_op *op = &update->op;

	update->reply = reply;
	chat_update_init(op);
	op->access = &r->access;
	op->req = req;
	op->rules = r->route->rules;
	op->request_id = str_from(r->id);
	op->at_ms = r->at_ms;
	op->member_cap = request_options(r)->member_cap;
	op->change.ids = req->add_useridlist.n + req->del_useridlist.n +
			 req->add_extidlist.n + req->del_extidlist.n;
	request_change(r, &op->change, group_updated);
}

/* ---- create ---- */

struct creation {
	struct chat_create_op op;
	void (*made)(struct request *r, const struct chat_create_op *op);
};

static void group_created(struct request *r)
{
	struct chat_create_op *op = REQUEST_CHANGE(r, struct chat_create_op);

	if (r->status == ST_REFUSED) {
		answer_refusal(r, &op->why);
		return;
	}
	r->facts = &op->facts;
	r->plan = &op->plan;
	CONTAINER_OF(op, struct creation, op)->made(r, op);
}

void create_group(struct request *r, const struct group_create *req,
	void (*made)(struct request *r, const struct chat_create_op *op))
{
	struct creation *creation = ARENA_NEW(r->arena, struct creation);
	struct chat_create_op *op = &creation->op;

	creation->made = made;
	chat_create_init(op);
	op->access = &r->access;
	op->req = req;
	op->rules = r->route->rules;
	op->chatid = chatid_new(r->arena);
	op->open_conversation_id = open_conversation_id_new(r->arena);
	op->request_id = str_from(r->id);
	op->at_ms = r->at_ms;
	op->member_cap = request_options(r)->member_cap;
	op->change.ids = req->useridlist.n + req->extidlist.n;
	request_change(r, &op->change, group_created);
}
