/* SPDX-License-Identifier: Apache-2.0 */
/* employee_read.c -- the people of a department, and those of a name. */
#include "store/employee_ops.h"
#include "store/visibility.h"

/* ---- a department ---- */

/* One page of the people of department $2, and one more to see whether that is all. */
#define SQL_PEOPLE \
	"(SELECT e.userid FROM employee_department d JOIN employee e" \
	" ON e.corp = d.corp AND e.userid = d.userid AND e.active = 1" \
	" WHERE d.corp = $1 AND d.dept_id = $2" \
	" ORDER BY d.userid LIMIT $3 OFFSET $4) p"

static void department_ask(struct read *r, struct statements *facts)
{
	struct department_read *q = CONTAINER_OF(r, struct department_read, read);
	const struct caller *who = &q->access->caller;
	const struct value page[] = { V_INT(who->corp), V_INT(q->dept_id),
		V_INT(q->limit + 1), V_INT(q->offset) };

	access_ask(q->access, facts);
	STATEMENT(facts, "SELECT 1 FROM department WHERE corp = $1 AND dept_id = $2",
		V_INT(who->corp), V_INT(q->dept_id));
	STATEMENT(facts, SQL_DEPARTMENT_VISIBLE, V_INT(who->corp), V_TEXT(who->app_key),
		V_INT(q->dept_id));
	if (!q->details) {
		statements_add(facts,
			"SELECT p.userid FROM " SQL_PEOPLE " ORDER BY p.userid", page,
			ARRAY_LEN(page));
		return;
	}
	statements_add(facts,
		"SELECT e.userid, e.unionid, e.name, e.mobile FROM " SQL_PEOPLE
		" JOIN employee e ON e.corp = $1 AND e.userid = p.userid ORDER BY e.userid",
		page, ARRAY_LEN(page));
	statements_add(facts,
		"SELECT d.userid, d.dept_id FROM " SQL_PEOPLE
		" JOIN employee_department d ON d.corp = $1 AND d.userid = p.userid"
		" ORDER BY d.userid, d.dept_id",
		page, ARRAY_LEN(page));
}

/* Both are in the order of the userids. */
static void take_details(const struct rows *people, const struct rows *departments,
	struct department_read *q)
{
	struct arena *a = q->read.arena;
	size_t at = 0;

	for (size_t i = 0; i < q->count; i++) {
		struct person *p = &q->people[i];
		size_t first = at;

		p->unionid = rows_text(people, i, 1);
		p->name = rows_text(people, i, 2);
		p->mobile = rows_text(people, i, 3);
		while (at < departments->n &&
			str_eq(rows_text(departments, at, 0), p->userid))
			at++;
		p->dept_count = at - first;
		p->dept_ids = ARENA_ARRAY(a, int64_t, p->dept_count);
		for (size_t k = 0; k < p->dept_count; k++)
			p->dept_ids[k] = rows_int(departments, first + k, 1);
	}
}

static enum status department_take(struct read *r, struct statements *facts)
{
	struct department_read *q = CONTAINER_OF(r, struct department_read, read);
	const struct rows *people;

	TRY(access_take(q->access, facts, &q->why));
	q->known = rows_next(facts)->n > 0;
	q->visible = rows_next(facts)->n > 0 && q->known;
	people = rows_next(facts);
	q->more = (int64_t)people->n > q->limit;
	q->count = q->more ? (size_t)q->limit : people->n;
	q->people = ARENA_ARRAY(r->arena, struct person, q->count);
	for (size_t i = 0; i < q->count; i++)
		q->people[i] = (struct person){ .kind = PERSON_EMP,
			.userid = rows_text(people, i, 0),
			.active = true,
			.visible = true };
	if (q->details)
		take_details(people, rows_next(facts), q);
	return ST_OK;
}

void department_read_init(struct department_read *r)
{
	static const struct read_ops ops = { "department", department_ask,
		department_take };

	*r = (struct department_read){ .read = { .ops = &ops, .large = true } };
}

/* ---- how many ---- */

static void count_ask(struct read *r, struct statements *facts)
{
	struct employee_count_read *q = CONTAINER_OF(r, struct employee_count_read, read);

	access_ask(q->access, facts);
	STATEMENT(facts, "SELECT count(*) FROM employee WHERE corp = $1 AND active = 1",
		V_INT(q->access->caller.corp));
}

static enum status count_take(struct read *r, struct statements *facts)
{
	struct employee_count_read *q = CONTAINER_OF(r, struct employee_count_read, read);

	TRY(access_take(q->access, facts, &q->why));
	q->count = rows_int(rows_next(facts), 0, 0);
	return ST_OK;
}

void employee_count_read_init(struct employee_count_read *r)
{
	static const struct read_ops ops = { "employee_count", count_ask, count_take };

	*r = (struct employee_count_read){ .read = { .ops = &ops, .large = true } };
}

/* ---- by name ---- */

/*
 * Everybody of that name whom the app may see. $2 is the app's key, $3 the word, $4 whether
 * it is the whole name. The scope's departments are followed down once, not up from each
 * person; UNION ends it even in a ring.
 */
#define SQL_NAMED(what) \
	"WITH RECURSIVE scope(dept_id) AS (" \
	"SELECT dept_id FROM app_scope_department WHERE corp = $1 AND app_key = $2" \
	" UNION SELECT d.dept_id FROM scope JOIN department d" \
	" ON d.corp = $1 AND d.parent_id = scope.dept_id)" \
	" SELECT " what " FROM employee e WHERE e.corp = $1 AND e.active = 1" \
	" AND CASE $4 WHEN 1 THEN e.name = $3 ELSE instr(e.name, $3) > 0 END" \
	" AND (EXISTS (SELECT 1 FROM app" \
	" WHERE app_key = $2 AND corp = $1 AND sees_all = 1)" \
	" OR EXISTS (SELECT 1 FROM app_scope_user s" \
	" WHERE s.corp = $1 AND s.app_key = $2 AND s.userid = e.userid)" \
	" OR EXISTS (SELECT 1 FROM employee_department d JOIN scope" \
	" ON scope.dept_id = d.dept_id" \
	" WHERE d.corp = $1 AND d.userid = e.userid))"

static void search_ask(struct read *r, struct statements *facts)
{
	struct employee_search_read *q = CONTAINER_OF(r, struct employee_search_read, read);
	const struct caller *who = &q->access->caller;

	access_ask(q->access, facts);
	STATEMENT(facts, SQL_NAMED("count(*)"), V_INT(who->corp), V_TEXT(who->app_key),
		V_TEXT(q->word), V_INT(q->whole));
	STATEMENT(facts, SQL_NAMED("e.userid") " ORDER BY e.userid LIMIT $5 OFFSET $6",
		V_INT(who->corp), V_TEXT(who->app_key), V_TEXT(q->word), V_INT(q->whole),
		V_INT(q->limit), V_INT(q->offset));
}

static enum status search_take(struct read *r, struct statements *facts)
{
	struct employee_search_read *q = CONTAINER_OF(r, struct employee_search_read, read);
	const struct rows *found;

	TRY(access_take(q->access, facts, &q->why));
	q->total = rows_int(rows_next(facts), 0, 0);
	found = rows_next(facts);
	q->userids = (struct strs){ ARENA_ARRAY(r->arena, struct str, found->n), found->n,
		true };
	for (size_t i = 0; i < found->n; i++)
		q->userids.v[i] = rows_text(found, i, 0);
	return ST_OK;
}

void employee_search_read_init(struct employee_search_read *r)
{
	static const struct read_ops ops = { "employee_search", search_ask, search_take };

	*r = (struct employee_search_read){ .read = { .ops = &ops, .large = true } };
}
