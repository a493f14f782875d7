/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group.h -- making and updating a group: request, facts, and the plan or refusal they
 * give. Pure: no I/O, no clock, no JSON, no SQL. Source: DingTalk's pages api-updategroup
 * and create-common-group-new-version-v2; where they are silent, docs/compatibility.md.
 *
 * Order: decode the body into the request struct; group_*_check (rules that need the
 * request only); fetch the facts, with distinct_ids() for each list of people;
 * group_*_decide. Check comes first: decide takes a request that passed it, with the
 * required keys present.
 */
#ifndef QUN_GROUP_GROUP_H
#define QUN_GROUP_GROUP_H

#include "group/chat.h"
#include "group/rule.h"

/* ---- requests, as decoded ---- */

struct group_update {
	struct str chatid, name, owner, ownerType;
	struct strs add_useridlist, del_useridlist, add_extidlist, del_extidlist;
	struct str icon;
	struct management_options *managementOptions;
};
extern const struct field group_update_fields[];
extern const struct rule group_update_rules[];

struct group_create {
	struct str name, owner, ownerType;
	struct strs useridlist, extidlist;
	struct opt_int conversationTag;
	struct str icon;
	struct management_options *managementOptions;
};
extern const struct field group_create_fields[];
extern const struct rule group_create_rules[];

/* ---- facts, as fetched ---- */

struct app_facts {
	struct str app_key;
	bool sees_all; /* visibility scope is the whole corp: then `visible` below is always
			  true */
};

/* A person that a request names. One struct for each distinct id of a list, in first-seen
 * order. */
struct person_facts {
	struct str id; /* canonical: userid, or an external's unionid */
	bool known; /* an active employee, or an external contact, of the corp */
	bool member; /* of the group, now */
	bool admin;
	struct str nick; /* in the group, if a member; "" without one */
};

struct people_facts {
	struct person_facts *v;
	size_t n;
};

/* The proposed owner. */
struct owner_facts {
	struct str id; /* canonical: an external named by userid has his unionid here */
	bool exists; /* emp: a row of this corp, active or not; ext: known by userid or
			unionid */
	bool active; /* emp only */
	bool visible; /* emp only: in the app's visibility scope */
	bool member; /* of the group, now */
	bool admin; /* of the group, now */
};

struct group_facts {
	struct app_facts app;
	int64_t member_cap;
	bool chat_known;
	bool client_chatid; /* the id given is one that the client-side JSAPI hands out;
			       then nothing else of the group is needed */
	struct chat chat; /* if chat_known */
	bool owner_visible; /* the present owner; true for an external one */
	struct owner_facts owner; /* if the request names one */
	struct people_facts add_emp, del_emp, add_ext, del_ext; /* made by distinct_ids */
	bool icon_known; /* mediaId is an image of this corp */
	int64_t admin_count; /* of the group, now; for group_admins only */
};

/* ---- the people whose facts are needed ---- */

/* Distinct ids in first-seen order, in the arena, the rest zero; an absent list gives
 * n == 0. */
void distinct_ids(const struct strs *list, struct arena *a, struct people_facts *out);

/* ---- plans ---- */

enum outcome {
	OUTCOME_ADDED,
	OUTCOME_ALREADY_MEMBER,
	OUTCOME_REMOVED,
	OUTCOME_NOT_MEMBER,
	/* of administrators */
	OUTCOME_PROMOTED,
	OUTCOME_ALREADY_ADMIN,
	OUTCOME_DEMOTED,
	OUTCOME_NOT_ADMIN,
	OUTCOME_OWNER, /* whom neither touches */
};
const char *outcome_text(enum outcome o);

/* What became of an id, for the verbose answer: parallel to the facts' lists. */
struct outcomes {
	enum outcome *v;
	size_t n;
};

/* What a member is called in the group, before and after; "" without a nick. */
struct nick_change {
	enum person_kind kind;
	struct str id, before, after;
};

struct group_plan {
	struct chat before; /* update only */
	struct chat after; /* version, link_version and member_count included; last_ledger
			      is not */
	unsigned changed; /* set of enum chat_change; 0: nothing to write */
	bool history_implied; /* showHistoryType was set to 0 because other options were
				 sent */
	struct member *added,
		*removed; /* net effect; employees first, in the request's order */
	size_t added_count, removed_count;
	/* Of those who stay: who becomes an administrator; who stops being one, as a new
	 * owner does. */
	struct member *promoted, *demoted;
	size_t promoted_count, demoted_count;
	struct nick_change *renamed;
	size_t renamed_count;
	struct outcomes add_emp, del_emp, add_ext, del_ext;
	struct outcomes admins; /* parallel to the facts' add_emp */
};

/* ---- decisions: true with the plan, or false with `why` ----
 * Both are made from the request and the facts anew, which stay as they are; what they
 * point to is borrowed from these two or lives in the arena. */

bool group_update_check(
	const struct group_update *req, struct arena *a, struct refusal *why);
bool group_update_decide(const struct group_update *req, const struct group_facts *facts,
	struct arena *a, struct group_plan *plan, struct refusal *why);

/* The same by another call's table: its rows of RULE_FACTS. */
bool group_update_decide_by(const struct rule *rules, const struct group_update *req,
	const struct group_facts *facts, struct arena *a, struct group_plan *plan,
	struct refusal *why);

bool group_create_check(
	const struct group_create *req, struct arena *a, struct refusal *why);
/* Facts: app, member_cap, owner, add_emp, add_ext, icon_known. `fresh` has the new ids,
 * made by the caller: chatid, open_conversation_id. */
bool group_create_decide(const struct group_create *req, const struct group_facts *facts,
	const struct chat *fresh, struct arena *a, struct group_plan *plan,
	struct refusal *why);
bool group_create_decide_by(const struct rule *rules, const struct group_create *req,
	const struct group_facts *facts, const struct chat *fresh, struct arena *a,
	struct group_plan *plan, struct refusal *why);

#endif
