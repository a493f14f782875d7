/* SPDX-License-Identifier: Apache-2.0 */
#include "group/departure.h"
#include "store/chat_row.h"
#include "store/departure_work.h"
#include "store/ledger_numbers.h"

/* Works here, or is an external contact still. */
#define SQL_ACTIVE \
	"CASE WHEN m.kind = 1 AND x.unionid IS NULL THEN 0 ELSE COALESCE(e.active, 1) END"

static void ask_group(int64_t corp, const struct leaving *l, struct statements *facts)
{
	STATEMENT(facts,
		"SELECT " SQL_CHAT_COLUMNS
		", m.admin, m.nick FROM chat c JOIN chat_member m"
		" ON m.corp = c.corp AND m.chat = c.number AND m.kind = $4"
		" AND m.id = $3"
		" WHERE c.corp = $1 AND c.chatid = $2 AND c.dissolved = 0",
		V_INT(corp), V_TEXT(l->chatid), V_TEXT(l->who->id), V_INT(l->who->kind));
	/* Only of a group that he owns, the longest-standing of each sort. */
	STATEMENT(facts,
		"SELECT kind, id, admin, '', active FROM ("
		"SELECT m.kind, m.id, m.admin, " SQL_ACTIVE " AS active,"
		" row_number() OVER (PARTITION BY m.kind, m.admin, " SQL_ACTIVE
		" ORDER BY m.since, m.id) AS nth"
		" FROM chat c JOIN chat_member m"
		" ON m.corp = c.corp AND m.chat = c.number"
		" LEFT JOIN employee e"
		" ON m.kind = 0 AND e.corp = m.corp AND e.userid = m.id"
		" LEFT JOIN external_contact x"
		" ON m.kind = 1 AND x.corp = m.corp AND x.unionid = m.id"
		" WHERE c.corp = $1 AND c.chatid = $2 AND c.owner = $3"
		" AND c.owner_kind = $4 AND NOT (m.kind = $4 AND m.id = $3)) ranked"
		" WHERE nth = 1",
		V_INT(corp), V_TEXT(l->chatid), V_TEXT(l->who->id), V_INT(l->who->kind));
}

static void leave_ask(struct change *c, struct statements *facts)
{
	const struct leave_op *op = CONTAINER_OF(c, struct leave_op, change);

	for (size_t i = 0; i < op->of->n; i++) {
		const struct leaver *who = &op->of->v[i];

		STATEMENT(facts,
			"SELECT c.ledger_no FROM departure d JOIN corp c ON c.corp = d.corp"
			" WHERE d.corp = $1 AND d.kind = $2 AND d.userid = $3"
			" AND d.request_id = $4",
			V_INT(op->of->corp), V_INT(who->kind), V_TEXT(who->id),
			V_TEXT(who->request_id));
	}
	for (size_t i = 0; i < op->n; i++)
		ask_group(op->of->corp, &op->v[i], facts);
}

static const struct heir *heirs_from_rows(const struct rows *r, struct arena *a)
{
	const struct member *members = members_from_rows(r, a);
	struct heir *heirs = ARENA_ARRAY(a, struct heir, r->n);

	for (size_t i = 0; i < r->n; i++)
		heirs[i] = (struct heir){ members[i], rows_int(r, i, 4) != 0 };
	return heirs;
}

static enum status leave_decide(struct change *c, struct statements *facts)
{
	struct leave_op *op = CONTAINER_OF(c, struct leave_op, change);

	op->known = ARENA_ARRAY(c->arena, bool, op->of->n);
	for (size_t i = 0; i < op->of->n; i++) {
		const struct rows *departure = rows_next(facts);

		op->known[i] = departure->n > 0;
		if (op->known[i])
			op->ledger_no = rows_int(departure, 0, 0);
	}
	op->plans = ARENA_ARRAY(c->arena, struct group_plan, op->n);
	op->by = ARENA_ARRAY(c->arena, const struct leaver *, op->n);
	op->plan_count = 0;
	for (size_t i = 0; i < op->n; i++) {
		const struct leaver *who = op->v[i].who;
		const struct rows *chat = rows_next(facts), *others = rows_next(facts);
		struct leave_facts f = {
			.heirs = heirs_from_rows(others, c->arena),
			.heir_count = others->n,
		};

		if (chat->n == 0 || !op->known[who - op->of->v])
			continue;
		chat_from_row(chat, 0, 0, &f.chat);
		f.leaver = (struct member){ .kind = who->kind,
			.id = who->id,
			.admin = rows_int(chat, 0, chat->columns - 2) != 0,
			.nick = rows_text(chat, 0, chat->columns - 1) };
		op->by[op->plan_count] = who;
		group_leave(&f, c->arena, &op->plans[op->plan_count++]);
	}
	return ST_OK;
}

/* How far he got; to the end, if there is nothing behind. */
static void write_progress(
	const struct leave_op *op, const struct leaver *who, struct statements *out)
{
	if (!op->until.p)
		STATEMENT(out,
			"DELETE FROM departure WHERE corp = $1 AND kind = $2"
			" AND userid = $3",
			V_INT(op->of->corp), V_INT(who->kind), V_TEXT(who->id));
	else if (!str_eq(op->until, op->of->after))
		STATEMENT(out,
			"UPDATE departure SET after_chatid = $4"
			" WHERE corp = $1 AND kind = $2 AND userid = $3",
			V_INT(op->of->corp), V_INT(who->kind), V_TEXT(who->id),
			V_TEXT(op->until));
}

static void leave_write(struct change *c, struct statements *out)
{
	const struct leave_op *op = CONTAINER_OF(c, struct leave_op, change);

	for (size_t i = 0; i < op->plan_count; i++) {
		const struct group_plan *plan = &op->plans[i];
		const struct leaver *who = op->by[i];

		chat_write(&(struct chat_write){ .corp = op->of->corp,
				   .number = ledger_numbers_next(
					   c->numbers, op->of->corp, op->ledger_no),
				   .before = &plan->before,
				   .after = &plan->after,
				   .removed = plan->removed,
				   .removed_count = plan->removed_count,
				   .demoted = plan->demoted,
				   .demoted_count = plan->demoted_count,
				   .actor = arena_printf(c->arena, "departure:%.*s",
					   STR_FMT(who->app_key)),
				   .request_id = who->request_id,
				   .at_ms = op->at_ms },
			out);
	}
	for (size_t i = 0; i < op->of->n; i++)
		if (op->known[i])
			write_progress(op, &op->of->v[i], out);
}

void leave_op_init(struct leave_op *op)
{
	static const struct change_ops ops = { "departure", leave_ask, leave_decide,
		leave_write };

	*op = (struct leave_op){ .change.ops = &ops };
}
