/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of people, and the words of a group. */
#include "testing.h"

#include "group_world.h"

#include "base/limits.h"
#include "group/people.h"

static void distinct_ids_keep_the_order_they_came_in(void **state)
{
	const struct {
		struct strs list;
		struct strs want;
	} cases[] = {
		{ { 0 }, { 0 } },
		{ NO_IDS, { 0 } },
		{ IDS(STR("a")), IDS(STR("a")) },
		{ IDS(STR("c"), STR("a"), STR("b")), IDS(STR("c"), STR("a"), STR("b")) },
		{ IDS(STR("b"), STR("a"), STR("b"), STR("b"), STR("a")),
			IDS(STR("b"), STR("a")) },
		{ IDS(STR("ab"), STR("a"), STR("A")), IDS(STR("ab"), STR("a"), STR("A")) },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct people_facts got;
		struct arena a = { 0 };

		distinct_ids(&cases[i].list, &a, &got);
		assert_int_equal(got.n, cases[i].want.n);
		for (size_t j = 0; j < got.n; j++) {
			check_str("id", got.v[j].id, cases[i].want.v[j]);
			assert_false(got.v[j].known || got.v[j].member || got.v[j].admin);
		}
		arena_fini(&a);
	}
}

/* Half of a full list is added again by the other list, in another order. */
static void full_lists_overlap_exactly(void **state)
{
	struct arena a = { 0 };
	struct strs ids = many_ids(LIMIT_LIST + LIMIT_LIST / 2, &a);
	struct strs add = { ids.v, LIMIT_LIST, true };
	struct strs del = { ARENA_ARRAY(&a, struct str, LIMIT_LIST), LIMIT_LIST, true };
	struct people_change c = { .kind = PERSON_EMP,
		.add = { .field = "add", .ids = add },
		.del = { .field = "del", .ids = del } };
	struct group_plan plan = { 0 };

	(void)state;
	for (size_t i = 0; i < LIMIT_LIST; i++)
		del.v[i] = ids.v[LIMIT_LIST + LIMIT_LIST / 2 - 1 - i];
	distinct_ids(&add, &a, &c.add.facts);
	distinct_ids(&del, &a, &c.del.facts);
	assert_int_equal(c.add.facts.n, LIMIT_LIST);
	/* given: those behind the added ones are members */
	for (size_t i = 0; i < LIMIT_LIST / 2; i++)
		c.del.facts.v[i].member = true;

	people_change_work_out(&c, &a);

	assert_int_equal(c.joining, LIMIT_LIST / 2);
	assert_int_equal(c.leaving, LIMIT_LIST / 2);
	for (size_t i = 0; i < LIMIT_LIST; i++) {
		assert_int_equal(c.joins[i], i < LIMIT_LIST / 2);
		assert_int_equal(c.add.outcomes.v[i], OUTCOME_ADDED);
		assert_int_equal(c.del.outcomes.v[i], OUTCOME_REMOVED);
	}
	plan.added = ARENA_ARRAY(&a, struct member, c.joining);
	plan.removed = ARENA_ARRAY(&a, struct member, c.leaving);
	people_change_to_plan(&c, &plan);
	assert_int_equal(plan.added_count, LIMIT_LIST / 2);
	check_str("first to join", plan.added[0].id, STR("n0"));
	check_str("first to leave", plan.removed[0].id, STR("n1499"));
	arena_fini(&a);
}

static void an_id_is_told_by_its_place(void **state)
{
	struct arena a = { 0 };
	const struct people_list list = { .field = "extidlist",
		.ids = IDS(STR("a"), STR("b"), STR("b")) };

	(void)state;
	assert_string_equal(people_list_path(&list, STR("a"), &a), "extidlist[0]");
	assert_string_equal(people_list_path(&list, STR("b"), &a), "extidlist[1]");
	assert_string_equal(people_list_path(&list, STR("c"), &a), "extidlist");
	arena_fini(&a);
}

static void kinds_of_people_have_their_words(void **state)
{
	(void)state;
	check_str("emp", person_kind_text(PERSON_EMP), STR("emp"));
	check_str("ext", person_kind_text(PERSON_EXT), STR("ext"));
	assert_int_equal(person_kind_from(STR("emp")), PERSON_EMP);
	assert_int_equal(person_kind_from(STR("ext")), PERSON_EXT);
	assert_int_equal(person_kind_from(STR_NONE), PERSON_EMP);
	assert_string_equal(outcome_text(OUTCOME_ADDED), "added");
	assert_string_equal(outcome_text(OUTCOME_ALREADY_MEMBER), "already_member");
	assert_string_equal(outcome_text(OUTCOME_REMOVED), "removed");
	assert_string_equal(outcome_text(OUTCOME_NOT_MEMBER), "not_member");
}

static void options_have_the_pages_names_in_its_order(void **state)
{
	const char *const names[] = { "mentionAllAuthority", "showHistoryType",
		"validationType", "searchable", "chatBannedType", "managementType" };
	const struct management_options sent = { INT(10), INT(11), INT(12), INT(13),
		INT(14), INT(15) };

	(void)state;
	assert_int_equal(OPTION_COUNT, ARRAY_LEN(names));
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		assert_string_equal(chat_option_name(i), names[i]);
		assert_int_equal(management_option(&sent, i)->value, 10 + i);
	}
	assert_null(management_options_fields[OPTION_COUNT].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distinct_ids_keep_the_order_they_came_in),
		cmocka_unit_test(full_lists_overlap_exactly),
		cmocka_unit_test(an_id_is_told_by_its_place),
		cmocka_unit_test(kinds_of_people_have_their_words),
		cmocka_unit_test(options_have_the_pages_names_in_its_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
