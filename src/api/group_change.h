/* SPDX-License-Identifier: Apache-2.0 */
/* group_change.h -- making and changing a whole group, by the rules of the route: those of
 * the new API or of the old one. */
#ifndef QUN_API_GROUP_CHANGE_H
#define QUN_API_GROUP_CHANGE_H

#include "api/request.h"
#include "store/chat_ops.h"

/* Applies an update whose request alone has been checked, and answers: `reply` by the
 * route's reply table, or what refuses it. */
void update_group(struct request *r, const struct group_update *req, const void *reply);

/* Likewise makes a group; `made` answers when it is. */
void create_group(struct request *r, const struct group_create *req,
	void (*made)(struct request *r, const struct chat_create_op *op));

#endif
