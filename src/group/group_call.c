/* SPDX-License-Identifier: Apache-2.0 */
#include "group/group_call.h"

#include "group/call_rules.h"

static struct decision decision_of(const struct group_call *c, struct arena *a)
{
	return (struct decision){
		.req = c->req,
		.fields = c->fields,
		.arena = a,
		.chat_id = c->chat_id,
		.emp.add = { .field = c->people_field,
			.ids = c->people,
			.single = c->one_person },
	};
}

bool group_call_check(const struct group_call *c, struct arena *a, struct refusal *why)
{
	const struct decision d = decision_of(c, a);

	return rules_hold(c->rules, RULE_REQUEST, &d, why);
}

bool group_call_allows(const struct group_call *c, const struct group_facts *facts,
	struct arena *a, struct refusal *why)
{
	struct decision d = decision_of(c, a);

	d.facts = facts;
	d.emp.add.facts = facts->add_emp;
	return rules_hold(c->rules, RULE_FACTS, &d, why);
}

bool group_call_decide(const struct group_call *c, const struct group_facts *facts,
	struct arena *a, struct group_plan *plan, struct refusal *why)
{
	*plan = (struct group_plan){ .before = facts->chat, .after = facts->chat };
	if (!group_call_allows(c, facts, a, why))
		return false;
	c->plan(c, facts, a, plan);
	if (plan->changed)
		plan->after.version++;
	return true;
}

/* An app that does not see the whole corp is not told who exists: for it, somebody unknown
 * is one who is not in the group, the next rule's. */
bool people_are_known(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;
	const struct people_list *list = &d->emp.add;

	(void)rule;
	for (size_t i = 0; i < list->facts.n; i++) {
		const struct person_facts *person = &list->facts.v[i];

		if (person->known || (!d->facts->app.sees_all && !person->member))
			continue;
		return refuse_at(why, people_list_path(list, person->id, d->arena),
			person->id, "no active employee has this userid");
	}
	return true;
}

bool people_are_members(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;
	const struct people_list *list = &d->emp.add;

	(void)rule;
	for (size_t i = 0; i < list->facts.n; i++) {
		const struct person_facts *person = &list->facts.v[i];

		if (!person->member)
			return refuse_at(why, people_list_path(list, person->id, d->arena),
				person->id, "is not a member of the group");
	}
	return true;
}
