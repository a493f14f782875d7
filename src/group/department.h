/* SPDX-License-Identifier: Apache-2.0 */
/*
 * department.h -- the departments of a corp: requests, facts, rules.
 * Pure. Sources: DingTalk's pages address-book-creation-department-established-department,
 * address-book-update-department, address-book-deletion-department,
 * user-management-acquires-the-list-departments, query-department-details0-v2 and
 * queries-the-list-of-all-parent-departments-of-a-user, and the table of error codes; where
 * they are silent, docs/compatibility.md.
 *
 * Order: people_call.h; department_allowed is the last step.
 */
#ifndef QUN_GROUP_DEPARTMENT_H
#define QUN_GROUP_DEPARTMENT_H

#include "base/field.h"
#include "group/rule.h"

/* The topmost department, which is neither changed nor removed. */
enum { DEPARTMENT_ROOT = 1 };

/* One struct for the six requests; each call's table has the members that it takes. */
struct department_request {
	struct opt_int dept_id, parent_id;
	struct str name, userid;
	struct str language; /* taken and without effect */
};
extern const struct field department_create_fields[], department_update_fields[],
	department_delete_fields[], department_list_fields[], department_get_fields[],
	department_path_fields[];
extern const struct rule department_create_rules[], department_update_rules[],
	department_delete_rules[], department_read_rules[], department_path_rules[];

/* What a call does not ask for stays false or 0. */
struct department_state {
	bool sees_all; /* the app; then all that is known is visible */
	bool known, visible; /* the department */
	bool parent_known, parent_visible; /* the one that shall be above it */
	bool parent_below; /* ... is the department itself, or below it */
	int64_t levels; /* from the root down to the lowest, as it would be */
	bool name_taken; /* by another one below the same */
	bool has_people; /* somebody who works here is in it */
	bool has_departments; /* there is one below it */
	bool person_known; /* the userid is of somebody who works here */
};

/* True if the rules that need facts hold; else `why`. */
bool department_allowed(const struct rule *rules, const struct department_request *req,
	const struct department_state *state, struct arena *a, struct refusal *why);

#endif
