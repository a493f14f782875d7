/* SPDX-License-Identifier: Apache-2.0 */
/*
 * im_group.c -- POST /v1.0/im/group/create and /v1.0/im/group/update.
 * Sources: DingTalk's pages create-common-group-new-version-v2 and api-updategroup.
 */
#include "api/answer.h"
#include "api/group_change.h"

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

static void update(struct request *r)
{
	static const struct group_done done = { .success = true };
	struct refusal why;

	if (group_update_check(r->body, r->arena, &why))
		update_group(r, r->body, &done);
	else
		answer_refusal(r, &why);
}

static void answer_made(struct request *r, const struct chat_create_op *op)
{
	answer_ok(r, r->route->reply,
		&(struct group_made){
			.conversationTag = op->plan.after.tag,
			.openConversationId = op->open_conversation_id,
			.chatid = op->chatid,
		});
}

static void create(struct request *r)
{
	struct refusal why;

	if (group_create_check(r->body, r->arena, &why))
		create_group(r, r->body, answer_made);
	else
		answer_refusal(r, &why);
}

const struct route im_group_routes[] = {
	{
		.method = HTTP_POST,
		.path = "/v1.0/im/group/create",
		.style = STYLE_NEW,
		.flags = ROUTE_LONG,
		.permission = "qyapi_chat_manage",
		.fields = group_create_fields,
		.fields_size = sizeof(struct group_create),
		.rules = group_create_rules,
		.reply = group_made_fields,
		.handle = create,
		.name = "CreateGroup",
		.doc = "Makes a group",
		.zh = "创建群会话",
	},
	{
		.method = HTTP_POST,
		.path = "/v1.0/im/group/update",
		.style = STYLE_NEW,
		.flags = ROUTE_LONG,
		.permission = "qyapi_chat_manage",
		.fields = group_update_fields,
		.fields_size = sizeof(struct group_update),
		.rules = group_update_rules,
		.reply = group_done_fields,
		.handle = update,
		.name = "UpdateGroup",
		.doc = "Renames a group, passes on its ownership, adds and removes people, "
		       "sets its "
		       "icon and options: all or nothing",
		.zh = "更新群会话：群名、群主、成员、头像与群属性，一次调用全部生效或全部不"
		      "生效",
	},
	{ .path = NULL },
};
