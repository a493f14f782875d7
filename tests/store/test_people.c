/* SPDX-License-Identifier: Apache-2.0 */
/* People, and who is in whose visibility scope. */
#include "fixture.h"

static struct person_read *person(
	struct fixture *f, const char *token, enum person_key key, const char *value)
{
	struct person_read *q = ARENA_NEW(&f->arena, struct person_read);

	person_read_init(q);
	q->access = access_of(f, token);
	q->key = key;
	q->value = str_from(value);
	q->externals = true;
	return q;
}

static bool visible(struct fixture *f, const char *token, const char *userid)
{
	struct person_read *q = person(f, token, PERSON_BY_USERID, userid);

	assert_int_equal(do_read(f, &q->read), ST_OK);
	return q->person.visible;
}

static void a_person_is_found_by_each_of_his_keys(void **state)
{
	static const struct {
		enum person_key key;
		const char *value, *userid; /* NULL: not found */
		enum person_kind kind;
	} cases[] = {
		{ PERSON_BY_USERID, "u1", "u1", PERSON_EMP },
		{ PERSON_BY_UNIONID, "n-u1", "u1", PERSON_EMP },
		{ PERSON_BY_MOBILE, "1001", "u1", PERSON_EMP },
		{ PERSON_BY_UNIONID, "x1", "xu1", PERSON_EXT },
		{ PERSON_BY_USERID, "xu1", NULL, PERSON_EXT },
		{ PERSON_BY_USERID, "n-u1", NULL, PERSON_EMP },
		{ PERSON_BY_UNIONID, "u1", NULL, PERSON_EMP },
		{ PERSON_BY_MOBILE, "", NULL, PERSON_EMP },
	};
	struct fixture *f = *state;

	small_world(f);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct person_read *q = person(f, "t-all", cases[i].key, cases[i].value);
		enum status st = do_read(f, &q->read);

		assert_int_equal(st, cases[i].userid ? ST_OK : ST_NOT_FOUND);
		if (st != ST_OK)
			continue;
		assert_true(str_is(q->person.userid, cases[i].userid));
		assert_int_equal(q->person.kind, cases[i].kind);
	}
}

static void all_of_a_person_is_told(void **state)
{
	struct fixture *f = *state;
	struct person_read *q;

	small_world(f);
	assert_int_equal(
		run_sql(f, "INSERT INTO employee_department VALUES (1, 'u1', 9)", NULL),
		ST_OK);
	q = person(f, "t-all", PERSON_BY_USERID, "u1");
	assert_int_equal(do_read(f, &q->read), ST_OK);
	assert_true(str_is(q->person.unionid, "n-u1"));
	assert_true(str_is(q->person.name, "One"));
	assert_true(str_is(q->person.mobile, "1001"));
	assert_true(q->person.active);
	assert_int_equal(q->person.dept_count, 2);
	assert_int_equal(q->person.dept_ids[0], 3);
	assert_int_equal(q->person.dept_ids[1], 9);
	q = person(f, "t-all", PERSON_BY_USERID, "gone");
	assert_int_equal(do_read(f, &q->read), ST_OK);
	assert_false(q->person.active);
	assert_null(q->person.mobile.p);
}

static void externals_are_found_only_where_they_are_asked_for(void **state)
{
	struct fixture *f = *state;
	struct person_read *q;

	small_world(f);
	q = person(f, "t-all", PERSON_BY_UNIONID, "x1");
	q->externals = false;
	assert_int_equal(do_read(f, &q->read), ST_NOT_FOUND);
}

static void a_person_of_another_corp_is_not_found(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(
		run_sql(f, "DELETE FROM employee WHERE corp = 1 AND userid = 'u9'",
			"DELETE FROM external_contact WHERE corp = 1 AND unionid = 'x3'",
			NULL),
		ST_OK);
	assert_int_equal(do_read(f, &person(f, "t-all", PERSON_BY_USERID, "u9")->read),
		ST_NOT_FOUND);
	assert_int_equal(do_read(f, &person(f, "t-all", PERSON_BY_UNIONID, "n-u9")->read),
		ST_NOT_FOUND);
	assert_int_equal(do_read(f, &person(f, "t-all", PERSON_BY_UNIONID, "x3")->read),
		ST_NOT_FOUND);
	assert_int_equal(
		do_read(f, &person(f, "t-other", PERSON_BY_USERID, "u9")->read), ST_OK);
	assert_int_equal(
		do_read(f, &person(f, "nobody", PERSON_BY_USERID, "u1")->read), ST_REFUSED);
}

static void a_scope_is_all_or_people_or_departments_and_those_below(void **state)
{
	static const struct {
		const char *token, *userid;
		bool visible;
	} cases[] = {
		{ "t-all", "u1", true },
		{ "t-all", "far", true },
		{ "t-all", "gone", true },
		{ "t-dept", "u1", true }, /* in 3, below 2 */
		{ "t-dept", "gone", true }, /* active or not plays no part */
		{ "t-dept", "far", false },
		{ "t-few", "u1", true },
		{ "t-few", "u2", false },
	};
	struct fixture *f = *state;

	small_world(f);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(
			visible(f, cases[i].token, cases[i].userid), cases[i].visible);
}

static void departments_are_followed_up_and_not_down(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(
		run_sql(f,
			"UPDATE employee_department SET dept_id = 1"
			" WHERE corp = 1 AND userid = 'u1'",
			"UPDATE employee_department SET dept_id = 2"
			" WHERE corp = 1 AND userid = 'u2'",
			"INSERT INTO employee_department VALUES (1, 'far', 3)", NULL),
		ST_OK);
	assert_false(visible(f, "t-dept", "u1")); /* above the scope */
	assert_true(visible(f, "t-dept", "u2"));
	assert_true(visible(f, "t-dept", "far")); /* one of his two is enough */
}

static void a_scope_is_one_corps(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(
		run_sql(f, "UPDATE app SET sees_all = 0 WHERE app_key = 'other'",
			"INSERT INTO app_scope_user VALUES (1, 'other', 'u1')",
			"INSERT INTO app_scope_department VALUES (1, 'other', 3)", NULL),
		ST_OK);
	assert_false(visible(f, "t-other", "u1"));
}

static void departments_of_another_corp_lead_nowhere(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(run_sql(f,
				 "UPDATE department SET parent_id = 2"
				 " WHERE corp = 2 AND dept_id = 9",
				 NULL),
		ST_OK);
	assert_false(visible(f, "t-dept", "far"));
}

static void departments_in_a_ring_end(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	assert_int_equal(run_sql(f,
				 "UPDATE department SET parent_id = 3"
				 " WHERE corp = 1 AND dept_id = 1",
				 NULL),
		ST_OK);
	assert_true(visible(f, "t-dept", "u1"));
	assert_false(visible(f, "t-few", "u2"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_person_is_found_by_each_of_his_keys),
		FIXTURE_TEST(all_of_a_person_is_told),
		FIXTURE_TEST(externals_are_found_only_where_they_are_asked_for),
		FIXTURE_TEST(a_person_of_another_corp_is_not_found),
		FIXTURE_TEST(a_scope_is_all_or_people_or_departments_and_those_below),
		FIXTURE_TEST(departments_are_followed_up_and_not_down),
		FIXTURE_TEST(a_scope_is_one_corps),
		FIXTURE_TEST(departments_of_another_corp_lead_nowhere),
		FIXTURE_TEST(departments_in_a_ring_end),
	};

	return fixture_run("people", tests, ARRAY_LEN(tests));
}
