/* SPDX-License-Identifier: Apache-2.0 */
#include "group/group_members.h"

#include "base/limits.h"
#include "group/call_rules.h"

#define IN_ID .flags = F_REQUIRED, .min = 1, .max = LIMIT_ID, .rule = "body.fields"

const struct field group_members_check_fields[] = {
	FIELD(struct group_members_check, openConversationId, IN_ID,
		.doc = "the group's open id", .zh = "开放群ID"),
	FIELD(struct group_members_check, userId, IN_ID,
		.doc = "userid of the employee in question", .zh = "要查询的员工的 userid"),
	{ 0 },
};

const struct field group_members_query_fields[] = {
	FIELD(struct group_members_query, openConversationId, IN_ID,
		.doc = "the group's open id", .zh = "开放群ID"),
	FIELD(struct group_members_query, userId, IN_ID,
		.doc = "userid of a member, for whom the list is read",
		.zh = "群成员的 userid，以其身份查询"),
	FIELD(struct group_members_query, maxResults, .flags = F_REQUIRED, .min = 1,
		.max = LIMIT_MEMBER_PAGE, .rule = "body.fields",
		.doc = "how many to list at most, 1 to 1000",
		.zh = "每页最多返回的人数，1~1000"),
	FIELD(struct group_members_query, nextToken, .max = LIMIT_ID, .rule = "body.fields",
		.doc = "nextToken of the page before; absent or empty for the first",
		.zh = "上一页返回的 nextToken；第一页不传或传空"),
	{ 0 },
};

#define ROW_FIELDS(what, what_zh) \
	{ \
		.id = "body.fields", .field = "openConversationId", \
		.holds = values_in_range, .answer = REFUSE_PARAMETER, .errcode = 40035, \
		.stage = RULE_REQUEST, .zh = "请传 " what_zh "，JSON 类型与文档一致", \
		.en = "send " what ", with their documented JSON types", \
		.refuses = "one of " what " is absent, out of its range, or of the wrong " \
			   "JSON type", \
		.refuses_zh = what_zh " 之一未传、超出范围，或 JSON 类型不对", \
	}

const struct rule group_members_check_rules[] = {
	ROW_FIELDS("openConversationId and userId", "openConversationId、userId"),
	ROW_CALL_CONVERSATION_KNOWN,
	ROW_CALL_CHAT_ACTIVE("openConversationId", 40016),
	{ 0 },
};

const struct rule group_members_query_rules[] = {
	ROW_FIELDS("openConversationId, userId and maxResults",
		"openConversationId、userId、maxResults"),
	ROW_CALL_CONVERSATION_KNOWN,
	ROW_CALL_CHAT_ACTIVE("openConversationId", 40016),
	ROW_CALL_PEOPLE_MEMBERS("userId", REFUSE_NOT_IN_GROUP, 60124),
	{ 0 },
};

struct group_call group_members_check_call(struct group_members_check *req)
{
	return (struct group_call){
		.req = req,
		.fields = group_members_check_fields,
		.rules = group_members_check_rules,
		.chat_id = req->openConversationId,
		.people_field = "userId",
		.people = { &req->userId, 1, true },
		.one_person = true,
	};
}

struct group_call group_members_query_call(struct group_members_query *req)
{
	return (struct group_call){
		.req = req,
		.fields = group_members_query_fields,
		.rules = group_members_query_rules,
		.chat_id = req->openConversationId,
		.people_field = "userId",
		.people = { &req->userId, 1, true },
		.one_person = true,
	};
}
