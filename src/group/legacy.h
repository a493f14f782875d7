/* SPDX-License-Identifier: Apache-2.0 */
/*
 * legacy.h -- the old API's /chat/create and /chat/update: other forms of the requests of
 * group.h, with rules, limits and errcodes of their own; facts, decisions and effects are
 * the same. Pure. Sources: DingTalk's pages session-management-creates-groups and
 * modify-a-group-session.
 *
 * Order: decode; legacy_*_check; legacy_*_group, which gives the request that the store
 * takes, with the rules below; group_*_decide_by. Between check and decide the caller puts
 * unionids where the external lists have userids.
 */
#ifndef QUN_GROUP_LEGACY_H
#define QUN_GROUP_LEGACY_H

#include "group/group.h"

/* The options stand beside the other keys. */
struct legacy_update {
	struct group_update group; /* first: shared rules look at it; its managementOptions
				      are not decoded */
	struct management_options options;
	struct opt_bool isBan; /* overrules options.chatBannedType; none of the options, so
				  that by itself it leaves showHistoryType as it is */
};
extern const struct field legacy_update_fields[];
extern const struct rule legacy_update_rules[];

struct legacy_create {
	struct group_create group; /* likewise */
	struct management_options options;
};
extern const struct field legacy_create_fields[];
extern const struct rule legacy_create_rules[];

bool legacy_update_check(
	const struct legacy_update *req, struct arena *a, struct refusal *why);
bool legacy_create_check(
	const struct legacy_create *req, struct arena *a, struct refusal *why);

/* What was checked, in the new API's form; borrows from `req`, options from the arena. */
struct group_update legacy_update_group(const struct legacy_update *req, struct arena *a);
struct group_create legacy_create_group(const struct legacy_create *req, struct arena *a);

#endif
