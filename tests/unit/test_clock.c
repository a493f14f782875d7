/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/clock.h"

enum { HOUR_MS = 3600000, SLACK_MS = 60000 };

/* Both clocks go on while a test runs. */
static void assert_about(int64_t ms, int64_t want_ms)
{
	assert_in_range(ms - want_ms + SLACK_MS, 0, 2 * SLACK_MS);
}

static void the_steady_clock_follows_the_wall_clock_forth_and_never_back(void **state)
{
	int64_t start_ms = clock_steady_ms();

	(void)state;
	assert_about(start_ms, clock_now_ms());
	clock_shift(HOUR_MS);
	assert_about(clock_steady_ms(), start_ms + HOUR_MS);
	clock_shift(-2 * HOUR_MS);
	assert_about(clock_now_ms(), start_ms - HOUR_MS);
	assert_about(clock_steady_ms(), start_ms + HOUR_MS);
	clock_shift(HOUR_MS + HOUR_MS / 2);
	assert_about(clock_steady_ms(), start_ms + HOUR_MS);
	clock_shift(HOUR_MS);
	assert_about(clock_steady_ms(), start_ms + HOUR_MS + HOUR_MS / 2);
}

static void the_steady_clock_never_goes_back(void **state)
{
	int64_t before_ms = clock_steady_ms();

	(void)state;
	for (int i = 0; i < 1000; i++) {
		int64_t now_ms;

		clock_shift(i % 2 ? -HOUR_MS : HOUR_MS / 100);
		now_ms = clock_steady_ms();
		assert_true(now_ms >= before_ms);
		before_ms = now_ms;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_steady_clock_follows_the_wall_clock_forth_and_never_back),
		cmocka_unit_test(the_steady_clock_never_goes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
