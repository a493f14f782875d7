/* SPDX-License-Identifier: Apache-2.0 */
#include "store/chat_ops.h"
#include "store/chat_row.h"

static void member_ask(struct read *r, struct statements *facts)
{
	struct member_read *q = CONTAINER_OF(r, struct member_read, read);
	const struct value corp = V_INT(q->access->caller.corp);
	const struct value id = V_TEXT(q->call.chat_id), key = V_INT(q->key);

	access_ask(q->access, facts);
	STATEMENT(facts,
		"SELECT " SQL_CHAT_COLUMNS " FROM chat c"
		" WHERE c.corp = $1 AND c.chatid = " SQL_MEANT("$2", "$3"),
		corp, id, key);
	STATEMENT(facts,
		"SELECT (SELECT active FROM employee WHERE corp = $1 AND userid = $4),"
		" (SELECT 1 FROM chat_member WHERE corp = $1 AND kind = 0"
		" AND chat = " SQL_NUMBER(SQL_MEANT("$2", "$3")) " AND id = $4)",
		corp, id, key, V_TEXT(q->call.people.v[0]));
	/* One more than the page tells whether there is another. */
	if (q->page)
		STATEMENT(facts,
			"SELECT id FROM chat_member WHERE corp = $1 AND kind = 0"
			" AND chat = " SQL_NUMBER(
				SQL_MEANT("$2", "$3")) " AND id > $4"
						       " ORDER BY id LIMIT $5",
			corp, id, key, V_TEXT(q->after.p ? q->after : STR("")),
			V_INT(q->page + 1));
}

static void take_page(struct member_read *q, const struct rows *rows, struct arena *a)
{
	size_t n = rows->n;

	q->more = n > (size_t)q->page;
	n -= q->more;
	q->userids = (struct strs){ ARENA_ARRAY(a, struct str, n), n, true };
	for (size_t i = 0; i < n; i++)
		q->userids.v[i] = rows_text(rows, i, 0);
}

static enum status member_take(struct read *r, struct statements *facts)
{
	struct member_read *q = CONTAINER_OF(r, struct member_read, read);
	struct group_facts *f = &q->facts;
	const struct rows *chat, *person;

	TRY(access_take(q->access, facts, &q->why));
	*f = (struct group_facts){ .app = { q->access->caller.app_key,
					   q->access->caller.sees_all } };
	chat = rows_next(facts);
	f->chat_known = chat->n > 0;
	if (f->chat_known)
		chat_from_row(chat, 0, 0, &f->chat);
	person = rows_next(facts);
	f->add_emp = (struct people_facts){ ARENA_NEW(r->arena, struct person_facts), 1 };
	f->add_emp.v[0] = (struct person_facts){
		.id = q->call.people.v[0],
		.known = rows_int(person, 0, 0) != 0,
		.member = !rows_is_null(person, 0, 1),
	};
	if (!group_call_allows(&q->call, f, r->arena, &q->why))
		return ST_REFUSED;
	if (q->page)
		take_page(q, rows_next(facts), r->arena);
	return ST_OK;
}

void member_read_init(struct member_read *r)
{
	static const struct read_ops ops = { "member", member_ask, member_take };

	*r = (struct member_read){ .read.ops = &ops };
}
