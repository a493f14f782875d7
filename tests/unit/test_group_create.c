/* SPDX-License-Identifier: Apache-2.0 */
/* Making a group: every rule, their order, and the group that comes of it. */
#include "testing.h"

#include "group_world.h"

#define ID_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char chatid[] = "chat0123456789abcdef0123456789abcdef";

static bool create(const struct world *w, const struct group_create *req, struct arena *a,
	struct group_plan *plan, struct refusal *why)
{
	const struct chat fresh = { .chatid = str_from(chatid),
		.open_conversation_id = STR("cidVwhmrlxsR3sL3+JdH1LjUA==") };
	struct group_facts facts;

	if (!group_create_check(req, a, why))
		return false;
	facts = facts_of_create(w, req, a);
	return group_create_decide(req, &facts, &fresh, a, plan, why);
}

struct create_case {
	const char *name;
	struct world world;
	struct group_create req; /* name, owner and useridlist are filled in if absent */
	const char *rule; /* NULL: accepted */
	const char *field;
	struct str value;
};

static struct group_create filled_in(struct group_create req, struct arena *a)
{
	if (!req.name.p)
		req.name = STR("群");
	if (!req.owner.p)
		req.owner = STR("boss");
	if (!req.useridlist.set) {
		req.useridlist = (struct strs){ ARENA_ARRAY(a, struct str, 2), 2, true };
		req.useridlist.v[0] = STR("boss");
		req.useridlist.v[1] = STR("amy");
	}
	return req;
}

static void run_cases(const struct create_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct create_case *c = &cases[i];
		struct arena a = { 0 };
		struct group_create req = filled_in(c->req, &a);
		struct group_plan plan = { 0 };
		struct refusal why;
		bool accepted = create(&c->world, &req, &a, &plan, &why);

		if (!c->rule) {
			if (!accepted)
				fail_msg("%s: refused by %s", c->name, why.rule->id);
		} else {
			check_case(c->name, !accepted);
			check_str(c->name, str_from(why.rule->id), str_from(c->rule));
			check_str(c->name, str_from(why.field), str_from(c->field));
			check_str(c->name, why.value, c->value);
			check_case(c->name, why.why && why.zh && why.en);
		}
		arena_fini(&a);
	}
}

static void tag_is_0_or_2(void **state)
{
	const struct create_case cases[] = {
		{ "not sent" },
		{ "0", .req.conversationTag = INT(0) },
		{ "2", .req.conversationTag = INT(2) },
		{ "1", .req.conversationTag = INT(1), .rule = "tag.known",
			.field = "conversationTag", .value = STR("1") },
		{ "3", .req.conversationTag = INT(3), .rule = "tag.known",
			.field = "conversationTag", .value = STR("3") },
		{ "-1", .req.conversationTag = INT(-1), .rule = "tag.known",
			.field = "conversationTag", .value = STR("-1") },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
}

static void values_are_in_range(void **state)
{
	struct arena a = { 0 };
	const struct world any = { .anybody = true, .member_cap = 2000 };
	const struct create_case cases[] = {
		{ "name of 20", .req.name = repeat(STR("群"), 20, &a) },
		{ "name of 21", .req.name = repeat(STR("群"), 21, &a),
			.rule = "name.length", .field = "name",
			.value = repeat(STR("群"), 21, &a) },
		{ "name blank", .req.name = STR(" "), .rule = "name.length",
			.field = "name", .value = STR(" ") },
		{ "ownerType", .req.ownerType = STR("boss"), .rule = "owner.type",
			.field = "ownerType", .value = STR("boss") },
		{ "1,000 ids", any,
			.req = { .owner = STR("n0"), .useridlist = many_ids(1000, &a) } },
		{ "1,001 ids", any,
			.req = { .owner = STR("n0"), .useridlist = many_ids(1001, &a) },
			.rule = "members.list", .field = "useridlist" },
		{ "1,001 externals", any, .req.extidlist = many_ids(1001, &a),
			.rule = "members.list", .field = "extidlist" },
		{ "id empty", .req.extidlist = IDS(STR("")), .rule = "members.list",
			.field = "extidlist[0]", .value = STR("") },
		{ "id of 65", .req.useridlist = IDS(STR("boss"), STR(ID_64 "x")),
			.rule = "members.list", .field = "useridlist[1]",
			.value = STR(ID_64 "x") },
		{ "option", .req.managementOptions = OPTIONS(.validationType = INT(2)),
			.rule = "options.range",
			.field = "managementOptions.validationType", .value = STR("2") },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
	arena_fini(&a);
}

static void owner_is_fit_to_own_it(void **state)
{
	const struct create_case cases[] = {
		{ "external, ordinary group", .req = { .owner = STR("x1"),
						      .ownerType = STR("ext"),
						      .conversationTag = INT(0),
						      .extidlist = IDS(STR("x1")) } },
		{ "external by userid", .req = { .owner = STR("xu1"),
						.ownerType = STR("ext"),
						.conversationTag = INT(0),
						.extidlist = IDS(STR("x1")) } },
		{ "external, group of externals only", .req = { .owner = STR("x1"),
							       .ownerType = STR("ext"),
							       .conversationTag = INT(0),
							       .extidlist = IDS(STR("x1")),
							       .useridlist = NO_IDS } },
		{ "external, internal group",
			.req = { .owner = STR("x1"),
				.ownerType = STR("ext"),
				.conversationTag = INT(2) },
			.rule = "owner.kind", .field = "ownerType", .value = STR("ext") },
		{ "external, internal by default",
			.req = { .owner = STR("x1"), .ownerType = STR("ext") },
			.rule = "owner.kind", .field = "ownerType", .value = STR("ext") },
		{ "in scope", .world.limited = true, .req.ownerType = STR("emp") },
		{ "out of scope", .world.limited = true,
			.req = { .owner = STR("far"), .useridlist = IDS(STR("far")) },
			.rule = "owner.new_visible", .field = "owner",
			.value = STR("far") },
		{ "unknown, limited app", .world.limited = true, .req.owner = STR("none"),
			.rule = "owner.new_visible", .field = "owner",
			.value = STR("none") },
		{ "unknown", .req.owner = STR("none"), .rule = "owner.known",
			.field = "owner", .value = STR("none") },
		{ "empty", .req.owner = STR(""), .rule = "owner.known", .field = "owner",
			.value = STR("") },
		{ "has left", .req.owner = STR("gone"), .rule = "owner.known",
			.field = "owner", .value = STR("gone") },
		{ "not in useridlist", .req.owner = STR("bob"), .rule = "owner.member",
			.field = "owner", .value = STR("bob") },
		{ "useridlist empty", .req.useridlist = NO_IDS, .rule = "owner.member",
			.field = "owner", .value = STR("boss") },
		{ "not in extidlist",
			.req = { .owner = STR("x1"),
				.ownerType = STR("ext"),
				.conversationTag = INT(0),
				.extidlist = IDS(STR("x2")) },
			.rule = "owner.member", .field = "owner", .value = STR("x1") },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
}

static void members_are_known_and_fit(void **state)
{
	const struct world two = { .member_cap = 2 }, one = { .member_cap = 1 };
	const struct create_case cases[] = {
		{ "externals, ordinary",
			.req = { .conversationTag = INT(0), .extidlist = IDS(STR("x1")) } },
		{ "externals, internal", .req.extidlist = IDS(STR("x1")),
			.rule = "members.external", .field = "extidlist[0]",
			.value = STR("x1") },
		{ "no externals, internal", .req.extidlist = NO_IDS },
		{ "unknown", .req.useridlist = IDS(STR("boss"), STR("none")),
			.rule = "members.known", .field = "useridlist[1]",
			.value = STR("none") },
		{ "unknown external",
			.req = { .conversationTag = INT(0), .extidlist = IDS(STR("none")) },
			.rule = "members.known", .field = "extidlist[0]",
			.value = STR("none") },
		{ "at the cap", two },
		{ "over the cap", one, .rule = "members.cap", .field = "useridlist" },
		{ "over the cap by an external", two,
			.req = { .conversationTag = INT(0), .extidlist = IDS(STR("x1")) },
			.rule = "members.cap", .field = "useridlist" },
		{ "icon", .req.icon = STR("@new") },
		{ "unknown icon", .req.icon = STR("@none"), .rule = "icon.known",
			.field = "icon", .value = STR("@none") },
		{ "empty icon", .req.icon = STR(""), .rule = "icon.known", .field = "icon",
			.value = STR("") },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
}

static void the_earlier_of_two_broken_rules_is_told(void **state)
{
	const struct world usual = { 0 }, limited = { .limited = true },
			   one = { .member_cap = 1 };
	const struct strs empty_id = IDS(STR("")), x1 = IDS(STR("x1")),
			  none = IDS(STR("none"), STR("far"));
	struct management_options *bad_options = OPTIONS(.searchable = INT(2));
	const struct {
		const char *rule;
		struct world world;
		struct group_create req;
	} cases[] = {
		{ "tag.known", usual, { .conversationTag = INT(1), .name = STR("") } },
		{ "name.length", usual, { .name = STR(""), .ownerType = STR("") } },
		{ "owner.type", usual, { .ownerType = STR(""), .useridlist = empty_id } },
		{ "members.list", usual,
			{ .useridlist = empty_id, .managementOptions = bad_options } },
		{ "options.range", usual,
			{ .managementOptions = bad_options, .ownerType = STR("ext") } },
		{ "owner.kind", limited,
			{ .ownerType = STR("ext"), .owner = STR("none") } },
		{ "owner.new_visible", limited, { .owner = STR("none") } },
		{ "owner.known", usual, { .owner = STR("none"), .extidlist = x1 } },
		{ "members.external", usual, { .extidlist = x1, .useridlist = none } },
		{ "members.known", usual, { .useridlist = none } },
		{ "owner.member", one, { .owner = STR("bob"), .icon = STR("") } },
		{ "members.cap", one, { .icon = STR("") } },
		{ "icon.known", usual, { .icon = STR("") } },
	};
	size_t next = 0;

	(void)state;
	/* its one range is the decoder's: required keys and JSON types */
	assert_string_equal(group_create_rules[next++].id, "body.fields");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena a = { 0 };
		struct group_create req = filled_in(cases[i].req, &a);
		struct group_plan plan;
		struct refusal why;

		assert_false(create(&cases[i].world, &req, &a, &plan, &why));
		assert_string_equal(why.rule->id, cases[i].rule);
		assert_string_equal(group_create_rules[next++].id, cases[i].rule);
		arena_fini(&a);
	}
	assert_null(group_create_rules[next].id);
}

static void the_least_request_makes_an_internal_group(void **state)
{
	struct arena a = { 0 };
	const struct world w = { 0 };
	struct group_create req = filled_in((struct group_create){ 0 }, &a);
	struct group_plan plan;
	struct refusal why;

	(void)state;
	assert_true(create(&w, &req, &a, &plan, &why));

	check_str("chatid", plan.after.chatid, str_from(chatid));
	check_str("openConversationId", plan.after.open_conversation_id,
		STR("cidVwhmrlxsR3sL3+JdH1LjUA=="));
	assert_int_equal(plan.after.tag, TAG_INTERNAL);
	check_str("name", plan.after.name, STR("群"));
	check_str("owner", plan.after.owner, STR("boss"));
	assert_int_equal(plan.after.owner_kind, PERSON_EMP);
	assert_non_null(plan.after.icon.p);
	check_str("icon", plan.after.icon, STR(""));
	check_str("made_by", plan.after.made_by, STR("app1"));
	for (unsigned i = 0; i < OPTION_COUNT; i++)
		assert_int_equal(plan.after.options[i], 0);
	assert_false(plan.after.dissolved);
	assert_int_equal(plan.after.member_count, 2);
	assert_int_equal(plan.after.version, 1);
	assert_int_equal(plan.after.link_version, 1);
	assert_int_equal(plan.changed, CHANGED_NAME | CHANGED_OWNER | CHANGED_MEMBERS);
	assert_int_equal(plan.added_count, 2);
	assert_int_equal(plan.removed_count, 0);
	assert_false(plan.history_implied);
	arena_fini(&a);
}

static void all_keys_make_an_ordinary_group(void **state)
{
	struct arena a = { 0 };
	const struct world w = { 0 };
	const struct group_create req = { .name = STR("n"),
		.owner = STR("xu2"),
		.ownerType = STR("ext"),
		.useridlist = IDS(STR("bob"), STR("bob")),
		.extidlist = IDS(STR("x1"), STR("x2"), STR("x1")),
		.conversationTag = INT(0),
		.icon = STR("@new"),
		.managementOptions =
			OPTIONS(.searchable = INT(1), .validationType = INT(0)) };
	struct group_plan plan;
	struct refusal why;

	(void)state;
	assert_true(create(&w, &req, &a, &plan, &why));

	assert_int_equal(plan.after.tag, TAG_ORDINARY);
	check_str("owner", plan.after.owner, STR("x2"));
	assert_int_equal(plan.after.owner_kind, PERSON_EXT);
	check_str("icon", plan.after.icon, STR("@new"));
	assert_int_equal(plan.after.options[OPTION_searchable], 1);
	assert_int_equal(plan.changed, CHANGED_NAME | CHANGED_OWNER | CHANGED_ICON |
					       CHANGED_MEMBERS |
					       CHANGED_OPTION_0 << OPTION_searchable);
	assert_true(plan.history_implied);
	assert_int_equal(plan.added_count, 3);
	check_str("first", plan.added[0].id, STR("bob"));
	check_str("second", plan.added[1].id, STR("x1"));
	assert_int_equal(plan.added[1].kind, PERSON_EXT);
	assert_int_equal(plan.after.member_count, 3);
	assert_int_equal(plan.add_ext.n, 2);
	assert_int_equal(plan.add_ext.v[1], OUTCOME_ADDED);
	arena_fini(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tag_is_0_or_2),
		cmocka_unit_test(values_are_in_range),
		cmocka_unit_test(owner_is_fit_to_own_it),
		cmocka_unit_test(members_are_known_and_fit),
		cmocka_unit_test(the_earlier_of_two_broken_rules_is_told),
		cmocka_unit_test(the_least_request_makes_an_internal_group),
		cmocka_unit_test(all_keys_make_an_ordinary_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
