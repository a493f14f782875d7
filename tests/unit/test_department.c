/* SPDX-License-Identifier: Apache-2.0 */
/* Departments: every rule at its boundaries, and their order. */
#include "testing.h"

#include "base/limits.h"
#include "group/department.h"
#include "group/people_call.h"

#include <stdlib.h>

#define S10 "0123456789"
#define S64 S10 S10 S10 S10 S10 S10 "1234"
#define ID(number) \
	{ \
		(number), true \
	}

enum call { CREATE, UPDATE, DELETE, LIST, GET, PATH };

static const struct {
	const struct rule *rules;
	const struct field *fields;
} calls[] = {
	[CREATE] = { department_create_rules, department_create_fields },
	[UPDATE] = { department_update_rules, department_update_fields },
	[DELETE] = { department_delete_rules, department_delete_fields },
	[LIST] = { department_read_rules, department_list_fields },
	[GET] = { department_read_rules, department_get_fields },
	[PATH] = { department_path_rules, department_path_fields },
};

struct request_test {
	const char *name;
	enum call call;
	struct department_request req;
	const char *rule; /* NULL: accepted */
	const char *field;
};

static void requests_are_checked_at_their_boundaries(void **state)
{
	static const struct request_test cases[] = {
		{ "a new one", CREATE, { .name = STR_INIT("n"), .parent_id = ID(1) } },
		{ "no name", CREATE, { .parent_id = ID(1) }, "body.fields", "name" },
		{ "no parent", CREATE, { .name = STR_INIT("n") }, "body.fields",
			"parent_id" },
		{ "parent 0", CREATE, { .name = STR_INIT("n"), .parent_id = ID(0) },
			"parent.form", "parent_id" },
		{ "the largest parent", CREATE,
			{ .name = STR_INIT("n"), .parent_id = ID(9007199254740991) } },
		{ "a larger parent", CREATE,
			{ .name = STR_INIT("n"), .parent_id = ID(9007199254740992) },
			"parent.form", "parent_id" },
		{ "name of 64", CREATE, { .name = STR_INIT(S64), .parent_id = ID(1) } },
		{ "name of 65", CREATE, { .name = STR_INIT(S64 "5"), .parent_id = ID(1) },
			"name.length", "name" },
		{ "empty name", UPDATE, { .name = STR_INIT(""), .dept_id = ID(2) },
			"name.length", "name" },
		{ "blank name", UPDATE, { .name = STR_INIT(" "), .dept_id = ID(2) },
			"name.length", "name" },
		{ "minus", UPDATE, { .name = STR_INIT("a-"), .dept_id = ID(2) },
			"name.characters", "name" },
		{ "comma", UPDATE, { .name = STR_INIT(",a"), .dept_id = ID(2) },
			"name.characters", "name" },
		{ "wide comma", UPDATE, { .name = STR_INIT("a，a"), .dept_id = ID(2) },
			"name.characters", "name" },
		{ "nothing but a department", UPDATE, { .dept_id = ID(2) } },
		{ "no department", UPDATE, { .name = STR_INIT("n") }, "body.fields",
			"dept_id" },
		{ "department 0", UPDATE, { .dept_id = ID(0) }, "department.form",
			"dept_id" },
		{ "removed", DELETE, { .dept_id = ID(1) } },
		{ "negative", DELETE, { .dept_id = ID(-1) }, "department.form", "dept_id" },
		{ "the root's", LIST, { .language = STR_INIT("zh_CN") } },
		{ "below 0", LIST, { .dept_id = ID(0) }, "department.form", "dept_id" },
		{ "which?", GET, { .language = STR_INIT("zh_CN") }, "body.fields",
			"dept_id" },
		{ "who?", PATH, { .language = STR_INIT("zh_CN") }, "body.fields",
			"userid" },
		{ "somebody", PATH, { .userid = STR_INIT("u") } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct request_test *c = &cases[i];
		struct arena a = { 0 };
		struct refusal why;
		bool ok = people_call_check(
			calls[c->call].rules, calls[c->call].fields, &c->req, &a, &why);

		check_case(c->name, ok == !c->rule);
		if (c->rule) {
			check_str(c->name, str_from(why.rule->id), str_from(c->rule));
			check_str(c->name, str_from(why.field), str_from(c->field));
		}
		arena_fini(&a);
	}
}

struct state_test {
	const char *name;
	enum call call;
	struct department_request req;
	struct department_state state;
	const char *rule; /* NULL: allowed */
};

/* All is well, for an app that sees the department and the parent, but not all. */
#define WELL \
	.known = true, .visible = true, .parent_known = true, .parent_visible = true, \
	.person_known = true
#define MOVE \
	{ \
		.dept_id = ID(2), .parent_id = ID(3) \
	}
#define ONE \
	{ \
		.dept_id = ID(2) \
	}
#define ROOT \
	{ \
		.dept_id = ID(1) \
	}

static void facts_decide_in_their_order(void **state)
{
	static const struct state_test cases[] = {
		{ "made", CREATE, { .parent_id = ID(3) }, { WELL, .levels = 32 } },
		{ "an unseen parent", CREATE, { .parent_id = ID(3) },
			{ .parent_known = true, .levels = 33 }, "parent.visible" },
		{ "seen by one who sees all", CREATE, { .parent_id = ID(3) },
			{ .sees_all = true, .parent_known = true } },
		{ "no parent", CREATE, { .parent_id = ID(3) },
			{ .sees_all = true, .levels = 33 }, "parent.known" },
		{ "too deep", CREATE, { .parent_id = ID(3) },
			{ WELL, .levels = 33, .name_taken = true }, "department.levels" },
		{ "a taken name", CREATE, { .parent_id = ID(3) },
			{ WELL, .name_taken = true }, "name.free" },
		{ "moved", UPDATE, MOVE, { WELL } },
		{ "renamed, so there is no parent", UPDATE, ONE,
			{ .known = true, .visible = true } },
		{ "unseen", UPDATE, MOVE, { .known = true }, "department.visible" },
		{ "unknown", UPDATE, MOVE, { .sees_all = true }, "department.known" },
		{ "the root", UPDATE, ROOT, { WELL }, "department.root" },
		{ "to an unseen parent", UPDATE, MOVE, { .known = true, .visible = true },
			"parent.visible" },
		{ "to no parent", UPDATE, MOVE, { .sees_all = true, .known = true },
			"parent.known" },
		{ "below itself", UPDATE, MOVE,
			{ WELL, .parent_below = true, .levels = 33 }, "parent.elsewhere" },
		{ "too deep there", UPDATE, MOVE,
			{ WELL, .levels = 33, .name_taken = true }, "department.levels" },
		{ "a taken name there", UPDATE, MOVE, { WELL, .name_taken = true },
			"name.free" },
		{ "removed", DELETE, ONE, { WELL } },
		{ "removed unseen", DELETE, ONE, { .known = true }, "department.visible" },
		{ "nothing to remove", DELETE, ONE, { .sees_all = true },
			"department.known" },
		{ "the root removed", DELETE, ROOT, { WELL, .has_people = true },
			"department.root" },
		{ "with people", DELETE, ONE,
			{ WELL, .has_people = true, .has_departments = true },
			"department.people" },
		{ "with departments", DELETE, ONE, { WELL, .has_departments = true },
			"department.empty" },
		{ "read", GET, ROOT, { WELL } },
		{ "read unseen", GET, ONE, { .known = true }, "department.visible" },
		{ "read unknown", LIST, ONE, { .sees_all = true }, "department.known" },
		{ "somebody", PATH, { .userid = STR_INIT("u") }, { WELL } },
		{ "nobody", PATH, { .userid = STR_INIT("u") }, { .sees_all = true },
			"person.known" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct state_test *c = &cases[i];
		struct arena a = { 0 };
		struct refusal why;
		bool ok = department_allowed(
			calls[c->call].rules, &c->req, &c->state, &a, &why);

		check_case(c->name, ok == !c->rule);
		if (c->rule)
			check_str(c->name, str_from(why.rule->id), str_from(c->rule));
		arena_fini(&a);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_checked_at_their_boundaries),
		cmocka_unit_test(facts_decide_in_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
