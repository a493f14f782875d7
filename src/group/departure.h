/* SPDX-License-Identifier: Apache-2.0 */
/*
 * departure.h -- what becomes of a group when one of its members leaves the company.
 * Pure. Nobody asks the group: its rules of update do not apply, and nothing is refused.
 */
#ifndef QUN_GROUP_DEPARTURE_H
#define QUN_GROUP_DEPARTURE_H

#include "group/group.h"

/* One who might become the owner: of those who are like him in kind, admin and active the
 * one who has been a member longest, by the ledger's numbers and then by id. */
struct heir {
	struct member member;
	bool active; /* false: an employee who has left as well */
};

struct leave_facts {
	struct chat chat;
	struct member leaver; /* a member of it */
	const struct heir
		*heirs; /* of all other members; needed if the leaver is the owner */
	size_t heir_count;
};

/*
 * The leaver goes. If he was the owner, another member becomes it: one who works here
 * before one who has left, an administrator before others, an employee before an external
 * contact (in an internal group an employee before all else); with him join links die, as
 * with every change of owner. A group left empty is dissolved; its owner stays on record.
 */
void group_leave(const struct leave_facts *facts, struct arena *a, struct group_plan *plan);

#endif
