/* SPDX-License-Identifier: Apache-2.0 */
/* What an accepted update does: DESIGN's list of effects. */
#include "testing.h"

#include "group_world.h"

struct effect_test {
	struct arena a;
	struct world world;
	struct group_plan plan;
};

/* When: the request is decided in the world as it is; it must be accepted. */
static const struct group_plan *when(struct effect_test *t, struct group_update req)
{
	struct group_facts facts;
	struct refusal why;

	req.chatid = STR("chat0001");
	if (!group_update_check(&req, &t->a, &why))
		fail_msg("refused by %s", why.rule->id);
	facts = facts_of_update(&t->world, &req, &t->a);
	if (!group_update_decide(&req, &facts, &t->a, &t->plan, &why))
		fail_msg("refused by %s", why.rule->id);
	return &t->plan;
}
#define WHEN(t, ...) when((t), (struct group_update){ __VA_ARGS__ })

static int set_up(void **state)
{
	static struct effect_test t;

	t = (struct effect_test){ 0 };
	*state = &t;
	return 0;
}

static int tear_down(void **state)
{
	struct effect_test *t = *state;

	arena_fini(&t->a);
	return 0;
}

/* "amy farm" */
static struct str names(struct effect_test *t, const struct member *members, size_t n)
{
	struct str all = STR("");

	for (size_t i = 0; i < n; i++)
		all = arena_printf(&t->a, "%.*s%s%.*s%s", STR_FMT(all), i ? " " : "",
			STR_FMT(members[i].id),
			members[i].kind == PERSON_EXT ? "(ext)" : "");
	return all;
}

static struct str words(struct effect_test *t, struct outcomes outcomes)
{
	struct str all = STR("");

	for (size_t i = 0; i < outcomes.n; i++)
		all = arena_printf(&t->a, "%.*s%s%s", STR_FMT(all), i ? " " : "",
			outcome_text(outcomes.v[i]));
	return all;
}

static void assert_unchanged(const struct group_plan *plan)
{
	assert_int_equal(plan->changed, 0);
	assert_memory_equal(&plan->before, &plan->after, sizeof(plan->before));
	assert_int_equal(plan->added_count + plan->removed_count, 0);
	assert_int_equal(plan->demoted_count, 0);
}

static void a_key_not_sent_leaves_its_field(void **state)
{
	struct effect_test *t = *state;
	const struct group_plan *plan = WHEN(t, .name = STR("new"));

	assert_int_equal(plan->changed, CHANGED_NAME);
	check_str("name", plan->after.name, STR("new"));
	check_str("before", plan->before.name, STR("old"));
	check_str("owner", plan->after.owner, STR("boss"));
	check_str("icon", plan->after.icon, STR("@old"));
	assert_int_equal(plan->after.options[OPTION_searchable], 1);
	assert_int_equal(plan->after.member_count, 5);
	assert_int_equal(plan->before.version, 7);
	assert_int_equal(plan->after.version, 8);
	assert_int_equal(plan->after.last_ledger, 40);
}

static void what_changes_nothing_leaves_the_version(void **state)
{
	struct effect_test *t = *state;
	struct management_options *same =
		OPTIONS(INT(1), INT(1), INT(1), INT(1), INT(1), INT(1));

	assert_unchanged(WHEN(t, .name = STR_NONE));
	assert_unchanged(WHEN(t, .name = STR("old"), .owner = STR("boss"),
		.ownerType = STR("emp"), .icon = STR("@old"), .managementOptions = same));
	assert_unchanged(WHEN(t, .ownerType = STR("emp")));
	assert_unchanged(WHEN(t, .add_useridlist = NO_IDS, .del_useridlist = NO_IDS,
		.add_extidlist = NO_IDS, .del_extidlist = NO_IDS));
	assert_unchanged(WHEN(t, .add_useridlist = IDS(STR("amy")),
		.del_useridlist = IDS(STR("bob")), .add_extidlist = IDS(STR("x1")),
		.del_extidlist = IDS(STR("x2"))));
	assert_unchanged(WHEN(t, .managementOptions = OPTIONS(.searchable = { 0 })));
}

static void the_pages_example_changes_nobody(void **state)
{
	/* given: as on the page, the same ids are added and removed */
	struct effect_test *t = *state;
	const struct group_plan *plan =
		WHEN(t, .name = STR("全员群。"), .owner = STR("amy"),
			.ownerType = STR("emp"), .add_useridlist = IDS(STR("bob")),
			.del_useridlist = IDS(STR("bob")), .add_extidlist = IDS(STR("x2")),
			.del_extidlist = IDS(STR("x2")), .icon = STR("@new"),
			.managementOptions =
				OPTIONS(INT(0), INT(0), INT(0), INT(0), INT(0), INT(0)));

	assert_int_equal(plan->changed,
		CHANGED_NAME | CHANGED_OWNER | CHANGED_ICON | CHANGED_OPTION_0 * 63);
	assert_int_equal(plan->added_count, 0);
	assert_int_equal(plan->removed_count, 0);
	check_str("add_emp", words(t, plan->add_emp), STR("added"));
	check_str("del_emp", words(t, plan->del_emp), STR("removed"));
	check_str("add_ext", words(t, plan->add_ext), STR("added"));
	check_str("del_ext", words(t, plan->del_ext), STR("removed"));
	assert_false(plan->history_implied);
}

static void all_parts_change_together(void **state)
{
	struct effect_test *t = *state;
	const struct group_plan *plan = WHEN(t, .name = STR("n"), .owner = STR("x2"),
		.ownerType = STR("ext"), .add_useridlist = IDS(STR("bob"), STR("cat")),
		.del_useridlist = IDS(STR("amy")), .add_extidlist = IDS(STR("x2")),
		.del_extidlist = IDS(STR("x1")), .icon = STR("@new"),
		.managementOptions =
			OPTIONS(.chatBannedType = INT(0), .showHistoryType = INT(1)));

	assert_int_equal(plan->changed, CHANGED_NAME | CHANGED_OWNER | CHANGED_ICON |
						CHANGED_MEMBERS |
						CHANGED_OPTION_0 << OPTION_chatBannedType);
	check_str(
		"added", names(t, plan->added, plan->added_count), STR("bob cat x2(ext)"));
	check_str("removed", names(t, plan->removed, plan->removed_count),
		STR("amy x1(ext)"));
	check_str("owner", plan->after.owner, STR("x2"));
	assert_int_equal(plan->after.owner_kind, PERSON_EXT);
	check_str("icon", plan->after.icon, STR("@new"));
	assert_int_equal(plan->after.options[OPTION_chatBannedType], 0);
	assert_int_equal(plan->after.options[OPTION_showHistoryType], 1);
	assert_int_equal(plan->after.options[OPTION_validationType], 1);
	assert_int_equal(plan->after.member_count, 5 + 3 - 2);
	assert_int_equal(plan->after.version, 8);
	assert_int_equal(plan->after.link_version, 8);
}

static void who_is_in_both_lists_ends_up_out(void **state)
{
	/* given: amy is a member, bob is not, and both are added and removed */
	struct effect_test *t = *state;
	const struct group_plan *plan = WHEN(t,
		.add_useridlist = IDS(STR("bob"), STR("cat"), STR("amy")),
		.del_useridlist = IDS(STR("dan"), STR("amy"), STR("bob"), STR("admin")));

	check_str("added", names(t, plan->added, plan->added_count), STR("cat"));
	check_str(
		"removed", names(t, plan->removed, plan->removed_count), STR("amy admin"));
	assert_false(plan->removed[0].admin);
	assert_true(plan->removed[1].admin);
	check_str("add", words(t, plan->add_emp), STR("added added already_member"));
	check_str(
		"del", words(t, plan->del_emp), STR("not_member removed removed removed"));
	assert_int_equal(plan->changed, CHANGED_MEMBERS);
	assert_int_equal(plan->after.member_count, 4);
}

static void repeated_ids_count_once(void **state)
{
	struct effect_test *t = *state;
	const struct group_plan *plan = WHEN(t,
		.add_useridlist = IDS(STR("cat"), STR("bob"), STR("cat"), STR("bob")),
		.del_useridlist = IDS(STR("amy"), STR("amy")));

	check_str("added", names(t, plan->added, plan->added_count), STR("cat bob"));
	check_str("removed", names(t, plan->removed, plan->removed_count), STR("amy"));
	check_str("add", words(t, plan->add_emp), STR("added added"));
	check_str("del", words(t, plan->del_emp), STR("removed"));
	assert_int_equal(plan->after.member_count, 6);
}

static void an_employee_and_an_external_of_one_id_are_two_people(void **state)
{
	/* given: "x1" is an external member, and no employee has that userid */
	struct effect_test *t = *state;
	const struct group_plan *plan =
		WHEN(t, .del_useridlist = IDS(STR("x1")), .add_extidlist = IDS(STR("x2")));

	check_str("added", names(t, plan->added, plan->added_count), STR("x2(ext)"));
	assert_int_equal(plan->removed_count, 0);
	check_str("del", words(t, plan->del_emp), STR("not_member"));
}

static void ownership_is_passed_on(void **state)
{
	struct effect_test *t = *state;
	const struct group_plan *plan = WHEN(t, .owner = STR("amy"));

	/* then: the old owner stays, and nobody was demoted */
	assert_int_equal(plan->changed, CHANGED_OWNER);
	check_str("owner", plan->after.owner, STR("amy"));
	assert_int_equal(plan->removed_count, 0);
	assert_int_equal(plan->demoted_count, 0);

	plan = WHEN(t, .owner = STR("admin"));
	assert_int_equal(plan->demoted_count, 1);

	plan = WHEN(t, .owner = STR("amy"), .del_useridlist = IDS(STR("boss")));
	check_str("removed", names(t, plan->removed, plan->removed_count), STR("boss"));
	assert_int_equal(plan->changed, CHANGED_OWNER | CHANGED_MEMBERS);
}

static void an_external_owner_is_kept_by_unionid(void **state)
{
	struct effect_test *t = *state;
	const struct group_plan *plan =
		WHEN(t, .owner = STR("xu1"), .ownerType = STR("ext"));

	check_str("owner", plan->after.owner, STR("x1"));
	assert_int_equal(plan->after.owner_kind, PERSON_EXT);

	/* given: x1 is the owner; when: he is named again, either way; then: no change */
	t->world.ext_owner = true;
	assert_unchanged(WHEN(t, .owner = STR("xu1"), .ownerType = STR("ext")));
	assert_unchanged(WHEN(t, .owner = STR("x1"), .ownerType = STR("ext")));
	assert_unchanged(WHEN(t, .ownerType = STR("ext")));

	/* when: an employee takes over, without ownerType */
	plan = WHEN(t, .owner = STR("amy"));
	assert_int_equal(plan->after.owner_kind, PERSON_EMP);
}

static void a_new_name_or_owner_makes_join_links_invalid(void **state)
{
	struct effect_test *t = *state;

	assert_int_equal(WHEN(t, .name = STR("n"))->after.link_version, 8);
	assert_int_equal(WHEN(t, .owner = STR("amy"))->after.link_version, 8);
	assert_int_equal(WHEN(t, .icon = STR("@new"))->after.link_version, 3);
	assert_int_equal(WHEN(t, .add_useridlist = IDS(STR("bob")))->after.link_version, 3);
	assert_int_equal(WHEN(t, .name = STR("old"))->after.link_version, 3);
}

static void options_without_history_mean_not_viewable(void **state)
{
	struct effect_test *t = *state;
	const struct group_plan *plan =
		WHEN(t, .managementOptions = OPTIONS(.searchable = INT(1)));

	/* given: all options are 1; then: only history changed, though searchable was sent
	 */
	assert_true(plan->history_implied);
	assert_int_equal(plan->changed, CHANGED_OPTION_0 << OPTION_showHistoryType);
	assert_int_equal(plan->after.options[OPTION_showHistoryType], 0);
	assert_int_equal(plan->after.options[OPTION_searchable], 1);
	assert_int_equal(plan->after.options[OPTION_managementType], 1);

	plan = WHEN(t, .managementOptions =
			       OPTIONS(.searchable = INT(0), .showHistoryType = INT(1)));
	assert_false(plan->history_implied);
	assert_int_equal(plan->changed, CHANGED_OPTION_0 << OPTION_searchable);
	assert_int_equal(plan->after.options[OPTION_showHistoryType], 1);
}

static void history_that_is_0_already_stays_so(void **state)
{
	struct effect_test *t = *state;
	struct group_update req = { .chatid = STR("chat0001"),
		.managementOptions = OPTIONS(.searchable = INT(1)) };
	struct group_facts facts = facts_of_update(&t->world, &req, &t->a);
	struct refusal why;

	facts.chat.options[OPTION_showHistoryType] = 0;
	assert_true(group_update_decide(&req, &facts, &t->a, &t->plan, &why));
	assert_true(t->plan.history_implied);
	assert_unchanged(&t->plan);
}

static void each_option_is_its_own_field(void **state)
{
	struct effect_test *t = *state;

	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		struct management_options sent = { .showHistoryType = INT(1) };
		const struct group_plan *plan;

		*(struct opt_int *)field_at(&management_options_fields[i], &sent) = INT(0);
		plan = WHEN(t, .managementOptions = &sent);
		assert_int_equal(plan->changed, CHANGED_OPTION_0 << i);
		for (unsigned j = 0; j < OPTION_COUNT; j++)
			assert_int_equal(plan->after.options[j], j != i);
	}
}

static void deciding_again_gives_the_same(void **state)
{
	/* given: a batch was rolled back, so the same facts and plan are used once more */
	struct effect_test *t = *state;
	struct group_update req = { .chatid = STR("chat0001"),
		.name = STR("n"),
		.add_useridlist = IDS(STR("bob")) };
	struct group_facts facts = facts_of_update(&t->world, &req, &t->a);
	struct refusal why;

	for (int i = 0; i < 2; i++) {
		assert_true(group_update_decide(&req, &facts, &t->a, &t->plan, &why));
		assert_int_equal(t->plan.added_count, 1);
		assert_int_equal(t->plan.after.version, 8);
		assert_int_equal(t->plan.after.member_count, 6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_not_sent_leaves_its_field),
		cmocka_unit_test(what_changes_nothing_leaves_the_version),
		cmocka_unit_test(the_pages_example_changes_nobody),
		cmocka_unit_test(all_parts_change_together),
		cmocka_unit_test(who_is_in_both_lists_ends_up_out),
		cmocka_unit_test(repeated_ids_count_once),
		cmocka_unit_test(an_employee_and_an_external_of_one_id_are_two_people),
		cmocka_unit_test(ownership_is_passed_on),
		cmocka_unit_test(an_external_owner_is_kept_by_unionid),
		cmocka_unit_test(a_new_name_or_owner_makes_join_links_invalid),
		cmocka_unit_test(options_without_history_mean_not_viewable),
		cmocka_unit_test(history_that_is_0_already_stays_so),
		cmocka_unit_test(each_option_is_its_own_field),
		cmocka_unit_test(deciding_again_gives_the_same),
	};
	struct CMUnitTest with[ARRAY_LEN(tests)];

	for (size_t i = 0; i < ARRAY_LEN(tests); i++) {
		with[i] = tests[i];
		with[i].setup_func = set_up;
		with[i].teardown_func = tear_down;
	}
	return cmocka_run_group_tests(with, NULL, NULL);
}
