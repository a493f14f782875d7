/* SPDX-License-Identifier: Apache-2.0 */
#include "store/chat_called.h"
#include "store/chat_ops.h"

/* Each row names the one before it, so a group's rows are found from its newest backwards:
 * there is no index from a group to its rows, which every update would have to pay for. */
static void ledger_ask(struct read *r, struct statements *facts)
{
	struct ledger_read *q = CONTAINER_OF(r, struct ledger_read, read);
	bool newest = q->after < 0;

	ask_chats_called(q->chatid, q->corp_id, facts);
	STATEMENT(facts,
		"WITH RECURSIVE back(corp, number, count) AS ("
		"SELECT c.corp, c.last_ledger, 1 FROM corp p CROSS JOIN chat c"
		" WHERE " SQL_CHAT_CALLED " AND c.last_ledger > $3"
		" UNION ALL SELECT b.corp, l.previous, b.count + 1"
		" FROM back b JOIN ledger l ON l.corp = b.corp AND l.number = b.number"
		" WHERE l.previous > $3 AND l.previous < b.number AND b.count < $4)"
		" SELECT l.number, l.previous, l.version, l.at_ms, l.chatid, l.actor,"
		" l.request_id, l.change"
		" FROM back b JOIN ledger l ON l.corp = b.corp AND l.number = b.number"
		" ORDER BY l.number LIMIT $5",
		V_TEXT(q->chatid), V_TEXT(any_corp(q->corp_id)),
		V_INT(newest ? 0 : q->after), V_INT(newest ? q->limit : INT64_MAX),
		V_INT(q->limit));
}

static enum status ledger_take(struct read *r, struct statements *facts)
{
	struct ledger_read *q = CONTAINER_OF(r, struct ledger_read, read);
	struct str corp_id;
	struct chat chat;
	const struct rows *rows;

	TRY(take_chat_called(facts, r->arena, &corp_id, &chat, &q->corp_ids));
	rows = rows_next(facts);
	q->entries = ARENA_ARRAY(r->arena, struct ledger_entry, rows->n);
	q->count = rows->n;
	for (size_t i = 0; i < rows->n; i++)
		q->entries[i] = (struct ledger_entry){
			.number = rows_int(rows, i, 0),
			.previous = rows_int(rows, i, 1),
			.version = rows_int(rows, i, 2),
			.at_ms = rows_int(rows, i, 3),
			.chatid = rows_text(rows, i, 4),
			.actor = rows_text(rows, i, 5),
			.request_id = rows_text(rows, i, 6),
			.change = rows_text(rows, i, 7),
		};
	return ST_OK;
}

void ledger_read_init(struct ledger_read *r)
{
	static const struct read_ops ops = { "ledger", ledger_ask, ledger_take };

	*r = (struct ledger_read){ .read = { .ops = &ops, .large = true }, .after = -1 };
}
