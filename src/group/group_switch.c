/* SPDX-License-Identifier: Apache-2.0 */
#include "group/group_switch.h"

#include "group/call_rules.h"

const struct field group_switch_fields[] = {
	FIELD(struct group_switch, chatid, .flags = F_NEEDED, .min = 1,
		.rule = "values.sent",
		.doc = "the group's chatid, from create or from the client-side JSAPI",
		.zh = "群会话ID，由创建群接口或前端JSAPI chooseChat 返回"),
	FIELD(struct group_switch, is_prohibit, .flags = F_NEEDED, .rule = "values.sent",
		.doc = "true forbids private chat between members, false allows it",
		.zh = "是否开启禁止开关：true 开启，false 关闭"),
	{ 0 },
};

const struct rule group_switch_rules[] = {
	ROW_CALL_TYPES("chatid", 40035),
	{
		.id = "values.sent",
		.field = "chatid",
		.holds = values_are_sent,
		.answer = REFUSE_PARAMETER,
		.errcode = 40036,
		.stage = RULE_REQUEST,
		.zh = "请传 chatid 和 is_prohibit（true 或 false）",
		.en = "send chatid and is_prohibit (true or false)",
		.refuses = "chatid is absent or empty, or is_prohibit is absent",
		.refuses_zh = "chatid 未传或为空，或 is_prohibit 未传",
	},
	{
		.id = "chat.known",
		.field = "chatid",
		.holds = chat_is_known,
		.answer = REFUSE_CONVERSATION,
		.errcode = 34001,
		.stage = RULE_FACTS,
		.zh = "请传本企业的群的 chatid（创建群时返回，或由前端 JSAPI 获取），"
		      "并检查 token 所属企业",
		.en = "send the chatid that creating the group returned, or one from the "
		      "client-side JSAPI, with a token of the same corp",
		.refuses = "chatid is not a group of the token's corp",
		.refuses_zh = "chatid 不是 token 所属企业的群",
	},
	ROW_CALL_CHAT_ACTIVE("chatid", 34001),
	ROW_CHAT_APP("chatid"),
	{ 0 },
};

static void plan_switch(const struct group_call *c, const struct group_facts *facts,
	struct arena *a, struct group_plan *plan)
{
	const struct group_switch *req = c->req;

	(void)facts;
	(void)a;
	if (req->is_prohibit.value == plan->after.private_chat_prohibited)
		return;
	plan->after.private_chat_prohibited = req->is_prohibit.value;
	plan->changed |= CHANGED_PRIVATE_CHAT;
}

struct group_call group_switch_call(const struct group_switch *req)
{
	return (struct group_call){
		.req = req,
		.fields = group_switch_fields,
		.rules = group_switch_rules,
		.chat_id = req->chatid,
		.plan = plan_switch,
	};
}
