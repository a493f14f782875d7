/* SPDX-License-Identifier: Apache-2.0 */
/* small_call.h -- running the small calls about one group (group/group_call.h). */
#ifndef QUN_API_SMALL_CALL_H
#define QUN_API_SMALL_CALL_H

#include "api/request.h"
#include "store/chat_ops.h"

/* Checks and applies a change, and answers: `reply` by the route's reply table, or what
 * refuses it. `key` is what call->chat_id is. */
void change_group(struct request *r, const struct group_call *call, enum chat_key key,
	const void *reply);

/* The subadmin calls of both APIs, by the route's tables. */
void change_admins(struct request *r, enum chat_key key, const void *reply);

/* Checks a question and reads its facts; `next` runs when it is allowed, with the read
 * given. Else what refuses it is answered. `page` and `after` as in struct member_read. */
void ask_group(struct request *r, const struct group_call *call, enum chat_key key,
	int64_t page, struct str after,
	void (*next)(struct request *r, const struct member_read *found));

#endif
