/* SPDX-License-Identifier: Apache-2.0 */
/* What verify promises: nothing is said of a sound store, and each kind of damage is. */
#include "fixture.h"

#include "base/clock.h"
#include "base/limits.h"
#include "store/media_ops.h"
#include "store/verify.h"
#include "store/world.h"
#include "json/decode.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* ---- a sound store ---- */

static struct media_name icon;

/* Groups g1 (with a history) and g2, in corp 1; corp 2 has the same g1. */
static const char world_json[] =
	"{'corps':[{'corpId':'c1','name':'One',"
	"'departments':[{'deptId':1,'name':'a','parentId':0},"
	"{'deptId':2,'name':'b','parentId':1}],"
	"'users':[{'userid':'u1','unionid':'n1','name':'One','mobile':'1001','deptIds':[2]}"
	","
	"{'userid':'u2','unionid':'n2','name':'Two','deptIds':[1]},"
	"{'userid':'u3','unionid':'n3','name':'Three','deptIds':[1]}],"
	"'externalContacts':[{'unionid':'x1','userid':'x1','name':'Ext'}],"
	"'apps':[{'appKey':'all','appSecret':'s','agentId':1,'name':'All',"
	"'permissions':['qyapi_chat_manage'],'accessToken':'t-all',"
	"'visibleScope':{'all':true}},"
	"{'appKey':'few','appSecret':'s','agentId':2,'name':'Few',"
	"'permissions':['qyapi_chat_manage'],'accessToken':'t-few',"
	"'visibleScope':{'userIds':['u1'],'deptIds':[2]}}],"
	"'media':[{'mediaId':'@icon','type':'image'}],"
	"'groups':[{'chatid':'g1','openConversationId':'cid1','conversationTag':0,"
	"'name':'First','owner':'u1','ownerType':'emp','useridlist':['u1','u2'],"
	"'extidlist':['x1'],'admins':['u2'],'icon':'@icon',"
	"'managementOptions':{'searchable':1},'clientChatids':['js1']},"
	"{'chatid':'g2','openConversationId':'cid2','conversationTag':2,"
	"'name':'Second','owner':'u2','ownerType':'emp','useridlist':['u2'],"
	"'extidlist':[],'dissolved':true}]},"
	"{'corpId':'c2','name':'Two',"
	"'users':[{'userid':'u1','unionid':'n1','name':'One'}],"
	"'apps':[{'appKey':'other','appSecret':'s','agentId':1,'name':'O',"
	"'permissions':[],'accessToken':'t-other','visibleScope':{'all':true}}],"
	"'groups':[{'chatid':'g1','openConversationId':'cid1','conversationTag':0,"
	"'name':'First','owner':'u1','ownerType':'emp','useridlist':['u1'],"
	"'extidlist':[]}]}]}";

static void load_world(struct fixture *f)
{
	struct world *w = ARENA_NEW(&f->arena, struct world);
	struct world_load_op *op = ARENA_NEW(&f->arena, struct world_load_op);
	char *text = arena_cstr(&f->arena, str_from(world_json));
	struct world_media *media;
	struct error e = { 0 };

	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	if (json_decode(str_from(text), world_fields, w, DECODE_STRICT, &f->arena, &e) !=
			ST_OK ||
		world_check(w, LIMIT_MEMBERS, &f->arena, &e) != ST_OK)
		fail_msg("%s: %s", e.field, e.text);
	assert_int_equal(media_keep_bytes(store_media_dir(f->store), media_builtin_image(),
				 &icon, &e),
		ST_OK);
	media = ((const struct world_corp *)w->corps.v)[0].media.v;
	media->kept = str_from(icon.text);
	media->size = (int64_t)media_builtin_image().n;
	world_load_init(op);
	op->world = w;
	op->now_ms = clock_now_ms();
	assert_int_equal(do_change(f, &op->change), ST_OK);
}

static void make_history(struct fixture *f)
{
	static const char *const updates[] = {
		"{\"chatid\":\"g1\",\"name\":\"Again\",\"add_useridlist\":[\"u3\"]}",
		"{\"chatid\":\"g1\",\"managementOptions\":{\"searchable\":0,"
		"\"chatBannedType\":1}}",
		"{\"chatid\":\"g1\",\"del_extidlist\":[\"x1\"],\"owner\":\"u2\"}",
		"{\"chatid\":\"g1\",\"add_extidlist\":[\"x1\"],"
		"\"del_useridlist\":[\"u1\"]}",
		"{\"chatid\":\"g1\",\"add_useridlist\":[\"u1\"]}",
	};

	load_world(f);
	for (size_t i = 0; i < ARRAY_LEN(updates); i++)
		assert_int_equal(update(f, "t-all", updates[i]), ST_OK);
	assert_int_equal(edit(f, "t-all", CALL_ADMINS,
				 "{\"openConversationId\":\"cid1\",\"role\":2,"
				 "\"userIds\":[\"u3\"]}"),
		ST_OK);
	assert_int_equal(edit(f, "t-all", CALL_NICK,
				 "{\"chatid\":\"g1\",\"userid\":\"u3\","
				 "\"group_nick\":\"Nick\"}"),
		ST_OK);
	assert_int_equal(
		edit(f, "t-all", CALL_SWITCH, "{\"chatid\":\"g1\",\"is_prohibit\":true}"),
		ST_OK);
}

/* ---- looking ---- */

struct look {
	struct verify_result result;
	struct buf found; /* all that was found, a line each */
};

static void found(void *ctx, const char *where, const char *what)
{
	buf_printf(&((struct look *)ctx)->found, "%s: %s\n", where, what);
}

static struct look look(struct fixture *f)
{
	struct look l = { 0 };
	struct error e = { 0 };
	const struct verify_options options = { .dir = f->dir, .found = found, .ctx = &l };

	if (verify_store(&options, &l.result, &e) != ST_OK)
		fail_msg("%s: %s", e.field, e.text);
	buf_add(&l.found, "", 1);
	return l;
}

/* Something was found, and what is expected is among it. */
static void assert_found(struct fixture *f, const char *expected, const char *of)
{
	struct look l = look(f);

	if (l.result.wrong == 0 || !strstr(l.found.p, expected))
		fail_msg("%s: %llu wrong, and \"%s\" is not in: %s", of,
			(unsigned long long)l.result.wrong, expected, l.found.p);
	buf_fini(&l.found);
}

static void assert_sound(struct fixture *f, struct verify_result *out)
{
	struct look l = look(f);

	if (l.result.wrong)
		fail_msg("wrong: %s", l.found.p);
	buf_fini(&l.found);
	if (out)
		*out = l.result;
}

/* ---- the tests ---- */

static void a_sound_store_is_found_sound_and_counted(void **state)
{
	struct fixture *f = *state;
	struct verify_result r;

	make_history(f);
	assert_sound(f, &r);
	assert_int_equal(r.corps, 2);
	assert_int_equal(r.groups, 3);
	assert_int_equal(r.members, 6);
	assert_int_equal(r.ledger_rows, 11);
	assert_int_equal(r.media_files, 1);
	assert_int_equal(r.media_unused, 0);
	fixture_close(f);
	assert_sound(f, NULL);
}

/* A statement that could not come from the program, and what must be said of it. */
static const struct damage {
	const char *sql, *expected;
} damages[] = {
#define G1 " WHERE corp = 1 AND chatid = 'g1'"
	{ "UPDATE chat SET name = 'Agaim'" G1, "corp c1, group g1: its name is \"Agaim\"" },
	{ "UPDATE chat SET owner = 'u3'" G1, "its owner is \"u3\"" },
	{ "UPDATE chat SET owner = 'u9'" G1, "its owner u9 is no member" },
	{ "UPDATE chat SET owner_kind = 1" G1, "is no member" },
	{ "UPDATE chat SET icon = ''" G1, "its icon is \"\"" },
	{ "UPDATE chat SET icon = '@icom'" G1, "an icon that is not there" },
	{ "UPDATE chat SET open_conversation_id = 'cid3'" G1, "its openConversationId" },
	{ "UPDATE chat SET made_by = 'few'" G1, "its createdBy is \"few\"" },
	{ "UPDATE chat SET tag = 2" G1, "its conversationTag is 2" },
	{ "UPDATE chat SET dissolved = 1" G1, "its dissolved is 1" },
	{ "UPDATE chat SET private_chat_prohibited = 0" G1, "its privateChatProhibited" },
	{ "UPDATE chat SET searchable = 1" G1, "its searchable is 1" },
	{ "UPDATE chat SET mention_all_authority = 1" G1, "its mentionAllAuthority is 1" },
	{ "UPDATE chat SET version = version + 1" G1, "its version is" },
	{ "UPDATE chat SET link_version = 1" G1, "its linkVersion is 1" },
	{ "UPDATE chat SET member_count = 3" G1, "it has 4 members, and its row says 3" },
	{ "UPDATE chat SET last_ledger = 1" G1, "its version is" },
	{ "UPDATE chat SET last_ledger = 0" G1, "its newest ledger row is 0" },
	{ "UPDATE chat SET last_ledger = 99" G1, "its newest ledger row is 99" },
	{ "UPDATE chat SET chatid = 'g3'" G1, "group g3: ledger row 10" },
	{ "DELETE FROM chat" G1, "of them lead to a group" },
#define OF_G1 " WHERE corp = 1 AND chat = 1" /* made with ledger row 1 */
	{ "UPDATE chat SET number = 1 WHERE corp = 1 AND chatid = 'g2'",
		"chat: g1: a number that another group has" },
	{ "DELETE FROM chat_member" OF_G1 " AND id = 'u3'", "it has 3 members" },
	{ "UPDATE chat_member SET id = 'u4'" OF_G1 " AND id = 'u3'", "another nick" },
	{ "UPDATE chat_member SET id = 'u4'" OF_G1 " AND id = 'u1'", "u1 is no member" },
	{ "UPDATE chat_member SET admin = 0" OF_G1 " AND id = 'u3'", "an administrator" },
	{ "UPDATE chat_member SET admin = 1" OF_G1 " AND id = 'u1'", "what u1 is differs" },
	{ "UPDATE chat_member SET nick = 'Nicl'" OF_G1 " AND id = 'u3'", "another nick" },
	{ "UPDATE chat_member SET since = 1" OF_G1 " AND id = 'u1'", "since ledger row 1" },
	{ "INSERT INTO chat_member (corp, chat, kind, id, admin, since, nick)"
	  " VALUES (1, 9, 0, 'u1', 0, 1, '')",
		"5 of them in a group that is there" },
	{ "UPDATE corp SET ledger_no = ledger_no + 1 WHERE corp = 1", "the corp is at 11" },
	{ "UPDATE corp SET ledger_no = 9 WHERE corp = 1", "the corp's is 9" },
	{ "DELETE FROM ledger WHERE corp = 1 AND number = 4", "ledger row 4 is missing" },
	{ "DELETE FROM ledger WHERE corp = 1 AND number = 4", "some are missing" },
	{ "UPDATE ledger SET previous = 1 WHERE corp = 1 AND number = 7",
		"its version is" },
	{ "UPDATE ledger SET previous = 9 WHERE corp = 1 AND number = 7",
		"names a later one" },
	{ "UPDATE ledger SET version = 2 WHERE corp = 1 AND number = 7", "its version is" },
	{ "UPDATE ledger SET chatid = 'g2' WHERE corp = 1 AND number = 7",
		"another group" },
	{ "UPDATE ledger SET change = replace(change, 'Again', 'Agaim') WHERE corp = 1",
		"ledger row 3 left \"Agaim\"" },
	{ "UPDATE ledger SET change = replace(change, 'First', 'Fisrt')"
	  " WHERE corp = 1 AND number = 3",
		"its name is \"Fisrt\", and ledger row 1" },
	{ "UPDATE ledger SET change = replace(change, 'name', 'nane')"
	  " WHERE corp = 1 AND number = 3",
		"ledger row 3 cannot be read" },
	{ "UPDATE ledger SET change = replace(change, 'emp', 'eop')"
	  " WHERE corp = 1 AND number = 3",
		"ledger row 3 names somebody neither emp nor ext" },
	{ "UPDATE ledger SET change = '{}' WHERE corp = 1 AND number = 1",
		"without a word on" },
	{ "UPDATE ledger SET change = replace(change, 'u2', 'u3')"
	  " WHERE corp = 1 AND number = 1",
		"and ledger row 1 " },
	{ "UPDATE corp SET corp = 7 WHERE corp = 2", "2: a corp that is not there" },
	{ "UPDATE corp_number SET last = 1", "c2: a number that was not given out yet" },
	{ "INSERT INTO corp_number VALUES (9)", "2: more than one row" },
	{ "DELETE FROM employee WHERE corp = 1 AND userid = 'u3'",
		"nobody of that userid" },
	{ "DELETE FROM department WHERE corp = 1 AND dept_id = 2", "a department that" },
	{ "DELETE FROM app WHERE app_key = 'few'", "app_scope_user: few: an app that" },
	{ "DELETE FROM app WHERE app_key = 'few'", "app_scope_department: few: an app" },
	{ "DELETE FROM app WHERE app_key = 'few'", "access_token: few: an app that" },
	{ "UPDATE app SET corp = 3 WHERE app_key = 'few'", "app: few: a corp that" },
	{ "UPDATE chat_client_id SET chatid = 'g4'", "js1: a group that is not there" },
	{ "UPDATE media SET size = size + 1", "and a row says" },
	{ "UPDATE media SET file = 'a' || file", "the file is missing" },
	{ "DROP INDEX department_parent", "the schema has" },
	{ "CREATE TABLE more (x)", "the schema has" },
};

static void each_kind_of_damage_is_found(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(damages); i++) {
		void *fresh = NULL;

		(void)fixture_setup(&fresh);
		f = fresh;
		make_history(f);
		assert_int_equal(run_sql(f, damages[i].sql, NULL), ST_OK);
		assert_found(f, damages[i].expected, damages[i].sql);
		(void)fixture_teardown(&fresh);
	}
}

static const char *icon_path(struct fixture *f)
{
	return arena_printf(&f->arena, "%s/%s", store_media_dir(f->store), icon.text).p;
}

static void a_damaged_or_missing_file_is_found(void **state)
{
	struct fixture *f = *state;
	int fd;

	make_history(f);
	fd = open(icon_path(f), O_WRONLY);
	assert_int_equal(pwrite(fd, "x", 1, 20), 1);
	(void)close(fd);
	assert_found(f, "its SHA-256 is not its name", "a flipped byte");
	assert_int_equal(unlink(icon_path(f)), 0);
	assert_found(f, "the file is missing", "a removed file");
	assert_int_equal(symlink("/dev/null", icon_path(f)), 0);
	assert_found(f, "cannot be opened as a regular file", "a link");
	assert_int_equal(unlink(icon_path(f)), 0);
}

static void a_file_that_no_row_names_is_counted_and_is_no_damage(void **state)
{
	struct fixture *f = *state;
	struct verify_result r;
	struct media_name name;

	make_history(f);
	assert_int_equal(
		media_keep_bytes(store_media_dir(f->store), STR("more"), &name, NULL),
		ST_OK);
	assert_sound(f, &r);
	assert_int_equal(r.media_unused, 1);
}

static void the_states_hash_is_that_of_the_contents(void **state)
{
	static const char *const differences[] = {
		"UPDATE employee SET name = 'Onf' WHERE corp = 1 AND userid = 'u1'",
		"UPDATE employee SET mobile = NULL WHERE corp = 1 AND userid = 'u1'",
		"UPDATE app SET secret = x'00' WHERE app_key = 'few'",
		"UPDATE access_token SET expires_ms = 5 WHERE app_key = 'few'",
		"UPDATE external_contact SET title = 't'",
		"UPDATE department SET parent_id = 0 WHERE dept_id = 2",
		"DELETE FROM app_scope_user",
		"DELETE FROM chat_client_id",
		"UPDATE ledger SET at_ms = at_ms + 1 WHERE corp = 2",
		"UPDATE corp SET name = 'o' WHERE corp = 1",
		("INSERT INTO departure (corp, kind, userid, app_key, request_id,"
		 " after_chatid) VALUES (1, 1, 'x9', 'a', 'r', '')"),
	};
	struct fixture *f = *state;
	struct verify_result a, b;

	make_history(f);
	assert_sound(f, &a);
	fixture_close(f);
	assert_int_equal(fixture_open(f, NULL), ST_OK);
	assert_sound(f, &b);
	assert_memory_equal(a.state, b.state, STATE_HASH);
	for (size_t i = 0; i < ARRAY_LEN(differences); i++) {
		assert_int_equal(run_sql(f, differences[i], NULL), ST_OK);
		assert_sound(f, &b);
		assert_memory_not_equal(a.state, b.state, STATE_HASH);
		a = b;
	}
	/* numbers of corps and groups are the store's own business */
	assert_int_equal(run_sql(f, "UPDATE corp_number SET last = 9",
				 "UPDATE corp SET corp = 9 WHERE corp = 2",
				 "UPDATE employee SET corp = 9 WHERE corp = 2",
				 "UPDATE app SET corp = 9 WHERE corp = 2",
				 "UPDATE access_token SET corp = 9 WHERE corp = 2",
				 "UPDATE chat SET corp = 9 WHERE corp = 2",
				 "UPDATE chat_member SET corp = 9 WHERE corp = 2",
				 "UPDATE chat_member SET chat = 77 WHERE corp = 1"
				 " AND chat = 1",
				 "UPDATE chat SET number = 77 WHERE corp = 1"
				 " AND number = 1",
				 "UPDATE ledger SET corp = 9 WHERE corp = 2", NULL),
		ST_OK);
	assert_sound(f, &b);
	assert_memory_equal(a.state, b.state, STATE_HASH);
}

/* More rows than a portion of any table has. */
static void portions_hide_nothing(void **state)
{
	struct fixture *f = *state;
	struct verify_result a, b;

	make_history(f);
	assert_int_equal(
		run_sql(f,
			"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
			" FROM n WHERE i < 1500) INSERT INTO employee (corp, userid,"
			" unionid, name, active) SELECT 1, 'more' || i, 'n' || i, '', 1"
			" FROM n WHERE i > 3",
			"INSERT INTO employee_department (corp, userid, dept_id)"
			" SELECT 1, userid, 1 FROM employee WHERE userid LIKE 'more%'",
			NULL),
		ST_OK);
	assert_sound(f, &a);
	assert_int_equal(
		run_sql(f, "UPDATE employee SET name = 'x' WHERE userid = 'more999'", NULL),
		ST_OK);
	assert_sound(f, &b);
	assert_memory_not_equal(a.state, b.state, STATE_HASH);
	assert_int_equal(run_sql(f,
				 "DELETE FROM employee_department"
				 " WHERE userid = 'more998'",
				 NULL),
		ST_OK);
	assert_sound(f, &a);
	assert_memory_not_equal(a.state, b.state, STATE_HASH);
}

static void what_is_no_store_is_refused(void **state)
{
	struct fixture *f = *state;
	struct verify_result r;
	struct error e = { 0 };
	const struct verify_options options = { .dir = "/nonexistent", .found = found };

	(void)f;
	assert_int_equal(verify_store(&options, &r, &e), ST_NOT_FOUND);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_sound_store_is_found_sound_and_counted),
		FIXTURE_TEST(each_kind_of_damage_is_found),
		FIXTURE_TEST(a_damaged_or_missing_file_is_found),
		FIXTURE_TEST(a_file_that_no_row_names_is_counted_and_is_no_damage),
		FIXTURE_TEST(the_states_hash_is_that_of_the_contents),
		FIXTURE_TEST(portions_hide_nothing),
		FIXTURE_TEST(what_is_no_store_is_refused),
	};

	return fixture_run("verify", tests, ARRAY_LEN(tests));
}
