/* SPDX-License-Identifier: Apache-2.0 */
/* chat_read.c -- a group as an app, or as the operator, sees it. */
#include "base/limits.h"
#include "base/plant.h"
#include "store/chat_called.h"
#include "store/chat_ops.h"
#include "store/chat_row.h"
#include "store/visibility.h"

static const char chat_sql[] = "SELECT " SQL_CHAT_COLUMNS " FROM chat c"
			       " WHERE c.corp = $1 AND c.chatid = " SQL_MEANT("$2", "$3");
static const char any_corps_sql[] = /* a planted fault */
	"SELECT " SQL_CHAT_COLUMNS " FROM chat c"
	" WHERE $1 > 0 AND $3 >= 0 AND c.chatid = $2";

static void chat_read_ask(struct read *r, struct statements *facts)
{
	struct chat_read *q = CONTAINER_OF(r, struct chat_read, read);
	const struct caller *who = &q->access->caller;
	const struct value by_id[] = { V_INT(who->corp), V_TEXT(q->chatid), V_INT(q->key) };

	access_ask(q->access, facts);
	statements_add(facts, plant("corp_not_compared") ? any_corps_sql : chat_sql, by_id,
		ARRAY_LEN(by_id));
	STATEMENT(facts,
		SQL_VISIBLE("SELECT owner FROM chat WHERE corp = $1 AND owner_kind = 0"
			    " AND chatid = " SQL_MEANT("$3", "$4")),
		V_INT(who->corp), V_TEXT(who->app_key), V_TEXT(q->chatid), V_INT(q->key));
	if (q->with_members)
		STATEMENT(facts,
			"SELECT kind, id, admin, nick FROM chat_member WHERE corp = $1"
			" AND chat = " SQL_NUMBER(
				SQL_MEANT("$2", "$3")) " ORDER BY kind, id LIMIT $4",
			V_INT(who->corp), V_TEXT(q->chatid), V_INT(q->key),
			V_INT(r->large ? LIMIT_MEMBER_CAP : LIMIT_INLINE_ROWS + 1));
}

static enum status chat_read_take(struct read *r, struct statements *facts)
{
	struct chat_read *q = CONTAINER_OF(r, struct chat_read, read);
	const struct rows *rows;

	TRY(access_take(q->access, facts, &q->why));
	rows = rows_next(facts);
	if (rows->n == 0)
		return ST_NOT_FOUND;
	chat_from_row(rows, 0, 0, &q->chat);
	q->owner_visible = rows_next(facts)->n > 0 || q->chat.owner_kind == PERSON_EXT;
	if (!q->with_members)
		return ST_OK;
	rows = rows_next(facts);
	if (!r->large && rows->n > LIMIT_INLINE_ROWS)
		return ST_AGAIN;
	q->members = members_from_rows(rows, r->arena);
	q->member_count = rows->n;
	return ST_OK;
}

void chat_read_init(struct chat_read *r)
{
	static const struct read_ops ops = { "chat", chat_read_ask, chat_read_take };

	*r = (struct chat_read){ .read.ops = &ops };
}

static void chat_state_ask(struct read *r, struct statements *facts)
{
	struct chat_state_read *q = CONTAINER_OF(r, struct chat_state_read, read);

	ask_chats_called(q->chatid, q->corp_id, facts);
	STATEMENT(facts,
		"SELECT m.kind, m.id, m.admin, m.nick FROM corp p CROSS JOIN chat c"
		" CROSS JOIN chat_member m"
		" WHERE " SQL_CHAT_CALLED
		" AND m.corp = c.corp AND m.chat = c.number ORDER BY m.kind, m.id",
		V_TEXT(q->chatid), V_TEXT(any_corp(q->corp_id)));
}

static enum status chat_state_take(struct read *r, struct statements *facts)
{
	struct chat_state_read *q = CONTAINER_OF(r, struct chat_state_read, read);
	const struct rows *members;

	TRY(take_chat_called(
		facts, r->arena, &q->state.corp_id, &q->state.chat, &q->corp_ids));
	members = rows_next(facts);
	q->state.members = members_from_rows(members, r->arena);
	q->state.member_count = members->n;
	return ST_OK;
}

void chat_state_read_init(struct chat_state_read *r)
{
	static const struct read_ops ops = { "chat_state", chat_state_ask,
		chat_state_take };

	*r = (struct chat_state_read){ .read = { .ops = &ops, .large = true } };
}
