/* SPDX-License-Identifier: Apache-2.0 */
/* The chunked coding of RFC 9112, 7.1. */
#include "testing.h"

#include "base/limits.h"
#include "net/chunk.h"

/* Decodes `raw` in pieces of `step` bytes; the body goes to `out`, what follows it to
 * `rest`. */
static enum status decode(struct str raw, size_t step, struct buf *out, struct str *rest)
{
	struct chunk c = { 0 };
	struct http_fault f = { 0 };
	enum status st = ST_AGAIN;

	out->n = 0;
	for (size_t at = 0; at < raw.n && st == ST_AGAIN;) {
		struct str in = str_slice(raw, at, at + step), piece;
		size_t had = in.n;

		while (in.n && st == ST_AGAIN) {
			st = chunk_next(&c, &in, &piece, &f);
			buf_add_str(out, piece);
		}
		at += had - in.n;
		*rest = str_slice(raw, at, raw.n);
	}
	if (st != ST_OK && st != ST_AGAIN)
		assert_int_equal(f.why, HTTP_BAD_REQUEST);
	return st;
}

static const struct {
	const char *name, *raw;
	enum status status;
	const char *body, *rest;
} cases[] = {
	{ "empty", "0\r\n\r\n", ST_OK, "", "" },
	{ "one", "3\r\nabc\r\n0\r\n\r\n", ST_OK, "abc", "" },
	{ "two", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", ST_OK, "abcde", "" },
	{ "what follows", "1\r\na\r\n0\r\n\r\nGET", ST_OK, "a", "GET" },
	{ "hexadecimal", "A\r\n0123456789\r\n0\r\n\r\n", ST_OK, "0123456789", "" },
	{ "small letters", "a\r\n0123456789\r\n0\r\n\r\n", ST_OK, "0123456789", "" },
	{ "leading zeros", "003\r\nabc\r\n000\r\n\r\n", ST_OK, "abc", "" },
	{ "CRLF is data", "4\r\n\r\n\r\n\r\n0\r\n\r\n", ST_OK, "\r\n\r\n", "" },
	{ "extension", "1;a\r\nx\r\n0;b=c;d=\"e;\\\"f\"\r\n\r\n", ST_OK, "x", "" },
	{ "unfinished", "3\r\nab", ST_AGAIN, "ab", "" },
	{ "unfinished end", "0\r\n\r", ST_AGAIN, "", "" },
	{ "no size", "\r\nabc\r\n0\r\n\r\n", ST_MALFORMED, "", NULL },
	{ "plus", "+3\r\nabc\r\n0\r\n\r\n", ST_MALFORMED, "", NULL },
	{ "minus", "-3\r\nabc", ST_MALFORMED, "", NULL },
	{ "0x", "0x3\r\nabc\r\n0\r\n\r\n", ST_MALFORMED, "", NULL },
	{ "blank before the size", " 3\r\nabc\r\n0\r\n\r\n", ST_MALFORMED, "", NULL },
	{ "blank after the size", "3 \r\nabc\r\n0\r\n\r\n", ST_MALFORMED, "", NULL },
	{ "not hexadecimal", "g\r\n", ST_MALFORMED, "", NULL },
	{ "LF after the size", "3\nabc\r\n0\r\n\r\n", ST_MALFORMED, "", NULL },
	{ "CR without LF after the size", "3\rabc", ST_MALFORMED, "", NULL },
	{ "LF after data", "3\r\nabc\n0\r\n\r\n", ST_MALFORMED, "abc", NULL },
	{ "longer than its size", "3\r\nabcd\r\n0\r\n\r\n", ST_MALFORMED, "abc", NULL },
	{ "shorter than its size", "4\r\nabc\r\n0\r\n\r\n", ST_MALFORMED, "abc\r", NULL },
	{ "LF at the end", "0\r\n\n", ST_MALFORMED, "", NULL },
	{ "LF after the last size", "0\n\r\n", ST_MALFORMED, "", NULL },
	{ "trailer", "0\r\nA: b\r\n\r\n", ST_MALFORMED, "", NULL },
	{ "largest size", "3fffffffffffffff\r\n", ST_AGAIN, "", "" },
	{ "size out of range", "7fffffffffffffff0\r\n", ST_MALFORMED, "", NULL },
	{ "size that wraps", "10000000000000003\r\nabc", ST_MALFORMED, "", NULL },
	{ "many zeros", "00000000000000003\r\nabc", ST_MALFORMED, "", NULL },
	{ "extension without a name", "0;\r\n\r\n", ST_MALFORMED, "", NULL },
	{ "extension without a value", "0;a=\r\n\r\n", ST_MALFORMED, "", NULL },
	{ "blank in an extension", "0; a\r\n\r\n", ST_MALFORMED, "", NULL },
	{ "LF in an extension", "0;a\nb\r\n\r\n", ST_MALFORMED, "", NULL },
	{ "LF in a quoted extension", "0;a=\"\n\"\r\n\r\n", ST_MALFORMED, "", NULL },
	{ "more after a quote", "0;a=\"b\"c\r\n\r\n", ST_MALFORMED, "", NULL },
	{ "two values", "0;a=b=c\r\n\r\n", ST_MALFORMED, "", NULL },
	{ "a quote left open", "0;a=\"b\r\n\r\n", ST_MALFORMED, "", NULL },
};

static void bodies_are_decoded_by_the_table_whole_or_byte_by_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str raw = str_from(cases[i].raw), rest = STR_NONE;

		for (size_t step = 1; step <= raw.n; step++) {
			struct buf body = { 0 };
			enum status st = decode(raw, step, &body, &rest);

			if (st != cases[i].status)
				fail_msg("%s: %s", cases[i].name, status_text(st));
			check_str(cases[i].name, buf_str(&body), str_from(cases[i].body));
			if (cases[i].rest)
				check_str(cases[i].name, rest, str_from(cases[i].rest));
			buf_fini(&body);
		}
	}
}

static void extensions_have_a_limit_for_the_whole_body(void **state)
{
	(void)state;
	for (int over = -1; over <= 1; over++) {
		/* given two chunks whose extensions add up */
		struct buf raw = { 0 }, body = { 0 };
		struct str rest;
		enum status st;

		buf_printf(&raw, "1;%0*d\r\nx\r\n", LIMIT_CHUNK_EXT / 2 - 1, 0);
		buf_printf(&raw, "0;%0*d\r\n\r\n", LIMIT_CHUNK_EXT / 2 - 1 + over, 0);

		/* when */
		st = decode(buf_str(&raw), raw.n, &body, &rest);

		/* then */
		assert_int_equal(st, over > 0 ? ST_TOO_LARGE : ST_OK);
		buf_fini(&raw);
		buf_fini(&body);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies_are_decoded_by_the_table_whole_or_byte_by_byte),
		cmocka_unit_test(extensions_have_a_limit_for_the_whole_body),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
