/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group_call.h -- the small calls about one group: changes (administrators, a member's
 * nick, the switch for private chat) and questions (who is a member, a link to join by).
 * Pure, like group.h, and in the same order: decode, check, fetch the facts, decide. What
 * they have in common is here; each call's own file has its request, its rules and what it
 * does to the group.
 */
#ifndef QUN_GROUP_GROUP_CALL_H
#define QUN_GROUP_GROUP_CALL_H

#include "group/group.h"

/* One such call, as made. */
struct group_call {
	const void *req; /* the call's request, as decoded */
	const struct field *fields; /* of the request; calls may differ in their names */
	const struct rule *rules;
	struct str chat_id; /* the group's, as sent; STR_NONE if not */
	const char *people_field; /* the key that names people */
	struct strs people; /* userids */
	bool one_person; /* that key has one userid, not a list */
	/* The rules hold: plan->before and after are the group as it is. NULL: a question.
	 */
	void (*plan)(const struct group_call *c, const struct group_facts *facts,
		struct arena *a, struct group_plan *plan);
};

bool group_call_check(const struct group_call *c, struct arena *a, struct refusal *why);
/* Facts: app, chat, and add_emp for the people named, by distinct_ids. */
bool group_call_allows(const struct group_call *c, const struct group_facts *facts,
	struct arena *a, struct refusal *why);
/* For a change; facts as above, with admin_count. */
bool group_call_decide(const struct group_call *c, const struct group_facts *facts,
	struct arena *a, struct group_plan *plan, struct refusal *why);

#endif
