/* SPDX-License-Identifier: Apache-2.0 */
/* chat_row.h -- a group's row and its members' as structs, and the other way round. */
#ifndef QUN_STORE_CHAT_ROW_H
#define QUN_STORE_CHAT_ROW_H

#include "group/group.h"
#include "store/statements.h"

/* A group's state; the table's alias is c. */
#define SQL_CHAT_STATE \
	"c.chatid, c.open_conversation_id, c.tag, c.name, c.owner, c.owner_kind, c.icon," \
	" c.made_by, c.dissolved, c.member_count, c.version, c.link_version," \
	" c.last_ledger, c.mention_all_authority, c.show_history_type," \
	" c.validation_type, c.searchable, c.chat_banned_type, c.management_type," \
	" c.private_chat_prohibited"

/* What chat_from_row reads, in its order. */
#define SQL_CHAT_COLUMNS SQL_CHAT_STATE ", c.number"

/* The chatid that parameter `id` means, by the enum chat_key in parameter `key`; $1 is the
 * corp. NULL if there is none. */
#define SQL_MEANT(id, key) \
	"(CASE " key " WHEN 1 THEN COALESCE((SELECT chatid FROM chat_client_id" \
	" WHERE corp = $1 AND client_chatid = " id "), " id ")" \
	" WHEN 2 THEN (SELECT chatid FROM chat" \
	" WHERE corp = $1 AND open_conversation_id = " id ") ELSE " id " END)"

/* The number, under which its members are, of the group with this chatid; $1 is the corp.
 * NULL if there is none. */
#define SQL_NUMBER(chatid) \
	"(SELECT number FROM chat WHERE corp = $1 AND chatid = " chatid ")"

/* The columns start at `first`; the strings are the rows'. */
void chat_from_row(const struct rows *r, size_t row, size_t first, struct chat *out);

/* Members as rows of kind, id, admin, nick. */
struct member *members_from_rows(const struct rows *r, struct arena *a);

/* A change of one group and its ledger row: what every operation on groups writes. */
struct chat_write {
	int64_t corp;
	const struct chat *before; /* NULL: the group is made */
	const struct chat
		*after; /* but for its last_ledger, and its number if it is made */
	int64_t number; /* of the ledger row */
	const struct member *added, *removed;
	size_t added_count, removed_count;
	/* Of those who stay: who becomes an administrator, and who no longer is one. */
	const struct member *promoted, *demoted;
	size_t promoted_count, demoted_count;
	const struct nick_change *renamed;
	size_t renamed_count;
	struct str actor; /* appKey, "world", or "departure:" and an appKey */
	struct str request_id; /* "" for a world */
	int64_t at_ms;
};

/* Appends the statements. */
void chat_write(const struct chat_write *w, struct statements *out);

#endif
