/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fixture.h -- a store in a folder of its own, and calls that wait for their answer.
 * Everything goes through the store's public header, so that the contract holds for every
 * driver of the table in fixture.c.
 */
#ifndef QUN_TESTS_STORE_FIXTURE_H
#define QUN_TESTS_STORE_FIXTURE_H

#include "store/chat_ops.h"
#include "store/people_ops.h"
#include "store/store.h"
#include "store/token_ops.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct fixture {
	char dir[64];
	struct store *store; /* NULL while closed */
	struct arena arena; /* for what a test asks and gets */
	struct owned_arena *owned;
	_Atomic int fatal; /* how often on_fatal was called */
};

/* Runs the tests once for each driver, each with a fresh store as its state. */
int fixture_run(const char *name, const struct CMUnitTest *tests, size_t n);
int fixture_setup(void **state);
int fixture_teardown(void **state);
#define FIXTURE_TEST(f) \
	{ \
		.name = #f, .test_func = (f), .setup_func = fixture_setup, \
		.teardown_func = fixture_teardown \
	}

MUST_USE enum status fixture_open(struct fixture *f, struct error *e);
void fixture_close(struct fixture *f);
/* Goes on with what is on disk at this instant, in another folder: as after kill -9. */
void fixture_crash(struct fixture *f);
/* A file of the data folder; in the arena. */
const char *fixture_path(struct fixture *f, const char *name);

/* An arena of its own, for a change that is under way while the test goes on; the fixture's
 * to free. */
struct arena *fixture_arena(struct fixture *f);

/* ---- changes and reads that wait ---- */

struct pending;
/* Queues. The answer is fetched with wait_for, once; ST_BUSY and ST_CLOSED come at once. */
struct pending *submit(struct fixture *f, struct change *c);
enum status wait_for(struct pending *p);
enum status do_change(struct fixture *f, struct change *c);
enum status do_read(struct fixture *f, struct read *r);

/* One change with these statements, all literals; ended by NULL. */
enum status run_sql(struct fixture *f, const char *sql, ...) __attribute__((sentinel));
/* The first cell of a query. */
int64_t ask_int(struct fixture *f, const char *sql);
struct str ask_text(struct fixture *f, const char *sql);
struct store_stats stats_of(struct fixture *f);

/* A change made of parts, for what lies between the store's steps. */
struct test_change {
	struct change change;
	const char *ask, *write; /* one statement each; NULL: none */
	enum status decide; /* what it decides */
	void (*in_decide)(struct test_change *t); /* on the writer's thread */
	void *ctx;
	int64_t asked; /* first cell of the answer to `ask` */
	int decided; /* how often */
};
struct test_change *test_change_new(struct fixture *f);

/* Holds the writer until gate_open, so that what is queued meanwhile is one batch. */
struct gate;
struct gate *gate_close(struct fixture *f);
void gate_open(struct gate *g);

/* ---- a small world ---- */

/*
 * corp 1 "corp1" and corp 2 "corp2", the same ids in both:
 *   departments 1 > 2 > 3, and 9; u1..u9 in 3, far in 9, gone (has left) in 3; unionids
 *   are n-u1 ...; u1 has mobile 1001; externals x1 (userid xu1), x2, x3 (x3);
 *   @icon an image, @voice a voice
 *   chat1: tag 0, owner u1, members u1, u2, u3 (administrator), x1; chat2: tag 2, owner
 *   far, members far, u1, made by no app; chat3: dissolved; js1 means chat1
 * Apps of corp 1: all (sees all, made chat1 and chat3), dept (department 2), few (u1);
 * of corp 2: other (sees all, made its groups). Each has the fixed token "t-<app>".
 */
void small_world(struct fixture *f);

/* A caller as the gate would know him, allowed if the store knows his token. */
struct access *access_of(struct fixture *f, const char *token);
/* From JSON, by group's own table; checked. */
struct chat_update_op *update_op(struct fixture *f, const char *token, const char *json);
enum status update(struct fixture *f, const char *token, const char *json);
/* Asserts that the update is refused by this rule. */
void refused(struct fixture *f, const char *token, const char *json, const char *rule);

/* The small calls, with what their route takes for a group's id. */
enum small_call {
	CALL_ADMINS,
	CALL_ADMINS_LEGACY,
	CALL_NICK,
	CALL_SWITCH,
	CALL_LINK,
	CALL_CHECK,
	CALL_QUERY
};
/* From JSON, by the call's own table; checked. */
struct group_call small_call(
	struct fixture *f, enum small_call which, const char *json, enum chat_key *key);
struct chat_edit_op *edit_op(
	struct fixture *f, const char *token, enum small_call which, const char *json);
enum status edit(
	struct fixture *f, const char *token, enum small_call which, const char *json);

/* Everything there is to know of chat1 of corp1, as text, to compare two states. */
struct str chat_as_text(struct fixture *f);

#endif
