/* SPDX-License-Identifier: Apache-2.0 */
#include "base/plant.h"
#include "store/chat_ops.h"
#include "store/chat_row.h"
#include "store/facts.h"
#include "store/ledger_numbers.h"
#include "store/visibility.h"

static struct facts_of facts_of(const struct chat_update_op *op)
{
	return (struct facts_of){ .corp = op->access->caller.corp,
		.chatid = op->req->chatid,
		.app_key = op->access->caller.app_key };
}

/* Whether the app sees all is known only when the rows are here, so that its view of the
 * present owner is always asked for; an app that does costs one look-up. */
static void ask_chat(const struct facts_of *of, struct statements *facts)
{
	STATEMENT(facts,
		"SELECT " SQL_CHAT_COLUMNS " FROM chat c"
		" WHERE c.corp = $1 AND c.chatid = $2",
		V_INT(of->corp), V_TEXT(of->chatid));
	STATEMENT(facts,
		"SELECT 1 FROM chat_client_id WHERE corp = $1 AND client_chatid = $2",
		V_INT(of->corp), V_TEXT(of->chatid));
	STATEMENT(facts,
		SQL_VISIBLE("SELECT owner FROM chat"
			    " WHERE corp = $1 AND chatid = $3 AND owner_kind = 0"),
		V_INT(of->corp), V_TEXT(of->app_key), V_TEXT(of->chatid));
}

static void take_chat(struct statements *facts, struct group_facts *out)
{
	const struct rows *chat = rows_next(facts), *client = rows_next(facts),
			  *visible = rows_next(facts);

	out->chat_known = chat->n > 0;
	if (out->chat_known)
		chat_from_row(chat, 0, 0, &out->chat);
	out->client_chatid = !out->chat_known && client->n > 0;
	out->owner_visible = visible->n > 0 || out->chat.owner_kind == PERSON_EXT;
}

static void chat_update_ask(struct change *c, struct statements *facts)
{
	struct chat_update_op *op = CONTAINER_OF(c, struct chat_update_op, change);
	const struct group_update *req = op->req;
	struct group_facts *f = &op->facts;
	const struct facts_of of = facts_of(op);

	*f = (struct group_facts){ .member_cap = op->member_cap };
	distinct_ids(&req->add_useridlist, c->arena, &f->add_emp);
	distinct_ids(&req->del_useridlist, c->arena, &f->del_emp);
	distinct_ids(&req->add_extidlist, c->arena, &f->add_ext);
	distinct_ids(&req->del_extidlist, c->arena, &f->del_ext);

	access_ask(op->access, facts);
	ask_chat(&of, facts);
	ask_owner(&of, req->owner, person_kind_from(req->ownerType), facts);
	ask_added(&of, &f->add_emp, PERSON_EMP, facts);
	ask_removed(&of, &f->del_emp, PERSON_EMP, facts);
	ask_added(&of, &f->add_ext, PERSON_EXT, facts);
	ask_removed(&of, &f->del_ext, PERSON_EXT, facts);
	ask_icon(&of, req->icon, facts);
}

static enum status chat_update_decide(struct change *c, struct statements *facts)
{
	struct chat_update_op *op = CONTAINER_OF(c, struct chat_update_op, change);
	const struct group_update *req = op->req;
	struct group_facts *f = &op->facts;

	op->plan = (struct group_plan){ 0 };
	op->why = (struct refusal){ 0 };
	TRY(access_take(op->access, facts, &op->why));
	f->app = (struct app_facts){ op->access->caller.app_key,
		op->access->caller.sees_all };
	take_chat(facts, f);
	take_owner(req->owner, person_kind_from(req->ownerType), facts, &f->owner);
	take_added(facts, &f->add_emp);
	take_removed(facts, &f->del_emp);
	take_added(facts, &f->add_ext);
	take_removed(facts, &f->del_ext);
	f->icon_known = take_icon(req->icon, facts);
	return group_update_decide_by(op->rules, req, f, c->arena, &op->plan, &op->why)
		       ? ST_OK
		       : ST_REFUSED;
}

static void chat_update_write(struct change *c, struct statements *out)
{
	struct chat_update_op *op = CONTAINER_OF(c, struct chat_update_op, change);
	const struct group_plan *plan = &op->plan;
	const struct caller *caller = &op->access->caller;

	if (!plan->changed || (plant("update_lost") && op->at_ms % 64 == 0))
		return;
	chat_write(&(struct chat_write){ .corp = caller->corp,
			   .number = ledger_numbers_next(
				   c->numbers, caller->corp, caller->ledger_no),
			   .before = &plan->before,
			   .after = &plan->after,
			   .added = plan->added,
			   .added_count = plan->added_count,
			   .removed = plan->removed,
			   .removed_count = plan->removed_count,
			   .demoted = plan->demoted,
			   .demoted_count = plan->demoted_count,
			   .actor = caller->app_key,
			   .request_id = op->request_id,
			   .at_ms = op->at_ms },
		out);
}

void chat_update_init(struct chat_update_op *op)
{
	static const struct change_ops ops = {
		.name = "chat_update",
		.ask = chat_update_ask,
		.decide = chat_update_decide,
		.write = chat_update_write,
	};

	*op = (struct chat_update_op){ .change.ops = &ops, .rules = group_update_rules };
}
