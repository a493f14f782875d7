/* SPDX-License-Identifier: Apache-2.0 */
/* test_commit_queue.c -- what waits for a commit is bounded, in number and in time. */
#include "store/commit_queue.h"

#include "testing.h"

enum { SECOND_US = 1000000 };

static enum status push_new(
	struct commit_queue *q, struct change *c, size_t ids, bool alone)
{
	*c = (struct change){ .ids = ids, .alone = alone };
	return commit_queue_push(q, c);
}

static void drain(struct commit_queue *q)
{
	struct batch b;

	while (commit_queue_length(q) > 0)
		assert_true(commit_queue_take(q, 0, &b));
}

static void test_a_full_queue_refuses_at_once(void **state)
{
	struct commit_queue *q = commit_queue_new(3, SECOND_US);
	struct change c[4];

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(push_new(q, &c[i], 0, false), ST_OK);
	assert_int_equal(push_new(q, &c[3], 0, false), ST_BUSY);
	drain(q);
	commit_queue_free(q);
}

static void test_a_batch_is_bounded_by_changes_and_by_ids(void **state)
{
	struct commit_queue *q = commit_queue_new(LIMIT_QUEUE, 100 * SECOND_US);
	static struct change c[LIMIT_BATCH + 1];
	struct batch b;

	(void)state;
	for (size_t i = 0; i <= LIMIT_BATCH; i++)
		assert_int_equal(push_new(q, &c[i], 0, false), ST_OK);
	assert_true(commit_queue_take(q, 0, &b));
	assert_int_equal(b.n, LIMIT_BATCH);
	assert_true(commit_queue_take(q, 0, &b));
	assert_int_equal(b.n, 1);

	assert_int_equal(push_new(q, &c[0], LIMIT_BATCH_IDS - 1, false), ST_OK);
	assert_int_equal(push_new(q, &c[1], 1, false), ST_OK);
	assert_int_equal(push_new(q, &c[2], 1, false), ST_OK);
	assert_true(commit_queue_take(q, 0, &b));
	assert_int_equal(b.n, 2);
	drain(q);
	commit_queue_free(q);
}

static void test_who_wants_to_be_alone_is(void **state)
{
	struct commit_queue *q = commit_queue_new(8, SECOND_US);
	static const bool alone[] = { false, true, false };
	struct change c[3];
	struct batch b;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(push_new(q, &c[i], 0, alone[i]), ST_OK);
	for (size_t i = 0; i < 3; i++) {
		assert_true(commit_queue_take(q, 0, &b));
		assert_int_equal(b.n, 1);
		assert_ptr_equal(b.v[0], &c[i]);
		assert_int_equal(b.alone, alone[i]);
	}
	commit_queue_free(q);
}

/* One change that took `us` alone or not; then how many more find room. */
static size_t room_after(bool alone, int64_t us)
{
	struct commit_queue *q = commit_queue_new(1000, SECOND_US);
	static struct change c[1000];
	struct batch b;
	size_t n = 0;

	assert_int_equal(push_new(q, &c[0], 0, alone), ST_OK);
	assert_true(commit_queue_take(q, 0, &b));
	commit_queue_took(q, &b, us, 0);
	while (n < 1000 && push_new(q, &c[n], 0, false) == ST_OK)
		n++;
	drain(q);
	commit_queue_free(q);
	return n;
}

static void test_slow_changes_leave_less_room(void **state)
{
	(void)state;
	assert_int_equal(room_after(false, 50), 1000);
	assert_true(room_after(false, SECOND_US) < 10);
}

static void test_a_world_that_took_long_does_not_close_the_door(void **state)
{
	(void)state;
	assert_int_equal(room_after(true, 10 * SECOND_US), 1000);
}

static void test_a_closed_queue_is_emptied_and_takes_nothing_new(void **state)
{
	struct commit_queue *q = commit_queue_new(8, SECOND_US);
	struct change c[2];
	struct batch b;

	(void)state;
	assert_int_equal(push_new(q, &c[0], 0, false), ST_OK);
	commit_queue_close(q);
	assert_int_equal(push_new(q, &c[1], 0, false), ST_CLOSED);
	assert_true(commit_queue_take(q, -1, &b));
	assert_int_equal(b.n, 1);
	assert_false(commit_queue_take(q, -1, &b));
	commit_queue_free(q);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_full_queue_refuses_at_once),
		cmocka_unit_test(test_a_batch_is_bounded_by_changes_and_by_ids),
		cmocka_unit_test(test_who_wants_to_be_alone_is),
		cmocka_unit_test(test_slow_changes_leave_less_room),
		cmocka_unit_test(test_a_world_that_took_long_does_not_close_the_door),
		cmocka_unit_test(test_a_closed_queue_is_emptied_and_takes_nothing_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
