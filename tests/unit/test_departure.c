/* SPDX-License-Identifier: Apache-2.0 */
/* Who becomes the owner when the owner leaves the company, and what becomes of the group.
 */
#include "testing.h"

#include "group/departure.h"

#define EMP(name, is_admin, is_active) \
	{ \
		{ .kind = PERSON_EMP, .id = STR_INIT(name), .admin = (is_admin) }, \
			is_active \
	}
#define EXT(name, is_admin) \
	{ \
		{ .kind = PERSON_EXT, .id = STR_INIT(name), .admin = (is_admin) }, true \
	}

/* One of each sort, the least first, as an ordinary and as an internal group rank them. */
static const struct heir ordinary[] = {
	EMP("left", false, false),
	EMP("left-admin", true, false),
	EXT("ext", false),
	EMP("emp", false, true),
	EXT("ext-admin", true),
	EMP("emp-admin", true, true),
};
static const struct heir internal[] = {
	EXT("ext", false),
	EXT("ext-admin", true),
	EMP("left", false, false),
	EMP("left-admin", true, false),
	EMP("emp", false, true),
	EMP("emp-admin", true, true),
};

static const struct chat group = {
	.chatid = STR_INIT("chat1"),
	.owner = STR_INIT("boss"),
	.member_count = 7,
	.version = 4,
	.link_version = 2,
	.last_ledger = 9,
};
static const struct member boss = { .kind = PERSON_EMP, .id = STR_INIT("boss") };

static struct group_plan leave(const struct chat *chat, const struct member *leaver,
	const struct heir *heirs, size_t n, struct arena *a)
{
	const struct leave_facts f = { *chat, *leaver, heirs, n };
	struct group_plan plan;

	group_leave(&f, a, &plan);
	return plan;
}

static void assert_succession(
	enum conversation_tag tag, const struct heir *sorts, size_t n, const char *what)
{
	/* given: any pair of sorts, in both orders; then: the greater one follows */
	for (size_t less = 0; less < n; less++)
		for (size_t more = less + 1; more < n; more++) {
			const struct heir up[] = { sorts[less], sorts[more] };
			const struct heir down[] = { sorts[more], sorts[less] };
			struct chat chat = group;
			struct arena a = { 0 };
			struct group_plan plan;

			chat.tag = tag;
			plan = leave(&chat, &boss, up, 2, &a);
			check_str(what, plan.after.owner, sorts[more].member.id);
			check_case(what, plan.after.owner_kind == sorts[more].member.kind);
			check_case(what, plan.demoted_count == sorts[more].member.admin);
			plan = leave(&chat, &boss, down, 2, &a);
			check_str(what, plan.after.owner, sorts[more].member.id);
			arena_fini(&a);
		}
}

static void the_owner_is_followed_by_the_first_in_rank(void **state)
{
	(void)state;
	assert_succession(TAG_ORDINARY, ordinary, ARRAY_LEN(ordinary), "ordinary");
	assert_succession(TAG_INTERNAL, internal, ARRAY_LEN(internal), "internal");
}

static void a_new_owner_ends_the_join_links(void **state)
{
	struct arena a = { 0 };
	struct group_plan plan = leave(&group, &boss, ordinary, ARRAY_LEN(ordinary), &a);

	(void)state;
	assert_int_equal(plan.after.version, 5);
	assert_int_equal(plan.after.link_version, 5);
	assert_int_equal(plan.after.member_count, 6);
	assert_false(plan.after.dissolved);
	assert_int_equal(plan.changed, CHANGED_MEMBERS | CHANGED_OWNER);
	assert_int_equal(plan.removed_count, 1);
	check_str("removed", plan.removed[0].id, STR("boss"));
	assert_int_equal(plan.before.version, 4);
	check_str("before", plan.before.owner, STR("boss"));
	arena_fini(&a);
}

static void a_member_goes_and_the_rest_stays_as_it_is(void **state)
{
	static const struct member leavers[] = {
		{ .kind = PERSON_EMP, .id = STR_INIT("amy"), .admin = true },
		/* of the owner's id, but another kind */
		{ .kind = PERSON_EXT, .id = STR_INIT("boss") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(leavers); i++) {
		struct arena a = { 0 };
		struct group_plan plan =
			leave(&group, &leavers[i], ordinary, ARRAY_LEN(ordinary), &a);

		check_str("owner", plan.after.owner, STR("boss"));
		assert_int_equal(plan.after.version, 5);
		assert_int_equal(plan.after.link_version, 2);
		assert_int_equal(plan.after.member_count, 6);
		assert_int_equal(plan.changed, CHANGED_MEMBERS);
		assert_int_equal(plan.demoted_count, 0);
		assert_int_equal(plan.removed[0].admin, leavers[i].admin);
		arena_fini(&a);
	}
}

static void a_group_left_empty_is_dissolved(void **state)
{
	struct chat chat = group;
	struct arena a = { 0 };
	struct group_plan plan;

	(void)state;
	chat.member_count = 1;
	plan = leave(&chat, &boss, NULL, 0, &a);
	assert_true(plan.after.dissolved);
	assert_int_equal(plan.after.member_count, 0);
	check_str("owner", plan.after.owner, STR("boss"));
	assert_int_equal(plan.after.link_version, 2);
	assert_int_equal(plan.changed, CHANGED_MEMBERS);
	arena_fini(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_owner_is_followed_by_the_first_in_rank),
		cmocka_unit_test(a_new_owner_ends_the_join_links),
		cmocka_unit_test(a_member_goes_and_the_rest_stays_as_it_is),
		cmocka_unit_test(a_group_left_empty_is_dissolved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
