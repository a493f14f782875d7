/* SPDX-License-Identifier: Apache-2.0 */
#include "store/chat_ops.h"
#include "store/chat_row.h"
#include "store/ledger_numbers.h"

static void chat_edit_ask(struct change *c, struct statements *facts)
{
	struct chat_edit_op *op = CONTAINER_OF(c, struct chat_edit_op, change);
	const struct value corp = V_INT(op->access->caller.corp);
	const struct value id = V_TEXT(op->call.chat_id), key = V_INT(op->key);
	struct group_facts *f = &op->facts;

	*f = (struct group_facts){ 0 };
	distinct_ids(&op->call.people, c->arena, &f->add_emp);

	access_ask(op->access, facts);
	STATEMENT(facts,
		"SELECT " SQL_CHAT_COLUMNS " FROM chat c"
		" WHERE c.corp = $1 AND c.chatid = " SQL_MEANT("$2", "$3"),
		corp, id, key);
	STATEMENT(facts,
		"SELECT count(*) FROM chat_member WHERE corp = $1 AND admin = 1"
		" AND chat = " SQL_NUMBER(SQL_MEANT("$2", "$3")),
		corp, id, key);
	for (size_t i = 0; i < f->add_emp.n; i++) {
		const struct value person = V_TEXT(f->add_emp.v[i].id);

		STATEMENT(facts,
			"SELECT active FROM employee WHERE corp = $1 AND userid = $2", corp,
			person);
		STATEMENT(facts,
			"SELECT admin, nick FROM chat_member WHERE corp = $1 AND kind = 0"
			" AND chat = " SQL_NUMBER(SQL_MEANT("$2", "$3")) " AND id = $4",
			corp, id, key, person);
	}
}

static void take_person(struct statements *facts, struct person_facts *out)
{
	const struct rows *employee = rows_next(facts), *member = rows_next(facts);

	out->known = employee->n > 0 && rows_int(employee, 0, 0) != 0;
	out->member = member->n > 0;
	out->admin = out->member && rows_int(member, 0, 0) != 0;
	out->nick = out->member ? rows_text(member, 0, 1) : STR_NONE;
}

static enum status chat_edit_decide(struct change *c, struct statements *facts)
{
	struct chat_edit_op *op = CONTAINER_OF(c, struct chat_edit_op, change);
	struct group_facts *f = &op->facts;
	const struct rows *chat;

	op->plan = (struct group_plan){ 0 };
	op->why = (struct refusal){ 0 };
	TRY(access_take(op->access, facts, &op->why));
	f->app = (struct app_facts){ op->access->caller.app_key,
		op->access->caller.sees_all };
	chat = rows_next(facts);
	f->chat_known = chat->n > 0;
	if (f->chat_known)
		chat_from_row(chat, 0, 0, &f->chat);
	f->admin_count = rows_int(rows_next(facts), 0, 0);
	for (size_t i = 0; i < f->add_emp.n; i++)
		take_person(facts, &f->add_emp.v[i]);
	return group_call_decide(&op->call, f, c->arena, &op->plan, &op->why) ? ST_OK
									      : ST_REFUSED;
}

static void chat_edit_write(struct change *c, struct statements *out)
{
	struct chat_edit_op *op = CONTAINER_OF(c, struct chat_edit_op, change);
	const struct group_plan *plan = &op->plan;
	const struct caller *caller = &op->access->caller;

	if (!plan->changed)
		return;
	chat_write(&(struct chat_write){ .corp = caller->corp,
			   .number = ledger_numbers_next(
				   c->numbers, caller->corp, caller->ledger_no),
			   .before = &plan->before,
			   .after = &plan->after,
			   .promoted = plan->promoted,
			   .promoted_count = plan->promoted_count,
			   .demoted = plan->demoted,
			   .demoted_count = plan->demoted_count,
			   .renamed = plan->renamed,
			   .renamed_count = plan->renamed_count,
			   .actor = caller->app_key,
			   .request_id = op->request_id,
			   .at_ms = op->at_ms },
		out);
}

void chat_edit_init(struct chat_edit_op *op)
{
	static const struct change_ops ops = {
		.name = "chat_edit",
		.ask = chat_edit_ask,
		.decide = chat_edit_decide,
		.write = chat_edit_write,
	};

	*op = (struct chat_edit_op){ .change.ops = &ops };
}
