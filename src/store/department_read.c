/* SPDX-License-Identifier: Apache-2.0 */
#include "store/department_ops.h"
#include "store/visibility.h"

/* ---- a department, or those below it ---- */

static int64_t wanted(const struct departments_read *q)
{
	return q->req->dept_id.set ? q->req->dept_id.value : DEPARTMENT_ROOT;
}

static void departments_ask(struct read *r, struct statements *facts)
{
	const struct departments_read *q = CONTAINER_OF(r, struct departments_read, read);
	const struct caller *who = &q->access->caller;

	access_ask(q->access, facts);
	STATEMENT(facts,
		"SELECT dept_id, parent_id, name FROM department"
		" WHERE corp = $1 AND dept_id = $2",
		V_INT(who->corp), V_INT(wanted(q)));
	STATEMENT(facts, SQL_DEPARTMENT_VISIBLE, V_INT(who->corp), V_TEXT(who->app_key),
		V_INT(wanted(q)));
	if (q->below)
		STATEMENT(facts,
			"SELECT dept_id, parent_id, name FROM department"
			" WHERE corp = $1 AND parent_id = $2 ORDER BY dept_id",
			V_INT(who->corp), V_INT(wanted(q)));
}

static enum status departments_take(struct read *r, struct statements *facts)
{
	struct departments_read *q = CONTAINER_OF(r, struct departments_read, read);
	struct department_request req = *q->req;
	struct department_state state;
	const struct rows *rows;

	TRY(access_take(q->access, facts, &q->why));
	req.dept_id = (struct opt_int){ wanted(q), true };
	rows = rows_next(facts);
	state = (struct department_state){ .sees_all = q->access->caller.sees_all,
		.known = rows->n > 0 };
	state.visible = rows_next(facts)->n > 0 && state.known;
	if (!department_allowed(department_read_rules, &req, &state, r->arena, &q->why))
		return ST_REFUSED;
	if (q->below)
		rows = rows_next(facts);
	q->count = rows->n;
	q->list = ARENA_ARRAY(r->arena, struct department, rows->n);
	for (size_t i = 0; i < rows->n; i++) {
		int64_t parent = rows_int(rows, i, 1);

		q->list[i] = (struct department){ .dept_id = rows_int(rows, i, 0),
			.parent_id = { parent, parent != 0 },
			.name = rows_text(rows, i, 2) };
	}
	return ST_OK;
}

void departments_read_init(struct departments_read *r)
{
	static const struct read_ops ops = { "departments", departments_ask,
		departments_take };

	*r = (struct departments_read){ .read = { .ops = &ops, .large = true } };
}

/* ---- the ways up from a person ---- */

static void paths_ask(struct read *r, struct statements *facts)
{
	const struct department_paths_read *q =
		CONTAINER_OF(r, struct department_paths_read, read);
	const struct caller *who = &q->access->caller;

	access_ask(q->access, facts);
	STATEMENT(facts,
		"SELECT 1 FROM employee WHERE corp = $1 AND userid = $2 AND active = 1",
		V_INT(who->corp), V_TEXT(q->req->userid));
	/* no way has more than 64 levels, should there be a ring */
	STATEMENT(facts,
		"WITH RECURSIVE up(own, dept_id, parent_id, level) AS ("
		"SELECT e.dept_id, d.dept_id, d.parent_id, 1 FROM employee_department e"
		" JOIN department d ON d.corp = e.corp AND d.dept_id = e.dept_id"
		" WHERE e.corp = $1 AND e.userid = $2"
		" UNION ALL SELECT up.own, d.dept_id, d.parent_id, up.level + 1"
		" FROM up JOIN department d ON d.corp = $1 AND d.dept_id = up.parent_id"
		" WHERE up.level < 64) SELECT own, dept_id FROM up ORDER BY own, level",
		V_INT(who->corp), V_TEXT(q->req->userid));
}

static enum status paths_take(struct read *r, struct statements *facts)
{
	struct department_paths_read *q =
		CONTAINER_OF(r, struct department_paths_read, read);
	struct department_state state = { 0 };
	const struct rows *ways;
	int64_t *ids;

	TRY(access_take(q->access, facts, &q->why));
	state.person_known = rows_next(facts)->n > 0;
	if (!department_allowed(department_path_rules, q->req, &state, r->arena, &q->why))
		return ST_REFUSED;
	ways = rows_next(facts);
	ids = ARENA_ARRAY(r->arena, int64_t, ways->n);
	q->paths = ARENA_ARRAY(r->arena, struct ints, ways->n);
	q->count = 0;
	for (size_t i = 0; i < ways->n; i++) {
		if (i == 0 || rows_int(ways, i, 0) != rows_int(ways, i - 1, 0))
			q->paths[q->count++] = (struct ints){ &ids[i], 0, true };
		ids[i] = rows_int(ways, i, 1);
		q->paths[q->count - 1].n++;
	}
	return ST_OK;
}

void department_paths_read_init(struct department_paths_read *r)
{
	static const struct read_ops ops = { "department_paths", paths_ask, paths_take };

	/* 100 departments with 32 levels each */
	*r = (struct department_paths_read){ .read = { .ops = &ops, .large = true } };
}

/* ---- what an app may see ---- */

static void scope_ask(struct read *r, struct statements *facts)
{
	const struct scope_read *q = CONTAINER_OF(r, struct scope_read, read);
	const struct caller *who = &q->access->caller;

	access_ask(q->access, facts);
	STATEMENT(facts,
		"SELECT d.dept_id FROM department d WHERE d.corp = $1 AND d.parent_id = 0"
		" AND EXISTS (SELECT 1 FROM app"
		" WHERE app_key = $2 AND corp = $1 AND sees_all = 1)"
		" UNION SELECT s.dept_id FROM app_scope_department s"
		" WHERE s.corp = $1 AND s.app_key = $2 ORDER BY dept_id",
		V_INT(who->corp), V_TEXT(who->app_key));
	STATEMENT(facts,
		"SELECT s.userid FROM app_scope_user s JOIN employee e"
		" ON e.corp = s.corp AND e.userid = s.userid AND e.active = 1"
		" WHERE s.corp = $1 AND s.app_key = $2 ORDER BY s.userid",
		V_INT(who->corp), V_TEXT(who->app_key));
}

static enum status scope_take(struct read *r, struct statements *facts)
{
	struct scope_read *q = CONTAINER_OF(r, struct scope_read, read);
	const struct rows *rows;

	TRY(access_take(q->access, facts, &q->why));
	rows = rows_next(facts);
	q->dept_ids =
		(struct ints){ ARENA_ARRAY(r->arena, int64_t, rows->n), rows->n, true };
	for (size_t i = 0; i < rows->n; i++)
		q->dept_ids.v[i] = rows_int(rows, i, 0);
	rows = rows_next(facts);
	q->userids =
		(struct strs){ ARENA_ARRAY(r->arena, struct str, rows->n), rows->n, true };
	for (size_t i = 0; i < rows->n; i++)
		q->userids.v[i] = rows_text(rows, i, 0);
	return ST_OK;
}

void scope_read_init(struct scope_read *r)
{
	static const struct read_ops ops = { "scope", scope_ask, scope_take };

	*r = (struct scope_read){ .read = { .ops = &ops, .large = true } };
}
