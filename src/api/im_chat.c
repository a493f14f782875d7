/* SPDX-License-Identifier: Apache-2.0 */
/*
 * im_chat.c -- POST /v1.0/im/chat/{chatId}/convertToOpenConversationId.
 * Source: DingTalk's page obtain-group-openconversationid. It accepts ids from the
 * client-side JSAPI, which the update refuses.
 */
#include "api/answer.h"
#include "store/chat_ops.h"

struct chat_converted {
	struct str openConversationId;
};

static const struct field chat_converted_fields[] = {
	FIELD(struct chat_converted, openConversationId, .doc = "the group's open id",
		.zh = "开放群ID"),
	{ 0 },
};

/* The subject of the rules: what was asked and what was found. */
struct convert_case {
	struct str chatid;
	bool found;
	const struct chat *chat;
	bool owner_visible;
};

static bool chat_is_known(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct convert_case *c = subject;

	(void)rule;
	why->value = c->chatid;
	return c->found;
}

static bool owner_is_visible(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct convert_case *c = subject;

	(void)rule;
	why->value = c->chatid;
	return c->owner_visible || c->chat->owner_kind != PERSON_EMP;
}

static const struct rule convert_rules[] = {
	{
		.id = "chat.known",
		.field = "chatId",
		.holds = chat_is_known,
		.answer = REFUSE_CHATID,
		.errcode = 40016,
		.stage = RULE_FACTS,
		.zh = "chatId 不是本企业的群会话，请使用创建群会话接口返回的 chatid 或前端 "
		      "JSAPI 返回的 chatId",
		.en = "not a group of this corp: give the chatid that create returned, or "
		      "one from the "
		      "client-side JSAPI",
		.refuses = "chatId is not a group of the token's corp (another corp's "
			   "looks the same)",
		.refuses_zh =
			"chatId 不是 token 所属企业的群（其他企业的群得到同样的应答）",
	},
	{
		.id = "owner.visible",
		.field = "chatId",
		.holds = owner_is_visible,
		.answer = REFUSE_OWNER_SCOPE,
		.errcode = 50002,
		.stage = RULE_FACTS,
		.zh = "群主不在应用可见范围内，请在应用的可使用范围中加入群主",
		.en = "the group's owner is outside the app's visibility scope: widen the "
		      "scope",
		.refuses = "the group's present owner, an employee, is outside the app's "
			   "visibility scope",
		.refuses_zh = "现任群主是员工，且不在应用可见范围内",
	},
	{ 0 },
};

static void chat_found(struct request *r)
{
	const struct chat_read *op = REQUEST_READ(r, struct chat_read);
	struct convert_case c = {
		.chatid = r->params[0],
		.found = r->status == ST_OK,
		.chat = &op->chat,
		.owner_visible = op->owner_visible,
	};
	struct chat_converted reply;
	struct refusal why;

	if (r->status == ST_REFUSED) {
		answer_refusal(r, &op->why);
		return;
	}
	if (!rules_hold(convert_rules, RULE_FACTS, &c, &why)) {
		answer_refusal(r, &why);
		return;
	}
	reply.openConversationId = op->chat.open_conversation_id;
	answer_ok(r, chat_converted_fields, &reply);
}

static void convert_chat(struct request *r)
{
	struct chat_read *op = ARENA_NEW(r->arena, struct chat_read);

	chat_read_init(op);
	op->access = &r->access;
	op->chatid = r->params[0];
	op->key = CHAT_BY_ANY_ID;
	request_read(r, &op->read, chat_found);
}

const struct route im_chat_routes[] = {
	{
		.method = HTTP_POST,
		.path = "/v1.0/im/chat/{chatId}/convertToOpenConversationId",
		.style = STYLE_NEW,
		.flags = ROUTE_NO_BODY,
		.permission = "qyapi_chat_read",
		.rules = convert_rules,
		.reply = chat_converted_fields,
		.handle = convert_chat,
		.name = "ChatIdToOpenConversationId",
		.doc = "Gives the openConversationId of a chatid",
		.zh = "会话 chatId 转换为 openConversationId",
	},
	{ .path = NULL },
};
