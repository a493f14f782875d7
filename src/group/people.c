/* SPDX-License-Identifier: Apache-2.0 */
#include "group/people.h"

#include <stdlib.h>

const char *outcome_text(enum outcome o)
{
	static const char *const texts[] = {
		[OUTCOME_ADDED] = "added",
		[OUTCOME_ALREADY_MEMBER] = "already_member",
		[OUTCOME_REMOVED] = "removed",
		[OUTCOME_NOT_MEMBER] = "not_member",
		[OUTCOME_PROMOTED] = "promoted",
		[OUTCOME_ALREADY_ADMIN] = "already_admin",
		[OUTCOME_DEMOTED] = "demoted",
		[OUTCOME_NOT_ADMIN] = "not_admin",
		[OUTCOME_OWNER] = "owner",
	};

	return texts[o];
}

/* An id and its place in the list that it comes from. */
struct place {
	struct str id;
	size_t at;
};

static int by_id_and_place(const void *x, const void *y)
{
	const struct place *a = x, *b = y;
	int c = str_cmp(a->id, b->id);

	return c != 0 ? c : (a->at > b->at) - (a->at < b->at);
}

static int id_to_place(const void *id, const void *place)
{
	return str_cmp(*(const struct str *)id, ((const struct place *)place)->id);
}

void distinct_ids(const struct strs *list, struct arena *a, struct people_facts *out)
{
	struct place *places = ARENA_ARRAY(a, struct place, list->n);
	bool *again = ARENA_ARRAY(a, bool, list->n);

	for (size_t i = 0; i < list->n; i++)
		places[i] = (struct place){ list->v[i], i };
	qsort(places, list->n, sizeof(*places), by_id_and_place);
	for (size_t i = 1; i < list->n; i++)
		again[places[i].at] = str_eq(places[i].id, places[i - 1].id);

	out->v = ARENA_ARRAY(a, struct person_facts, list->n);
	out->n = 0;
	for (size_t i = 0; i < list->n; i++)
		if (!again[i])
			out->v[out->n++].id = list->v[i];
}

static struct outcomes first_outcomes(const struct people_facts *people, struct arena *a,
	enum outcome member, enum outcome stranger)
{
	struct outcomes out = { ARENA_ARRAY(a, enum outcome, people->n), people->n };

	for (size_t i = 0; i < people->n; i++)
		out.v[i] = people->v[i].member ? member : stranger;
	return out;
}

void people_change_work_out(struct people_change *c, struct arena *a)
{
	const struct people_facts *add = &c->add.facts, *del = &c->del.facts;
	struct place *out = ARENA_ARRAY(a, struct place, del->n);

	c->add.outcomes = first_outcomes(add, a, OUTCOME_ALREADY_MEMBER, OUTCOME_ADDED);
	c->del.outcomes = first_outcomes(del, a, OUTCOME_REMOVED, OUTCOME_NOT_MEMBER);
	c->joins = ARENA_ARRAY(a, bool, add->n);
	for (size_t i = 0; i < del->n; i++) {
		out[i] = (struct place){ del->v[i].id, i };
		c->leaving += del->v[i].member;
	}
	qsort(out, del->n, sizeof(*out), by_id_and_place);
	for (size_t i = 0; i < add->n; i++) {
		const struct place *leaves =
			bsearch(&add->v[i].id, out, del->n, sizeof(*out), id_to_place);

		if (leaves)
			c->del.outcomes.v[leaves->at] = OUTCOME_REMOVED;
		else
			c->joins[i] = !add->v[i].member;
		c->joining += c->joins[i];
	}
}

void people_change_to_plan(const struct people_change *c, struct group_plan *plan)
{
	const struct people_facts *add = &c->add.facts, *del = &c->del.facts;

	for (size_t i = 0; i < add->n; i++)
		if (c->joins[i])
			plan->added[plan->added_count++] =
				(struct member){ .kind = c->kind, .id = add->v[i].id };
	for (size_t i = 0; i < del->n; i++)
		if (del->v[i].member)
			plan->removed[plan->removed_count++] =
				(struct member){ .kind = c->kind,
					.id = del->v[i].id,
					.admin = del->v[i].admin,
					.nick = del->v[i].nick };
}

bool people_list_has(const struct people_list *list, struct str id)
{
	return strs_have(&list->ids, id);
}

bool people_change_keeps(const struct people_change *c, struct str id, bool member_now)
{
	return (member_now || people_list_has(&c->add, id)) &&
	       !people_list_has(&c->del, id);
}

const char *people_list_path(const struct people_list *list, struct str id, struct arena *a)
{
	for (size_t i = 0; i < list->ids.n && !list->single; i++)
		if (str_eq(list->ids.v[i], id))
			return arena_printf(a, "%s[%zu]", list->field, i).p;
	return list->field;
}
