/* SPDX-License-Identifier: Apache-2.0 */
/*
 * external.h -- external contacts: requests, facts, rules.
 * Pure. Sources: DingTalk's pages add-enterprise-external-contacts,
 * update-enterprise-external-contacts, delete-external-contact,
 * obtains-the-external-contact-details-of-an-enterprise and
 * obtain-the-external-contact-list; where they are silent, docs/compatibility.md.
 *
 * Order: people_call.h; external_allowed is the last step.
 */
#ifndef QUN_GROUP_EXTERNAL_H
#define QUN_GROUP_EXTERNAL_H

#include "base/field.h"
#include "group/rule.h"

struct external_contact {
	struct str title, address, remark, follower_user_id, name, state_code, company_name,
		mobile;
	struct ints label_ids, share_dept_ids;
	struct strs share_user_ids;
	struct str user_id; /* of a request to change him */
	struct str userid; /* of an answer */
};

/* One struct for the five requests; each call's table has the members that it takes. */
struct external_request {
	struct external_contact *contact;
	struct str user_id;
	struct opt_int size, offset;
};
extern const struct field external_create_fields[], external_update_fields[],
	external_one_fields[], external_list_fields[];
extern const struct field external_contact_fields[]; /* of an answer */
extern const struct rule external_create_rules[], external_update_rules[],
	external_one_rules[], external_list_rules[];

struct external_facts {
	bool known; /* the contact is of the corp */
	bool follower_known; /* works in the corp */
	const bool *users_known; /* one for each of share_user_ids */
	const bool *departments_known; /* one for each of share_dept_ids */
};

/* True if the rules that need facts hold; else `why`. */
bool external_allowed(const struct rule *rules, const struct external_request *req,
	const struct external_facts *facts, struct arena *a, struct refusal *why);

#endif
