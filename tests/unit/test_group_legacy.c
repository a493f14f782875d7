/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The old API's create and update: the rows that are theirs alone, at their boundaries, and
 * that their requests become those of the new API. What both share is test_group_update.c's
 * and test_group_create.c's.
 */
#include "testing.h"

#include "group_world.h"

#include "base/limits.h"
#include "group/legacy.h"

#define UPDATE(...) .req = { .group = { .chatid = STR("chat0001"), __VA_ARGS__ } }

struct update_case {
	const char *name;
	struct world world;
	struct legacy_update req;
	int errcode; /* 0: accepted */
	const char *rule, *field;
};

static void check_refusal(const char *name, const struct refusal *why, bool accepted,
	int errcode, const char *rule, const char *field)
{
	if (!errcode) {
		if (!accepted)
			fail_msg("%s: refused by %s", name, why->rule->id);
		return;
	}
	check_case(name, !accepted);
	check_str(name, str_from(why->rule->id), str_from(rule));
	check_str(name, str_from(why->field), str_from(field));
	check_case(name, why->rule->errcode == errcode);
	check_case(name, why->why && why->zh && why->en);
}

static bool update(const struct world *w, const struct legacy_update *req, struct arena *a,
	struct group_plan *plan, struct refusal *why)
{
	struct group_update group;
	struct group_facts facts;

	if (!legacy_update_check(req, a, why))
		return false;
	group = legacy_update_group(req, a);
	facts = facts_of_update(w, &group, a);
	return group_update_decide_by(legacy_update_rules, &group, &facts, a, plan, why);
}

static void run_updates(const struct update_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct update_case *c = &cases[i];
		struct arena a = { 0 };
		struct group_plan plan = { 0 };
		struct refusal why;
		bool accepted = update(&c->world, &c->req, &a, &plan, &why);

		check_refusal(c->name, &why, accepted, c->errcode, c->rule, c->field);
		arena_fini(&a);
	}
}

static void chatid_is_sent(void **state)
{
	const struct update_case cases[] = {
		{ "absent", .errcode = 49000, .rule = "chatid.sent", .field = "chatid" },
		{ "empty", .req.group.chatid = STR(""), .errcode = 49000,
			.rule = "chatid.sent", .field = "chatid" },
		{ "one character", .req.group.chatid = STR("c") },
	};

	(void)state;
	run_updates(cases, ARRAY_LEN(cases));
}

static void at_most_40_are_added_and_1000_removed(void **state)
{
	const struct world any = { .anybody = true, .member_cap = 5000 };
	struct arena a = { 0 };
	const struct update_case cases[] = {
		{ "39", any, UPDATE(.add_useridlist = many_ids(39, &a)) },
		{ "40", any, UPDATE(.add_useridlist = many_ids(40, &a)) },
		{ "41", any, UPDATE(.add_useridlist = many_ids(41, &a)), 49011,
			"members.count", "add_useridlist" },
		{ "999 to remove", any, UPDATE(.del_useridlist = many_ids(999, &a)) },
		{ "1,000 to remove", any, UPDATE(.del_useridlist = many_ids(1000, &a)) },
		{ "1,001 to remove", any, UPDATE(.del_useridlist = many_ids(1001, &a)),
			49011, "members.count", "del_useridlist" },
		{ "41 externals", any, UPDATE(.add_extidlist = many_ids(41, &a)), 49012,
			"externals.count", "add_extidlist" },
		{ "1,000 externals to remove", any,
			UPDATE(.del_extidlist = many_ids(1000, &a)) },
		{ "1,001 externals to remove", any,
			UPDATE(.del_extidlist = many_ids(1001, &a)), 49012,
			"externals.count", "del_extidlist" },
		{ "an empty id", any, UPDATE(.add_useridlist = IDS(STR(""))), 40031,
			"members.list", "add_useridlist[0]" },
	};

	(void)state;
	assert_int_equal(LIMIT_OLD_LIST, 40);
	run_updates(cases, ARRAY_LEN(cases));
	arena_fini(&a);
}

static void nobody_comes_and_goes_at_once(void **state)
{
	const struct update_case cases[] = {
		{ "different people", .world = { 0 },
			UPDATE(.add_useridlist = IDS(STR("bob")),
				.del_useridlist = IDS(STR("amy"))) },
		{ "the same", .world = { 0 },
			UPDATE(.add_useridlist = IDS(STR("cat"), STR("bob")),
				.del_useridlist = IDS(STR("amy"), STR("bob"))),
			49004, "members.disjoint", "add_useridlist[1]" },
		{ "different externals", .world = { 0 },
			UPDATE(.add_extidlist = IDS(STR("x2")),
				.del_extidlist = IDS(STR("x1"))) },
		{ "the same external", .world = { 0 },
			UPDATE(.add_extidlist = IDS(STR("x2")),
				.del_extidlist = IDS(STR("x1"), STR("x2"))),
			49023, "externals.disjoint", "add_extidlist[0]" },
		{ "an employee and an external of one id", .world = { 0 },
			UPDATE(.add_extidlist = IDS(STR("x2")),
				.del_useridlist = IDS(STR("x2"))) },
	};

	(void)state;
	run_updates(cases, ARRAY_LEN(cases));
}

static void an_owner_who_is_nobody_is_told_by_his_kind(void **state)
{
	const struct update_case cases[] = {
		{ "employee", .world = { 0 }, UPDATE(.owner = STR("nobody")), 49018,
			"owner.known", "owner" },
		{ "empty", .world = { 0 }, UPDATE(.owner = STR("")), 49018, "owner.known",
			"owner" },
		{ "external", .world = { 0 },
			UPDATE(.owner = STR("boss"), .ownerType = STR("ext")), 49019,
			"owner.external_known", "owner" },
		{ "a known one", .world = { 0 },
			UPDATE(.owner = STR("x1"), .ownerType = STR("ext")) },
		{ "a known employee", .world = { 0 }, UPDATE(.owner = STR("amy")) },
	};

	(void)state;
	run_updates(cases, ARRAY_LEN(cases));
}

static void an_option_is_0_or_1(void **state)
{
	const struct update_case cases[] = {
		{ "0", .req = { { .chatid = STR("c") }, { .searchable = INT(0) } } },
		{ "2", .req = { { .chatid = STR("c") }, { .searchable = INT(2) } },
			.errcode = 40035, .rule = "options.range", .field = "searchable" },
		{ "out of range although isBan overrules it",
			.req = { { .chatid = STR("c") }, { .chatBannedType = INT(2) },
				.isBan = { true, true } },
			.errcode = 40035, .rule = "options.range",
			.field = "chatBannedType" },
	};

	(void)state;
	run_updates(cases, ARRAY_LEN(cases));
}

static void flat_options_become_management_options(void **state)
{
	static const struct opt_bool yes = { true, true }, no = { false, true }, none;
	const struct {
		const char *name;
		struct management_options sent;
		struct opt_bool is_ban;
		bool any;
		struct opt_int banned, searchable;
	} cases[] = {
		{ "none", .any = false },
		{ "one", { .searchable = INT(1) }, none, true, { 0 }, INT(1) },
		{ "chatBannedType", { .chatBannedType = INT(1) }, none, true, INT(1),
			{ 0 } },
		{ "isBan true", .is_ban = yes, true, INT(1), { 0 } },
		{ "isBan false", .is_ban = no, true, INT(0), { 0 } },
		{ "isBan overrules", { .chatBannedType = INT(0) }, yes, true, INT(1),
			{ 0 } },
		{ "isBan overrules too", { .chatBannedType = INT(1) }, no, true, INT(0),
			{ 0 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena a = { 0 };
		const struct legacy_update req = { .options = cases[i].sent,
			.isBan = cases[i].is_ban };
		const struct management_options *got =
			legacy_update_group(&req, &a).managementOptions;

		check_case(cases[i].name, (got != NULL) == cases[i].any);
		if (got) {
			check_case(cases[i].name,
				got->chatBannedType.set == cases[i].banned.set);
			check_case(cases[i].name,
				got->chatBannedType.value == cases[i].banned.value);
			check_case(cases[i].name,
				got->searchable.set == cases[i].searchable.set);
		}
		arena_fini(&a);
	}
}

static void a_mute_alone_says_nothing_of_the_history(void **state)
{
	static const struct opt_bool yes = { true, true };
	const struct {
		const char *name;
		struct legacy_update req;
		bool implied;
		unsigned changed;
	} cases[] = {
		{ "isBan", { .isBan = yes }, false,
			CHANGED_OPTION_0 << OPTION_chatBannedType },
		{ "isBan and one of the six",
			{ .options.searchable = INT(0), .isBan = yes }, true,
			CHANGED_OPTION_0 << OPTION_chatBannedType |
				CHANGED_OPTION_0 << OPTION_showHistoryType },
		{ "isBan, and what it overrules",
			{ .options.chatBannedType = INT(0), .isBan = yes }, true,
			CHANGED_OPTION_0 << OPTION_chatBannedType |
				CHANGED_OPTION_0 << OPTION_showHistoryType },
		{ "isBan and the history",
			{ .options.showHistoryType = INT(0), .isBan = yes }, false,
			CHANGED_OPTION_0 << OPTION_chatBannedType |
				CHANGED_OPTION_0 << OPTION_showHistoryType },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct world w = { 0 };
		struct arena a = { 0 };
		struct group_update req = legacy_update_group(&cases[i].req, &a);
		struct group_facts facts = facts_of_update(&w, &req, &a);
		struct group_plan plan;
		struct refusal why;

		/* given: anybody may talk, and read the history */
		memset(facts.chat.options, 0, sizeof(facts.chat.options));
		facts.chat.options[OPTION_showHistoryType] = 1;
		check_case(cases[i].name, group_update_decide_by(legacy_update_rules, &req,
						  &facts, &a, &plan, &why));
		check_case(cases[i].name, plan.history_implied == cases[i].implied);
		check_case(cases[i].name, plan.changed == cases[i].changed);
		check_case(cases[i].name, plan.after.options[OPTION_chatBannedType] == 1);
		arena_fini(&a);
	}
}

/* ---- create ---- */

struct create_case {
	const char *name;
	struct group_create req; /* name, owner and useridlist are filled in if not sent */
	int errcode;
	const char *rule, *field;
	bool leave; /* nothing is filled in */
};

static bool create(const struct legacy_create *req, struct arena *a,
	struct group_plan *plan, struct refusal *why)
{
	const struct world w = { .anybody = true };
	const struct chat fresh = { .chatid = STR("chat1"),
		.open_conversation_id = STR("cid1") };
	struct group_create group;
	struct group_facts facts;

	if (!legacy_create_check(req, a, why))
		return false;
	group = legacy_create_group(req, a);
	facts = facts_of_create(&w, &group, a);
	return group_create_decide_by(
		legacy_create_rules, &group, &facts, &fresh, a, plan, why);
}

static void a_create_has_a_name_an_owner_and_people(void **state)
{
	struct arena ids = { 0 };
	const struct create_case cases[] = {
		{ "all", .errcode = 0 },
		{ "no name", { .name = STR_NONE }, 40035, "name.sent", "name", true },
		{ "empty name", { .name = STR("") }, 40035, "name.sent", "name", true },
		{ "no owner", { .name = STR("g") }, 49013, "owner.sent", "owner", true },
		{ "no people", { .name = STR("g"), .owner = STR("boss") }, 49010,
			"members.sent", "useridlist", true },
		{ "an empty list", { .useridlist = NO_IDS }, 49010, "members.sent",
			"useridlist", false },
		{ "tag 1", { .conversationTag = INT(1) }, 49008, "tag.known",
			"conversationTag", false },
		{ "name of 20", { .name = repeat(STR("x"), 20, &ids) }, 0, NULL, NULL,
			false },
		{ "name of 21", { .name = repeat(STR("x"), 21, &ids) }, 400002,
			"name.length", "name", false },
		{ "39", { .owner = STR("n0"), .useridlist = many_ids(39, &ids) }, 0, NULL,
			NULL, false },
		{ "40", { .owner = STR("n0"), .useridlist = many_ids(40, &ids) }, 0, NULL,
			NULL, false },
		{ "41", { .owner = STR("n0"), .useridlist = many_ids(41, &ids) }, 49011,
			"members.count", "useridlist", false },
		{ "41 externals", { .extidlist = many_ids(41, &ids) }, 49012,
			"externals.count", "extidlist", false },
		{ "external owner of an internal group", { .ownerType = STR("ext") }, 49009,
			"owner.kind", "ownerType", false },
		{ "owner not listed", { .owner = STR("bob") }, 49006, "owner.member",
			"owner", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct create_case *c = &cases[i];
		const struct strs usual = IDS(STR("boss"), STR("amy"));
		struct legacy_create req = { .group = c->req };
		struct arena a = { 0 };
		struct group_plan plan = { 0 };
		struct refusal why;
		bool accepted;

		if (!c->leave) {
			if (!req.group.name.p)
				req.group.name = STR("g");
			if (!req.group.owner.p)
				req.group.owner = STR("boss");
			if (!req.group.useridlist.set)
				req.group.useridlist = usual;
		}
		accepted = create(&req, &a, &plan, &why);
		check_refusal(c->name, &why, accepted, c->errcode, c->rule, c->field);
		arena_fini(&a);
	}
	arena_fini(&ids);
}

static void a_created_group_has_the_options_sent(void **state)
{
	struct arena a = { 0 };
	const struct legacy_create req = {
		{ .name = STR("g"), .owner = STR("boss"), .useridlist = IDS(STR("boss")) },
		{ .searchable = INT(1) },
	};
	struct group_plan plan = { 0 };
	struct refusal why;

	(void)state;
	assert_true(create(&req, &a, &plan, &why));
	assert_int_equal(plan.after.options[OPTION_searchable], 1);
	assert_int_equal(plan.after.options[OPTION_chatBannedType], 0);
	arena_fini(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chatid_is_sent),
		cmocka_unit_test(at_most_40_are_added_and_1000_removed),
		cmocka_unit_test(nobody_comes_and_goes_at_once),
		cmocka_unit_test(an_owner_who_is_nobody_is_told_by_his_kind),
		cmocka_unit_test(an_option_is_0_or_1),
		cmocka_unit_test(flat_options_become_management_options),
		cmocka_unit_test(a_mute_alone_says_nothing_of_the_history),
		cmocka_unit_test(a_create_has_a_name_an_owner_and_people),
		cmocka_unit_test(a_created_group_has_the_options_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
