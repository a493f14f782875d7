/* SPDX-License-Identifier: Apache-2.0 */
#include "store/employee_ops.h"
#include "store/visibility.h"

/* ---- facts ---- */

/* What the three operations ask, in this order: the app, the person, his departments. */
struct question {
	struct access *access;
	const struct employee_request *req;
	struct str userid;
};

static void ask_all(const struct question *q, struct statements *facts)
{
	const struct caller *who = &q->access->caller;

	access_ask(q->access, facts);
	STATEMENT(facts,
		"SELECT e.active, e.unionid,"
		" EXISTS (SELECT 1 FROM departure d"
		" WHERE d.corp = e.corp AND d.kind = 0 AND d.userid = e.userid)"
		" FROM employee e WHERE e.corp = $1 AND e.userid = $2",
		V_INT(who->corp), V_TEXT(q->userid));
	STATEMENT(facts, SQL_VISIBLE("SELECT CAST($3 AS TEXT)"), V_INT(who->corp),
		V_TEXT(who->app_key), V_TEXT(q->userid));
	STATEMENT(facts,
		"SELECT 1 FROM employee"
		" WHERE corp = $1 AND mobile = $2 AND active = 1 AND userid <> $3",
		V_INT(who->corp), V_TEXT(q->req->mobile), V_TEXT(q->userid));
	for (size_t i = 0; i < q->req->dept_id_list.n; i++) {
		STATEMENT(facts,
			"SELECT 1 FROM department WHERE corp = $1 AND dept_id = $2",
			V_INT(who->corp), V_INT(q->req->dept_id_list.v[i]));
		STATEMENT(facts, SQL_DEPARTMENT_VISIBLE, V_INT(who->corp),
			V_TEXT(who->app_key), V_INT(q->req->dept_id_list.v[i]));
	}
}

struct answer {
	struct str unionid; /* of one who exists */
	bool leaving;
};

/* The gate's decision comes first, as in every operation. */
static enum status take_all(const struct question *q, struct statements *facts,
	struct arena *a, struct employee_facts *out, struct answer *more,
	struct refusal *why)
{
	size_t n = q->req->dept_id_list.n;
	struct department_facts *departments = ARENA_ARRAY(a, struct department_facts, n);
	const struct rows *person;

	*out = (struct employee_facts){ .departments = departments };
	*more = (struct answer){ 0 };
	TRY(access_take(q->access, facts, why));
	out->sees_all = q->access->caller.sees_all;
	person = rows_next(facts);
	if (person->n) {
		out->exists = true;
		out->active = rows_int(person, 0, 0) != 0;
		more->unionid = rows_text(person, 0, 1);
		more->leaving = rows_int(person, 0, 2) != 0;
	}
	out->visible = rows_next(facts)->n > 0;
	out->mobile_taken = rows_next(facts)->n > 0;
	for (size_t i = 0; i < n; i++) {
		departments[i].known = rows_next(facts)->n > 0;
		departments[i].visible = rows_next(facts)->n > 0 && departments[i].known;
	}
	return ST_OK;
}

/* ---- writes ---- */

static void write_departments(
	int64_t corp, struct str userid, const struct ints *ids, struct statements *out)
{
	STATEMENT(out, "DELETE FROM employee_department WHERE corp = $1 AND userid = $2",
		V_INT(corp), V_TEXT(userid));
	for (size_t i = 0; i < ids->n; i++)
		STATEMENT(out,
			"INSERT INTO employee_department (corp, userid, dept_id)"
			" VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
			V_INT(corp), V_TEXT(userid), V_INT(ids->v[i]));
}

/* Whoever works here and has the number was found before; so this is one who has left. */
static void free_mobile(
	int64_t corp, struct str userid, struct str mobile, struct statements *out)
{
	STATEMENT(out,
		"UPDATE employee SET mobile = NULL"
		" WHERE corp = $1 AND mobile = $2 AND userid <> $3",
		V_INT(corp), V_TEXT(mobile), V_TEXT(userid));
}

/* ---- create ---- */

static struct question create_question(const struct employee_create_op *op)
{
	return (struct question){ op->access, op->req,
		op->req->userid.p ? op->req->userid : op->userid };
}

static void create_ask(struct change *c, struct statements *facts)
{
	struct employee_create_op *op = CONTAINER_OF(c, struct employee_create_op, change);
	const struct question q = create_question(op);

	ask_all(&q, facts);
}

static enum status create_decide(struct change *c, struct statements *facts)
{
	struct employee_create_op *op = CONTAINER_OF(c, struct employee_create_op, change);
	const struct question q = create_question(op);
	struct answer more;

	TRY(take_all(&q, facts, c->arena, &op->facts, &more, &op->why));
	if (!employee_allowed(
		    employee_create_rules, op->req, &op->facts, c->arena, &op->why))
		return ST_REFUSED;
	op->userid = q.userid;
	if (op->facts.exists)
		op->unionid = more.unionid;
	return more.leaving ? ST_AGAIN : ST_OK;
}

static void create_write(struct change *c, struct statements *out)
{
	const struct employee_create_op *op =
		CONTAINER_OF(c, struct employee_create_op, change);
	int64_t corp = op->access->caller.corp;

	free_mobile(corp, op->userid, op->req->mobile, out);
	STATEMENT(out,
		"INSERT INTO employee (corp, userid, unionid, name, mobile, active)"
		" VALUES ($1, $2, $3, $4, $5, 1) ON CONFLICT (corp, userid) DO UPDATE"
		" SET name = excluded.name, mobile = excluded.mobile, active = 1",
		V_INT(corp), V_TEXT(op->userid), V_TEXT(op->unionid), V_TEXT(op->req->name),
		V_TEXT(op->req->mobile));
	write_departments(corp, op->userid, &op->req->dept_id_list, out);
}

void employee_create_init(struct employee_create_op *op)
{
	static const struct change_ops ops = { "employee_create", create_ask, create_decide,
		create_write };

	*op = (struct employee_create_op){ .change.ops = &ops };
}

/* ---- update ---- */

static void update_ask(struct change *c, struct statements *facts)
{
	struct employee_update_op *op = CONTAINER_OF(c, struct employee_update_op, change);

	ask_all(&(struct question){ op->access, op->req, op->req->userid }, facts);
}

static enum status update_decide(struct change *c, struct statements *facts)
{
	struct employee_update_op *op = CONTAINER_OF(c, struct employee_update_op, change);
	const struct question q = { op->access, op->req, op->req->userid };
	struct answer more;

	TRY(take_all(&q, facts, c->arena, &op->facts, &more, &op->why));
	return employee_allowed(
		       employee_update_rules, op->req, &op->facts, c->arena, &op->why)
		       ? ST_OK
		       : ST_REFUSED;
}

static void update_write(struct change *c, struct statements *out)
{
	const struct employee_update_op *op =
		CONTAINER_OF(c, struct employee_update_op, change);
	const struct employee_request *req = op->req;
	int64_t corp = op->access->caller.corp;

	if (req->mobile.p)
		free_mobile(corp, req->userid, req->mobile, out);
	if (req->name.p || req->mobile.p)
		STATEMENT(out,
			"UPDATE employee SET name = COALESCE($3, name),"
			" mobile = COALESCE($4, mobile) WHERE corp = $1 AND userid = $2",
			V_INT(corp), V_TEXT(req->userid), V_TEXT(req->name),
			V_TEXT(req->mobile));
	if (req->dept_id_list.set)
		write_departments(corp, req->userid, &req->dept_id_list, out);
}

void employee_update_init(struct employee_update_op *op)
{
	static const struct change_ops ops = { "employee_update", update_ask, update_decide,
		update_write };

	*op = (struct employee_update_op){ .change.ops = &ops };
}

/* ---- delete ---- */

static void delete_ask(struct change *c, struct statements *facts)
{
	struct employee_delete_op *op = CONTAINER_OF(c, struct employee_delete_op, change);

	ask_all(&(struct question){ op->access, op->req, op->req->userid }, facts);
}

static enum status delete_decide(struct change *c, struct statements *facts)
{
	struct employee_delete_op *op = CONTAINER_OF(c, struct employee_delete_op, change);
	const struct question q = { op->access, op->req, op->req->userid };
	struct answer more;

	TRY(take_all(&q, facts, c->arena, &op->facts, &more, &op->why));
	return employee_allowed(
		       employee_delete_rules, op->req, &op->facts, c->arena, &op->why)
		       ? ST_OK
		       : ST_REFUSED;
}

/* His departments stay: apps that could see him still do, as the owner of a group not yet
 * left. */
static void delete_write(struct change *c, struct statements *out)
{
	const struct employee_delete_op *op =
		CONTAINER_OF(c, struct employee_delete_op, change);
	const struct caller *who = &op->access->caller;

	STATEMENT(out, "UPDATE employee SET active = 0 WHERE corp = $1 AND userid = $2",
		V_INT(who->corp), V_TEXT(op->req->userid));
	STATEMENT(out,
		"INSERT INTO departure (corp, kind, userid, app_key, request_id,"
		" after_chatid) VALUES ($1, 0, $2, $3, $4, '')",
		V_INT(who->corp), V_TEXT(op->req->userid), V_TEXT(who->app_key),
		V_TEXT(op->request_id));
}

void employee_delete_init(struct employee_delete_op *op)
{
	static const struct change_ops ops = { "employee_delete", delete_ask, delete_decide,
		delete_write };

	*op = (struct employee_delete_op){ .change.ops = &ops };
}
