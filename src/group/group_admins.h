/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group_admins.h -- who administers a group beside its owner.
 * Sources: DingTalk's pages batch-setup-group-administrator (new API) and set-chat-admin
 * (old): one change under two sets of names.
 */
#ifndef QUN_GROUP_GROUP_ADMINS_H
#define QUN_GROUP_GROUP_ADMINS_H

#include "group/group_call.h"

enum admin_role { ROLE_ADD_ADMIN = 2, ROLE_REMOVE_ADMIN = 3 };

struct group_admins {
	struct str chat_id;
	struct strs people;
	struct opt_int role;
};

/* openConversationId, userIds, role */
extern const struct field group_admins_fields[];
extern const struct rule group_admins_rules[];
/* chatid, userids, role */
extern const struct field group_admins_legacy_fields[];
extern const struct rule group_admins_legacy_rules[];

/* With one of the two pairs of tables. */
struct group_call group_admins_call(const struct group_admins *req,
	const struct field *fields, const struct rule *rules);

#endif
