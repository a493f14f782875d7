/* SPDX-License-Identifier: Apache-2.0 */
/* chat_called.h -- groups as the operator names them: by chatid or openConversationId, in
 * one corp or any. */
#ifndef QUN_STORE_CHAT_CALLED_H
#define QUN_STORE_CHAT_CALLED_H

#include "base/status.h"
#include "group/chat.h"
#include "store/statements.h"

/* Over corp p and chat c: $1 is the id, $2 the corpId or ''. Corps come first (CROSS JOIN):
 * there are few, and a group's key begins with its corp. An OR would look at all groups. */
#define SQL_CHAT_CALLED \
	"c.corp = p.corp AND c.chatid = COALESCE(" \
	"(SELECT i.chatid FROM chat i WHERE i.corp = p.corp AND i.chatid = $1)," \
	" (SELECT o.chatid FROM chat o" \
	" WHERE o.corp = p.corp AND o.open_conversation_id = $1))" \
	" AND ($2 = '' OR p.corp_id = $2)"

/* $2 for a corpId that may be STR_NONE. */
struct str any_corp(struct str corp_id);

void ask_chats_called(struct str chatid, struct str corp_id, struct statements *facts);
/* ST_OK with the one; ST_NOT_FOUND; ST_EXISTS if several corps have it, named in
 * `corp_ids`. */
MUST_USE enum status take_chat_called(struct statements *facts, struct arena *a,
	struct str *corp_id, struct chat *chat, struct strs *corp_ids);

#endif
