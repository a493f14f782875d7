/* SPDX-License-Identifier: Apache-2.0 */
/* Administrators, nicks, the switch for private chat, and who is a member: what is asked of
 * the store, and what is written. */
#include "fixture.h"

#include "base/limits.h"

#define LAST_CHANGE "SELECT change FROM ledger ORDER BY corp, number DESC LIMIT 1"
#define BEFORE \
	"name=Name owner=0:u1 icon= count=4 version=1 link=1 ledger=0/0 options=000000"

static void assert_str(struct str got, const char *want)
{
	if (!str_is(got, want))
		fail_msg("got %.*s\nnot %s", STR_FMT(got), want);
}

/* Refused by this rule, and nothing is written. */
static void assert_refused(struct fixture *f, const char *token, enum small_call which,
	const char *json, const char *rule)
{
	struct chat_edit_op *op = edit_op(f, token, which, json);
	struct str before = chat_as_text(f);
	uint64_t commits = stats_of(f).commits;

	assert_int_equal(do_change(f, &op->change), ST_REFUSED);
	assert_string_equal(op->why.rule->id, rule);
	assert_true(str_eq(before, chat_as_text(f)));
	assert_int_equal(stats_of(f).commits, commits);
}

/* ---- administrators ---- */

static void members_become_administrators_and_back(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(edit(f, "t-all", CALL_ADMINS,
				 "{\"openConversationId\":\"cid1\",\"role\":2,"
				 "\"userIds\":[\"u3\",\"u2\",\"u2\",\"u1\"]}"),
		ST_OK);
	assert_str(chat_as_text(f),
		"name=Name owner=0:u1 icon= count=4 version=2 link=1 ledger=1/1 "
		"options=000000 0:u1 0:u2* 0:u3* 1:x1");
	assert_str(ask_text(f, LAST_CHANGE),
		"{\"promoted\":[{\"type\":\"emp\",\"id\":\"u2\"}]}");
	assert_str(ask_text(f, "SELECT actor || ' ' || request_id || ' ' || at_ms || ' ' ||"
			       " version || ' ' || chatid FROM ledger"),
		"all request 1234 2 chat1");

	assert_int_equal(edit(f, "t-all", CALL_ADMINS_LEGACY,
				 "{\"chatid\":\"chat1\",\"role\":3,\"userids\":[\"u3\","
				 "\"u2\"]}"),
		ST_OK);
	assert_str(chat_as_text(f),
		"name=Name owner=0:u1 icon= count=4 version=3 link=1 ledger=2/2 "
		"options=000000 0:u1 0:u2 0:u3 1:x1");
	assert_str(ask_text(f, LAST_CHANGE),
		"{\"demoted\":[{\"type\":\"emp\",\"id\":\"u3\"},"
		"{\"type\":\"emp\",\"id\":\"u2\"}]}");
}

static void what_changes_nothing_is_not_written(void **state)
{
	static const struct {
		enum small_call which;
		const char *json;
	} cases[] = {
		{ CALL_ADMINS, "{\"openConversationId\":\"cid1\",\"role\":2,"
			       "\"userIds\":[\"u3\",\"u1\"]}" },
		{ CALL_ADMINS, "{\"openConversationId\":\"cid1\",\"role\":3,"
			       "\"userIds\":[\"u2\",\"u1\"]}" },
		{ CALL_SWITCH, "{\"chatid\":\"chat1\",\"is_prohibit\":false}" },
	};
	struct fixture *f = *state;
	uint64_t commits;

	small_world(f);
	commits = stats_of(f).commits;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(edit(f, "t-all", cases[i].which, cases[i].json), ST_OK);
	assert_str(chat_as_text(f), BEFORE " 0:u1 0:u2 0:u3* 1:x1");
	assert_int_equal(stats_of(f).commits, commits);
}

static void the_rules_see_the_group_and_its_people(void **state)
{
	static const struct {
		const char *token;
		enum small_call which;
		const char *json, *rule;
	} cases[] = {
		/* a chatid is no open id, and the other way round */
		{ "t-all", CALL_ADMINS,
			"{\"openConversationId\":\"chat1\",\"role\":2,\"userIds\":[\"u2\"]"
			"}",
			"conversation.known" },
		{ "t-all", CALL_ADMINS_LEGACY,
			"{\"chatid\":\"cid1\",\"role\":2,\"userids\":[\"u2\"]}",
			"chat.known" },
		{ "t-all", CALL_ADMINS_LEGACY,
			"{\"chatid\":\"js1\",\"role\":2,\"userids\":[\"u2\"]}",
			"chat.known" },
		{ "t-all", CALL_ADMINS,
			"{\"openConversationId\":\"cid3\",\"role\":2,\"userIds\":[\"u1\"]}",
			"chat.active" },
		{ "t-dept", CALL_ADMINS,
			"{\"openConversationId\":\"cid1\",\"role\":2,\"userIds\":[\"u2\"]}",
			"chat.app" },
		{ "t-all", CALL_ADMINS,
			"{\"openConversationId\":\"cid1\",\"role\":2,\"userIds\":[\"gone\"]"
			"}",
			"people.known" },
		{ "t-all", CALL_ADMINS,
			"{\"openConversationId\":\"cid1\",\"role\":2,\"userIds\":[\"x1\"]}",
			"people.known" },
		{ "t-all", CALL_ADMINS,
			"{\"openConversationId\":\"cid1\",\"role\":2,\"userIds\":[\"u4\"]}",
			"people.members" },
		{ "t-few", CALL_ADMINS,
			"{\"openConversationId\":\"cid2\",\"role\":2,\"userIds\":[\"who\"]"
			"}",
			"people.members" },
		{ "t-all", CALL_NICK,
			"{\"chatid\":\"js1\",\"userid\":\"u2\",\"group_nick\":\"N\"}",
			"chat.known" },
		{ "t-all", CALL_NICK,
			"{\"chatid\":\"chat1\",\"userid\":\"u4\",\"group_nick\":\"N\"}",
			"people.members" },
		{ "t-all", CALL_SWITCH, "{\"chatid\":\"js2\",\"is_prohibit\":true}",
			"chat.known" },
		{ "t-none", CALL_SWITCH, "{\"chatid\":\"chat1\",\"is_prohibit\":true}",
			"token.valid" },
	};
	struct fixture *f = *state;

	small_world(f);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_refused(
			f, cases[i].token, cases[i].which, cases[i].json, cases[i].rule);
}

static void administrators_are_counted_group_by_group(void **state)
{
	struct fixture *f = *state;

	/* given: eleven beside u3 in chat1, and many elsewhere */
	small_world(f);
	assert_int_equal(
		run_sql(f,
			"INSERT INTO chat_member SELECT 1, -1, 0, 'm' || value, 1, 0, "
			"''"
			" FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL"
			" SELECT value + 1 FROM n WHERE value < 10) SELECT value FROM n)",
			"INSERT INTO chat_member SELECT 1, -2, 0, 'm' || value, 1, 0, "
			"''"
			" FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL"
			" SELECT value + 1 FROM n WHERE value < 20) SELECT value FROM n)",
			"INSERT INTO chat_member SELECT 1, -1, 0, 'u4', 0, 0, ''", NULL),
		ST_OK);

	/* then: one more fits, and no second */
	assert_int_equal(edit(f, "t-all", CALL_ADMINS_LEGACY,
				 "{\"chatid\":\"chat1\",\"role\":2,\"userids\":[\"u2\"]}"),
		ST_OK);
	assert_refused(f, "t-all", CALL_ADMINS_LEGACY,
		"{\"chatid\":\"chat1\",\"role\":2,\"userids\":[\"u4\"]}", "admins.cap");

	/* when one is removed from the group, there is room again */
	assert_int_equal(
		update(f, "t-all", "{\"chatid\":\"chat1\",\"del_useridlist\":[\"m1\"]}"),
		ST_OK);
	assert_int_equal(edit(f, "t-all", CALL_ADMINS_LEGACY,
				 "{\"chatid\":\"chat1\",\"role\":2,\"userids\":[\"u4\"]}"),
		ST_OK);
}

/* ---- nicks ---- */

static void a_nick_is_kept_until_its_bearer_leaves(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(edit(f, "t-all", CALL_NICK,
				 "{\"chatid\":\"chat1\",\"userid\":\"u2\",\"group_nick\":"
				 "\"Tweety\"}"),
		ST_OK);
	assert_str(ask_text(f, LAST_CHANGE),
		"{\"nicks\":[{\"type\":\"emp\",\"id\":\"u2\",\"before\":\"\","
		"\"after\":\"Tweety\"}]}");
	assert_int_equal(edit(f, "t-all", CALL_NICK,
				 "{\"chatid\":\"chat1\",\"userid\":\"u2\",\"group_nick\":"
				 "\"Deuce\"}"),
		ST_OK);
	assert_str(ask_text(f, LAST_CHANGE),
		"{\"nicks\":[{\"type\":\"emp\",\"id\":\"u2\",\"before\":\"Tweety\","
		"\"after\":\"Deuce\"}]}");

	/* when he becomes the owner, it stays */
	assert_int_equal(
		update(f, "t-all", "{\"chatid\":\"chat1\",\"owner\":\"u2\"}"), ST_OK);
	assert_str(chat_as_text(f),
		"name=Name owner=0:u2 icon= count=4 version=4 link=4 ledger=3/3 "
		"options=000000 0:u1 0:u2=Deuce 0:u3* 1:x1");

	/* when he leaves and comes back, it is gone */
	assert_int_equal(update(f, "t-all",
				 "{\"chatid\":\"chat1\",\"owner\":\"u1\","
				 "\"del_useridlist\":[\"u2\"]}"),
		ST_OK);
	assert_str(ask_text(f, LAST_CHANGE),
		"{\"owner\":{\"before\":\"u2\",\"after\":\"u1\"},"
		"\"linkVersion\":{\"before\":4,\"after\":5},"
		"\"removed\":[{\"type\":\"emp\",\"id\":\"u2\",\"nick\":\"Deuce\"}]}");
	assert_int_equal(
		update(f, "t-all", "{\"chatid\":\"chat1\",\"add_useridlist\":[\"u2\"]}"),
		ST_OK);
	assert_str(chat_as_text(f),
		"name=Name owner=0:u1 icon= count=4 version=6 link=5 ledger=5/5 "
		"options=000000 0:u1 0:u2 0:u3* 1:x1");
}

static void the_same_nick_is_not_written_again(void **state)
{
	static const char json[] =
		"{\"chatid\":\"chat1\",\"userid\":\"u2\",\"group_nick\":\"N\"}";
	struct fixture *f = *state;
	uint64_t commits;

	small_world(f);
	assert_int_equal(edit(f, "t-all", CALL_NICK, json), ST_OK);
	commits = stats_of(f).commits;
	assert_int_equal(edit(f, "t-all", CALL_NICK, json), ST_OK);
	assert_int_equal(stats_of(f).commits, commits);
}

/* ---- private chat ---- */

static void private_chat_is_switched_by_either_kind_of_chatid(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(
		edit(f, "t-all", CALL_SWITCH, "{\"chatid\":\"js1\",\"is_prohibit\":true}"),
		ST_OK);
	assert_str(chat_as_text(f),
		"name=Name owner=0:u1 icon= count=4 version=2 link=1 ledger=1/1 "
		"options=000000 private chat prohibited 0:u1 0:u2 0:u3* 1:x1");
	assert_str(ask_text(f, LAST_CHANGE),
		"{\"privateChatProhibited\":{\"before\":false,\"after\":true}}");
	/* another change leaves it */
	assert_int_equal(
		update(f, "t-all", "{\"chatid\":\"chat1\",\"icon\":\"@icon\"}"), ST_OK);
	assert_int_equal(edit(f, "t-all", CALL_SWITCH,
				 "{\"chatid\":\"chat1\",\"is_prohibit\":false}"),
		ST_OK);
	assert_str(ask_text(f, LAST_CHANGE),
		"{\"privateChatProhibited\":{\"before\":true,\"after\":false}}");
}

static void the_other_corp_keeps_what_it_has(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(edit(f, "t-other", CALL_ADMINS,
				 "{\"openConversationId\":\"cid1\",\"role\":2,"
				 "\"userIds\":[\"u2\"]}"),
		ST_OK);
	assert_int_equal(edit(f, "t-other", CALL_NICK,
				 "{\"chatid\":\"chat1\",\"userid\":\"u2\",\"group_nick\":"
				 "\"N\"}"),
		ST_OK);
	assert_int_equal(edit(f, "t-other", CALL_SWITCH,
				 "{\"chatid\":\"js1\",\"is_prohibit\":true}"),
		ST_OK);
	assert_int_equal(ask_int(f, "SELECT version FROM chat WHERE corp = 2"
				    " AND chatid = 'chat1'"),
		4);
	assert_str(ask_text(f, "SELECT group_concat(id || admin || nick, ' ') FROM"
			       " chat_member WHERE corp = 1 AND chat = -1"),
		"u10 u20 u31 x10");
	assert_int_equal(ask_int(f, "SELECT version FROM chat WHERE corp = 1"
				    " AND chatid = 'chat1'"),
		1);
	assert_int_equal(ask_int(f, "SELECT private_chat_prohibited FROM chat"
				    " WHERE corp = 1 AND chatid = 'chat1'"),
		0);
}

/* ---- questions ---- */

static struct member_read *question(
	struct fixture *f, const char *token, enum small_call which, const char *json)
{
	struct member_read *q = ARENA_NEW(&f->arena, struct member_read);

	member_read_init(q);
	q->access = access_of(f, token);
	q->call = small_call(f, which, json, &q->key);
	return q;
}

static void a_member_is_known_as_one(void **state)
{
	static const struct {
		const char *userid;
		bool known, member;
	} cases[] = {
		{ "u2", true, true },
		{ "u4", true, false },
		{ "gone", false, false },
		{ "x1", false, false },
		{ "who", false, false },
	};
	struct fixture *f = *state;

	small_world(f);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct member_read *q = question(f, "t-few", CALL_CHECK,
			arena_printf(&f->arena,
				"{\"openConversationId\":\"cid1\",\"userId\":\"%s\"}",
				cases[i].userid)
				.p);

		assert_int_equal(do_read(f, &q->read), ST_OK);
		assert_int_equal(q->facts.add_emp.v[0].known, cases[i].known);
		assert_int_equal(q->facts.add_emp.v[0].member, cases[i].member);
		assert_str(q->facts.chat.chatid, "chat1");
		assert_false(q->userids.set);
	}
}

static void a_question_is_refused_by_its_rules(void **state)
{
	static const struct {
		const char *token;
		enum small_call which;
		const char *json, *rule;
	} cases[] = {
		{ "t-all", CALL_CHECK,
			"{\"openConversationId\":\"chat1\",\"userId\":\"u1\"}",
			"conversation.known" },
		{ "t-all", CALL_LINK, "{\"chatid\":\"js1\",\"userid\":\"u1\"}",
			"chat.known" },
		{ "t-all", CALL_LINK, "{\"chatid\":\"chat3\",\"userid\":\"u1\"}",
			"chat.active" },
		{ "t-all", CALL_LINK, "{\"chatid\":\"chat1\",\"userid\":\"gone\"}",
			"people.known" },
		{ "t-few", CALL_LINK, "{\"chatid\":\"chat1\",\"userid\":\"gone\"}",
			"people.members" },
		{ "t-all", CALL_LINK, "{\"chatid\":\"chat1\",\"userid\":\"u4\"}",
			"people.members" },
		{ "t-none", CALL_LINK, "{\"chatid\":\"chat1\",\"userid\":\"u1\"}",
			"token.valid" },
	};
	struct fixture *f = *state;

	small_world(f);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct member_read *q =
			question(f, cases[i].token, cases[i].which, cases[i].json);

		assert_int_equal(do_read(f, &q->read), ST_REFUSED);
		assert_string_equal(q->why.rule->id, cases[i].rule);
	}
}

static struct str page(struct fixture *f, int64_t size, struct str after, bool *more)
{
	struct member_read *q = question(f, "t-dept", CALL_QUERY,
		"{\"openConversationId\":\"cid1\",\"userId\":\"u1\",\"maxResults\":1}");
	struct str text = STR("");

	q->page = size;
	q->after = after;
	q->read.large = size >= LIMIT_INLINE_ROWS;
	assert_int_equal(do_read(f, &q->read), ST_OK);
	assert_true(q->userids.set);
	for (size_t i = 0; i < q->userids.n; i++)
		text = arena_printf(
			&f->arena, "%.*s %.*s", STR_FMT(text), STR_FMT(q->userids.v[i]));
	*more = q->more;
	return text;
}

/* chat1 has the employees u1, u2 and u3, and an external. */
static void members_come_page_by_page(void **state)
{
	static const struct {
		int64_t size;
		const char *after, *want;
		bool more;
	} cases[] = {
		{ 1, NULL, " u1", true }, { 1, "", " u1", true }, { 1, "u1", " u2", true },
		{ 1, "u2", " u3", false }, { 2, "u1", " u2 u3", false },
		{ 2, NULL, " u1 u2", true }, { 3, NULL, " u1 u2 u3", false },
		{ 200, NULL, " u1 u2 u3", false }, { 1000, "u3", "", false },
		{ 1, "u1x", " u2", true }, /* one who has gone since */
	};
	struct fixture *f = *state;

	small_world(f);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bool more;

		assert_str(page(f, cases[i].size, str_from(cases[i].after), &more),
			cases[i].want);
		assert_int_equal(more, cases[i].more);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FIXTURE_TEST(members_become_administrators_and_back),
		FIXTURE_TEST(what_changes_nothing_is_not_written),
		FIXTURE_TEST(the_rules_see_the_group_and_its_people),
		FIXTURE_TEST(administrators_are_counted_group_by_group),
		FIXTURE_TEST(a_nick_is_kept_until_its_bearer_leaves),
		FIXTURE_TEST(the_same_nick_is_not_written_again),
		FIXTURE_TEST(private_chat_is_switched_by_either_kind_of_chatid),
		FIXTURE_TEST(the_other_corp_keeps_what_it_has),
		FIXTURE_TEST(a_member_is_known_as_one),
		FIXTURE_TEST(a_question_is_refused_by_its_rules),
		FIXTURE_TEST(members_come_page_by_page),
	};

	return fixture_run("members", tests, ARRAY_LEN(tests));
}
