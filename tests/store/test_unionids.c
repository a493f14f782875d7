/* SPDX-License-Identifier: Apache-2.0 */
/* External contacts named by either of their ids, before a call of the old API is stored.
 */
#include "fixture.h"

#include "store/unionids.h"

#define IDS(...) \
	((struct strs){ .v = (struct str[]){ __VA_ARGS__ }, \
		.n = sizeof((struct str[]){ __VA_ARGS__ }) / sizeof(struct str), \
		.set = true })

static struct unionids_read *read_of(
	struct fixture *f, const char *token, struct strs first, struct strs second)
{
	struct unionids_read *q = ARENA_NEW(&f->arena, struct unionids_read);

	unionids_read_init(q);
	q->access = access_of(f, token);
	q->lists[0] = first;
	q->lists[1] = second;
	return q;
}

static void assert_list(const struct strs *got, struct strs want)
{
	assert_int_equal(got->n, want.n);
	assert_int_equal(got->set, want.set);
	for (size_t i = 0; i < want.n; i++)
		assert_true(str_eq(got->v[i], want.v[i]));
}

static void a_userid_becomes_its_unionid_wherever_it_stands(void **state)
{
	struct fixture *f = *state;
	struct unionids_read *q;

	small_world(f);
	q = read_of(f, "t-all", IDS(STR("xu1"), STR("x2"), STR("nobody"), STR("xu1")),
		IDS(STR("x1"), STR("xu1")));
	assert_int_equal(do_read(f, &q->read), ST_OK);
	assert_list(&q->lists[0], IDS(STR("x1"), STR("x2"), STR("nobody"), STR("x1")));
	assert_list(&q->lists[1], IDS(STR("x1"), STR("x1")));
}

static void a_list_may_be_empty_or_absent(void **state)
{
	struct fixture *f = *state;
	struct unionids_read *q;

	small_world(f);
	q = read_of(f, "t-all", (struct strs){ 0 }, IDS(STR("xu1")));
	assert_int_equal(do_read(f, &q->read), ST_OK);
	assert_list(&q->lists[0], (struct strs){ 0 });
	assert_list(&q->lists[1], IDS(STR("x1")));
	q = read_of(f, "t-all", (struct strs){ .set = true }, (struct strs){ 0 });
	assert_int_equal(do_read(f, &q->read), ST_OK);
	assert_list(&q->lists[0], (struct strs){ .set = true });
	assert_list(&q->lists[1], (struct strs){ 0 });
}

/* One contact's unionid, another's userid: the calls are about unionids. */
static void a_unionid_goes_before_anothers_userid(void **state)
{
	struct fixture *f = *state;
	struct unionids_read *q;

	small_world(f);
	assert_int_equal(run_sql(f,
				 "UPDATE external_contact SET userid = 'x1'"
				 " WHERE corp = 1 AND unionid = 'x2'",
				 NULL),
		ST_OK);
	q = read_of(f, "t-all", IDS(STR("x1")), IDS(STR("x2")));
	assert_int_equal(do_read(f, &q->read), ST_OK);
	assert_list(&q->lists[0], IDS(STR("x1")));
	assert_list(&q->lists[1], IDS(STR("x2")));
}

static void only_contacts_of_the_callers_corp_are_found(void **state)
{
	struct fixture *f = *state;
	struct unionids_read *q;

	small_world(f);
	assert_int_equal(run_sql(f,
				 "UPDATE external_contact SET userid = 'only2'"
				 " WHERE corp = 2 AND unionid = 'x2'",
				 NULL),
		ST_OK);
	q = read_of(f, "t-all", IDS(STR("only2"), STR("u1")), (struct strs){ 0 });
	assert_int_equal(do_read(f, &q->read), ST_OK);
	assert_list(&q->lists[0], IDS(STR("only2"), STR("u1")));
	q = read_of(f, "t-other", IDS(STR("only2"), STR("u1")), (struct strs){ 0 });
	assert_int_equal(do_read(f, &q->read), ST_OK);
	assert_list(&q->lists[0], IDS(STR("x2"), STR("u1")));
}

static bool refuse_all(const struct access *access, struct refusal *why)
{
	static const struct rule rule = { .id = "none.passes" };

	(void)access;
	*why = refusal_by(&rule);
	return false;
}

static void who_may_not_learns_nothing(void **state)
{
	struct fixture *f = *state;
	struct unionids_read *q;

	small_world(f);
	q = read_of(f, "t-all", IDS(STR("xu1")), (struct strs){ 0 });
	q->access->allow = refuse_all;
	assert_int_equal(do_read(f, &q->read), ST_REFUSED);
	assert_string_equal(q->why.rule->id, "none.passes");
	assert_list(&q->lists[0], IDS(STR("xu1")));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_userid_becomes_its_unionid_wherever_it_stands),
		FIXTURE_TEST(a_list_may_be_empty_or_absent),
		FIXTURE_TEST(a_unionid_goes_before_anothers_userid),
		FIXTURE_TEST(only_contacts_of_the_callers_corp_are_found),
		FIXTURE_TEST(who_may_not_learns_nothing),
	};

	return fixture_run("unionids", tests, ARRAY_LEN(tests));
}
