/* SPDX-License-Identifier: Apache-2.0 */
/* group_link.h -- asking for a link to join a group by. Source: DingTalk's page
 * obtain-a-qr-code-link. */
#ifndef QUN_GROUP_GROUP_LINK_H
#define QUN_GROUP_GROUP_LINK_H

#include "group/group_call.h"

struct group_link {
	struct str chatid, userid;
};
extern const struct field group_link_fields[];
extern const struct rule group_link_rules[];

/* Borrows from the request. */
struct group_call group_link_call(struct group_link *req);

#endif
