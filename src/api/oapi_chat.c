/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oapi_chat.c -- GET /chat/get.
 * Source: DingTalk's page obtain-a-group-session. Its keys are the page's, with the
 * extidlist of the official SDK's model; the owner's type is in neither.
 */
#include "api/answer.h"
#include "api/oapi_reply.h"
#include "store/chat_ops.h"

struct chat_get {
	struct str chatid;
};

static const struct field chat_get_fields[] = {
	FIELD(struct chat_get, chatid, .flags = F_NEEDED,
		.doc = "the group's chatid, as create returned it",
		.zh = "群会话ID，仅支持创建群会话接口返回的 chatid"),
	{ 0 },
};

struct chat_info {
	struct str chatid, name, owner;
	struct strs useridlist, extidlist;
	int64_t conversationTag;
	struct str icon;
#define X(member, zh, en) int64_t member;
	CHAT_OPTIONS(X)
#undef X
	int64_t status;
};

static const struct field chat_info_fields[] = {
	FIELD(struct chat_info, chatid, .doc = "the group's chatid", .zh = "群会话ID"),
	FIELD(struct chat_info, name, .doc = "the group's name", .zh = "群名称"),
	FIELD(struct chat_info, owner, .doc = "the owner's userid (an external's unionid)",
		.zh = "群主的 userid（外部联系人为 unionid）"),
	FIELD(struct chat_info, useridlist, .doc = "members who are employees: userids",
		.zh = "群成员（员工）的 userid 列表"),
	FIELD(struct chat_info, extidlist,
		.doc = "members who are external contacts: unionids",
		.zh = "群成员（外部联系人）的 unionid 列表"),
	FIELD(struct chat_info, conversationTag, .doc = "0 ordinary, 2 internal",
		.zh = "群类型：0 普通群，2 企业内部群"),
	FIELD(struct chat_info, icon, .doc = "mediaId of the icon, or empty",
		.zh = "群头像的 mediaId，没有则为空"),
#define X(member, chinese, english) \
	FIELD(struct chat_info, member, .doc = english, .zh = chinese),
	CHAT_OPTIONS(X)
#undef X
		FIELD(struct chat_info, status, .doc = "1 normal, 2 dissolved",
			.zh = "状态：1 正常，2 已解散"),
	{ 0 },
};

struct chat_reply {
	int64_t errcode;
	struct str errmsg;
	struct chat_info *chat_info;
};

static const struct field chat_reply_fields[] = {
	FIELDS_ERRCODE(struct chat_reply),
	FIELD_OBJECT(struct chat_reply, chat_info, chat_info_fields, .doc = "the group",
		.zh = "群会话信息"),
	{ 0 },
};

/* The subject of the rules: what was asked and what was found. */
struct chat_case {
	struct str chatid;
	bool found;
};

static bool chatid_is_sent(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct chat_case *c = subject;

	(void)rule;
	return c->chatid.n || refuse_value(why, c->chatid, NULL);
}

static bool chat_is_known(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct chat_case *c = subject;

	(void)rule;
	return c->found || refuse_value(why, c->chatid, NULL);
}

static const struct rule chat_get_rules[] = {
	{
		.id = "body.fields",
		.field = "chatid",
		.holds = chatid_is_sent,
		.answer = REFUSE_PARAMETER,
		.errcode = 49000,
		.stage = RULE_REQUEST,
		.zh = "请在查询参数中传 chatid",
		.en = "send chatid in the query",
		.refuses = "chatid is absent, empty or not text",
		.refuses_zh = "chatid 未传、为空或不是字符串",
	},
	{
		.id = "chat.known",
		.field = "chatid",
		.holds = chat_is_known,
		.answer = REFUSE_PARAMETER,
		.errcode = 40016,
		.stage = RULE_FACTS,
		.zh = "chatid 不是本企业的群会话，请使用创建群会话接口返回的 chatid",
		.en = "not a group of this corp: give the chatid that create returned",
		.refuses = "chatid is not a group of the token's corp (another corp's "
			   "looks the same), or is one from the client-side JSAPI",
		.refuses_zh = "chatid 不是令牌所属企业的群（其他企业的群看起来相同），"
			      "或是前端 JSAPI 返回的 chatid",
	},
	{ 0 },
};

static void describe_chat(const struct chat *chat, struct chat_info *info)
{
	*info = (struct chat_info){
		.chatid = chat->chatid,
		.name = chat->name,
		.owner = chat->owner,
		.conversationTag = chat->tag,
		.icon = chat->icon,
		.status = chat->dissolved ? 2 : 1,
	};
#define X(member, zh, en) info->member = chat->options[OPTION_##member];
	CHAT_OPTIONS(X)
#undef X
}

static void list_members(const struct chat_read *op, struct arena *a,
	struct strs *employees, struct strs *externals)
{
	*employees = *externals = (struct strs){ .set = true };
	employees->v = ARENA_ARRAY(a, struct str, op->member_count);
	externals->v = ARENA_ARRAY(a, struct str, op->member_count);
	for (size_t i = 0; i < op->member_count; i++) {
		struct strs *list =
			op->members[i].kind == PERSON_EMP ? employees : externals;

		list->v[list->n++] = op->members[i].id;
	}
}

static void chat_found(struct request *r)
{
	struct chat_read *op = REQUEST_READ(r, struct chat_read);
	struct chat_case c = { .chatid = op->chatid, .found = r->status == ST_OK };
	struct chat_info info;
	struct refusal why;

	if (r->status == ST_AGAIN) {
		op->read.large = true;
		request_read(r, &op->read, chat_found);
		return;
	}
	if (r->status == ST_REFUSED) {
		answer_refusal(r, &op->why);
		return;
	}
	if (!rules_hold(chat_get_rules, RULE_FACTS, &c, &why)) {
		answer_refusal(r, &why);
		return;
	}
	describe_chat(&op->chat, &info);
	list_members(op, r->arena, &info.useridlist, &info.extidlist);
	answer_ok(r, chat_reply_fields,
		&(struct chat_reply){ .errmsg = STR("ok"), .chat_info = &info });
}

static void get_chat(struct request *r)
{
	const struct chat_get *req = r->body;
	struct chat_case c = { .chatid = req->chatid };
	struct chat_read *op;
	struct refusal why;

	if (!rules_hold(chat_get_rules, RULE_REQUEST, &c, &why)) {
		answer_refusal(r, &why);
		return;
	}
	op = ARENA_NEW(r->arena, struct chat_read);
	chat_read_init(op);
	op->access = &r->access;
	op->chatid = req->chatid;
	op->with_members = true;
	request_read(r, &op->read, chat_found);
}

const struct route oapi_chat_routes[] = {
	{
		.method = HTTP_GET,
		.path = "/chat/get",
		.style = STYLE_OAPI,
		.permission = "qyapi_chat_read",
		.fields = chat_get_fields,
		.fields_size = sizeof(struct chat_get),
		.rules = chat_get_rules,
		.reply = chat_reply_fields,
		.handle = get_chat,
		.name = "OapiChatGet",
		.doc = "Shows a group: name, owner, members, icon and options",
		.zh = "查询群信息：群名、群主、成员、头像与群属性",
	},
	{ .path = NULL },
};
