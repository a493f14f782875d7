/* SPDX-License-Identifier: Apache-2.0 */
/*
 * im_members.c -- POST /v1.0/im/subAdministrators, .../innerGroups/members/check and
 * .../innerGroups/members/query.
 * Sources: DingTalk's page batch-setup-group-administrator; the official SDKs for the other
 * two, which have no page.
 */
#include "api/answer.h"
#include "api/small_call.h"
#include "group/group_admins.h"
#include "group/group_members.h"

/* ---- administrators ---- */

struct admins_done {
	struct str success;
};

static const struct field admins_done_fields[] = {
	FIELD(struct admins_done, success, .doc = "\"true\", as a string",
		.zh = "调用成功为字符串 \"true\""),
	{ 0 },
};

static void update_admins(struct request *r)
{
	static const struct admins_done done = { STR_INIT("true") };

	change_admins(r, CHAT_BY_OPEN_ID, &done);
}

/* ---- who is a member ---- */

struct member_checked {
	bool result;
};

static const struct field member_checked_fields[] = {
	FIELD(struct member_checked, result, .doc = "whether the employee is a member",
		.zh = "该员工是否为群成员"),
	{ 0 },
};

static void member_found(struct request *r, const struct member_read *found)
{
	answer_ok(r, r->route->reply,
		&(struct member_checked){ found->facts.add_emp.v[0].member });
}

static void check_member(struct request *r)
{
	const struct group_call call = group_members_check_call(r->body);

	ask_group(r, &call, CHAT_BY_OPEN_ID, 0, STR_NONE, member_found);
}

struct members_page {
	struct strs userIds;
	bool hasMore;
	struct str nextToken;
};

static const struct field members_page_fields[] = {
	FIELD(struct members_page, userIds, .doc = "members who are employees: userids",
		.zh = "群成员（员工）的 userid 列表"),
	FIELD(struct members_page, hasMore, .doc = "there is another page",
		.zh = "是否还有下一页"),
	FIELD(struct members_page, nextToken,
		.doc = "for the next page; absent on the last one",
		.zh = "下一页的游标；最后一页不返回"),
	{ 0 },
};

/* The last userid of a page is what the next one begins after, so that pages neither repeat
 * nor leave out anybody who stays while others come and go. */
static void members_found(struct request *r, const struct member_read *found)
{
	struct members_page page = { .userIds = found->userids, .hasMore = found->more };

	if (found->more)
		page.nextToken = found->userids.v[found->userids.n - 1];
	answer_ok(r, r->route->reply, &page);
}

static void query_members(struct request *r)
{
	const struct group_members_query *req = r->body;
	const struct group_call call = group_members_query_call(r->body);

	ask_group(r, &call, CHAT_BY_OPEN_ID, req->maxResults.value, req->nextToken,
		members_found);
}

const struct route im_members_routes[] = {
	{
		.method = HTTP_POST,
		.path = "/v1.0/im/subAdministrators",
		.style = STYLE_NEW,
		.permission = "qyapi_chat_manage",
		.fields = group_admins_fields,
		.fields_size = sizeof(struct group_admins),
		.rules = group_admins_rules,
		.failed = 400001,
		.reply = admins_done_fields,
		.handle = update_admins,
		.name = "ChatSubAdminUpdate",
		.doc = "Makes members of a group administrators, or ordinary members again",
		.zh = "批量设置或取消群管理员",
	},
	{
		.method = HTTP_POST,
		.path = "/v1.0/im/innerGroups/members/check",
		.style = STYLE_NEW,
		.permission = "qyapi_chat_read",
		.fields = group_members_check_fields,
		.fields_size = sizeof(struct group_members_check),
		.rules = group_members_check_rules,
		.reply = member_checked_fields,
		.handle = check_member,
		.name = "CheckUserIsGroupMember",
		.doc = "Tells whether an employee is a member of a group",
		.zh = "查询员工是否为群成员",
	},
	{
		.method = HTTP_POST,
		.path = "/v1.0/im/innerGroups/members/query",
		.style = STYLE_NEW,
		.permission = "qyapi_chat_read",
		.fields = group_members_query_fields,
		.fields_size = sizeof(struct group_members_query),
		.rules = group_members_query_rules,
		.reply = members_page_fields,
		.handle = query_members,
		.name = "GetInnerGroupMembers",
		.doc = "Lists the employees in a group, page by page",
		.zh = "分页查询群成员（员工）",
	},
	{ .path = NULL },
};
