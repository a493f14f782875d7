/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outcome.h -- {list: {id: word}} as JSON, written item by item. Ids that would make it
 * longer than its bound are counted: {"add_useridlist":{"u1":"added"},"more":12}.
 */
#ifndef QUN_API_OUTCOME_H
#define QUN_API_OUTCOME_H

#include "group/group.h"

/* The people lists of an update or create, in the order of DingTalk's page; and that of
 * administrators. */
enum people_list {
	LIST_ADD_EMP,
	LIST_DEL_EMP,
	LIST_ADD_EXT,
	LIST_DEL_EXT,
	LIST_ADMINS,
	PEOPLE_LISTS
};

/* One of them as the facts and the plan have it: ids[i] became words[i], for n of both. */
struct list_outcome {
	const struct person_facts *people;
	const enum outcome *words;
	size_t n;
};
struct list_outcome plan_outcome(const struct group_facts *facts,
	const struct group_plan *plan, enum people_list list);
/* A plan that makes a group has no group before it. */
bool plan_creates(const struct group_plan *plan);

/* Zero-initialise, then set `creates` and `max`. */
struct outcome_writer {
	bool creates; /* the lists are named as in a create */
	size_t max; /* bytes of the JSON; at least OUTCOME_MIN */
	struct buf text;
	int list; /* the one that is open, plus 1; 0: none */
	size_t more;
};
enum { OUTCOME_MIN = 64 };

/* Items of one list follow one another. */
void outcome_add(
	struct outcome_writer *w, enum people_list list, struct str id, enum outcome word);
/* The JSON, in the arena; the writer is empty again. */
struct str outcome_end(struct outcome_writer *w, struct arena *a);

/* The fields of a set of enum chat_change, by the request's names; "members" for people. */
struct strs changed_names(unsigned changed, struct arena *a);

#endif
