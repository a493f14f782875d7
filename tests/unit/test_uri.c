/* SPDX-License-Identifier: Apache-2.0 */
/* Percent-decoding (RFC 3986, 2.1), queries and forms. */
#include "testing.h"

#include "base/limits.h"
#include "net/uri.h"

static void escapes_are_decoded_or_refused(void **state)
{
	static const struct {
		const char *in;
		bool plus;
		enum status status;
		const char *out;
	} cases[] = {
		{ "", false, ST_OK, "" },
		{ "abc", false, ST_OK, "abc" },
		{ "a%20b", false, ST_OK, "a b" },
		{ "%E7%be%A4", false, ST_OK, "群" },
		{ "cid%2Fa%2Bb%3D%3D", false, ST_OK, "cid/a+b==" },
		{ "a+b", false, ST_OK, "a+b" },
		{ "a+b%2B", true, ST_OK, "a b+" },
		{ "%2541", false, ST_OK, "%41" }, /* once */
		{ "%", false, ST_MALFORMED, NULL },
		{ "%4", false, ST_MALFORMED, NULL },
		{ "%4g", false, ST_MALFORMED, NULL },
		{ "%g4", false, ST_MALFORMED, NULL },
		{ "a%4", true, ST_MALFORMED, NULL },
		{ "%00", false, ST_MALFORMED, NULL },
		{ "%ff", false, ST_MALFORMED, NULL },
		{ "%ED%A0%80", false, ST_MALFORMED, NULL },
		{ "\xe7", false, ST_MALFORMED, NULL },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str out;
		enum status st = uri_decode(str_from(cases[i].in), cases[i].plus, &a, &out);

		check_case(cases[i].in, st == cases[i].status);
		if (st == ST_OK)
			check_str(cases[i].in, out, str_from(cases[i].out));
	}
	arena_fini(&a);
}

static void what_is_not_there_stays_so(void **state)
{
	struct arena a = { 0 };
	struct str out;

	(void)state;
	assert_int_equal(uri_decode(STR_NONE, true, &a, &out), ST_OK);
	assert_null(out.p);
	arena_fini(&a);
}

static void pairs_keep_their_order(void **state)
{
	/* given */
	struct str query = STR("a=1&b&&c=x%26y=z+w&a=2&");
	static const struct {
		const char *name, *value;
	} want[] = { { "a", "1" }, { "b", "" }, { "c", "x&y=z w" }, { "a", "2" } };
	struct arena a = { 0 };
	struct pairs out;
	struct error e = { 0 };

	/* when */
	(void)state;
	assert_int_equal(uri_pairs(query, &a, &out, &e), ST_OK);

	/* then */
	assert_int_equal(out.n, ARRAY_LEN(want));
	for (size_t i = 0; i < out.n; i++) {
		check_str("name", out.v[i].name, str_from(want[i].name));
		check_str("value", out.v[i].value, str_from(want[i].value));
	}
	check_str("the first of two", pairs_get(&out, STR("a")), STR("1"));
	arena_fini(&a);
}

static void a_bad_pair_is_named(void **state)
{
	struct arena a = { 0 };
	struct pairs out;
	struct error e = { 0 };

	(void)state;
	assert_int_equal(uri_pairs(STR("a=1&bad=%zz"), &a, &out, &e), ST_MALFORMED);
	assert_non_null(strstr(e.text, "'bad'"));
	assert_int_equal(uri_pairs(STR("%zz=1"), &a, &out, &e), ST_MALFORMED);
	arena_fini(&a);
}

static void the_number_of_pairs_has_a_limit(void **state)
{
	(void)state;
	for (int over = -1; over <= 1; over++) {
		struct arena a = { 0 };
		struct buf query = { 0 };
		struct pairs out;
		struct error e = { 0 };
		enum status st;

		for (int i = 0; i < LIMIT_QUERY_PAIRS + over; i++)
			buf_add_str(&query, STR("&a=b"));
		st = uri_pairs(buf_str(&query), &a, &out, &e);
		assert_int_equal(st, over > 0 ? ST_TOO_LARGE : ST_OK);
		buf_fini(&query);
		arena_fini(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_are_decoded_or_refused),
		cmocka_unit_test(what_is_not_there_stays_so),
		cmocka_unit_test(pairs_keep_their_order),
		cmocka_unit_test(a_bad_pair_is_named),
		cmocka_unit_test(the_number_of_pairs_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
