/* SPDX-License-Identifier: Apache-2.0 */
/* What the store promises of any change and any read. */
#include "fixture.h"

#include "base/limits.h"

#include <semaphore.h>

#define COUNT_CORPS "SELECT count(*) FROM corp"
#define ADD(name) "INSERT INTO corp (corp_id, name) VALUES ('" name "', '" name "')"

static struct test_change *adding(struct fixture *f, const char *sql)
{
	struct test_change *t = test_change_new(f);

	t->write = sql;
	return t;
}

static void a_change_that_was_reported_survives_a_crash(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(run_sql(f, ADD("a"), NULL), ST_OK);
	fixture_crash(f);
	assert_int_equal(ask_int(f, COUNT_CORPS), 1);
}

static void a_change_survives_an_orderly_restart(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(run_sql(f, ADD("a"), NULL), ST_OK);
	fixture_close(f);
	assert_int_equal(fixture_open(f, NULL), ST_OK);
	assert_int_equal(ask_int(f, COUNT_CORPS), 1);
}

static void a_read_sees_what_was_reported_before_it_began(void **state)
{
	struct fixture *f = *state;

	for (int i = 1; i <= 50; i++) {
		assert_int_equal(run_sql(f,
					 "INSERT INTO corp (corp_id, name) SELECT"
					 " 'c' || count(*), '' FROM corp",
					 NULL),
			ST_OK);
		assert_int_equal(ask_int(f, COUNT_CORPS), i);
	}
}

static void a_refusal_writes_nothing_and_costs_no_commit(void **state)
{
	struct fixture *f = *state;
	struct test_change *t = adding(f, ADD("a"));
	struct store_stats before = stats_of(f);

	t->decide = ST_REFUSED;
	assert_int_equal(do_change(f, &t->change), ST_REFUSED);
	assert_int_equal(ask_int(f, COUNT_CORPS), 0);
	assert_int_equal(stats_of(f).commits, before.commits);
	assert_int_equal(stats_of(f).refused, before.refused + 1);
}

static void a_change_that_writes_nothing_costs_no_commit(void **state)
{
	struct fixture *f = *state;
	uint64_t commits = stats_of(f).commits;

	assert_int_equal(do_change(f, &test_change_new(f)->change), ST_OK);
	assert_int_equal(stats_of(f).commits, commits);
}

static void what_arrived_together_is_committed_once(void **state)
{
	struct fixture *f = *state;
	struct gate *gate = gate_close(f);
	uint64_t commits = stats_of(f).commits;
	struct pending *a = submit(f, &adding(f, ADD("a"))->change);
	struct pending *b = submit(f, &adding(f, ADD("b"))->change);

	gate_open(gate);
	assert_int_equal(wait_for(a), ST_OK);
	assert_int_equal(wait_for(b), ST_OK);
	assert_int_equal(stats_of(f).commits, commits + 1);
}

static void a_change_that_wants_to_be_alone_is(void **state)
{
	struct fixture *f = *state;
	struct gate *gate = gate_close(f);
	uint64_t commits = stats_of(f).commits;
	struct test_change *second = adding(f, ADD("b"));
	struct pending *p[3];

	second->change.alone = true;
	p[0] = submit(f, &adding(f, ADD("a"))->change);
	p[1] = submit(f, &second->change);
	p[2] = submit(f, &adding(f, ADD("c"))->change);
	gate_open(gate);
	for (size_t i = 0; i < ARRAY_LEN(p); i++)
		assert_int_equal(wait_for(p[i]), ST_OK);
	assert_int_equal(stats_of(f).commits, commits + 3);
}

static void a_change_sees_its_neighbour_of_the_same_batch(void **state)
{
	struct fixture *f = *state;
	struct test_change *second = test_change_new(f);
	struct gate *gate = gate_close(f);
	struct pending *a = submit(f, &adding(f, ADD("a"))->change), *b;

	second->ask = COUNT_CORPS;
	b = submit(f, &second->change);
	gate_open(gate);
	assert_int_equal(wait_for(a), ST_OK);
	assert_int_equal(wait_for(b), ST_OK);
	assert_int_equal(second->asked, 1);
}

static void a_statement_that_fails_fails_its_own_change_only(void **state)
{
	struct fixture *f = *state;
	struct gate *gate = gate_close(f);
	struct test_change *first = adding(f, ADD("a"));
	struct test_change *bad = adding(f, "INSERT INTO corp (corp_id) VALUES ('b')");
	struct test_change *last = adding(f, ADD("c"));
	struct pending *p[3];

	last->ask = COUNT_CORPS;
	p[0] = submit(f, &first->change);
	p[1] = submit(f, &bad->change);
	p[2] = submit(f, &last->change);
	gate_open(gate);
	assert_int_equal(wait_for(p[0]), ST_OK);
	assert_int_equal(wait_for(p[1]), ST_INTERNAL);
	assert_int_equal(wait_for(p[2]), ST_OK);
	assert_int_equal(first->decided, 2); /* rolled back, and decided anew */
	assert_int_equal(last->asked, 1);
	assert_int_equal(ask_int(f, COUNT_CORPS), 2);
}

static void a_question_that_fails_fails_its_own_change_only(void **state)
{
	struct fixture *f = *state;
	struct gate *gate = gate_close(f);
	struct test_change *bad = test_change_new(f);
	struct pending *a = submit(f, &adding(f, ADD("a"))->change), *b;

	bad->ask = "SELECT nothing FROM nowhere";
	b = submit(f, &bad->change);
	gate_open(gate);
	assert_int_equal(wait_for(a), ST_OK);
	assert_int_equal(wait_for(b), ST_INTERNAL);
	assert_int_equal(ask_int(f, COUNT_CORPS), 1);
}

static void read_count(struct test_change *t)
{
	struct fixture *f = t->ctx;

	t->asked = ask_int(f, COUNT_CORPS);
}

static void a_read_does_not_see_what_is_not_committed(void **state)
{
	struct fixture *f = *state;
	struct test_change *second = test_change_new(f);
	struct gate *gate = gate_close(f);
	struct pending *a = submit(f, &adding(f, ADD("a"))->change), *b;

	second->in_decide = read_count;
	second->ctx = f;
	second->asked = -1;
	b = submit(f, &second->change);
	gate_open(gate);
	assert_int_equal(wait_for(a), ST_OK);
	assert_int_equal(wait_for(b), ST_OK);
	assert_int_equal(second->asked, 0);
	assert_int_equal(ask_int(f, COUNT_CORPS), 1);
}

static void count_done(struct change *c)
{
	(void)sem_post(c->user);
}

static void a_full_queue_says_so_at_once_and_loses_nothing(void **state)
{
	struct fixture *f = *state;
	struct gate *gate = gate_close(f);
	struct arena arena = { 0 };
	size_t accepted = 0;
	enum status st = ST_OK;
	sem_t done;

	(void)sem_init(&done, 0, 0);
	while (st == ST_OK && accepted <= LIMIT_QUEUE) {
		struct test_change *t = test_change_new(f);

		t->change.arena = &arena; /* the writer's alone */
		t->change.user = &done;
		t->change.done = count_done;
		st = store_change(f->store, &t->change);
		accepted += st == ST_OK;
	}
	assert_int_equal(st, ST_BUSY);
	assert_in_range(accepted, 1, LIMIT_QUEUE);
	assert_int_equal(stats_of(f).queue_length, accepted);
	assert_in_range(store_retry_after_s(f->store), 1, 60);
	gate_open(gate);
	for (size_t i = 0; i < accepted; i++)
		while (sem_wait(&done) != 0)
			;
	assert_int_equal(run_sql(f, ADD("after"), NULL), ST_OK);
	arena_fini(&arena);
	(void)sem_destroy(&done);
}

static void closing_finishes_what_is_queued(void **state)
{
	struct fixture *f = *state;
	struct pending *p[20];

	for (size_t i = 0; i < ARRAY_LEN(p); i++)
		p[i] = submit(f, &adding(f, "INSERT INTO corp (corp_id, name) SELECT"
					    " 'c' || count(*), '' FROM corp")
					  ->change);
	fixture_close(f);
	for (size_t i = 0; i < ARRAY_LEN(p); i++)
		assert_int_equal(wait_for(p[i]), ST_OK);
	assert_int_equal(fixture_open(f, NULL), ST_OK);
	assert_int_equal(ask_int(f, COUNT_CORPS), ARRAY_LEN(p));
}

/* A large read that waits, so that its reader is taken. */
struct slow_read {
	struct read read;
	sem_t *reached, *open;
};

static void slow_ask(struct read *r, struct statements *facts)
{
	(void)r;
	statements_add(facts, COUNT_CORPS, NULL, 0);
}

static enum status slow_take(struct read *r, struct statements *facts)
{
	struct slow_read *s = CONTAINER_OF(r, struct slow_read, read);

	(void)facts;
	(void)sem_post(s->reached);
	while (sem_wait(s->open) != 0)
		;
	(void)sem_post(s->open);
	return ST_OK;
}

static void read_posted(struct read *r)
{
	(void)sem_post(r->user);
}

static void too_many_large_reads_are_busy_at_the_limit_and_not_before(void **state)
{
	static const struct read_ops ops = { "slow", slow_ask, slow_take };
	enum { READERS = 2, ALL = READERS + LIMIT_READ_QUEUE };
	struct fixture *f = *state;
	struct slow_read *reads = ARENA_ARRAY(&f->arena, struct slow_read, ALL + 1);
	struct arena *arenas = ARENA_ARRAY(&f->arena, struct arena, ALL + 1);
	sem_t reached, open, done;

	(void)sem_init(&reached, 0, 0);
	(void)sem_init(&open, 0, 0);
	(void)sem_init(&done, 0, 0);
	for (size_t i = 0; i <= ALL; i++) {
		reads[i] = (struct slow_read){
			.read = { .ops = &ops,
				.arena = &arenas[i],
				.large = true,
				.done = read_posted,
				.user = &done },
			.reached = &reached,
			.open = &open,
		};
		store_read(f->store, &reads[i].read);
		if (i < READERS)
			while (sem_wait(&reached) != 0)
				;
	}
	/* All but the last are still waiting; it was answered on the spot. */
	while (sem_wait(&done) != 0)
		;
	assert_int_equal(reads[ALL].read.status, ST_BUSY);
	(void)sem_post(&open);
	for (size_t i = 0; i < ALL; i++)
		while (sem_wait(&done) != 0)
			;
	for (size_t i = 0; i < ALL; i++) {
		assert_int_equal(reads[i].read.status, ST_OK);
		arena_fini(&arenas[i]);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_change_that_was_reported_survives_a_crash),
		FIXTURE_TEST(a_change_survives_an_orderly_restart),
		FIXTURE_TEST(a_read_sees_what_was_reported_before_it_began),
		FIXTURE_TEST(a_refusal_writes_nothing_and_costs_no_commit),
		FIXTURE_TEST(a_change_that_writes_nothing_costs_no_commit),
		FIXTURE_TEST(what_arrived_together_is_committed_once),
		FIXTURE_TEST(a_change_that_wants_to_be_alone_is),
		FIXTURE_TEST(a_change_sees_its_neighbour_of_the_same_batch),
		FIXTURE_TEST(a_statement_that_fails_fails_its_own_change_only),
		FIXTURE_TEST(a_question_that_fails_fails_its_own_change_only),
		FIXTURE_TEST(a_read_does_not_see_what_is_not_committed),
		FIXTURE_TEST(a_full_queue_says_so_at_once_and_loses_nothing),
		FIXTURE_TEST(closing_finishes_what_is_queued),
		FIXTURE_TEST(too_many_large_reads_are_busy_at_the_limit_and_not_before),
	};

	return fixture_run("commit", tests, ARRAY_LEN(tests));
}
