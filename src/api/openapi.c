/* SPDX-License-Identifier: Apache-2.0 */
#include "api/openapi.h"

#include "api/answer.h"
#include "api/catalog.h"
#include "api/json_writer.h"
#include "base/limits.h"
#include "store/world.h"

#include <string.h>

/* ---- names ---- */

/* Each style of calls: its tag, and what proves who calls. */
static const struct {
	const char *tag, *doc, *zh;
	const char *security; /* key of components.securitySchemes */
	const char *error; /* key of components.schemas */
} styles[] = {
	[STYLE_NEW] = { "api", "The API of api.dingtalk.com",
		"新版服务端 API（api.dingtalk.com）", "accessTokenHeader", "Error" },
	[STYLE_OAPI] = { "oapi", "The older API of oapi.dingtalk.com",
		"旧版服务端 API（oapi.dingtalk.com）", "accessTokenQuery", "OapiError" },
	[STYLE_TOPAPI] = { "topapi", "The /topapi calls of oapi.dingtalk.com",
		"旧版服务端 API 的 /topapi 接口（oapi.dingtalk.com）", "accessTokenQuery",
		"OapiError" },
	[STYLE_ADMIN] = { "qun", "Qun's own calls, for operators and tests",
		"Qun 自身的接口，供运维与测试使用", "adminToken", "AdminError" },
};

static void put_words(
	struct json_writer *w, const char *key, const char *doc, const char *zh)
{
	if (doc)
		put_text(w, key, doc);
	if (zh)
		put_text(w, "x-zh", zh);
}

static void put_ref(
	struct json_writer *w, const char *key, const char *kind, const char *name)
{
	char ref[96];

	snprintf(ref, sizeof(ref), "#/components/%s/%s", kind, name);
	put_object(w, key);
	put_text(w, "$ref", ref);
	put_end(w);
}

/* ---- schemas ---- */

static void put_bounds(struct json_writer *w, const char *min_key, const char *max_key,
	int64_t min, int64_t max)
{
	if (min)
		put_int(w, min_key, min);
	if (max)
		put_int(w, max_key, max);
}

static void put_string_type(struct json_writer *w, int64_t min, int64_t max)
{
	put_text(w, "type", "string");
	put_bounds(w, "minLength", "maxLength", min, max);
}

static void put_int_type(struct json_writer *w, const struct field *f)
{
	put_text(w, "type", "integer");
	put_text(w, "format", "int64");
	if (f->min == 0 && f->max == 0)
		return;
	put_int(w, "minimum", f->min);
	if (f->max != INT64_MAX)
		put_int(w, "maximum", f->max);
}

static void put_table(struct json_writer *w, const struct field *table, bool request);

/* The members of a field's schema, without the brackets around them. */
static void put_type(struct json_writer *w, const struct field *f, bool request)
{
	switch (f->kind) {
	case KIND_STR:
		put_string_type(w, f->min, f->max);
		if (f->flags & F_SECRET)
			put_text(w, "format", "password");
		if (f->oneof) {
			put_list(w, "enum");
			for (const char *const *word = f->oneof; *word; word++)
				put_text(w, NULL, *word);
			put_end(w);
		}
		break;
	case KIND_INT:
	case KIND_OPT_INT: put_int_type(w, f); break;
	case KIND_BOOL:
	case KIND_OPT_BOOL: put_text(w, "type", "boolean"); break;
	case KIND_OBJECT: put_table(w, f->sub, request); break;
	case KIND_STRS:
	case KIND_INTS:
	case KIND_OBJECTS:
		put_text(w, "type", "array");
		put_bounds(w, "minItems", "maxItems", f->min, f->max);
		put_object(w, "items");
		if (f->kind == KIND_STRS)
			put_string_type(w, f->item_min, f->item_max);
		else if (f->kind == KIND_INTS)
			put_text(w, "type", "integer");
		else
			put_table(w, f->sub, request);
		put_end(w);
		break;
	}
	if (f->flags & F_NULL)
		put_bool(w, "nullable", true);
}

static void put_field(
	struct json_writer *w, const char *key, const struct field *f, bool request)
{
	put_object(w, key);
	put_words(w, "description", f->doc, f->zh);
	put_type(w, f, request);
	put_end(w);
}

/* An object; what is required says something of requests only. */
static void put_table(struct json_writer *w, const struct field *table, bool request)
{
	bool any = false;

	put_text(w, "type", "object");
	put_object(w, "properties");
	for (const struct field *f = table; f->name; f++)
		put_field(w, f->name, f, request);
	put_end(w);
	for (const struct field *f = table; request && f->name; f++) {
		if (!(f->flags & (F_REQUIRED | F_NEEDED)))
			continue;
		if (!any)
			put_list(w, "required");
		any = true;
		put_text(w, NULL, f->name);
	}
	if (any)
		put_end(w);
}

static void put_schema(struct json_writer *w, const char *key, const struct field *table)
{
	put_object(w, key);
	put_table(w, table, false);
	put_end(w);
}

/* ---- requests ---- */

static void put_parameter(
	struct json_writer *w, const char *in, bool required, const struct field *f)
{
	put_object(w, NULL);
	put_text(w, "name", f->name);
	put_text(w, "in", in);
	if (required)
		put_bool(w, "required", true);
	put_words(w, "description", f->doc, f->zh);
	put_object(w, "schema");
	put_type(w, f, true);
	put_end(w);
	put_end(w);
}

static void put_parameters(struct json_writer *w, const struct route *route)
{
	const char *at = route->path;
	struct str name;

	put_list(w, "parameters");
	while (catalog_next_param(&at, &name)) {
		char text[CATALOG_PATH];

		snprintf(text, sizeof(text), "%.*s", STR_FMT(name));
		put_parameter(
			w, "path", true, &(struct field){ .name = text, .kind = KIND_STR });
	}
	if (route->style == STYLE_NEW && !(route->flags & ROUTE_NO_TOKEN))
		put_ref(w, NULL, "parameters", "verbose");
	if (route->fields && catalog_fields_in_query(route))
		for (const struct field *f = route->fields; f->name; f++)
			put_parameter(w, "query", f->flags & (F_REQUIRED | F_NEEDED), f);
	put_end(w);
}

static void put_json_ref(struct json_writer *w, const char *schema)
{
	put_object(w, "application/json");
	put_ref(w, "schema", "schemas", schema);
	put_end(w);
}

static void put_content(struct json_writer *w, const char *type, const struct field *table)
{
	put_object(w, type);
	put_object(w, "schema");
	put_table(w, table, true);
	put_end(w);
	put_end(w);
}

/* The file of an upload is no field: it goes to disk and never through a struct. */
static void put_upload(struct json_writer *w, const struct route *route)
{
	put_object(w, "multipart/form-data");
	put_object(w, "schema");
	put_text(w, "type", "object");
	put_object(w, "properties");
	for (const struct field *f = route->fields; f && f->name; f++)
		put_field(w, f->name, f, true);
	put_object(w, "media");
	put_text(w, "type", "string");
	put_text(w, "format", "binary");
	put_words(w, "description", "the file", "文件内容");
	put_end(w);
	put_end(w);
	put_list(w, "required");
	for (const struct field *f = route->fields; f && f->name; f++)
		if (f->flags & F_NEEDED)
			put_text(w, NULL, f->name);
	put_text(w, NULL, "media");
	put_end(w);
	put_end(w);
	put_end(w);
}

static void put_request_body(struct json_writer *w, const struct route *route)
{
	bool world = route->flags & ROUTE_WORLD, upload = route->flags & ROUTE_UPLOAD;

	if (!world && !upload && (!route->fields || catalog_fields_in_query(route)))
		return;
	put_object(w, "requestBody");
	put_bool(w, "required", true);
	put_object(w, "content");
	if (upload) {
		put_upload(w, route);
	} else if (world) {
		put_json_ref(w, "World");
	} else {
		put_content(w, "application/json", route->fields);
		if (route->style != STYLE_NEW)
			put_content(w, "application/x-www-form-urlencoded", route->fields);
	}
	put_end(w);
	put_end(w);
}

/* ---- answers ---- */

/* A reply that no table describes is text, or this very document. */
static void put_success(struct json_writer *w, const struct route *route)
{
	bool text = !route->reply && !strstr(route->path, ".json");

	put_object(w, "200");
	put_text(w, "description", "Success");
	put_object(w, "content");
	if (route->flags & ROUTE_WORLD) {
		put_json_ref(w, "World");
	} else {
		put_object(w, text ? "text/plain" : "application/json");
		if (!route->reply) {
			put_object(w, "schema");
			put_text(w, "type", text ? "string" : "object");
			put_end(w);
		} else if (route->flags & ROUTE_LIST) {
			put_object(w, "schema");
			put_text(w, "type", "array");
			put_schema(w, "items", route->reply);
			put_end(w);
		} else {
			put_schema(w, "schema", route->reply);
		}
		put_end(w);
	}
	put_end(w);
	put_end(w);
}

/* One example for each distinct answer: its key is the first rule's place in the order. */
static void put_example(
	struct json_writer *w, const struct catalog_rules *rules, size_t first)
{
	const struct refuse_text *text = refuse_text(rules->v[first]->answer);
	struct buf ids = { 0 };
	char key[24];

	for (size_t i = first; i < rules->n; i++)
		if (rules->v[i]->answer == rules->v[first]->answer)
			buf_printf(&ids, "%s%s", ids.n ? ", " : "", rules->v[i]->id);
	buf_add(&ids, "", 1); /* put_text takes a C string */
	snprintf(key, sizeof(key), "%zu", first + 1);
	put_object(w, key);
	put_text(w, "summary", ids.p);
	put_object(w, "value");
	put_text(w, "requestid", "01980A5E-7C1B-7D0E-9A43-3F6E1B2C4D5E");
	put_text(w, "code", text->code);
	put_text(w, "message", text->message);
	put_end(w);
	put_end(w);
	buf_fini(&ids);
}

static bool is_first_of_answer(const struct catalog_rules *rules, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (rules->v[i]->answer == rules->v[at]->answer)
			return false;
	return true;
}

/* False if no rule answers with this status. */
static bool put_refusals(struct json_writer *w, const struct catalog_rules *rules, int http)
{
	char status[12];
	bool any = false;

	for (size_t i = 0; i < rules->n; i++) {
		if (refuse_text(rules->v[i]->answer)->http != http ||
			!is_first_of_answer(rules, i))
			continue;
		if (!any) {
			snprintf(status, sizeof(status), "%d", http);
			put_object(w, status);
			put_text(w, "description", "Refused by a rule; nothing happened");
			put_object(w, "content");
			put_object(w, "application/json");
			put_ref(w, "schema", "schemas", "Error");
			put_object(w, "examples");
		}
		any = true;
		put_example(w, rules, i);
	}
	for (size_t i = 0; any && i < 4; i++)
		put_end(w);
	return any;
}

static void put_responses(struct json_writer *w, const struct route *route)
{
	struct catalog_rules rules;

	put_object(w, "responses");
	put_success(w, route);
	if (route->style == STYLE_NEW) {
		catalog_rules(route, &rules);
		for (int http = 400; http < 500; http++)
			(void)put_refusals(w, &rules, http);
		put_ref(w, "429", "responses", "Busy");
		if (!put_refusals(w, &rules, 500))
			put_ref(w, "500", "responses", "Failed");
	} else {
		put_ref(w, "default", "responses", styles[route->style].error);
	}
	put_end(w);
}

/* ---- calls ---- */

static void put_operation(struct json_writer *w, const struct route *route)
{
	char method[8];
	size_t n = 0;

	for (const char *p = catalog_method(route); *p && n < sizeof(method) - 1; p++)
		method[n++] = (char)(*p | 0x20);
	method[n] = '\0';
	put_object(w, method);
	put_list(w, "tags");
	put_text(w, NULL, styles[route->style].tag);
	put_end(w);
	put_text(w, "operationId", route->name);
	put_words(w, "summary", route->doc, route->zh);
	if (route->permission)
		put_text(w, "x-permission", route->permission);
	put_list(w, "security");
	if (!(route->flags & ROUTE_NO_TOKEN)) {
		put_object(w, NULL);
		put_list(w, styles[route->style].security);
		put_end(w);
		put_end(w);
	}
	put_end(w);
	put_parameters(w, route);
	put_request_body(w, route);
	put_responses(w, route);
	put_end(w);
}

/* Calls `put` for every route of the reference, or for those of one path. */
static void each_route(struct json_writer *w, const char *path,
	void (*put)(struct json_writer *w, const struct route *route))
{
	for (const struct route *const *table = route_tables; *table; table++)
		for (const struct route *r = *table; r->path; r++)
			if (!(r->flags & ROUTE_INTERNAL) &&
				(!path || strcmp(path, r->path) == 0))
				put(w, r);
}

static bool is_first_of_path(const struct route *route)
{
	for (const struct route *const *table = route_tables; *table; table++)
		for (const struct route *r = *table; r->path; r++)
			if (strcmp(r->path, route->path) == 0)
				return r == route;
	return false;
}

static void put_path(struct json_writer *w, const struct route *route)
{
	if (!is_first_of_path(route))
		return;
	put_object(w, route->path);
	each_route(w, route->path, put_operation);
	put_end(w);
}

/* ---- what calls share ---- */

static void put_security(struct json_writer *w)
{
	static const struct {
		const char *key, *type, *in, *name, *doc;
	} schemes[] = {
		{ "accessTokenHeader", "apiKey", "header", "x-acs-dingtalk-access-token",
			"access token, as it is" },
		{ "accessTokenQuery", "apiKey", "query", "access_token",
			"access token; accepted in a form body as well" },
		{ "adminToken", "http", NULL, NULL,
			"the operator's token: file admin.token of the data folder" },
	};

	put_object(w, "securitySchemes");
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		put_object(w, schemes[i].key);
		put_text(w, "type", schemes[i].type);
		if (schemes[i].in) {
			put_text(w, "in", schemes[i].in);
			put_text(w, "name", schemes[i].name);
		} else {
			put_text(w, "scheme", "bearer");
		}
		put_text(w, "description", schemes[i].doc);
		put_end(w);
	}
	put_end(w);
}

static void put_shared_answer(
	struct json_writer *w, const char *key, const char *doc, const char *schema)
{
	put_object(w, key);
	put_text(w, "description", doc);
	put_object(w, "content");
	put_json_ref(w, schema);
	put_end(w);
	put_end(w);
}

static void put_components(struct json_writer *w)
{
	static const char *const verbose_values[] = { "1", NULL };

	put_object(w, "components");
	put_security(w);
	put_object(w, "parameters");
	put_object(w, "verbose");
	put_text(w, "name", "x-qun-verbose");
	put_text(w, "in", "header");
	put_words(w, "description",
		"1: a success also tells outcome and changed, a refusal rule, field, value "
		"and hint",
		"1：成功时附带 outcome 与 changed，拒绝时附带 rule、field、value 与 hint");
	put_object(w, "schema");
	put_type(w, &(struct field){ .kind = KIND_STR, .oneof = verbose_values }, true);
	put_end(w);
	put_end(w);
	put_end(w);
	put_object(w, "schemas");
	put_schema(w, "Error", error_fields);
	put_schema(w, "OapiError", oapi_error_fields);
	put_schema(w, "AdminError", admin_error_fields);
	put_object(w, "World");
	put_table(w, world_fields, true);
	put_end(w);
	put_end(w);
	put_object(w, "responses");
	put_shared_answer(w, "Busy",
		"Too much work is waiting; Retry-After says when to try again", "Error");
	put_shared_answer(
		w, "Failed", "Qun failed; repeating the request is harmless", "Error");
	put_shared_answer(w, "OapiError", "Refused, with HTTP status 200: errcode is not 0",
		"OapiError");
	put_shared_answer(w, "AdminError", "What is wrong, and the way out", "AdminError");
	put_end(w);
	put_end(w);
}

static void put_tags(struct json_writer *w)
{
	put_list(w, "tags");
	for (size_t i = 0; i < ARRAY_LEN(styles); i++) {
		put_object(w, NULL);
		put_text(w, "name", styles[i].tag);
		put_words(w, "description", styles[i].doc, styles[i].zh);
		put_end(w);
	}
	put_end(w);
}

struct str openapi_json(struct arena *a)
{
	struct json_writer w = { 0 };
	struct str copy;

	put_object(&w, NULL);
	put_text(&w, "openapi", "3.0.3");
	put_object(&w, "info");
	put_text(&w, "title", "Qun");
	put_words(&w, "description",
		"DingTalk's group conversations as a program you own. docs/reference has "
		"the same calls and every rule to read.",
		"钉钉群会话服务端接口的自主实现。docs/reference 有同样的接口与全部规则。");
	put_text(&w, "version", "1.0");
	put_end(&w);
	put_list(&w, "servers");
	put_object(&w, NULL);
	put_text(&w, "url", "/");
	put_end(&w);
	put_end(&w);
	put_tags(&w);
	put_object(&w, "paths");
	each_route(&w, NULL, put_path);
	put_end(&w);
	put_components(&w);
	put_end(&w);
	buf_add_str(&w.text, STR("\n"));
	copy = arena_str(a, buf_str(&w.text));
	buf_fini(&w.text);
	return copy;
}
