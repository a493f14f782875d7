/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every rule of group/update: what it lets pass and what it refuses, at its boundary; and
 * that of two broken rules the earlier is told. Written from DESIGN's table and DingTalk's
 * page api-updategroup.
 */
#include "testing.h"

#include "group_world.h"

#include "base/limits.h"

struct update_case {
	const char *name;
	struct world world;
	struct group_update req; /* chatid is filled in if it is not there */
	const char *rule; /* NULL: accepted */
	const char *field; /* path refused */
	struct str value; /* value refused; STR_NONE: none is told */
};

#define ID_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* As api/ and store/ do it: check, fetch facts, decide. */
static bool update(const struct world *w, const struct group_update *req, struct arena *a,
	struct group_plan *plan, struct refusal *why)
{
	struct group_facts facts;

	if (!group_update_check(req, a, why))
		return false;
	facts = facts_of_update(w, req, a);
	return group_update_decide(req, &facts, a, plan, why);
}

static void run_case(const struct update_case *c)
{
	struct group_update req = c->req;
	struct group_plan plan = { 0 };
	struct arena a = { 0 };
	struct refusal why;
	bool accepted;

	if (!req.chatid.p)
		req.chatid = STR("chat0001");
	accepted = update(&c->world, &req, &a, &plan, &why);

	if (!c->rule) {
		if (!accepted)
			fail_msg("%s: refused by %s", c->name, why.rule->id);
		check_case(c->name, why.rule == NULL);
	} else {
		check_case(c->name, !accepted);
		check_str(c->name, str_from(why.rule->id), str_from(c->rule));
		check_str(c->name, str_from(why.field), str_from(c->field));
		check_str(c->name, why.value, c->value);
		check_case(c->name, why.why && why.zh && why.en);
		check_case(c->name, plan.changed == 0);
	}
	arena_fini(&a);
}

static void run_cases(const struct update_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		run_case(&cases[i]);
}

static void chatid_is_an_id(void **state)
{
	const struct update_case cases[] = {
		{ "one character", .req.chatid = STR("c") },
		{ "64 characters", .req.chatid = STR(ID_64) },
		{ "empty", .req.chatid = STR(""), .rule = "body.fields", .field = "chatid",
			.value = STR("") },
		{ "65 characters", .req.chatid = STR(ID_64 "x"), .rule = "body.fields",
			.field = "chatid", .value = STR(ID_64 "x") },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
}

static void name_has_1_to_20_characters(void **state)
{
	struct arena a = { 0 };
	const struct str han = STR("群"), ascii = STR("n"), emoji = STR("\U0001f600");
	const struct update_case cases[] = {
		{ "one", .req.name = STR("x") },
		{ "20 ASCII", .req.name = repeat(ascii, 20, &a) },
		{ "20 Chinese", .req.name = repeat(han, 20, &a) },
		{ "20 emoji", .req.name = repeat(emoji, 20, &a) },
		{ "blank inside", .req.name = STR("a b") },
		{ "21 ASCII", .req.name = repeat(ascii, 21, &a), .rule = "name.length",
			.field = "name", .value = repeat(ascii, 21, &a) },
		{ "21 Chinese", .req.name = repeat(han, 21, &a), .rule = "name.length",
			.field = "name", .value = repeat(han, 21, &a) },
		{ "21 emoji", .req.name = repeat(emoji, 21, &a), .rule = "name.length",
			.field = "name", .value = repeat(emoji, 21, &a) },
		{ "empty", .req.name = STR(""), .rule = "name.length", .field = "name",
			.value = STR("") },
		{ "blank", .req.name = STR("  "), .rule = "name.length", .field = "name",
			.value = STR("  ") },
		{ "ideographic blank", .req.name = STR("　"), .rule = "name.length",
			.field = "name", .value = STR("　") },
		{ "line break", .req.name = STR("a\nb"), .rule = "name.length",
			.field = "name", .value = STR("a\nb") },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
	arena_fini(&a);
}

static void owner_type_is_emp_or_ext(void **state)
{
	const struct update_case cases[] = {
		{ "emp", .req.ownerType = STR("emp") },
		{ "ext", .world.ext_owner = true, .req.ownerType = STR("ext") },
		{ "empty", .req.ownerType = STR(""), .rule = "owner.type",
			.field = "ownerType", .value = STR("") },
		{ "capitals", .req.ownerType = STR("EMP"), .rule = "owner.type",
			.field = "ownerType", .value = STR("EMP") },
		{ "another word", .req.ownerType = STR("employee"), .rule = "owner.type",
			.field = "ownerType", .value = STR("employee") },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
}

static void lists_have_at_most_1000_ids_of_1_to_64_characters(void **state)
{
	struct arena a = { 0 };
	const struct strs ids_999 = many_ids(999, &a), ids_1000 = many_ids(1000, &a),
			  ids_1001 = many_ids(1001, &a);
	const struct world any = { .anybody = true, .member_cap = 100000 };
	const struct update_case cases[] = {
		{ "add 999", any, .req.add_useridlist = ids_999 },
		{ "add 1,000", any, .req.add_useridlist = ids_1000 },
		{ "del 1,000", any, .req.del_useridlist = ids_1000 },
		{ "del ext 1,000", any, .req.del_extidlist = ids_1000 },
		{ "four times 1,000", any,
			.req = { .add_useridlist = ids_1000,
				.del_useridlist = ids_1000,
				.del_extidlist = ids_1000 } },
		{ "ids of 64", .req.del_useridlist = IDS(STR(ID_64)) },
		{ "add 1,001", any, .req.add_useridlist = ids_1001, .rule = "members.list",
			.field = "add_useridlist" },
		{ "del 1,001", any, .req.del_useridlist = ids_1001, .rule = "members.list",
			.field = "del_useridlist" },
		{ "add ext 1,001", any, .req.add_extidlist = ids_1001,
			.rule = "members.list", .field = "add_extidlist" },
		{ "del ext 1,001", any, .req.del_extidlist = ids_1001,
			.rule = "members.list", .field = "del_extidlist" },
		{ "empty id", .req.add_useridlist = IDS(STR("bob"), STR("")),
			.rule = "members.list", .field = "add_useridlist[1]",
			.value = STR("") },
		{ "id of 65", .req.del_extidlist = IDS(STR(ID_64 "x")),
			.rule = "members.list", .field = "del_extidlist[0]",
			.value = STR(ID_64 "x") },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
	arena_fini(&a);
}

static void options_are_0_or_1(void **state)
{
	const struct update_case cases[] = {
		{ "all 0", .req.managementOptions = OPTIONS(
				   INT(0), INT(0), INT(0), INT(0), INT(0), INT(0)) },
		{ "all 1", .req.managementOptions = OPTIONS(
				   INT(1), INT(1), INT(1), INT(1), INT(1), INT(1)) },
		{ "2", .req.managementOptions = OPTIONS(.searchable = INT(2)),
			.rule = "options.range", .field = "managementOptions.searchable",
			.value = STR("2") },
		{ "-1", .req.managementOptions = OPTIONS(.managementType = INT(-1)),
			.rule = "options.range",
			.field = "managementOptions.managementType", .value = STR("-1") },
		{ "first is wrong", .rule = "options.range",
			.req.managementOptions =
				OPTIONS(.mentionAllAuthority = INT(INT64_MAX)),
			.field = "managementOptions.mentionAllAuthority",
			.value = STR("9223372036854775807") },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
}

static void group_is_an_active_one_of_this_corp_and_app(void **state)
{
	const struct update_case cases[] = {
		{ "another corp's", .world.unknown_chat = true, .rule = "chat.known",
			.field = "chatid", .value = STR("chat0001") },
		{ "from the JSAPI", .world.client_chatid = true, .rule = "chat.server_made",
			.field = "chatid", .value = STR("chat0001") },
		{ "from the JSAPI, its group not looked at", .rule = "chat.server_made",
			.world = { .client_chatid = true, .unknown_chat = true },
			.field = "chatid", .value = STR("chat0001") },
		{ "dissolved", .world.dissolved = true, .rule = "chat.active",
			.field = "chatid", .value = STR("chat0001") },
		{ "made by this app", .world.made_by = "app1" },
		{ "made by nobody", .world.made_by = "" },
		{ "made by another app", .world.made_by = "app2", .rule = "chat.app",
			.field = "chatid", .value = STR("chat0001") },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
}

static void present_owner_is_visible_to_the_app(void **state)
{
	const struct update_case cases[] = {
		{ "visible", .world.limited = true },
		{ "hidden", .world = { .limited = true, .owner_hidden = true },
			.rule = "owner.visible", .field = "chatid",
			.value = STR("chat0001") },
		{ "hidden, and to be replaced", .req.owner = STR("amy"),
			.world = { .limited = true, .owner_hidden = true },
			.rule = "owner.visible", .field = "chatid",
			.value = STR("chat0001") },
		{ "an external owner has no visibility", .world = { .limited = true,
								 .owner_hidden = true,
								 .ext_owner = true } },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
}

static void owner_type_fits_the_group_and_the_owner(void **state)
{
	const struct update_case cases[] = {
		{ "ext in an ordinary group",
			.req = { .owner = STR("x1"), .ownerType = STR("ext") } },
		{ "ext in an internal group", .world.internal = true,
			.req = { .owner = STR("x1"), .ownerType = STR("ext") },
			.rule = "owner.kind", .field = "ownerType", .value = STR("ext") },
		{ "ext alone in an internal group", .world.internal = true,
			.req.ownerType = STR("ext"), .rule = "owner.kind",
			.field = "ownerType", .value = STR("ext") },
		{ "emp in an internal group", .world.internal = true,
			.req = { .owner = STR("amy"), .ownerType = STR("emp") } },
		{ "the present kind, without owner", .req.ownerType = STR("emp") },
		{ "another kind, without owner", .req.ownerType = STR("ext"),
			.rule = "owner.kind", .field = "ownerType", .value = STR("ext") },
		{ "emp without owner, of an external's group", .world.ext_owner = true,
			.req.ownerType = STR("emp"), .rule = "owner.kind",
			.field = "ownerType", .value = STR("emp") },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
}

static void new_owner_is_visible_to_the_app(void **state)
{
	const struct update_case cases[] = {
		{ "in scope", .world.limited = true, .req.owner = STR("amy") },
		{ "out of scope", .world.limited = true, .req.owner = STR("farm"),
			.rule = "owner.new_visible", .field = "owner",
			.value = STR("farm") },
		{ "unknown, told like one out of scope", .world.limited = true,
			.req.owner = STR("nobody"), .rule = "owner.new_visible",
			.field = "owner", .value = STR("nobody") },
		{ "an external contact has no scope", .world.limited = true,
			.req = { .owner = STR("x1"), .ownerType = STR("ext") } },
		{ "the app sees all", .req.owner = STR("farm") },
		{ "the present owner again, in scope", .world.limited = true,
			.req.owner = STR("boss") },
		{ "no id at all is not a matter of scope", .world.limited = true,
			.req.owner = STR(""), .rule = "owner.known", .field = "owner",
			.value = STR("") },
		{ "too long for an id likewise", .world.limited = true,
			.req.owner = STR(ID_64 "x"), .rule = "owner.known",
			.field = "owner", .value = STR(ID_64 "x") },
		{ "one character may be an id", .world.limited = true,
			.req.owner = STR("z"), .rule = "owner.new_visible",
			.field = "owner", .value = STR("z") },
		{ "64 characters may be one", .world.limited = true,
			.req.owner = STR(ID_64), .rule = "owner.new_visible",
			.field = "owner", .value = STR(ID_64) },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
}

static void new_owner_is_known(void **state)
{
	const struct update_case cases[] = {
		{ "active employee", .req.owner = STR("amy") },
		{ "external by unionid",
			.req = { .owner = STR("x1"), .ownerType = STR("ext") } },
		{ "external by userid",
			.req = { .owner = STR("xu1"), .ownerType = STR("ext") } },
		{ "nobody", .req.owner = STR("nobody"), .rule = "owner.known",
			.field = "owner", .value = STR("nobody") },
		{ "has left", .req.owner = STR("gone"), .rule = "owner.known",
			.field = "owner", .value = STR("gone") },
		{ "has left, limited app", .world.limited = true, .req.owner = STR("gone"),
			.rule = "owner.known", .field = "owner", .value = STR("gone") },
		{ "empty", .req.owner = STR(""), .rule = "owner.known", .field = "owner",
			.value = STR("") },
		{ "65 characters", .req.owner = STR(ID_64 "x"), .rule = "owner.known",
			.field = "owner", .value = STR(ID_64 "x") },
		{ "employee called external",
			.req = { .owner = STR("amy"), .ownerType = STR("ext") },
			.rule = "owner.known", .field = "owner", .value = STR("amy") },
		{ "external called employee",
			.req = { .owner = STR("x1"), .ownerType = STR("emp") },
			.rule = "owner.known", .field = "owner", .value = STR("x1") },
		{ "without ownerType it is an employee", .world.ext_owner = true,
			.req.owner = STR("x1"), .rule = "owner.known", .field = "owner",
			.value = STR("x1") },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
}

static void externals_are_named_for_ordinary_groups_only(void **state)
{
	const struct update_case cases[] = {
		{ "ordinary", .req = { .add_extidlist = IDS(STR("x2")),
				      .del_extidlist = IDS(STR("x1")) } },
		{ "internal, add", .world.internal = true,
			.req.add_extidlist = IDS(STR("x2"), STR("x1")),
			.rule = "members.external", .field = "add_extidlist[0]",
			.value = STR("x2") },
		{ "internal, del", .world.internal = true,
			.req.del_extidlist = IDS(STR("x1")), .rule = "members.external",
			.field = "del_extidlist[0]", .value = STR("x1") },
		{ "internal, nobody named", .world.internal = true,
			.req = { .add_extidlist = NO_IDS, .del_extidlist = NO_IDS } },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
}

static void people_to_add_are_known(void **state)
{
	const struct update_case cases[] = {
		{ "active and external", .req = { .add_useridlist = IDS(STR("bob")),
						 .add_extidlist = IDS(STR("x2")) } },
		{ "scope plays no part", .world.limited = true,
			.req.add_useridlist = IDS(STR("far")) },
		{ "nobody, after a repeated one", .rule = "members.known",
			.req.add_useridlist = IDS(STR("bob"), STR("bob"), STR("nobody")),
			.field = "add_useridlist[2]", .value = STR("nobody") },
		{ "has left", .req.add_useridlist = IDS(STR("gone")),
			.rule = "members.known", .field = "add_useridlist[0]",
			.value = STR("gone") },
		{ "an external's userid", .req.add_extidlist = IDS(STR("x1"), STR("xu2")),
			.rule = "members.known", .field = "add_extidlist[1]",
			.value = STR("xu2") },
		{ "an employee as external", .req.add_extidlist = IDS(STR("bob")),
			.rule = "members.known", .field = "add_extidlist[0]",
			.value = STR("bob") },
		{ "removing somebody unknown", .req.del_useridlist = IDS(STR("nobody")) },
		{ "added and removed, unknown", .rule = "members.known",
			.req = { .add_useridlist = IDS(STR("nobody")),
				.del_useridlist = IDS(STR("nobody")) },
			.field = "add_useridlist[0]", .value = STR("nobody") },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
}

static void owner_is_a_member_after_the_change(void **state)
{
	const struct update_case cases[] = {
		{ "a member", .req.owner = STR("amy") },
		{ "added by the request",
			.req = { .owner = STR("bob"), .add_useridlist = IDS(STR("bob")) } },
		{ "not a member", .req.owner = STR("bob"), .rule = "owner.member",
			.field = "owner", .value = STR("bob") },
		{ "a member who is removed",
			.req = { .owner = STR("amy"),
				.del_useridlist = IDS(STR("admin"), STR("amy")) },
			.rule = "owner.member", .field = "del_useridlist[1]",
			.value = STR("amy") },
		{ "added and removed",
			.req = { .owner = STR("bob"),
				.add_useridlist = IDS(STR("bob")),
				.del_useridlist = IDS(STR("bob")) },
			.rule = "owner.member", .field = "del_useridlist[0]",
			.value = STR("bob") },
		{ "the present owner removed", .req.del_useridlist = IDS(STR("boss")),
			.rule = "owner.member", .field = "del_useridlist[0]",
			.value = STR("boss") },
		{ "the present owner added and removed",
			.req = { .add_useridlist = IDS(STR("boss")),
				.del_useridlist = IDS(STR("boss")) },
			.rule = "owner.member", .field = "del_useridlist[0]",
			.value = STR("boss") },
		{ "the present owner named and removed",
			.req = { .owner = STR("boss"), .del_useridlist = IDS(STR("boss")) },
			.rule = "owner.member", .field = "del_useridlist[0]",
			.value = STR("boss") },
		{ "the present owner removed, a member takes over",
			.req = { .owner = STR("amy"),
				.del_useridlist = IDS(STR("boss")) } },
		{ "the present owner removed, somebody new takes over",
			.req = { .owner = STR("bob"),
				.add_useridlist = IDS(STR("bob")),
				.del_useridlist = IDS(STR("boss")) } },
		{ "an external, added", .req = { .owner = STR("x2"),
						.ownerType = STR("ext"),
						.add_extidlist = IDS(STR("x2")) } },
		{ "an external by userid, added by unionid",
			.req = { .owner = STR("xu2"),
				.ownerType = STR("ext"),
				.add_extidlist = IDS(STR("x2")) } },
		{ "an external, not a member",
			.req = { .owner = STR("xu2"), .ownerType = STR("ext") },
			.rule = "owner.member", .field = "owner", .value = STR("xu2") },
		{ "the present external owner removed", .world.ext_owner = true,
			.req.del_extidlist = IDS(STR("x1")), .rule = "owner.member",
			.field = "del_extidlist[0]", .value = STR("x1") },
		{ "the same id in the other list is somebody else", .world.ext_owner = true,
			.req.del_useridlist = IDS(STR("x1")) },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
}

static void a_group_grows_up_to_its_cap(void **state)
{
	struct arena a = { 0 };
	const struct world six = { .member_cap = 6 }, five = { .member_cap = 5 },
			   over = { .member_cap = 5, .member_count = 9 },
			   usual = { .anybody = true };
	const struct update_case cases[] = {
		{ "reaches it", six, .req.add_useridlist = IDS(STR("bob")) },
		{ "passes it", six, .req.add_useridlist = IDS(STR("bob"), STR("cat")),
			.rule = "members.cap", .field = "add_useridlist" },
		{ "employees and externals count alike", six, .rule = "members.cap",
			.req = { .add_useridlist = IDS(STR("bob")),
				.add_extidlist = IDS(STR("x2")) },
			.field = "add_useridlist" },
		{ "an external passes it", five, .req.add_extidlist = IDS(STR("x2")),
			.rule = "members.cap", .field = "add_extidlist" },
		{ "a repeated id counts once", six,
			.req.add_useridlist = IDS(STR("bob"), STR("bob")) },
		{ "a member does not count again", five,
			.req.add_useridlist = IDS(STR("amy")) },
		{ "somebody leaves for him", five,
			.req = { .add_useridlist = IDS(STR("bob")),
				.del_useridlist = IDS(STR("amy")) } },
		{ "who is added and removed does not join", five,
			.req = { .add_useridlist = IDS(STR("bob")),
				.del_useridlist = IDS(STR("bob")) } },
		{ "over it already, nobody joins", over,
			.req = { .name = STR("x"), .del_useridlist = IDS(STR("amy")) } },
		{ "over it already, one joins and two leave", over, .rule = "members.cap",
			.req = { .add_useridlist = IDS(STR("bob")),
				.del_useridlist = IDS(STR("amy"), STR("admin")) },
			.field = "add_useridlist" },
		{ "1,000 by default", usual, .req.add_useridlist = many_ids(995, &a) },
		{ "1,001 by default", usual, .req.add_useridlist = many_ids(996, &a),
			.rule = "members.cap", .field = "add_useridlist" },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
	arena_fini(&a);
}

static void icon_is_an_image_of_this_corp(void **state)
{
	const struct update_case cases[] = {
		{ "an image", .req.icon = STR("@new") },
		{ "unknown", .req.icon = STR("@other"), .rule = "icon.known",
			.field = "icon", .value = STR("@other") },
		{ "empty", .req.icon = STR(""), .rule = "icon.known", .field = "icon",
			.value = STR("") },
		{ "65 characters", .req.icon = STR(ID_64 "x"), .rule = "icon.known",
			.field = "icon", .value = STR(ID_64 "x") },
	};

	(void)state;
	run_cases(cases, ARRAY_LEN(cases));
}

static void a_refusal_says_why(void **state)
{
	const struct {
		struct world world;
		struct group_update req;
		const char *why;
	} cases[] = {
		{ .req.name = STR("123456789012345678901"),
			.why = "21 characters, at most 20" },
		{ .req.icon = STR(""), .why = "0 characters, at least 1" },
		{ .req.owner = STR("nobody"), .why = "no employee has this userid" },
		{ .req = { .owner = STR("nobody"), .ownerType = STR("ext") },
			.why = "no external contact has this id" },
		{ .req.owner = STR("gone"), .why = "this employee has left" },
		{ .req.add_useridlist = IDS(STR("x1")),
			.why = "no active employee has this userid" },
		{ .req.add_extidlist = IDS(STR("amy")),
			.why = "no external contact has this unionid" },
		{ .world.member_cap = 5,
			.req.add_useridlist = IDS(STR("bob")),
			.why = "6 members, at most 5" },
		{ .req.owner = STR("bob"), .why = "is not a member, and is not added" },
		{ .req.del_useridlist = IDS(STR("boss")),
			.why = "this request removes the owner" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct group_update req = cases[i].req;
		struct arena a = { 0 };
		struct group_plan plan;
		struct refusal why;

		req.chatid = STR("chat0001");
		assert_false(update(&cases[i].world, &req, &a, &plan, &why));
		assert_string_equal(why.why, cases[i].why);
		arena_fini(&a);
	}
}

/* One breach of each rule that a request and a world can break together with the next. */
static void the_earlier_of_two_broken_rules_is_told(void **state)
{
	const struct world none = { 0 }, unknown = { .unknown_chat = true },
			   client = { .client_chatid = true, .dissolved = true },
			   dissolved = { .dissolved = true, .made_by = "app2" },
			   app = { .made_by = "app2",
				   .limited = true,
				   .owner_hidden = true },
			   hidden = { .limited = true,
				   .owner_hidden = true,
				   .internal = true },
			   inside = { .internal = true, .limited = true },
			   limited = { .limited = true }, internal = { .internal = true },
			   full = { .member_cap = 5 };
	const struct str bad_name = STR(""), bad_type = STR("no"), far = STR("far"),
			 nobody = STR("nobody"), no_icon = STR("@none"), ext = STR("ext");
	const struct strs bad_list = IDS(STR("")), x2 = IDS(STR("x2")),
			  unknown_ids = IDS(STR("nobody")), bob = IDS(STR("bob")),
			  boss = IDS(STR("boss"));
	struct management_options *bad_options = OPTIONS(.searchable = INT(2));
	const struct {
		const char *rule;
		struct world world;
		struct group_update req;
	} cases[] = {
		{ "body.fields", none, { .chatid = STR(""), .name = bad_name } },
		{ "name.length", none, { .name = bad_name, .ownerType = bad_type } },
		{ "owner.type", none,
			{ .ownerType = bad_type, .del_extidlist = bad_list } },
		{ "members.list", none,
			{ .del_extidlist = bad_list, .managementOptions = bad_options } },
		{ "options.range", unknown, { .managementOptions = bad_options } },
		{ "chat.known", unknown, { .icon = no_icon } },
		{ "chat.server_made", client, { .icon = no_icon } },
		{ "chat.active", dissolved, { .icon = no_icon } },
		{ "chat.app", app, { .icon = no_icon } },
		{ "owner.visible", hidden, { .ownerType = ext, .owner = far } },
		{ "owner.kind", inside, { .ownerType = ext, .owner = nobody } },
		{ "owner.new_visible", limited, { .owner = nobody } },
		{ "owner.known", internal, { .owner = nobody, .add_extidlist = x2 } },
		{ "members.external", internal,
			{ .add_extidlist = x2, .add_useridlist = unknown_ids } },
		{ "members.known", none,
			{ .add_useridlist = unknown_ids, .del_useridlist = boss } },
		{ "owner.member", full,
			{ .add_useridlist = IDS(STR("bob"), STR("cat")),
				.del_useridlist = boss } },
		{ "members.cap", full, { .add_useridlist = bob, .icon = no_icon } },
		{ "icon.known", none, { .icon = no_icon } },
	};
	size_t next = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct group_update req = cases[i].req;
		struct arena a = { 0 };
		struct group_plan plan;
		struct refusal why;

		if (!req.chatid.p)
			req.chatid = STR("chat0001");
		assert_false(update(&cases[i].world, &req, &a, &plan, &why));
		assert_string_equal(why.rule->id, cases[i].rule);
		/* and no rule of the table is left out here */
		assert_string_equal(group_update_rules[next++].id, cases[i].rule);
		arena_fini(&a);
	}
	assert_null(group_update_rules[next].id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chatid_is_an_id),
		cmocka_unit_test(name_has_1_to_20_characters),
		cmocka_unit_test(owner_type_is_emp_or_ext),
		cmocka_unit_test(lists_have_at_most_1000_ids_of_1_to_64_characters),
		cmocka_unit_test(options_are_0_or_1),
		cmocka_unit_test(group_is_an_active_one_of_this_corp_and_app),
		cmocka_unit_test(present_owner_is_visible_to_the_app),
		cmocka_unit_test(owner_type_fits_the_group_and_the_owner),
		cmocka_unit_test(new_owner_is_visible_to_the_app),
		cmocka_unit_test(new_owner_is_known),
		cmocka_unit_test(externals_are_named_for_ordinary_groups_only),
		cmocka_unit_test(people_to_add_are_known),
		cmocka_unit_test(owner_is_a_member_after_the_change),
		cmocka_unit_test(a_group_grows_up_to_its_cap),
		cmocka_unit_test(icon_is_an_image_of_this_corp),
		cmocka_unit_test(a_refusal_says_why),
		cmocka_unit_test(the_earlier_of_two_broken_rules_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
