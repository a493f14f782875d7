/* SPDX-License-Identifier: Apache-2.0 */
/* The documents made from the tables hold all that the tables hold, in both languages. */
#include "api/reference.h"

#include "api/gate.h"
#include "api/openapi.h"
#include "api/route.h"
#include "json/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct documents {
	struct arena arena;
	struct str openapi;
	struct buf api[LANGUAGES], rules[LANGUAGES], limits;
};

static int setup(void **state)
{
	static struct documents d;

	d = (struct documents){ 0 };
	d.openapi = openapi_json(&d.arena);
	for (unsigned lang = 0; lang < LANGUAGES; lang++) {
		reference_api(&d.api[lang], lang);
		reference_rules(&d.rules[lang], lang);
	}
	reference_limits(&d.limits);
	*state = &d;
	return 0;
}

static int teardown(void **state)
{
	struct documents *d = *state;

	for (unsigned lang = 0; lang < LANGUAGES; lang++) {
		buf_fini(&d->api[lang]);
		buf_fini(&d->rules[lang]);
	}
	buf_fini(&d->limits);
	arena_fini(&d->arena);
	return 0;
}

static size_t count(struct str text, const char *part)
{
	size_t n = 0;

	for (const char *at = text.p, *end = text.p + text.n;
		(at = memmem(at, (size_t)(end - at), part, strlen(part))); at++)
		n++;
	return n;
}

static void assert_has(struct str text, const char *part)
{
	if (!count(text, part))
		fail_msg("not in the document: %s", part);
}

static void each_route(
	struct documents *d, void (*check)(struct documents *d, const struct route *r))
{
	for (const struct route *const *table = route_tables; *table; table++)
		for (const struct route *r = *table; r->path; r++)
			check(d, r);
}

static void assert_found_by_its_path(struct documents *d, const struct route *r)
{
	struct route_match match;
	struct buf path = { 0 };

	/* "/a/{id}/b" as "/a/x/b" */
	for (const char *p = r->path; *p; p++) {
		buf_add(&path, *p == '{' ? "x" : p, 1);
		if (*p == '{')
			p = strchr(p, '}');
	}
	route_find(r->method, buf_str(&path), &d->arena, &match);
	if (match.route != r)
		fail_msg("%s is not found", r->path);
	buf_add_str(&path, STR("/"));
	route_find(r->method, buf_str(&path), &d->arena, &match);
	if (match.route)
		fail_msg("%s is found with a / too many", r->path);
	path.p[path.n - 1] = '\0'; /* net lets none through */
	route_find(r->method, buf_str(&path), &d->arena, &match);
	if (match.route && !strchr(r->path, '{'))
		fail_msg("%s is found with a NUL too many", r->path);
	buf_fini(&path);
}

static void every_route_is_found_by_its_path(void **state)
{
	each_route(*state, assert_found_by_its_path);
}

/* ---- what must be told ---- */

static void assert_fields_told(
	struct documents *d, const struct route *r, const struct field *table)
{
	char key[128];

	for (const struct field *f = table; f && f->name; f++) {
		if (!f->doc || !f->zh)
			fail_msg("%s: %s is not explained in both languages", r->path,
				f->name);
		snprintf(key, sizeof(key), "\"%s\"", f->name);
		assert_has(d->openapi, key);
		snprintf(key, sizeof(key), "%s`", f->name);
		assert_has(buf_str(&d->api[ENGLISH]), key);
		assert_has(buf_str(&d->api[ENGLISH]), f->doc);
		assert_has(buf_str(&d->api[CHINESE]), f->zh);
		assert_fields_told(d, r, f->sub);
	}
}

static void assert_call_told(struct documents *d, const struct route *r)
{
	char text[128];

	assert_non_null(r->doc);
	assert_non_null(r->zh);
	snprintf(text, sizeof(text), "\"operationId\": \"%s\"", r->name);
	assert_int_equal(count(d->openapi, text), 1);
	snprintf(text, sizeof(text), "\"%s\": {", r->path);
	assert_int_equal(count(d->openapi, text), 1);
	snprintf(text, sizeof(text), "\n### %s\n", r->name);
	for (unsigned lang = 0; lang < LANGUAGES; lang++)
		assert_int_equal(count(buf_str(&d->api[lang]), text), 1);
	assert_fields_told(d, r, r->fields);
	assert_fields_told(d, r, r->reply);
}

static void every_call_and_field_is_told_once_in_both_languages(void **state)
{
	each_route(*state, assert_call_told);
}

static void assert_rule_told(struct documents *d, const struct rule *rule)
{
	const char *texts[][LANGUAGES] = {
		{ rule->refuses, rule->refuses_zh },
		{ rule->en, rule->zh },
		{ rule->id, rule->id },
		{ refuse_text(rule->answer)->code, refuse_text(rule->answer)->code },
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		for (unsigned lang = 0; lang < LANGUAGES; lang++) {
			if (!texts[i][lang])
				fail_msg("%s is not explained in both languages", rule->id);
			/* as a cell of a table */
			if (!strpbrk(texts[i][lang], "|<"))
				assert_has(buf_str(&d->rules[lang]), texts[i][lang]);
		}
}

static void assert_rules_told(struct documents *d, const struct route *r)
{
	for (const struct rule *rule = r->rules; rule && rule->id; rule++)
		assert_rule_told(d, rule);
}

static void every_rule_is_told_in_both_languages(void **state)
{
	struct documents *d = *state;

	for (const struct rule *rule = gate_rules; rule->id; rule++)
		assert_rule_told(d, rule);
	each_route(d, assert_rules_told);
}

/* One that has none of its own passes the gate's. */
static void assert_has_rules(struct documents *d, const struct route *r)
{
	char heading[128];

	snprintf(heading, sizeof(heading), "\n## %s\n", r->name);
	for (unsigned lang = 0; lang < LANGUAGES; lang++)
		if (r->style != STYLE_ADMIN &&
			count(buf_str(&d->rules[lang]), heading) != 1)
			fail_msg("%s: its rules are not told", r->path);
}

static void every_call_of_the_platform_s_has_its_rules(void **state)
{
	struct documents *d = *state;

	each_route(d, assert_has_rules);
	assert_has(buf_str(&d->api[ENGLISH]),
		"\n`GET /auth/scopes` · [rules](rules.md#oapiauthscopes)\n");
	assert_has(buf_str(&d->rules[ENGLISH]),
		"`GET /auth/scopes`\n\nOnly rules of every call: `token.present`, "
		"`token.valid`, ");
}

static void answers_are_told_as_they_are_sent(void **state)
{
	struct documents *d = *state;

	assert_has(buf_str(&d->rules[ENGLISH]),
		"400 `Missingbody` body is mandatory for this action. ");
	assert_has(buf_str(&d->rules[ENGLISH]),
		"400 `permession.checkFailed` 群主不在应用可见性内 ");
	assert_has(buf_str(&d->rules[CHINESE]), "429 `system.busy` 系统繁忙，请稍后重试 ");
}

static void ranges_are_those_of_the_fields(void **state)
{
	static const char *const rows[] = {
		"| `name` | string | 1–20 characters, not blank | new name |",
		"| `chatid` **required** | string | 1–64 characters |",
		"| `add_useridlist` | list of strings | at most 1,000, each 1–64 char",
		"| `managementOptions.searchable` | integer | 0 or 1 |",
		"| `conversationTag` | integer | 0–2 |",
		"| `ownerType` | string | `emp` or `ext` |",
		"| `after` | integer | at least 0 |",
		"| `appSecret` **required** | string | at most 128 characters |",
	};
	struct documents *d = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_has(buf_str(&d->api[ENGLISH]), rows[i]);
}

static void the_limits_are_those_of_the_header(void **state)
{
	struct documents *d = *state;

	assert_has(
		buf_str(&d->limits), "| `LIMIT_NAME` | 20 characters | a group's name |");
	assert_has(buf_str(&d->limits), "| `LIMIT_WORLD` | 33,554,432 bytes |");
}

static void both_languages_have_the_same_headings_and_rows(void **state)
{
	static const char *const parts[] = { "\n# ", "\n## ", "\n### ", "\n| ", "\n```" };
	struct documents *d = *state;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		assert_int_equal(count(buf_str(&d->api[ENGLISH]), parts[i]),
			count(buf_str(&d->api[CHINESE]), parts[i]));
		assert_int_equal(count(buf_str(&d->rules[ENGLISH]), parts[i]),
			count(buf_str(&d->rules[CHINESE]), parts[i]));
	}
}

struct openapi_head {
	struct str openapi;
};

static void the_openapi_document_is_strict_json(void **state)
{
	static const struct field fields[] = {
		FIELD(struct openapi_head, openapi, .flags = F_REQUIRED), { 0 }
	};
	struct documents *d = *state;
	struct openapi_head head = { 0 };
	struct error e = { 0 };

	if (json_decode(d->openapi, fields, &head, DECODE_STRICT, &d->arena, &e) != ST_OK)
		fail_msg("%s", e.text);
	assert_string_equal(head.openapi.p, "3.0.3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_route_is_found_by_its_path),
		cmocka_unit_test(every_call_and_field_is_told_once_in_both_languages),
		cmocka_unit_test(every_rule_is_told_in_both_languages),
		cmocka_unit_test(every_call_of_the_platform_s_has_its_rules),
		cmocka_unit_test(answers_are_told_as_they_are_sent),
		cmocka_unit_test(ranges_are_those_of_the_fields),
		cmocka_unit_test(the_limits_are_those_of_the_header),
		cmocka_unit_test(both_languages_have_the_same_headings_and_rows),
		cmocka_unit_test(the_openapi_document_is_strict_json),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
