/* SPDX-License-Identifier: Apache-2.0 */
/* What loading, replacing and removing corps promise. */
#include "fixture.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "store/world.h"
#include "json/decode.h"

/* ---- all that is stored, as text ---- */

static const char *const tables[] = {
	"SELECT * FROM corp ORDER BY 1",
	"SELECT * FROM corp_number",
	"SELECT * FROM department ORDER BY 1, 2",
	"SELECT * FROM employee ORDER BY 1, 2",
	"SELECT * FROM employee_department ORDER BY 1, 2, 3",
	"SELECT * FROM external_contact ORDER BY 1, 2",
	"SELECT * FROM app ORDER BY 1",
	"SELECT * FROM app_scope_user ORDER BY 1, 2, 3",
	"SELECT * FROM app_scope_department ORDER BY 1, 2, 3",
	"SELECT * FROM access_token ORDER BY 1",
	"SELECT * FROM media ORDER BY 1, 2",
	"SELECT * FROM chat ORDER BY 1, 2",
	"SELECT * FROM chat_client_id ORDER BY 1, 2",
	"SELECT * FROM chat_member ORDER BY 1, 2, 3, 4",
	"SELECT * FROM ledger ORDER BY 1, 2",
};

struct dump_read {
	struct read read;
	struct buf text;
};

static void dump_ask(struct read *r, struct statements *facts)
{
	(void)r;
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		statements_add(facts, tables[i], NULL, 0);
}

static void dump_cell(struct buf *out, const struct value *v, struct arena *a)
{
	if (v->kind == VALUE_INT)
		buf_printf(out, "%lld|", (long long)v->i);
	else if (v->kind == VALUE_BLOB)
		buf_printf(out, "%s|", hex_encode(a, v->s.p, v->s.n).p);
	else
		buf_printf(out, "%.*s|", STR_FMT(v->s));
}

static enum status dump_take(struct read *r, struct statements *facts)
{
	struct dump_read *d = CONTAINER_OF(r, struct dump_read, read);

	for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
		const struct rows *rows = rows_next(facts);

		buf_printf(&d->text, "%s\n", tables[t]);
		for (size_t i = 0; i < rows->n * rows->columns; i++) {
			dump_cell(&d->text, &rows->cells[i], r->arena);
			if ((i + 1) % rows->columns == 0)
				buf_printf(&d->text, "\n");
		}
	}
	return ST_OK;
}

static struct str dump(struct fixture *f)
{
	static const struct read_ops ops = { "dump", dump_ask, dump_take };
	struct dump_read d = { .read = { .ops = &ops, .large = true } };
	struct str text;

	assert_int_equal(do_read(f, &d.read), ST_OK);
	text = arena_str(&f->arena, buf_str(&d.text));
	buf_fini(&d.text);
	return text;
}

#define assert_same(before, after) assert_string_equal((before).p, (after).p)

/* Rows of that corp, in all tables. */
static int64_t rows_of(struct fixture *f, const char *corp)
{
	static const char *const counted[] = { "department", "employee",
		"employee_department", "external_contact", "app", "app_scope_user",
		"app_scope_department", "access_token", "media", "chat", "chat_client_id",
		"chat_member", "ledger" };
	int64_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(counted); i++)
		n += ask_int(f,
			arena_printf(&f->arena, "SELECT count(*) FROM %s WHERE corp = %s",
				counted[i], corp)
				.p);
	return n;
}

/* ---- loading ---- */

/* From JSON in which ' stands for ". */
static void decode(struct fixture *f, const char *json, struct world *w)
{
	char *text = arena_cstr(&f->arena, str_from(json));
	struct error e = { 0 };

	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	*w = (struct world){ 0 };
	if (json_decode(str_from(text), world_fields, w, DECODE_STRICT, &f->arena, &e) !=
			ST_OK ||
		world_check(w, LIMIT_MEMBERS, &f->arena, &e) != ST_OK)
		fail_msg("%s: %s", e.field, e.text);
	for (size_t c = 0; c < w->corps.n; c++) {
		const struct objects *media =
			&((const struct world_corp *)w->corps.v)[c].media;

		for (size_t i = 0; i < media->n; i++)
			((struct world_media *)media->v)[i].kept = STR("abc");
	}
}

static struct world_load_op *load_world(
	struct fixture *f, struct world *w, enum world_mode mode)
{
	struct world_load_op *op = ARENA_NEW(&f->arena, struct world_load_op);

	world_load_init(op);
	op->world = w;
	op->mode = mode;
	op->now_ms = clock_now_ms();
	(void)do_change(f, &op->change);
	return op;
}

static struct world_load_op *load(struct fixture *f, const char *json, enum world_mode mode)
{
	struct world *w = ARENA_NEW(&f->arena, struct world);

	decode(f, json, w);
	return load_world(f, w, mode);
}

static size_t loaded(struct fixture *f, const char *json, enum world_mode mode)
{
	struct world_load_op *op = load(f, json, mode);

	if (op->change.status != ST_OK)
		fail_msg("%s: %s: %s", status_text(op->change.status),
			op->change.error.field, op->change.error.text);
	return op->made;
}

static enum status remove_corp(struct fixture *f, struct str corp_id)
{
	struct corp_delete_op op;

	corp_delete_init(&op);
	op.corp_id = corp_id;
	return do_change(f, &op.change);
}

/* The corp that fixture.h's calls know, with one of everything. */
#define CORP1(more) \
	"{'corpId':'corp1','name':'One'," \
	"'departments':[{'deptId':1,'name':'root'},{'deptId':2,'name':'r','parentId':1}]," \
	"'users':[{'userid':'u1','unionid':'n1','name':'A','mobile':'138','deptIds':[1,2]" \
	"}," \
	"{'userid':'u2','unionid':'n2','name':'B','active':false}]," \
	"'externalContacts':[{'unionid':'x1','userid':'xu1','name':'X'},{'unionid':'x2'}]" \
	"," \
	"'apps':[{'appKey':'a1','appSecret':'s1','agentId':7,'name':'App'," \
	"'permissions':['qyapi_chat_manage','p2'],'visibleScope':{'userIds':['u2','u1']," \
	"'deptIds':[2]},'accessToken':'t1'}]," \
	"'media':[{'mediaId':'@i'},{'mediaId':'@v','type':'voice','file':'v.amr'}]," \
	"'groups':[{'chatid':'chat1','openConversationId':'cid1','conversationTag':0," \
	"'name':'G','owner':'u1','createdBy':'a1','useridlist':['u1','u2']," \
	"'extidlist':['x1'],'admins':['u2'],'icon':'@i'," \
	"'managementOptions':{'searchable':1},'clientChatids':['js1','js2']}" more "]}"
#define GROUP(more) "{'name':'g','owner':'u1','useridlist':['u1']" more "}"
#define ONE "{'corps':[" CORP1("") "]}"

static void a_world_makes_all_that_it_names(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(loaded(f, ONE, WORLD_CREATE), 1 + 2 + 2 + 2 + 1 + 2 + 1);
	assert_int_equal(
		ask_int(f, "SELECT parent_id FROM department WHERE dept_id = 2"), 1);
	assert_int_equal(ask_int(f, "SELECT active FROM employee WHERE userid = 'u1'"), 1);
	assert_int_equal(ask_int(f, "SELECT active FROM employee WHERE userid = 'u2'"), 0);
	assert_int_equal(
		ask_int(f, "SELECT count(*) FROM employee WHERE mobile IS NULL"), 1);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM employee_department"), 2);
	assert_int_equal(
		ask_int(f, "SELECT count(*) FROM external_contact WHERE userid = 'x2'"), 1);
	assert_true(str_is(
		ask_text(f, "SELECT permissions FROM app"), "qyapi_chat_manage p2 "));
	assert_int_equal(ask_int(f, "SELECT sees_all FROM app"), 0);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM app_scope_user"), 2);
	assert_int_equal(ask_int(f, "SELECT fixed FROM access_token"), 1);
	assert_true(access_of(f, "t1")->caller.known);
	assert_true(
		str_is(ask_text(f, "SELECT file FROM media WHERE media_id = '@v'"), "abc"));
	assert_int_equal(ask_int(f, "SELECT count(*) FROM chat_client_id"), 2);
	assert_true(str_is(chat_as_text(f),
		"name=G owner=0:u1 icon=@i count=3 version=1 link=1 ledger=1/1 "
		"options=000100 0:u1 0:u2* 1:x1"));
	assert_true(str_is(ask_text(f, "SELECT actor FROM ledger"), "world"));
	assert_int_equal(ask_int(f, "SELECT since FROM chat_member WHERE id = 'x1'"), 1);
}

static void what_a_world_leaves_out_has_its_default(void **state)
{
	struct fixture *f = *state;

	(void)loaded(f,
		"{'corps':[{'users':[{'userid':'u1'}],'apps':[{}],'groups':[" GROUP(
			"") "," GROUP(",'dissolved':true") "]}]}",
		WORLD_CREATE);
	assert_int_equal(ask_int(f, "SELECT active FROM employee"), 1);
	assert_int_equal(ask_int(f, "SELECT sees_all FROM app"), 1);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM access_token"), 0);
	assert_int_equal(ask_int(f, "SELECT sum(tag) FROM chat"), 2 + 2);
	assert_int_equal(ask_int(f, "SELECT sum(dissolved) FROM chat"), 1);
	assert_int_equal(
		ask_int(f, "SELECT count(*) FROM chat WHERE made_by = '' AND icon = ''"),
		2);
}

static void a_loaded_world_survives_a_crash(void **state)
{
	struct fixture *f = *state;
	struct str before;

	(void)loaded(f, ONE, WORLD_CREATE);
	before = dump(f);
	fixture_crash(f);
	assert_same(before, dump(f));
}

static void loading_again_makes_nothing_and_writes_nothing(void **state)
{
	struct fixture *f = *state;
	struct str before;
	uint64_t commits;

	(void)loaded(f, ONE, WORLD_CREATE);
	before = dump(f);
	commits = stats_of(f).commits;
	assert_int_equal(loaded(f, ONE, WORLD_CREATE), 0);
	assert_int_equal(stats_of(f).commits, commits);
	assert_same(before, dump(f));
}

static void creating_never_undoes_a_change(void **state)
{
	struct fixture *f = *state;
	struct str before;

	(void)loaded(f, ONE, WORLD_CREATE);
	assert_int_equal(update(f, "t1",
				 "{\"chatid\":\"chat1\",\"name\":\"H\","
				 "\"del_useridlist\":[\"u2\"],\"del_extidlist\":[\"x1\"]}"),
		ST_OK);
	before = dump(f);
	assert_int_equal(loaded(f, ONE, WORLD_CREATE), 0);
	assert_same(before, dump(f));
}

static void creating_adds_what_is_absent_to_a_corp(void **state)
{
	struct fixture *f = *state;

	(void)loaded(f, ONE, WORLD_CREATE);
	/* named: the corp, a user and a group that are there; absent: a user, and a group
	 * of people, app and icon that only the store has */
	assert_int_equal(
		loaded(f,
			"{'corps':[{'corpId':'corp1','name':'Other','users':[{'userid':'u1'"
			","
			"'name':'Z'},{'userid':'u3','deptIds':[2]}],'groups':[{'chatid':'"
			"chat1',"
			"'name':'Z','owner':'u3','useridlist':['u3']},{'chatid':'chat2',"
			"'name':'g','owner':'u2','useridlist':['u2','u3'],'extidlist':['x2'"
			"],"
			"'conversationTag':0,'createdBy':'a1','icon':'@i'}]}]}",
			WORLD_CREATE),
		2);
	assert_true(str_is(ask_text(f, "SELECT name FROM corp"), "One"));
	assert_true(
		str_is(ask_text(f, "SELECT name FROM employee WHERE userid = 'u1'"), "A"));
	assert_true(
		str_is(ask_text(f, "SELECT name FROM chat WHERE chatid = 'chat1'"), "G"));
	assert_int_equal(
		ask_int(f, "SELECT member_count FROM chat WHERE chatid = 'chat2'"), 3);
	assert_int_equal(ask_int(f, "SELECT number FROM ledger WHERE chatid = 'chat2'"), 2);
	assert_int_equal(ask_int(f, "SELECT ledger_no FROM corp"), 2);
}

static void an_answer_tells_what_is_stored_and_not_what_was_generated(void **state)
{
	struct fixture *f = *state;
	struct world w;
	const struct world_corp *c;
	const struct world_app *a;

	(void)loaded(f, ONE, WORLD_CREATE);
	decode(f,
		"{'corps':[{'corpId':'corp1','users':[{'userid':'u1'},{'userid':'new'}],"
		"'externalContacts':[{'unionid':'x1'}],'apps':[{'appKey':'a1'},{}],"
		"'groups':[{'chatid':'chat1','name':'g','owner':'u1','useridlist':['u1']}]}"
		"]}",
		&w);
	assert_int_equal(load_world(f, &w, WORLD_CREATE)->change.status, ST_OK);
	world_settle(&w);
	c = w.corps.v;
	a = c->apps.v;
	assert_true(str_is(((const struct world_user *)c->users.v)[0].unionid, "n1"));
	assert_int_equal(((const struct world_user *)c->users.v)[1].unionid.n, 26);
	assert_true(str_is(
		((const struct world_external *)c->externalContacts.v)->userid, "xu1"));
	assert_true(str_is(
		((const struct world_group *)c->groups.v)->openConversationId, "cid1"));
	assert_null(a[0].appSecret.p);
	assert_int_equal(a[1].appSecret.n, 64);
}

static void a_fixed_token_can_be_given_to_an_app_that_exists(void **state)
{
	struct fixture *f = *state;

	(void)loaded(f, ONE, WORLD_CREATE);
	assert_int_equal(loaded(f,
				 "{'corps':[{'corpId':'corp1','apps':[{'appKey':'a1','"
				 "accessToken':'t2'}]}]}",
				 WORLD_CREATE),
		0);
	assert_true(access_of(f, "t1")->caller.known);
	assert_true(access_of(f, "t2")->caller.known);
}

static void replacing_leaves_what_the_file_says_and_nothing_else(void **state)
{
	struct fixture *f = *state;
	int64_t version, issue;

	(void)loaded(f, ONE, WORLD_CREATE);
	version = ask_int(f, "SELECT version FROM app");
	issue = ask_int(f, "SELECT token_issue FROM app");
	assert_int_equal(update(f, "t1", "{\"chatid\":\"chat1\",\"name\":\"H\"}"), ST_OK);
	(void)loaded(f,
		"{'corps':[{'corpId':'corp1','name':'New','users':[{'userid':'u9'}],"
		"'apps':[{'appKey':'a1','accessToken':'t9'}],"
		"'groups':[{'chatid':'chat1','name':'N','owner':'u9','useridlist':['u9']}]}"
		"]}",
		WORLD_REPLACE);
	assert_true(str_is(ask_text(f, "SELECT name FROM corp"), "New"));
	assert_int_equal(ask_int(f, "SELECT corp FROM corp"), 1);
	/* user, app, token, group, member, ledger row */
	assert_int_equal(rows_of(f, "1"), 6);
	assert_true(ask_int(f, "SELECT version FROM app") > version);
	assert_true(ask_int(f, "SELECT token_issue FROM app") > issue);
	assert_false(access_of(f, "t1")->caller.known);
	assert_true(access_of(f, "t9")->caller.known);
	/* numbers go on from the two of before */
	assert_true(str_is(chat_as_text(f),
		"name=N owner=0:u9 icon= count=1 version=1 link=1 ledger=3/1 "
		"options=000000 0:u9"));
	assert_int_equal(ask_int(f, "SELECT previous FROM ledger"), 0);
}

static void replacing_resets_to_the_same_state_each_time(void **state)
{
	struct fixture *f = *state;

	for (int64_t i = 1; i <= 3; i++) {
		(void)loaded(f, ONE, WORLD_REPLACE);
		/* two for each round before this one */
		assert_int_equal(ask_int(f, "SELECT ledger_no FROM corp"), 2 * i - 1);
		assert_int_equal(ask_int(f, "SELECT version FROM chat"), 1);
		assert_int_equal(
			update(f, "t1", "{\"chatid\":\"chat1\",\"name\":\"H\"}"), ST_OK);
	}
}

static void versions_rise_even_if_the_clock_goes_back(void **state)
{
	struct fixture *f = *state;
	int64_t version;

	(void)loaded(f, ONE, WORLD_CREATE);
	version = ask_int(f, "SELECT version FROM app");
	clock_shift(-3600000);
	(void)loaded(f, ONE, WORLD_REPLACE);
	clock_shift(3600000);
	assert_int_equal(ask_int(f, "SELECT version FROM app"), version + 1);
}

#define TWO \
	"{'corps':[{'corpId':'a','users':[{'userid':'u1','unionid':'n1','mobile':'1'}]," \
	"'externalContacts':[{'unionid':'x1'}],'apps':[{'appKey':'ka','accessToken':'ta'}" \
	"]," \
	"'media':[{'mediaId':'@i'}],'groups':[" GROUP( \
		",'chatid':'c'") "]}," \
				 "{'corpId':'b','users':[{'userid':'u1','unionid':'n1','" \
				 "mobile':'1'}]," \
				 "'externalContacts':[{'unionid':'x1'}],'apps':[{'appKey'" \
				 ":'kb','accessToken':'tb'}]," \
				 "'media':[{'mediaId':'@i'}],'groups':[" GROUP( \
					 ",'chatid':'c'") "]}]}"

static void removing_a_corp_leaves_nothing_of_it_and_all_of_the_other(void **state)
{
	struct fixture *f = *state;
	int64_t rows;

	(void)loaded(f, TWO, WORLD_CREATE);
	rows = rows_of(f, "2");
	assert_int_equal(rows_of(f, "1"), rows);
	assert_int_equal(remove_corp(f, STR("a")), ST_OK);
	assert_int_equal(rows_of(f, "1"), 0);
	assert_int_equal(rows_of(f, "2"), rows);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM corp"), 1);
	assert_int_equal(remove_corp(f, STR("a")), ST_NOT_FOUND);
}

static void the_number_of_a_removed_corp_is_not_used_again(void **state)
{
	struct fixture *f = *state;

	(void)loaded(f, TWO, WORLD_CREATE);
	assert_int_equal(remove_corp(f, STR("b")), ST_OK);
	(void)loaded(f, "{'corps':[{'corpId':'c'}]}", WORLD_CREATE);
	assert_int_equal(ask_int(f, "SELECT corp FROM corp WHERE corp_id = 'c'"), 3);
}

static void an_app_and_a_token_can_move_between_corps_that_are_replaced(void **state)
{
	struct fixture *f = *state;

	(void)loaded(f, TWO, WORLD_CREATE);
	(void)loaded(f,
		"{'corps':[{'corpId':'a','apps':[{'appKey':'kb','accessToken':'tb'}]},"
		"{'corpId':'b','apps':[{'appKey':'ka'}]}]}",
		WORLD_REPLACE);
	assert_int_equal(ask_int(f, "SELECT corp FROM app WHERE app_key = 'kb'"), 1);
	assert_true(str_is(access_of(f, "tb")->caller.corp_id, "a"));
	assert_false(access_of(f, "ta")->caller.known);
}

/* What does not fit to the store: corp1, and corp2 with an app. */
static const struct {
	const char *json, *place, *why;
	enum world_mode mode;
} bad[] = {
	{ "{'corps':[{'corpId':'corp1','apps':[{'appKey':'b1'}]}]}",
		"corps[0].apps[0].appKey", "an app of another corp has it", WORLD_CREATE },
	{ "{'corps':[{'corpId':'corp1','apps':[{'appKey':'b1'}]}]}",
		"corps[0].apps[0].appKey", "an app of another corp has it", WORLD_REPLACE },
	{ "{'corps':[{'corpId':'corp1','apps':[{'accessToken':'t1'}]}]}",
		"corps[0].apps[0].accessToken", "another app has it", WORLD_CREATE },
	{ "{'corps':[{'corpId':'new','apps':[{'accessToken':'t1'}]}]}",
		"corps[0].apps[0].accessToken", "another app has it", WORLD_REPLACE },
	{ "{'corps':[{'corpId':'corp1','users':[{'userid':'u1'},{'unionid':'n2'}]}]}",
		"corps[0].users[1].unionid", "somebody else in the store has it",
		WORLD_CREATE },
	{ "{'corps':[{'corpId':'corp1','users':[{'unionid':'x1'}]}]}",
		"corps[0].users[0].unionid", "somebody else in the store has it",
		WORLD_CREATE },
	{ "{'corps':[{'corpId':'corp1','users':[{'mobile':'138'}]}]}",
		"corps[0].users[0].mobile", "somebody else in the store has it",
		WORLD_CREATE },
	{ "{'corps':[{'corpId':'corp1','externalContacts':[{'unionid':'xu1'}]}]}",
		"corps[0].externalContacts[0].unionid", "somebody else in the store has it",
		WORLD_CREATE },
	{ "{'corps':[{'corpId':'corp1','externalContacts':[{'userid':'x1'}]}]}",
		"corps[0].externalContacts[0].userid", "somebody else in the store has it",
		WORLD_CREATE },
	{ "{'corps':[{'corpId':'corp1','groups':[" GROUP(",'chatid':'js1'") "]}]}",
		"corps[0].groups[0].chatid", "another group in the store has it",
		WORLD_CREATE },
	{ "{'corps':[{'corpId':'corp1','groups':[" GROUP(
		  ",'clientChatids':['n','cid1']") "]}]}",
		"corps[0].groups[0].clientChatids[1]", "another group in the store has it",
		WORLD_CREATE },
	{ "{'corps':[{'corpId':'corp1','departments':[{'deptId':5,'parentId':6}]}]}",
		"corps[0].departments[0].parentId",
		"no such department in the file or in the store", WORLD_CREATE },
	{ "{'corps':[{'corpId':'corp1','users':[{'deptIds':[1,6]}]}]}",
		"corps[0].users[0].deptIds[1]",
		"no such department in the file or in the store", WORLD_CREATE },
	{ "{'corps':[{'corpId':'corp1','groups':[{'name':'g','owner':'u9',"
	  "'useridlist':['u9']}]}]}",
		"corps[0].groups[0].useridlist[0]",
		"no such employee in the file or in the store", WORLD_CREATE },
	{ "{'corps':[{'corpId':'corp2','groups':[" GROUP("") "]}]}",
		"corps[0].groups[0].useridlist[0]",
		"no such employee in the file or in the store", WORLD_CREATE },
	{ "{'corps':[{'corpId':'corp1','groups':[" GROUP(
		  ",'conversationTag':0,'extidlist':['xu1']") "]}]}",
		"corps[0].groups[0].extidlist[0]",
		"no such external contact in the file or in the store", WORLD_CREATE },
	{ "{'corps':[{'corpId':'corp1','groups':[" GROUP(",'createdBy':'b1'") "]}]}",
		"corps[0].groups[0].createdBy", "no such app in the file or in the store",
		WORLD_CREATE },
	{ "{'corps':[{'corpId':'corp1','groups':[" GROUP(",'icon':'@x'") "]}]}",
		"corps[0].groups[0].icon", "no such media file in the file or in the store",
		WORLD_CREATE },
	{ "{'corps':[{'corpId':'corp1','groups':[" GROUP(",'icon':'@v'") "]}]}",
		"corps[0].groups[0].icon", "not an image", WORLD_CREATE },
	{ "{'corps':[{'corpId':'corp1','groups':[" GROUP("") "]}]}",
		"corps[0].groups[0].useridlist[0]", "no such employee in the file",
		WORLD_REPLACE },
};

static void a_world_that_does_not_fit_names_the_place_and_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct str before;

	(void)loaded(f, ONE, WORLD_CREATE);
	(void)loaded(
		f, "{'corps':[{'corpId':'corp2','apps':[{'appKey':'b1'}]}]}", WORLD_CREATE);
	before = dump(f);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const struct change *c = &load(f, bad[i].json, bad[i].mode)->change;

		if (c->status != ST_INVALID)
			fail_msg("%s: %s", bad[i].json, status_text(c->status));
		assert_string_equal(c->error.field, bad[i].place);
		assert_string_equal(c->error.text, bad[i].why);
		assert_same(before, dump(f));
	}
}

/* 99,000 people in groups of 100, as many objects as a file may have. */
static void a_world_at_the_limit_loads_whole(void **state)
{
	enum { GROUPS = 1000, SIZE = 100, USERS = LIMIT_WORLD_OBJECTS - 1 - GROUPS };
	struct fixture *f = *state;
	struct world_user *users = ARENA_ARRAY(&f->arena, struct world_user, USERS);
	struct world_group *groups = ARENA_ARRAY(&f->arena, struct world_group, GROUPS);
	struct str *ids = ARENA_ARRAY(&f->arena, struct str, USERS);
	struct world_corp corp = { .users = { users, USERS, true },
		.groups = { groups, GROUPS, true } };
	struct world w = { .corps = { &corp, 1, true } };
	struct error e = { 0 };

	for (size_t i = 0; i < USERS; i++)
		users[i].userid = ids[i] = arena_printf(&f->arena, "u%zu", i);
	for (size_t i = 0; i < GROUPS; i++)
		groups[i] = (struct world_group){ .name = STR("g"),
			.owner = ids[i * 90],
			.useridlist = { &ids[i * 90], SIZE, true } };
	assert_int_equal(world_check(&w, LIMIT_MEMBERS, &f->arena, &e), ST_OK);
	assert_int_equal(load_world(f, &w, WORLD_CREATE)->made, LIMIT_WORLD_OBJECTS);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM employee"), USERS);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM chat_member"), GROUPS * SIZE);
	assert_int_equal(ask_int(f, "SELECT max(number) FROM ledger"), GROUPS);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_world_makes_all_that_it_names),
		FIXTURE_TEST(what_a_world_leaves_out_has_its_default),
		FIXTURE_TEST(a_loaded_world_survives_a_crash),
		FIXTURE_TEST(loading_again_makes_nothing_and_writes_nothing),
		FIXTURE_TEST(creating_never_undoes_a_change),
		FIXTURE_TEST(creating_adds_what_is_absent_to_a_corp),
		FIXTURE_TEST(an_answer_tells_what_is_stored_and_not_what_was_generated),
		FIXTURE_TEST(a_fixed_token_can_be_given_to_an_app_that_exists),
		FIXTURE_TEST(replacing_leaves_what_the_file_says_and_nothing_else),
		FIXTURE_TEST(replacing_resets_to_the_same_state_each_time),
		FIXTURE_TEST(versions_rise_even_if_the_clock_goes_back),
		FIXTURE_TEST(removing_a_corp_leaves_nothing_of_it_and_all_of_the_other),
		FIXTURE_TEST(the_number_of_a_removed_corp_is_not_used_again),
		FIXTURE_TEST(an_app_and_a_token_can_move_between_corps_that_are_replaced),
		FIXTURE_TEST(a_world_that_does_not_fit_names_the_place_and_changes_nothing),
		FIXTURE_TEST(a_world_at_the_limit_loads_whole),
	};

	return fixture_run("world", tests, ARRAY_LEN(tests));
}
