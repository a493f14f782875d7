/* SPDX-License-Identifier: Apache-2.0 */
/* test_commit_queue.c -- what waits for a commit is bounded, in number and in time. */
#include "store/commit_queue.h"

#include "testing.h"

enum { SECOND_US = 1000000 };

static enum status push_new(
	struct commit_queue *q, struct change *c, size_t ids, bool alone)
{
	bool room = commit_queue_has_room(q);
	enum status st;

	*c = (struct change){ .ids = ids, .alone = alone };
	st = commit_queue_push(q, c);
	assert_int_equal(room, st != ST_BUSY);
	return st;
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

/* `n` changes of `ids` ids, each of which takes `us`, and a commit `commit_us`. */
static void pass(
	struct commit_queue *q, size_t n, size_t ids, int64_t us, int64_t commit_us)
{
	static struct change c[LIMIT_BATCH];
	struct batch b;

	for (size_t i = 0; i < n; i++)
		assert_int_equal(push_new(q, &c[i], ids, false), ST_OK);
	assert_true(commit_queue_take(q, 0, &b));
	assert_int_equal(b.n, n);
	commit_queue_took(q, &b, (int64_t)n * us, commit_us);
}

static size_t room_for(struct commit_queue *q, size_t ids)
{
	static struct change c[1000];
	size_t n = 0;

	while (n < 1000 && push_new(q, &c[n], ids, false) == ST_OK)
		n++;
	drain(q);
	commit_queue_free(q);
	return n;
}

/* 1,000 ids take about 30 times as long as three, not 250 times. */
static void test_large_changes_find_room_after_small_ones(void **state)
{
	struct commit_queue *q = commit_queue_new(1000, SECOND_US);

	(void)state;
	assert_in_range(room_for(commit_queue_new(1000, SECOND_US), 1000), 100, 1000);
	for (int i = 0; i < 100; i++)
		pass(q, LIMIT_BATCH, 3, 70, 1000);
	assert_in_range(room_for(q, 1000), 200, 1000);
}

/* Four of 1,000 ids are a commit. */
static void test_commits_of_large_changes_are_counted(void **state)
{
	struct commit_queue *q = commit_queue_new(1000, SECOND_US);

	(void)state;
	for (int i = 0; i < 100; i++)
		pass(q, 4, 1000, 100, 100000);
	assert_in_range(room_for(q, 1000), 36, 44);
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
		cmocka_unit_test(test_large_changes_find_room_after_small_ones),
		cmocka_unit_test(test_commits_of_large_changes_are_counted),
		cmocka_unit_test(test_a_closed_queue_is_emptied_and_takes_nothing_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
