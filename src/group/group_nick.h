/* SPDX-License-Identifier: Apache-2.0 */
/* group_nick.h -- what one member is called in a group. Source: DingTalk's page
 * set-a-group-nickname. A nick goes when its bearer leaves the group. */
#ifndef QUN_GROUP_GROUP_NICK_H
#define QUN_GROUP_GROUP_NICK_H

#include "group/group_call.h"

struct group_nick {
	struct str chatid, userid, group_nick;
};
extern const struct field group_nick_fields[];
extern const struct rule group_nick_rules[];

/* Borrows from the request. */
struct group_call group_nick_call(struct group_nick *req);

#endif
