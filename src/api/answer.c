/* SPDX-License-Identifier: Apache-2.0 */
#include "api/answer.h"

#include "api/api_internal.h"
#include "api/errcodes.h"
#include "api/explain.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "store/chat_ops.h"
#include "json/encode.h"

#include <stdlib.h>

static const struct str json_type = STR_INIT("application/json;charset=utf-8");

/* ---- the end of every call ---- */

static bool is_platform_call(const struct request *r)
{
	return r->style != STYLE_ADMIN;
}

static void keep_explanation(struct request *r, int status, struct str code)
{
	struct explanation x = {
		.request_id = str_from(r->id),
		.at_ms = r->at_ms,
		.corp_id = r->access.caller.corp_id,
		.app = r->access.caller.app_key,
		.api = str_from(r->route ? r->route->name : ""),
		.status = status,
		.code = code,
		.refusal = r->refusal.rule ? &r->refusal : NULL,
		.facts = r->facts,
		.plan = r->plan,
		.micros = clock_mono_us() - r->started_us,
	};

	explanations_add(r->api->explanations, &x);
}

void answer_count(struct api *a, int status)
{
	if (status < 400)
		a->answered_2xx++;
	else if (status < 500)
		a->answered_4xx++;
	else
		a->answered_5xx++;
}

static void finish(struct request *r, int status, struct str code, struct str type,
	struct str body, struct pair extra)
{
	struct pair headers[5];
	size_t n = 0;

	if (is_platform_call(r))
		keep_explanation(r, status, code);
	answer_count(r->api, status);
	headers[n++] = (struct pair){ STR("x-acs-request-id"), str_from(r->id) };
	headers[n++] = (struct pair){ STR("x-acs-trace-id"), str_from(r->trace) };
	if (is_platform_call(r))
		headers[n++] =
			(struct pair){ STR("Access-Control-Allow-Origin"), STR("*") };
	if (extra.name.p)
		headers[n++] = extra;
	http_answer(r->x, &(struct http_answer){
				  .status = status,
				  .content_type = type,
				  .body = body,
				  .headers = headers,
				  .header_count = n,
			  });
}

static const struct pair no_header;

void answer_json(struct request *r, int status, struct str json)
{
	finish(r, status, STR(""), json_type, json, no_header);
}

void answer_text(struct request *r, int status, const char *content_type, struct str text)
{
	finish(r, status, STR(""), str_from(content_type), text, no_header);
}

void answer_ok(struct request *r, const struct field *table, const void *reply)
{
	struct str json = json_encode(table, reply, r->arena);

	if (r->verbose && r->plan)
		json = arena_printf(r->arena, "%.*s,\"outcome\":%.*s,\"changed\":%.*s}",
			(int)json.n - 1, json.p,
			STR_FMT(outcome_json(r->facts, r->plan, SIZE_MAX, r->arena)),
			STR_FMT(changed_json(r->plan, r->arena)));
	answer_json(r, 200, json);
}

struct admin_error {
	struct str error;
};

const struct field admin_error_fields[] = {
	FIELD(struct admin_error, error, .doc = "cause and way out",
		.zh = "原因与解决办法"),
	{ 0 },
};

/* RFC 9110 asks for these: 15.5.2 and 15.5.6. */
static struct pair admin_header(const struct request *r, int status)
{
	if (status == 401)
		return (struct pair){ STR("WWW-Authenticate"), STR("Bearer") };
	if (status == 405)
		return (struct pair){ STR("Allow"),
			route_methods(r->x->head.path, r->arena) };
	return no_header;
}

void answer_admin_error(struct request *r, int status, const char *fmt, ...)
{
	struct admin_error e;
	va_list ap;

	va_start(ap, fmt);
	e.error = arena_vprintf(r->arena, fmt, ap);
	va_end(ap);
	finish(r, status, STR(""), json_type, json_encode(admin_error_fields, &e, r->arena),
		admin_header(r, status));
}

/* ---- refusals ---- */

struct hint_words {
	struct str zh, en;
};

static const struct field hint_fields[] = {
	FIELD(struct hint_words, zh, .doc = "in Chinese", .zh = "中文"),
	FIELD(struct hint_words, en, .doc = "in English", .zh = "英文"),
	{ 0 },
};

struct denial {
	struct strs requiredScopes;
};

static const struct field denial_fields[] = {
	FIELD(struct denial, requiredScopes, .doc = "permission points that would do",
		.zh = "所需的权限点"),
	{ 0 },
};

/* One struct for the error bodies of all styles; absent members are left out. */
struct error_body {
	struct opt_int errcode;
	struct str code, requestid, message;
	struct str sub_code, sub_msg, errmsg, request_id;
	struct denial *accessdenieddetail;
	struct str description;
	struct str rule, field, value, detail; /* asked for by x-qun-verbose */
	struct hint_words *hint;
};

#define FIELD_CODE FIELD(struct error_body, code, .doc = "error code", .zh = "错误码")
#define FIELD_REQUESTID \
	FIELD(struct error_body, requestid, \
		.doc = "the request's id, as in x-acs-request-id", \
		.zh = "请求 id，与应答头 x-acs-request-id 相同")
#define FIELD_MESSAGE FIELD(struct error_body, message, .doc = "its text", .zh = "错误描述")
#define ADDED_FIELDS \
	FIELD_OBJECT(struct error_body, accessdenieddetail, denial_fields, \
		.doc = "what the app lacks; on a missing permission only", \
		.zh = "缺少的权限；仅权限不足时返回"), \
		FIELD(struct error_body, description, \
			.doc = "rule and hint; with --hints only", \
			.zh = "规则与提示；仅启用 --hints 时返回"), \
		FIELD(struct error_body, rule, \
			.doc = "rule that refused; this and what follows with " \
			       "x-qun-verbose: 1 only", \
			.zh = "拒绝的规则；此项及以下仅在 x-qun-verbose: 1 时返回"), \
		FIELD(struct error_body, field, .doc = "where in the request", \
			.zh = "请求中的位置"), \
		FIELD(struct error_body, value, .doc = "value refused", \
			.zh = "被拒绝的值"), \
		FIELD(struct error_body, detail, .doc = "what is wrong with it", \
			.zh = "具体原因"), \
		FIELD_OBJECT(struct error_body, hint, hint_fields, \
			.doc = "what would make it pass", .zh = "如何才能通过")

/* The gateway's errors have another key order than those of the services behind it. */
static const struct field gateway_error_fields[] = {
	FIELD_CODE,
	FIELD_REQUESTID,
	FIELD_MESSAGE,
	ADDED_FIELDS,
	{ 0 },
};

const struct field error_fields[] = {
	FIELD_REQUESTID,
	FIELD_CODE,
	FIELD_MESSAGE,
	ADDED_FIELDS,
	{ 0 },
};

const struct field oapi_error_fields[] = {
	FIELD(struct error_body, errcode, .doc = "error number; 0 on success",
		.zh = "错误码；0 为成功"),
	FIELD(struct error_body, sub_code,
		.doc = "/topapi: number of the gate's refusal, where errcode is 88",
		.zh = "/topapi：errcode 为 88 时的子错误码"),
	FIELD(struct error_body, sub_msg, .doc = "/topapi: its text",
		.zh = "/topapi：子错误描述"),
	FIELD(struct error_body, errmsg, .doc = "error text; ok on success",
		.zh = "错误描述；成功为 ok"),
	FIELD(struct error_body, request_id, .doc = "/topapi: the request's id",
		.zh = "/topapi：请求 id"),
	ADDED_FIELDS,
	{ 0 },
};

static bool of_gate(const struct rule *rule)
{
	return rule && rule_find(gate_rules, rule->id) == rule;
}

static void add_reason(struct request *r, struct error_body *b)
{
	const struct refusal *why = &r->refusal;

	if (!why->rule)
		return;
	if (r->api->options.hints)
		b->description = arena_printf(
			r->arena, "[%s] %s / %s", why->rule->id, why->zh, why->en);
	if (!r->verbose)
		return;
	b->rule = str_from(why->rule->id);
	b->field = str_from(why->field);
	b->value = why->value;
	b->detail = str_from(why->why);
	b->hint = ARENA_NEW(r->arena, struct hint_words);
	*b->hint = (struct hint_words){ str_from(why->zh), str_from(why->en) };
}

/* One line for the operator. The value is the client's: the log escapes it. */
static void log_refusal(const struct request *r, int status, struct str code)
{
	const struct refusal *why = &r->refusal;
	struct str value = utf8_prefix(tellable_value(why), 128);

	if (!r->api->options.log_refusals || !why->rule || !is_platform_call(r))
		return;
	log_info("%d %.*s rule=%s %s=%.*s hint=%s request=%s", status, STR_FMT(code),
		why->rule->id, why->field ? why->field : "", STR_FMT(value),
		why->en ? why->en : "", r->id);
}

static void finish_new(struct request *r, const struct refuse_text *text, struct pair extra)
{
	struct error_body b = {
		.code = str_from(text->code),
		.requestid = str_from(r->id),
		.message = str_from(text->message),
	};

	if (r->refusal.rule && r->refusal.rule->answer == REFUSE_PERMISSION) {
		b.accessdenieddetail = ARENA_NEW(r->arena, struct denial);
		b.accessdenieddetail->requiredScopes =
			(struct strs){ .v = &r->refusal.value, .n = 1, .set = true };
	}
	add_reason(r, &b);
	log_refusal(r, text->http, b.code);
	finish(r, text->http, b.code, json_type,
		json_encode(of_gate(r->refusal.rule) ? gateway_error_fields : error_fields,
			&b, r->arena),
		extra);
}

/* /topapi wraps what the gate refuses into errcode 88. */
static void finish_oapi(
	struct request *r, int errcode, const char *errmsg, bool gate, struct pair extra)
{
	struct str number = arena_printf(r->arena, "%d", errcode);
	struct error_body b = {
		.errcode = { .value = errcode, .set = true },
		.errmsg = str_from(errmsg),
	};

	if (r->style == STYLE_TOPAPI) {
		b.request_id = str_from(r->id);
		if (gate) {
			b.errcode.value = 88;
			b.sub_code = number;
			b.sub_msg = b.errmsg;
			b.errmsg = arena_printf(r->arena,
				"ding talk error[subcode=%.*s,submsg=%s]", STR_FMT(number),
				errmsg);
		}
	}
	add_reason(r, &b);
	log_refusal(r, 200, number);
	finish(r, 200, number, json_type, json_encode(oapi_error_fields, &b, r->arena),
		extra);
}

static void finish_refusal(struct request *r)
{
	const struct rule *rule = r->refusal.rule;
	const struct refuse_text *text = refuse_text(rule->answer);
	const char *errmsg;

	if (r->style == STYLE_NEW) {
		finish_new(r, text, no_header);
		return;
	}
	errmsg = errcode_text(rule->errcode);
	finish_oapi(r, rule->errcode, errmsg ? errmsg : text->message,
		of_gate(rule) && rule->answer != REFUSE_BODY, no_header);
}

static void value_looked_up(struct request *r)
{
	unsigned kinds = ID_NOTHING;

	if (r->status == ST_OK)
		kinds = REQUEST_READ(r, struct lookup_read)->kinds;
	else
		log_error("request %s: no better hint: %s", r->id, r->error.text);
	refusal_explain(&r->refusal, kinds);
	finish_refusal(r);
}

void answer_refusal(struct request *r, const struct refusal *why)
{
	struct lookup_read *op;

	r->refusal = *why;
	if (r->access.caller.known && refusal_wants_lookup(why)) {
		op = ARENA_NEW(r->arena, struct lookup_read);
		lookup_read_init(op);
		op->corp = r->access.caller.corp;
		op->app_key = r->access.caller.app_key;
		op->id = why->value;
		request_read_spared(r, &op->read, value_looked_up);
		return;
	}
	refusal_explain(&r->refusal, ID_NOTHING);
	finish_refusal(r);
}

void answer_errcode(
	struct request *r, int errcode, const char *errmsg, const struct refusal *why)
{
	if (why)
		r->refusal = *why;
	finish_oapi(r, errcode, errmsg, false, no_header);
}

void answer_busy(struct request *r)
{
	struct pair retry = { STR("Retry-After"),
		arena_printf(r->arena, "%u", store_retry_after_s(r->api->options.store)) };

	r->refusal = (struct refusal){ 0 };
	if (r->style == STYLE_NEW)
		finish_new(r, refuse_text(REFUSE_BUSY), retry);
	else if (r->style == STYLE_ADMIN)
		answer_admin_error(
			r, 429, "too much work is waiting: try again in a second");
	else
		finish_oapi(r, -1, errcode_text(-1), false, retry);
}

void answer_failure(struct request *r, const char *detail)
{
	int errcode = r->route && r->route->failed ? r->route->failed : -1;
	struct refuse_text text = *refuse_text(REFUSE_SYSTEM);

	log_error("request %s failed: %s", r->id, detail);
	r->refusal = (struct refusal){ 0 };
	if (errcode != -1)
		text.message = errcode_text(errcode);
	if (r->style == STYLE_NEW)
		finish_new(r, &text, no_header);
	else if (r->style == STYLE_ADMIN)
		answer_admin_error(r, 500, "%s", detail);
	else
		finish_oapi(r, errcode, errcode_text(errcode), false, no_header);
}
