/* SPDX-License-Identifier: Apache-2.0 */
#include "api/attempts.h"
#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define NOON_MS INT64_C(1700000000000)

static const struct str app = STR_INIT("dingapp1");
static const struct str peer = STR_INIT("192.0.2.1");

static int setup(void **state)
{
	*state = attempts_new();
	return 0;
}

static int teardown(void **state)
{
	attempts_free(*state);
	return 0;
}

static void fail_times(struct attempts *a, int times, int64_t at_ms)
{
	for (int i = 0; i < times; i++)
		attempts_failed(a, app, peer, at_ms);
}

static void the_limit_closes_the_door_and_not_one_before(void **state)
{
	static const struct {
		int wrong;
		bool allowed;
	} cases[] = {
		{ 0, true },
		{ LIMIT_SECRET_TRIES - 1, true },
		{ LIMIT_SECRET_TRIES, false },
		{ LIMIT_SECRET_TRIES + 1, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct attempts *a = attempts_new();

		fail_times(a, cases[i].wrong, NOON_MS);
		assert_int_equal(attempts_allowed(a, app, peer, NOON_MS), cases[i].allowed);
		attempts_free(a);
	}
}

static void a_wrong_one_learns_nothing_if_others_closed_the_door(void **state)
{
	for (int i = 1; i <= LIMIT_SECRET_TRIES + 1; i++)
		assert_int_equal(attempts_failed(*state, app, peer, NOON_MS),
			i <= LIMIT_SECRET_TRIES);
	assert_true(attempts_failed(*state, app, peer, NOON_MS + LIMIT_SECRET_TRIES_MS));
}

static void a_closed_door_opens_when_the_window_of_the_first_try_is_over(void **state)
{
	static const struct {
		int64_t after_ms;
		bool allowed;
	} cases[] = {
		{ LIMIT_SECRET_TRIES_MS - 1, false },
		{ LIMIT_SECRET_TRIES_MS, true },
		{ LIMIT_SECRET_TRIES_MS + 1, true },
	};
	struct attempts *a = *state;

	attempts_failed(a, app, peer, NOON_MS);
	fail_times(a, LIMIT_SECRET_TRIES - 1, NOON_MS + 1000);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(
			attempts_allowed(a, app, peer, NOON_MS + cases[i].after_ms),
			cases[i].allowed);
}

static void a_new_window_counts_from_nought(void **state)
{
	struct attempts *a = *state;
	int64_t later = NOON_MS + LIMIT_SECRET_TRIES_MS;

	fail_times(a, LIMIT_SECRET_TRIES, NOON_MS);
	fail_times(a, LIMIT_SECRET_TRIES - 1, later);
	assert_true(attempts_allowed(a, app, peer, later));
	attempts_failed(a, app, peer, later);
	assert_false(attempts_allowed(a, app, peer, later));
	assert_false(attempts_allowed(a, app, peer, later + LIMIT_SECRET_TRIES_MS - 1));
}

static void a_try_that_looked_at_the_clock_before_the_first_one_counts_with_it(void **state)
{
	struct attempts *a = *state;

	fail_times(a, LIMIT_SECRET_TRIES - 1, NOON_MS);
	assert_true(attempts_failed(a, app, peer, NOON_MS - 1));
	assert_false(attempts_allowed(a, app, peer, NOON_MS - 1));
	assert_false(attempts_failed(a, app, peer, NOON_MS));
}

static void other_apps_and_addresses_are_not_touched(void **state)
{
	static const struct {
		struct str app, peer;
		bool allowed;
	} cases[] = {
		{ STR_INIT("dingapp1"), STR_INIT("192.0.2.1"), false },
		{ STR_INIT("dingapp2"), STR_INIT("192.0.2.1"), true },
		{ STR_INIT("dingapp1"), STR_INIT("192.0.2.2"), true },
		{ STR_INIT("dingapp"), STR_INIT("1192.0.2.1"), true },
		{ STR_INIT(""), STR_INIT("192.0.2.1"), true },
		{ STR_INIT("dingapp1"), STR_INIT(""), true },
	};

	fail_times(*state, LIMIT_SECRET_TRIES, NOON_MS);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(
			attempts_allowed(*state, cases[i].app, cases[i].peer, NOON_MS),
			cases[i].allowed);
}

static void ipv6_addresses_of_one_site_count_as_one_but_not_mapped_ipv4(void **state)
{
	static const struct {
		struct str peer;
		bool allowed;
	} cases[] = {
		{ STR_INIT("2001:db8:0:1::1"), false },
		{ STR_INIT("2001:db8:0:1:ffff:ffff:ffff:ffff"), false },
		{ STR_INIT("2001:db8:0:2::1"), true },
		{ STR_INIT("::ffff:192.0.2.1"), false },
		{ STR_INIT("::ffff:192.0.2.2"), true },
	};

	for (int i = 0; i < LIMIT_SECRET_TRIES; i++) {
		attempts_failed(*state, app, STR("2001:db8:0:1::1"), NOON_MS);
		attempts_failed(*state, app, STR("::ffff:192.0.2.1"), NOON_MS);
	}
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(attempts_allowed(*state, app, cases[i].peer, NOON_MS),
			cases[i].allowed);
}

/* The app's key is the client's to choose, of any length and bytes. */
static void an_app_key_of_a_megabyte_is_one_key_like_any_other(void **state)
{
	static char long_key[LIMIT_BODY];
	struct str key = { long_key, sizeof(long_key) };

	for (int i = 0; i < LIMIT_SECRET_TRIES; i++)
		attempts_failed(*state, key, peer, NOON_MS);
	assert_false(attempts_allowed(*state, key, peer, NOON_MS));
	assert_true(attempts_allowed(
		*state, str_slice(key, 0, sizeof(long_key) - 1), peer, NOON_MS));
}

/* Wrong tries of `pairs` other apps, one each. */
static void fail_others(struct attempts *a, int pairs, int64_t at_ms)
{
	char name[32];

	for (int i = 0; i < pairs; i++) {
		int n = snprintf(name, sizeof(name), "other%d", i);

		attempts_failed(a, (struct str){ name, n }, peer, at_ms);
	}
}

static void of_too_many_pairs_the_oldest_is_forgotten(void **state)
{
	static const struct {
		int others;
		bool allowed; /* the first pair was forgotten */
	} cases[] = {
		{ LIMIT_SECRET_PAIRS - 2, false },
		{ LIMIT_SECRET_PAIRS - 1, false },
		{ LIMIT_SECRET_PAIRS, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct attempts *a = attempts_new();

		fail_times(a, LIMIT_SECRET_TRIES, NOON_MS);
		fail_others(a, cases[i].others, NOON_MS);
		assert_int_equal(attempts_allowed(a, app, peer, NOON_MS), cases[i].allowed);
		attempts_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_limit_closes_the_door_and_not_one_before),
		cmocka_unit_test_setup_teardown(
			a_wrong_one_learns_nothing_if_others_closed_the_door, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			a_closed_door_opens_when_the_window_of_the_first_try_is_over, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			a_new_window_counts_from_nought, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_try_that_looked_at_the_clock_before_the_first_one_counts_with_it,
			setup, teardown),
		cmocka_unit_test_setup_teardown(
			other_apps_and_addresses_are_not_touched, setup, teardown),
		cmocka_unit_test_setup_teardown(
			ipv6_addresses_of_one_site_count_as_one_but_not_mapped_ipv4, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			an_app_key_of_a_megabyte_is_one_key_like_any_other, setup,
			teardown),
		cmocka_unit_test(of_too_many_pairs_the_oldest_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
