/* SPDX-License-Identifier: Apache-2.0 */
/* Described structs: what is set, what is in range, and where a fault is. */
#include "testing.h"

#include "base/field.h"

struct part {
	struct str label;
	struct opt_int level;
};

struct whole {
	struct str word, kind;
	int64_t count;
	struct opt_int few, any;
	bool yes;
	struct opt_bool maybe;
	struct strs ids;
	struct ints numbers;
	struct part *part;
	struct objects parts;
};

static const struct field part_fields[] = {
	FIELD(struct part, label, .min = 1, .max = 3, .rule = "part"),
	FIELD(struct part, level, .min = 0, .max = 1, .rule = "level"),
	{ 0 },
};

static const char *const kinds[] = { "emp", "ext", NULL };

static const struct field whole_fields[] = {
	FIELD_AS(struct whole, word, "the-word", .flags = F_TEXT, .min = 2, .max = 4,
		.rule = "word"),
	FIELD(struct whole, kind, .oneof = kinds, .rule = "kind"),
	FIELD(struct whole, count, .min = 0, .max = 9, .rule = "count"),
	FIELD(struct whole, few, .min = -1, .max = 1, .rule = "few"),
	FIELD(struct whole, any),
	FIELD(struct whole, yes),
	FIELD(struct whole, maybe),
	FIELD(struct whole, ids, .min = 1, .max = 3, .item_min = 1, .item_max = 2,
		.rule = "ids"),
	FIELD(struct whole, numbers, .max = 2, .rule = "numbers"),
	FIELD_OBJECT(struct whole, part, part_fields),
	FIELD_OBJECTS(
		struct whole, parts, struct part, part_fields, .max = 2, .rule = "parts"),
	{ 0 },
};

static const struct field *field(const char *name)
{
	return field_find(whole_fields, str_from(name));
}

static void a_field_is_found_by_its_key(void **state)
{
	(void)state;
	assert_int_equal(field("the-word")->kind, KIND_STR);
	assert_null(field("word"));
	assert_null(field(""));
	assert_null(field("Kind"));
	assert_int_equal(field("count")->kind, KIND_INT);
	assert_int_equal(field("few")->kind, KIND_OPT_INT);
	assert_int_equal(field("yes")->kind, KIND_BOOL);
	assert_int_equal(field("maybe")->kind, KIND_OPT_BOOL);
	assert_int_equal(field("ids")->kind, KIND_STRS);
	assert_int_equal(field("numbers")->kind, KIND_INTS);
	assert_int_equal(field("part")->kind, KIND_OBJECT);
	assert_int_equal(field("parts")->kind, KIND_OBJECTS);
	assert_int_equal(field("parts")->sub_size, sizeof(struct part));
}

static void a_field_points_into_its_struct(void **state)
{
	struct whole w = { 0 };

	(void)state;
	assert_ptr_equal(field_at(field("the-word"), &w), &w.word);
	assert_ptr_equal(field_at(field("parts"), &w), &w.parts);
}

static void empty_is_set_and_absent_is_not(void **state)
{
	struct part part = { 0 };
	const struct whole none = { 0 }, empty = { .word = STR(""),
		.kind = STR(""),
		.few = { .set = true },
		.any = { .set = true },
		.maybe = { .set = true },
		.ids = { .set = true },
		.numbers = { .set = true },
		.part = &part,
		.parts = { .set = true } };

	(void)state;
	for (const struct field *f = whole_fields; f->name; f++) {
		bool always = f->kind == KIND_INT || f->kind == KIND_BOOL;

		check_case(f->name, field_is_set(f, &none) == always);
		check_case(f->name, field_is_set(f, &empty));
	}
}

#define WORDS(...) \
	{ \
		.v = (struct str[]){ __VA_ARGS__ }, \
		.n = sizeof((struct str[]){ __VA_ARGS__ }) / sizeof(struct str), \
		.set = true \
	}

static void a_value_out_of_range_is_told_by_its_path(void **state)
{
	struct part parts[] = { { .label = STR("a") }, { .label = STR("toolong") },
		{ .level = { 2, true } } };
	struct part *deep = &parts[2];
	const struct {
		const char *name;
		struct whole w;
		const char *path; /* NULL: in range */
		struct str value;
	} cases[] = {
		{ "nothing sent", { .count = 0 }, NULL },
		{ "word of 2", { .word = STR("ab") }, NULL },
		{ "word of 4", { .word = STR("群群群群") }, NULL },
		{ "word of 1", { .word = STR("a") }, "the-word", STR("a") },
		{ "word of 5", { .word = STR("abcde") }, "the-word", STR("abcde") },
		{ "word blank", { .word = STR("  ") }, "the-word", STR("  ") },
		{ "word with control", { .word = STR("a\x01") }, "the-word", STR("a\x01") },
		{ "kind", { .kind = STR("ext") }, NULL },
		{ "kind unknown", { .kind = STR("Ext") }, "kind", STR("Ext") },
		{ "kind empty", { .kind = STR("") }, "kind", STR("") },
		{ "count 9", { .count = 9 }, NULL },
		{ "count 10", { .count = 10 }, "count", STR("10") },
		{ "count -1", { .count = -1 }, "count", STR("-1") },
		{ "few -1", { .few = { -1, true } }, NULL },
		{ "few 1", { .few = { 1, true } }, NULL },
		{ "few -2", { .few = { -2, true } }, "few", STR("-2") },
		{ "few 2", { .few = { 2, true } }, "few", STR("2") },
		{ "few not set", { .few = { 2, false } }, NULL },
		{ "any", { .any = { INT64_MIN, true } }, NULL },
		{ "1 id", { .ids = WORDS(STR("a")) }, NULL },
		{ "3 ids", { .ids = WORDS(STR("a"), STR("bb"), STR("群群")) }, NULL },
		{ "no id", { .ids = { .set = true } }, "ids" },
		{ "4 ids", { .ids = WORDS(STR("a"), STR("a"), STR("a"), STR("a")) },
			"ids" },
		{ "id of 3", { .ids = WORDS(STR("a"), STR("群群群")) }, "ids[1]",
			STR("群群群") },
		{ "id of 2, then of 3", { .ids = WORDS(STR("bb"), STR("ccc")) }, "ids[1]",
			STR("ccc") },
		{ "id of 0", { .ids = WORDS(STR("")) }, "ids[0]", STR("") },
		{ "2 numbers", { .numbers = { .n = 2, .set = true } }, NULL },
		{ "3 numbers", { .numbers = { .n = 3, .set = true } }, "numbers" },
		{ "part", { .part = &parts[0] }, NULL },
		{ "part's label", { .part = &parts[1] }, "part.label", STR("toolong") },
		{ "part's level", { .part = deep }, "part.level", STR("2") },
		{ "1 object", { .parts = { parts, 1, true } }, NULL },
		{ "3 objects", { .parts = { parts, 3, true } }, "parts" },
		{ "second object", { .parts = { parts, 2, true } }, "parts[1].label",
			STR("toolong") },
		{ "the first in table order", { .kind = STR("x"), .count = 10 }, "kind",
			STR("x") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct field_fault fault = { 0 };
		struct arena a = { 0 };
		bool ok = fields_in_range(whole_fields, &cases[i].w, NULL, &a, &fault);

		check_case(cases[i].name, ok == !cases[i].path);
		if (cases[i].path) {
			check_str(cases[i].name, str_from(fault.path),
				str_from(cases[i].path));
			check_str(cases[i].name, fault.value, cases[i].value);
			check_case(cases[i].name, fault.field && fault.why);
		}
		arena_fini(&a);
	}
}

static void a_fault_says_why(void **state)
{
	const struct {
		struct whole w;
		const char *why;
	} cases[] = {
		{ { .word = STR("a") }, "1 characters, at least 2" },
		{ { .word = STR("abcde") }, "5 characters, at most 4" },
		{ { .word = STR("   ") }, "is blank" },
		{ { .word = STR("a\n") }, "has a control character" },
		{ { .kind = STR("x") }, "is not one of the values allowed" },
		{ { .count = 10 }, "not in 0..9" },
		{ { .ids = { .set = true } }, "0 elements, at least 1" },
		{ { .numbers = { .n = 3, .set = true } }, "3 elements, at most 2" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct field_fault fault;
		struct arena a = { 0 };

		assert_false(fields_in_range(whole_fields, &cases[i].w, NULL, &a, &fault));
		assert_string_equal(fault.why, cases[i].why);
		arena_fini(&a);
	}
}

static void only_the_fields_of_the_rule_asked_for_count(void **state)
{
	/* given: everything is out of range */
	struct part part = { .label = STR(""), .level = { 5, true } };
	const struct whole w = { .word = STR(""),
		.kind = STR("x"),
		.count = 99,
		.few = { 99, true },
		.ids = { .set = true },
		.part = &part,
		.parts = { &part, 1, true } };
	const struct {
		const char *rule, *path; /* NULL: holds */
	} cases[] = {
		{ "word", "the-word" },
		{ "kind", "kind" },
		{ "count", "count" },
		{ "few", "few" },
		{ "ids", "ids" },
		{ "part", "part.label" },
		{ "level", "part.level" },
		{ "parts", NULL },
		{ "numbers", NULL },
		{ "none", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct field_fault fault;
		struct arena a = { 0 };

		check_case(cases[i].rule, fields_in_range(whole_fields, &w, cases[i].rule,
						  &a, &fault) == !cases[i].path);
		if (cases[i].path)
			assert_string_equal(fault.path, cases[i].path);
		arena_fini(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_field_is_found_by_its_key),
		cmocka_unit_test(a_field_points_into_its_struct),
		cmocka_unit_test(empty_is_set_and_absent_is_not),
		cmocka_unit_test(a_value_out_of_range_is_told_by_its_path),
		cmocka_unit_test(a_fault_says_why),
		cmocka_unit_test(only_the_fields_of_the_rule_asked_for_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
