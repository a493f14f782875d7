/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group_members.h -- is somebody a member, and who is? The calls innerGroups/members/check
 * and innerGroups/members/query. They are in DingTalk's SDKs and have no page, so that what
 * they refuse, and with which code, is our decision: docs/compatibility.md.
 */
#ifndef QUN_GROUP_GROUP_MEMBERS_H
#define QUN_GROUP_GROUP_MEMBERS_H

#include "group/group_call.h"

struct group_members_check {
	struct str openConversationId, userId;
};
extern const struct field group_members_check_fields[];
extern const struct rule group_members_check_rules[];
/* Borrows from the request. */
struct group_call group_members_check_call(struct group_members_check *req);

struct group_members_query {
	struct str openConversationId, userId, nextToken;
	struct opt_int maxResults;
};
extern const struct field group_members_query_fields[];
extern const struct rule group_members_query_rules[];
/* Borrows from the request. */
struct group_call group_members_query_call(struct group_members_query *req);

#endif
