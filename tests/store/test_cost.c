/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cost.c -- an operation looks at what it names, however many groups there are.
 * SQLite counts the steps of its virtual machine; a statement that walked through a table
 * of this size would take tens of thousands.
 */
#include "fixture.h"

#include <sqlite3.h>

enum { STEPS_MAX = 1500 };

static _Atomic int most;
static char most_sql[512]; /* written by whoever raised `most`, read when all is quiet */

static int on_profile(unsigned kind, void *ctx, void *stmt, void *ns)
{
	int steps = sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_VM_STEP, 1);

	(void)kind;
	(void)ctx;
	(void)ns;
	if (steps > most) {
		most = steps;
		(void)snprintf(most_sql, sizeof(most_sql), "%s", sqlite3_sql(stmt));
	}
	return 0;
}

static int on_open(sqlite3 *db, char **error, const void *api)
{
	(void)error;
	(void)api;
	return sqlite3_trace_v2(db, SQLITE_TRACE_PROFILE, on_profile, NULL);
}

static void assert_cheap(const char *what)
{
	if (most > STEPS_MAX)
		fail_msg("%s: %d steps: %s", what, most, most_sql);
	assert_true(most > 0);
	most = 0;
}

#define MANY(n) \
	"WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < " n ") "

static void large_world(struct fixture *f)
{
	small_world(f);
	assert_int_equal(
		run_sql(f,
			MANY("5000") "INSERT INTO chat SELECT 1, 'many' || v, -100 - v,"
				     " 'cidm' || v, 0, 'N', 'u1', 0, '',"
				     " 0, 0, 0, 0, 0, 0, 0, '', 0, 1, 1, 1, 0"
				     " FROM n",
			MANY("5000") "INSERT INTO chat_member"
				     " SELECT 1, -100 - v, 0, 'u1', 0, 0, '' FROM n",
			MANY("5000") "INSERT INTO employee"
				     " SELECT 1, 'p' || v, 'n-p' || v, 'N', '2' || v, 1 "
				     "FROM n",
			MANY("5000") "INSERT INTO employee_department"
				     " SELECT 1, 'p' || v, 3 FROM n",
			MANY("5000") "INSERT INTO external_contact (corp, unionid, userid, "
				     "name)"
				     " SELECT 1, 'y' || v, 'yu' || v, 'N' FROM n",
			MANY("5000") "INSERT INTO media"
				     " SELECT 1, '@' || v, 'image', 'f' || v, 1, 1 FROM n",
			MANY("5000") "INSERT INTO chat_client_id"
				     " SELECT 1, 'jsm' || v, 'many' || v FROM n",
			NULL),
		ST_OK);
	most = 0;
}

static void no_change_costs_more_where_there_are_many_groups(void **state)
{
	static const char *const tokens[] = { "t-all", "t-dept" };
	struct fixture *f = *state;
	struct token_issue_op issue;

	large_world(f);
	for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
		assert_int_equal(
			update(f, tokens[i],
				arena_printf(&f->arena,
					"{\"chatid\":\"many%zu\",\"name\":\"New\","
					"\"owner\":\"p7\",\"add_useridlist\":[\"p7\","
					"\"p8\"],"
					"\"del_useridlist\":[\"u1\"],\"add_extidlist\":"
					"[\"y9\"],\"icon\":\"@77\"}",
					i + 2500)
					.p),
			ST_OK);
		assert_cheap("update");
	}
	assert_int_equal(update(f, "t-all",
				 "{\"chatid\":\"many2500\",\"owner\":\"yu9\",\"ownerType\":"
				 "\"ext\"}"),
		ST_OK);
	assert_cheap("update to an external owner");
	assert_int_equal(edit(f, tokens[1], CALL_ADMINS,
				 "{\"openConversationId\":\"cidm77\",\"userIds\":[\"u1\"],"
				 "\"role\":2}"),
		ST_OK);
	assert_cheap("administrators");
	assert_int_equal(edit(f, tokens[1], CALL_NICK,
				 "{\"chatid\":\"many77\",\"userid\":\"u1\",\"group_nick\":"
				 "\"N\"}"),
		ST_OK);
	assert_cheap("nick");
	assert_int_equal(edit(f, tokens[1], CALL_SWITCH,
				 "{\"chatid\":\"jsm77\",\"is_prohibit\":true}"),
		ST_OK);
	assert_cheap("private chat");
	token_issue_init(&issue);
	issue.token_key = (const unsigned char *)"a key of which 32 bytes are read";
	issue.app_key = STR("all");
	issue.app_version = 1;
	assert_int_equal(do_change(f, &issue.change), ST_OK);
	assert_cheap("token");
}

static void no_read_costs_more_where_there_are_many_groups(void **state)
{
	struct fixture *f = *state;
	struct chat_read chat;
	struct chat_state_read whole;
	struct ledger_read ledger;
	struct lookup_read lookup;
	struct member_read member;
	struct person_read person;

	large_world(f);
	for (enum person_key key = PERSON_BY_USERID; key <= PERSON_BY_MOBILE; key++) {
		static const char *const values[] = { "p77", "n-p77", "277" };

		person_read_init(&person);
		person.access = access_of(f, "t-dept");
		person.key = key;
		person.value = str_from(values[key]);
		person.externals = true;
		assert_int_equal(do_read(f, &person.read), ST_OK);
		assert_true(person.person.visible);
		assert_cheap("person");
	}
	chat_read_init(&chat);
	chat.access = access_of(f, "t-dept");
	chat.chatid = STR("jsm77");
	chat.key = CHAT_BY_ANY_ID;
	chat.with_members = true;
	assert_int_equal(do_read(f, &chat.read), ST_OK);
	assert_cheap("chat");
	member_read_init(&member);
	member.access = access_of(f, "t-dept");
	member.call = small_call(f, CALL_QUERY,
		"{\"openConversationId\":\"cidm77\",\"userId\":\"u1\",\"maxResults\":1}",
		&member.key);
	member.page = 1;
	assert_int_equal(do_read(f, &member.read), ST_OK);
	assert_cheap("members");
	chat_state_read_init(&whole);
	whole.chatid = STR("cidm77");
	assert_int_equal(do_read(f, &whole.read), ST_OK);
	assert_cheap("state of a chat");
	ledger_read_init(&ledger);
	ledger.chatid = STR("many77");
	ledger.limit = 100;
	assert_int_equal(do_read(f, &ledger.read), ST_OK);
	assert_cheap("ledger");
	lookup_read_init(&lookup);
	lookup.corp = 1;
	lookup.id = STR("nothing");
	assert_int_equal(do_read(f, &lookup.read), ST_OK);
	assert_cheap("lookup");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FIXTURE_TEST(no_change_costs_more_where_there_are_many_groups),
		FIXTURE_TEST(no_read_costs_more_where_there_are_many_groups),
	};

	(void)sqlite3_auto_extension((void (*)(void))on_open);
	return fixture_run("cost", tests, ARRAY_LEN(tests));
}
