/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group_switch.h -- may members befriend each other and chat outside the group?
 * Source: DingTalk's page set-private-chat. It takes chatids of the client-side JSAPI too.
 * Administrators and the owner are not affected by the switch.
 */
#ifndef QUN_GROUP_GROUP_SWITCH_H
#define QUN_GROUP_GROUP_SWITCH_H

#include "group/group_call.h"

struct group_switch {
	struct str chatid;
	struct opt_bool is_prohibit;
};
extern const struct field group_switch_fields[];
extern const struct rule group_switch_rules[];

struct group_call group_switch_call(const struct group_switch *req);

#endif
