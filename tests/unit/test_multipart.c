/* SPDX-License-Identifier: Apache-2.0 */
/* multipart/form-data of RFC 7578, however it is cut into pieces. */
#include "testing.h"

#include "base/limits.h"
#include "net/multipart.h"

/* The parts that were seen, as text: "name|filename|value." each. */
struct seen {
	struct buf text;
	bool open;
};

static enum status on_begin(void *ctx, const struct multipart_part *part, const char **why)
{
	struct seen *seen = ctx;

	(void)why;
	assert_false(seen->open);
	seen->open = true;
	buf_add_str(&seen->text, part->name);
	buf_add_str(&seen->text, STR("|"));
	buf_add_str(&seen->text, part->filename.p ? part->filename : STR("-"));
	buf_add_str(&seen->text, STR("|"));
	return ST_OK;
}

static enum status on_data(void *ctx, struct str piece, const char **why)
{
	struct seen *seen = ctx;

	(void)why;
	assert_true(seen->open);
	buf_add_str(&seen->text, piece);
	return ST_OK;
}

static enum status on_end(void *ctx, const char **why)
{
	struct seen *seen = ctx;

	(void)why;
	assert_true(seen->open);
	seen->open = false;
	buf_add_str(&seen->text, STR("."));
	return ST_OK;
}

/* Parses `body` in three pieces, cut at the two places. */
static enum status parse(struct str body, size_t cut, size_t cut2, struct seen *seen)
{
	struct multipart_sink sink = { on_begin, on_data, on_end, seen };
	struct multipart m;
	const char *why = NULL;
	enum status st;

	*seen = (struct seen){ 0 };
	multipart_init(&m, STR("XX"), &sink);
	st = multipart_feed(&m, str_slice(body, 0, cut), &why);
	if (st == ST_OK)
		st = multipart_feed(&m, str_slice(body, cut, cut2), &why);
	if (st == ST_OK)
		st = multipart_feed(&m, str_slice(body, cut2, body.n), &why);
	if (st == ST_OK)
		st = multipart_finish(&m, &why);
	assert_int_equal(st == ST_OK, why == NULL);
	multipart_fini(&m);
	return st;
}

#define FIELD_A "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
#define PART(head) "--XX\r\n" head "\r\n\r\nv\r\n--XX--\r\n"

static const struct {
	const char *name, *body;
	enum status status;
	const char *seen;
} cases[] = {
	{ "a field", FIELD_A "1\r\n--XX--\r\n", ST_OK, "a|-|1." },
	{ "a file and a field",
		"--XX\r\nContent-Disposition: form-data; name=\"media\"; "
		"filename=\"a.png\"\r\n"
		"Content-Type: image/png\r\n\r\n\x89PNG\r\n\r\n" FIELD_A "1\r\n--XX--\r\n",
		ST_OK, "media|a.png|\x89PNG\r\n.a|-|1." },
	{ "nothing after the last boundary", FIELD_A "1\r\n--XX--", ST_OK, "a|-|1." },
	{ "CRLF before the first", "\r\n" FIELD_A "1\r\n--XX--", ST_OK, "a|-|1." },
	{ "an empty value", FIELD_A "\r\n--XX--", ST_OK, "a|-|." },
	{ "no parts", "--XX--\r\n", ST_OK, "" },
	{ "almost boundaries",
		FIELD_A "\r\r\n\r\n-\r\n--\r\n--X\r\r\n--X\r\n-XX--XX\n--XX\r\n--XX--",
		ST_OK, "a|-|\r\r\n\r\n-\r\n--\r\n--X\r\r\n--X\r\n-XX--XX\n--XX." },
	{ "names as tokens", PART("content-disposition: form-data; name=a; filename=b"),
		ST_OK, "a|b|v." },
	{ "escapes",
		PART("Content-Disposition: form-data; name=\"a\"; "
		     "filename=\"b\\\"\\\\c\\d\""),
		ST_OK, "a|b\"\\c\\d|v." },
	{ "an empty file name",
		PART("Content-Disposition: form-data; name=\"a\"; filename=\"\""), ST_OK,
		"a||v." },
	{ "filename* is ignored",
		PART("Content-Disposition: form-data; name=a; filename=b; "
		     "filename*=utf-8''c"),
		ST_OK, "a|b|v." },
	{ "a path as file name",
		PART("Content-Disposition: form-data; name=a; filename=\"../../c\""), ST_OK,
		"a|../../c|v." },
	{ "semicolon in quotes", PART("Content-Disposition: form-data; name=\"a;b=c\""),
		ST_OK, "a;b=c|-|v." },

	{ "empty", "", ST_MALFORMED, NULL },
	{ "another boundary", "--XY\r\n", ST_MALFORMED, NULL },
	{ "a preamble", "hello\r\n" FIELD_A "1\r\n--XX--", ST_MALFORMED, NULL },
	{ "two CRLF before the first", "\r\n\r\n" FIELD_A "1\r\n--XX--", ST_MALFORMED,
		NULL },
	{ "an epilogue", FIELD_A "1\r\n--XX--\r\nhello", ST_MALFORMED, NULL },
	{ "the last boundary is missing", FIELD_A "1", ST_MALFORMED, NULL },
	{ "it is not the last", FIELD_A "1\r\n--XX\r\n", ST_MALFORMED, NULL },
	{ "it is cut", FIELD_A "1\r\n--XX-", ST_MALFORMED, NULL },
	{ "more on the boundary's line", FIELD_A "1\r\n--XXY\r\n", ST_MALFORMED, NULL },
	{ "a blank on it", FIELD_A "1\r\n--XX \r\n", ST_MALFORMED, NULL },
	{ "LF after the boundary", "--XX\nContent-Disposition: form-data; name=a\r\n\r\n",
		ST_MALFORMED, NULL },
	{ "LF in the part's head", "--XX\r\nContent-Disposition: form-data; name=a\n\r\n",
		ST_MALFORMED, NULL },
	{ "a folded head", PART("Content-Disposition: form-data;\r\n name=\"a\""),
		ST_MALFORMED, NULL },
	{ "no head", "--XX\r\n\r\nv\r\n--XX--", ST_MALFORMED, NULL },
	{ "no disposition", PART("Content-Type: text/plain"), ST_MALFORMED, NULL },
	{ "two dispositions",
		PART("Content-Disposition: form-data; name=a\r\n"
		     "Content-Disposition: form-data; name=b"),
		ST_MALFORMED, NULL },
	{ "no name", PART("Content-Disposition: form-data; filename=b"), ST_MALFORMED,
		NULL },
	{ "an empty name", PART("Content-Disposition: form-data; name=\"\""), ST_MALFORMED,
		NULL },
	{ "two names", PART("Content-Disposition: form-data; name=a; name=b"), ST_MALFORMED,
		NULL },
	{ "attachment", PART("Content-Disposition: attachment; name=a"), ST_MALFORMED,
		NULL },
	{ "a quote left open", PART("Content-Disposition: form-data; name=\"a"),
		ST_MALFORMED, NULL },
	{ "more after a quote", PART("Content-Disposition: form-data; name=\"a\"b"),
		ST_MALFORMED, NULL },
	{ "no value", PART("Content-Disposition: form-data; name="), ST_MALFORMED, NULL },
	{ "no equals sign", PART("Content-Disposition: form-data; name"), ST_MALFORMED,
		NULL },
};

static void bodies_are_parsed_by_the_table_wherever_they_are_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str body = str_from(cases[i].body);

		for (size_t cut = 0; cut <= body.n; cut++)
			for (size_t more = 0; more <= 3; more++) {
				struct seen seen;
				enum status st = parse(body, cut, cut + more, &seen);

				if (st != cases[i].status)
					fail_msg("%s, cut at %zu: %s", cases[i].name, cut,
						status_text(st));
				if (cases[i].seen)
					check_str(cases[i].name, buf_str(&seen.text),
						str_from(cases[i].seen));
				buf_fini(&seen.text);
			}
	}
}

static void every_byte_can_stand_in_a_file(void **state)
{
	/* given all bytes, and the delimiter's own again and again */
	struct buf body = { 0 }, want = { 0 };
	struct seen seen;

	(void)state;
	for (int i = 0; i < 256; i++) {
		unsigned char c = (unsigned char)i;

		buf_add(&want, &c, 1);
		buf_add_str(&want, str_slice(STR("\r\n--X"), 0, (size_t)i % 6));
	}
	buf_add_str(&body,
		STR("--XX\r\nContent-Disposition: form-data; name=f; filename=g\r\n\r\n"));
	buf_add(&body, want.p, want.n);
	buf_add_str(&body, STR("\r\n--XX--\r\n"));

	/* when, then */
	for (size_t cut = 0; cut <= body.n; cut++) {
		assert_int_equal(parse(buf_str(&body), cut, body.n, &seen), ST_OK);
		assert_int_equal(seen.text.n, want.n + strlen("f|g|."));
		assert_memory_equal(seen.text.p + strlen("f|g|"), want.p, want.n);
		buf_fini(&seen.text);
	}
	buf_fini(&body);
	buf_fini(&want);
}

static enum status parse_whole(struct buf *body)
{
	struct seen seen;
	enum status st = parse(buf_str(body), body->n, body->n, &seen);

	buf_fini(&seen.text);
	buf_fini(body);
	return st;
}

static void parts_their_heads_and_values_have_limits(void **state)
{
	const char disposition[] = "Content-Disposition: form-data; name=a\r\n";

	(void)state;
	for (int over = -1; over <= 1; over++) {
		enum status want = over > 0 ? ST_TOO_LARGE : ST_OK;
		struct buf body = { 0 };
		int left = LIMIT_PART_HEAD - (int)strlen(disposition) -
			   (int)strlen("B: \r\n\r\n");

		for (int i = 0; i < LIMIT_PARTS + over; i++)
			buf_add_str(&body, STR(FIELD_A "1\r\n"));
		buf_add_str(&body, STR("--XX--"));
		assert_int_equal(parse_whole(&body), want);

		buf_printf(&body, "--XX\r\n%sB: %0*d\r\n\r\nv\r\n--XX--", disposition,
			left + over, 0);
		assert_int_equal(parse_whole(&body), want);

		buf_printf(&body, FIELD_A "%0*d\r\n--XX--", LIMIT_PART_VALUE + over, 0);
		assert_int_equal(parse_whole(&body), want);
	}
}

static void a_file_may_be_longer_than_a_value(void **state)
{
	struct buf body = { 0 };

	(void)state;
	buf_printf(&body,
		"--XX\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n"
		"%0*d\r\n--XX--",
		LIMIT_PART_VALUE + 1, 0);
	assert_int_equal(parse_whole(&body), ST_OK);
}

static enum status full(void *ctx, struct str piece, const char **why)
{
	(void)ctx;
	(void)piece;
	*why = "full";
	return ST_NO_SPACE;
}

static void what_the_sink_says_ends_the_parse(void **state)
{
	struct seen seen = { 0 };
	struct multipart_sink sink = { on_begin, full, on_end, &seen };
	struct multipart m;
	const char *why = NULL;

	(void)state;
	multipart_init(&m, STR("XX"), &sink);
	assert_int_equal(multipart_feed(&m, STR(FIELD_A "1\r\n--XX--"), &why), ST_NO_SPACE);
	assert_string_equal(why, "full");
	multipart_fini(&m);
	buf_fini(&seen.text);
}

#define CHARS_70 "0123456789012345678901234567890123456789012345678901234567890123456789"

static void boundaries_come_from_the_content_type(void **state)
{
	static const struct {
		const char *type;
		enum status status;
		const char *boundary;
	} types[] = {
		{ "multipart/form-data; boundary=XX", ST_OK, "XX" },
		{ "Multipart/Form-Data;charset=utf-8 ; Boundary=\"X X\"", ST_OK, "X X" },
		{ "multipart/form-data; boundary=----=_Part/1", ST_OK, "----=_Part/1" },
		{ "multipart/form-data; boundary=" CHARS_70, ST_OK, CHARS_70 },
		{ "multipart/form-data; boundary=" CHARS_70 "x", ST_MALFORMED, NULL },
		{ "multipart/form-data", ST_MALFORMED, NULL },
		{ "multipart/form-data; boundary=", ST_MALFORMED, NULL },
		{ "multipart/form-data; boundary=\"\"", ST_MALFORMED, NULL },
		{ "multipart/form-data; boundary=\"X \"", ST_MALFORMED, NULL },
		{ "multipart/form-data; boundary=X@X", ST_MALFORMED, NULL },
		{ "multipart/form-data; boundary=X; boundary=Y", ST_MALFORMED, NULL },
		{ "multipart/form-data, boundary=X", ST_NOT_FOUND, NULL },
		{ "multipart/mixed; boundary=XX", ST_NOT_FOUND, NULL },
		{ "application/json", ST_NOT_FOUND, NULL },
		{ "", ST_NOT_FOUND, NULL },
	};
	struct arena a = { 0 };
	struct str boundary;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		enum status st = multipart_boundary(str_from(types[i].type), &a, &boundary);

		check_case(types[i].type, st == types[i].status);
		if (st == ST_OK)
			check_str(types[i].type, boundary, str_from(types[i].boundary));
	}
	assert_int_equal(multipart_boundary(STR_NONE, &a, &boundary), ST_NOT_FOUND);
	arena_fini(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies_are_parsed_by_the_table_wherever_they_are_cut),
		cmocka_unit_test(every_byte_can_stand_in_a_file),
		cmocka_unit_test(parts_their_heads_and_values_have_limits),
		cmocka_unit_test(a_file_may_be_longer_than_a_value),
		cmocka_unit_test(what_the_sink_says_ends_the_parse),
		cmocka_unit_test(boundaries_come_from_the_content_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
