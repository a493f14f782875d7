/* SPDX-License-Identifier: Apache-2.0 */
/* Groups: the facts that the rules see, and what is written when they agree. */
#include "fixture.h"

#include "base/limits.h"
#include "store/ids.h"
#include "json/decode.h"

#define LEDGER "SELECT count(*) FROM ledger"
#define LAST_CHANGE "SELECT change FROM ledger ORDER BY corp, number DESC LIMIT 1"

static void assert_str(struct str got, const char *want)
{
	if (!str_is(got, want))
		fail_msg("got %.*s\nnot %s", STR_FMT(got), want);
}

static void an_update_writes_all_it_names_at_once(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(
		update(f, "t-all",
			"{\"chatid\":\"chat1\",\"name\":\"New\",\"owner\":\"u3\","
			"\"ownerType\":\"emp\",\"add_useridlist\":[\"u4\",\"u5\",\"u4\"],"
			"\"del_useridlist\":[\"u1\"],\"add_extidlist\":[\"x2\"],"
			"\"del_extidlist\":[\"x1\"],\"icon\":\"@icon\","
			"\"managementOptions\":{\"searchable\":1,\"showHistoryType\":1}}"),
		ST_OK);
	assert_str(chat_as_text(f),
		"name=New owner=0:u3 icon=@icon count=5 version=2 link=2 ledger=1/1 "
		"options=010100 0:u2 0:u3 0:u4 0:u5 1:x2");
}

static void the_ledger_tells_before_after_and_who_came_and_went(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(
		update(f, "t-all",
			"{\"chatid\":\"chat1\",\"name\":\"New\",\"owner\":\"u3\","
			"\"add_extidlist\":[\"x2\"],\"del_useridlist\":[\"u1\"],"
			"\"managementOptions\":{\"searchable\":1,\"showHistoryType\":0}}"),
		ST_OK);
	assert_str(ask_text(f, LAST_CHANGE),
		"{\"name\":{\"before\":\"Name\",\"after\":\"New\"},"
		"\"owner\":{\"before\":\"u1\",\"after\":\"u3\"},"
		"\"managementOptions\":{\"searchable\":{\"before\":0,\"after\":1}},"
		"\"linkVersion\":{\"before\":1,\"after\":2},"
		"\"added\":[{\"type\":\"ext\",\"id\":\"x2\"}],"
		"\"removed\":[{\"type\":\"emp\",\"id\":\"u1\"}],"
		"\"demoted\":[{\"type\":\"emp\",\"id\":\"u3\"}]}");
	assert_str(ask_text(f, "SELECT actor || ' ' || request_id || ' ' || at_ms || ' ' ||"
			       " version || ' ' || chatid FROM ledger"),
		"all request 1234 2 chat1");
}

static void ledger_numbers_count_by_corp_and_name_the_one_before(void **state)
{
	static const struct {
		const char *token, *json;
	} changes[] = {
		{ "t-all", "{\"chatid\":\"chat1\",\"name\":\"A\"}" },
		{ "t-all", "{\"chatid\":\"chat2\",\"name\":\"B\"}" },
		{ "t-other", "{\"chatid\":\"chat1\",\"name\":\"C\"}" },
		{ "t-all", "{\"chatid\":\"chat1\",\"name\":\"D\"}" },
	};
	struct fixture *f = *state;

	small_world(f);
	for (size_t i = 0; i < ARRAY_LEN(changes); i++)
		assert_int_equal(update(f, changes[i].token, changes[i].json), ST_OK);
	assert_str(
		ask_text(f, "SELECT group_concat(corp || '/' || number || '<' || previous"
			    " || '=' || chatid, ' ') FROM (SELECT * FROM ledger"
			    " ORDER BY corp, number)"),
		"1/1<0=chat1 1/2<0=chat2 1/3<1=chat1 2/1<0=chat1");
}

static void a_member_knows_since_which_change_he_is_one(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(
		update(f, "t-all", "{\"chatid\":\"chat2\",\"name\":\"B\"}"), ST_OK);
	assert_int_equal(
		update(f, "t-all", "{\"chatid\":\"chat1\",\"add_useridlist\":[\"u4\"]}"),
		ST_OK);
	assert_int_equal(
		ask_int(f, "SELECT since FROM chat_member WHERE corp = 1 AND id = 'u4'"),
		2);
}

/* Each group's newest row is the one that its state names, and numbers have no gap. */
static void assert_ledger(struct fixture *f, int64_t corp, int64_t rows)
{
	const char *sql = arena_printf(&f->arena,
		"SELECT count(*) = %lld AND max(number) = %lld AND max(number) ="
		" (SELECT ledger_no FROM corp WHERE corp = %lld)"
		" AND max(number) = (SELECT max(last_ledger) FROM chat WHERE corp = %lld)"
		" FROM ledger WHERE corp = %lld",
		(long long)rows, (long long)rows, (long long)corp, (long long)corp,
		(long long)corp)
				  .p;

	assert_int_equal(ask_int(f, sql), 1);
}

static void changes_of_one_batch_take_one_number_each_in_their_corp(void **state)
{
	static const struct {
		const char *token, *name;
	} sent[] = { { "t-all", "A" }, { "t-other", "A" }, { "t-all", "B" },
		{ "t-all", "C" }, { "t-other", "B" } };

	for (int failing = 0; failing < 2; failing++) {
		struct fixture *f = *state;
		struct pending *p[ARRAY_LEN(sent)], *bad = NULL;
		struct test_change *t;
		struct gate *gate;

		if (failing) {
			assert_int_equal(fixture_teardown(state), 0);
			assert_int_equal(fixture_setup(state), 0);
			f = *state;
		}
		small_world(f);
		gate = gate_close(f);
		for (size_t i = 0; i < ARRAY_LEN(sent); i++) {
			p[i] = submit(
				f, &update_op(f, sent[i].token,
					   arena_printf(&f->arena,
						   "{\"chatid\":\"chat1\",\"name\":\"%s\"}",
						   sent[i].name)
						   .p)
					    ->change);
			/* rolls the batch back, which then runs one by one */
			if (failing && i == 2) {
				t = test_change_new(f);
				t->write = "INSERT INTO nowhere VALUES (1)";
				bad = submit(f, &t->change);
			}
		}
		gate_open(gate);
		for (size_t i = 0; i < ARRAY_LEN(sent); i++)
			assert_int_equal(wait_for(p[i]), ST_OK);
		if (bad)
			assert_int_equal(wait_for(bad), ST_INTERNAL);
		assert_ledger(f, 1, 3);
		assert_ledger(f, 2, 2);
	}
}

static void a_repeated_update_writes_nothing(void **state)
{
	static const char json[] =
		"{\"chatid\":\"chat1\",\"name\":\"N\","
		"\"add_useridlist\":[\"u4\"],\"del_useridlist\":[\"u2\"]}";
	struct fixture *f = *state;
	struct str after;
	uint64_t commits;

	small_world(f);
	assert_int_equal(update(f, "t-all", json), ST_OK);
	after = chat_as_text(f);
	commits = stats_of(f).commits;
	assert_int_equal(update(f, "t-all", json), ST_OK);
	assert_true(str_eq(after, chat_as_text(f)));
	assert_int_equal(stats_of(f).commits, commits);
}

static void a_new_owner_stops_being_an_administrator(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(
		update(f, "t-all", "{\"chatid\":\"chat1\",\"owner\":\"u3\"}"), ST_OK);
	assert_str(chat_as_text(f),
		"name=Name owner=0:u3 icon= count=4 version=2 link=2 ledger=1/1 "
		"options=000000 0:u1 0:u2 0:u3 1:x1");
}

static void an_external_owner_is_found_by_userid_and_kept_by_unionid(void **state)
{
	static const char *const ids[] = { "x1", "xu1" };

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		struct fixture *f = *state;

		if (i == 0) {
			small_world(f);
			/* The unionid counts first. */
			assert_int_equal(run_sql(f,
						 "INSERT INTO external_contact (corp, "
						 "unionid, userid, name)"
						 " VALUES (1, 'x9', 'x1', 'Nine')",
						 NULL),
				ST_OK);
		}
		assert_int_equal(update(f, "t-all",
					 arena_printf(&f->arena,
						 "{\"chatid\":\"chat1\",\"owner\":\"%s\","
						 "\"ownerType\":\"ext\"}",
						 ids[i])
						 .p),
			ST_OK);
		assert_str(chat_as_text(f),
			"name=Name owner=1:x1 icon= count=4 version=2 link=2 ledger=1/1 "
			"options=000000 0:u1 0:u2 0:u3* 1:x1");
	}
}

static void every_fact_reaches_its_rule(void **state)
{
	static const struct {
		const char *token, *json, *rule;
	} cases[] = {
		{ "nobody", "{\"chatid\":\"chat1\",\"name\":\"N\"}", "token.valid" },
		{ "t-all", "{\"chatid\":\"nowhere\",\"name\":\"N\"}", "chat.known" },
		{ "t-all", "{\"chatid\":\"cid1\",\"name\":\"N\"}", "chat.known" },
		{ "t-all", "{\"chatid\":\"js1\",\"name\":\"N\"}", "chat.server_made" },
		{ "t-all", "{\"chatid\":\"chat3\",\"name\":\"N\"}", "chat.active" },
		{ "t-dept", "{\"chatid\":\"chat1\",\"name\":\"N\"}", "chat.app" },
		{ "t-dept", "{\"chatid\":\"chat2\",\"name\":\"N\"}", "owner.visible" },
		{ "t-all", "{\"chatid\":\"chat1\",\"ownerType\":\"ext\"}", "owner.kind" },
		{ "t-all", "{\"chatid\":\"chat1\",\"owner\":\"nobody\"}", "owner.known" },
		{ "t-all", "{\"chatid\":\"chat1\",\"owner\":\"gone\"}", "owner.known" },
		{ "t-all", "{\"chatid\":\"chat1\",\"owner\":\"u1\",\"ownerType\":\"ext\"}",
			"owner.known" },
		{ "t-all", "{\"chatid\":\"chat2\",\"add_extidlist\":[\"x1\"]}",
			"members.external" },
		{ "t-all", "{\"chatid\":\"chat1\",\"add_useridlist\":[\"u4\",\"gone\"]}",
			"members.known" },
		{ "t-all", "{\"chatid\":\"chat1\",\"add_useridlist\":[\"n-u4\"]}",
			"members.known" },
		{ "t-all", "{\"chatid\":\"chat1\",\"add_extidlist\":[\"xu1\"]}",
			"members.known" },
		{ "t-all", "{\"chatid\":\"chat1\",\"add_extidlist\":[\"n-u1\"]}",
			"members.known" },
		{ "t-all", "{\"chatid\":\"chat1\",\"owner\":\"u4\"}", "owner.member" },
		{ "t-all", "{\"chatid\":\"chat1\",\"del_useridlist\":[\"u1\"]}",
			"owner.member" },
		{ "t-all", "{\"chatid\":\"chat1\",\"icon\":\"@voice\"}", "icon.known" },
		{ "t-all", "{\"chatid\":\"chat1\",\"icon\":\"@none\"}", "icon.known" },
	};
	struct fixture *f = *state;

	small_world(f);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		refused(f, cases[i].token, cases[i].json, cases[i].rule);
}

static void the_cap_counts_everybody(void **state)
{
	struct fixture *f = *state;
	struct chat_update_op *op;

	small_world(f);
	op = update_op(f, "t-all",
		"{\"chatid\":\"chat1\",\"add_useridlist\":[\"u4\"],\"add_extidlist\":"
		"[\"x2\"]}");
	op->member_cap = 5;
	assert_int_equal(do_change(f, &op->change), ST_REFUSED);
	assert_string_equal(op->why.rule->id, "members.cap");
	op = update_op(f, "t-all",
		"{\"chatid\":\"chat1\",\"add_useridlist\":[\"u4\"],\"add_extidlist\":"
		"[\"x2\"]}");
	op->member_cap = 6;
	assert_int_equal(do_change(f, &op->change), ST_OK);
}

static void two_corps_with_equal_ids_do_not_touch(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(run_sql(f,
				 "INSERT INTO employee VALUES"
				 " (2, 'only2', 'n-only2', 'Only', NULL, 1)",
				 "INSERT INTO media VALUES (2, '@two', 'image', 'f', 1, 1)",
				 "UPDATE chat SET chatid = 'only' WHERE corp = 2 AND"
				 " chatid = 'chat2'",
				 NULL),
		ST_OK);
	refused(f, "t-all", "{\"chatid\":\"chat1\",\"add_useridlist\":[\"only2\"]}",
		"members.known");
	refused(f, "t-all", "{\"chatid\":\"chat1\",\"icon\":\"@two\"}", "icon.known");
	refused(f, "t-all", "{\"chatid\":\"only\",\"name\":\"N\"}", "chat.known");
	assert_int_equal(update(f, "t-other",
				 "{\"chatid\":\"chat1\",\"name\":\"Two\",\"del_"
				 "useridlist\":[\"u2\"]}"),
		ST_OK);
	assert_str(chat_as_text(f),
		"name=Name owner=0:u1 icon= count=4 version=1 link=1 ledger=0/1 "
		"options=000000 0:u1 0:u2 0:u3* 1:x1");
}

static void a_right_revoked_after_the_gate_does_not_pass(void **state)
{
	struct fixture *f = *state;
	struct chat_update_op *op;

	small_world(f);
	op = update_op(f, "t-all", "{\"chatid\":\"chat1\",\"name\":\"N\"}");
	assert_int_equal(run_sql(f, "DELETE FROM app WHERE app_key = 'all'", NULL), ST_OK);
	assert_int_equal(do_change(f, &op->change), ST_REFUSED);
	assert_string_equal(op->why.rule->id, "token.valid");
}

static void a_scope_narrowed_after_the_gate_counts(void **state)
{
	struct fixture *f = *state;
	struct chat_update_op *op;

	small_world(f);
	op = update_op(f, "t-all", "{\"chatid\":\"chat2\",\"name\":\"N\"}");
	assert_true(op->access->caller.sees_all);
	assert_int_equal(
		run_sql(f, "UPDATE app SET sees_all = 0 WHERE app_key = 'all'", NULL),
		ST_OK);
	assert_int_equal(do_change(f, &op->change), ST_REFUSED);
	assert_string_equal(op->why.rule->id, "owner.visible");
}

static void a_token_that_now_means_another_app_or_corp_is_unknown(void **state)
{
	static const struct {
		const char *token, *move, *and;
	} cases[] = {
		{ "t-all", "UPDATE access_token SET app_key = 'dept' WHERE app_key = 'all'",
			NULL },
		{ "t-few", "UPDATE access_token SET corp = 2 WHERE app_key = 'few'",
			"UPDATE app SET corp = 2 WHERE app_key = 'few'" },
	};
	struct fixture *f = *state;

	small_world(f);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct chat_update_op *op = update_op(
			f, cases[i].token, "{\"chatid\":\"chat2\",\"name\":\"N\"}");

		assert_int_equal(run_sql(f, cases[i].move, cases[i].and, NULL), ST_OK);
		assert_int_equal(do_change(f, &op->change), ST_REFUSED);
		assert_string_equal(op->why.rule->id, "token.valid");
	}
}

static void a_real_chatid_counts_before_a_client_id(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(
		run_sql(f, "INSERT INTO chat_client_id VALUES (1, 'chat1', 'chat2')", NULL),
		ST_OK);
	assert_int_equal(
		update(f, "t-all", "{\"chatid\":\"chat1\",\"name\":\"N\"}"), ST_OK);
}

static void one_who_does_not_exist_is_out_of_sight_even_if_he_is_in_scope(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(
		run_sql(f, "INSERT INTO app_scope_user VALUES (1, 'few', 'ghost')",
			"INSERT INTO app_scope_user VALUES (1, 'few', 'far')", NULL),
		ST_OK);
	refused(f, "t-few", "{\"chatid\":\"chat2\",\"owner\":\"ghost\"}",
		"owner.new_visible");
}

/* ---- create ---- */

static struct chat_create_op *create_op(
	struct fixture *f, const char *token, const char *json)
{
	struct chat_create_op *op = ARENA_NEW(&f->arena, struct chat_create_op);
	struct group_create *req = ARENA_NEW(&f->arena, struct group_create);
	struct error e = { 0 };

	if (json_decode(str_from(json), group_create_fields, req, DECODE_STRICT, &f->arena,
		    &e) != ST_OK)
		fail_msg("%s: %s", json, e.text);
	chat_create_init(op);
	op->access = access_of(f, token);
	op->req = req;
	op->chatid = chatid_new(&f->arena);
	op->open_conversation_id = open_conversation_id_new(&f->arena);
	op->request_id = STR("create");
	op->at_ms = 99;
	op->member_cap = LIMIT_MEMBERS;
	return op;
}

static void a_created_group_can_be_read_and_changed(void **state)
{
	struct fixture *f = *state;
	struct chat_state_read q;
	struct chat_create_op *op;

	small_world(f);
	op = create_op(f, "t-all",
		"{\"name\":\"Made\",\"owner\":\"u1\",\"useridlist\":[\"u1\",\"u2\"],"
		"\"extidlist\":[\"x1\"],\"conversationTag\":0,\"icon\":\"@icon\"}");
	assert_int_equal(do_change(f, &op->change), ST_OK);
	chat_state_read_init(&q);
	q.chatid = op->open_conversation_id;
	assert_int_equal(do_read(f, &q.read), ST_OK);
	assert_str(q.state.corp_id, "corp1");
	assert_true(str_eq(q.state.chat.chatid, op->chatid));
	assert_str(q.state.chat.name, "Made");
	assert_str(q.state.chat.made_by, "all");
	assert_int_equal(q.state.chat.member_count, 3);
	assert_int_equal(q.state.member_count, 3);
	assert_int_equal(q.state.chat.version, 1);
	assert_int_equal(q.state.chat.last_ledger, 1);
	assert_int_equal(
		update(f, "t-all",
			arena_printf(&f->arena, "{\"chatid\":\"%.*s\",\"name\":\"N\"}",
				STR_FMT(op->chatid))
				.p),
		ST_OK);
}

static void a_new_group_takes_a_number_that_nothing_had(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(
		update(f, "t-all", "{\"chatid\":\"chat1\",\"name\":\"N\"}"), ST_OK);
	for (int i = 0; i < 2; i++)
		assert_int_equal(do_change(f, &create_op(f, "t-all",
						      "{\"name\":\"G\",\"owner\":\"u1\","
						      "\"useridlist\":[\"u1\",\"u2\"]}")
						       ->change),
			ST_OK);
	assert_int_equal(ask_int(f, "SELECT min(number) * 10 + max(number) FROM chat"
				    " WHERE corp = 1 AND number > 0"),
		23);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM chat_member WHERE corp = 1"
				    " AND chat IN (2, 3) AND since = chat"),
		4);
}

static void creation_is_refused_by_its_facts_and_writes_nothing(void **state)
{
	static const struct {
		const char *token, *json, *rule;
	} cases[] = {
		{ "t-few", "{\"name\":\"M\",\"owner\":\"u2\",\"useridlist\":[\"u2\"]}",
			"owner.new_visible" },
		{ "t-few", "{\"name\":\"M\",\"owner\":\"no\",\"useridlist\":[\"no\"]}",
			"owner.new_visible" },
		{ "t-all", "{\"name\":\"M\",\"owner\":\"no\",\"useridlist\":[\"no\"]}",
			"owner.known" },
		{ "t-all",
			"{\"name\":\"M\",\"owner\":\"u1\",\"useridlist\":[\"u1\",\"no\"]}",
			"members.known" },
		{ "t-all",
			"{\"name\":\"M\",\"owner\":\"u1\",\"useridlist\":[\"u1\"],\"icon\":"
			"\"@voice\"}",
			"icon.known" },
	};
	struct fixture *f = *state;

	small_world(f);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct chat_create_op *op = create_op(f, cases[i].token, cases[i].json);

		assert_int_equal(do_change(f, &op->change), ST_REFUSED);
		assert_string_equal(op->why.rule->id, cases[i].rule);
		assert_int_equal(ask_int(f, "SELECT count(*) FROM chat"), 6);
		assert_int_equal(ask_int(f, LEDGER), 0);
	}
}

/* ---- reads ---- */

static struct chat_read *read_chat(struct fixture *f, const char *token, const char *chatid)
{
	struct chat_read *q = ARENA_NEW(&f->arena, struct chat_read);

	chat_read_init(q);
	q->access = access_of(f, token);
	q->chatid = str_from(chatid);
	return q;
}

static void an_app_reads_a_group_of_its_corp(void **state)
{
	struct fixture *f = *state;
	struct chat_read *q;

	small_world(f);
	q = read_chat(f, "t-dept", "chat2");
	q->with_members = true;
	assert_int_equal(do_read(f, &q->read), ST_OK);
	assert_str(q->chat.name, "Far");
	assert_false(q->owner_visible);
	assert_int_equal(q->member_count, 2);
	assert_str(q->members[0].id, "far");
	assert_str(q->members[1].id, "u1");
	q = read_chat(f, "t-dept", "chat1");
	assert_int_equal(do_read(f, &q->read), ST_OK);
	assert_true(q->owner_visible);
}

static void a_group_of_another_corp_is_not_found(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(
		run_sql(f, "DELETE FROM chat WHERE corp = 1 AND chatid = 'chat2'", NULL),
		ST_OK);
	assert_int_equal(do_read(f, &read_chat(f, "t-all", "chat2")->read), ST_NOT_FOUND);
	assert_int_equal(do_read(f, &read_chat(f, "t-other", "chat2")->read), ST_OK);
	assert_int_equal(do_read(f, &read_chat(f, "nobody", "chat1")->read), ST_REFUSED);
}

static void a_client_id_is_looked_up_where_it_is_asked_for(void **state)
{
	struct fixture *f = *state;
	struct chat_read *q;

	small_world(f);
	assert_int_equal(do_read(f, &read_chat(f, "t-all", "js1")->read), ST_NOT_FOUND);
	q = read_chat(f, "t-all", "js1");
	q->key = CHAT_BY_ANY_ID;
	q->with_members = true;
	assert_int_equal(do_read(f, &q->read), ST_OK);
	assert_str(q->chat.chatid, "chat1");
	assert_true(q->owner_visible);
	assert_int_equal(q->member_count, 4);
}

static void a_small_read_gives_at_most_its_limit_of_members(void **state)
{
	struct fixture *f = *state;
	struct chat_read *q;

	small_world(f);
	/* chat2 has two members. */
	assert_int_equal(
		run_sql(f,
			"INSERT INTO chat_member SELECT 1, -2, 0, 'm' || value, 0, 0, "
			"''"
			" FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL"
			" SELECT value + 1 FROM n WHERE value < 198) SELECT value FROM n)",
			NULL),
		ST_OK);
	q = read_chat(f, "t-all", "chat2");
	q->with_members = true;
	assert_int_equal(do_read(f, &q->read), ST_OK);
	assert_int_equal(q->member_count, LIMIT_INLINE_ROWS);
	assert_int_equal(
		run_sql(f, "INSERT INTO chat_member VALUES (1, -2, 0, 'one', 0, 0, '')",
			NULL),
		ST_OK);
	q = read_chat(f, "t-all", "chat2");
	q->with_members = true;
	assert_int_equal(do_read(f, &q->read), ST_AGAIN);
	q = read_chat(f, "t-all", "chat2");
	q->with_members = true;
	q->read.large = true;
	assert_int_equal(do_read(f, &q->read), ST_OK);
	assert_int_equal(q->member_count, LIMIT_INLINE_ROWS + 1);
}

static void the_operator_is_told_when_several_corps_have_the_id(void **state)
{
	struct fixture *f = *state;
	struct chat_state_read q;
	struct ledger_read l;

	small_world(f);
	chat_state_read_init(&q);
	q.chatid = STR("chat1");
	assert_int_equal(do_read(f, &q.read), ST_EXISTS);
	assert_int_equal(q.corp_ids.n, 2);
	assert_str(q.corp_ids.v[0], "corp1");
	assert_str(q.corp_ids.v[1], "corp2");
	chat_state_read_init(&q);
	q.chatid = STR("chat1");
	q.corp_id = STR("corp2");
	assert_int_equal(do_read(f, &q.read), ST_OK);
	assert_str(q.state.chat.made_by, "other");
	chat_state_read_init(&q);
	q.chatid = STR("nowhere");
	assert_int_equal(do_read(f, &q.read), ST_NOT_FOUND);
	ledger_read_init(&l);
	l.chatid = STR("cid1");
	l.limit = 10;
	assert_int_equal(do_read(f, &l.read), ST_EXISTS);
	assert_int_equal(l.corp_ids.n, 2);
}

static void read_ledger(struct fixture *f, int64_t after, int64_t limit, const char *want)
{
	struct ledger_read q;
	struct buf numbers = { 0 };

	ledger_read_init(&q);
	q.chatid = STR("chat1");
	q.corp_id = STR("corp1");
	q.after = after;
	q.limit = limit;
	assert_int_equal(do_read(f, &q.read), ST_OK);
	for (size_t i = 0; i < q.count; i++)
		buf_printf(
			&numbers, "%s%lld", i ? " " : "", (long long)q.entries[i].number);
	assert_str(buf_str(&numbers), want);
	buf_fini(&numbers);
}

static void a_ledger_is_read_by_pages_oldest_first(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	read_ledger(f, -1, 10, "");
	for (int i = 0; i < 5; i++) {
		const char *names[] = { "A", "B" };

		assert_int_equal(update(f, "t-all",
					 arena_printf(&f->arena,
						 "{\"chatid\":\"chat1\",\"name\":\"%s\"}",
						 names[i % 2])
						 .p),
			ST_OK);
		assert_int_equal(update(f, "t-all",
					 arena_printf(&f->arena,
						 "{\"chatid\":\"chat2\",\"name\":\"%s\"}",
						 names[i % 2])
						 .p),
			ST_OK);
	}
	read_ledger(f, -1, 100, "1 3 5 7 9");
	read_ledger(f, -1, 2, "7 9");
	read_ledger(f, 0, 2, "1 3");
	read_ledger(f, 3, 2, "5 7");
	read_ledger(f, 7, 2, "9");
	read_ledger(f, 9, 2, "");
}

static unsigned looked_up(struct fixture *f, const char *app_key, const char *id)
{
	struct lookup_read q;

	lookup_read_init(&q);
	q.corp = 1;
	q.app_key = str_from(app_key);
	q.id = str_from(id);
	assert_int_equal(do_read(f, &q.read), ST_OK);
	return q.kinds;
}

static void a_lookup_says_all_that_an_id_is(void **state)
{
	static const struct {
		const char *id;
		unsigned kinds;
	} cases[] = {
		{ "chat1", ID_CHATID },
		{ "cid1", ID_OPEN_CONVERSATION },
		{ "js1", ID_CLIENT_CHAT },
		{ "u1", ID_USERID },
		{ "n-u1", ID_EMP_UNIONID },
		{ "x1", ID_EXT_UNIONID },
		{ "xu1", ID_EXT_USERID },
		{ "x2", ID_EXT_UNIONID | ID_EXT_USERID },
		{ "@voice", ID_MEDIA },
		{ "gone", ID_USERID | ID_INACTIVE },
		{ "nothing", ID_NOTHING },
		{ "", ID_NOTHING },
	};
	struct fixture *f = *state;

	small_world(f);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(looked_up(f, "all", cases[i].id), cases[i].kinds);
}

static void a_lookup_tells_nothing_of_whom_the_app_does_not_see(void **state)
{
	static const struct {
		const char *app_key, *id;
		unsigned kinds;
	} cases[] = {
		{ "dept", "u2", ID_USERID },
		{ "dept", "n-u2", ID_EMP_UNIONID },
		{ "dept", "gone", ID_USERID | ID_INACTIVE },
		{ "dept", "far", ID_NOTHING },
		{ "dept", "n-far", ID_NOTHING },
		{ "few", "u1", ID_USERID },
		{ "few", "u2", ID_NOTHING },
		{ "few", "n-u2", ID_NOTHING },
		{ "few", "gone", ID_NOTHING },
		{ "few", "x1", ID_EXT_UNIONID },
		{ "few", "chat1", ID_CHATID },
		{ "other", "u1", ID_NOTHING },
	};
	struct fixture *f = *state;

	small_world(f);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(
			looked_up(f, cases[i].app_key, cases[i].id), cases[i].kinds);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FIXTURE_TEST(an_update_writes_all_it_names_at_once),
		FIXTURE_TEST(the_ledger_tells_before_after_and_who_came_and_went),
		FIXTURE_TEST(ledger_numbers_count_by_corp_and_name_the_one_before),
		FIXTURE_TEST(a_member_knows_since_which_change_he_is_one),
		FIXTURE_TEST(changes_of_one_batch_take_one_number_each_in_their_corp),
		FIXTURE_TEST(a_new_group_takes_a_number_that_nothing_had),
		FIXTURE_TEST(a_repeated_update_writes_nothing),
		FIXTURE_TEST(a_new_owner_stops_being_an_administrator),
		FIXTURE_TEST(an_external_owner_is_found_by_userid_and_kept_by_unionid),
		FIXTURE_TEST(every_fact_reaches_its_rule),
		FIXTURE_TEST(the_cap_counts_everybody),
		FIXTURE_TEST(two_corps_with_equal_ids_do_not_touch),
		FIXTURE_TEST(a_right_revoked_after_the_gate_does_not_pass),
		FIXTURE_TEST(a_scope_narrowed_after_the_gate_counts),
		FIXTURE_TEST(a_token_that_now_means_another_app_or_corp_is_unknown),
		FIXTURE_TEST(a_real_chatid_counts_before_a_client_id),
		FIXTURE_TEST(one_who_does_not_exist_is_out_of_sight_even_if_he_is_in_scope),
		FIXTURE_TEST(a_created_group_can_be_read_and_changed),
		FIXTURE_TEST(creation_is_refused_by_its_facts_and_writes_nothing),
		FIXTURE_TEST(an_app_reads_a_group_of_its_corp),
		FIXTURE_TEST(a_group_of_another_corp_is_not_found),
		FIXTURE_TEST(a_client_id_is_looked_up_where_it_is_asked_for),
		FIXTURE_TEST(a_small_read_gives_at_most_its_limit_of_members),
		FIXTURE_TEST(the_operator_is_told_when_several_corps_have_the_id),
		FIXTURE_TEST(a_ledger_is_read_by_pages_oldest_first),
		FIXTURE_TEST(a_lookup_says_all_that_an_id_is),
		FIXTURE_TEST(a_lookup_tells_nothing_of_whom_the_app_does_not_see),
	};

	return fixture_run("chat", tests, ARRAY_LEN(tests));
}
