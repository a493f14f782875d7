/* SPDX-License-Identifier: Apache-2.0 */
#include "store/people_ops.h"
#include "store/visibility.h"

/* The same three questions, by each of a person's keys. */
#define BY(key) \
	{ \
		"SELECT userid, unionid, name, mobile, active FROM employee" \
		" WHERE corp = $1 AND " key " = $2", \
			"SELECT d.dept_id FROM employee e JOIN employee_department d" \
			" ON d.corp = e.corp AND d.userid = e.userid" \
			" WHERE e.corp = $1 AND e." key " = $2 ORDER BY d.dept_id", \
			SQL_VISIBLE("SELECT userid FROM employee" \
				    " WHERE corp = $1 AND " key " = $3") \
	}

static const struct {
	const char *person, *departments, *visible;
} questions[] = {
	[PERSON_BY_USERID] = BY("userid"),
	[PERSON_BY_UNIONID] = BY("unionid"),
	[PERSON_BY_MOBILE] = BY("mobile"),
};

static bool wants_externals(const struct person_read *q)
{
	return q->externals && q->key == PERSON_BY_UNIONID;
}

static void person_ask(struct read *r, struct statements *facts)
{
	struct person_read *q = CONTAINER_OF(r, struct person_read, read);
	const struct caller *who = &q->access->caller;
	const struct value by_key[] = { V_INT(who->corp), V_TEXT(q->value) };
	const struct value as_seen[] = { V_INT(who->corp), V_TEXT(who->app_key),
		V_TEXT(q->value) };

	access_ask(q->access, facts);
	statements_add(facts, questions[q->key].person, by_key, ARRAY_LEN(by_key));
	statements_add(facts, questions[q->key].departments, by_key, ARRAY_LEN(by_key));
	statements_add(facts, questions[q->key].visible, as_seen, ARRAY_LEN(as_seen));
	if (wants_externals(q))
		STATEMENT(facts,
			"SELECT userid, unionid, name FROM external_contact"
			" WHERE corp = $1 AND unionid = $2",
			V_INT(who->corp), V_TEXT(q->value));
}

static void take_employee(const struct rows *person, const struct rows *departments,
	const struct rows *visible, struct arena *a, struct person *out)
{
	*out = (struct person){
		.kind = PERSON_EMP,
		.userid = rows_text(person, 0, 0),
		.unionid = rows_text(person, 0, 1),
		.name = rows_text(person, 0, 2),
		.mobile = rows_text(person, 0, 3),
		.active = rows_int(person, 0, 4) != 0,
		.dept_ids = ARENA_ARRAY(a, int64_t, departments->n),
		.dept_count = departments->n,
		.visible = visible->n > 0,
	};
	for (size_t i = 0; i < departments->n; i++)
		out->dept_ids[i] = rows_int(departments, i, 0);
}

static enum status person_take(struct read *r, struct statements *facts)
{
	struct person_read *q = CONTAINER_OF(r, struct person_read, read);
	const struct rows *person, *departments, *visible, *external;

	TRY(access_take(q->access, facts, &q->why));
	person = rows_next(facts);
	departments = rows_next(facts);
	visible = rows_next(facts);
	if (person->n > 0) {
		take_employee(person, departments, visible, r->arena, &q->person);
		return ST_OK;
	}
	if (!wants_externals(q))
		return ST_NOT_FOUND;
	external = rows_next(facts);
	if (external->n == 0)
		return ST_NOT_FOUND;
	q->person = (struct person){
		.kind = PERSON_EXT,
		.userid = rows_text(external, 0, 0),
		.unionid = rows_text(external, 0, 1),
		.name = rows_text(external, 0, 2),
		.active = true,
		.visible = true,
	};
	return ST_OK;
}

void person_read_init(struct person_read *r)
{
	static const struct read_ops ops = { "person", person_ask, person_take };

	*r = (struct person_read){ .read.ops = &ops };
}
