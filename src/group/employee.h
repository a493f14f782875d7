/* SPDX-License-Identifier: Apache-2.0 */
/*
 * employee.h -- making, changing and removing employees: request, facts, rules.
 * Pure. Sources: DingTalk's pages user-information-creation, user-information-update and
 * delete-a-user; where they are silent, docs/compatibility.md.
 *
 * Order: people_call.h; employee_allowed is the last step.
 */
#ifndef QUN_GROUP_EMPLOYEE_H
#define QUN_GROUP_EMPLOYEE_H

#include "base/field.h"
#include "group/rule.h"

/* One struct for the three requests; each call's table has the members that it takes. */
struct employee_request {
	struct str userid; /* of a new one: STR_NONE if he shall get a generated one */
	struct str name, mobile;
	struct ints dept_id_list;
	struct str language; /* taken and without effect */
};
extern const struct field employee_create_fields[], employee_update_fields[],
	employee_delete_fields[];
extern const struct rule employee_create_rules[], employee_update_rules[],
	employee_delete_rules[];

struct department_facts {
	bool known; /* of the corp */
	bool visible; /* in the app's visibility scope */
};

struct employee_facts {
	bool sees_all; /* the app; then all that is known is visible */
	bool exists; /* somebody of the corp has or had the userid */
	bool active; /* he works there */
	bool visible; /* he is in the app's visibility scope */
	bool mobile_taken; /* another active employee has the number */
	const struct department_facts *departments; /* one for each of dept_id_list */
};

/* True if the rules that need facts hold; else `why`. */
bool employee_allowed(const struct rule *rules, const struct employee_request *req,
	const struct employee_facts *facts, struct arena *a, struct refusal *why);

#endif
