/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 by RFC 3629, hex and base64. */
#include "testing.h"

#include "base/text.h"

static void only_well_formed_utf8_is_valid(void **state)
{
	const struct {
		struct str text;
		bool valid;
	} cases[] = {
		{ STR(""), true },
		{ STR("a\0b"), true },
		{ STR("\x7f"), true },
		{ STR("\xc2\x80"), true }, /* the smallest of two bytes */
		{ STR("\xdf\xbf"), true },
		{ STR("\xe0\xa0\x80"), true }, /* the smallest of three */
		{ STR("\xed\x9f\xbf"), true }, /* the last before the surrogates */
		{ STR("\xee\x80\x80"), true }, /* the first behind them */
		{ STR("\xef\xbf\xbf"), true },
		{ STR("\xf0\x90\x80\x80"), true }, /* the smallest of four */
		{ STR("\xf4\x8f\xbf\xbf"), true }, /* U+10FFFF */
		{ STR("\x80"), false },
		{ STR("\xbf"), false },
		{ STR("\xc0\x80"), false }, /* overlong */
		{ STR("\xc1\xbf"), false },
		{ STR("\xe0\x9f\xbf"), false },
		{ STR("\xf0\x8f\xbf\xbf"), false },
		{ STR("\xed\xa0\x80"), false }, /* surrogates */
		{ STR("\xed\xbf\xbf"), false },
		{ STR("\xf4\x90\x80\x80"), false }, /* above U+10FFFF */
		{ STR("\xf5\x80\x80\x80"), false },
		{ STR("\xff"), false },
		{ STR("\xc2"), false }, /* cut short */
		{ STR("\xe7\xbe"), false },
		{ STR("\xf0\x9f\x98"), false },
		{ STR("\xe7\xbe"
		      "a"),
			false },
		{ STR("\xe7"
		      "aa"),
			false },
		{ STR("ok\xc2\xc2\x80"), false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (utf8_valid(cases[i].text) != cases[i].valid)
			fail_msg("case %zu", i);
}

static void characters_are_code_points(void **state)
{
	(void)state;
	assert_int_equal(utf8_count(STR("")), 0);
	assert_int_equal(utf8_count(STR("abc")), 3);
	assert_int_equal(utf8_count(STR("全员群。")), 4);
	assert_int_equal(utf8_count(STR("\U0001f600")), 1);
	/* a family emoji is five code points: three people and two joiners */
	assert_int_equal(utf8_count(STR("\U0001f468\u200d\U0001f469\u200d\U0001f467")), 5);
}

static void control_characters_are_those_of_category_cc(void **state)
{
	const struct {
		struct str text;
		bool has;
	} cases[] = {
		{ STR(""), false },
		{ STR("abc 群"), false },
		{ STR("\0"), true },
		{ STR("a\x1f"), true },
		{ STR(" "), false },
		{ STR("~"), false },
		{ STR("\x7f"), true },
		{ STR("\xc2\x80"), true },
		{ STR("\xc2\x9f"), true },
		{ STR("\xc2\xa0"), false },
		{ STR("\u200b"), false },
		{ STR("\xff"), true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (utf8_has_control(cases[i].text) != cases[i].has)
			fail_msg("case %zu", i);
}

static void white_space_of_every_kind_is_blank(void **state)
{
	const struct {
		struct str text;
		bool blank;
	} cases[] = {
		{ STR(""), true },
		{ STR("  \t\r\n\v\f"), true },
		{ STR(" a "), false },
		{ STR("\xc2\x85"), true },
		{ STR("\u00a0"), true },
		{ STR("\u1680"), true },
		{ STR("\u2000"), true },
		{ STR("\u200a"), true },
		{ STR("\u200b"), true },
		{ STR("\u200d"), true },
		{ STR("\u2028\u2029"), true },
		{ STR("\u202f"), true },
		{ STR("\u205f"), true },
		{ STR("\u2060"), true },
		{ STR("\u3000"), true },
		{ STR("\ufeff"), true },
		{ STR("\b"), false },
		{ STR("\x0e"), false },
		{ STR("\u1fff"), false },
		{ STR("\u2010"), false },
		{ STR("群"), false },
		{ STR(" \xff"), false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (utf8_is_blank(cases[i].text) != cases[i].blank)
			fail_msg("case %zu", i);
}

static void a_prefix_cuts_no_character(void **state)
{
	(void)state;
	check_str("whole", utf8_prefix(STR("群a"), 4), STR("群a"));
	check_str("3", utf8_prefix(STR("群a"), 3), STR("群"));
	check_str("2", utf8_prefix(STR("群a"), 2), STR(""));
	check_str("0", utf8_prefix(STR("群a"), 0), STR(""));
	check_str("5", utf8_prefix(STR("群群"), 5), STR("群"));
	check_str("6", utf8_prefix(STR("群群"), 6), STR("群群"));
	check_str("ASCII", utf8_prefix(STR("abcdef"), 3), STR("abc"));
}

static void base64url_is_read_back_and_nothing_else_is(void **state)
{
	const struct {
		const char *text;
		struct str bytes; /* STR_NONE: refused */
	} cases[] = {
		{ "", STR("") },
		{ "AA", STR("\0") },
		{ "Zg", STR("f") },
		{ "Zm8", STR("fo") },
		{ "Zm9v", STR("foo") },
		{ "Zm9vYg", STR("foob") },
		{ "-__-", STR("\xfb\xff\xfe") },
		{ "Z", STR_NONE }, /* no byte has six bits */
		{ "Zm9vY", STR_NONE },
		{ "Zh", STR_NONE }, /* another spelling of Zg */
		{ "Zm9", STR_NONE },
		{ "Zg==", STR_NONE },
		{ "+//+", STR_NONE },
		{ "Zm 9v", STR_NONE },
		{ "Zm9v\n", STR_NONE },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str got = STR_NONE;
		bool read = base64url_decode(str_from(cases[i].text), &a, &got);

		check_case(cases[i].text, read == (cases[i].bytes.p != NULL));
		if (read)
			check_str(cases[i].text, got, cases[i].bytes);
	}
	arena_fini(&a);
}

static void bytes_become_hex_and_base64(void **state)
{
	/* RFC 4648, section 10 */
	const struct {
		const char *bytes, *base64, *url, *hex;
	} cases[] = {
		{ "", "", "", "" },
		{ "f", "Zg==", "Zg", "66" },
		{ "fo", "Zm8=", "Zm8", "666f" },
		{ "foo", "Zm9v", "Zm9v", "666f6f" },
		{ "foob", "Zm9vYg==", "Zm9vYg", "666f6f62" },
		{ "fooba", "Zm9vYmE=", "Zm9vYmE", "666f6f6261" },
		{ "foobar", "Zm9vYmFy", "Zm9vYmFy", "666f6f626172" },
		{ "\xfb\xff\xfe", "+//+", "-__-", "fbfffe" },
	};
	struct arena a = { 0 };
	char sixteen[16] = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str s = str_from(cases[i].bytes);

		check_str("base64", base64_encode(&a, s.p, s.n), str_from(cases[i].base64));
		check_str("base64url", base64url_encode(&a, s.p, s.n),
			str_from(cases[i].url));
		check_str("hex", hex_encode(&a, s.p, s.n), str_from(cases[i].hex));
	}
	/* what stands behind the bytes given plays no part */
	check_str("2 of 3", base64_encode(&a, "fox", 2), STR("Zm8="));
	check_str("1 of 3", base64_encode(&a, "fox", 1), STR("Zg=="));
	/* as in an openConversationId: 22 characters and "==" */
	check_str("16 bytes", base64_encode(&a, sixteen, sizeof(sixteen)),
		STR("AAAAAAAAAAAAAAAAAAAAAA=="));
	arena_fini(&a);
}

static void secrets_compare_whole(void **state)
{
	(void)state;
	assert_true(mem_eq_const_time("abc", "abc", 3));
	assert_false(mem_eq_const_time("abc", "abd", 3));
	assert_false(mem_eq_const_time("xbc", "abc", 3));
	assert_true(mem_eq_const_time("x", "y", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_well_formed_utf8_is_valid),
		cmocka_unit_test(characters_are_code_points),
		cmocka_unit_test(control_characters_are_those_of_category_cc),
		cmocka_unit_test(white_space_of_every_kind_is_blank),
		cmocka_unit_test(a_prefix_cuts_no_character),
		cmocka_unit_test(base64url_is_read_back_and_nothing_else_is),
		cmocka_unit_test(bytes_become_hex_and_base64),
		cmocka_unit_test(secrets_compare_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
