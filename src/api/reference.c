/* SPDX-License-Identifier: Apache-2.0 */
#include "api/reference.h"

#include "api/answer.h"
#include "api/catalog.h"
#include "api/errcodes.h"
#include "api/gate.h"
#include "api/markdown.h"
#include "base/limits.h"
#include "store/world.h"

#include <ctype.h>
#include <string.h>

/* ---- the words around the tables ---- */

#define WORDS(X) \
	X(API_TITLE, "API reference", "接口参考") \
	X(API_INTRO, \
		"Qun answers all of these on one address. Paths, keys, codes and texts " \
		"are " \
		"DingTalk's, so its official SDKs work unchanged; calls under `/_qun/` " \
		"are " \
		"Qun's own. Every answer has the headers `x-acs-request-id` and " \
		"`x-acs-trace-id`; with the first, `GET /_qun/requests/{requestid}` " \
		"tells why " \
		"a call was answered as it was. [rules.md](rules.md) has every rule, " \
		"[openapi.json](openapi.json) the same calls for programs.", \
		"以下接口都在同一个地址上。路径、参数名、错误码与文案均与钉钉一致，官方 " \
		"SDK " \
		"无需修改即可使用；`/_qun/` 下是 Qun 自身的接口。每个应答都带有 " \
		"`x-acs-request-id` 和 `x-acs-trace-id` 头，用前者可通过 `GET " \
		"/_qun/requests/{requestid}` 查询应答的原因。全部规则见 " \
		"[rules.zh-CN.md](rules.zh-CN.md)，供程序使用的版本见 " \
		"[openapi.json](openapi.json)。") \
	X(PERMISSION, "permission point", "权限点") \
	X(BODY, "Request body (JSON)", "请求体（JSON）") \
	X(PARAMETERS, "Parameters (query, form or JSON body)", \
		"参数（查询串、表单或 JSON）") \
	X(QUERY, "Query", "查询参数") \
	X(WORLD_BODY, "Request body (JSON): a world", "请求体（JSON）：world") \
	X(UPLOAD, "The file is the part `media` of a multipart/form-data body.", \
		"文件放在 multipart/form-data 请求体的 `media` 部分。") \
	X(REPLY, "Reply", "应答") \
	X(REPLY_LIST, "Reply: a list of", "应答：列表，每项为") \
	X(ERRORS, "Errors", "错误") \
	X(RULES_LINK, "rules", "规则") \
	X(NO_TOKEN, "no token", "无需 token") \
	X(RULES_TITLE, "Rules", "规则参考") \
	X(RULES_INTRO, \
		"A call passes its rules in this order, and the first that does not hold " \
		"answers it: a refused call has changed nothing. An explanation (`GET " \
		"/_qun/requests/{requestid}`), the header `x-qun-verbose: 1` and " \
		"`--hints` " \
		"name the rule by the id in the first column.", \
		"每次调用按以下顺序逐条检查规则，由第一条不满足的规则作答；被拒绝的调用不" \
		"会改变任何" \
		"数据。`GET /_qun/requests/{requestid}`、请求头 `x-qun-verbose: 1` 与 " \
		"`--hints` 都以第一列的规则名说明原因。") \
	X(GATE, "Before every call", "所有接口") \
	X(GATE_FIRST, "First", "先检查") \
	X(ERRCODE_NOTE, "HTTP status 200 and this errcode in the body.", \
		"HTTP 状态码为 200，应答体中的 errcode 如下。")

enum word {
#define X(name, en, zh) W_##name,
	WORDS(X)
#undef X
};

static const char *const words[][LANGUAGES] = {
#define X(name, en, zh) { en, zh },
	WORDS(X)
#undef X
};

/* The parts of both documents: which calls, under what heading. */
static const struct part {
	const char *title[LANGUAGES], *doc[LANGUAGES];
	bool styles[4];
	const struct field *errors;
} parts[] = {
	{
		.title = { "The new API", "新版服务端 API" },
		.doc = { "On DingTalk's side `api.dingtalk.com`. The token is the header "
			 "`x-acs-dingtalk-access-token`; bodies are JSON; a refusal has an "
			 "HTTP "
			 "status of 400 or more.",
			"对应钉钉的 `api.dingtalk.com`。token 放在请求头 "
			"`x-acs-dingtalk-access-token` 中；请求体为 JSON；被拒绝时 HTTP "
			"状态码不小于 400。" },
		.styles = { [STYLE_NEW] = true },
		.errors = error_fields,
	},
	{
		.title = { "The old API", "旧版服务端 API" },
		.doc = { "On DingTalk's side `oapi.dingtalk.com`. The token is the "
			 "parameter "
			 "`access_token`, in the query, a form or a multipart part; the "
			 "HTTP "
			 "status is always 200, and `errcode` is 0 on success.",
			"对应钉钉的 `oapi.dingtalk.com`。token 为参数 "
			"`access_token`，可放在查询串、表单或 multipart 中；HTTP "
			"状态码恒为 "
			"200，`errcode` 为 0 表示成功。" },
		.styles = { [STYLE_OAPI] = true, [STYLE_TOPAPI] = true },
		.errors = oapi_error_fields,
	},
	{
		.title = { "Qun's own calls", "Qun 自身的接口" },
		.doc = { "For operators and for tests. They need the header "
			 "`Authorization: "
			 "Bearer TOKEN` with the token of `--admin-token` or of the file "
			 "`admin.token` in the data folder.",
			"供运维与测试使用。需要请求头 `Authorization: Bearer TOKEN`，TOKEN "
			"由 "
			"`--admin-token` 指定，或见数据目录中的 `admin.token` 文件。" },
		.styles = { [STYLE_ADMIN] = true },
		.errors = admin_error_fields,
	},
};

static void append_title(
	struct buf *out, enum language lang, enum word title, const char *file)
{
	buf_printf(out, "# %s\n\n", words[title][lang]);
	if (lang == CHINESE)
		buf_printf(out,
			"由 `make docs` 根据 `src/` 中的表生成；[English](%s.md)。\n\n",
			file);
	else
		buf_printf(out,
			"Made from the tables in `src/` by `make docs`; "
			"[中文](%s.zh-CN.md).\n\n",
			file);
}

static void append_paragraph(struct buf *out, const char *text)
{
	buf_printf(out, "%s\n\n", text);
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

static void append_overview_row(
	struct buf *out, enum language lang, const struct route *route)
{
	buf_printf(out, "| [%s](#", route->name);
	append_anchor(out, route->name);
	buf_printf(out, ") | `%s %s` | ", catalog_method(route), route->path);
	md_words(out, lang, route->doc, route->zh);
	buf_printf(out, " | %s%s%s |\n", route->permission ? "`" : "",
		route->permission ? route->permission : "", route->permission ? "`" : "");
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

static void append_request(struct buf *out, enum language lang, const struct route *route)
{
	enum word title = W_BODY;

	if (route->style == STYLE_OAPI || route->style == STYLE_TOPAPI)
		title = W_PARAMETERS;
	if (catalog_fields_in_query(route))
		title = W_QUERY;
	if (route->fields) {
		buf_printf(out, "%s:\n\n", words[title][lang]);
		md_fields(out, lang, route->fields, true);
	}
	if (route->flags & ROUTE_WORLD) {
		buf_printf(out, "%s:\n\n", words[W_WORLD_BODY][lang]);
		md_fields(out, lang, world_fields, true);
	}
	if (route->flags & ROUTE_UPLOAD)
		append_paragraph(out, words[W_UPLOAD][lang]);
}

static void append_call(struct buf *out, enum language lang, const struct route *route)
{
	buf_printf(out, "### %s\n\n", route->name);
	md_words(out, lang, route->doc, route->zh);
	buf_printf(out, "%s\n\n`%s %s`", lang == CHINESE ? "。" : ".",
		catalog_method(route), route->path);
	if (route->permission)
		buf_printf(out, " · %s `%s`", words[W_PERMISSION][lang], route->permission);
	if (route->flags & ROUTE_NO_TOKEN)
		buf_printf(out, " · %s", words[W_NO_TOKEN][lang]);
	if (route->rules) {
		buf_printf(out, " · [%s](rules%s.md#", words[W_RULES_LINK][lang],
			lang == CHINESE ? ".zh-CN" : "");
		append_anchor(out, route->name);
		buf_add_str(out, STR(")"));
	}
	buf_add_str(out, STR("\n\n"));
	append_request(out, lang, route);
	if (!route->reply)
		return;
	buf_printf(out, "%s:\n\n",
		words[route->flags & ROUTE_LIST ? W_REPLY_LIST : W_REPLY][lang]);
	md_fields(out, lang, route->reply, false);
}

void reference_api(struct buf *out, enum language lang)
{
	append_title(out, lang, W_API_TITLE, "api");
	append_paragraph(out, words[W_API_INTRO][lang]);
	append_overview(out, lang);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		buf_printf(out, "## %s\n\n", parts[i].title[lang]);
		append_paragraph(out, parts[i].doc[lang]);
		each_route(out, lang, &parts[i], append_call);
		buf_printf(
			out, "### %s: %s\n\n", words[W_ERRORS][lang], parts[i].title[lang]);
		md_fields(out, lang, parts[i].errors, false);
	}
}

/* ---- rules ---- */

static void append_new_answer(struct buf *out, const struct rule *rule)
{
	const struct refuse_text *text = refuse_text(rule->answer);

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
		append_new_answer(out, rule);
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

static void append_call_rules(
	struct buf *out, enum language lang, const struct route *route)
{
	const char *separator = "";

	if (!route->rules)
		return;
	buf_printf(out, "## %s\n\n`%s %s`\n\n%s: ", route->name, catalog_method(route),
		route->path, words[W_GATE_FIRST][lang]);
	for (const struct rule *r = gate_rules; r->id; r++) {
		if (!catalog_gate_applies(route, r))
			continue;
		buf_printf(out, "%s`%s`", separator, r->id);
		separator = ", ";
	}
	buf_add_str(out, STR(".\n\n"));
	if (route->style != STYLE_NEW)
		append_paragraph(out, words[W_ERRCODE_NOTE][lang]);
	append_rules(out, lang, route->rules, route->style == STYLE_NEW);
}

void reference_rules(struct buf *out, enum language lang)
{
	append_title(out, lang, W_RULES_TITLE, "rules");
	append_paragraph(out, words[W_RULES_INTRO][lang]);
	buf_printf(out, "## %s\n\n", words[W_GATE][lang]);
	append_rules(out, lang, gate_rules, true);
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
