/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Usual path: one read transaction -> the engine's own check of its pages, indexes and
 * schema -> what belongs together -> corp by corp, its rows into the state's hash, each
 * group against its ledger, and the sums -> the media files.
 *
 * Ways to fail: a pass that meets damage says so and ends, the next one goes on; anything
 * else that keeps it from reading ends it all.
 */
#include "store/verify_internal.h"

#include "base/arena.h"
#include "store/chat_row.h"
#include "store/statements.h"

void verify_found(struct verify *v, const char *where, const char *fmt, ...)
{
	char what[ERROR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	v->result->wrong++;
	v->o->found(v->o->ctx, where, what);
}

enum status verify_run(struct verify *v, struct statements *s, struct error *e)
{
	return v->driver->run(v->db, s, s->arena, e);
}

/* What a pass ended with: damage is a finding, and the others go on. */
static enum status settle(
	struct verify *v, const char *where, enum status st, struct error *e)
{
	if (st != ST_CORRUPT)
		return st;
	verify_found(v, where, "%s", e->text);
	return ST_OK;
}

static void database_found(void *ctx, struct str text)
{
	verify_found(ctx, "database", "%.*s", STR_FMT(text));
}

/* ---- what belongs together ---- */

#define WITHOUT_CORP(table) \
	{ \
		table, "a corp that is not there", \
			"WITH RECURSIVE c(n) AS (SELECT min(corp) FROM " table \
			" UNION ALL SELECT (SELECT min(corp) FROM " table \
			" WHERE corp > c.n) FROM c WHERE c.n IS NOT NULL)" \
			" SELECT n FROM c WHERE n IS NOT NULL" \
			" AND NOT EXISTS (SELECT 1 FROM corp WHERE corp = n) LIMIT 20" \
	}

/* Rows that should not be there; each is shown by its first column. */
static const struct relation {
	const char *table, *what, *sql;
} relations[] = {
	WITHOUT_CORP("department"),
	WITHOUT_CORP("employee"),
	WITHOUT_CORP("employee_department"),
	WITHOUT_CORP("external_contact"),
	WITHOUT_CORP("departure"),
	WITHOUT_CORP("app_scope_user"),
	WITHOUT_CORP("app_scope_department"),
	WITHOUT_CORP("access_token"),
	WITHOUT_CORP("media"),
	WITHOUT_CORP("chat"),
	WITHOUT_CORP("chat_client_id"),
	WITHOUT_CORP("chat_member"),
	WITHOUT_CORP("ledger"),
	{ "app", "a corp that is not there",
		"SELECT app_key FROM app WHERE corp NOT IN (SELECT corp FROM corp) LIMIT "
		"20" },
	{ "corp_number", "more than one row, or none",
		"SELECT count(*) FROM corp_number HAVING count(*) <> 1" },
	{ "corp", "a number that was not given out yet",
		"SELECT corp_id FROM corp WHERE corp > (SELECT last FROM corp_number)"
		" LIMIT 20" },
	{ "chat", "a number that another group has",
		"SELECT min(chatid) FROM chat GROUP BY corp, number HAVING count(*) > 1"
		" LIMIT 20" },
	{ "employee_department", "nobody of that userid",
		"SELECT userid FROM employee_department d WHERE NOT EXISTS"
		" (SELECT 1 FROM employee e WHERE e.corp = d.corp AND e.userid = d.userid)"
		" LIMIT 20" },
	{ "employee_department", "a department that is not there",
		"SELECT dept_id FROM employee_department d WHERE NOT EXISTS"
		" (SELECT 1 FROM department x WHERE x.corp = d.corp"
		" AND x.dept_id = d.dept_id) LIMIT 20" },
	{ "app_scope_user", "an app that is not there",
		"SELECT app_key FROM app_scope_user s WHERE NOT EXISTS"
		" (SELECT 1 FROM app a WHERE a.app_key = s.app_key AND a.corp = s.corp)"
		" LIMIT 20" },
	{ "app_scope_department", "an app that is not there",
		"SELECT app_key FROM app_scope_department s WHERE NOT EXISTS"
		" (SELECT 1 FROM app a WHERE a.app_key = s.app_key AND a.corp = s.corp)"
		" LIMIT 20" },
	{ "access_token", "an app that is not there",
		"SELECT app_key FROM access_token t WHERE NOT EXISTS"
		" (SELECT 1 FROM app a WHERE a.app_key = t.app_key AND a.corp = t.corp)"
		" LIMIT 20" },
	{ "chat", "an icon that is not there",
		"SELECT chatid FROM chat c WHERE icon <> '' AND NOT EXISTS"
		" (SELECT 1 FROM media m WHERE m.corp = c.corp AND m.media_id = c.icon)"
		" LIMIT 20" },
	{ "chat_client_id", "a group that is not there",
		"SELECT client_chatid FROM chat_client_id i WHERE NOT EXISTS"
		" (SELECT 1 FROM chat c WHERE c.corp = i.corp AND c.chatid = i.chatid)"
		" LIMIT 20" },
};

static enum status check_relation(
	struct verify *v, const struct relation *r, struct error *e)
{
	struct arena arena = { 0 };
	struct statements s = { .arena = &arena };
	const struct rows *rows;
	enum status st;

	statements_add(&s, r->sql, NULL, 0);
	st = verify_run(v, &s, e);
	rows = st == ST_OK ? rows_next(&s) : NULL;
	for (size_t i = 0; rows && i < rows->n; i++) {
		struct str id = rows_text(rows, i, 0);

		if (id.p)
			verify_found(v, r->table, "%.*s: %s", STR_FMT(id), r->what);
		else
			verify_found(v, r->table, "%lld: %s",
				(long long)rows_int(rows, i, 0), r->what);
	}
	arena_fini(&arena);
	return settle(v, r->table, st, e);
}

/* ---- one corp ---- */

static enum status check_groups(struct verify *v, struct verify_corp *corp, struct error *e)
{
	struct buf last = { 0 };
	enum status st = ST_OK;
	size_t n = 1;

	while (n && st == ST_OK) {
		struct arena arena = { 0 };
		struct statements s = { .arena = &arena };
		struct chat chat = { 0 };

		STATEMENT(&s,
			"SELECT " SQL_CHAT_COLUMNS " FROM chat c"
			" WHERE c.corp = $1 AND c.chatid > $2 ORDER BY c.chatid LIMIT 100",
			V_INT(corp->number), V_TEXT(last.n ? buf_str(&last) : STR("")));
		st = verify_run(v, &s, e);
		n = 0;
		for (; st == ST_OK && n < s.first->rows.n; n++) {
			chat_from_row(&s.first->rows, n, 0, &chat);
			st = verify_chat(v, corp, &chat, e);
		}
		last.n = 0;
		buf_add_str(&last, chat.chatid);
		arena_fini(&arena);
		if (v->o->progress)
			v->o->progress(v->o->ctx, "groups", v->result->groups);
	}
	buf_fini(&last);
	return st;
}

/* What no group accounts for. */
static enum status check_sums(struct verify *v, const struct verify_corp *corp,
	const char *where, struct error *e)
{
	struct arena arena = { 0 };
	struct statements s = { .arena = &arena };
	int64_t rows, first, last, members;
	const struct rows *r;
	enum status st;

	STATEMENT(&s,
		"SELECT count(*), COALESCE(min(number), 0), COALESCE(max(number), 0)"
		" FROM ledger WHERE corp = $1",
		V_INT(corp->number));
	STATEMENT(&s, "SELECT count(*) FROM chat_member WHERE corp = $1",
		V_INT(corp->number));
	st = verify_run(v, &s, e);
	if (st == ST_OK) {
		r = rows_next(&s);
		rows = rows_int(r, 0, 0);
		first = rows_int(r, 0, 1);
		last = rows_int(r, 0, 2);
		members = rows_int(rows_next(&s), 0, 0);
		if (rows && (first < 1 || last != corp->ledger_no))
			verify_found(v, where,
				"the ledger goes from %lld to %lld, and the corp is at "
				"%lld",
				(long long)first, (long long)last,
				(long long)corp->ledger_no);
		if (rows && last - first != rows - 1)
			verify_found(v, where,
				"the ledger has %lld rows from %lld to %lld: some are "
				"missing",
				(long long)rows, (long long)first, (long long)last);
		if ((int64_t)corp->ledger_rows != rows)
			verify_found(v, where,
				"%lld ledger rows, and %llu of them lead to a group",
				(long long)rows, (unsigned long long)corp->ledger_rows);
		if ((int64_t)corp->members != members)
			verify_found(v, where,
				"%lld members, and %llu of them in a group that is there",
				(long long)members, (unsigned long long)corp->members);
	}
	arena_fini(&arena);
	return st;
}

static enum status check_corp(struct verify *v, struct verify_corp *corp, struct error *e)
{
	char where[ERROR_TEXT_MAX];
	enum status st;

	(void)snprintf(where, sizeof(where), "corp %.*s", STR_FMT(corp->id));
	TRY(settle(v, where, verify_hash_corp(v, corp, e), e));
	st = check_groups(v, corp, e);
	if (st == ST_OK)
		st = check_sums(v, corp, where, e);
	TRY(settle(v, where, st, e));
	v->result->corps++;
	v->result->members += corp->members;
	v->result->ledger_rows += corp->ledger_rows;
	if (v->o->corp)
		v->o->corp(v->o->ctx, corp->id.p, corp->ledger_no);
	return ST_OK;
}

/* In the order of their corpIds, which does not depend on the store. */
static enum status check_corps(struct verify *v, struct error *e)
{
	struct buf last = { 0 };
	enum status st = ST_OK;
	bool more = true;

	while (more && st == ST_OK) {
		struct arena arena = { 0 };
		struct statements s = { .arena = &arena };

		STATEMENT(&s,
			"SELECT corp, corp_id, name, ledger_no FROM corp"
			" WHERE corp_id > $1 ORDER BY corp_id LIMIT 1",
			V_TEXT(last.n ? buf_str(&last) : STR("")));
		st = verify_run(v, &s, e);
		more = st == ST_OK && s.first->rows.n > 0;
		if (more) {
			const struct rows *r = &s.first->rows;
			struct verify_corp corp = {
				.number = rows_int(r, 0, 0),
				.id = rows_text(r, 0, 1),
				.name = rows_text(r, 0, 2),
				.ledger_no = rows_int(r, 0, 3),
			};

			last.n = 0;
			buf_add_str(&last, corp.id);
			st = check_corp(v, &corp, e);
		}
		arena_fini(&arena);
	}
	buf_fini(&last);
	return settle(v, "corp", st, e);
}

/* ---- all of it ---- */

static enum status check_all(struct verify *v, struct error *e)
{
	if (v->o->progress)
		v->o->progress(v->o->ctx, "the database's pages and indexes", 0);
	TRY(settle(v, "database", v->driver->check(v->db, database_found, v, e), e));
	for (size_t i = 0; i < ARRAY_LEN(relations); i++)
		TRY(check_relation(v, &relations[i], e));
	TRY(check_corps(v, e));
	return settle(v, "media", verify_media(v, e), e);
}

static enum status open_and_check(struct verify *v, struct error *e)
{
	const struct db_options reader = {
		.url = v->o->url, .dir = v->o->dir, .read_only = true
	};

	enum status st;

	TRY(v->driver->open(&reader, &v->db, e));
	st = v->driver->migrate(v->db, e);
	if (st == ST_AGAIN)
		return fail(e, st, "qun.db",
			"of an older Qun; a start of this one brings it up to date");
	TRY(st);
	TRY(v->driver->begin(v->db, false, e));
	return check_all(v, e);
}

enum status verify_store(
	const struct verify_options *o, struct verify_result *out, struct error *e)
{
	struct verify v = { .o = o, .result = out, .driver = db_driver_find(o->url) };
	unsigned n = STATE_HASH;
	enum status st;

	*out = (struct verify_result){ 0 };
	if (!v.driver)
		return fail(e, ST_INVALID, o->url, "no store of this kind");
	v.state = EVP_MD_CTX_new();
	if (!v.state || !EVP_DigestInit_ex(v.state, EVP_sha256(), NULL))
		die("SHA-256 failed");
	st = settle(&v, "database", open_and_check(&v, e), e);
	if (v.db)
		v.driver->rollback(v.db);
	v.driver->close(v.db);
	if (!EVP_DigestFinal_ex(v.state, out->state, &n))
		die("SHA-256 failed");
	EVP_MD_CTX_free(v.state);
	return st;
}
