/* SPDX-License-Identifier: Apache-2.0 */
/* What explain.h promises: what is told, what is kept, and what never is. */
#include "api/explain.h"

#include "base/limits.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PEOPLE_MAX = 64, ID_MAX = 4 * LIMIT_ID };

static const struct rule rule_name = { .id = "name.length", .answer = REFUSE_PARAMETER };
static const struct rule rule_token = { .id = "token.valid", .answer = REFUSE_TOKEN };

struct fixture {
	struct explanations *e;
	struct arena a;
};

static int setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .e = explanations_new() };
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	explanations_free(f->e);
	arena_fini(&f->a);
	return 0;
}

static size_t count_of(struct fixture *f)
{
	size_t count, bytes;

	explanations_size(f->e, &count, &bytes);
	return count;
}

static size_t bytes_of(struct fixture *f)
{
	size_t count, bytes;

	explanations_size(f->e, &count, &bytes);
	return bytes;
}

static const char *get(struct fixture *f, const char *request_id)
{
	return explanations_get(f->e, str_from(request_id), &f->a).p;
}

static const char *list(struct fixture *f, const char *app, const char *code, size_t limit)
{
	return explanations_list(f->e, str_from(app), str_from(code), limit, &f->a).p;
}

/* Those that a list tells of, newest first: "3 2 1 ". */
static const char *ids_of(struct fixture *f, const char *json)
{
	struct buf ids = { 0 };
	struct str copy;

	for (const char *at = json; (at = strstr(at, "\"requestid\":\""));) {
		at += strlen("\"requestid\":\"");
		buf_add(&ids, at, strcspn(at, "\""));
		buf_add(&ids, " ", 1);
	}
	copy = arena_str(&f->a, buf_str(&ids));
	buf_fini(&ids);
	return copy.p ? copy.p : "";
}

static void add(struct explanations *e, const char *id, const char *app, const char *code)
{
	explanations_add(e, &(struct explanation){ .request_id = str_from(id),
				    .corp_id = STR("dingcorp1"),
				    .app = str_from(app),
				    .code = str_from(code),
				    .api = STR("UpdateGroup"),
				    .status = 200 });
}

static void add_numbered(struct explanations *e, size_t from, size_t to)
{
	char id[32];

	for (size_t i = from; i < to; i++) {
		snprintf(id, sizeof(id), "%zu", i);
		add(e, id, "app", "");
	}
}

/* An update that added some employees. */
struct update {
	struct person_facts people[PEOPLE_MAX];
	enum outcome words[PEOPLE_MAX];
	char ids[PEOPLE_MAX][ID_MAX];
	struct group_facts facts;
	struct group_plan plan;
};

static void add_person(struct update *u, size_t id_length)
{
	size_t n = u->facts.add_emp.n++;

	assert_true(n < PEOPLE_MAX && id_length <= ID_MAX);
	memset(u->ids[n], 'x', id_length);
	u->people[n].id = (struct str){ u->ids[n], id_length };
	u->words[n] = OUTCOME_ADDED;
	u->facts.add_emp.v = u->people;
	u->plan.add_emp = (struct outcomes){ u->words, n + 1 };
}

static void add_update(struct fixture *f, const struct update *u)
{
	explanations_add(f->e, &(struct explanation){ .request_id = STR("R"),
				       .api = STR("UpdateGroup"),
				       .status = 200,
				       .facts = &u->facts,
				       .plan = &u->plan });
}

static void start_afresh(struct fixture *f)
{
	explanations_free(f->e);
	f->e = explanations_new();
}

/* Its record would have exactly `size` bytes if there were no limit. */
static void make_update(struct fixture *f, struct update *u, size_t size)
{
	enum { HEAD = 3, LENGTH = 100 };
	size_t room;

	memset(u, 0, sizeof(*u));
	u->plan.before.chatid = STR("chat1");
	start_afresh(f);
	add_update(f, u);
	room = size - bytes_of(f);
	start_afresh(f);
	while (room > 2 * (HEAD + LENGTH)) {
		add_person(u, LENGTH);
		room -= HEAD + LENGTH;
	}
	add_person(u, room - HEAD);
}

static void a_refusal_names_rule_place_value_and_way_out(void **state)
{
	struct fixture *f = *state;
	struct refusal why = {
		.rule = &rule_name,
		.field = "name",
		.value = STR("群\"群"),
		.why = "21 characters, at most 20",
		.zh = "名称为 1 到 20 个字符",
		.en = "a name has 1 to 20 characters",
	};

	explanations_add(f->e, &(struct explanation){
				       .request_id = STR("0197-A"),
				       .at_ms = INT64_C(1767225600007),
				       .corp_id = STR("dingcorp1"),
				       .app = STR("dingapp1"),
				       .api = STR("UpdateGroup"),
				       .status = 400,
				       .code = STR("parameter.invalid"),
				       .refusal = &why,
				       .micros = 412,
			       });
	assert_string_equal(get(f, "0197-A"),
		"{\"requestid\":\"0197-A\",\"at\":\"2026-01-01T00:00:00.007Z\","
		"\"corpId\":\"dingcorp1\",\"app\":\"dingapp1\",\"api\":\"UpdateGroup\","
		"\"status\":400,\"code\":\"parameter.invalid\",\"rule\":\"name.length\","
		"\"field\":\"name\",\"value\":\"群\\\"群\","
		"\"detail\":\"21 characters, at most 20\","
		"\"hint\":{\"zh\":\"名称为 1 到 20 个字符\","
		"\"en\":\"a name has 1 to 20 characters\"},\"micros\":412}");
}

static void a_success_tells_what_became_of_each_id_and_what_changed(void **state)
{
	struct person_facts add_emp[] = { { .id = STR("u1") }, { .id = STR("u2") } };
	struct person_facts del_ext[] = { { .id = STR("x1") } };
	enum outcome added[] = { OUTCOME_ADDED, OUTCOME_ALREADY_MEMBER };
	enum outcome removed[] = { OUTCOME_NOT_MEMBER };
	struct fixture *f = *state;
	struct group_facts facts = {
		.add_emp = { add_emp, 2 },
		.del_ext = { del_ext, 1 },
	};
	struct group_plan plan = {
		.before.chatid = STR("chat1"),
		.changed = CHANGED_NAME | CHANGED_MEMBERS |
			   CHANGED_OPTION_0 << OPTION_showHistoryType,
		.history_implied = true,
		.add_emp = { added, 2 },
		.del_ext = { removed, 1 },
	};
	struct explanation x = { .request_id = STR("R"),
		.corp_id = STR(""),
		.app = STR(""),
		.code = STR(""),
		.api = STR("UpdateGroup"),
		.status = 200,
		.facts = &facts,
		.plan = &plan };

	explanations_add(f->e, &x);
	assert_string_equal(get(f, "R"),
		"{\"requestid\":\"R\",\"at\":\"1970-01-01T00:00:00.000Z\",\"corpId\":\"\","
		"\"app\":\"\",\"api\":\"UpdateGroup\",\"status\":200,\"code\":\"\","
		"\"changed\":[\"name\",\"members\",\"managementOptions.showHistoryType\"],"
		"\"implied\":[\"managementOptions.showHistoryType\"],\"micros\":0,"
		"\"outcome\":{\"add_useridlist\":{\"u1\":\"added\",\"u2\":\"already_"
		"member\"},"
		"\"del_extidlist\":{\"x1\":\"not_member\"}}}");
}

static void a_create_names_the_lists_of_its_own_request(void **state)
{
	struct person_facts emp[] = { { .id = STR("u1") } };
	struct person_facts ext[] = { { .id = STR("x1") } };
	enum outcome added[] = { OUTCOME_ADDED };
	struct fixture *f = *state;
	struct group_facts facts = { .add_emp = { emp, 1 }, .add_ext = { ext, 1 } };
	struct group_plan plan = { .add_emp = { added, 1 }, .add_ext = { added, 1 } };

	assert_string_equal(outcome_json(&facts, &plan, 1000, &f->a).p,
		"{\"useridlist\":{\"u1\":\"added\"},\"extidlist\":{\"x1\":\"added\"}}");
}

static void an_update_that_changed_nothing_says_so(void **state)
{
	struct fixture *f = *state;
	struct update u = { .plan.before.chatid = STR("chat1") };

	add_update(f, &u);
	assert_non_null(strstr(get(f, "R"), "\"changed\":[]"));
	assert_non_null(strstr(get(f, "R"), "\"outcome\":{}"));
	assert_string_equal(changed_json(&u.plan, &f->a).p, "[]");
}

static void secrets_are_never_told(void **state)
{
	struct fixture *f = *state;
	struct refusal why = { .rule = &rule_token, .value = STR("6d1bsecret") };

	explanations_add(f->e, &(struct explanation){ .request_id = STR("R"),
				       .status = 400,
				       .code = STR("InvalidAuthentication"),
				       .refusal = &why });
	assert_null(strstr(get(f, "R"), "6d1bsecret"));
}

static void who_is_not_known_is_told_as_empty(void **state)
{
	struct fixture *f = *state;

	explanations_add(
		f->e, &(struct explanation){ .request_id = STR("R"), .status = 400 });
	assert_string_equal(get(f, "R"),
		"{\"requestid\":\"R\",\"at\":\"1970-01-01T00:00:00.000Z\",\"corpId\":\"\","
		"\"app\":\"\",\"api\":\"\",\"status\":400,\"code\":\"\",\"micros\":0}");
}

static void a_long_value_is_cut_between_characters(void **state)
{
	struct fixture *f = *state;
	struct refusal why = { .rule = &rule_name };
	struct buf value = { 0 };

	buf_add_str(&value, STR("x"));
	for (size_t i = 0; i < 3000; i++)
		buf_add_str(&value, STR("群"));
	why.value = buf_str(&value);
	explanations_add(
		f->e, &(struct explanation){
			      .request_id = STR("R"), .status = 400, .refusal = &why });
	buf_fini(&value);
	assert_true(bytes_of(f) <= LIMIT_EXPLANATION);
	assert_non_null(strstr(get(f, "R"), "群\",\"micros\""));
}

static void a_record_holds_the_limit_and_counts_what_is_beyond(void **state)
{
	static const struct {
		size_t size;
		const char *more;
	} cases[] = {
		{ LIMIT_EXPLANATION - 1, NULL },
		{ LIMIT_EXPLANATION, NULL },
		{ LIMIT_EXPLANATION + 1, "},\"more\":1}" },
	};
	static struct update u;
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		make_update(f, &u, cases[i].size);
		add_update(f, &u);
		if (cases[i].more) {
			assert_true(bytes_of(f) < LIMIT_EXPLANATION);
			assert_non_null(strstr(get(f, "R"), cases[i].more));
		} else {
			assert_int_equal(bytes_of(f), cases[i].size);
			assert_null(strstr(get(f, "R"), "\"more\""));
		}
	}
}

static void outcome_json_stays_within_its_bound(void **state)
{
	static struct update u;
	struct fixture *f = *state;

	make_update(f, &u, LIMIT_EXPLANATION);
	for (size_t max = 64; max < 5000; max++) {
		struct str json = outcome_json(&u.facts, &u.plan, max, &f->a);
		const char *more = strstr(json.p, "\"more\":");
		size_t told = 0;

		assert_true(json.n <= max);
		for (const char *at = json.p; (at = strstr(at, "\"added\"")); at++)
			told++;
		if (more)
			told += strtoul(more + strlen("\"more\":"), NULL, 10);
		assert_int_equal(told, u.plan.add_emp.n);
		arena_fini(&f->a);
	}
}

static void the_oldest_go_first_when_there_are_too_many(void **state)
{
	struct fixture *f = *state;

	add_numbered(f->e, 0, LIMIT_EXPLANATIONS - 1);
	assert_int_equal(count_of(f), LIMIT_EXPLANATIONS - 1);
	add_numbered(f->e, LIMIT_EXPLANATIONS - 1, LIMIT_EXPLANATIONS);
	assert_int_equal(count_of(f), LIMIT_EXPLANATIONS);
	assert_non_null(get(f, "0"));
	add_numbered(f->e, LIMIT_EXPLANATIONS, LIMIT_EXPLANATIONS + 1);
	assert_int_equal(count_of(f), LIMIT_EXPLANATIONS);
	assert_null(get(f, "0"));
	assert_non_null(get(f, "1"));
	assert_non_null(get(f, "10000"));
}

static void the_oldest_go_first_when_they_are_too_large(void **state)
{
	enum { FIT = LIMIT_EXPLANATION_BYTES / LIMIT_EXPLANATION };
	static struct update u;
	struct fixture *f = *state;

	/* given one small record, the oldest, and as many of the largest as fit beside it
	 */
	make_update(f, &u, LIMIT_EXPLANATION);
	add(f->e, "small", "app", "");
	for (size_t i = 0; i < FIT - 1; i++)
		add_update(f, &u);
	assert_int_equal(count_of(f), FIT);
	assert_non_null(get(f, "small"));
	/* when one more comes, the small one makes room, to the last byte */
	add_update(f, &u);
	assert_int_equal(count_of(f), FIT);
	assert_int_equal(bytes_of(f), LIMIT_EXPLANATION_BYTES);
	assert_null(get(f, "small"));
	/* and a small one costs a large one */
	add(f->e, "small", "app", "");
	assert_int_equal(count_of(f), FIT);
	assert_true(bytes_of(f) <= LIMIT_EXPLANATION_BYTES);
}

static void a_list_is_newest_first_filtered_and_limited(void **state)
{
	static const struct {
		const char *app, *code;
		size_t limit;
		const char *want;
	} cases[] = {
		{ NULL, NULL, 1000, "6 5 4 3 2 1 " },
		{ NULL, NULL, 2, "6 5 " },
		{ NULL, NULL, 0, "" },
		{ "a", NULL, 1000, "6 4 2 1 " },
		{ "b", NULL, 1000, "5 3 " },
		{ NULL, "", 1000, "6 3 1 " },
		{ NULL, "parameter.invalid", 1000, "5 4 2 " },
		{ "a", "parameter.invalid", 1, "4 " },
		{ "c", NULL, 1000, "" },
	};
	struct fixture *f = *state;

	add(f->e, "1", "a", "");
	add(f->e, "2", "a", "parameter.invalid");
	add(f->e, "3", "b", "");
	add(f->e, "4", "a", "parameter.invalid");
	add(f->e, "5", "b", "parameter.invalid");
	add(f->e, "6", "a", "");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(
			ids_of(f, list(f, cases[i].app, cases[i].code, cases[i].limit)),
			cases[i].want);
	assert_string_equal(list(f, "c", NULL, 10), "[]");
}

static void an_unknown_request_is_not_there(void **state)
{
	struct fixture *f = *state;

	add(f->e, "1", "a", "");
	assert_null(get(f, "11"));
	assert_null(get(f, ""));
}

enum { THREADS = 4, EACH = 4000 };

static void *add_many(void *e)
{
	add_numbered(e, 0, EACH);
	return NULL;
}

static void threads_add_while_others_read(void **state)
{
	struct fixture *f = *state;
	pthread_t threads[THREADS];

	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, add_many, f->e), 0);
	for (size_t i = 0; i < 50; i++) {
		assert_int_equal(*list(f, NULL, NULL, 20), '[');
		(void)get(f, "7");
		arena_fini(&f->a);
	}
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(count_of(f), LIMIT_EXPLANATIONS);
	assert_non_null(get(f, "3999"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_refusal_names_rule_place_value_and_way_out),
		CASE(a_success_tells_what_became_of_each_id_and_what_changed),
		CASE(a_create_names_the_lists_of_its_own_request),
		CASE(an_update_that_changed_nothing_says_so),
		CASE(secrets_are_never_told),
		CASE(who_is_not_known_is_told_as_empty),
		CASE(a_long_value_is_cut_between_characters),
		CASE(a_record_holds_the_limit_and_counts_what_is_beyond),
		CASE(outcome_json_stays_within_its_bound),
		CASE(the_oldest_go_first_when_there_are_too_many),
		CASE(the_oldest_go_first_when_they_are_too_large),
		CASE(a_list_is_newest_first_filtered_and_limited),
		CASE(an_unknown_request_is_not_there),
		CASE(threads_add_while_others_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
