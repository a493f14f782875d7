/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.h -- why recent calls were answered as they were.
 * A process's own memory of explanations: at most LIMIT_EXPLANATIONS and
 * LIMIT_EXPLANATION_BYTES, oldest out first, each at most LIMIT_EXPLANATION bytes (of long
 * outcomes the further ids are only counted). Any thread; one mutex. Adding copies a packed
 * record and encodes nothing: JSON is made when somebody asks.
 */
#ifndef QUN_API_EXPLAIN_H
#define QUN_API_EXPLAIN_H

#include "group/group.h"

struct explanations;

struct explanation {
	struct str request_id;
	int64_t at_ms;
	struct str corp_id, app; /* "" if the token was not known */
	struct str api; /* operation name: "UpdateGroup" */
	int status; /* HTTP */
	struct str code; /* "" on success; errcode as text on oapi */
	const struct refusal *refusal; /* NULL, or why */
	const struct group_facts *facts; /* with plan: the ids of the outcomes */
	const struct group_plan *plan; /* NULL, or what was done */
	int64_t micros;
};

struct explanations *explanations_new(void);
void explanations_free(struct explanations *e);
void explanations_add(struct explanations *e, const struct explanation *x);
/* JSON in the arena; STR_NONE if it is not (or no longer) there. */
struct str explanations_get(struct explanations *e, struct str request_id, struct arena *a);
/* JSON list, newest first; `app` and `code` filter unless they are STR_NONE; limit <= 1000.
 */
struct str explanations_list(struct explanations *e, struct str app, struct str code,
	size_t limit, struct arena *a);
/* How many are kept, and their bytes in memory. */
void explanations_size(struct explanations *e, size_t *count, size_t *bytes);
/* What an explanation's JSON holds, for the reference. */
extern const struct field explanation_fields[];

/* {list: {id: word}} and [fields] of a plan, as in the verbose answer; bounded by max
 * bytes. */
struct str outcome_json(const struct group_facts *facts, const struct group_plan *plan,
	size_t max, struct arena *a);
struct str changed_json(const struct group_plan *plan, struct arena *a);

/* What the log and an explanation may tell of the value refused: not a token, nor anybody's
 * mobile number. Other secrets are F_SECRET fields, whose values no rule takes. */
struct str tellable_value(const struct refusal *why);

#endif
