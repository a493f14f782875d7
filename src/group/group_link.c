/* SPDX-License-Identifier: Apache-2.0 */
#include "group/group_link.h"

#include "base/limits.h"
#include "group/call_rules.h"

const struct field group_link_fields[] = {
	FIELD(struct group_link, chatid, .flags = F_NEEDED, .min = 1, .max = LIMIT_ID,
		.rule = "chat.id", .doc = "the group's chatid, as create returned it",
		.zh = "群会话ID，由创建群接口返回"),
	FIELD(struct group_link, userid, .flags = F_NEEDED, .min = 1, .max = LIMIT_ID,
		.rule = "person.id", .doc = "userid of the member who shares the link",
		.zh = "分享二维码的群成员的 userid"),
	{ 0 },
};

const struct rule group_link_rules[] = {
	ROW_CALL_TYPES("chatid", 400002),
	ROW_CALL_CHAT_ID("chatid", 34001),
	ROW_CALL_PERSON_ID(40003),
	ROW_CALL_CHATID_KNOWN(34001),
	ROW_CALL_CHAT_ACTIVE("chatid", 34001),
	ROW_CALL_PEOPLE_KNOWN("userid", 40003),
	ROW_CALL_PEOPLE_MEMBERS("userid", REFUSE_NOT_IN_GROUP, 60124),
	{ 0 },
};

struct group_call group_link_call(struct group_link *req)
{
	return (struct group_call){
		.req = req,
		.fields = group_link_fields,
		.rules = group_link_rules,
		.chat_id = req->chatid,
		.people_field = "userid",
		.people = { &req->userid, 1, true },
		.one_person = true,
	};
}
