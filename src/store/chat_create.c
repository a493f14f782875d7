/* SPDX-License-Identifier: Apache-2.0 */
#include "store/chat_ops.h"
#include "store/chat_row.h"
#include "store/facts.h"
#include "store/ledger_numbers.h"

static void chat_create_ask(struct change *c, struct statements *facts)
{
	struct chat_create_op *op = CONTAINER_OF(c, struct chat_create_op, change);
	const struct group_create *req = op->req;
	struct group_facts *f = &op->facts;
	const struct facts_of of = { .corp = op->access->caller.corp,
		.chatid = STR(""),
		.app_key = op->access->caller.app_key };

	*f = (struct group_facts){ .member_cap = op->member_cap };
	distinct_ids(&req->useridlist, c->arena, &f->add_emp);
	distinct_ids(&req->extidlist, c->arena, &f->add_ext);

	access_ask(op->access, facts);
	ask_owner(&of, req->owner, person_kind_from(req->ownerType), facts);
	ask_added(&of, &f->add_emp, PERSON_EMP, facts);
	ask_added(&of, &f->add_ext, PERSON_EXT, facts);
	ask_icon(&of, req->icon, facts);
}

static enum status chat_create_decide(struct change *c, struct statements *facts)
{
	struct chat_create_op *op = CONTAINER_OF(c, struct chat_create_op, change);
	const struct group_create *req = op->req;
	struct group_facts *f = &op->facts;
	const struct chat fresh = { .chatid = op->chatid,
		.open_conversation_id = op->open_conversation_id };

	op->plan = (struct group_plan){ 0 };
	op->why = (struct refusal){ 0 };
	TRY(access_take(op->access, facts, &op->why));
	f->app = (struct app_facts){ op->access->caller.app_key,
		op->access->caller.sees_all };
	take_owner(req->owner, person_kind_from(req->ownerType), facts, &f->owner);
	take_added(facts, &f->add_emp);
	take_added(facts, &f->add_ext);
	f->icon_known = take_icon(req->icon, facts);
	return group_create_decide_by(
		       op->rules, req, f, &fresh, c->arena, &op->plan, &op->why)
		       ? ST_OK
		       : ST_REFUSED;
}

static void chat_create_write(struct change *c, struct statements *out)
{
	struct chat_create_op *op = CONTAINER_OF(c, struct chat_create_op, change);
	const struct group_plan *plan = &op->plan;
	const struct caller *caller = &op->access->caller;

	chat_write(&(struct chat_write){ .corp = caller->corp,
			   .number = ledger_numbers_next(
				   c->numbers, caller->corp, caller->ledger_no),
			   .after = &plan->after,
			   .added = plan->added,
			   .added_count = plan->added_count,
			   .actor = caller->app_key,
			   .request_id = op->request_id,
			   .at_ms = op->at_ms },
		out);
}

void chat_create_init(struct chat_create_op *op)
{
	static const struct change_ops ops = {
		.name = "chat_create",
		.ask = chat_create_ask,
		.decide = chat_create_decide,
		.write = chat_create_write,
	};

	*op = (struct chat_create_op){ .change.ops = &ops, .rules = group_create_rules };
}
