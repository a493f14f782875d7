/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oapi_group.c -- the small calls about one group under /topapi/chat/.
 * Sources: DingTalk's pages set-chat-admin, set-a-group-nickname, set-private-chat and
 * obtain-a-qr-code-link.
 */
#include "api/answer.h"
#include "api/join_link.h"
#include "api/oapi_reply.h"
#include "api/small_call.h"
#include "group/group_admins.h"
#include "group/group_link.h"
#include "group/group_nick.h"
#include "group/group_switch.h"

struct topapi_done {
	int64_t errcode;
	struct str errmsg, result;
	bool success;
	struct str request_id;
};

#define FIELD_SUCCESS FIELD(struct topapi_done, success, .doc = "true", .zh = "是否成功")

static const struct field done_fields[] = {
	FIELDS_ERRCODE(struct topapi_done),
	FIELD_SUCCESS,
	FIELD_REQUEST_ID(struct topapi_done),
	{ 0 },
};

static const struct field link_fields[] = {
	FIELDS_ERRCODE(struct topapi_done),
	FIELD(struct topapi_done, result,
		.doc = "the link; dead after 365 days, and as soon as the group gets "
		       "another owner or name",
		.zh = "入群链接，有效期 365 天；群主或群名称变更后立即失效"),
	FIELD_SUCCESS,
	FIELD_REQUEST_ID(struct topapi_done),
	{ 0 },
};

static struct topapi_done *reply_of(struct request *r)
{
	struct topapi_done *done = ARENA_NEW(r->arena, struct topapi_done);

	*done = (struct topapi_done){
		.errmsg = STR("ok"), .success = true, .request_id = str_from(r->id)
	};
	return done;
}

static void update_admins(struct request *r)
{
	change_admins(r, CHAT_BY_ID, reply_of(r));
}

static void update_nick(struct request *r)
{
	const struct group_call call = group_nick_call(r->body);

	change_group(r, &call, CHAT_BY_ID, reply_of(r));
}

static void update_switch(struct request *r)
{
	const struct group_call call = group_switch_call(r->body);

	change_group(r, &call, CHAT_BY_ANY_ID, reply_of(r));
}

static void link_allowed(struct request *r, const struct member_read *found)
{
	const struct chat *chat = &found->facts.chat;
	const struct join_link link = {
		.corp_id = found->access->caller.corp_id,
		.open_conversation_id = chat->open_conversation_id,
		.link_version = chat->link_version,
		.issued_ms = r->at_ms,
	};
	struct topapi_done *done = reply_of(r);

	done->result = join_link_text(&link, request_options(r)->token_key, r->arena);
	answer_ok(r, r->route->reply, done);
}

static void get_link(struct request *r)
{
	const struct group_call call = group_link_call(r->body);

	ask_group(r, &call, CHAT_BY_ID, 0, STR_NONE, link_allowed);
}

const struct route oapi_group_routes[] = {
	{
		.method = HTTP_POST,
		.path = "/topapi/chat/subadmin/update",
		.style = STYLE_TOPAPI,
		.permission = "qyapi_chat_manage",
		.fields = group_admins_legacy_fields,
		.fields_size = sizeof(struct group_admins),
		.rules = group_admins_legacy_rules,
		.failed = 400001,
		.reply = done_fields,
		.handle = update_admins,
		.name = "OapiChatSubadminUpdate",
		.doc = "Makes members of a group administrators, or ordinary members again",
		.zh = "更新群管理员",
	},
	{
		.method = HTTP_POST,
		.path = "/topapi/chat/updategroupnick",
		.style = STYLE_TOPAPI,
		.permission = "qyapi_chat_manage",
		.fields = group_nick_fields,
		.fields_size = sizeof(struct group_nick),
		.rules = group_nick_rules,
		.failed = 400001,
		.reply = done_fields,
		.handle = update_nick,
		.name = "OapiChatUpdategroupnick",
		.doc = "Sets what a member is called in a group",
		.zh = "更新群成员的群昵称",
	},
	{
		.method = HTTP_POST,
		.path = "/topapi/chat/member/friendswitch/update",
		.style = STYLE_TOPAPI,
		.permission = "qyapi_chat_manage",
		.fields = group_switch_fields,
		.fields_size = sizeof(struct group_switch),
		.rules = group_switch_rules,
		.failed = 400001,
		.reply = done_fields,
		.handle = update_switch,
		.name = "OapiChatMemberFriendswitchUpdate",
		.doc = "Forbids or allows members to befriend each other and chat "
		       "privately",
		.zh = "设置禁止群成员私聊",
	},
	{
		.method = HTTP_POST,
		.path = "/topapi/chat/qrcode/get",
		.style = STYLE_TOPAPI,
		.permission = "qyapi_chat_base_read",
		.fields = group_link_fields,
		.fields_size = sizeof(struct group_link),
		.rules = group_link_rules,
		.failed = 400001,
		.reply = link_fields,
		.handle = get_link,
		.name = "OapiChatQrcodeGet",
		.doc = "Gives a link to join a group by",
		.zh = "获取入群二维码链接",
	},
	{ .path = NULL },
};
