/* SPDX-License-Identifier: Apache-2.0 */
/* call_rules.h -- the rows that the tables of the small calls share; each names its key and
 * its errcode. Inside group/ only. */
#ifndef QUN_GROUP_CALL_RULES_H
#define QUN_GROUP_CALL_RULES_H

#include "group/decision.h"

bool people_are_known(const struct rule *rule, const void *subject, struct refusal *why);
bool people_are_members(const struct rule *rule, const void *subject, struct refusal *why);

/* Kept by the decoder, which looks for a row of this id. */
#define ROW_CALL_TYPES(key, number) \
	{ \
		.id = "body.fields", .field = key, .holds = values_in_range, \
		.answer = REFUSE_PARAMETER, .errcode = number, .stage = RULE_REQUEST, \
		.zh = "各字段的 JSON 类型须与文档一致", \
		.en = "send every key with its documented JSON type", \
		.refuses = "a key has the wrong JSON type (elements of lists included)", \
		.refuses_zh = "某个字段的 JSON 类型不对（包括列表元素）", \
	}
#define ROW_CALL_CHAT_ID(key, number) \
	{ \
		.id = "chat.id", .field = key, .holds = values_are_sent, \
		.answer = REFUSE_CONVERSATION, .errcode = number, .stage = RULE_REQUEST, \
		.zh = "请传 " key "，1 到 64 个字符", \
		.en = "send " key ", of 1 to 64 characters", \
		.refuses = key " is absent, empty or over 64 characters", \
		.refuses_zh = key " 未传、为空或超过 64 个字符", \
	}
#define ROW_CALL_PERSON_ID(number) \
	{ \
		.id = "person.id", .field = "userid", .holds = values_are_sent, \
		.answer = REFUSE_STAFF_ID, .errcode = number, .stage = RULE_REQUEST, \
		.zh = "请传 userid，1 到 64 个字符", \
		.en = "send userid, of 1 to 64 characters", \
		.refuses = "userid is absent, empty or over 64 characters", \
		.refuses_zh = "userid 未传、为空或超过 64 个字符", \
	}
#define ROW_CALL_CONVERSATION_KNOWN \
	{ \
		.id = "conversation.known", .field = "openConversationId", \
		.holds = chat_is_known, .answer = REFUSE_CONVERSATION, .errcode = 40016, \
		.stage = RULE_FACTS, \
		.zh = "请传本企业的群的 openConversationId（创建群时返回），并检查 token " \
		      "所属企业", \
		.en = "send the openConversationId that creating the group returned, " \
		      "with " \
		      "a token of the same corp", \
		.refuses = "openConversationId is not a group of the token's corp", \
		.refuses_zh = "openConversationId 不是 token 所属企业的群", \
	}
#define ROW_CALL_CHATID_KNOWN(number) \
	{ \
		.id = "chat.known", .field = "chatid", .holds = chat_is_known, \
		.answer = REFUSE_CONVERSATION, .errcode = number, .stage = RULE_FACTS, \
		.zh = "请传本企业的群的 chatid（创建群时返回），并检查 token 所属企业", \
		.en = "send the chatid that creating the group returned, with a token of " \
		      "the same corp", \
		.refuses = "chatid is not a group of the token's corp, or comes from the " \
			   "client-side JSAPI", \
		.refuses_zh = "chatid 不是 token 所属企业的群，或由前端 JSAPI 获取", \
	}
#define ROW_CALL_CHAT_ACTIVE(key, number) \
	{ \
		.id = "chat.active", .field = key, .holds = chat_is_active, \
		.answer = REFUSE_DISBANDED, .errcode = number, .stage = RULE_FACTS, \
		.zh = "该群已解散；请换一个群", \
		.en = "this group is dissolved; use another", \
		.refuses = "the group is dissolved", .refuses_zh = "群已解散", \
	}
#define ROW_CALL_PEOPLE_KNOWN(key, number) \
	{ \
		.id = "people.known", .field = key, .holds = people_are_known, \
		.answer = REFUSE_NO_STAFF, .errcode = number, .stage = RULE_FACTS, \
		.zh = "请检查该 id：" key " 传本企业在职员工的 userid", \
		.en = "check this id: " key " takes userids of active employees", \
		.refuses = "an id is not an active employee of the corp (for an app that " \
			   "does not see the whole corp, only if a member has it)", \
		.refuses_zh = "某个 id 不是本企业在职员工（应用可见范围不是全公司时，" \
			      "仅限群成员的 id）", \
	}
#define ROW_CALL_PEOPLE_MEMBERS(key, refusal, number) \
	{ \
		.id = "people.members", .field = key, .holds = people_are_members, \
		.answer = refusal, .errcode = number, .stage = RULE_FACTS, \
		.zh = "该用户不在此群中；请先把他加入群，或检查 userid", \
		.en = "this person is not in the group; add him first, or check the " \
		      "userid", \
		.refuses = "somebody named is not a member of the group", \
		.refuses_zh = "某个用户不是群成员", \
	}

#endif
