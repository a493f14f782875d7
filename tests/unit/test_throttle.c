/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "api/throttle.h"
#include "base/clock.h"
#include "base/limits.h"

#include <stdio.h>

/* 2023-11-15 06:13:20 in Beijing. */
#define NOON_MS INT64_C(1700000000000)
#define HOUR_MS INT64_C(3600000)
/* 2023-12-01 00:00:00 in Beijing. */
#define DECEMBER_MS INT64_C(1701360000000)

static const struct str app = STR_INIT("dingapp1"), call = STR_INIT("UpdateGroup"),
			corp = STR_INIT("dingcorp1");

static int setup(void **state)
{
	*state = throttle_new();
	return 0;
}

static int teardown(void **state)
{
	throttle_free(*state);
	return 0;
}

/* Calls of one kind that do not count for the month. */
static enum throttled call_times(struct throttle *t, int times, int64_t at_ms)
{
	enum throttled last = THROTTLE_PASS;

	for (int i = 0; i < times; i++)
		last = throttle_count(t, app, call, STR_NONE, at_ms);
	return last;
}

/* Calls that only the month limits: of kinds that nobody else makes. */
static enum throttled count_times(
	struct throttle *t, struct str whose, int times, int64_t at_ms)
{
	static int serial;
	enum throttled last = THROTTLE_PASS;
	char name[32];

	for (int i = 0; i < times; i++) {
		int n = snprintf(name, sizeof(name), "call%d", serial++ / LIMIT_CALLS_S);

		last = throttle_count(t, app, (struct str){ name, n }, whose, at_ms);
	}
	return last;
}

static void the_call_over_the_limit_of_a_second_is_refused(void **state)
{
	static const struct {
		int calls;
		enum throttled last;
	} cases[] = {
		{ LIMIT_CALLS_S - 1, THROTTLE_PASS },
		{ LIMIT_CALLS_S, THROTTLE_PASS },
		{ LIMIT_CALLS_S + 1, THROTTLE_APP },
	};

	(void)state;
	assert_int_equal(LIMIT_CALLS_S, 20);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct throttle *t = throttle_new();

		assert_int_equal(call_times(t, cases[i].calls, NOON_MS), cases[i].last);
		throttle_free(t);
	}
}

static void the_second_begins_with_the_first_call_and_ends_a_second_later(void **state)
{
	static const struct {
		int64_t after_ms;
		enum throttled then;
	} cases[] = {
		{ 999, THROTTLE_APP }, { 1000, THROTTLE_PASS }, { 1001, THROTTLE_PASS },
		{ -1, THROTTLE_APP }, /* threads in another order */
		{ -999, THROTTLE_APP },
		{ -1000, THROTTLE_PASS }, /* the clock was set back */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct throttle *t = throttle_new();

		call_times(t, 1, NOON_MS);
		call_times(t, LIMIT_CALLS_S, NOON_MS + 500);
		assert_int_equal(
			call_times(t, 1, NOON_MS + cases[i].after_ms), cases[i].then);
		throttle_free(t);
	}
}

static void a_new_second_counts_from_nought(void **state)
{
	call_times(*state, LIMIT_CALLS_S + 5, NOON_MS);
	assert_int_equal(call_times(*state, LIMIT_CALLS_S, NOON_MS + 1000), THROTTLE_PASS);
	assert_int_equal(call_times(*state, 1, NOON_MS + 1999), THROTTLE_APP);
}

static void the_server_clock_moves_it_on(void **state)
{
	assert_int_equal(
		call_times(*state, LIMIT_CALLS_S + 1, clock_now_ms()), THROTTLE_APP);
	clock_shift(1000);
	assert_int_equal(call_times(*state, 1, clock_now_ms()), THROTTLE_PASS);
	clock_shift(-1000);
}

static void other_apps_and_calls_have_their_own(void **state)
{
	static const struct {
		struct str app, call;
		enum throttled then;
	} cases[] = {
		{ STR_INIT("dingapp1"), STR_INIT("UpdateGroup"), THROTTLE_APP },
		{ STR_INIT("dingapp2"), STR_INIT("UpdateGroup"), THROTTLE_PASS },
		{ STR_INIT("dingapp1"), STR_INIT("CreateGroup"), THROTTLE_PASS },
		{ STR_INIT("dingapp"), STR_INIT("1UpdateGroup"), THROTTLE_PASS },
	};

	call_times(*state, LIMIT_CALLS_S, NOON_MS);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(throttle_count(*state, cases[i].app, cases[i].call,
					 STR_NONE, NOON_MS),
			cases[i].then);
}

static void the_call_over_the_limit_of_a_month_is_refused(void **state)
{
	static const struct {
		int calls;
		enum throttled last;
	} cases[] = {
		{ LIMIT_CALLS_MONTH - 1, THROTTLE_PASS },
		{ LIMIT_CALLS_MONTH, THROTTLE_PASS },
		{ LIMIT_CALLS_MONTH + 1, THROTTLE_CORP },
	};

	(void)state;
	assert_int_equal(LIMIT_CALLS_MONTH, 5000);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct throttle *t = throttle_new();

		assert_int_equal(
			count_times(t, corp, cases[i].calls, NOON_MS), cases[i].last);
		throttle_free(t);
	}
}

static void a_month_is_the_calendar_s_in_beijing(void **state)
{
	struct throttle *t = *state;

	assert_int_equal(count_times(t, corp, LIMIT_CALLS_MONTH, DECEMBER_MS - HOUR_MS),
		THROTTLE_PASS);
	assert_int_equal(count_times(t, corp, 1, DECEMBER_MS - 1), THROTTLE_CORP);
	assert_int_equal(count_times(t, corp, 1, DECEMBER_MS), THROTTLE_PASS);
	assert_int_equal(count_times(t, corp, LIMIT_CALLS_MONTH - 1, DECEMBER_MS + HOUR_MS),
		THROTTLE_PASS);
	assert_int_equal(count_times(t, corp, 1, DECEMBER_MS + 2 * HOUR_MS), THROTTLE_CORP);
}

static void the_server_clock_brings_the_next_month(void **state)
{
	const int64_t month_ms = 31 * 24 * HOUR_MS;

	count_times(*state, corp, LIMIT_CALLS_MONTH, clock_now_ms());
	assert_int_equal(count_times(*state, corp, 1, clock_now_ms()), THROTTLE_CORP);
	clock_shift(month_ms);
	assert_int_equal(count_times(*state, corp, 1, clock_now_ms()), THROTTLE_PASS);
	clock_shift(-month_ms);
}

static void a_corp_s_apps_share_its_month_and_other_corps_do_not(void **state)
{
	count_times(*state, corp, LIMIT_CALLS_MONTH, NOON_MS);
	assert_int_equal(
		throttle_count(*state, STR("other"), call, corp, NOON_MS), THROTTLE_CORP);
	assert_int_equal(
		throttle_count(*state, STR("other"), call, STR("dingcorp2"), NOON_MS),
		THROTTLE_PASS);
}

static void what_a_second_refuses_does_not_count_for_the_month(void **state)
{
	struct throttle *t = *state;

	for (int i = 0; i < LIMIT_CALLS_MONTH + 1; i++)
		throttle_count(t, app, call, corp, NOON_MS);
	assert_int_equal(count_times(t, corp, LIMIT_CALLS_MONTH - LIMIT_CALLS_S, NOON_MS),
		THROTTLE_PASS);
	assert_int_equal(throttle_count(t, app, STR("last"), corp, NOON_MS), THROTTLE_CORP);
}

static void a_call_without_a_corp_does_not_count(void **state)
{
	count_times(*state, STR_NONE, LIMIT_CALLS_MONTH, NOON_MS);
	assert_int_equal(throttle_count(*state, app, call, corp, NOON_MS), THROTTLE_PASS);
}

static void of_too_many_the_oldest_are_forgotten(void **state)
{
	static const struct {
		int others;
		enum throttled then;
	} cases[] = {
		{ LIMIT_CALLS_KEPT - 2, THROTTLE_APP },
		{ LIMIT_CALLS_KEPT - 1, THROTTLE_APP },
		{ LIMIT_CALLS_KEPT, THROTTLE_PASS },
	};
	char name[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct throttle *t = throttle_new();

		call_times(t, LIMIT_CALLS_S, NOON_MS);
		for (int k = 0; k < cases[i].others; k++) {
			int n = snprintf(name, sizeof(name), "other%d", k);
			struct str other = { name, n };

			throttle_count(t, other, call, other, NOON_MS);
		}
		assert_int_equal(call_times(t, 1, NOON_MS), cases[i].then);
		throttle_free(t);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_call_over_the_limit_of_a_second_is_refused),
		TEST(the_second_begins_with_the_first_call_and_ends_a_second_later),
		TEST(a_new_second_counts_from_nought),
		TEST(the_server_clock_moves_it_on),
		TEST(other_apps_and_calls_have_their_own),
		TEST(the_call_over_the_limit_of_a_month_is_refused),
		TEST(a_month_is_the_calendar_s_in_beijing),
		TEST(the_server_clock_brings_the_next_month),
		TEST(a_corp_s_apps_share_its_month_and_other_corps_do_not),
		TEST(what_a_second_refuses_does_not_count_for_the_month),
		TEST(a_call_without_a_corp_does_not_count),
		TEST(of_too_many_the_oldest_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
