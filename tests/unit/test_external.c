/* SPDX-License-Identifier: Apache-2.0 */
/* External contacts: every rule at its boundaries, and their order. */
#include "testing.h"

#include "base/limits.h"
#include "group/external.h"
#include "group/people_call.h"

#include <stdlib.h>

#define S16 "0123456789abcdef"
#define S64 S16 S16 S16 S16
#define S80 S64 S16
#define S256 S64 S64 S64 S64

static int64_t numbers[21];
static struct str words[21];

enum call { CREATE, UPDATE, ONE, PAGE };

static const struct {
	const struct rule *rules;
	const struct field *fields;
} calls[] = {
	[CREATE] = { external_create_rules, external_create_fields },
	[UPDATE] = { external_update_rules, external_update_fields },
	[ONE] = { external_one_rules, external_one_fields },
	[PAGE] = { external_list_rules, external_list_fields },
};

/* A contact in which all that is needed is there. */
static struct external_contact whole(void)
{
	return (struct external_contact){ .name = STR("n"),
		.follower_user_id = STR("u"),
		.label_ids = { numbers, 1, true },
		.state_code = STR("86"),
		.mobile = STR("138"),
		.user_id = STR("x") };
}

static void check(const char *name, enum call call, const struct external_request *req,
	const char *rule, const char *field)
{
	struct arena a = { 0 };
	struct refusal why;
	bool ok = people_call_check(calls[call].rules, calls[call].fields, req, &a, &why);

	check_case(name, ok == !rule);
	if (rule) {
		check_str(name, str_from(why.rule->id), str_from(rule));
		check_str(name, str_from(why.field), str_from(field));
	}
	arena_fini(&a);
}

#define CONTACT_CASE(name, call, rule, field, ...) \
	do { \
		struct external_contact x = whole(); \
		const struct external_request req = { .contact = &x }; \
		__VA_ARGS__; \
		check(name, call, &req, rule, field); \
	} while (0)

static void contacts_are_checked_at_their_boundaries(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		words[i] = STR("u");
	check("no contact", CREATE, &(struct external_request){ 0 }, "body.fields",
		"contact");
	CONTACT_CASE("whole", CREATE, NULL, NULL, (void)x);
	CONTACT_CASE("whole", UPDATE, NULL, NULL, (void)x);
	CONTACT_CASE("no name", CREATE, "body.fields", "contact.name", x.name = STR_NONE);
	CONTACT_CASE("no labels", CREATE, "body.fields", "contact.label_ids",
		x.label_ids.set = false);
	CONTACT_CASE("no follower", UPDATE, "body.fields", "contact.follower_user_id",
		x.follower_user_id = STR_NONE);
	CONTACT_CASE(
		"no number", CREATE, "body.fields", "contact.mobile", x.mobile = STR_NONE);
	CONTACT_CASE("no number to change", UPDATE, NULL, NULL, x.mobile = STR_NONE);
	CONTACT_CASE(
		"who?", UPDATE, "body.fields", "contact.user_id", x.user_id = STR_NONE);
	CONTACT_CASE("name of 80", CREATE, NULL, NULL, x.name = STR(S80));
	CONTACT_CASE("name of 81", CREATE, "contact.range", "contact.name",
		x.name = STR(S80 "1"));
	CONTACT_CASE(
		"blank name", CREATE, "contact.range", "contact.name", x.name = STR(" "));
	CONTACT_CASE("remark of 256", CREATE, NULL, NULL, x.remark = STR(S256));
	CONTACT_CASE("remark of 257", CREATE, "contact.range", "contact.remark",
		x.remark = STR(S256 "1"));
	CONTACT_CASE("no title", UPDATE, NULL, NULL, x.title = STR(""));
	CONTACT_CASE("20 labels", CREATE, NULL, NULL, x.label_ids.n = 20);
	CONTACT_CASE("21 labels", CREATE, "contact.range", "contact.label_ids",
		x.label_ids.n = 21);
	CONTACT_CASE("20 users", CREATE, NULL, NULL,
		x.share_user_ids = ((struct strs){ words, 20, true }));
	CONTACT_CASE("21 users", CREATE, "contact.range", "contact.share_user_ids",
		x.share_user_ids = ((struct strs){ words, 21, true }));
	CONTACT_CASE("a number", CREATE, NULL, NULL, x.mobile = STR("+86-138"));
	CONTACT_CASE("no number at all", CREATE, "mobile.form", "contact.mobile",
		x.mobile = STR("no"));
}

static void the_other_requests_are_checked(void **state)
{
	static const struct {
		struct opt_int size, offset;
		const char *rule, *field;
	} pages[] = {
		{ { 0 }, { 0 }, NULL, NULL },
		{ { 1, true }, { 0, true }, NULL, NULL },
		{ { 100, true }, { 1000000000, true }, NULL, NULL },
		{ { 0, true }, { 0, true }, "page.range", "size" },
		{ { 101, true }, { 0, true }, "page.range", "size" },
		{ { 1, true }, { -1, true }, "page.range", "offset" },
		{ { 1, true }, { 1000000001, true }, "page.range", "offset" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pages); i++)
		check("page", PAGE,
			&(struct external_request){
				.size = pages[i].size, .offset = pages[i].offset },
			pages[i].rule, pages[i].field);
	check("one", ONE, &(struct external_request){ .user_id = STR("x") }, NULL, NULL);
	check("which?", ONE, &(struct external_request){ 0 }, "body.fields", "user_id");
}

static void facts_decide_in_their_order(void **state)
{
	static const struct {
		const char *name;
		enum call call;
		bool known, follower, user, department;
		const char *rule, *field;
	} cases[] = {
		{ "made", CREATE, false, true, true, true, NULL, NULL },
		{ "follower", CREATE, false, false, false, false, "follower.known",
			"contact.follower_user_id" },
		{ "user", CREATE, false, true, false, false, "users.known",
			"contact.share_user_ids[0]" },
		{ "department", CREATE, false, true, true, false, "departments.known",
			"contact.share_dept_ids[0]" },
		{ "changed", UPDATE, true, true, true, true, NULL, NULL },
		{ "nobody changed", UPDATE, false, false, true, true, "contact.known",
			"contact.user_id" },
		{ "removed", ONE, true, false, false, false, NULL, NULL },
		{ "nobody removed", ONE, false, false, false, false, "contact.known",
			"user_id" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct external_contact x = whole();
		struct external_request req = { .contact = &x, .user_id = STR("x") };
		const struct external_facts facts = { .known = cases[i].known,
			.follower_known = cases[i].follower,
			.users_known = &cases[i].user,
			.departments_known = &cases[i].department };
		struct arena a = { 0 };
		struct refusal why;
		bool ok;

		x.share_user_ids = (struct strs){ words, 1, true };
		x.share_dept_ids = (struct ints){ numbers, 1, true };
		if (cases[i].call == ONE)
			req.contact = NULL;
		ok = external_allowed(calls[cases[i].call].rules, &req, &facts, &a, &why);
		check_case(cases[i].name, ok == !cases[i].rule);
		if (cases[i].rule) {
			check_str(cases[i].name, str_from(why.rule->id),
				str_from(cases[i].rule));
			check_str(cases[i].name, str_from(why.field),
				str_from(cases[i].field));
		}
		arena_fini(&a);
	}
}

/* Not one of these calls has such a key; those of people_call.h may. */
static void an_object_that_may_be_left_out_need_not_be_whole_then(void **state)
{
	static const struct field inner[] = {
		FIELD(struct external_contact, name, .flags = F_NEEDED), { 0 }
	};
	static const struct field outer[] = {
		FIELD_OBJECT(struct external_request, contact, inner), { 0 }
	};
	struct external_contact contact = { .title = STR("t") };
	struct external_request req = { 0 };
	struct arena a = { 0 };
	struct people_call call = { &req, outer, &a };
	struct refusal why = { 0 };

	(void)state;
	assert_true(all_is_sent(NULL, &call, &why));
	req.contact = &contact;
	assert_false(all_is_sent(NULL, &call, &why));
	assert_string_equal(why.field, "contact.name");
	contact.name = STR("n");
	assert_true(all_is_sent(NULL, &call, &why));
	arena_fini(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(contacts_are_checked_at_their_boundaries),
		cmocka_unit_test(the_other_requests_are_checked),
		cmocka_unit_test(facts_decide_in_their_order),
		cmocka_unit_test(an_object_that_may_be_left_out_need_not_be_whole_then),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
