/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admin.c -- /_qun/: what the operator and the tests of an integrator ask of Qun itself.
 * Errors are {"error": cause and way out} with a fitting HTTP status.
 */
#include "api/admin.h"

#include "api/answer.h"
#include "api/api_internal.h"
#include "api/openapi.h"
#include "base/limits.h"
#include "base/text.h"
#include "store/chat_ops.h"
#include "store/world.h"
#include "json/decode.h"

bool admin_query(struct request *r)
{
	struct field_fault fault;
	struct error e = { 0 };

	if (pairs_decode(&r->query, r->route->fields, r->body, r->arena, &e) != ST_OK) {
		answer_admin_error(
			r, 400, "query: %s%s%s", e.field, e.field[0] ? ": " : "", e.text);
		return false;
	}
	if (fields_in_range(r->route->fields, r->body, NULL, r->arena, &fault))
		return true;
	answer_admin_error(r, 400, "query: %s=%.*s %s", fault.path,
		STR_FMT(utf8_prefix(fault.value, 64)), fault.why);
	return false;
}

/* ---- corps ---- */

struct done {
	bool success;
};
static const struct field done_fields[] = {
	FIELD(struct done, success, .doc = "true", .zh = "true"),
	{ 0 },
};

static void corp_deleted(struct request *r)
{
	if (r->status == ST_OK)
		answer_ok(r, done_fields, &(struct done){ .success = true });
	else
		answer_admin_error(
			r, 404, "no corp has the corpId %.*s", STR_FMT(r->params[0]));
}

static void delete_corp(struct request *r)
{
	struct corp_delete_op *op = ARENA_NEW(r->arena, struct corp_delete_op);

	corp_delete_init(op);
	op->corp_id = r->params[0];
	request_change(r, &op->change, corp_deleted);
}

/* ---- explanations ---- */

static void get_explanation(struct request *r)
{
	struct str json = explanations_get(r->api->explanations, r->params[0], r->arena);

	if (json.p)
		answer_json(r, 200, json);
	else
		answer_admin_error(r, 404,
			"no call with the request id %.*s is remembered: this process "
			"keeps its last %d calls at most",
			STR_FMT(r->params[0]), LIMIT_EXPLANATIONS);
}

struct explanations_query {
	struct opt_int limit;
	struct str app, code;
};
static const struct field explanations_query_fields[] = {
	FIELD(struct explanations_query, limit, .min = 1, .max = LIMIT_EXPLANATION_PAGE,
		.doc = "how many at most; 100 if not sent",
		.zh = "最多返回多少条，默认 100"),
	FIELD(struct explanations_query, app, .doc = "only calls of this appKey",
		.zh = "只返回该 appKey 的调用"),
	FIELD(struct explanations_query, code,
		.doc = "only calls answered with this code or errcode; empty: successes",
		.zh = "只返回应答为该 code 或 errcode 的调用；为空则只返回成功的调用"),
	{ 0 },
};

static void list_explanations(struct request *r)
{
	enum { PAGE = 100 };
	const struct explanations_query *q = r->body;

	if (admin_query(r))
		answer_json(r, 200,
			explanations_list(r->api->explanations, q->app, q->code,
				q->limit.set ? (size_t)q->limit.value : PAGE, r->arena));
}

/* ---- the process ---- */

static void get_openapi(struct request *r)
{
	answer_json(r, 200, openapi_json(r->arena));
}

struct health {
	struct str status;
};
static const struct field health_fields[] = {
	FIELD(struct health, status, .doc = "ok", .zh = "ok"),
	{ 0 },
};

static void get_health(struct request *r)
{
	answer_json(r, 200, STR("{\"status\":\"ok\"}"));
}

static void store_answered(struct request *r)
{
	get_health(r);
}

/* A read that cannot be done is answered with 500 before it gets here. */
static void get_readiness(struct request *r)
{
	struct lookup_read *op = ARENA_NEW(r->arena, struct lookup_read);

	lookup_read_init(op);
	op->id = STR("readyz");
	request_read(r, &op->read, store_answered);
}

const struct route admin_routes[] = {
	{
		.method = HTTP_POST,
		.path = "/_qun/worlds",
		.style = STYLE_ADMIN,
		.flags = ROUTE_WORLD,
		.fields = admin_world_query_fields,
		.fields_size = sizeof(struct admin_world_query),
		.reply = world_fields,
		.handle = admin_world,
		.name = "LoadWorld",
		.doc = "Makes corps with their people, apps, media and groups from one "
		       "JSON file",
		.zh = "由一个 JSON 文件创建企业及其人员、应用、媒体文件和群",
	},
	{
		.method = HTTP_DELETE,
		.path = "/_qun/corps/{corpId}",
		.style = STYLE_ADMIN,
		.flags = ROUTE_NO_BODY,
		.reply = done_fields,
		.handle = delete_corp,
		.name = "DeleteCorp",
		.doc = "Removes a corp and all it has",
		.zh = "删除企业及其全部数据",
	},
	{
		.method = HTTP_GET,
		.path = "/_qun/requests/{requestid}",
		.style = STYLE_ADMIN,
		.flags = ROUTE_NO_BODY,
		.reply = explanation_fields,
		.handle = get_explanation,
		.name = "GetExplanation",
		.doc = "Why a call was answered as it was",
		.zh = "解释某次调用的应答",
	},
	{
		.method = HTTP_GET,
		.path = "/_qun/requests",
		.style = STYLE_ADMIN,
		.flags = ROUTE_NO_BODY | ROUTE_LIST,
		.fields = explanations_query_fields,
		.fields_size = sizeof(struct explanations_query),
		.reply = explanation_fields,
		.handle = list_explanations,
		.name = "ListExplanations",
		.doc = "The latest calls and why they were answered so, newest first",
		.zh = "最近的调用及其解释，新的在前",
	},
	{
		.method = HTTP_GET,
		.path = "/_qun/groups/{chatid}",
		.style = STYLE_ADMIN,
		.flags = ROUTE_NO_BODY,
		.fields = admin_group_query_fields,
		.fields_size = sizeof(struct admin_group_query),
		.reply = admin_group_fields,
		.handle = admin_group,
		.name = "GetGroup",
		.doc = "A group's full state, by chatid or openConversationId",
		.zh = "群的完整状态，按 chatid 或 openConversationId 查询",
	},
	{
		.method = HTTP_GET,
		.path = "/_qun/groups/{chatid}/ledger",
		.style = STYLE_ADMIN,
		.flags = ROUTE_NO_BODY | ROUTE_LIST,
		.fields = admin_ledger_query_fields,
		.fields_size = sizeof(struct admin_ledger_query),
		.reply = admin_ledger_fields,
		.handle = admin_ledger,
		.name = "GetLedger",
		.doc = "A group's changes, oldest first",
		.zh = "群的变更记录，旧的在前",
	},
	{
		.method = HTTP_GET,
		.path = "/_qun/joinlinks",
		.style = STYLE_ADMIN,
		.flags = ROUTE_NO_BODY,
		.fields = admin_link_query_fields,
		.fields_size = sizeof(struct admin_link_query),
		.reply = admin_link_fields,
		.handle = admin_link,
		.name = "GetJoinLink",
		.doc = "Which group a join link leads to, and whether it still holds",
		.zh = "入群链接指向哪个群，是否仍然有效",
	},
	{
		.method = HTTP_GET,
		.path = "/_qun/metrics",
		.style = STYLE_ADMIN,
		.flags = ROUTE_NO_BODY,
		.handle = admin_metrics,
		.name = "GetMetrics",
		.doc = "Numbers for Prometheus, as text",
		.zh = "Prometheus 指标（文本）",
	},
	{
		.method = HTTP_GET,
		.path = "/_qun/openapi.json",
		.style = STYLE_ADMIN,
		.flags = ROUTE_NO_BODY,
		.handle = get_openapi,
		.name = "GetOpenApi",
		.doc = "All calls as an OpenAPI 3.0.3 document",
		.zh = "全部接口的 OpenAPI 3.0.3 文档",
	},
	{
		.method = HTTP_GET,
		.path = "/_qun/healthz",
		.style = STYLE_ADMIN,
		.flags = ROUTE_NO_BODY | ROUTE_NO_TOKEN,
		.reply = health_fields,
		.handle = get_health,
		.name = "GetHealth",
		.doc = "The process answers",
		.zh = "进程存活",
	},
	{
		.method = HTTP_GET,
		.path = "/_qun/readyz",
		.style = STYLE_ADMIN,
		.flags = ROUTE_NO_BODY | ROUTE_NO_TOKEN,
		.reply = health_fields,
		.handle = get_readiness,
		.name = "GetReadiness",
		.doc = "The store answers; 500 or 429 if it does not",
		.zh = "存储可用；否则返回 500 或 429",
	},
	{ .path = NULL },
};
