/* SPDX-License-Identifier: Apache-2.0 */
#include "base/histogram.h"

#include "testing.h"

static void a_time_counts_for_the_first_step_that_it_is_not_over(void **state)
{
	const struct {
		int64_t us;
		int step;
	} cases[] = {
		{ -1, 0 }, /* a clock that went back */
		{ 0, 0 },
		{ 249, 0 },
		{ 250, 0 },
		{ 251, 1 },
		{ 8000, 5 },
		{ 8001, 6 },
		{ 512000, 11 },
		{ 512001, 12 },
		{ INT64_MAX, 12 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct histogram h = { 0 };
		struct histogram_copy copy;

		histogram_add(&h, cases[i].us);
		histogram_copy(&h, &copy);
		for (int step = 0; step < HISTOGRAM_STEPS; step++)
			assert_int_equal(copy.counts[step], step == cases[i].step);
	}
}

static void the_sum_is_that_of_all_times(void **state)
{
	struct histogram h = { 0 };
	struct histogram_copy copy;

	(void)state;
	histogram_add(&h, 300);
	histogram_add(&h, -5);
	histogram_add(&h, 700);
	histogram_copy(&h, &copy);
	assert_int_equal(copy.sum_us, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_time_counts_for_the_first_step_that_it_is_not_over),
		cmocka_unit_test(the_sum_is_that_of_all_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
