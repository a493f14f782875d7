/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chat_ops.h -- the operations on groups: update, create, small changes, and the reads.
 * Initialise with the *_init function, set done and arena of the embedded change or read,
 * submit. The input members must stay as they are until done; the output members are valid
 * then, their strings in the arena.
 */
#ifndef QUN_STORE_CHAT_OPS_H
#define QUN_STORE_CHAT_OPS_H

#include "group/group_call.h"
#include "store/access.h"
#include "store/store.h"

/* What the id of a group is taken for. */
enum chat_key {
	CHAT_BY_ID = 0, /* the chatid that making it returned */
	CHAT_BY_ANY_ID = 1, /* or one from the client-side JSAPI */
	CHAT_BY_OPEN_ID = 2, /* its openConversationId */
};

struct chat_update_op {
	struct change change;
	/* in */
	struct access *access;
	const struct group_update *req;
	const struct rule *rules; /* group_update_rules, unless set after init: the call's
				     own */
	struct str request_id;
	int64_t at_ms;
	int64_t member_cap;
	/* out */
	struct group_facts facts;
	struct group_plan plan;
	struct refusal why; /* if change.status is ST_REFUSED */
};
void chat_update_init(struct chat_update_op *op);

struct chat_create_op {
	struct change change;
	/* in */
	struct access *access;
	const struct group_create *req;
	const struct rule *rules; /* group_create_rules, likewise */
	struct str chatid, open_conversation_id; /* fresh */
	struct str request_id;
	int64_t at_ms;
	int64_t member_cap;
	/* out */
	struct group_facts facts;
	struct group_plan plan;
	struct refusal why;
};
void chat_create_init(struct chat_create_op *op);

/* A small change: administrators, a nick, the switch for private chat. */
struct chat_edit_op {
	struct change change;
	/* in */
	struct access *access;
	struct group_call call;
	enum chat_key key; /* what call.chat_id is */
	struct str request_id;
	int64_t at_ms;
	/* out */
	struct group_facts facts;
	struct group_plan plan;
	struct refusal why;
};
void chat_edit_init(struct chat_edit_op *op);

/* A group as one app sees it: GET /chat/get and convertToOpenConversationId. */
struct chat_read {
	struct read read;
	/* in */
	struct access *access;
	struct str chatid;
	enum chat_key key; /* what chatid is */
	bool with_members;
	/* out: status ST_OK, ST_NOT_FOUND, ST_REFUSED (the gate, in why), or ST_AGAIN: more
	 * members than a small read may give; ask again with read.large */
	struct chat chat;
	bool owner_visible;
	struct member *members; /* by kind, then by id */
	size_t member_count;
	struct refusal why;
};
void chat_read_init(struct chat_read *r);

/* A question about somebody in a group, and the employees among its members, page by page.
 */
struct member_read {
	struct read read; /* large if page is LIMIT_INLINE_ROWS or more */
	/* in */
	struct access *access;
	struct group_call call; /* names one person */
	enum chat_key key; /* what call.chat_id is */
	int64_t page; /* how many to list; 0: none */
	struct str after; /* from the first userid after this one */
	/* out: status ST_OK or ST_REFUSED (the gate, or the call's rules, in why) */
	struct group_facts facts; /* add_emp.v[0] is the person */
	struct strs userids; /* in byte order */
	bool more;
	struct refusal why;
};
void member_read_init(struct member_read *r);

/* A group as the operator sees it, in any corp. */
struct chat_state {
	struct str corp_id;
	struct chat chat;
	struct member *members;
	size_t member_count;
};
struct chat_state_read {
	struct read read; /* large */
	/* in */
	struct str chatid; /* or the openConversationId */
	struct str corp_id; /* STR_NONE: any */
	/* out: ST_OK with one; ST_NOT_FOUND; ST_EXISTS: several corps have it, named in
	 * corp_ids */
	struct chat_state state;
	struct strs corp_ids;
};
void chat_state_read_init(struct chat_state_read *r);

/* ---- ledger: one row for each applied change ---- */

struct ledger_entry {
	int64_t number; /* counts up within a corp */
	int64_t previous; /* number of the same group's row before; 0 for the first */
	int64_t version; /* the group's, after it */
	int64_t at_ms;
	struct str chatid;
	struct str actor; /* appKey, "world", or "departure:" and an appKey */
	struct str request_id; /* "" for a world */
	struct str change; /* JSON: fields before and after, who came and went */
};
struct ledger_read {
	struct read read; /* large */
	/* in */
	struct str chatid, corp_id; /* as in chat_state_read */
	int64_t after; /* numbers above this, oldest first; -1: the last `limit` */
	int64_t limit;
	/* out: ST_OK, ST_NOT_FOUND or ST_EXISTS as in chat_state_read */
	struct ledger_entry *entries;
	size_t count;
	struct strs corp_ids;
};
void ledger_read_init(struct ledger_read *r);

/* ---- what an id is, for hints ---- */

struct lookup_read {
	struct read read;
	/* in */
	int64_t corp;
	struct str app_key; /* nothing is told of an employee whom this app does not see */
	struct str id;
	unsigned kinds; /* out: set of enum id_kind */
};
void lookup_read_init(struct lookup_read *r);

#endif
