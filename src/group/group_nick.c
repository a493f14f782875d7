/* SPDX-License-Identifier: Apache-2.0 */
#include "group/group_nick.h"

#include "base/limits.h"
#include "group/call_rules.h"

const struct field group_nick_fields[] = {
	FIELD(struct group_nick, chatid, .flags = F_NEEDED, .min = 1, .max = LIMIT_ID,
		.rule = "chat.id", .doc = "the group's chatid, as create returned it",
		.zh = "群会话ID，由创建群接口返回"),
	FIELD(struct group_nick, userid, .flags = F_NEEDED, .min = 1, .max = LIMIT_ID,
		.rule = "person.id", .doc = "userid of the member",
		.zh = "群成员的 userid"),
	FIELD(struct group_nick, group_nick, .flags = F_NEEDED | F_TEXT, .min = 1,
		.max = LIMIT_NICK, .rule = "nick.length",
		.doc = "what the member is called in the group, 1 to 30 characters",
		.zh = "该成员在群中的昵称，1~30 个字符"),
	{ 0 },
};

const struct rule group_nick_rules[] = {
	ROW_CALL_TYPES("chatid", 400002),
	ROW_CALL_CHAT_ID("chatid", 34001),
	ROW_CALL_PERSON_ID(40003),
	{
		.id = "nick.length",
		.field = "group_nick",
		.holds = values_are_sent,
		.answer = REFUSE_PARAMETER,
		.errcode = 400002,
		.stage = RULE_REQUEST,
		.zh = "请传 group_nick：1 到 30 个字符，不能全是空白，不能含控制字符",
		.en = "send group_nick, of 1 to 30 characters, not blank, without control "
		      "characters",
		.refuses = "group_nick is absent, not 1-30 characters (Unicode code "
			   "points), blank, or with control characters",
		.refuses_zh = "group_nick 未传、不是 1~30 个字符（按 Unicode "
			      "码点计）、全是空白，或含控制字符",
	},
	ROW_CALL_CHATID_KNOWN(34001),
	ROW_CALL_CHAT_ACTIVE("chatid", 34001),
	ROW_CHAT_APP("chatid"),
	ROW_CALL_PEOPLE_KNOWN("userid", 40003),
	ROW_CALL_PEOPLE_MEMBERS("userid", REFUSE_NOT_IN_GROUP, 60124),
	{ 0 },
};

static void plan_nick(const struct group_call *c, const struct group_facts *facts,
	struct arena *a, struct group_plan *plan)
{
	const struct group_nick *req = c->req;
	const struct person_facts *person = &facts->add_emp.v[0];

	if (str_eq(person->nick, req->group_nick))
		return;
	plan->renamed = ARENA_NEW(a, struct nick_change);
	*plan->renamed = (struct nick_change){ .kind = PERSON_EMP,
		.id = person->id,
		.before = person->nick,
		.after = req->group_nick };
	plan->renamed_count = 1;
	plan->changed |= CHANGED_NICKS;
}

struct group_call group_nick_call(struct group_nick *req)
{
	return (struct group_call){
		.req = req,
		.fields = group_nick_fields,
		.rules = group_nick_rules,
		.chat_id = req->chatid,
		.people_field = "userid",
		.people = { &req->userid, 1, true },
		.one_person = true,
		.plan = plan_nick,
	};
}
