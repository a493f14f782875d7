/* SPDX-License-Identifier: Apache-2.0 */
/* A join link holds what it was made of, and only what this key made is one. */
#include "testing.h"

#include "api/join_link.h"
#include "base/text.h"

static const unsigned char key[] = "a key of which 32 bytes are read";
static const unsigned char other_key[] = "A key of which 32 bytes are read";

static const struct join_link sample = {
	.corp_id = STR_INIT("dingcorp1"),
	.open_conversation_id = STR_INIT("cidVwhmrlxsR3sL3+JdH1LjUA=="),
	.link_version = 7,
	.issued_ms = INT64_C(1767225600123),
};
#define HEAD "https://qr.dingtalk.com/action/joingroup?code=v1="
#define TAIL "&_dt_no_comment=1&origin=11"

/* The code between head and tail. */
static struct str code_of(struct str text)
{
	return str_slice(text, sizeof(HEAD) - 1, text.n - (sizeof(TAIL) - 1));
}

static void assert_opens(struct str text, struct arena *a)
{
	struct join_link got;

	if (!join_link_open(text, key, a, &got))
		fail_msg("%.*s is refused", STR_FMT(text));
	check_str("corp", got.corp_id, sample.corp_id);
	check_str("group", got.open_conversation_id, sample.open_conversation_id);
	assert_int_equal(got.link_version, sample.link_version);
	assert_int_equal(got.issued_ms, sample.issued_ms);
}

static void a_link_has_the_documented_form_and_is_read_back(void **state)
{
	struct arena a = { 0 };
	struct str text = join_link_text(&sample, key, &a), code;

	(void)state;
	assert_true(str_starts(text, STR(HEAD)));
	check_str("tail", str_slice(text, text.n - (sizeof(TAIL) - 1), text.n), STR(TAIL));
	assert_opens(text, &a);

	code = code_of(text);
	assert_opens(code, &a);
	assert_opens(arena_printf(&a, "v1=%.*s", STR_FMT(code)), &a);
	assert_opens(arena_printf(&a, HEAD "%.*s", STR_FMT(code)), &a);
	arena_fini(&a);
}

static void numbers_of_every_size_are_kept(void **state)
{
	static const int64_t numbers[] = { 0, 1, 255, 256, INT64_MAX };
	struct arena a = { 0 };
	struct join_link sent = sample, got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		sent.link_version = numbers[i];
		sent.issued_ms = numbers[ARRAY_LEN(numbers) - 1 - i];
		assert_true(join_link_open(join_link_text(&sent, key, &a), key, &a, &got));
		assert_int_equal(got.link_version, sent.link_version);
		assert_int_equal(got.issued_ms, sent.issued_ms);
	}
	arena_fini(&a);
}

/* Also: no character can be left out, and none can be added. */
static void a_link_cannot_be_made_or_changed_without_the_key(void **state)
{
	struct arena a = { 0 };
	struct str code = code_of(join_link_text(&sample, key, &a));
	struct join_link got;

	(void)state;
	assert_false(join_link_open(code, other_key, &a, &got));
	for (size_t i = 0; i < code.n; i++) {
		char *changed = arena_cstr(&a, code);

		changed[i] = changed[i] == 'A' ? 'B' : 'A';
		if (join_link_open((struct str){ changed, code.n }, key, &a, &got))
			fail_msg("with another character %zu it opens", i);
		if (join_link_open(str_slice(code, 0, i), key, &a, &got))
			fail_msg("cut at %zu it opens", i);
	}
	assert_false(
		join_link_open(arena_printf(&a, "%.*sA", STR_FMT(code)), key, &a, &got));
	assert_false(join_link_open(STR(""), key, &a, &got));
	assert_false(join_link_open(STR(HEAD TAIL), key, &a, &got));
	arena_fini(&a);
}

static void every_part_is_in_the_code(void **state)
{
	struct join_link others[] = { sample, sample, sample, sample };
	struct arena a = { 0 };
	struct str ours = join_link_text(&sample, key, &a);

	(void)state;
	others[0].corp_id = STR("dingcorp2");
	others[1].open_conversation_id = STR("cidAwhmrlxsR3sL3+JdH1LjUA==");
	others[2].link_version++;
	others[3].issued_ms++;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_false(str_eq(join_link_text(&others[i], key, &a), ours));
	assert_true(str_eq(join_link_text(&sample, key, &a), ours));
	arena_fini(&a);
}

static void a_link_ends_after_365_days(void **state)
{
	(void)state;
	assert_int_equal(join_link_end_ms(&sample) - sample.issued_ms,
		INT64_C(365) * 24 * 60 * 60 * 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_link_has_the_documented_form_and_is_read_back),
		cmocka_unit_test(numbers_of_every_size_are_kept),
		cmocka_unit_test(a_link_cannot_be_made_or_changed_without_the_key),
		cmocka_unit_test(every_part_is_in_the_code),
		cmocka_unit_test(a_link_ends_after_365_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
