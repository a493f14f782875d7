/* SPDX-License-Identifier: Apache-2.0 */
/* lookup.c -- what an id that was refused really is. */
#include "group/rule.h"
#include "store/chat_ops.h"
#include "store/visibility.h"

static void lookup_ask(struct read *r, struct statements *facts)
{
	struct lookup_read *q = CONTAINER_OF(r, struct lookup_read, read);

	STATEMENT(facts,
		"SELECT"
		" (SELECT 1 FROM chat WHERE corp = $1 AND chatid = $2),"
		" (SELECT 1 FROM chat WHERE corp = $1 AND open_conversation_id = $2),"
		" (SELECT 1 FROM chat_client_id WHERE corp = $1 AND client_chatid = $2),"
		" (SELECT 1 FROM employee WHERE corp = $1 AND userid = $2),"
		" (SELECT 1 FROM employee WHERE corp = $1 AND unionid = $2),"
		" (SELECT 1 FROM external_contact WHERE corp = $1 AND unionid = $2),"
		" (SELECT 1 FROM external_contact WHERE corp = $1 AND userid = $2),"
		" (SELECT 1 FROM media WHERE corp = $1 AND media_id = $2),"
		" (SELECT 1 FROM employee WHERE corp = $1 AND userid = $2 AND active = 0)",
		V_INT(q->corp), V_TEXT(q->id));
	STATEMENT(facts, SQL_VISIBLE("SELECT CAST($3 AS TEXT)"), V_INT(q->corp),
		V_TEXT(q->app_key), V_TEXT(q->id));
	STATEMENT(facts,
		SQL_VISIBLE("SELECT userid FROM employee WHERE corp = $1 AND unionid = $3"),
		V_INT(q->corp), V_TEXT(q->app_key), V_TEXT(q->id));
}

static enum status lookup_take(struct read *r, struct statements *facts)
{
	static const enum id_kind kinds[] = {
		ID_CHATID,
		ID_OPEN_CONVERSATION,
		ID_CLIENT_CHAT,
		ID_USERID,
		ID_EMP_UNIONID,
		ID_EXT_UNIONID,
		ID_EXT_USERID,
		ID_MEDIA,
		ID_INACTIVE,
	};
	struct lookup_read *q = CONTAINER_OF(r, struct lookup_read, read);
	const struct rows *rows = rows_next(facts);

	q->kinds = ID_NOTHING;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (!rows_is_null(rows, 0, i))
			q->kinds |= kinds[i];
	if (rows_next(facts)->n == 0)
		q->kinds &= ~(unsigned)(ID_USERID | ID_INACTIVE);
	if (rows_next(facts)->n == 0)
		q->kinds &= ~(unsigned)ID_EMP_UNIONID;
	return ST_OK;
}

void lookup_read_init(struct lookup_read *r)
{
	static const struct read_ops ops = { "lookup", lookup_ask, lookup_take };

	*r = (struct lookup_read){ .read.ops = &ops };
}
