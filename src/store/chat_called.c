/* SPDX-License-Identifier: Apache-2.0 */
#include "store/chat_called.h"

#include "store/chat_row.h"

struct str any_corp(struct str corp_id)
{
	return corp_id.p ? corp_id : STR("");
}

void ask_chats_called(struct str chatid, struct str corp_id, struct statements *facts)
{
	STATEMENT(facts,
		"SELECT p.corp_id, " SQL_CHAT_COLUMNS " FROM corp p CROSS JOIN chat c"
		" WHERE " SQL_CHAT_CALLED " ORDER BY p.corp_id",
		V_TEXT(chatid), V_TEXT(any_corp(corp_id)));
}

enum status take_chat_called(struct statements *facts, struct arena *a, struct str *corp_id,
	struct chat *chat, struct strs *corp_ids)
{
	const struct rows *r = rows_next(facts);

	if (r->n == 0)
		return ST_NOT_FOUND;
	if (r->n > 1) {
		*corp_ids = (struct strs){ ARENA_ARRAY(a, struct str, r->n), r->n, true };
		for (size_t i = 0; i < r->n; i++)
			corp_ids->v[i] = rows_text(r, i, 0);
		return ST_EXISTS;
	}
	*corp_id = rows_text(r, 0, 0);
	chat_from_row(r, 0, 1, chat);
	return ST_OK;
}
