/* SPDX-License-Identifier: Apache-2.0 */
/* People who leave the company, and how they leave their groups afterwards. */
#include "fixture.h"

#include "base/clock.h"
#include "base/limits.h"
#include "group/employee.h"
#include "store/employee_ops.h"
#include "store/external_ops.h"
#include "store/world.h"

#include <semaphore.h>

enum { GROUPS = 500, WAIT_S = 60 };

static const struct employee_request *request(
	struct fixture *f, const char *userid, const char *mobile)
{
	struct employee_request *req = ARENA_NEW(&f->arena, struct employee_request);
	int64_t *dept = ARENA_NEW(&f->arena, int64_t);

	*dept = 3;
	*req = (struct employee_request){ .userid = str_from(userid),
		.name = STR("Name"),
		.mobile = str_from(mobile),
		.dept_id_list = { dept, 1, true } };
	return req;
}

/* Without waking anybody. */
static enum status mark(struct fixture *f, const char *token, const char *userid)
{
	struct employee_delete_op *op = ARENA_NEW(&f->arena, struct employee_delete_op);

	employee_delete_init(op);
	op->access = access_of(f, token);
	op->req = request(f, userid, NULL);
	((struct employee_request *)(uintptr_t)op->req)->dept_id_list = (struct ints){ 0 };
	op->request_id = STR("the-request");
	return do_change(f, &op->change);
}

static void leave(struct fixture *f, const char *userid)
{
	assert_int_equal(mark(f, "t-all", userid), ST_OK);
	store_departures_wake(f->store);
}

static struct employee_create_op *create_op(
	struct fixture *f, const char *userid, const char *mobile)
{
	struct employee_create_op *op = ARENA_NEW(&f->arena, struct employee_create_op);

	employee_create_init(op);
	op->access = access_of(f, "t-all");
	op->req = request(f, userid, mobile);
	op->userid = STR("fresh");
	op->unionid = STR("fresh-unionid");
	return op;
}

static void awaited(struct departure_wait *w)
{
	(void)sem_post(w->user);
}

static enum status await(struct fixture *f, const char *userid)
{
	sem_t done;
	struct departure_wait w = {
		.corp = 1, .userid = str_from(userid), .done = awaited, .user = &done
	};

	(void)sem_init(&done, 0, 0);
	store_await_departure(f->store, &w);
	while (sem_wait(&done) != 0)
		;
	(void)sem_destroy(&done);
	return w.status;
}

static void await_all(struct fixture *f)
{
	int64_t until_us = clock_mono_us() + INT64_C(1000000) * WAIT_S;
	enum status st;

	while (ask_int(f, "SELECT count(*) FROM departure")) {
		char *userid = arena_cstr(
			&f->arena, ask_text(f, "SELECT userid FROM departure LIMIT 1"));

		assert_true(clock_mono_us() < until_us);
		st = await(f, userid);
		assert_true(st == ST_OK || st == ST_BUSY);
	}
}

/* `n` groups of nobody, whose chatids come before all others. */
static void empty_groups(struct fixture *f, int n, const char *letter)
{
	assert_int_equal(
		run_sql(f,
			arena_cstr(&f->arena,
				arena_printf(&f->arena,
					"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT "
					"i + 1"
					" FROM n WHERE i < %d) INSERT INTO chat (corp, "
					"chatid, number,"
					" open_conversation_id, tag, name, owner, "
					"owner_kind,"
					" icon, mention_all_authority, show_history_type,"
					" validation_type, searchable, chat_banned_type,"
					" management_type, private_chat_prohibited,"
					" made_by, dissolved, "
					"member_count,"
					" version, link_version, last_ledger)"
					" SELECT 1, printf('%s%%05d', i), "
					"-100000 * unicode('%s') - i, "
					"printf('c%s%%05d', i),"
					" 0, 'Name', 'u1', 0, '', 0, 0, 0, 0, 0, 0, 0, "
					"'all', "
					"0,"
					" 0, 1, 1, 0 FROM n WHERE %d > 0",
					n, letter, letter, letter, n)),
			NULL),
		ST_OK);
}

/* In each of many groups g00001.. : u1 (owner), u2, u3 (administrator), and x1. */
static void some_groups(struct fixture *f, int n)
{
	empty_groups(f, n, "g");
	assert_int_equal(
		run_sql(f,
			"INSERT INTO chat_member (corp, chat, kind, id, admin, since, nick)"
			" SELECT c.corp, c.number, m.kind, m.id, m.admin, 0, ''"
			" FROM chat c JOIN chat_member m ON m.corp = 1"
			" AND m.chat = -1 WHERE c.corp = 1 AND c.chatid LIKE 'g%'",
			"UPDATE chat SET member_count = 4 WHERE corp = 1"
			" AND chatid LIKE 'g%'",
			NULL),
		ST_OK);
}

static void many_groups(struct fixture *f)
{
	some_groups(f, GROUPS);
}

/* Each of the many groups was left exactly once by him, and says so in its ledger. */
static void assert_left(struct fixture *f, const char *userid, const char *heir)
{
	const char *sql;

	sql = arena_printf(&f->arena,
		"SELECT count(*) FROM chat_member WHERE corp = 1 AND kind = 0 AND id = '%s'"
		" AND chat IN (SELECT number FROM chat WHERE corp = 1 AND chatid LIKE "
		"'g%%')",
		userid)
		      .p;
	assert_int_equal(ask_int(f, sql), 0);
	sql = arena_printf(&f->arena,
		"SELECT count(*) FROM ledger WHERE chatid LIKE 'g%%' AND actor ="
		" 'departure:all' AND request_id = 'the-request' AND instr(change,"
		" '\"removed\":[{\"type\":\"emp\",\"id\":\"%s\"') > 0",
		userid)
		      .p;
	assert_int_equal(ask_int(f, sql), GROUPS);
	sql = arena_printf(&f->arena,
		"SELECT count(DISTINCT chatid) FROM ledger WHERE chatid LIKE 'g%%' AND"
		" instr(change, '\"removed\":[{\"type\":\"emp\",\"id\":\"%s\"') > 0",
		userid)
		      .p;
	assert_int_equal(ask_int(f, sql), GROUPS);
	sql = arena_printf(&f->arena,
		"SELECT count(*) FROM chat WHERE chatid LIKE 'g%%' AND owner = '%s'", heir)
		      .p;
	assert_int_equal(ask_int(f, sql), GROUPS);
}

/* What every group's row says of its members and its ledger is so. */
static void assert_consistent(struct fixture *f)
{
	assert_int_equal(ask_int(f, "SELECT count(*) FROM chat c WHERE member_count <>"
				    " (SELECT count(*) FROM chat_member m WHERE"
				    " m.corp = c.corp AND m.chat = c.number)"),
		0);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM chat c WHERE version <> 1 +"
				    " (SELECT count(*) FROM ledger l WHERE l.corp = c.corp"
				    " AND l.chatid = c.chatid)"),
		0);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM chat c WHERE last_ledger <>"
				    " (SELECT COALESCE(max(number), 0) FROM ledger l WHERE"
				    " l.corp = c.corp AND l.chatid = c.chatid)"),
		0);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM chat c WHERE dissolved = 0"
				    " AND NOT EXISTS (SELECT 1 FROM chat_member m WHERE"
				    " m.corp = c.corp AND m.chat = c.number AND"
				    " m.kind = c.owner_kind AND m.id = c.owner"
				    " AND m.admin = 0)"),
		0);
}

static void whoever_leaves_is_inactive_at_once(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(mark(f, "t-all", "u4"), ST_OK);
	refused(f, "t-all", "{\"chatid\":\"chat1\",\"add_useridlist\":[\"u4\"]}",
		"members.known");
	assert_int_equal(mark(f, "t-all", "u4"), ST_REFUSED); /* he has left already */
	assert_int_equal(mark(f, "t-all", "nobody"), ST_REFUSED);
	assert_int_equal(ask_int(f, "SELECT active FROM employee"
				    " WHERE corp = 2 AND userid = 'u4'"),
		1);
}

static void his_groups_are_left_and_the_administrator_follows(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	many_groups(f);
	leave(f, "u1");
	await_all(f);
	assert_left(f, "u1", "u3");
	assert_consistent(f);
	/* a dissolved group, and the other corp's, are as they were */
	assert_int_equal(ask_int(f, "SELECT count(*) FROM chat_member WHERE id = 'u1'"), 4);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger WHERE corp = 2"), 0);
}

static void after_a_crash_it_goes_on_where_it_was(void **state)
{
	struct fixture *f = *state;
	int64_t until_us = clock_mono_us() + INT64_C(1000000) * WAIT_S;
	int64_t left;
	int crashes = 0;

	small_world(f);
	many_groups(f);
	leave(f, "u1");
	for (int64_t next = 1; next < GROUPS; next += GROUPS / 4) {
		while ((left = ask_int(f, "SELECT count(*) FROM ledger")) < next)
			assert_true(clock_mono_us() < until_us);
		crashes += ask_int(f, "SELECT count(*) FROM departure") > 0;
		fixture_crash(f);
	}
	assert_true(crashes > 1);
	await_all(f);
	assert_left(f, "u1", "u3");
	assert_consistent(f);
}

/* What fills a portion, or is in the way, changes nothing. */
static void groups_are_left_wherever_a_portion_ends(void **state)
{
	static const struct {
		int before, groups, member_count;
	} cases[] = {
		{ 0, LIMIT_DEPARTURE_GROUPS - 1, 4 },
		{ 0, LIMIT_DEPARTURE_GROUPS, 4 },
		{ 0, LIMIT_DEPARTURE_GROUPS + 1, 4 },
		{ 0, 3, LIMIT_DEPARTURE_MEMBERS / 2 },
		{ 0, 3, LIMIT_DEPARTURE_MEMBERS / 2 + 1 },
		{ 0, 3, LIMIT_DEPARTURE_MEMBERS + 1 },
		{ LIMIT_DEPARTURE_READ - 1, 1, 4 },
		{ LIMIT_DEPARTURE_READ, 1, 4 },
		{ LIMIT_DEPARTURE_READ + 1, 1, 4 },
		{ 20 * LIMIT_DEPARTURE_READ + 1, 1, 4 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fixture *f;

		if (i > 0) {
			assert_int_equal(fixture_teardown(state), 0);
			assert_int_equal(fixture_setup(state), 0);
		}
		f = *state;
		small_world(f);
		empty_groups(f, cases[i].before, "a");
		some_groups(f, cases[i].groups);
		/* as if there were so many members */
		assert_int_equal(run_sql(f,
					 arena_cstr(&f->arena,
						 arena_printf(&f->arena,
							 "UPDATE chat SET member_count = %d"
							 " WHERE chatid LIKE 'g%%'",
							 cases[i].member_count)),
					 NULL),
			ST_OK);
		leave(f, "u1");
		await_all(f);
		assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger WHERE corp = 1"
					    " AND chatid LIKE 'g%'"),
			cases[i].groups);
		assert_int_equal(ask_int(f, "SELECT count(*) FROM chat_member"
					    " WHERE corp = 1 AND id = 'u1' AND kind = 0"),
			1); /* of the dissolved one */
	}
}

static void two_leave_at_once(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	many_groups(f);
	assert_int_equal(mark(f, "t-all", "u3"), ST_OK);
	leave(f, "u1");
	await_all(f);
	/* u3, who has left too, became the owner of nothing */
	assert_left(f, "u1", "u2");
	assert_left(f, "u3", "u2");
	assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger"
				    " WHERE instr(change, '\"after\":\"u3\"') > 0"),
		0);
	assert_consistent(f);
}

/* Without waiting for anybody by name: all in turn. */
static void await_nobody_left(struct fixture *f)
{
	int64_t until_us = clock_mono_us() + INT64_C(1000000) * WAIT_S;

	while (ask_int(f, "SELECT count(*) FROM departure"))
		assert_true(clock_mono_us() < until_us);
}

/* `n` employees p0001.. who are in `groups` groups each beside u1, u2, u3 and x1, leave at
 * once, each by a request of his own. */
static void crowd(struct fixture *f, int n, int groups)
{
	const char *people, *members;

	some_groups(f, groups);
	people = arena_printf(&f->arena,
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
		"%d)"
		" INSERT INTO employee (corp, userid, unionid, name, active)"
		" SELECT 1, printf('p%%04d', i), printf('n-p%%04d', i), 'Name', 0 FROM n",
		n)
			 .p;
	members = arena_printf(&f->arena,
		"UPDATE chat SET member_count = 4 + %d"
		" WHERE corp = 1 AND chatid LIKE 'g%%'",
		n)
			  .p;
	assert_int_equal(
		run_sql(f, people,
			"INSERT INTO chat_member (corp, chat, kind, id, admin, since, nick)"
			" SELECT 1, c.number, 0, e.userid, 0, 0, '' FROM chat c, employee e"
			" WHERE c.corp = 1 AND c.chatid LIKE 'g%' AND e.corp = 1"
			" AND e.userid LIKE 'p%'",
			members,
			"INSERT INTO departure"
			" (corp, kind, userid, app_key, request_id, after_chatid)"
			" SELECT 1, 0, userid, 'all', 'of-' || userid, '' FROM employee"
			" WHERE corp = 1 AND userid LIKE 'p%'",
			NULL),
		ST_OK);
}

/* Changes that it takes until all have left. */
static uint64_t changes_until_left(struct fixture *f)
{
	uint64_t before = stats_of(f).changes;

	store_departures_wake(f->store);
	await_nobody_left(f);
	/* The last of them is counted after its commit, and before this one. */
	assert_int_equal(run_sql(f, "UPDATE corp SET name = name", NULL), ST_OK);
	return stats_of(f).changes - before - 1;
}

static void many_who_leave_at_once_take_one_walk(void **state)
{
	enum { WALK = 20 * LIMIT_DEPARTURE_READ + 1 }; /* two steps */
	static const int people[] = { 1, 10, LIMIT_DEPARTURE_PEOPLE - 1,
		LIMIT_DEPARTURE_PEOPLE, LIMIT_DEPARTURE_PEOPLE + 1 };

	for (size_t i = 0; i < ARRAY_LEN(people); i++) {
		int walks = people[i] > LIMIT_DEPARTURE_PEOPLE ? 2 : 1;
		struct fixture *f;

		if (i > 0) {
			assert_int_equal(fixture_teardown(state), 0);
			assert_int_equal(fixture_setup(state), 0);
		}
		f = *state;
		small_world(f);
		empty_groups(f, WALK, "a");
		crowd(f, people[i], 0);
		assert_int_equal(changes_until_left(f), 2 * walks);
	}
}

static void each_of_many_leaves_by_his_own_request(void **state)
{
	enum { IN = LIMIT_DEPARTURE_GROUPS + 1 };
	static const int people[] = { 2, LIMIT_DEPARTURE_PEOPLE - 1, LIMIT_DEPARTURE_PEOPLE,
		LIMIT_DEPARTURE_PEOPLE + 1 };

	for (size_t i = 0; i < ARRAY_LEN(people); i++) {
		int64_t until_us = clock_mono_us() + INT64_C(1000000) * WAIT_S;
		struct fixture *f;

		if (i > 0) {
			assert_int_equal(fixture_teardown(state), 0);
			assert_int_equal(fixture_setup(state), 0);
		}
		f = *state;
		small_world(f);
		crowd(f, people[i], IN);
		/* given: he owns them all; and they have the last one to themselves */
		assert_int_equal(
			run_sql(f, "UPDATE chat SET owner = 'p0002' WHERE chatid LIKE 'g%'",
				"DELETE FROM chat_member WHERE corp = 1 AND chat ="
				" (SELECT number FROM chat WHERE corp = 1 AND chatid ="
				" 'g00017') AND id NOT LIKE 'p%'",
				"UPDATE chat SET member_count = member_count - 4"
				" WHERE corp = 1 AND chatid = 'g00017'",
				NULL),
			ST_OK);
		/* when: the server crashes on the way */
		store_departures_wake(f->store);
		while (ask_int(f, "SELECT count(*) FROM ledger") < people[i])
			assert_true(clock_mono_us() < until_us);
		fixture_crash(f);
		await_nobody_left(f);
		/* then */
		assert_int_equal(ask_int(f, "SELECT count(*) FROM chat_member"
					    " WHERE corp = 1 AND id LIKE 'p%'"),
			0);
		assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger"), people[i] * IN);
		assert_int_equal(
			ask_int(f, "SELECT count(*) FROM (SELECT DISTINCT chatid,"
				   " request_id FROM ledger WHERE instr(change,"
				   " '\"id\":\"' || substr(request_id, 4) || '\"') > 0)"),
			people[i] * IN);
		assert_int_equal(ask_int(f, "SELECT count(*) FROM chat WHERE corp = 1"
					    " AND chatid LIKE 'g%' AND owner = 'u3'"
					    " AND dissolved = 0 AND member_count = 4"),
			IN - 1);
		assert_int_equal(
			ask_int(f, "SELECT dissolved FROM chat WHERE chatid = 'g00017'"),
			1);
		assert_consistent(f);
	}
}

/* He is noted between what the job reads of the others and how far it notes that they are.
 */
static void who_leaves_while_others_walk_misses_nothing(void **state)
{
	struct fixture *f = *state;
	int64_t until_us = clock_mono_us() + INT64_C(1000000) * WAIT_S;
	struct test_change *late;
	struct gate *gate;
	struct pending *pending;

	small_world(f);
	many_groups(f);
	assert_int_equal(mark(f, "t-all", "u1"), ST_OK);
	assert_int_equal(mark(f, "t-all", "u3"), ST_OK);
	gate = gate_close(f);
	late = test_change_new(f);
	late->write = "INSERT INTO departure (corp, kind, userid, app_key, request_id,"
		      " after_chatid) VALUES (1, 0, 'u2', 'all', 'the-request', '')";
	pending = submit(f, &late->change);
	store_departures_wake(f->store);
	while (stats_of(f).queue_length < 2)
		assert_true(clock_mono_us() < until_us);
	gate_open(gate);
	assert_int_equal(wait_for(pending), ST_OK);
	await_nobody_left(f);
	assert_left(f, "u1", "x1");
	assert_left(f, "u2", "x1");
	assert_left(f, "u3", "x1");
	assert_consistent(f);
}

static void who_is_waited_for_does_not_wait_for_the_others(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	crowd(f, LIMIT_DEPARTURE_PEOPLE, 100);
	leave(f, "u1");
	while (await(f, "u1") == ST_BUSY)
		;
	assert_int_not_equal(ask_int(f, "SELECT count(*) FROM departure"), 0);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM chat_member WHERE corp = 1"
				    " AND chat IN (SELECT number FROM chat WHERE corp = 1"
				    " AND chatid LIKE 'g%') AND id = 'u1'"),
		0);
}

static void a_group_left_empty_is_dissolved(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(
		run_sql(f, "DELETE FROM chat_member WHERE chat = -2 AND id = 'u1'",
			"UPDATE chat SET member_count = 1 WHERE chatid = 'chat2'", NULL),
		ST_OK);
	leave(f, "far");
	await_all(f);
	assert_int_equal(
		ask_int(f,
			"SELECT dissolved FROM chat WHERE corp = 1 AND chatid = 'chat2'"),
		1);
	assert_int_equal(
		ask_int(f,
			"SELECT count(*) FROM chat_member WHERE corp = 1 AND id = 'far'"),
		0);
	assert_true(str_eq(ask_text(f, "SELECT change FROM ledger"),
		STR("{\"dissolved\":{\"before\":false,\"after\":true},"
		    "\"removed\":[{\"type\":\"emp\",\"id\":\"far\"}]}")));
}

static void the_ledger_tells_what_he_was_called(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(run_sql(f,
				 "UPDATE chat_member SET nick = 'Nick' WHERE corp = 1"
				 " AND chat = -1 AND kind = 0 AND id = 'u3'",
				 NULL),
		ST_OK);
	leave(f, "u3");
	await_all(f);
	assert_true(str_eq(ask_text(f, "SELECT change FROM ledger WHERE chatid = 'chat1'"),
		STR("{\"removed\":[{\"type\":\"emp\",\"id\":\"u3\",\"admin\":true,"
		    "\"nick\":\"Nick\"}]}")));
}

static void the_longest_standing_of_a_sort_follows(void **state)
{
	static const struct {
		const char *since_u2, *since_u4, *owner;
	} cases[] = {
		{ "5", "4", "u4" }, { "4", "5", "u2" }, { "5", "5", "u2" }, /* then by id */
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fixture *f = *state;
		struct chat_state_read q;

		if (i > 0) {
			assert_int_equal(fixture_teardown(state), 0);
			assert_int_equal(fixture_setup(state), 0);
			f = *state;
		}
		small_world(f);
		assert_int_equal(
			run_sql(f, "DELETE FROM chat_member WHERE id = 'u3'",
				"INSERT INTO chat_member (corp, chat, kind, id, admin,"
				" since, nick) VALUES (1, -1, 0, 'u4', 0, 0, '')",
				NULL),
			ST_OK);
		assert_int_equal(run_sql(f,
					 arena_cstr(&f->arena,
						 arena_printf(&f->arena,
							 "UPDATE chat_member SET since = %s"
							 " WHERE id = 'u2'",
							 cases[i].since_u2)),
					 arena_cstr(&f->arena,
						 arena_printf(&f->arena,
							 "UPDATE chat_member SET since = %s"
							 " WHERE id = 'u4'",
							 cases[i].since_u4)),
					 NULL),
			ST_OK);
		leave(f, "u1");
		await_all(f);
		chat_state_read_init(&q);
		q.chatid = STR("chat1");
		q.corp_id = STR("corp1");
		assert_int_equal(do_read(f, &q.read), ST_OK);
		assert_true(str_is(q.state.chat.owner, cases[i].owner));
	}
}

static void who_comes_back_waits_until_his_groups_are_left(void **state)
{
	struct fixture *f = *state;
	struct employee_create_op *op;

	small_world(f);
	many_groups(f);
	assert_int_equal(mark(f, "t-all", "u1"), ST_OK);
	/* given: he is still leaving; then: not yet */
	op = create_op(f, "u1", "1001");
	assert_int_equal(do_change(f, &op->change), ST_AGAIN);
	assert_int_equal(ask_int(f, "SELECT active FROM employee"
				    " WHERE corp = 1 AND userid = 'u1'"),
		0);
	/* when: he waits for it; then: he has left all of them, and keeps his unionid */
	while (await(f, "u1") == ST_BUSY)
		;
	assert_left(f, "u1", "u3");
	op = create_op(f, "u1", "1001");
	assert_int_equal(do_change(f, &op->change), ST_OK);
	assert_true(str_is(op->userid, "u1"));
	assert_true(str_is(op->unionid, "n-u1"));
	assert_int_equal(
		update(f, "t-all", "{\"chatid\":\"g00001\",\"add_useridlist\":[\"u1\"]}"),
		ST_OK);
	/* nobody throws him out again */
	assert_int_equal(await(f, "u1"), ST_OK);
	fixture_crash(f);
	assert_int_equal(await(f, "u1"), ST_OK);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM chat_member WHERE corp = 1"
				    " AND chat = (SELECT number FROM chat WHERE corp = 1"
				    " AND chatid = 'g00001') AND id = 'u1'"),
		1);
}

static void a_number_of_one_who_has_left_is_free(void **state)
{
	struct fixture *f = *state;
	struct employee_create_op *op;

	small_world(f);
	op = create_op(f, "new", "1001");
	assert_int_equal(do_change(f, &op->change), ST_REFUSED);
	assert_string_equal(op->why.rule->id, "mobile.free");
	leave(f, "u1");
	op = create_op(f, NULL, "1001");
	assert_int_equal(do_change(f, &op->change), ST_OK);
	assert_true(str_is(op->userid, "fresh"));
	assert_true(str_is(
		ask_text(f,
			"SELECT userid FROM employee WHERE corp = 1 AND mobile = '1001'"),
		"fresh"));
	assert_int_equal(
		ask_int(f, "SELECT count(*) FROM employee WHERE mobile = '1001'"), 2);
}

static void a_corp_that_is_gone_has_nobody_who_leaves(void **state)
{
	struct fixture *f = *state;
	struct corp_delete_op *op = ARENA_NEW(&f->arena, struct corp_delete_op);

	small_world(f);
	many_groups(f);
	leave(f, "u1");
	corp_delete_init(op);
	op->corp_id = STR("corp1");
	assert_int_equal(do_change(f, &op->change), ST_OK);
	assert_int_equal(await(f, "u1"), ST_OK);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM departure"), 0);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger WHERE corp = 1"), 0);
}

/* A world may make him again, and he may leave again, between what the job reads of his
 * departure and what it changes: the second departure has done nothing yet. */
static void who_leaves_again_leaves_what_he_joined_meanwhile(void **state)
{
	struct fixture *f = *state;
	int64_t until_us = clock_mono_us() + INT64_C(1000000) * WAIT_S;
	struct test_change *again;
	struct gate *gate;
	struct pending *pending;

	small_world(f);
	assert_int_equal(mark(f, "t-all", "u1"), ST_OK);
	/* given: all his groups are done, which the job has read, and is about to note */
	assert_int_equal(
		run_sql(f, "UPDATE departure SET after_chatid = 'z'", NULL), ST_OK);
	gate = gate_close(f);
	again = test_change_new(f);
	again->write = "UPDATE departure SET request_id = 'again', after_chatid = ''";
	pending = submit(f, &again->change);
	store_departures_wake(f->store);
	while (stats_of(f).queue_length < 2)
		assert_true(clock_mono_us() < until_us);
	/* when: before that, he has come back and left again; then: that departure counts
	 */
	gate_open(gate);
	assert_int_equal(wait_for(pending), ST_OK);
	await_all(f);
	assert_int_equal(
		ask_int(f,
			"SELECT count(*) FROM chat_member m JOIN chat c ON c.corp = m.corp"
			" AND c.number = m.chat AND c.dissolved = 0"
			" WHERE m.corp = 1 AND m.kind = 0 AND m.id = 'u1'"),
		0);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger WHERE corp = 1"
				    " AND request_id = 'again'"),
		2);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger WHERE corp = 1"), 2);
}

static void other_changes_go_on_meanwhile(void **state)
{
	struct fixture *f = *state;
	int applied = 0;

	small_world(f);
	many_groups(f);
	leave(f, "u1");
	while (applied < GROUPS - 1 && ask_int(f, "SELECT count(*) FROM departure")) {
		const char *json = arena_printf(&f->arena,
			"{\"chatid\":\"g%05d\",\"name\":\"New %d\","
			"\"del_useridlist\":[\"u1\"],\"owner\":\"u2\"}",
			GROUPS - applied, applied)
					   .p;

		assert_int_equal(update(f, "t-all", json), ST_OK);
		applied++;
	}
	assert_true(applied > 1);
	await_all(f);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM chat_member WHERE corp = 1"
				    " AND id = 'u1' AND chat IN (SELECT number FROM chat"
				    " WHERE corp = 1 AND chatid LIKE 'g%')"),
		0);
	assert_consistent(f);
}

static void a_contact_who_is_removed_leaves_his_groups(void **state)
{
	struct fixture *f = *state;
	const struct external_request req = { .user_id = STR("xu1") };
	struct external_op *op = ARENA_NEW(&f->arena, struct external_op);

	small_world(f);
	many_groups(f);
	/* given: an employee with the contact's unionid leaves at the same time */
	assert_int_equal(
		run_sql(f,
			"INSERT INTO employee (corp, userid, unionid, name, active)"
			" VALUES (1, 'x1', 'n-x1', 'Name', 1)",
			NULL),
		ST_OK);
	assert_int_equal(mark(f, "t-all", "x1"), ST_OK);
	external_delete_init(op);
	op->access = access_of(f, "t-all");
	op->req = &req;
	op->request_id = STR("the-request");
	assert_int_equal(do_change(f, &op->change), ST_OK);
	refused(f, "t-all", "{\"chatid\":\"chat1\",\"add_extidlist\":[\"x1\"]}",
		"members.known");
	/* when: the server crashes before anybody was woken */
	fixture_crash(f);
	await_nobody_left(f); /* nobody can wait for a contact */
	assert_int_equal(
		ask_int(f,
			"SELECT count(*) FROM chat_member m JOIN chat c ON c.corp = m.corp"
			" AND c.number = m.chat AND c.dissolved = 0"
			" WHERE m.corp = 1 AND m.kind = 1 AND m.id = 'x1'"),
		0);
	assert_int_equal(
		ask_int(f,
			"SELECT count(DISTINCT chatid) FROM ledger WHERE chatid LIKE 'g%'"
			" AND actor = 'departure:all' AND instr(change,"
			" '\"removed\":[{\"type\":\"ext\",\"id\":\"x1\"') > 0"),
		GROUPS);
	assert_consistent(f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FIXTURE_TEST(whoever_leaves_is_inactive_at_once),
		FIXTURE_TEST(his_groups_are_left_and_the_administrator_follows),
		FIXTURE_TEST(after_a_crash_it_goes_on_where_it_was),
		FIXTURE_TEST(groups_are_left_wherever_a_portion_ends),
		FIXTURE_TEST(two_leave_at_once),
		FIXTURE_TEST(many_who_leave_at_once_take_one_walk),
		FIXTURE_TEST(each_of_many_leaves_by_his_own_request),
		FIXTURE_TEST(who_leaves_while_others_walk_misses_nothing),
		FIXTURE_TEST(who_is_waited_for_does_not_wait_for_the_others),
		FIXTURE_TEST(a_group_left_empty_is_dissolved),
		FIXTURE_TEST(the_ledger_tells_what_he_was_called),
		FIXTURE_TEST(the_longest_standing_of_a_sort_follows),
		FIXTURE_TEST(who_comes_back_waits_until_his_groups_are_left),
		FIXTURE_TEST(a_number_of_one_who_has_left_is_free),
		FIXTURE_TEST(a_corp_that_is_gone_has_nobody_who_leaves),
		FIXTURE_TEST(a_contact_who_is_removed_leaves_his_groups),
		FIXTURE_TEST(who_leaves_again_leaves_what_he_joined_meanwhile),
		FIXTURE_TEST(other_changes_go_on_meanwhile),
	};

	return fixture_run("departures", tests, ARRAY_LEN(tests));
}
