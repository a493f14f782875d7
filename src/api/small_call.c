/* SPDX-License-Identifier: Apache-2.0 */
#include "api/small_call.h"

#include "api/answer.h"
#include "base/limits.h"
#include "group/group_admins.h"

/* ---- changes ---- */

struct group_change {
	struct chat_edit_op op;
	const void *reply;
};

static void group_changed(struct request *r)
{
	struct chat_edit_op *op = REQUEST_CHANGE(r, struct chat_edit_op);

	if (r->status == ST_REFUSED) {
		answer_refusal(r, &op->why);
		return;
	}
	r->facts = &op->facts;
	r->plan = &op->plan;
	answer_ok(r, r->route->reply, CONTAINER_OF(op, struct group_change, op)->reply);
}

void change_group(struct request *r, const struct group_call *call, enum chat_key key,
	const void *reply)
{
	struct group_change *change;
	struct refusal why;

	if (!group_call_check(call, r->arena, &why)) {
		answer_refusal(r, &why);
		return;
	}
	change = ARENA_NEW(r->arena, struct group_change);
	chat_edit_init(&change->op);
	change->op.access = &r->access;
	change->op.call = *call;
	change->op.key = key;
	change->op.request_id = str_from(r->id);
	change->op.at_ms = r->at_ms;
	change->op.change.ids = call->people.n;
	change->reply = reply;
	request_change(r, &change->op.change, group_changed);
}

void change_admins(struct request *r, enum chat_key key, const void *reply)
{
	const struct group_call call =
		group_admins_call(r->body, r->route->fields, r->route->rules);

	change_group(r, &call, key, reply);
}

/* ---- questions ---- */

struct group_question {
	struct member_read op;
	void (*next)(struct request *r, const struct member_read *found);
};

static void group_asked(struct request *r)
{
	struct member_read *op = REQUEST_READ(r, struct member_read);

	if (r->status == ST_REFUSED)
		answer_refusal(r, &op->why);
	else
		CONTAINER_OF(op, struct group_question, op)->next(r, op);
}

void ask_group(struct request *r, const struct group_call *call, enum chat_key key,
	int64_t page, struct str after,
	void (*next)(struct request *r, const struct member_read *found))
{
	struct group_question *question;
	struct refusal why;

	if (!group_call_check(call, r->arena, &why)) {
		answer_refusal(r, &why);
		return;
	}
	question = ARENA_NEW(r->arena, struct group_question);
	member_read_init(&question->op);
	question->op.access = &r->access;
	question->op.call = *call;
	question->op.key = key;
	question->op.page = page;
	question->op.after = after;
	question->op.read.large = page >= LIMIT_INLINE_ROWS;
	question->next = next;
	request_read(r, &question->op.read, group_asked);
}
