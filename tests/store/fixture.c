/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include "base/limits.h"
#include "group/group_admins.h"
#include "group/group_link.h"
#include "group/group_members.h"
#include "group/group_nick.h"
#include "group/group_switch.h"
#include "json/decode.h"

#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/stat.h>
#include <unistd.h>

/* The drivers that the contract is tested with. */
static const char *const urls[] = { "sqlite:" };
static const char *url;

enum { LANES = 2 };

int fixture_run(const char *name, const struct CMUnitTest *tests, size_t n)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		url = urls[i];
		failed += _cmocka_run_group_tests(name, tests, n, NULL, NULL);
	}
	return failed;
}

static void on_fatal(void *ctx, const struct error *e)
{
	struct fixture *f = ctx;

	(void)e;
	f->fatal++;
}

enum status fixture_open(struct fixture *f, struct error *e)
{
	const struct store_options o = { .url = url,
		.dir = f->dir,
		.lanes = LANES,
		.cache_mb = 8,
		.on_fatal = on_fatal,
		.ctx = f };

	return store_open(&o, &f->store, e);
}

void fixture_close(struct fixture *f)
{
	store_close(f->store);
	f->store = NULL;
}

static void make_dir(struct fixture *f)
{
	(void)snprintf(f->dir, sizeof(f->dir), "/tmp/qun-store-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
}

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *ftw)
{
	(void)s;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static void remove_dir(const char *dir)
{
	(void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct error e = { 0 };

	assert_non_null(f);
	make_dir(f);
	if (fixture_open(f, &e) != ST_OK)
		fail_msg("%s: %s", e.field, e.text);
	*state = f;
	return 0;
}

struct owned_arena {
	struct arena arena;
	struct owned_arena *next;
};

struct arena *fixture_arena(struct fixture *f)
{
	struct owned_arena *a = ARENA_NEW(&f->arena, struct owned_arena);

	a->next = f->owned;
	f->owned = a;
	return &a->arena;
}

int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	fixture_close(f);
	for (struct owned_arena *a = f->owned; a; a = a->next)
		arena_fini(&a->arena);
	remove_dir(f->dir);
	arena_fini(&f->arena);
	free(f);
	return 0;
}

const char *fixture_path(struct fixture *f, const char *name)
{
	return arena_printf(&f->arena, "%s/%s", f->dir, name).p;
}

static void copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out;
	char bytes[65536];
	ssize_t n;

	if (in < 0)
		return; /* no log yet */
	out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(out >= 0);
	while ((n = read(in, bytes, sizeof(bytes))) > 0)
		assert_int_equal(write(out, bytes, (size_t)n), n);
	(void)close(in);
	(void)close(out);
}

void fixture_crash(struct fixture *f)
{
	static const char *const names[] = { "qun.db", "qun.db-wal" };
	const char *from[ARRAY_LEN(names)];
	char old[sizeof(f->dir)];
	struct error e = { 0 };

	memcpy(old, f->dir, sizeof(old));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		from[i] = fixture_path(f, names[i]);
	make_dir(f);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		copy_file(from[i], fixture_path(f, names[i]));
	fixture_close(f);
	remove_dir(old);
	if (fixture_open(f, &e) != ST_OK)
		fail_msg("%s: %s", e.field, e.text);
}

struct pending {
	sem_t done;
	enum status status;
	struct change *change;
};

static void change_done(struct change *c)
{
	struct pending *p = c->user;

	p->status = c->status;
	(void)sem_post(&p->done);
}

struct pending *submit(struct fixture *f, struct change *c)
{
	struct pending *p = calloc(1, sizeof(*p));
	enum status st;

	assert_non_null(p);
	(void)sem_init(&p->done, 0, 0);
	c->user = p;
	c->done = change_done;
	st = store_change(f->store, c);
	if (st != ST_OK) {
		p->status = st;
		(void)sem_post(&p->done);
	}
	return p;
}

enum status wait_for(struct pending *p)
{
	enum status st;

	while (sem_wait(&p->done) != 0)
		;
	st = p->status;
	(void)sem_destroy(&p->done);
	free(p);
	return st;
}

enum status do_change(struct fixture *f, struct change *c)
{
	if (!c->arena)
		c->arena = &f->arena;
	return wait_for(submit(f, c));
}

static void read_done(struct read *r)
{
	(void)sem_post(r->user);
}

enum status do_read(struct fixture *f, struct read *r)
{
	sem_t done;

	(void)sem_init(&done, 0, 0);
	if (!r->arena)
		r->arena = &f->arena;
	r->user = &done;
	r->done = read_done;
	store_read(f->store, r);
	while (sem_wait(&done) != 0)
		;
	(void)sem_destroy(&done);
	return r->status;
}

/* ---- SQL ---- */

enum { SQL_MAX = 64 };

struct sql_change {
	struct change change;
	const char *sql[SQL_MAX];
	size_t n;
};

static void ask_nothing(struct change *c, struct statements *facts)
{
	(void)c;
	(void)facts;
}

static enum status decide_ok(struct change *c, struct statements *facts)
{
	(void)c;
	(void)facts;
	return ST_OK;
}

static void write_sql(struct change *c, struct statements *out)
{
	struct sql_change *s = CONTAINER_OF(c, struct sql_change, change);

	for (size_t i = 0; i < s->n; i++)
		statements_add(out, s->sql[i], NULL, 0);
}

enum status run_sql(struct fixture *f, const char *sql, ...)
{
	static const struct change_ops ops = { "sql", ask_nothing, decide_ok, write_sql };
	struct sql_change s = { .change.ops = &ops };
	va_list ap;

	va_start(ap, sql);
	for (; sql; sql = va_arg(ap, const char *)) {
		assert_true(s.n < SQL_MAX);
		s.sql[s.n++] = sql;
	}
	va_end(ap);
	return do_change(f, &s.change);
}

struct sql_read {
	struct read read;
	const char *sql;
	const struct rows *rows;
};

static void sql_read_ask(struct read *r, struct statements *facts)
{
	statements_add(facts, CONTAINER_OF(r, struct sql_read, read)->sql, NULL, 0);
}

static enum status sql_read_take(struct read *r, struct statements *facts)
{
	CONTAINER_OF(r, struct sql_read, read)->rows = rows_next(facts);
	return ST_OK;
}

static const struct rows *ask_rows(struct fixture *f, const char *sql)
{
	static const struct read_ops ops = { "sql", sql_read_ask, sql_read_take };
	struct sql_read q = { .read.ops = &ops, .sql = sql };

	if (do_read(f, &q.read) != ST_OK)
		fail_msg("%s: %s", sql, q.read.error.text);
	return q.rows;
}

int64_t ask_int(struct fixture *f, const char *sql)
{
	const struct rows *r = ask_rows(f, sql);

	return r->n ? rows_int(r, 0, 0) : 0;
}

struct str ask_text(struct fixture *f, const char *sql)
{
	const struct rows *r = ask_rows(f, sql);

	return r->n ? rows_text(r, 0, 0) : STR_NONE;
}

struct store_stats stats_of(struct fixture *f)
{
	struct store_stats s;

	store_get_stats(f->store, &s);
	return s;
}

/* ---- changes made of parts ---- */

static void test_ask(struct change *c, struct statements *facts)
{
	struct test_change *t = CONTAINER_OF(c, struct test_change, change);

	if (t->ask)
		statements_add(facts, t->ask, NULL, 0);
}

static enum status test_decide(struct change *c, struct statements *facts)
{
	struct test_change *t = CONTAINER_OF(c, struct test_change, change);
	const struct rows *r = t->ask ? rows_next(facts) : NULL;

	t->decided++;
	t->asked = r && r->n ? rows_int(r, 0, 0) : 0;
	if (t->in_decide)
		t->in_decide(t);
	return t->decide;
}

static void test_write(struct change *c, struct statements *out)
{
	struct test_change *t = CONTAINER_OF(c, struct test_change, change);

	if (t->write)
		statements_add(out, t->write, NULL, 0);
}

struct test_change *test_change_new(struct fixture *f)
{
	static const struct change_ops ops = { "test", test_ask, test_decide, test_write };
	struct test_change *t = ARENA_NEW(&f->arena, struct test_change);

	*t = (struct test_change){ .change = { .ops = &ops, .arena = fixture_arena(f) } };
	return t;
}

struct gate {
	sem_t reached, open;
	struct pending *pending;
};

static void wait_at_gate(struct test_change *t)
{
	struct gate *g = t->ctx;

	(void)sem_post(&g->reached);
	while (sem_wait(&g->open) != 0)
		;
}

struct gate *gate_close(struct fixture *f)
{
	struct gate *g = ARENA_NEW(&f->arena, struct gate);
	struct test_change *t = test_change_new(f);

	(void)sem_init(&g->reached, 0, 0);
	(void)sem_init(&g->open, 0, 0);
	t->in_decide = wait_at_gate;
	t->ctx = g;
	g->pending = submit(f, &t->change);
	while (sem_wait(&g->reached) != 0)
		;
	return g;
}

void gate_open(struct gate *g)
{
	(void)sem_post(&g->open);
	assert_int_equal(wait_for(g->pending), ST_OK);
}

/* ---- a small world ---- */

#define CORP(n, app) \
	"INSERT INTO corp (corp, corp_id, name, ledger_no) VALUES" \
	" (" n ", 'corp" n "', 'Corp', 0)", \
		"INSERT INTO department (corp, dept_id, parent_id, name) VALUES" \
		" (" n ", 1, 0, 'a'), (" n ", 2, 1, 'b'), (" n ", 3, 2, 'c')," \
		" (" n ", 9, 0, 'd')", \
		"INSERT INTO employee (corp, userid, unionid, name, mobile, active) " \
		"VALUES" \
		" (" n ", 'u1', 'n-u1', 'One', '1001', 1)," \
		" (" n ", 'u2', 'n-u2', 'Two', NULL, 1)," \
		" (" n ", 'u3', 'n-u3', 'Three', NULL, 1)," \
		" (" n ", 'u4', 'n-u4', 'Four', NULL, 1)," \
		" (" n ", 'u5', 'n-u5', 'Five', NULL, 1)," \
		" (" n ", 'u6', 'n-u6', 'Six', NULL, 1)," \
		" (" n ", 'u7', 'n-u7', 'Seven', NULL, 1)," \
		" (" n ", 'u8', 'n-u8', 'Eight', NULL, 1)," \
		" (" n ", 'u9', 'n-u9', 'Nine', NULL, 1)," \
		" (" n ", 'far', 'n-far', 'Far', NULL, 1)," \
		" (" n ", 'gone', 'n-gone', 'Gone', NULL, 0)", \
		"INSERT INTO employee_department (corp, userid, dept_id)" \
		" SELECT corp, userid, CASE userid WHEN 'far' THEN 9 ELSE 3 END" \
		" FROM employee WHERE corp = " n, \
		"INSERT INTO external_contact (corp, unionid, userid, name) VALUES" \
		" (" n ", 'x1', 'xu1', 'Ext one'), (" n ", 'x2', 'x2', 'Ext two')," \
		" (" n ", 'x3', 'x3', 'Ext three')", \
		"INSERT INTO media (corp, media_id, type, file, size, at_ms) VALUES" \
		" (" n ", '@icon', 'image', 'f', 1, 1)," \
		" (" n ", '@voice', 'voice', 'f', 1, 1)", \
		"INSERT INTO chat (corp, chatid, number, open_conversation_id, tag, " \
		"name, owner," \
		" owner_kind, icon, mention_all_authority, show_history_type," \
		" validation_type, searchable, chat_banned_type, management_type, " \
		"private_chat_prohibited, made_by," \
		" dissolved, member_count, version, link_version, last_ledger) VALUES" \
		" (" n \
		", 'chat1', -1, 'cid1', 0, 'Name', 'u1', 0, '', 0, 0, 0, 0, 0, 0, 0," \
		" '" app "', 0, 4, 1, 1, 0)," \
		" (" n \
		", 'chat2', -2, 'cid2', 2, 'Far', 'far', 0, '', 0, 0, 0, 0, 0, 0, 0," \
		" '', 0, 2, 1, 1, 0)," \
		" (" n \
		", 'chat3', -3, 'cid3', 0, 'Old', 'u1', 0, '', 0, 0, 0, 0, 0, 0, 0," \
		" '" app "', 1, 1, 1, 1, 0)", \
		"INSERT INTO chat_member (corp, chat, kind, id, admin, since, nick) " \
		"VALUES" \
		" (" n ", -1, 0, 'u1', 0, 0, ''), (" n ", -1, 0, 'u2', 0, 0, '')," \
		" (" n ", -1, 0, 'u3', 1, 0, ''), (" n ", -1, 1, 'x1', 0, 0, '')," \
		" (" n ", -2, 0, 'far', 0, 0, ''), (" n ", -2, 0, 'u1', 0, 0, '')," \
		" (" n ", -3, 0, 'u1', 0, 0, '')", \
		"INSERT INTO chat_client_id (corp, client_chatid, chatid) VALUES" \
		" (" n ", 'js1', 'chat1')"

static const struct {
	const char *app, *token;
	int64_t corp, sees_all;
} apps[] = {
	{ "all", "t-all", 1, 1 },
	{ "dept", "t-dept", 1, 0 },
	{ "few", "t-few", 1, 0 },
	{ "other", "t-other", 2, 1 },
};

static void write_apps(struct change *c, struct statements *out)
{
	for (size_t i = 0; i < ARRAY_LEN(apps); i++) {
		unsigned char *hash = arena_alloc(c->arena, TOKEN_HASH);
		unsigned char *secret = arena_alloc(c->arena, SECRET_STORED);

		token_hash(str_from(apps[i].token), hash);
		secret_store(STR("secret"), secret);
		STATEMENT(out,
			"INSERT INTO app (app_key, corp, secret, agent_id, name,"
			" permissions, sees_all, version, token_issue)"
			" VALUES ($1, $2, $3, 1, 'App', 'qyapi_chat_manage ', $4, 1, 1000)",
			V_TEXT(str_from(apps[i].app)), V_INT(apps[i].corp),
			V_BLOB(secret, SECRET_STORED), V_INT(apps[i].sees_all));
		STATEMENT(out,
			"INSERT INTO access_token (hash, corp, app_key, issue, expires_ms,"
			" fixed) VALUES ($1, $2, $3, 0, 0, 1)",
			V_BLOB(hash, TOKEN_HASH), V_INT(apps[i].corp),
			V_TEXT(str_from(apps[i].app)));
	}
}

void small_world(struct fixture *f)
{
	static const struct change_ops ops = { "apps", ask_nothing, decide_ok, write_apps };
	struct change c = { .ops = &ops };

	assert_int_equal(run_sql(f, CORP("1", "all"), CORP("2", "other"), NULL), ST_OK);
	assert_int_equal(do_change(f, &c), ST_OK);
	assert_int_equal(run_sql(f,
				 "INSERT INTO app_scope_department (corp, app_key, dept_id)"
				 " VALUES (1, 'dept', 2)",
				 "INSERT INTO app_scope_user (corp, app_key, userid)"
				 " VALUES (1, 'few', 'u1')",
				 NULL),
		ST_OK);
}

static bool allow_known(const struct access *access, struct refusal *why)
{
	static const struct rule rule = { .id = "token.valid", .answer = REFUSE_TOKEN };

	why->rule = &rule;
	return access->caller.known;
}

struct access *access_of(struct fixture *f, const char *token)
{
	struct access *a = ARENA_NEW(&f->arena, struct access);
	struct caller_read q;

	token_hash(str_from(token), a->token_hash);
	caller_read_init(&q, a->token_hash);
	assert_int_equal(do_read(f, &q.read), ST_OK);
	a->caller = q.caller;
	a->allow = allow_known;
	return a;
}

struct chat_update_op *update_op(struct fixture *f, const char *token, const char *json)
{
	struct chat_update_op *op = ARENA_NEW(&f->arena, struct chat_update_op);
	struct group_update *req = ARENA_NEW(&f->arena, struct group_update);
	struct refusal why = { 0 };
	struct error e = { 0 };

	if (json_decode(str_from(json), group_update_fields, req, DECODE_STRICT, &f->arena,
		    &e) != ST_OK)
		fail_msg("%s: %s", json, e.text);
	if (!group_update_check(req, &f->arena, &why))
		fail_msg("%s: %s", json, why.rule->id);
	chat_update_init(op);
	op->access = access_of(f, token);
	op->req = req;
	op->request_id = STR("request");
	op->at_ms = 1234;
	op->member_cap = LIMIT_MEMBERS;
	op->change.arena = fixture_arena(f);
	return op;
}

enum status update(struct fixture *f, const char *token, const char *json)
{
	return do_change(f, &update_op(f, token, json)->change);
}

void refused(struct fixture *f, const char *token, const char *json, const char *rule)
{
	struct chat_update_op *op = update_op(f, token, json);
	struct str before = chat_as_text(f);
	uint64_t commits = stats_of(f).commits;

	assert_int_equal(do_change(f, &op->change), ST_REFUSED);
	assert_string_equal(op->why.rule->id, rule);
	assert_true(str_eq(before, chat_as_text(f)));
	assert_int_equal(stats_of(f).commits, commits);
}

struct group_call small_call(
	struct fixture *f, enum small_call which, const char *json, enum chat_key *key)
{
	static const struct {
		const struct field *fields;
		const struct rule *rules;
		size_t size;
		enum chat_key key;
	} calls[] = {
		[CALL_ADMINS] = { group_admins_fields, group_admins_rules,
			sizeof(struct group_admins), CHAT_BY_OPEN_ID },
		[CALL_ADMINS_LEGACY] = { group_admins_legacy_fields,
			group_admins_legacy_rules, sizeof(struct group_admins),
			CHAT_BY_ID },
		[CALL_NICK] = { group_nick_fields, NULL, sizeof(struct group_nick),
			CHAT_BY_ID },
		[CALL_SWITCH] = { group_switch_fields, NULL, sizeof(struct group_switch),
			CHAT_BY_ANY_ID },
		[CALL_LINK] = { group_link_fields, NULL, sizeof(struct group_link),
			CHAT_BY_ID },
		[CALL_CHECK] = { group_members_check_fields, NULL,
			sizeof(struct group_members_check), CHAT_BY_OPEN_ID },
		[CALL_QUERY] = { group_members_query_fields, NULL,
			sizeof(struct group_members_query), CHAT_BY_OPEN_ID },
	};
	void *req = arena_alloc(&f->arena, calls[which].size);
	struct group_call call = { 0 };
	struct refusal why = { 0 };
	struct error e = { 0 };

	if (json_decode(str_from(json), calls[which].fields, req, DECODE_STRICT, &f->arena,
		    &e) != ST_OK)
		fail_msg("%s: %s", json, e.text);
	switch (which) {
	case CALL_ADMINS:
	case CALL_ADMINS_LEGACY:
		call = group_admins_call(req, calls[which].fields, calls[which].rules);
		break;
	case CALL_NICK: call = group_nick_call(req); break;
	case CALL_SWITCH: call = group_switch_call(req); break;
	case CALL_LINK: call = group_link_call(req); break;
	case CALL_CHECK: call = group_members_check_call(req); break;
	case CALL_QUERY: call = group_members_query_call(req); break;
	}
	if (!group_call_check(&call, &f->arena, &why))
		fail_msg("%s: %s", json, why.rule->id);
	*key = calls[which].key;
	return call;
}

struct chat_edit_op *edit_op(
	struct fixture *f, const char *token, enum small_call which, const char *json)
{
	struct chat_edit_op *op = ARENA_NEW(&f->arena, struct chat_edit_op);

	chat_edit_init(op);
	op->call = small_call(f, which, json, &op->key);
	op->access = access_of(f, token);
	op->request_id = STR("request");
	op->at_ms = 1234;
	op->change.arena = fixture_arena(f);
	return op;
}

enum status edit(
	struct fixture *f, const char *token, enum small_call which, const char *json)
{
	return do_change(f, &edit_op(f, token, which, json)->change);
}

struct str chat_as_text(struct fixture *f)
{
	struct chat_state_read *q = ARENA_NEW(&f->arena, struct chat_state_read);
	struct chat *c = &q->state.chat;
	struct buf b = { 0 };
	struct str text;

	chat_state_read_init(q);
	q->chatid = STR("chat1");
	q->corp_id = STR("corp1");
	assert_int_equal(do_read(f, &q->read), ST_OK);
	buf_printf(&b,
		"name=%.*s owner=%d:%.*s icon=%.*s count=%lld version=%lld link=%lld "
		"ledger=%lld/%lld options=",
		STR_FMT(c->name), c->owner_kind, STR_FMT(c->owner), STR_FMT(c->icon),
		(long long)c->member_count, (long long)c->version,
		(long long)c->link_version, (long long)c->last_ledger,
		(long long)ask_int(f, "SELECT count(*) FROM ledger"));
	for (size_t i = 0; i < OPTION_COUNT; i++)
		buf_printf(&b, "%d", (int)c->options[i]);
	if (c->private_chat_prohibited)
		buf_add_str(&b, STR(" private chat prohibited"));
	for (size_t i = 0; i < q->state.member_count; i++) {
		const struct member *m = &q->state.members[i];

		buf_printf(&b, " %d:%.*s%s", m->kind, STR_FMT(m->id), m->admin ? "*" : "");
		if (m->nick.n)
			buf_printf(&b, "=%.*s", STR_FMT(m->nick));
	}
	text = arena_str(&f->arena, buf_str(&b));
	buf_fini(&b);
	return text;
}
