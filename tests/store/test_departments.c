/* SPDX-License-Identifier: Apache-2.0 */
/* Departments in the store, and the visibility of apps that follows them. */
#include "fixture.h"

#include "store/department_ops.h"

static struct department_op *department_op(struct fixture *f, const char *token,
	void (*init)(struct department_op *op), int64_t dept_id, int64_t parent_id,
	const char *name)
{
	struct department_op *op = ARENA_NEW(&f->arena, struct department_op);
	struct department_request *req = ARENA_NEW(&f->arena, struct department_request);

	*req = (struct department_request){ .dept_id = { dept_id, dept_id != 0 },
		.parent_id = { parent_id, parent_id != 0 },
		.name = name ? str_from(name) : STR_NONE };
	init(op);
	op->access = access_of(f, token);
	op->req = req;
	op->fresh_id = 2;
	return op;
}

static void moved(struct fixture *f, int64_t dept_id, int64_t parent_id)
{
	struct department_op *op =
		department_op(f, "t-all", department_update_init, dept_id, parent_id, NULL);

	assert_int_equal(do_change(f, &op->change), ST_OK);
}

static void a_new_department_gets_the_next_free_id(void **state)
{
	struct fixture *f = *state;
	struct department_op *op;

	small_world(f);
	/* given: 2 and 3 are taken, also in the other corp */
	op = department_op(f, "t-all", department_create_init, 0, 1, "New");
	assert_int_equal(do_change(f, &op->change), ST_OK);
	assert_int_equal(op->dept_id, 4);
	assert_int_equal(ask_int(f, "SELECT parent_id FROM department WHERE corp = 1"
				    " AND dept_id = 4 AND name = 'New'"),
		1);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM department WHERE corp = 2"), 4);
}

static void visibility_follows_a_department_that_moves(void **state)
{
	static const char rename[] = "{\"chatid\":\"chat2\",\"name\":\"Another\"}";
	struct fixture *f = *state;

	small_world(f);
	/* given: app dept sees 2 and what is below it; far, the owner of chat2, is in 9 */
	refused(f, "t-dept", rename, "owner.visible");
	moved(f, 9, 3);
	assert_int_equal(update(f, "t-dept", rename), ST_OK);
	moved(f, 9, 1);
	refused(f, "t-dept", "{\"chatid\":\"chat2\",\"name\":\"Third\"}", "owner.visible");
}

static void both_in_one_batch_see_each_other(void **state)
{
	struct fixture *f = *state;
	struct department_op *first, *second;
	struct pending *a, *b;
	struct gate *gate;

	small_world(f);
	gate = gate_close(f);
	first = department_op(f, "t-all", department_update_init, 2, 9, NULL);
	second = department_op(f, "t-all", department_update_init, 9, 3, NULL);
	first->change.arena = fixture_arena(f);
	second->change.arena = fixture_arena(f);
	a = submit(f, &first->change);
	b = submit(f, &second->change);
	gate_open(gate);
	/* then: the second would close a ring with the first */
	assert_int_equal(wait_for(a), ST_OK);
	assert_int_equal(wait_for(b), ST_REFUSED);
	assert_string_equal(second->why.rule->id, "parent.elsewhere");
}

static void a_removed_department_is_gone_everywhere_in_its_corp(void **state)
{
	struct fixture *f = *state;
	struct department_op *op;

	small_world(f);
	/* given: only one who has left is in 2 */
	assert_int_equal(run_sql(f, "DELETE FROM department WHERE corp = 1 AND dept_id = 3",
				 "UPDATE employee_department SET dept_id = 2"
				 " WHERE corp = 1 AND userid = 'gone'",
				 NULL),
		ST_OK);
	op = department_op(f, "t-all", department_delete_init, 2, 0, NULL);
	assert_int_equal(do_change(f, &op->change), ST_OK);
	assert_int_equal(
		ask_int(f, "SELECT (SELECT count(*) FROM department WHERE dept_id = 2)"
			   " + (SELECT count(*) FROM employee_department WHERE dept_id = 2)"
			   " + (SELECT count(*) FROM app_scope_department WHERE corp = 1"
			   " AND dept_id = 2)"),
		1); /* the other corp's own */
}

static void what_is_stored_is_not_walked_for_ever(void **state)
{
	struct fixture *f = *state;
	struct department_op *op;
	struct department_paths_read q;
	struct department_request req = { .userid = STR("u1") };

	small_world(f);
	/* given: a ring, which no call can make */
	assert_int_equal(run_sql(f,
				 "UPDATE department SET parent_id = 3"
				 " WHERE corp = 1 AND dept_id = 2",
				 NULL),
		ST_OK);
	op = department_op(f, "t-all", department_create_init, 0, 3, "New");
	assert_int_equal(do_change(f, &op->change), ST_REFUSED);
	assert_string_equal(op->why.rule->id, "department.levels");
	department_paths_read_init(&q);
	q.access = access_of(f, "t-all");
	q.req = &req;
	assert_int_equal(do_read(f, &q.read), ST_OK);
	assert_int_equal(q.count, 1);
	assert_int_equal(q.paths[0].n, 64);
}

/* What a loop's own thread reads has at most LIMIT_INLINE_ROWS rows. */
static void what_may_have_many_rows_is_not_read_on_a_loop(void **state)
{
	struct departments_read departments;
	struct department_paths_read paths;
	struct scope_read scope;

	(void)state;
	departments_read_init(&departments);
	department_paths_read_init(&paths);
	scope_read_init(&scope);
	assert_true(departments.read.large);
	assert_true(paths.read.large);
	assert_true(scope.read.large);
}

static void an_app_is_told_what_it_sees(void **state)
{
	static const struct {
		const char *token;
		size_t departments, people;
	} cases[] = { { "t-all", 2, 0 }, { "t-dept", 1, 0 }, { "t-few", 0, 1 } };
	struct fixture *f = *state;

	small_world(f);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct scope_read q;

		scope_read_init(&q);
		q.access = access_of(f, cases[i].token);
		assert_int_equal(do_read(f, &q.read), ST_OK);
		assert_int_equal(q.dept_ids.n, cases[i].departments);
		assert_int_equal(q.userids.n, cases[i].people);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_new_department_gets_the_next_free_id),
		FIXTURE_TEST(visibility_follows_a_department_that_moves),
		FIXTURE_TEST(both_in_one_batch_see_each_other),
		FIXTURE_TEST(a_removed_department_is_gone_everywhere_in_its_corp),
		FIXTURE_TEST(what_is_stored_is_not_walked_for_ever),
		FIXTURE_TEST(an_app_is_told_what_it_sees),
		FIXTURE_TEST(what_may_have_many_rows_is_not_read_on_a_loop),
	};

	return fixture_run("departments", tests, ARRAY_LEN(tests));
}
