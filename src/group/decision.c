/* SPDX-License-Identifier: Apache-2.0 */
#include "group/decision.h"

#include "base/limits.h"
#include "base/plant.h"
#include "base/text.h"

const struct people_change *decision_people(const struct decision *d, enum person_kind kind)
{
	return kind == PERSON_EXT ? &d->ext : &d->emp;
}

void decision_work_out_people(struct decision *d, int64_t member_count_before)
{
	d->emp.kind = PERSON_EMP;
	d->ext.kind = PERSON_EXT;
	people_change_work_out(&d->emp, d->arena);
	people_change_work_out(&d->ext, d->arena);
	d->member_count = member_count_before + (int64_t)(d->emp.joining + d->ext.joining) -
			  (int64_t)(d->emp.leaving + d->ext.leaving);
}

void decision_plan_people(const struct decision *d, struct group_plan *plan)
{
	size_t joining = d->emp.joining + d->ext.joining;
	size_t leaving = d->emp.leaving + d->ext.leaving;

	plan->added = ARENA_ARRAY(d->arena, struct member, joining);
	plan->removed = ARENA_ARRAY(d->arena, struct member, leaving);
	people_change_to_plan(&d->emp, plan);
	people_change_to_plan(&d->ext, plan);
	plan->add_emp = d->emp.add.outcomes;
	plan->del_emp = d->emp.del.outcomes;
	plan->add_ext = d->ext.add.outcomes;
	plan->del_ext = d->ext.del.outcomes;
	plan->after.member_count = d->member_count;
	if (joining || leaving)
		plan->changed |= CHANGED_MEMBERS;
}

/* The page's note on showHistoryType: not sent means not viewable. Options that are sent
 * without it therefore set it to 0; no options at all leave it. */
void decision_plan_options(const struct management_options *sent, struct group_plan *plan)
{
	int64_t *options = plan->after.options;
	bool any = false;

	for (unsigned i = 0; sent && i < OPTION_COUNT; i++) {
		const struct opt_int *option = management_option(sent, i);

		if (!option->set)
			continue;
		any = true;
		if (option->value != options[i])
			plan->changed |= CHANGED_OPTION_0 << i;
		options[i] = option->value;
	}
	if (!any || sent->showHistoryType.set || sent->history_stays)
		return;
	plan->history_implied = true;
	if (options[OPTION_showHistoryType] != 0)
		plan->changed |= CHANGED_OPTION_0 << OPTION_showHistoryType;
	options[OPTION_showHistoryType] = 0;
}

bool values_in_range(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;
	struct field_fault fault;

	if (fields_in_range(d->fields, d->req, rule->id, d->arena, &fault))
		return true;
	return refuse_at(why, fault.path, fault.value, fault.why);
}

bool values_are_sent(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;

	for (const struct field *f = d->fields; f->name; f++)
		if (str_is(str_from(f->rule), rule->id) && !field_is_set(f, d->req))
			return refuse_at(why, f->name, STR_NONE, "is not sent");
	return values_in_range(rule, subject, why);
}

bool chat_is_known(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;

	(void)rule;
	/* What the JSAPI gives out is the next rule's where it is refused, which tells
	 * more. */
	if (d->facts->chat_known || d->facts->client_chatid)
		return true;
	return refuse_value(why, d->chat_id, "no group of this corp has this id");
}

bool chat_is_active(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;

	(void)rule;
	if (!d->facts->chat.dissolved)
		return true;
	return refuse_value(why, d->chat_id, "this group is dissolved");
}

bool chat_is_of_this_app(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;
	struct str made_by = d->facts->chat.made_by;

	(void)rule;
	if (made_by.n == 0 || str_eq(made_by, d->facts->app.app_key) ||
		plant("maker_unchecked"))
		return true;
	return refuse_value(why, d->chat_id, "this group was made by another app");
}

/* An id that nobody can have says nothing about anybody: owner.known tells what is wrong
 * with it, whatever the app sees. */
static bool may_be_an_id(struct str id)
{
	size_t count = utf8_count(id);

	return count >= 1 && count <= LIMIT_ID;
}

bool new_owner_is_visible(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;

	(void)rule;
	if (!may_be_an_id(d->owner) || d->owner_kind != PERSON_EMP ||
		d->facts->app.sees_all || d->facts->owner.visible)
		return true;
	return refuse_value(
		why, d->owner, "outside the app's visibility scope, or unknown");
}

bool new_owner_is_known(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;
	const struct owner_facts *owner = &d->facts->owner;

	if (!d->owner.p)
		return true;
	if (!values_in_range(rule, subject, why))
		return false;
	if (!owner->exists)
		return refuse_value(why, d->owner,
			d->owner_kind == PERSON_EXT ? "no external contact has this id"
						    : "no employee has this userid");
	if (d->owner_kind == PERSON_EMP && !owner->active)
		return refuse_value(why, d->owner, "this employee has left");
	return true;
}

bool externals_may_be_named(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;
	const struct people_list *const lists[] = { &d->ext.add, &d->ext.del };

	(void)rule;
	if (d->tag != TAG_INTERNAL)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (lists[i]->ids.n)
			return refuse_at(why,
				arena_printf(d->arena, "%s[0]", lists[i]->field).p,
				lists[i]->ids.v[0], "the group is internal");
	return true;
}

bool new_members_are_known(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;
	const struct people_list *const lists[] = { &d->emp.add, &d->ext.add };
	const char *const whys[] = { "no active employee has this userid",
		"no external contact has this unionid" };

	(void)rule;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		for (size_t j = 0; j < lists[i]->facts.n; j++) {
			const struct person_facts *person = &lists[i]->facts.v[j];

			if (!person->known)
				return refuse_at(why,
					people_list_path(lists[i], person->id, d->arena),
					person->id, whys[i]);
		}
	return true;
}

bool members_fit(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;
	int64_t cap = d->facts->member_cap;

	(void)rule;
	if (d->emp.joining + d->ext.joining == 0 || d->member_count <= cap)
		return true;
	return refuse_at(why, d->emp.joining ? d->emp.add.field : d->ext.add.field,
		STR_NONE,
		arena_printf(d->arena, "%lld members, at most %lld",
			(long long)d->member_count, (long long)cap)
			.p);
}

bool icon_is_known(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;

	if (!d->icon.p)
		return true;
	if (!values_in_range(rule, subject, why))
		return false;
	if (!d->facts->icon_known)
		return refuse_value(why, d->icon, "no image of this corp has this id");
	return true;
}
