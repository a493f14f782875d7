/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"

#include "testing.h"

#include <string.h>

static void a_pool_gives_no_byte_twice(void **state)
{
	struct random_pool pool = { 0 };
	unsigned char seen[64][16];

	(void)state;
	for (size_t i = 0; i < 64; i++) { /* twice what the pool holds */
		random_pool_bytes(&pool, seen[i], sizeof(seen[i]));
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(seen[i], seen[j], sizeof(seen[i]));
	}
}

static void a_request_for_all_that_a_pool_holds_is_met(void **state)
{
	struct random_pool pool = { 0 };
	unsigned char zero[sizeof(pool.bytes)] = { 0 }, got[sizeof(pool.bytes)];

	(void)state;
	random_pool_bytes(&pool, got, 1);
	memset(got, 0, sizeof(got));
	random_pool_bytes(&pool, got, sizeof(got));
	assert_memory_not_equal(got, zero, sizeof(got));
	assert_memory_not_equal(got + sizeof(got) - 16, zero, 16);
}

/* RFC 9562, section 5.7 */
static void a_uuid_is_of_version_7_and_in_upper_case(void **state)
{
	struct random_pool pool = { 0 };
	char uuid[UUID_TEXT + 1], trace[TRACE_TEXT + 1];

	(void)state;
	random_uuid(&pool, uuid);
	assert_int_equal(strlen(uuid), UUID_TEXT);
	assert_int_equal(strspn(uuid, "0123456789ABCDEF-"), UUID_TEXT);
	for (size_t i = 0; i < UUID_TEXT; i++)
		assert_int_equal(uuid[i] == '-', i == 8 || i == 13 || i == 18 || i == 23);
	assert_int_equal(uuid[14], '7');
	assert_non_null(strchr("89AB", uuid[19]));
	random_trace(&pool, trace);
	assert_int_equal(strlen(trace), TRACE_TEXT);
	assert_int_equal(strspn(trace, "0123456789abcdef"), TRACE_TEXT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pool_gives_no_byte_twice),
		cmocka_unit_test(a_request_for_all_that_a_pool_holds_is_met),
		cmocka_unit_test(a_uuid_is_of_version_7_and_in_upper_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
