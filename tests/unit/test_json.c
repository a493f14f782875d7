/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "json/decode.h"
#include "json/encode.h"

#include "testing.h"

#include <stdio.h>
#include <string.h>

struct inner {
	struct opt_int searchable;
	struct str note;
};

struct sample {
	struct str chatid, name;
	struct strs ids;
	struct ints numbers;
	struct opt_int tag;
	struct opt_bool active;
	struct inner *options;
	struct objects people;
	int64_t count;
	bool ok;
};

static const struct field inner_fields[] = {
	FIELD(struct inner, searchable, .max = 1),
	FIELD(struct inner, note, .flags = F_NULL),
	{ 0 },
};

static const struct field sample_fields[] = {
	FIELD(struct sample, chatid, .flags = F_REQUIRED),
	FIELD(struct sample, name, .min = 1, .max = 20),
	FIELD(struct sample, ids),
	FIELD(struct sample, numbers),
	FIELD(struct sample, tag),
	FIELD(struct sample, active),
	FIELD_OBJECT(struct sample, options, inner_fields, .flags = F_EMPTY_LIST_OK),
	FIELD_OBJECTS(struct sample, people, struct inner, inner_fields),
	FIELD(struct sample, count),
	FIELD(struct sample, ok),
	{ 0 },
};

static int setup(void **state)
{
	static struct arena arena;

	*state = &arena;
	return 0;
}

static int teardown(void **state)
{
	arena_fini(*state);
	return 0;
}

/* ---- texts that are not one strict JSON object ---- */

static const struct {
	const char *what;
	struct str text;
	const char *words; /* found in the explanation */
} malformed_texts[] = {
	{ "absent", { NULL, 0 }, "no text" },
	{ "empty", STR_INIT(""), "no text" },
	{ "blank", STR_INIT(" \t "), "no text" },
	{ "lines only", STR_INIT("\r\n"), "ends too early" },
	{ "byte order mark", STR_INIT("\xef\xbb\xbf{\"chatid\":\"c\"}"), "not JSON" },
	{ "list", STR_INIT("[]"), "found a list" },
	{ "string", STR_INIT("\"chatid\""), "not JSON" },
	{ "number", STR_INIT("1"), "not JSON" },
	{ "null", STR_INIT("null"), "not JSON" },
	{ "cut short", STR_INIT("{\"chatid\":\"c\""), "ends too early" },
	{ "trailing object", STR_INIT("{\"chatid\":\"c\"}{}"), "something follows" },
	{ "trailing bracket", STR_INIT("{\"chatid\":\"c\"}]"), "something follows" },
	{ "trailing NUL", STR_INIT("{\"chatid\":\"c\"}\0"), "a byte that is 0" },
	{ "trailing comma in object", STR_INIT("{\"chatid\":\"c\",}"), "not JSON" },
	{ "trailing comma in list", STR_INIT("{\"chatid\":\"c\",\"ids\":[\"a\",]}"),
		"not JSON" },
	{ "comment", STR_INIT("{/**/\"chatid\":\"c\"}"), "not JSON" },
	{ "single quotes", STR_INIT("{'chatid':'c'}"), "not JSON" },
	{ "bare key", STR_INIT("{chatid:\"c\"}"), "not JSON" },
	{ "NaN", STR_INIT("{\"chatid\":\"c\",\"x\":NaN}"), "not JSON" },
	{ "Infinity", STR_INIT("{\"chatid\":\"c\",\"x\":-Infinity}"), "not JSON" },
	{ "hexadecimal", STR_INIT("{\"chatid\":\"c\",\"x\":0x1}"), "not JSON" },
	{ "leading zero", STR_INIT("{\"chatid\":\"c\",\"tag\":01}"), "not JSON" },
	{ "leading plus", STR_INIT("{\"chatid\":\"c\",\"tag\":+1}"), "not JSON" },
	{ "bare point", STR_INIT("{\"chatid\":\"c\",\"x\":1.}"), "not JSON" },
	{ "duplicate key", STR_INIT("{\"chatid\":\"c\",\"chatid\":\"d\"}"), "twice" },
	{ "duplicate key, once escaped",
		STR_INIT("{\"chatid\":\"c\",\"\\u0063hatid\":\"d\"}"), "twice" },
	{ "duplicate unknown key inside",
		STR_INIT("{\"chatid\":\"c\",\"x\":[{\"y\":1,\"y\":1}]}"), "twice" },
	{ "byte 0xff", STR_INIT("{\"chatid\":\"\xff\"}"), "UTF-8" },
	{ "overlong slash", STR_INIT("{\"chatid\":\"\xc0\xaf\"}"), "UTF-8" },
	{ "overlong NUL", STR_INIT("{\"chatid\":\"\xc0\x80\"}"), "UTF-8" },
	{ "encoded surrogate", STR_INIT("{\"chatid\":\"\xed\xa0\x80\"}"), "UTF-8" },
	{ "above U+10FFFF", STR_INIT("{\"chatid\":\"\xf4\x90\x80\x80\"}"), "UTF-8" },
	{ "cut character", STR_INIT("{\"chatid\":\"\xe7\xbe\"}"), "UTF-8" },
	{ "invalid UTF-8 in an unknown key", STR_INIT("{\"chatid\":\"c\",\"\xff\":1}"),
		"UTF-8" },
	{ "lone high surrogate", STR_INIT("{\"chatid\":\"\\ud800\"}"), "not JSON" },
	{ "lone low surrogate", STR_INIT("{\"chatid\":\"\\udc00\"}"), "not JSON" },
	{ "high surrogate twice", STR_INIT("{\"chatid\":\"\\ud83d\\ud83d\"}"), "not JSON" },
	{ "\\u0000 in a value", STR_INIT("{\"chatid\":\"a\\u0000\"}"), "U+0000" },
	{ "\\u0000 in an unknown value", STR_INIT("{\"chatid\":\"c\",\"x\":[\"\\u0000\"]}"),
		"U+0000" },
	{ "\\u0000 in a key", STR_INIT("{\"chatid\":\"c\",\"x\\u0000\":1}"), "U+0000" },
	{ "raw NUL in a string", STR_INIT("{\"chatid\":\"a\0b\"}"), "a byte that is 0" },
	{ "raw NUL between tokens", STR_INIT("{\0\"chatid\":\"c\"}"), "" },
	{ "raw NUL after a number", STR_INIT("{\"tag\":2\0}"), "a byte that is 0" },
	{ "raw NUL after a word", STR_INIT("{\"active\":true\0}"), "a byte that is 0" },
	{ "raw tab in a string", STR_INIT("{\"chatid\":\"a\tb\"}"), "not JSON" },
	{ "raw line end in a string", STR_INIT("{\"chatid\":\"a\nb\"}"), "not JSON" },
	{ "unknown escape", STR_INIT("{\"chatid\":\"\\x41\"}"), "not JSON" },
	{ "escape at the end", STR_INIT("{\"chatid\":\"\\"), "" },
	{ "1e400", STR_INIT("{\"chatid\":\"c\",\"x\":1e400}"), "out of range" },
	{ "-1e400", STR_INIT("{\"chatid\":\"c\",\"x\":-1e400}"), "out of range" },
	{ "20 digits", STR_INIT("{\"chatid\":\"c\",\"x\":12345678901234567890}"),
		"out of range" },
	{ "INT64_MAX + 1", STR_INIT("{\"chatid\":\"c\",\"tag\":9223372036854775808}"),
		"out of range" },
	{ "INT64_MIN - 1", STR_INIT("{\"chatid\":\"c\",\"tag\":-9223372036854775809}"),
		"out of range" },
};

static void malformed_texts_are_refused_in_both_modes(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(malformed_texts); i++)
		for (enum decode_mode m = DECODE_STRICT; m <= DECODE_LENIENT; m++) {
			struct sample s = { 0 };
			struct error e = { .field = "unset" };
			enum status st = json_decode(
				malformed_texts[i].text, sample_fields, &s, m, *state, &e);

			if (st != ST_MALFORMED || e.field[0] ||
				!strstr(e.text, malformed_texts[i].words))
				fail_msg("%s, mode %d: status %d, field '%s', text '%s'",
					malformed_texts[i].what, m, st, e.field, e.text);
		}
}

static void errors_do_not_quote_the_text(void **state)
{
	struct sample s = { 0 };
	struct error e = { 0 };

	assert_int_equal(json_decode(STR("{\"appSecret\":hunter2}"), sample_fields, &s,
				 DECODE_STRICT, *state, &e),
		ST_MALFORMED);
	assert_null(strstr(e.text, "hunter2"));
}

/* ---- values of the wrong kind ---- */

static const struct {
	const char *text, *field, *words;
} wrong_values[] = {
	{ "{}", "chatid", "expected a string, found nothing" },
	{ "{\"chatid\":null}", "chatid", "expected a string, found null" },
	{ "{\"chatid\":1}", "chatid", "expected a string, found an integer" },
	{ "{\"chatid\":true}", "chatid", "expected a string, found true" },
	{ "{\"chatid\":[\"c\"]}", "chatid", "expected a string, found a list" },
	{ "{\"chatid\":{}}", "chatid", "expected a string, found an object" },
	{ "{\"chatid\":\"c\",\"tag\":1.0}", "tag", "expected an integer, found a number" },
	{ "{\"chatid\":\"c\",\"tag\":1e0}", "tag", "expected an integer, found a number" },
	{ "{\"chatid\":\"c\",\"tag\":\"1\"}", "tag",
		"expected an integer, found a string" },
	{ "{\"chatid\":\"c\",\"tag\":true}", "tag", "expected an integer, found true" },
	{ "{\"chatid\":\"c\",\"count\":false}", "count",
		"expected an integer, found false" },
	{ "{\"chatid\":\"c\",\"active\":1}", "active",
		"expected true or false, found an integer" },
	{ "{\"chatid\":\"c\",\"active\":\"true\"}", "active",
		"expected true or false, found a string" },
	{ "{\"chatid\":\"c\",\"ids\":\"a\"}", "ids",
		"expected a list of strings, found a string" },
	{ "{\"chatid\":\"c\",\"ids\":{}}", "ids",
		"expected a list of strings, found an object" },
	{ "{\"chatid\":\"c\",\"ids\":[\"a\",\"b\",\"c\",4]}", "ids[3]",
		"expected a string, found an integer" },
	{ "{\"chatid\":\"c\",\"ids\":[null]}", "ids[0]", "expected a string, found null" },
	{ "{\"chatid\":\"c\",\"numbers\":[1,\"2\"]}", "numbers[1]",
		"expected an integer, found a string" },
	{ "{\"chatid\":\"c\",\"numbers\":[null]}", "numbers[0]",
		"expected an integer, found null" },
	{ "{\"chatid\":\"c\",\"numbers\":1}", "numbers",
		"expected a list of integers, found an integer" },
	{ "{\"chatid\":\"c\",\"options\":\"\"}", "options",
		"expected an object, found a string" },
	{ "{\"chatid\":\"c\",\"options\":[1]}", "options",
		"expected an object, found a list" },
	{ "{\"chatid\":\"c\",\"options\":{\"searchable\":\"1\"}}", "options.searchable",
		"expected an integer, found a string" },
	{ "{\"chatid\":\"c\",\"people\":{}}", "people",
		"expected a list of objects, found an object" },
	{ "{\"chatid\":\"c\",\"people\":[{},null]}", "people[1]",
		"expected an object, found null" },
	{ "{\"chatid\":\"c\",\"people\":[[]]}", "people[0]",
		"expected an object, found a list" },
	{ "{\"chatid\":\"c\",\"people\":[{},{},{\"note\":7}]}", "people[2].note",
		"expected a string, found an integer" },
	{ "{\"ok\":1,\"tag\":true,\"chatid\":\"c\"}", "tag",
		"expected an integer, found true" }, /* the first in table order */
};

static void a_value_of_the_wrong_kind_is_refused_with_its_path(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(wrong_values); i++) {
		struct sample s = { 0 };
		struct error e = { 0 };
		enum status st = json_decode(str_from(wrong_values[i].text), sample_fields,
			&s, DECODE_STRICT, *state, &e);

		if (st != ST_INVALID || strcmp(e.field, wrong_values[i].field) != 0 ||
			!strstr(e.text, wrong_values[i].words))
			fail_msg("%s: status %d, field '%s', text '%s'",
				wrong_values[i].text, st, e.field, e.text);
	}
}

static void a_path_too_long_for_the_error_is_cut(void **state)
{
	static const char *const long_name =
		"k123456789k123456789k123456789k123456789k123456789k123456789";
	const struct field leaf[] = {
		{ .name = long_name, .kind = KIND_STR },
		{ 0 },
	};
	const struct field root[] = {
		{ .name = long_name, .kind = KIND_OBJECT, .sub = leaf, .sub_size = 64 },
		{ 0 },
	};
	struct str text = arena_printf(*state, "{\"%s\":{\"%s\":1}}", long_name, long_name);
	void *out = NULL;
	struct error e = { 0 };

	assert_int_equal(
		json_decode(text, root, &out, DECODE_STRICT, *state, &e), ST_INVALID);
	assert_int_equal(strlen(e.field), ERROR_FIELD_MAX - 1);
	assert_memory_equal(e.field, long_name, strlen(long_name));
}

static void a_closed_mode_names_the_key_that_no_table_has(void **state)
{
	static const struct {
		const char *text, *place; /* NULL: accepted */
	} cases[] = {
		{ "{\"chatid\":\"c\",\"ok\":true}", NULL },
		{ "{\"chatid\":\"c\",\"chatId\":\"d\"}", "chatId" },
		{ "{\"chatid\":\"c\",\"none\":null}", "none" },
		{ "{\"chatid\":\"c\",\"\":1}", "\"\"" },
		{ "{\"chatid\":\"c\",\"options\":{\"serchable\":1}}", "options.serchable" },
		{ "{\"chatid\":\"c\",\"people\":[{},{\"note\":\"\",\"x\":1}]}",
			"people[1].x" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sample s = { 0 };
		struct error e = { 0 };
		enum status st = json_decode(str_from(cases[i].text), sample_fields, &s,
			DECODE_CLOSED, *state, &e);

		assert_int_equal(st, cases[i].place ? ST_INVALID : ST_OK);
		assert_string_equal(e.field, cases[i].place ? cases[i].place : "");
	}
}

/* ---- accepted ---- */

static struct sample decoded(
	const char *text, enum decode_mode mode, struct arena *a, enum status want)
{
	struct sample s = { 0 };
	struct error e = { 0 };
	enum status st = json_decode(str_from(text), sample_fields, &s, mode, a, &e);

	if (st != want)
		fail_msg("%s: status %d, %s: %s", text, st, e.field, e.text);
	return s;
}

static void every_kind_is_read(void **state)
{
	struct sample s = decoded(
		" {\"people\":[{\"note\":\"\"},{}],\"options\":{\"searchable\":-1},"
		"\"ids\":[\"a\",\"\"],\"chatid\":\"\\u7fa4\\ud83d\\ude00/\\/\",\"tag\":-0,"
		"\"numbers\":[9223372036854775807,-9223372036854775808],\"active\":false,"
		"\"count\":7,\"ok\":true,\"unknown\":{\"chatid\":null}}\r\n",
		DECODE_STRICT, *state, ST_OK);
	const struct inner *people = s.people.v;

	assert_true(str_is(s.chatid, "群😀//"));
	assert_int_equal(s.chatid.p[s.chatid.n], '\0');
	assert_null(s.name.p);
	assert_true(s.ids.set && s.ids.n == 2);
	assert_true(str_is(s.ids.v[0], "a") && s.ids.v[1].p && s.ids.v[1].n == 0);
	assert_true(s.numbers.set && s.numbers.n == 2);
	assert_true(s.numbers.v[0] == INT64_MAX && s.numbers.v[1] == INT64_MIN);
	assert_true(s.tag.set && s.tag.value == 0);
	assert_true(s.active.set && !s.active.value);
	assert_true(s.options->searchable.set && s.options->searchable.value == -1);
	assert_null(s.options->note.p);
	assert_true(s.people.set && s.people.n == 2);
	assert_true(people[0].note.p && people[0].note.n == 0);
	assert_null(people[1].note.p);
	assert_true(s.count == 7 && s.ok);
}

static void the_text_may_go_away_after_decoding(void **state)
{
	char text[] = "{\"chatid\":\"chat1\",\"ids\":[\"u1\"]}";
	struct sample s = decoded(text, DECODE_STRICT, *state, ST_OK);

	memset(text, 'x', sizeof(text));
	assert_true(str_is(s.chatid, "chat1") && str_is(s.ids.v[0], "u1"));
}

static void null_counts_as_absent(void **state)
{
	struct sample s = decoded("{\"chatid\":\"c\",\"name\":null,\"ids\":null,"
				  "\"numbers\":null,\"tag\":null,"
				  "\"active\":null,\"options\":null,\"people\":null,"
				  "\"count\":null,\"ok\":null}",
		DECODE_STRICT, *state, ST_OK);

	for (const struct field *f = sample_fields + 1; f->kind != KIND_INT; f++)
		assert_false(field_is_set(f, &s));
	assert_true(s.count == 0 && !s.ok);
}

static void an_absent_key_leaves_the_default(void **state)
{
	struct sample s = { .count = 100, .ok = true, .tag = { 2, true } };
	struct error e;

	assert_int_equal(json_decode(STR("{\"chatid\":\"c\"}"), sample_fields, &s,
				 DECODE_STRICT, *state, &e),
		ST_OK);
	assert_true(s.count == 100 && s.ok && s.tag.set && s.tag.value == 2);
}

static void an_empty_list_counts_as_absent_where_the_field_says_so(void **state)
{
	struct sample s =
		decoded("{\"chatid\":\"c\",\"options\":[]}", DECODE_STRICT, *state, ST_OK);

	assert_null(s.options);
	s = decoded("{\"chatid\":\"c\",\"options\":{}}", DECODE_STRICT, *state, ST_OK);
	assert_non_null(s.options);
	(void)decoded(
		"{\"chatid\":\"c\",\"people\":[[]]}", DECODE_STRICT, *state, ST_INVALID);
}

static void empty_lists_are_set(void **state)
{
	struct sample s =
		decoded("{\"chatid\":\"c\",\"ids\":[],\"numbers\":[],\"people\":[]}",
			DECODE_STRICT, *state, ST_OK);

	assert_true(s.ids.set && s.ids.n == 0);
	assert_true(s.numbers.set && s.numbers.n == 0);
	assert_true(s.people.set && s.people.n == 0);
}

/* ---- limits ---- */

/* {"x":[[[...]]]}: `levels` in all */
static struct str nested(size_t levels, struct arena *a)
{
	struct buf b = { 0 };
	struct str s;

	buf_printf(&b, "{\"chatid\":\"[[{{\\\"[\",\"x\":");
	for (size_t i = 1; i < levels; i++)
		buf_printf(&b, "[");
	if (levels == 1)
		buf_printf(&b, "0");
	for (size_t i = 1; i < levels; i++)
		buf_printf(&b, "]");
	buf_printf(&b, "}");
	s = arena_str(a, buf_str(&b));
	buf_fini(&b);
	return s;
}

static void depth_is_limited(void **state)
{
	const struct {
		size_t levels;
		enum status want;
	} cases[] = {
		{ 1, ST_OK },
		{ LIMIT_JSON_DEPTH - 1, ST_OK },
		{ LIMIT_JSON_DEPTH, ST_OK },
		{ LIMIT_JSON_DEPTH + 1, ST_MALFORMED },
		{ 100000, ST_MALFORMED },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		(void)decoded(nested(cases[i].levels, *state).p, DECODE_STRICT, *state,
			cases[i].want);
}

static void siblings_are_not_depth(void **state)
{
	(void)decoded(
		"{\"chatid\":\"c\",\"x\":[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],"
		"[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]]}",
		DECODE_STRICT, *state, ST_OK);
}

/* `keys` keys in the outer object and as many in each of two inner ones */
static struct str wide(size_t keys, struct arena *a)
{
	struct buf b = { 0 };
	struct str s;

	buf_printf(&b, "{\"chatid\":\"c:c:c\",\"x\":[");
	for (size_t object = 0; object < 2; object++) {
		buf_printf(&b, object ? ",{" : "{");
		for (size_t i = 0; i < keys; i++)
			buf_printf(&b, "%s\"k%zu\":0", i ? "," : "", i);
		buf_printf(&b, "}");
	}
	buf_printf(&b, "]");
	for (size_t i = 2; i < keys; i++)
		buf_printf(&b, ",\"k%zu\":0", i);
	buf_printf(&b, "}");
	s = arena_str(a, buf_str(&b));
	buf_fini(&b);
	return s;
}

static void keys_of_one_object_are_limited(void **state)
{
	(void)decoded(wide(LIMIT_JSON_KEYS - 1, *state).p, DECODE_STRICT, *state, ST_OK);
	(void)decoded(wide(LIMIT_JSON_KEYS, *state).p, DECODE_STRICT, *state, ST_OK);
	(void)decoded(
		wide(LIMIT_JSON_KEYS + 1, *state).p, DECODE_STRICT, *state, ST_MALFORMED);
}

static void values_of_one_text_are_limited(void **state)
{
	const struct {
		size_t values; /* two for the object and its first comma, then the list's */
		enum status want;
	} cases[] = {
		{ LIMIT_JSON_VALUES - 1, ST_OK },
		{ LIMIT_JSON_VALUES, ST_OK },
		{ LIMIT_JSON_VALUES + 1, ST_MALFORMED },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf b = { 0 };
		struct sample s = { 0 };
		struct error e = { 0 };

		buf_printf(&b, "{\"chatid\":\"[,{\",\"numbers\":[0");
		for (size_t n = 3; n < cases[i].values; n++)
			buf_add(&b, ",0", 2);
		buf_printf(&b, "]}");
		assert_int_equal(json_decode(buf_str(&b), sample_fields, &s, DECODE_STRICT,
					 *state, &e),
			cases[i].want);
		buf_fini(&b);
	}
}

static void a_world_of_objects_is_decoded(void **state)
{
	struct buf b = { 0 };
	struct sample s = { 0 };
	struct error e;

	buf_printf(&b, "{\"chatid\":\"c\",\"people\":[{}");
	for (size_t i = 1; i < LIMIT_WORLD_OBJECTS; i++)
		buf_printf(&b, ",{\"searchable\":%zu,\"note\":\"n%zu\"}", i, i);
	buf_printf(&b, "]}");
	assert_int_equal(
		json_decode(buf_str(&b), sample_fields, &s, DECODE_STRICT, *state, &e),
		ST_OK);
	assert_int_equal(s.people.n, LIMIT_WORLD_OBJECTS);
	assert_true(str_is(
		((struct inner *)s.people.v)[LIMIT_WORLD_OBJECTS - 1].note, "n99999"));
	buf_fini(&b);
}

/* ---- lenient ---- */

static void lenient_integers_and_booleans_may_be_text(void **state)
{
	static const struct {
		const char *value; /* of "tag", "count", "active" and "ok" */
		enum status as_int, as_bool;
		int64_t want;
	} cases[] = {
		{ "2", ST_OK, ST_INVALID, 2 },
		{ "\"2\"", ST_OK, ST_INVALID, 2 },
		{ "\"-9223372036854775808\"", ST_OK, ST_INVALID, INT64_MIN },
		{ "\"9223372036854775808\"", ST_INVALID, ST_INVALID, 0 },
		{ "0", ST_OK, ST_OK, 0 },
		{ "1", ST_OK, ST_OK, 1 },
		{ "\"0\"", ST_OK, ST_OK, 0 },
		{ "\"1\"", ST_OK, ST_OK, 1 },
		{ "true", ST_OK, ST_OK, 1 },
		{ "false", ST_OK, ST_OK, 0 },
		{ "\"true\"", ST_INVALID, ST_OK, 1 },
		{ "\"false\"", ST_INVALID, ST_OK, 0 },
		{ "\"TRUE\"", ST_INVALID, ST_INVALID, 0 },
		{ "\"\"", ST_INVALID, ST_INVALID, 0 },
		{ "\" 1\"", ST_INVALID, ST_INVALID, 0 },
		{ "\"1.0\"", ST_INVALID, ST_INVALID, 0 },
		{ "1.0", ST_INVALID, ST_INVALID, 0 },
		{ "[1]", ST_INVALID, ST_INVALID, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *v = cases[i].value;
		struct sample n =
			decoded(arena_printf(*state,
					"{\"chatid\":\"c\",\"tag\":%s,\"count\":%s}", v, v)
					.p,
				DECODE_LENIENT, *state, cases[i].as_int);
		struct sample b =
			decoded(arena_printf(*state,
					"{\"chatid\":\"c\",\"active\":%s,\"ok\":%s}", v, v)
					.p,
				DECODE_LENIENT, *state, cases[i].as_bool);

		if (cases[i].as_int == ST_OK)
			assert_true(n.tag.set && n.tag.value == cases[i].want &&
				    n.count == cases[i].want);
		if (cases[i].as_bool == ST_OK)
			assert_true(b.active.set && b.active.value == cases[i].want &&
				    b.ok == cases[i].want);
	}
}

static void lenient_lists_may_be_text(void **state)
{
	static const struct {
		const char *value, *shown;
	} cases[] = {
		{ "[\"a\",\"b\"]", "[\"a\",\"b\"]" },
		{ "\"a\"", "[\"a\"]" },
		{ "\"a,b\"", "[\"a\",\"b\"]" },
		{ "\" a , b \"", "[\"a\",\"b\"]" },
		{ "\"a,,b,\"", "[\"a\",\"\",\"b\",\"\"]" },
		{ "\",\"", "[\"\",\"\"]" },
		{ "\"\"", "[]" },
		{ "\" \"", "[]" },
		{ "\"[\\\"a\\\",\\\"b,c\\\"]\"", "[\"a\",\"b,c\"]" },
		{ "\" []\"", "[]" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sample s =
			decoded(arena_printf(*state, "{\"chatid\":\"c\",\"ids\":%s}",
					cases[i].value)
					.p,
				DECODE_LENIENT, *state, ST_OK);
		struct str text = json_encode(sample_fields, &s, *state);

		assert_non_null(strstr(text.p, cases[i].shown));
	}
	(void)decoded(
		"{\"chatid\":\"c\",\"ids\":\"[\"}", DECODE_LENIENT, *state, ST_INVALID);
	(void)decoded(
		"{\"chatid\":\"c\",\"ids\":\"[1]\"}", DECODE_LENIENT, *state, ST_INVALID);
	(void)decoded("{\"chatid\":\"c\",\"ids\":1}", DECODE_LENIENT, *state, ST_INVALID);
	(void)decoded("{\"chatid\":\"c\",\"numbers\":\"1,x\"}", DECODE_LENIENT, *state,
		ST_INVALID);
	(void)decoded("{\"chatid\":1}", DECODE_LENIENT, *state, ST_INVALID);
}

static void lenient_objects_may_be_text(void **state)
{
	struct sample s =
		decoded("{\"chatid\":\"c\",\"options\":\"{\\\"searchable\\\":\\\"1\\\"}\","
			"\"people\":\"[{\\\"note\\\":\\\"n\\\"}]\"}",
			DECODE_LENIENT, *state, ST_OK);

	assert_int_equal(s.options->searchable.value, 1);
	assert_true(str_is(((struct inner *)s.people.v)->note, "n"));
	(void)decoded(
		"{\"chatid\":\"c\",\"options\":\"x\"}", DECODE_LENIENT, *state, ST_INVALID);
}

static void lenient_lists_and_objects_may_be_the_text_null(void **state)
{
	struct sample s =
		decoded("{\"chatid\":\"null\",\"ids\":\"null\",\"numbers\":\" null \","
			"\"options\":\"null\",\"people\":\"null\"}",
			DECODE_LENIENT, *state, ST_OK);

	assert_true(str_is(s.chatid, "null")); /* of a string it is a value */
	assert_true(!s.ids.set && !s.numbers.set && !s.options && !s.people.set);
	s = decoded("{\"chatid\":\"c\",\"ids\":\"null,a\"}", DECODE_LENIENT, *state, ST_OK);
	assert_true(s.ids.n == 2 && str_is(s.ids.v[0], "null"));
	(void)decoded(
		"{\"chatid\":\"c\",\"tag\":\"null\"}", DECODE_LENIENT, *state, ST_INVALID);
	(void)decoded(
		"{\"chatid\":\"c\",\"ids\":\"null\"}", DECODE_STRICT, *state, ST_INVALID);
}

/* ---- pairs ---- */

static enum status decode_pairs(
	struct pair *v, size_t n, struct sample *s, struct arena *a, struct error *e)
{
	return pairs_decode(&(struct pairs){ v, n }, sample_fields, s, a, e);
}

static void pairs_are_read_leniently_and_the_first_of_a_name_counts(void **state)
{
	struct pair v[] = {
		{ STR("other"), STR("\xff") },
		{ STR("chatid"), STR("chat1") },
		{ STR("chatid"), STR("chat2") },
		{ STR("name"), STR("") },
		{ STR("tag"), STR("2") },
		{ STR("active"), STR("true") },
		{ STR("ids"), STR("u1,群") },
		{ STR("numbers"), STR("[1,\"2\"]") },
		{ STR("options"), STR("{\"searchable\":1}") },
	};
	struct sample s = { 0 };
	struct error e = { 0 };

	assert_int_equal(decode_pairs(v, ARRAY_LEN(v), &s, *state, &e), ST_OK);
	assert_true(str_is(s.chatid, "chat1"));
	assert_true(s.name.p && s.name.n == 0);
	assert_true(s.tag.set && s.tag.value == 2);
	assert_true(s.active.set && s.active.value);
	assert_true(s.ids.n == 2 && str_is(s.ids.v[1], "群"));
	assert_true(s.numbers.n == 2 && s.numbers.v[1] == 2);
	assert_int_equal(s.options->searchable.value, 1);
}

static void pairs_that_are_wrong_are_refused(void **state)
{
	static const struct {
		struct pair pair;
		enum status want;
		const char *field;
	} cases[] = {
		{ { STR_INIT("tag"), STR_INIT("x") }, ST_INVALID, "tag" },
		{ { STR_INIT("tag"), STR_INIT("") }, ST_INVALID, "tag" },
		{ { STR_INIT("options"), STR_INIT("{") }, ST_INVALID, "options" },
		{ { STR_INIT("options"), STR_INIT("") }, ST_INVALID, "options" },
		{ { STR_INIT("options"), STR_INIT("{\"searchable\":\"x\"}") }, ST_INVALID,
			"options.searchable" },
		{ { STR_INIT("ids"), STR_INIT("[1]") }, ST_INVALID, "ids[0]" },
		{ { STR_INIT("name"), STR_INIT("\xff") }, ST_MALFORMED, "" },
		{ { STR_INIT("name"), STR_INIT("a\0b") }, ST_MALFORMED, "" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct pair v[] = { { STR("chatid"), STR("c") }, cases[i].pair };
		struct sample s = { 0 };
		struct error e = { .field = "unset" };

		assert_int_equal(
			decode_pairs(v, ARRAY_LEN(v), &s, *state, &e), cases[i].want);
		assert_string_equal(e.field, cases[i].field);
	}
}

static void a_required_pair_that_is_absent_is_refused(void **state)
{
	struct sample s = { 0 };
	struct error e = { 0 };

	assert_int_equal(decode_pairs(NULL, 0, &s, *state, &e), ST_INVALID);
	assert_string_equal(e.field, "chatid");
}

/* ---- encode ---- */

static void decoding_and_encoding_gives_the_same_text(void **state)
{
	static const char *const texts[] = {
		"{\"chatid\":\"c\",\"count\":0,\"ok\":false}",
		"{\"chatid\":\"\",\"name\":\"群😀 \\\"\\\\\\n/\",\"ids\":[],\"numbers\":[],"
		"\"people\":[],\"count\":-1,\"ok\":true}",
		"{\"chatid\":\"c\",\"ids\":[\"a\",\"\"],\"numbers\":[-1,"
		"9223372036854775807],"
		"\"tag\":2,\"active\":false,\"options\":{\"searchable\":1,\"note\":\"n\"},"
		"\"people\":[{\"note\":null},{\"searchable\":0,\"note\":\"\"}],\"count\":0,"
		"\"ok\":true}",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		for (enum decode_mode m = DECODE_STRICT; m <= DECODE_LENIENT; m++) {
			struct sample s = decoded(texts[i], m, *state, ST_OK);
			struct str text = json_encode(sample_fields, &s, *state);

			assert_string_equal(text.p, texts[i]);
			assert_int_equal(text.n, strlen(texts[i]));
		}
}

static void lists_of_objects_are_encoded(void **state)
{
	struct inner v[] = { { .note = STR("a") }, { .searchable = { 1, true } } };
	struct objects list = { .v = v, .n = 2, .set = true };

	assert_string_equal(json_encode_list(inner_fields, sizeof(v[0]), &list, *state).p,
		"[{\"note\":\"a\"},{\"searchable\":1,\"note\":null}]");
	assert_string_equal(
		json_encode_list(inner_fields, sizeof(v[0]), &(struct objects){ 0 }, *state)
			.p,
		"[]");
}

static void damaged_text_is_still_valid_json(void **state)
{
	struct inner damaged = { .note = STR("a\xff\xe7\xbe\"") };

	assert_string_equal(json_encode(inner_fields, &damaged, *state).p,
		"{\"note\":\"a\?\?\?\\\"\"}");
}

static void strings_are_appended_quoted_and_escaped(void **state)
{
	struct buf b = { 0 };

	(void)state;
	json_append_str(&b, STR("群\"\n\0"));
	json_append_str(&b, STR_NONE);
	assert_true(str_is(buf_str(&b), "\"群\\\"\\n\\u0000\"\"\""));
	buf_fini(&b);
}

static void what_may_not_stand_in_a_string_is_escaped(void **state)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{ "\x01\x1f", "\"\\u0001\\u001F\"" },
		{ "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
		{ "\"a\\", "\"\\\"a\\\\\"" },
		{ " !/[]~\x7f", "\" !/[]~\x7f\"" },
		{ "\n群\n", "\"\\n群\\n\"" },
		{ "\n\xff\n", "\"\\n?\\n\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf b = { 0 };

		json_append_str(&b, str_from(cases[i].text));
		check_str(cases[i].shown, buf_str(&b), str_from(cases[i].shown));
		buf_fini(&b);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(malformed_texts_are_refused_in_both_modes),
		TEST(errors_do_not_quote_the_text),
		TEST(a_value_of_the_wrong_kind_is_refused_with_its_path),
		TEST(a_path_too_long_for_the_error_is_cut),
		TEST(a_closed_mode_names_the_key_that_no_table_has),
		TEST(every_kind_is_read),
		TEST(the_text_may_go_away_after_decoding),
		TEST(null_counts_as_absent),
		TEST(an_absent_key_leaves_the_default),
		TEST(an_empty_list_counts_as_absent_where_the_field_says_so),
		TEST(empty_lists_are_set),
		TEST(depth_is_limited),
		TEST(siblings_are_not_depth),
		TEST(keys_of_one_object_are_limited),
		TEST(values_of_one_text_are_limited),
		TEST(a_world_of_objects_is_decoded),
		TEST(lenient_integers_and_booleans_may_be_text),
		TEST(lenient_lists_may_be_text),
		TEST(lenient_objects_may_be_text),
		TEST(lenient_lists_and_objects_may_be_the_text_null),
		TEST(pairs_are_read_leniently_and_the_first_of_a_name_counts),
		TEST(pairs_that_are_wrong_are_refused),
		TEST(a_required_pair_that_is_absent_is_refused),
		TEST(decoding_and_encoding_gives_the_same_text),
		TEST(lists_of_objects_are_encoded),
		TEST(damaged_text_is_still_valid_json),
		TEST(strings_are_appended_quoted_and_escaped),
		TEST(what_may_not_stand_in_a_string_is_escaped),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
