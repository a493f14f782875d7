/* SPDX-License-Identifier: Apache-2.0 */
/* Strings by value and the buffer that grows. */
#include "testing.h"

static void strings_compare_by_their_bytes(void **state)
{
	const struct {
		struct str a, b;
		int order; /* of str_cmp */
		bool nocase; /* equal without case */
	} cases[] = {
		{ STR(""), STR(""), 0, true },
		{ STR_NONE, STR(""), 0, true },
		{ STR("a"), STR("a"), 0, true },
		{ STR("a"), STR("b"), -1, false },
		{ STR("a"), STR("ab"), -1, false },
		{ STR(""), STR("a"), -1, false },
		{ STR("A"), STR("a"), -1, true },
		{ STR("Z@["), STR("z@["), -1, true },
		{ STR("@"), STR("`"), -1, false }, /* 32 apart, but no letters */
		{ STR("["), STR("{"), -1, false },
		{ STR("a"), STR("\xe7\xbe\xa4"), -1, false }, /* bytes are unsigned */
		{ STR("a\0b"), STR("a\0c"), -1, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int ab = str_cmp(cases[i].a, cases[i].b),
		    ba = str_cmp(cases[i].b, cases[i].a);

		assert_int_equal((ab > 0) - (ab < 0), cases[i].order);
		assert_int_equal((ba > 0) - (ba < 0), -cases[i].order);
		assert_int_equal(str_eq(cases[i].a, cases[i].b), cases[i].order == 0);
		assert_int_equal(str_eq_nocase(cases[i].a, cases[i].b), cases[i].nocase);
	}
}

static void a_c_string_is_borrowed(void **state)
{
	(void)state;
	assert_null(str_from(NULL).p);
	assert_int_equal(str_from("abc").n, 3);
	assert_true(str_is(STR("abc"), "abc"));
	assert_false(str_is(STR("abc"), "abcd"));
	assert_true(str_is(STR(""), ""));
}

static void parts_are_found_and_cut(void **state)
{
	(void)state;
	assert_true(str_starts(STR("abc"), STR("ab")));
	assert_true(str_starts(STR("abc"), STR("")));
	assert_true(str_starts(STR_NONE, STR("")));
	assert_false(str_starts(STR("a"), STR("ab")));
	assert_false(str_starts(STR("xab"), STR("ab")));

	assert_int_equal(str_find(STR("a=b=c"), '='), 1);
	assert_int_equal(str_find(STR("abc"), '='), 3);
	assert_int_equal(str_find(STR_NONE, '='), 0);

	check_str("slice", str_slice(STR("abcd"), 1, 3), STR("bc"));
	check_str("beyond", str_slice(STR("abcd"), 2, 9), STR("cd"));
	check_str("nothing", str_slice(STR("abcd"), 3, 1), STR(""));
	check_str("of nothing", str_slice(STR_NONE, 0, 1), STR(""));

	check_str("trim", str_trim(STR(" \ta b\t ")), STR("a b"));
	check_str("all blank", str_trim(STR(" \t ")), STR(""));
	check_str("no blank", str_trim(STR("a")), STR("a"));
	check_str("line ends stay", str_trim(STR("\na\r")), STR("\na\r"));
}

static void unsigned_numbers_are_digits_up_to_a_maximum(void **state)
{
	const struct {
		struct str text;
		uint64_t max;
		bool ok;
		uint64_t value;
	} cases[] = {
		{ STR("0"), 0, true, 0 },
		{ STR("1"), 0, false, 0 },
		{ STR("007"), 9, true, 7 },
		{ STR("9"), 10, true, 9 },
		{ STR("10"), 10, true, 10 },
		{ STR("11"), 10, false, 0 },
		{ STR("100"), 10, false, 0 },
		{ STR("5"), 3, false, 0 },
		{ STR("18446744073709551615"), UINT64_MAX, true, UINT64_MAX },
		{ STR("18446744073709551616"), UINT64_MAX, false, 0 },
		{ STR("99999999999999999999999"), UINT64_MAX, false, 0 },
		{ STR(""), 9, false, 0 },
		{ STR("+1"), 9, false, 0 },
		{ STR("-1"), 9, false, 0 },
		{ STR(" 1"), 9, false, 0 },
		{ STR("1x"), 9, false, 0 },
		{ STR("1.0"), 9, false, 0 },
		{ STR("/"), 99, false, 0 },
		{ STR(":"), 99, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint64_t got = 0;

		check_case(cases[i].text.p,
			str_to_u64(cases[i].text, cases[i].max, &got) == cases[i].ok);
		check_case(cases[i].text.p, got == cases[i].value);
	}
}

static void signed_numbers_reach_both_ends(void **state)
{
	const struct {
		struct str text;
		bool ok;
		int64_t value;
	} cases[] = {
		{ STR("0"), true, 0 },
		{ STR("-0"), true, 0 },
		{ STR("-12"), true, -12 },
		{ STR("9223372036854775807"), true, INT64_MAX },
		{ STR("9223372036854775808"), false, 0 },
		{ STR("-9223372036854775808"), true, INT64_MIN },
		{ STR("-9223372036854775809"), false, 0 },
		{ STR("-"), false, 0 },
		{ STR("--1"), false, 0 },
		{ STR(""), false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t got = 0;

		check_case(cases[i].text.p, str_to_i64(cases[i].text, &got) == cases[i].ok);
		check_case(cases[i].text.p, got == cases[i].value);
	}
}

static void lists_and_pairs_are_searched_in_order(void **state)
{
	struct str v[] = { STR("a"), STR("b") };
	const struct strs list = { v, ARRAY_LEN(v), true };
	struct pair p[] = { { STR("k"), STR("1") }, { STR("k"), STR("2") },
		{ STR("e"), STR("") } };
	const struct pairs pairs = { p, ARRAY_LEN(p) };

	(void)state;
	assert_true(strs_have(&list, STR("b")));
	assert_false(strs_have(&list, STR("c")));
	assert_false(strs_have(&(struct strs){ 0 }, STR("")));
	check_str("first", pairs_get(&pairs, STR("k")), STR("1"));
	assert_non_null(pairs_get(&pairs, STR("e")).p);
	assert_null(pairs_get(&pairs, STR("K")).p);
}

static void integers_are_added_in_decimal(void **state)
{
	static const int64_t numbers[] = { 0, 9, 10, -1, -10, INT64_MAX, INT64_MIN };
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		buf_add_int(&b, numbers[i]);
		buf_add_str(&b, STR(","));
	}
	check_str("numbers", buf_str(&b),
		STR("0,9,10,-1,-10,9223372036854775807,-9223372036854775808,"));
	buf_fini(&b);
}

static void a_buffer_grows_and_drops(void **state)
{
	struct buf b = { 0 };
	char big[1000];

	(void)state;
	check_str("empty", buf_str(&b), STR(""));
	assert_non_null(buf_str(&b).p);
	buf_add(&b, NULL, 0);
	buf_drop(&b, 5);
	assert_int_equal(b.n, 0);

	buf_add_str(&b, STR("abc"));
	buf_printf(&b, "-%d-%s", 42, "x");
	check_str("added", buf_str(&b), STR("abc-42-x"));
	buf_drop(&b, 4);
	check_str("dropped", buf_str(&b), STR("42-x"));

	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (char)('a' + i % 26);
	buf_add(&b, big, sizeof(big));
	buf_add(&b, big, sizeof(big));
	assert_int_equal(b.n, 4 + 2 * sizeof(big));
	assert_memory_equal(b.p, "42-x", 4);
	assert_memory_equal(b.p + 4 + sizeof(big), big, sizeof(big));
	buf_printf(&b, "%0999d", 7);
	assert_int_equal(b.n, 4 + 2 * sizeof(big) + 999);
	assert_int_equal(b.p[b.n - 1], '7');
	buf_drop(&b, SIZE_MAX);
	assert_int_equal(b.n, 0);
	buf_fini(&b);
	assert_null(b.p);
}

static void room_is_reserved_to_the_byte(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_reserve(&b, 256);
	assert_true(b.cap >= 256);
	for (int i = 0; i < 256; i++)
		buf_add(&b, "x", 1);
	buf_reserve(&b, 1);
	assert_true(b.cap > 256);
	assert_int_equal(b.n, 256);
	buf_drop(&b, 6);
	b.cap = 256; /* as if it had room for the six digits, but not for printf's NUL */
	buf_printf(&b, "%06d", 1);
	assert_true(b.cap > 256);
	assert_int_equal(b.n, 256);
	buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_compare_by_their_bytes),
		cmocka_unit_test(a_c_string_is_borrowed),
		cmocka_unit_test(parts_are_found_and_cut),
		cmocka_unit_test(unsigned_numbers_are_digits_up_to_a_maximum),
		cmocka_unit_test(signed_numbers_reach_both_ends),
		cmocka_unit_test(lists_and_pairs_are_searched_in_order),
		cmocka_unit_test(integers_are_added_in_decimal),
		cmocka_unit_test(a_buffer_grows_and_drops),
		cmocka_unit_test(room_is_reserved_to_the_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
