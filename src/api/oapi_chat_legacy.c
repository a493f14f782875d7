/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oapi_chat_legacy.c -- POST /chat/create and /chat/update of the old API.
 * Sources: DingTalk's pages session-management-creates-groups and modify-a-group-session.
 *
 * Usual path: check; if external contacts are named, their unionids are read, as a list may
 * hold userids; then the operation of the new API, by the rules of this one.
 */
#include "api/answer.h"
#include "api/group_change.h"
#include "api/oapi_reply.h"
#include "base/limits.h"
#include "group/legacy.h"
#include "store/unionids.h"

struct legacy_done {
	int64_t errcode;
	struct str errmsg;
	struct str chatid, openConversationId; /* STR_NONE in an update */
	struct opt_int conversationTag;
};

static const struct field legacy_done_fields[] = {
	FIELDS_ERRCODE(struct legacy_done),
	{ 0 },
};

static const struct field legacy_made_fields[] = {
	FIELDS_ERRCODE(struct legacy_done),
	FIELD(struct legacy_done, chatid, .doc = "the group's id for the update",
		.zh = "群会话ID"),
	FIELD(struct legacy_done, openConversationId, .doc = "the group's open id",
		.zh = "开放群ID"),
	FIELD(struct legacy_done, conversationTag, .doc = "0 ordinary, 2 internal",
		.zh = "群类型：0 普通群，2 企业内部群"),
	{ 0 },
};

/* ---- external contacts, by either id ---- */

struct unionids {
	struct unionids_read lookup;
	void (*next)(struct request *r, const struct strs lists[UNIONIDS_LISTS]);
};

static void unionids_found(struct request *r)
{
	struct unionids_read *lookup = REQUEST_READ(r, struct unionids_read);

	if (r->status == ST_REFUSED)
		answer_refusal(r, &lookup->why);
	else
		CONTAINER_OF(lookup, struct unionids, lookup)->next(r, lookup->lists);
}

/* Calls `next` with the lists as they are to be stored. */
static void with_unionids(struct request *r, const struct strs lists[UNIONIDS_LISTS],
	void (*next)(struct request *r, const struct strs lists[UNIONIDS_LISTS]))
{
	struct unionids *u;

	if (lists[0].n + lists[1].n == 0) {
		next(r, lists);
		return;
	}
	u = ARENA_NEW(r->arena, struct unionids);
	unionids_read_init(&u->lookup);
	u->lookup.access = &r->access;
	u->lookup.lists[0] = lists[0];
	u->lookup.lists[1] = lists[1];
	u->lookup.read.large = lists[0].n + lists[1].n > LIMIT_INLINE_ROWS;
	u->next = next;
	request_read(r, &u->lookup.read, unionids_found);
}

/* ---- update ---- */

static void submit_update(struct request *r, const struct strs lists[UNIONIDS_LISTS])
{
	static const struct legacy_done done = { .errmsg = STR_INIT("ok") };
	struct group_update *req = ARENA_NEW(r->arena, struct group_update);

	*req = legacy_update_group(r->body, r->arena);
	req->add_extidlist = lists[0];
	req->del_extidlist = lists[1];
	update_group(r, req, &done);
}

static void update_chat(struct request *r)
{
	const struct legacy_update *req = r->body;
	struct refusal why;

	if (legacy_update_check(req, r->arena, &why))
		with_unionids(r,
			(struct strs[]){
				req->group.add_extidlist, req->group.del_extidlist },
			submit_update);
	else
		answer_refusal(r, &why);
}

/* ---- create ---- */

static void legacy_created(struct request *r, const struct chat_create_op *op)
{
	answer_ok(r, r->route->reply,
		&(struct legacy_done){
			.errmsg = STR("ok"),
			.chatid = op->chatid,
			.openConversationId = op->open_conversation_id,
			.conversationTag = { op->plan.after.tag, true },
		});
}

static void submit_create(struct request *r, const struct strs lists[UNIONIDS_LISTS])
{
	struct group_create *req = ARENA_NEW(r->arena, struct group_create);

	*req = legacy_create_group(r->body, r->arena);
	req->extidlist = lists[0];
	create_group(r, req, legacy_created);
}

static void create_chat(struct request *r)
{
	const struct legacy_create *req = r->body;
	struct refusal why;

	if (legacy_create_check(req, r->arena, &why))
		with_unionids(
			r, (struct strs[]){ req->group.extidlist, { 0 } }, submit_create);
	else
		answer_refusal(r, &why);
}

const struct route oapi_chat_legacy_routes[] = {
	{
		.method = HTTP_POST,
		.path = "/chat/create",
		.style = STYLE_OAPI,
		.flags = ROUTE_LONG,
		.permission = "qyapi_chat_manage",
		.fields = legacy_create_fields,
		.fields_size = sizeof(struct legacy_create),
		.rules = legacy_create_rules,
		.reply = legacy_made_fields,
		.handle = create_chat,
		.name = "OapiChatCreate",
		.doc = "Makes a group; new programs use CreateGroup",
		.zh = "创建群（旧版）；新程序请使用 CreateGroup",
	},
	{
		.method = HTTP_POST,
		.path = "/chat/update",
		.style = STYLE_OAPI,
		.flags = ROUTE_LONG,
		.permission = "qyapi_chat_manage",
		.fields = legacy_update_fields,
		.fields_size = sizeof(struct legacy_update),
		.rules = legacy_update_rules,
		.reply = legacy_done_fields,
		.handle = update_chat,
		.name = "OapiChatUpdate",
		.doc = "Changes a group, all or nothing; new programs use UpdateGroup",
		.zh = "更新群（旧版），全部生效或全部不生效；新程序请使用 UpdateGroup",
	},
	{ .path = NULL },
};
