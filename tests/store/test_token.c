/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets and access tokens. */
#include "fixture.h"

#include "base/limits.h"

static const unsigned char key[TOKEN_KEY] = "a key that only this test knows";

enum { LIFE_MS = LIMIT_TOKEN_S * 1000 };

static struct token_issue_op *issue(struct fixture *f, const char *app, int64_t now_ms)
{
	struct token_issue_op *op = ARENA_NEW(&f->arena, struct token_issue_op);

	token_issue_init(op);
	op->token_key = key;
	op->app_key = str_from(app);
	op->app_version = 1;
	op->now_ms = now_ms;
	assert_int_equal(do_change(f, &op->change), ST_OK);
	return op;
}

static struct caller caller_of(struct fixture *f, const char *token)
{
	return access_of(f, token)->caller;
}

static void a_token_is_32_hex_digits_and_names_its_app_and_corp(void **state)
{
	struct fixture *f = *state;
	struct token_issue_op *op;
	struct caller who;

	small_world(f);
	op = issue(f, "all", 5000);
	assert_int_equal(strspn(op->token, "0123456789abcdef"), TOKEN_TEXT);
	assert_int_equal(strlen(op->token), TOKEN_TEXT);
	assert_int_equal(op->expires_ms, 5000 + LIFE_MS);
	who = caller_of(f, op->token);
	assert_true(who.known);
	assert_false(who.fixed);
	assert_int_equal(who.expires_ms, 5000 + LIFE_MS);
	assert_true(str_is(who.app_key, "all"));
	assert_true(str_is(who.corp_id, "corp1"));
	assert_true(str_is(who.permissions, "qyapi_chat_manage "));
	assert_true(who.sees_all);
	assert_int_equal(who.app_version, 1);
}

static void asked_again_in_time_the_same_token_is_renewed(void **state)
{
	struct fixture *f = *state;
	struct token_issue_op *first, *again;

	small_world(f);
	first = issue(f, "all", 5000);
	again = issue(f, "all", first->expires_ms - 1);
	assert_string_equal(first->token, again->token);
	assert_int_equal(again->expires_ms, first->expires_ms - 1 + LIFE_MS);
	assert_int_equal(caller_of(f, again->token).expires_ms, again->expires_ms);
}

static void after_its_end_another_token_is_given_and_the_old_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct token_issue_op *first, *next;

	small_world(f);
	first = issue(f, "all", 5000);
	next = issue(f, "all", first->expires_ms);
	assert_string_not_equal(first->token, next->token);
	assert_int_equal(next->issue, first->issue + 1);
	assert_false(caller_of(f, first->token).known);
	assert_true(caller_of(f, next->token).known);
	assert_int_equal(
		ask_int(f, "SELECT count(*) FROM access_token WHERE fixed = 0"), 1);
}

static void the_same_token_is_given_after_a_restart(void **state)
{
	struct fixture *f = *state;
	struct token_issue_op *first;

	small_world(f);
	first = issue(f, "all", 5000);
	fixture_crash(f);
	assert_true(caller_of(f, first->token).known);
	assert_string_equal(issue(f, "all", 6000)->token, first->token);
}

static void tokens_differ_by_app_and_key_and_issue(void **state)
{
	static const unsigned char another[TOKEN_KEY] = "another key";
	struct fixture *f = *state;
	struct token_issue_op *a, *b, *c;

	small_world(f);
	a = issue(f, "all", 5000);
	b = issue(f, "dept", 5000);
	assert_int_equal(a->issue, b->issue);
	assert_string_not_equal(a->token, b->token);
	assert_int_equal(run_sql(f, "UPDATE app SET token_issue = 1000",
				 "DELETE FROM access_token WHERE fixed = 0", NULL),
		ST_OK);
	c = ARENA_NEW(&f->arena, struct token_issue_op);
	token_issue_init(c);
	c->token_key = another;
	c->app_key = STR("all");
	c->app_version = 1;
	c->now_ms = 5000;
	assert_int_equal(do_change(f, &c->change), ST_OK);
	assert_int_equal(a->issue, c->issue);
	assert_string_not_equal(a->token, c->token);
}

static void a_raised_issue_number_ends_the_token(void **state)
{
	struct fixture *f = *state;
	struct token_issue_op *first, *next;

	small_world(f);
	first = issue(f, "all", 5000);
	/* as a changed secret does */
	assert_int_equal(run_sql(f,
				 "UPDATE app SET token_issue = token_issue + 1,"
				 " version = version + 1 WHERE app_key = 'all'",
				 NULL),
		ST_OK);
	assert_false(caller_of(f, first->token).known);
	token_issue_init(next = ARENA_NEW(&f->arena, struct token_issue_op));
	next->token_key = key;
	next->app_key = STR("all");
	next->app_version = 1; /* of the secret that was checked */
	next->now_ms = 5001;
	assert_int_equal(do_change(f, &next->change), ST_NOT_FOUND);
	next->app_version = 2;
	assert_int_equal(do_change(f, &next->change), ST_OK);
	assert_string_not_equal(first->token, next->token);
}

static void a_clock_that_goes_back_lengthens_no_token(void **state)
{
	struct fixture *f = *state;
	struct token_issue_op *first, *again;

	small_world(f);
	first = issue(f, "all", 10 * LIFE_MS);
	again = issue(f, "all", 5000);
	assert_string_equal(first->token, again->token);
	assert_int_equal(caller_of(f, again->token).expires_ms, 5000 + LIFE_MS);
}

static void a_fixed_token_is_known_whatever_is_issued(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	(void)issue(f, "all", 5000);
	assert_true(caller_of(f, "t-all").known);
	assert_true(caller_of(f, "t-all").fixed);
	assert_false(caller_of(f, "t-nobody").known);
	assert_false(caller_of(f, "").known);
}

static void only_the_hash_of_a_token_is_stored(void **state)
{
	struct fixture *f = *state;
	struct token_issue_op *op;
	char bytes[1 << 16];
	FILE *file;
	size_t n;

	small_world(f);
	op = issue(f, "all", 5000);
	fixture_close(f);
	file = fopen(fixture_path(f, "qun.db"), "rb");
	assert_non_null(file);
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		assert_null(memmem(bytes, n, op->token, TOKEN_TEXT));
	(void)fclose(file);
	assert_int_equal(fixture_open(f, NULL), ST_OK);
}

static void a_secret_is_checked_with_its_app_and_corp(void **state)
{
	static const struct {
		const char *app, *secret, *corp;
		enum status st;
	} cases[] = {
		{ "all", "secret", NULL, ST_OK },
		{ "all", "secret", "corp1", ST_OK },
		{ "all", "secret", "corp2", ST_INVALID },
		{ "all", "wrong", "corp2", ST_NOT_FOUND },
		{ "all", "secre", NULL, ST_NOT_FOUND },
		{ "all", "", NULL, ST_NOT_FOUND },
		{ "nobody", "secret", NULL, ST_NOT_FOUND },
		{ "nobody", "", NULL, ST_NOT_FOUND },
	};
	struct fixture *f = *state;

	small_world(f);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct secret_read q;

		secret_read_init(&q);
		q.app_key = str_from(cases[i].app);
		q.secret = str_from(cases[i].secret);
		q.corp_id = str_from(cases[i].corp);
		assert_int_equal(do_read(f, &q.read), cases[i].st);
		if (cases[i].st == ST_OK)
			assert_int_equal(q.app_version, 1);
	}
}

static void a_hasher_gives_the_same_hash_each_time(void **state)
{
	static const char *const tokens[] = { "", "a", "6d1bxxxx", "a" };
	struct token_hasher *h = token_hasher_new();
	unsigned char one[TOKEN_HASH], other[TOKEN_HASH];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
		token_hash(str_from(tokens[i]), one);
		token_hasher_run(h, str_from(tokens[i]), other);
		assert_memory_equal(one, other, TOKEN_HASH);
	}
	token_hasher_free(h);
}

static void equal_secrets_are_stored_differently(void **state)
{
	unsigned char a[SECRET_STORED], b[SECRET_STORED];

	(void)state;
	secret_store(STR("secret"), a);
	secret_store(STR("secret"), b);
	assert_memory_not_equal(a, b, SECRET_SALT);
	assert_memory_not_equal(
		a + SECRET_SALT, b + SECRET_SALT, SECRET_STORED - SECRET_SALT);
	assert_true(secret_matches(STR("secret"), a));
	assert_false(secret_matches(STR("Secret"), a));
}

static void forget(struct fixture *f, const struct token_issue_op *of, int64_t expires_ms)
{
	struct token_forget_op *op = ARENA_NEW(&f->arena, struct token_forget_op);
	unsigned char hash[TOKEN_HASH];

	token_hash(str_from(of->token), hash);
	token_forget_init(op, hash, expires_ms);
	assert_int_equal(do_change(f, &op->change), ST_OK);
}

static void an_expired_token_is_forgotten_unless_it_was_renewed(void **state)
{
	struct fixture *f = *state;
	struct token_issue_op *first, *again;

	small_world(f);
	first = issue(f, "all", 5000);
	again = issue(f, "all", 6000);
	assert_string_equal(first->token, again->token);
	forget(f, first, first->expires_ms);
	assert_true(caller_of(f, first->token).known);
	forget(f, again, again->expires_ms);
	assert_false(caller_of(f, first->token).known);
	/* even for a clock that is back within its life */
	assert_string_not_equal(issue(f, "all", 5000)->token, first->token);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_token_is_32_hex_digits_and_names_its_app_and_corp),
		FIXTURE_TEST(asked_again_in_time_the_same_token_is_renewed),
		FIXTURE_TEST(after_its_end_another_token_is_given_and_the_old_is_forgotten),
		FIXTURE_TEST(the_same_token_is_given_after_a_restart),
		FIXTURE_TEST(tokens_differ_by_app_and_key_and_issue),
		FIXTURE_TEST(a_raised_issue_number_ends_the_token),
		FIXTURE_TEST(a_clock_that_goes_back_lengthens_no_token),
		FIXTURE_TEST(an_expired_token_is_forgotten_unless_it_was_renewed),
		FIXTURE_TEST(a_fixed_token_is_known_whatever_is_issued),
		FIXTURE_TEST(only_the_hash_of_a_token_is_stored),
		FIXTURE_TEST(a_secret_is_checked_with_its_app_and_corp),
		FIXTURE_TEST(a_hasher_gives_the_same_hash_each_time),
		FIXTURE_TEST(equal_secrets_are_stored_differently),
	};

	return fixture_run("token", tests, ARRAY_LEN(tests));
}
