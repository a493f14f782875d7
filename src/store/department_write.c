/* SPDX-License-Identifier: Apache-2.0 */
#include "store/department_ops.h"
#include "store/visibility.h"

#include "base/limits.h"

/* Ends walks through departments, should there be a ring; deeper than they can get. */
#define SQL_LEVELS "64"
_Static_assert(LIMIT_DEPARTMENT_DEPTH < 64, "walks end below the deepest department");

/* The department $2 and those above it, in this order. */
#define SQL_PATH \
	"WITH RECURSIVE up(dept_id, parent_id, level) AS (" \
	"SELECT dept_id, parent_id, 1 FROM department WHERE corp = $1 AND dept_id = $2" \
	" UNION ALL SELECT d.dept_id, d.parent_id, up.level + 1" \
	" FROM up JOIN department d ON d.corp = $1 AND d.dept_id = up.parent_id" \
	" WHERE up.level < " SQL_LEVELS ") SELECT dept_id FROM up ORDER BY level"

/* How many levels the department $2 and those below it have; 1 if it is a new one, 0. */
#define SQL_HEIGHT \
	"WITH RECURSIVE down(dept_id, level) AS (SELECT CAST($2 AS INTEGER), 1" \
	" UNION SELECT d.dept_id, down.level + 1" \
	" FROM down JOIN department d ON d.corp = $1 AND d.parent_id = down.dept_id" \
	" WHERE $2 > 0 AND down.level < " SQL_LEVELS ") SELECT max(level) FROM down"

/* $2, or the next id that no department has. */
#define SQL_FREE_ID \
	"WITH RECURSIVE taken(dept_id) AS (SELECT CAST($2 AS INTEGER)" \
	" UNION ALL SELECT taken.dept_id + 1 FROM taken JOIN department d" \
	" ON d.corp = $1 AND d.dept_id = taken.dept_id) SELECT max(dept_id) FROM taken"

static struct value optional(struct opt_int i)
{
	return i.set ? V_INT(i.value) : V_NULL;
}

/* ---- facts ---- */

static void ask(struct change *c, struct statements *facts)
{
	const struct department_op *op = CONTAINER_OF(c, struct department_op, change);
	const struct caller *who = &op->access->caller;
	int64_t id = op->req->dept_id.value, parent = op->req->parent_id.value;

	access_ask(op->access, facts);
	STATEMENT(facts, "SELECT 1 FROM department WHERE corp = $1 AND dept_id = $2",
		V_INT(who->corp), V_INT(id));
	STATEMENT(facts, SQL_DEPARTMENT_VISIBLE, V_INT(who->corp), V_TEXT(who->app_key),
		V_INT(id));
	STATEMENT(facts, SQL_PATH, V_INT(who->corp), V_INT(parent));
	STATEMENT(facts, SQL_DEPARTMENT_VISIBLE, V_INT(who->corp), V_TEXT(who->app_key),
		V_INT(parent));
	STATEMENT(facts, SQL_HEIGHT, V_INT(who->corp), V_INT(id));
	STATEMENT(facts,
		"SELECT 1 FROM department WHERE corp = $1 AND dept_id <> $2"
		" AND parent_id = COALESCE($3, (SELECT parent_id FROM department"
		" WHERE corp = $1 AND dept_id = $2))"
		" AND name = COALESCE($4, (SELECT name FROM department"
		" WHERE corp = $1 AND dept_id = $2)) LIMIT 1",
		V_INT(who->corp), V_INT(id), optional(op->req->parent_id),
		V_TEXT(op->req->name));
	STATEMENT(facts,
		"SELECT 1 FROM employee_department d JOIN employee e"
		" ON e.corp = d.corp AND e.userid = d.userid AND e.active = 1"
		" WHERE d.corp = $1 AND d.dept_id = $2 LIMIT 1",
		V_INT(who->corp), V_INT(id));
	STATEMENT(facts,
		"SELECT 1 FROM department WHERE corp = $1 AND parent_id = $2 LIMIT 1",
		V_INT(who->corp), V_INT(id));
	STATEMENT(facts, SQL_FREE_ID, V_INT(who->corp), V_INT(op->fresh_id));
}

static bool path_has(const struct rows *path, int64_t dept_id)
{
	for (size_t i = 0; i < path->n; i++)
		if (rows_int(path, i, 0) == dept_id)
			return true;
	return false;
}

static enum status decide(
	struct department_op *op, const struct rule *rules, struct statements *facts)
{
	const struct department_request *req = op->req;
	struct department_state *s = &op->state;
	const struct rows *path;

	TRY(access_take(op->access, facts, &op->why));
	*s = (struct department_state){ .sees_all = op->access->caller.sees_all };
	s->known = rows_next(facts)->n > 0;
	s->visible = rows_next(facts)->n > 0 && s->known;
	path = rows_next(facts);
	s->parent_known = path->n > 0;
	s->parent_below = req->dept_id.set && path_has(path, req->dept_id.value);
	s->parent_visible = rows_next(facts)->n > 0 && s->parent_known;
	s->levels = rows_int(rows_next(facts), 0, 0);
	s->levels = s->parent_known ? s->levels + (int64_t)path->n : 0;
	s->name_taken =
		rows_next(facts)->n > 0 && (req->name.p != NULL || req->parent_id.set);
	s->has_people = rows_next(facts)->n > 0;
	s->has_departments = rows_next(facts)->n > 0;
	op->dept_id =
		req->dept_id.set ? req->dept_id.value : rows_int(rows_next(facts), 0, 0);
	return department_allowed(rules, req, s, op->change.arena, &op->why) ? ST_OK
									     : ST_REFUSED;
}

/* ---- create ---- */

static enum status create_decide(struct change *c, struct statements *facts)
{
	return decide(CONTAINER_OF(c, struct department_op, change),
		department_create_rules, facts);
}

static void create_write(struct change *c, struct statements *out)
{
	const struct department_op *op = CONTAINER_OF(c, struct department_op, change);

	STATEMENT(out,
		"INSERT INTO department (corp, dept_id, parent_id, name)"
		" VALUES ($1, $2, $3, $4)",
		V_INT(op->access->caller.corp), V_INT(op->dept_id),
		V_INT(op->req->parent_id.value), V_TEXT(op->req->name));
}

void department_create_init(struct department_op *op)
{
	static const struct change_ops ops = { "department_create", ask, create_decide,
		create_write };

	*op = (struct department_op){ .change.ops = &ops };
}

/* ---- update ---- */

static enum status update_decide(struct change *c, struct statements *facts)
{
	return decide(CONTAINER_OF(c, struct department_op, change),
		department_update_rules, facts);
}

static void update_write(struct change *c, struct statements *out)
{
	const struct department_op *op = CONTAINER_OF(c, struct department_op, change);

	if (!op->req->name.p && !op->req->parent_id.set)
		return;
	STATEMENT(out,
		"UPDATE department SET parent_id = COALESCE($3, parent_id),"
		" name = COALESCE($4, name) WHERE corp = $1 AND dept_id = $2",
		V_INT(op->access->caller.corp), V_INT(op->dept_id),
		optional(op->req->parent_id), V_TEXT(op->req->name));
}

void department_update_init(struct department_op *op)
{
	static const struct change_ops ops = { "department_update", ask, update_decide,
		update_write };

	*op = (struct department_op){ .change.ops = &ops };
}

/* ---- delete ---- */

static enum status delete_decide(struct change *c, struct statements *facts)
{
	return decide(CONTAINER_OF(c, struct department_op, change),
		department_delete_rules, facts);
}

static void delete_write(struct change *c, struct statements *out)
{
	const struct department_op *op = CONTAINER_OF(c, struct department_op, change);
	int64_t corp = op->access->caller.corp;

	STATEMENT(out, "DELETE FROM department WHERE corp = $1 AND dept_id = $2",
		V_INT(corp), V_INT(op->dept_id));
	STATEMENT(out, "DELETE FROM employee_department WHERE corp = $1 AND dept_id = $2",
		V_INT(corp), V_INT(op->dept_id));
	STATEMENT(out, "DELETE FROM app_scope_department WHERE corp = $1 AND dept_id = $2",
		V_INT(corp), V_INT(op->dept_id));
}

void department_delete_init(struct department_op *op)
{
	static const struct change_ops ops = { "department_delete", ask, delete_decide,
		delete_write };

	*op = (struct department_op){ .change.ops = &ops };
}
