/* SPDX-License-Identifier: Apache-2.0 */
#include "api/reference.h"

#include "api/answer.h"
#include "api/catalog.h"
#include "api/errcodes.h"
#include "api/gate.h"
#include "api/markdown.h"
#include "api/reference_words.h"
#include "base/limits.h"
#include "store/world.h"

#include <ctype.h>
#include <string.h>

/* The parts of both documents: which calls, under what heading. */
static const struct part {
	enum word title, doc;
	bool styles[4];
	const char *example;
	const struct field *errors;
} parts[] = {
	{
		.title = W_NEW_TITLE,
		.doc = W_NEW_DOC,
		.styles = { [STYLE_NEW] = true },
		.example = "curl http://127.0.0.1:7780/v1.0/im/group/update \\\n"
			   "  -H 'x-acs-dingtalk-access-token: 6d1bxxxx' \\\n"
			   "  -H 'Content-Type: application/json' \\\n"
			   "  -d '{\"chatid\":\"chatxxxx\",\"name\":\"测试群\"}'\n",
		.errors = error_fields,
	},
	{
		.title = W_OLD_TITLE,
		.doc = W_OLD_DOC,
		.styles = { [STYLE_OAPI] = true, [STYLE_TOPAPI] = true },
		.example = "curl 'http://127.0.0.1:7780/chat/get"
			   "?access_token=6d1bxxxx&chatid=chatxxxx'\n",
		.errors = oapi_error_fields,
	},
	{
		.title = W_QUN_TITLE,
		.doc = W_QUN_DOC,
		.styles = { [STYLE_ADMIN] = true },
		.example = "curl 'http://127.0.0.1:7780/_qun/requests?limit=1' \\\n"
			   "  -H \"Authorization: Bearer $(cat qun-demo/admin.token)\"\n",
		.errors = admin_error_fields,
	},
};

static const char *say(enum word word, enum language lang)
{
	return reference_words[word][lang];
}

static void append_paragraph(struct buf *out, const char *text)
{
	buf_printf(out, "%s\n\n", text);
}

static void append_title(
	struct buf *out, enum language lang, enum word title, enum word made)
{
	buf_printf(out, "# %s\n\n%s\n\n", say(title, lang), say(made, lang));
}

/* A sentence with one thing to name in it. */
static void append_sentence(
	struct buf *out, enum language lang, enum word pattern, struct str name)
{
	const char *text = say(pattern, lang), *at = strstr(text, "%s");

	buf_add(out, text, (size_t)(at - text));
	buf_add_str(out, name);
	buf_printf(out, "%s", at + strlen("%s"));
}

/* Calls `append` for every route of a part that is in the reference. */
static void each_route(struct buf *out, enum language lang, const struct part *part,
	void (*append)(struct buf *out, enum language lang, const struct route *route))
{
	for (const struct route *const *table = route_tables; *table; table++)
		for (const struct route *r = *table; r->path; r++)
			if (part->styles[r->style] && !(r->flags & ROUTE_INTERNAL))
				append(out, lang, r);
}

/* As the anchors of headings are made. */
static void append_anchor(struct buf *out, const char *name)
{
	for (const char *p = name; *p; p++) {
		char c = (char)tolower((unsigned char)*p);

		buf_add(out, &c, 1);
	}
}

/* ---- calls ---- */

static void append_link(struct buf *out, const struct route *route)
{
	buf_printf(out, "[%s](#", route->name);
	append_anchor(out, route->name);
	buf_add_str(out, STR(")"));
}

static void append_overview_row(
	struct buf *out, enum language lang, const struct route *route)
{
	buf_add_str(out, STR("| "));
	append_link(out, route);
	buf_printf(out, " | `%s %s` | ", catalog_method(route), route->path);
	md_words(out, lang, route->doc, route->zh);
	if (route->permission)
		buf_printf(out, " | `%s` |\n", route->permission);
	else
		buf_add_str(out, STR(" | |\n"));
}

static void append_overview(struct buf *out, enum language lang)
{
	static const char *const heads[][5] = {
		{ "call", "method and path", "what it does", "permission point", NULL },
		{ "接口", "方法与路径", "说明", "权限点", NULL },
	};

	md_table_head(out, heads[lang]);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		each_route(out, lang, &parts[i], append_overview_row);
	buf_add_str(out, STR("\n"));
}

static void append_table_of(struct buf *out, enum language lang, enum word title,
	const struct field *table, bool request)
{
	buf_printf(out, "%s%s\n\n", say(title, lang), lang == CHINESE ? "：" : ":");
	md_fields(out, lang, table, request);
}

static enum word request_title(const struct route *route)
{
	if (catalog_fields_in_query(route))
		return W_QUERY;
	if (route->flags & ROUTE_UPLOAD)
		return W_PARTS;
	return route->style == STYLE_NEW ? W_BODY : W_PARAMETERS;
}

static void append_request(struct buf *out, enum language lang, const struct route *route)
{
	if (route->fields)
		append_table_of(out, lang, request_title(route), route->fields, true);
	if (route->flags & ROUTE_WORLD)
		append_table_of(out, lang, W_WORLD, world_fields, true);
	if (route->flags & ROUTE_UPLOAD)
		append_paragraph(out, say(W_FILE, lang));
}

/* The first call that replies so. */
static const struct route *first_with_reply(const struct field *reply)
{
	for (const struct route *const *table = route_tables; *table; table++)
		for (const struct route *r = *table; r->path; r++)
			if (r->reply == reply)
				return r;
	return NULL;
}

static void append_reply(struct buf *out, enum language lang, const struct route *route)
{
	bool list = route->flags & ROUTE_LIST;
	const struct route *first;
	struct buf link = { 0 };

	if (!route->reply)
		return;
	if (route->flags & ROUTE_WORLD) {
		append_paragraph(out, say(W_REPLY_WORLD, lang));
		return;
	}
	first = first_with_reply(route->reply);
	if (first == route) {
		append_table_of(
			out, lang, list ? W_REPLY_LIST : W_REPLY, route->reply, false);
		return;
	}
	append_link(&link, first);
	append_sentence(out, lang, list ? W_REPLY_LIST_AS : W_REPLY_AS, buf_str(&link));
	buf_fini(&link);
}

/* Its own, or the gate's. */
static bool has_rules(const struct route *route)
{
	struct catalog_rules rules;

	catalog_rules(route, &rules);
	return rules.n > 0;
}

static void append_call(struct buf *out, enum language lang, const struct route *route)
{
	buf_printf(out, "### %s\n\n", route->name);
	md_words(out, lang, route->doc, route->zh);
	buf_printf(out, "%s\n\n`%s %s`", say(W_PERIOD, lang), catalog_method(route),
		route->path);
	if (route->permission)
		buf_printf(out, " · %s `%s`", say(W_PERMISSION, lang), route->permission);
	if (route->flags & ROUTE_NO_TOKEN)
		buf_printf(out, " · %s", say(W_NO_TOKEN, lang));
	if (has_rules(route)) {
		buf_printf(out, " · [%s](rules%s.md#", say(W_RULES_LINK, lang),
			lang == CHINESE ? ".zh-CN" : "");
		append_anchor(out, route->name);
		buf_add_str(out, STR(")"));
	}
	buf_add_str(out, STR("\n\n"));
	append_request(out, lang, route);
	append_reply(out, lang, route);
}

void reference_api(struct buf *out, enum language lang)
{
	append_title(out, lang, W_API_TITLE, W_API_MADE);
	append_paragraph(out, say(W_API_INTRO, lang));
	append_overview(out, lang);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		const char *title = say(parts[i].title, lang);

		buf_printf(out, "## %s\n\n", title);
		append_paragraph(out, say(parts[i].doc, lang));
		buf_printf(out, "```sh\n%s```\n\n", parts[i].example);
		each_route(out, lang, &parts[i], append_call);
		buf_printf(out, "### %s%s%s\n\n", say(W_ERRORS, lang), say(W_COLON, lang),
			title);
		md_fields(out, lang, parts[i].errors, false);
	}
}

/* ---- rules ---- */

static void append_answer(struct buf *out, enum refuse answer)
{
	const struct refuse_text *text = refuse_text(answer);

	buf_printf(out, "%d `%s` ", text->http, text->code);
	md_text(out, text->message);
}

/* On the old API: the number, and its text unless the answer is one of its own. */
static void append_errcode(struct buf *out, const struct rule *rule, bool with_text)
{
	const struct refuse_text *answer = refuse_text(rule->answer);
	const char *text = answer->http == 200 ? NULL : errcode_text(rule->errcode);

	buf_printf(out, "%d", rule->errcode);
	if (!with_text)
		return;
	buf_add_str(out, STR(" "));
	md_text(out, text ? text : answer->message);
}

static void append_rule(
	struct buf *out, enum language lang, const struct rule *rule, bool new_api)
{
	buf_printf(out, "| `%s` | `%s` | ", rule->id, rule->field);
	md_words(out, lang, rule->refuses, rule->refuses_zh);
	buf_add_str(out, STR(" | "));
	if (new_api) {
		append_answer(out, rule->answer);
		buf_add_str(out, STR(" | "));
	}
	append_errcode(out, rule, !new_api);
	buf_add_str(out, STR(" | "));
	md_words(out, lang, rule->en, rule->zh);
	buf_add_str(out, STR(" |\n"));
}

static void append_rules(
	struct buf *out, enum language lang, const struct rule *table, bool new_api)
{
	static const char *const new_heads[][7] = {
		{ "rule", "key", "refused when", "answer", "errcode (old API)",
			"what to do about it", NULL },
		{ "规则", "参数", "拒绝条件", "应答", "旧版 errcode", "如何解决", NULL },
	};
	static const char *const old_heads[][6] = {
		{ "rule", "key", "refused when", "errcode", "what to do about it", NULL },
		{ "规则", "参数", "拒绝条件", "errcode", "如何解决", NULL },
	};

	md_table_head(out, new_api ? new_heads[lang] : old_heads[lang]);
	for (const struct rule *r = table; r->id; r++)
		append_rule(out, lang, r, new_api);
	buf_add_str(out, STR("\n"));
}

/* "First: `token.present`, `token.valid`." */
static void append_gate_rules(
	struct buf *out, enum language lang, const struct route *route)
{
	enum word title = route->rules ? W_GATE_FIRST : W_GATE_ONLY;
	const char *before = say(W_COLON, lang);
	bool any = false;

	for (const struct rule *r = gate_rules; r->id; r++) {
		if (!catalog_gate_applies(route, r))
			continue;
		if (!any)
			buf_printf(out, "%s", say(title, lang));
		buf_printf(out, "%s`%s`", before, r->id);
		before = say(W_COMMA, lang);
		any = true;
	}
	if (any)
		append_paragraph(out, say(W_PERIOD, lang));
}

/* "If Qun fails: 400001 ...", where it is not what every call answers. */
static void append_failed(struct buf *out, enum language lang, const struct route *route)
{
	const struct refuse_text *text = refuse_text(REFUSE_SYSTEM);

	if (!route->failed)
		return;
	buf_printf(out, "%s%s", say(W_FAILED_AS, lang), say(W_COLON, lang));
	if (route->style == STYLE_NEW)
		buf_printf(out, "%d `%s` ", text->http, text->code);
	else
		buf_printf(out, "%d ", route->failed);
	buf_add_str(out, str_from(errcode_text(route->failed)));
	append_paragraph(out, say(W_PERIOD, lang));
}

static void append_call_rules(
	struct buf *out, enum language lang, const struct route *route)
{
	if (!has_rules(route))
		return;
	buf_printf(out, "## %s\n\n`%s %s`\n\n", route->name, catalog_method(route),
		route->path);
	append_gate_rules(out, lang, route);
	if (!route->rules)
		return;
	if (route->style != STYLE_NEW)
		append_paragraph(out, say(W_ERRCODE_NOTE, lang));
	append_rules(out, lang, route->rules, route->style == STYLE_NEW);
	append_failed(out, lang, route);
}

/* What is answered when no rule refuses and yet nothing is done. */
static void append_no_rule(struct buf *out, enum language lang)
{
	static const char *const heads[][4] = {
		{ "answer", "when", "what to do about it", NULL },
		{ "应答", "何时", "如何解决", NULL },
	};
	static const struct {
		enum refuse answer;
		enum word when, hint;
	} rows[] = {
		{ REFUSE_BUSY, W_BUSY, W_BUSY_HINT },
		{ REFUSE_SYSTEM, W_FAILED, W_FAILED_HINT },
	};

	buf_printf(out, "## %s\n\n", say(W_NO_RULE, lang));
	append_paragraph(out, say(W_NO_RULE_INTRO, lang));
	md_table_head(out, heads[lang]);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		buf_add_str(out, STR("| "));
		append_answer(out, rows[i].answer);
		buf_printf(out, " | %s | %s |\n", say(rows[i].when, lang),
			say(rows[i].hint, lang));
	}
	buf_add_str(out, STR("\n"));
}

void reference_rules(struct buf *out, enum language lang)
{
	append_title(out, lang, W_RULES_TITLE, W_RULES_MADE);
	append_paragraph(out, say(W_RULES_INTRO, lang));
	buf_printf(out, "## %s\n\n", say(W_GATE, lang));
	append_paragraph(out, say(W_GATE_NOTE, lang));
	append_rules(out, lang, gate_rules, true);
	append_no_rule(out, lang);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		each_route(out, lang, &parts[i], append_call_rules);
}

/* ---- limits ---- */

void reference_limits(struct buf *out)
{
	static const struct {
		const char *name, *unit, *meaning;
		int64_t value;
	} limits[] = {
#define X(name, value, unit, meaning) { #name, unit, meaning, value },
		LIMITS(X)
#undef X
	};
	static const char *const heads[] = { "limit", "value", "of what", NULL };

	buf_add_str(out, STR("# Limits\n\n"
			     "Made from `src/base/limits.h` by `make docs`.\n\n"));
	md_table_head(out, heads);
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		buf_printf(out, "| `%s` | ", limits[i].name);
		md_number(out, limits[i].value);
		buf_printf(out, " %s | ", limits[i].unit);
		md_text(out, limits[i].meaning);
		buf_add_str(out, STR(" |\n"));
	}
}
