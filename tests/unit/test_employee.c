/* SPDX-License-Identifier: Apache-2.0 */
/* Making, changing and removing employees: every rule at its boundaries, and their order.
 */
#include "testing.h"

#include "base/limits.h"
#include "group/employee.h"
#include "group/people_call.h"

#include <stdlib.h>

#define S10 "0123456789"
#define S31 S10 S10 S10 "1"
#define S32 S31 "2"
#define S64 S32 S32
#define S80 S64 S10 "123456"
#define INTS(...) \
	((struct ints){ .v = (int64_t[]){ __VA_ARGS__ }, \
		.n = sizeof((int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t), \
		.set = true })

enum call { CREATE, UPDATE, DELETE };

static const struct {
	const struct rule *rules;
	const struct field *fields;
} calls[] = {
	[CREATE] = { employee_create_rules, employee_create_fields },
	[UPDATE] = { employee_update_rules, employee_update_fields },
	[DELETE] = { employee_delete_rules, employee_delete_fields },
};

struct employee_test {
	const char *name;
	enum call call;
	struct employee_request req;
	const char *rule; /* NULL: accepted */
	const char *field;
	struct str value;
};

static struct employee_request filled_in(struct employee_request req)
{
	static int64_t one = 1;

	if (!req.userid.p)
		req.userid = STR("u");
	if (!req.name.p)
		req.name = STR("n");
	if (!req.mobile.p)
		req.mobile = STR("1");
	if (!req.dept_id_list.set)
		req.dept_id_list = (struct ints){ &one, 1, true };
	return req;
}

static void what_is_needed_must_be_sent(void **state)
{
	static int64_t one = 1;
	const struct {
		const char *missing; /* NULL: nothing */
		enum call call;
		struct employee_request req;
	} cases[] = {
		{ "name", CREATE, { .userid = STR_NONE } },
		{ "mobile", CREATE, { .name = STR("n") } },
		{ "dept_id_list", CREATE, { .name = STR("n"), .mobile = STR("1") } },
		{ NULL, CREATE,
			{ .name = STR("n"),
				.mobile = STR("1"),
				.dept_id_list = { &one, 1, true } } },
		{ "userid", UPDATE, { .name = STR("n") } },
		{ NULL, UPDATE, { .userid = STR("u") } },
		{ "userid", DELETE, { .userid = STR_NONE } },
		{ NULL, DELETE, { .userid = STR("u") } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena a = { 0 };
		struct refusal why;
		bool ok = people_call_check(calls[cases[i].call].rules,
			calls[cases[i].call].fields, &cases[i].req, &a, &why);

		assert_int_equal(ok, !cases[i].missing);
		if (cases[i].missing) {
			assert_string_equal(why.rule->id, "body.fields");
			assert_string_equal(why.field, cases[i].missing);
		}
		arena_fini(&a);
	}
}

static void requests_are_checked_at_their_boundaries(void **state)
{
	static int64_t hundred_and_one[101];
	const struct ints d100 = { hundred_and_one, 100, true };
	const struct ints d101 = { hundred_and_one, 101, true };
	const struct employee_test cases[] = {
		{ "userid of 1", DELETE, { .userid = STR("u") } },
		{ "userid of 64", DELETE, { .userid = STR(S64) } },
		{ "userid of 65", DELETE, { .userid = STR(S64 "5") }, "userid.form",
			"userid", STR(S64 "5") },
		{ "no userid", DELETE, { .userid = STR("") }, "userid.form", "userid",
			STR("") },
		{ "blank userid", UPDATE, { .userid = STR(" ") }, "userid.form", "userid",
			STR(" ") },
		{ "control character", CREATE, { .userid = STR("a\tb") }, "userid.form",
			"userid", STR("a\tb") },
		{ "name of 80", CREATE, { .name = STR(S80) } },
		{ "name of 81", CREATE, { .name = STR(S80 "1") }, "name.length", "name",
			STR(S80 "1") },
		{ "no name", UPDATE, { .name = STR("") }, "name.length", "name", STR("") },
		{ "mobile of 32", CREATE, { .mobile = STR("+" S31) } },
		{ "mobile of 33", CREATE, { .mobile = STR("+" S32) }, "mobile.form",
			"mobile", STR("+" S32) },
		{ "no mobile", CREATE, { .mobile = STR("") }, "mobile.form", "mobile",
			STR("") },
		{ "mobile with a country", UPDATE, { .mobile = STR("+852-12345678") } },
		{ "no digits", UPDATE, { .mobile = STR("+-") }, "mobile.form", "mobile",
			STR("+-") },
		{ "a plus inside", UPDATE, { .mobile = STR("1+2") }, "mobile.form",
			"mobile", STR("1+2") },
		{ "below the digits", UPDATE, { .mobile = STR("1/") }, "mobile.form",
			"mobile", STR("1/") },
		{ "above the digits", UPDATE, { .mobile = STR("1:") }, "mobile.form",
			"mobile", STR("1:") },
		{ "100 departments", CREATE, { .dept_id_list = d100 } },
		{ "101 departments", CREATE, { .dept_id_list = d101 }, "departments.list",
			"dept_id_list", STR_NONE },
		{ "an empty list", UPDATE, { .dept_id_list = { .set = true } },
			"departments.list", "dept_id_list", STR_NONE },
		{ "department 1", UPDATE, { .dept_id_list = INTS(1) } },
		{ "department 0", UPDATE, { .dept_id_list = INTS(7, 0) },
			"departments.form", "dept_id_list[1]", STR("0") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hundred_and_one); i++)
		hundred_and_one[i] = 1;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct employee_test *c = &cases[i];
		struct arena a = { 0 };
		struct employee_request req = filled_in(c->req);
		struct refusal why;
		bool ok = people_call_check(
			calls[c->call].rules, calls[c->call].fields, &req, &a, &why);

		check_case(c->name, ok == !c->rule);
		if (c->rule) {
			check_str(c->name, str_from(why.rule->id), str_from(c->rule));
			check_str(c->name, str_from(why.field), str_from(c->field));
			check_str(c->name, why.value, c->value);
		}
		arena_fini(&a);
	}
}

struct facts_test {
	const char *name;
	enum call call;
	struct employee_facts facts;
	struct department_facts departments[2];
	const char *rule; /* NULL: allowed */
	const char *field;
};

#define SEEN \
	{ \
		true, true \
	}
#define HIDDEN \
	{ \
		true, false \
	}
#define NOWHERE \
	{ \
		false, false \
	}

static void facts_decide_in_their_order(void **state)
{
	static const struct facts_test cases[] = {
		{ "nobody has the userid", CREATE, { .sees_all = true }, { SEEN, SEEN } },
		{ "he has left", CREATE, { .sees_all = true, .exists = true },
			{ SEEN, SEEN } },
		{ "all may be hidden from one who sees all", CREATE, { .sees_all = true },
			{ HIDDEN, HIDDEN } },
		{ "he works here", CREATE,
			{ .sees_all = true, .exists = true, .active = true },
			{ SEEN, SEEN }, "userid.free", "userid" },
		{ "the number is taken", CREATE, { .sees_all = true, .mobile_taken = true },
			{ SEEN, SEEN }, "mobile.free", "mobile" },
		{ "both", CREATE,
			{ .sees_all = true, .active = true, .mobile_taken = true },
			{ SEEN, SEEN }, "userid.free", "userid" },
		{ "a department of nobody", CREATE, { .sees_all = true, .active = true },
			{ SEEN, NOWHERE }, "departments.known", "dept_id_list[1]" },
		{ "a hidden department", CREATE, { 0 }, { SEEN, HIDDEN },
			"departments.visible", "dept_id_list[1]" },
		{ "a department of nobody looks hidden", CREATE, { 0 }, { SEEN, NOWHERE },
			"departments.visible", "dept_id_list[1]" },
		{ "visible departments", CREATE, { 0 }, { SEEN, SEEN } },
		{ "update", UPDATE, { .sees_all = true, .exists = true, .active = true },
			{ SEEN, SEEN } },
		{ "update of one in sight", UPDATE,
			{ .exists = true, .active = true, .visible = true },
			{ SEEN, SEEN } },
		{ "update of one out of sight", UPDATE, { .exists = true, .active = true },
			{ NOWHERE, SEEN }, "person.visible", "userid" },
		{ "update of one in sight who has left", UPDATE,
			{ .exists = true, .visible = true }, { SEEN, SEEN },
			"person.visible", "userid" },
		{ "update of nobody", UPDATE, { .sees_all = true }, { NOWHERE, SEEN },
			"person.known", "userid" },
		{ "update of one who has left", UPDATE,
			{ .sees_all = true, .exists = true }, { NOWHERE, SEEN },
			"person.known", "userid" },
		{ "update with a hidden department", UPDATE,
			{ .exists = true,
				.active = true,
				.visible = true,
				.mobile_taken = true },
			{ HIDDEN, SEEN }, "departments.visible", "dept_id_list[0]" },
		{ "update with a taken number", UPDATE,
			{ .sees_all = true, .active = true, .mobile_taken = true },
			{ SEEN, SEEN }, "mobile.free", "mobile" },
		{ "delete", DELETE, { .sees_all = true, .exists = true, .active = true },
			{ NOWHERE, NOWHERE } },
		{ "delete of one out of sight", DELETE, { .exists = true, .active = true },
			{ NOWHERE, NOWHERE }, "person.visible", "userid" },
		{ "delete of one who has left", DELETE,
			{ .sees_all = true, .exists = true }, { NOWHERE, NOWHERE },
			"person.known", "userid" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct facts_test *c = &cases[i];
		const struct employee_request req = {
			.userid = STR("u"), .mobile = STR("1"), .dept_id_list = INTS(5, 6)
		};
		struct employee_facts facts = c->facts;
		struct arena a = { 0 };
		struct refusal why;
		bool ok;

		facts.departments = c->departments;
		ok = employee_allowed(calls[c->call].rules, &req, &facts, &a, &why);
		check_case(c->name, ok == !c->rule);
		if (c->rule) {
			check_str(c->name, str_from(why.rule->id), str_from(c->rule));
			check_str(c->name, str_from(why.field), str_from(c->field));
		}
		arena_fini(&a);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_needed_must_be_sent),
		cmocka_unit_test(requests_are_checked_at_their_boundaries),
		cmocka_unit_test(facts_decide_in_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
