/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people.h -- who joins and who leaves by the lists of one request. Inside group/ only.
 * People are added first, then removed: who is in both lists ends up out. Lists have up to
 * LIMIT_LIST ids, so nothing here compares every id with every other.
 */
#ifndef QUN_GROUP_PEOPLE_H
#define QUN_GROUP_PEOPLE_H

#include "group/group.h"

/* One list of a request, the facts of its distinct ids, and what becomes of each. */
struct people_list {
	const char *field; /* its key: "add_useridlist" */
	struct strs ids;
	struct people_facts facts;
	bool single; /* the key has one id, not a list */
	struct outcomes outcomes; /* parallel to the facts */
};

/* The people of one kind. */
struct people_change {
	enum person_kind kind;
	struct people_list add, del;
	bool *joins; /* parallel to add.facts: becomes a member, and stays one */
	size_t joining, leaving; /* net effect, in people */
};

/* Fills outcomes and net effect from the two lists, which the caller has set. */
void people_change_work_out(struct people_change *c, struct arena *a);
/* Appends the net effect to plan->added and plan->removed, which have room for it. */
void people_change_to_plan(const struct people_change *c, struct group_plan *plan);
/* True if the person is a member after the change. */
bool people_change_keeps(const struct people_change *c, struct str id, bool member_now);

/* True if the list names `id`. */
bool people_list_has(const struct people_list *list, struct str id);
/* Where the request names the id: "add_useridlist[3]"; the key alone if it is single, or if
 * the list does not have it. */
const char *people_list_path(
	const struct people_list *list, struct str id, struct arena *a);

#endif
