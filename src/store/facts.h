/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts.h -- the facts that the rules of groups need: the statements that fetch them, and
 * what their rows say. What is asked is taken in the same order.
 */
#ifndef QUN_STORE_FACTS_H
#define QUN_STORE_FACTS_H

#include "group/group.h"
#include "store/statements.h"

/* Of which corp, group and app. */
struct facts_of {
	int64_t corp;
	struct str chatid; /* "" for a group that is being made */
	struct str app_key;
};

/* The proposed owner; nothing if STR_NONE. */
void ask_owner(const struct facts_of *of, struct str owner, enum person_kind kind,
	struct statements *facts);
void take_owner(struct str owner, enum person_kind kind, struct statements *facts,
	struct owner_facts *out);

/* One statement for each id. */
void ask_added(const struct facts_of *of, const struct people_facts *people,
	enum person_kind kind, struct statements *facts);
void take_added(struct statements *facts, struct people_facts *people);
void ask_removed(const struct facts_of *of, const struct people_facts *people,
	enum person_kind kind, struct statements *facts);
void take_removed(struct statements *facts, struct people_facts *people);

/* Nothing if STR_NONE. */
void ask_icon(const struct facts_of *of, struct str icon, struct statements *facts);
bool take_icon(struct str icon, struct statements *facts);

#endif
