/* SPDX-License-Identifier: Apache-2.0 */
#include "store/external_ops.h"

#include "base/limits.h"

/* ---- lists as text: each element followed by a line feed, which no id has ---- */

static struct str text_of_strs(const struct strs *list, struct arena *a)
{
	struct str text = STR("");

	for (size_t i = 0; i < list->n; i++)
		text = arena_printf(a, "%.*s%.*s\n", STR_FMT(text), STR_FMT(list->v[i]));
	return list->set ? text : STR_NONE;
}

static struct str text_of_ints(const struct ints *list, struct arena *a)
{
	struct str text = STR("");

	for (size_t i = 0; i < list->n; i++)
		text = arena_printf(a, "%.*s%lld\n", STR_FMT(text), (long long)list->v[i]);
	return list->set ? text : STR_NONE;
}

static struct strs strs_of_text(struct str text, struct arena *a)
{
	struct strs list = { .set = true };

	list.v = ARENA_ARRAY(a, struct str, LIMIT_CONTACT_LIST);
	while (text.n && list.n < LIMIT_CONTACT_LIST) {
		size_t end = str_find(text, '\n');

		list.v[list.n++] = str_slice(text, 0, end);
		text = str_slice(text, end + 1, text.n);
	}
	return list;
}

static struct ints ints_of_text(struct str text, struct arena *a)
{
	struct strs words = strs_of_text(text, a);
	struct ints list = { ARENA_ARRAY(a, int64_t, words.n), 0, true };

	for (size_t i = 0; i < words.n; i++)
		list.n += str_to_i64(words.v[i], &list.v[list.n]);
	return list;
}

/* ---- facts ---- */

static struct str who(const struct external_op *op)
{
	return op->req->contact ? op->req->contact->user_id : op->req->user_id;
}

static void ask(struct change *c, struct statements *facts)
{
	const struct external_op *op = CONTAINER_OF(c, struct external_op, change);
	const struct external_contact *x = op->req->contact;
	int64_t corp = op->access->caller.corp;

	access_ask(op->access, facts);
	STATEMENT(facts,
		"SELECT unionid FROM external_contact WHERE corp = $1 AND userid = $2",
		V_INT(corp), V_TEXT(who(op)));
	if (!x)
		return;
	STATEMENT(facts,
		"SELECT 1 FROM employee WHERE corp = $1 AND userid = $2 AND active = 1",
		V_INT(corp), V_TEXT(x->follower_user_id));
	for (size_t i = 0; i < x->share_user_ids.n; i++)
		STATEMENT(facts,
			"SELECT 1 FROM employee"
			" WHERE corp = $1 AND userid = $2 AND active = 1",
			V_INT(corp), V_TEXT(x->share_user_ids.v[i]));
	for (size_t i = 0; i < x->share_dept_ids.n; i++)
		STATEMENT(facts,
			"SELECT 1 FROM department WHERE corp = $1 AND dept_id = $2",
			V_INT(corp), V_INT(x->share_dept_ids.v[i]));
}

static const bool *take_known(struct statements *facts, size_t n, struct arena *a)
{
	bool *known = ARENA_ARRAY(a, bool, n);

	for (size_t i = 0; i < n; i++)
		known[i] = rows_next(facts)->n > 0;
	return known;
}

static enum status decide(
	struct external_op *op, const struct rule *rules, struct statements *facts)
{
	const struct external_contact *x = op->req->contact;
	struct arena *a = op->change.arena;
	struct external_facts f = { 0 };
	const struct rows *contact;

	TRY(access_take(op->access, facts, &op->why));
	contact = rows_next(facts);
	f.known = contact->n > 0;
	if (f.known)
		op->unionid = rows_text(contact, 0, 0);
	if (x) {
		f.follower_known = rows_next(facts)->n > 0;
		f.users_known = take_known(facts, x->share_user_ids.n, a);
		f.departments_known = take_known(facts, x->share_dept_ids.n, a);
	}
	return external_allowed(rules, op->req, &f, a, &op->why) ? ST_OK : ST_REFUSED;
}

/* ---- create ---- */

static enum status create_decide(struct change *c, struct statements *facts)
{
	return decide(
		CONTAINER_OF(c, struct external_op, change), external_create_rules, facts);
}

/* What was not sent is NULL, which an update leaves as it is. */
static void write_details(const struct external_op *op, struct statements *out)
{
	const struct external_contact *x = op->req->contact;
	struct arena *a = op->change.arena;

	STATEMENT(out,
		"UPDATE external_contact SET name = COALESCE($3, name),"
		" mobile = COALESCE($4, mobile), state_code = COALESCE($5, state_code),"
		" follower_user_id = COALESCE($6, follower_user_id),"
		" title = COALESCE($7, title), company_name = COALESCE($8, company_name),"
		" address = COALESCE($9, address), remark = COALESCE($10, remark),"
		" label_ids = COALESCE($11, label_ids),"
		" share_dept_ids = COALESCE($12, share_dept_ids),"
		" share_user_ids = COALESCE($13, share_user_ids)"
		" WHERE corp = $1 AND unionid = $2",
		V_INT(op->access->caller.corp), V_TEXT(op->unionid), V_TEXT(x->name),
		V_TEXT(x->mobile), V_TEXT(x->state_code), V_TEXT(x->follower_user_id),
		V_TEXT(x->title), V_TEXT(x->company_name), V_TEXT(x->address),
		V_TEXT(x->remark), V_TEXT(text_of_ints(&x->label_ids, a)),
		V_TEXT(text_of_ints(&x->share_dept_ids, a)),
		V_TEXT(text_of_strs(&x->share_user_ids, a)));
}

static void create_write(struct change *c, struct statements *out)
{
	const struct external_op *op = CONTAINER_OF(c, struct external_op, change);

	STATEMENT(out,
		"INSERT INTO external_contact (corp, unionid, userid, name)"
		" VALUES ($1, $2, $3, $4)",
		V_INT(op->access->caller.corp), V_TEXT(op->unionid), V_TEXT(op->userid),
		V_TEXT(op->req->contact->name));
	write_details(op, out);
}

void external_create_init(struct external_op *op)
{
	static const struct change_ops ops = { "external_create", ask, create_decide,
		create_write };

	*op = (struct external_op){ .change.ops = &ops };
}

/* ---- update ---- */

static enum status update_decide(struct change *c, struct statements *facts)
{
	return decide(
		CONTAINER_OF(c, struct external_op, change), external_update_rules, facts);
}

static void update_write(struct change *c, struct statements *out)
{
	write_details(CONTAINER_OF(c, struct external_op, change), out);
}

void external_update_init(struct external_op *op)
{
	static const struct change_ops ops = { "external_update", ask, update_decide,
		update_write };

	*op = (struct external_op){ .change.ops = &ops };
}

/* ---- delete ---- */

static enum status delete_decide(struct change *c, struct statements *facts)
{
	return decide(
		CONTAINER_OF(c, struct external_op, change), external_one_rules, facts);
}

static void delete_write(struct change *c, struct statements *out)
{
	const struct external_op *op = CONTAINER_OF(c, struct external_op, change);
	const struct caller *caller = &op->access->caller;

	STATEMENT(out, "DELETE FROM external_contact WHERE corp = $1 AND unionid = $2",
		V_INT(caller->corp), V_TEXT(op->unionid));
	STATEMENT(out,
		"INSERT INTO departure (corp, kind, userid, app_key, request_id,"
		" after_chatid) VALUES ($1, 1, $2, $3, $4, '')",
		V_INT(caller->corp), V_TEXT(op->unionid), V_TEXT(caller->app_key),
		V_TEXT(op->request_id));
}

void external_delete_init(struct external_op *op)
{
	static const struct change_ops ops = { "external_delete", ask, delete_decide,
		delete_write };

	*op = (struct external_op){ .change.ops = &ops };
}

/* ---- reading ---- */

#define SQL_CONTACT \
	"SELECT userid, name, mobile, state_code, follower_user_id, title, company_name," \
	" address, remark, label_ids, share_dept_ids, share_user_ids" \
	" FROM external_contact WHERE corp = $1"

enum { DEFAULT_PAGE = 20 };

static void read_ask(struct read *r, struct statements *facts)
{
	const struct external_read *q = CONTAINER_OF(r, struct external_read, read);
	const struct external_request *req = q->req;
	bool paged = req->size.set && req->offset.set; /* they count together only */
	int64_t corp = q->access->caller.corp;

	access_ask(q->access, facts);
	if (q->one)
		STATEMENT(facts, SQL_CONTACT " AND userid = $2", V_INT(corp),
			V_TEXT(req->user_id));
	else
		STATEMENT(facts, SQL_CONTACT " ORDER BY userid LIMIT $2 OFFSET $3",
			V_INT(corp), V_INT(paged ? req->size.value : DEFAULT_PAGE),
			V_INT(paged ? req->offset.value : 0));
}

/* A world's contacts have no details. */
static struct str sent(const struct rows *rows, size_t i, size_t column)
{
	struct str text = rows_text(rows, i, column);

	return text.n ? text : STR_NONE;
}

static enum status read_take(struct read *r, struct statements *facts)
{
	struct external_read *q = CONTAINER_OF(r, struct external_read, read);
	struct external_facts f = { 0 };
	const struct rows *rows;

	TRY(access_take(q->access, facts, &q->why));
	rows = rows_next(facts);
	f.known = rows->n > 0;
	if (q->one && !external_allowed(external_one_rules, q->req, &f, r->arena, &q->why))
		return ST_REFUSED;
	q->count = rows->n;
	q->list = ARENA_ARRAY(r->arena, struct external_contact, rows->n);
	for (size_t i = 0; i < rows->n; i++)
		q->list[i] = (struct external_contact){
			.userid = rows_text(rows, i, 0),
			.name = rows_text(rows, i, 1),
			.mobile = sent(rows, i, 2),
			.state_code = sent(rows, i, 3),
			.follower_user_id = sent(rows, i, 4),
			.title = sent(rows, i, 5),
			.company_name = sent(rows, i, 6),
			.address = sent(rows, i, 7),
			.remark = sent(rows, i, 8),
			.label_ids = ints_of_text(rows_text(rows, i, 9), r->arena),
			.share_dept_ids = ints_of_text(rows_text(rows, i, 10), r->arena),
			.share_user_ids = strs_of_text(rows_text(rows, i, 11), r->arena),
		};
	return ST_OK;
}

void external_read_init(struct external_read *r)
{
	static const struct read_ops ops = { "external", read_ask, read_take };

	*r = (struct external_read){ .read.ops = &ops };
}
