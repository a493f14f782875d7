/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify_state.c -- one hash over all that is stored, so that two stores can be compared
 * whatever their engines: rows in the byte order of their keys, the corp by its corpId and
 * not by its number in this store, members by their group's chatid, each value with its
 * kind and length.
 */
#include "store/verify_internal.h"

#include "store/chat_row.h"

/* The columns of a table but its corp, the keys first. Portions of rows are asked for by
 * the last row's keys. */
struct table {
	const char *name, *sql;
	const char *keys; /* the kind of each: i integer, t text, b blob */
};

enum { PORTION = 500, KEYS_MAX = 3 };
#define LIMIT " LIMIT 500"

static const struct table tables[] = {
	{ "department",
		"SELECT dept_id, parent_id, name FROM department"
		" WHERE corp = $1 AND dept_id > $2 ORDER BY dept_id" LIMIT,
		"i" },
	{ "employee",
		"SELECT userid, unionid, name, mobile, active FROM employee"
		" WHERE corp = $1 AND userid > $2 ORDER BY userid" LIMIT,
		"t" },
	{ "employee_department",
		"SELECT userid, dept_id FROM employee_department"
		" WHERE corp = $1 AND (userid, dept_id) > ($2, $3)"
		" ORDER BY userid, dept_id" LIMIT,
		"ti" },
	{ "external_contact",
		"SELECT unionid, userid, name, mobile, state_code, follower_user_id, title,"
		" company_name, address, remark, label_ids, share_dept_ids, share_user_ids"
		" FROM external_contact"
		" WHERE corp = $1 AND unionid > $2 ORDER BY unionid" LIMIT,
		"t" },
	{ "departure",
		"SELECT kind, userid, app_key, request_id, after_chatid FROM departure"
		" WHERE corp = $1 AND (kind, userid) > ($2, $3)"
		" ORDER BY kind, userid" LIMIT,
		"it" },
	{ "app",
		"SELECT app_key, secret, agent_id, name, permissions, sees_all, version,"
		" token_issue FROM app"
		" WHERE corp = $1 AND app_key > $2 ORDER BY app_key" LIMIT,
		"t" },
	{ "app_scope_user",
		"SELECT app_key, userid FROM app_scope_user"
		" WHERE corp = $1 AND (app_key, userid) > ($2, $3)"
		" ORDER BY app_key, userid" LIMIT,
		"tt" },
	{ "app_scope_department",
		"SELECT app_key, dept_id FROM app_scope_department"
		" WHERE corp = $1 AND (app_key, dept_id) > ($2, $3)"
		" ORDER BY app_key, dept_id" LIMIT,
		"ti" },
	{ "access_token",
		"SELECT app_key, hash, issue, expires_ms, fixed FROM access_token"
		" WHERE corp = $1 AND (app_key, hash) > ($2, $3)"
		" ORDER BY app_key, hash" LIMIT,
		"tb" },
	{ "media",
		"SELECT media_id, type, file, size, at_ms FROM media"
		" WHERE corp = $1 AND media_id > $2 ORDER BY media_id" LIMIT,
		"t" },
	{ "chat",
		"SELECT " SQL_CHAT_STATE " FROM chat c"
		" WHERE c.corp = $1 AND c.chatid > $2 ORDER BY c.chatid" LIMIT,
		"t" },
	{ "chat_client_id",
		"SELECT client_chatid, chatid FROM chat_client_id"
		" WHERE corp = $1 AND client_chatid > $2 ORDER BY client_chatid" LIMIT,
		"t" },
	{ "chat_member",
		"SELECT c.chatid, m.kind, m.id, m.admin, m.since, m.nick"
		" FROM chat c CROSS JOIN chat_member m"
		" WHERE c.corp = $1 AND c.chatid >= $2"
		" AND m.corp = c.corp AND m.chat = c.number"
		" AND (c.chatid, m.kind, m.id) > ($2, $3, $4)"
		" ORDER BY c.chatid, m.kind, m.id" LIMIT,
		"tit" },
	{ "ledger",
		"SELECT number, chatid, previous, version, at_ms, actor, request_id, change"
		" FROM ledger WHERE corp = $1 AND number > $2 ORDER BY number" LIMIT,
		"i" },
};

/* ---- values into the hash ---- */

static void hash(struct verify *v, const void *p, size_t n)
{
	if (!EVP_DigestUpdate(v->state, p, n))
		die("SHA-256 failed");
}

static void hash_int(struct verify *v, int64_t i)
{
	unsigned char bytes[8];

	for (size_t k = 0; k < sizeof(bytes); k++)
		bytes[k] = (unsigned char)((uint64_t)i >> (56 - 8 * k));
	hash(v, bytes, sizeof(bytes));
}

static void hash_value(struct verify *v, const struct value *x)
{
	static const char kinds[] = { [VALUE_NULL] = 'n',
		[VALUE_INT] = 'i',
		[VALUE_TEXT] = 't',
		[VALUE_BLOB] = 'b' };

	hash(v, &kinds[x->kind], 1);
	if (x->kind == VALUE_INT)
		hash_int(v, x->i);
	if (x->kind != VALUE_TEXT && x->kind != VALUE_BLOB)
		return;
	hash_int(v, (int64_t)x->s.n);
	hash(v, x->s.p, x->s.n);
}

static void hash_text(struct verify *v, struct str s)
{
	hash_value(v, &V_TEXT(s));
}

/* ---- tables ---- */

/* Below every key of its kind. */
static struct value lowest(char kind)
{
	return kind == 'i'   ? V_INT(INT64_MIN)
	       : kind == 'b' ? V_BLOB("", 0)
			     : V_TEXT(STR(""));
}

/* A copy of a key that outlives its row; `own` holds its bytes. */
static struct value keep(const struct value *x, struct buf *own)
{
	struct value kept = *x;

	own->n = 0;
	buf_reserve(own, 1); /* the empty string is not NULL */
	buf_add_str(own, x->s);
	if (x->kind == VALUE_TEXT || x->kind == VALUE_BLOB)
		kept.s = buf_str(own);
	return kept;
}

/* *more: there may be further rows behind these. */
static enum status hash_portion(struct verify *v, const struct table *t,
	struct value *params, struct buf *own, bool *more, struct error *e)
{
	struct arena arena = { 0 };
	struct statements s = { .arena = &arena };
	size_t keys = strlen(t->keys);
	const struct rows *rows;
	enum status st;

	statements_add(&s, t->sql, params, 1 + keys);
	st = verify_run(v, &s, e);
	*more = false;
	if (st == ST_OK) {
		rows = rows_next(&s);
		for (size_t i = 0; i < rows->n * rows->columns; i++)
			hash_value(v, &rows->cells[i]);
		*more = rows->n == PORTION;
		for (size_t k = 0; *more && k < keys; k++)
			params[1 + k] = keep(
				&rows->cells[(rows->n - 1) * rows->columns + k], &own[k]);
	}
	arena_fini(&arena);
	return st;
}

static enum status hash_table(struct verify *v, const struct table *t,
	const struct verify_corp *corp, struct error *e)
{
	struct value params[1 + KEYS_MAX] = { V_INT(corp->number) };
	struct buf own[KEYS_MAX] = { { 0 } };
	enum status st = ST_OK;
	bool more = true;

	hash_text(v, str_from(t->name));
	for (size_t k = 0; t->keys[k]; k++)
		params[1 + k] = lowest(t->keys[k]);
	while (more && st == ST_OK)
		st = hash_portion(v, t, params, own, &more, e);
	for (size_t k = 0; k < KEYS_MAX; k++)
		buf_fini(&own[k]);
	return st;
}

enum status verify_hash_corp(
	struct verify *v, const struct verify_corp *corp, struct error *e)
{
	hash_text(v, STR("corp"));
	hash_text(v, corp->id);
	hash_text(v, corp->name);
	hash_int(v, corp->ledger_no);
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		TRY(hash_table(v, &tables[i], corp, e));
	return ST_OK;
}
