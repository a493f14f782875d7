/* SPDX-License-Identifier: Apache-2.0 */
/*
 * im_group.c -- POST /v1.0/im/group/create and /v1.0/im/group/update.
 * Sources: DingTalk's pages create-common-group-new-version-v2 and api-updategroup.
 */
#include "api/answer.h"
#include "store/chat_ops.h"
#include "store/ids.h"

struct group_done {
	bool success;
};

static const struct field group_done_fields[] = {
	FIELD(struct group_done, success, .doc = "whether it succeeded", .zh = "是否成功"),
	{ 0 },
};

struct group_made {
	int64_t conversationTag;
	struct str openConversationId, chatid;
};

static const struct field group_made_fields[] = {
	FIELD(struct group_made, conversationTag, .doc = "0 ordinary, 2 internal",
		.zh = "群类型：0 普通群，2 企业内部群"),
	FIELD(struct group_made, openConversationId, .doc = "the group's open id",
		.zh = "开放群ID"),
	FIELD(struct group_made, chatid, .doc = "the group's id for the update",
		.zh = "群会话ID"),
	{ 0 },
};

/* With x-qun-verbose: the reply, and what became of every id and field. */
static void answer_done(struct request *r, const struct field *table, const void *reply,
	const struct group_facts *facts, const struct group_plan *plan)
{
	r->facts = facts;
	r->plan = plan;
	answer_ok(r, table, reply);
}

static void group_updated(struct request *r)
{
	const struct chat_update_op *op = REQUEST_CHANGE(r, struct chat_update_op);

	if (r->status == ST_REFUSED)
		answer_refusal(r, &op->why);
	else
		answer_done(r, group_done_fields, &(struct group_done){ .success = true },
			&op->facts, &op->plan);
}

static void update_group(struct request *r)
{
	const struct group_update *req = r->body;
	struct chat_update_op *op;
	struct refusal why;

	if (!group_update_check(req, r->arena, &why)) {
		answer_refusal(r, &why);
		return;
	}
	op = ARENA_NEW(r->arena, struct chat_update_op);
	chat_update_init(op);
	op->access = &r->access;
	op->req = req;
	op->request_id = str_from(r->id);
	op->at_ms = r->at_ms;
	op->member_cap = request_options(r)->member_cap;
	op->change.ids = req->add_useridlist.n + req->del_useridlist.n +
			 req->add_extidlist.n + req->del_extidlist.n;
	request_change(r, &op->change, group_updated);
}

static void group_created(struct request *r)
{
	const struct chat_create_op *op = REQUEST_CHANGE(r, struct chat_create_op);
	struct group_made made;

	if (r->status == ST_REFUSED) {
		answer_refusal(r, &op->why);
		return;
	}
	made = (struct group_made){
		.conversationTag = op->plan.after.tag,
		.openConversationId = op->open_conversation_id,
		.chatid = op->chatid,
	};
	answer_done(r, group_made_fields, &made, &op->facts, &op->plan);
}

static void create_group(struct request *r)
{
	const struct group_create *req = r->body;
	struct chat_create_op *op;
	struct refusal why;

	if (!group_create_check(req, r->arena, &why)) {
		answer_refusal(r, &why);
		return;
	}
	op = ARENA_NEW(r->arena, struct chat_create_op);
	chat_create_init(op);
	op->access = &r->access;
	op->req = req;
	op->chatid = chatid_new(r->arena);
	op->open_conversation_id = open_conversation_id_new(r->arena);
	op->request_id = str_from(r->id);
	op->at_ms = r->at_ms;
	op->member_cap = request_options(r)->member_cap;
	op->change.ids = req->useridlist.n + req->extidlist.n;
	request_change(r, &op->change, group_created);
}

const struct route im_group_routes[] = {
	{
		.method = HTTP_POST,
		.path = "/v1.0/im/group/create",
		.style = STYLE_NEW,
		.permission = "qyapi_chat_manage",
		.fields = group_create_fields,
		.fields_size = sizeof(struct group_create),
		.rules = group_create_rules,
		.reply = group_made_fields,
		.handle = create_group,
		.name = "CreateGroup",
		.doc = "Makes a group",
		.zh = "创建群会话",
	},
	{
		.method = HTTP_POST,
		.path = "/v1.0/im/group/update",
		.style = STYLE_NEW,
		.permission = "qyapi_chat_manage",
		.fields = group_update_fields,
		.fields_size = sizeof(struct group_update),
		.rules = group_update_rules,
		.reply = group_done_fields,
		.handle = update_group,
		.name = "UpdateGroup",
		.doc = "Renames a group, passes on its ownership, adds and removes people, "
		       "sets its "
		       "icon and options: all or nothing",
		.zh = "更新群会话：群名、群主、成员、头像与群属性，一次调用全部生效或全部不"
		      "生效",
	},
	{ .path = NULL },
};
