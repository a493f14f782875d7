/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.c -- the life of a call between net and its handler.
 * Usual path: on_head finds the route and says how to take the body; on_request lets the
 * gate decide, decodes the body and runs the handler. Every way out is one answer_* call,
 * or a drop when a commit's outcome is not known.
 */
#include "api/request.h"

#include "api/answer.h"
#include "api/api_internal.h"
#include "api/errcodes.h"
#include "base/clock.h"
#include "base/limits.h"
#include "net/uri.h"
#include "json/decode.h"
#include "json/encode.h"

#include <stdlib.h>
#include <string.h>

const struct api_options *request_options(const struct request *r)
{
	return &r->api->options;
}

struct str request_peer(const struct request *r)
{
	return str_from(r->x->peer);
}

/* ---- operations ---- */

/* What no handler can do anything about is answered here. */
static void resume(struct request *r)
{
	if (r->spared) {
		r->resume(r);
		return;
	}
	switch (r->status) {
	case ST_REFUSED:
		if (!gate_again(r))
			r->resume(r);
		return;
	case ST_OK:
	case ST_NOT_FOUND:
	case ST_EXISTS:
	case ST_INVALID:
	case ST_AGAIN: r->resume(r); return;
	case ST_BUSY: answer_busy(r); return;
	case ST_UNKNOWN:
	case ST_CLOSED:
		r->api->dropped++;
		http_drop(r->x);
		return;
	default: break;
	}
	answer_failure(r, r->error.text[0] ? r->error.text : status_text(r->status));
}

static void back_on_loop(struct loop_task *task)
{
	resume(CONTAINER_OF(task, struct request, back));
}

static void post_back(struct request *r, enum status status, const struct error *e)
{
	r->status = status;
	r->error = *e;
	r->back.run = back_on_loop;
	loop_post(r->x->loop, &r->back);
}

static void change_done(struct change *c)
{
	post_back(c->user, c->status, &c->error);
}

static void read_done(struct read *read)
{
	struct request *r = read->user;

	if (read->large) {
		post_back(r, read->status, &read->error);
		return;
	}
	r->status = read->status;
	r->error = read->error;
	resume(r);
}

void request_change(struct request *r, struct change *c, void (*next)(struct request *r))
{
	r->op = c;
	r->resume = next;
	c->arena = r->arena;
	c->user = r;
	c->done = change_done;
	switch (store_change(r->api->options.store, c)) {
	case ST_OK: return;
	case ST_BUSY: answer_busy(r); return;
	default: answer_failure(r, "the store has stopped");
	}
}

void request_read(struct request *r, struct read *read, void (*next)(struct request *r))
{
	r->op = read;
	r->resume = next;
	read->arena = r->arena;
	read->lane = loop_index(r->x->loop);
	read->user = r;
	read->done = read_done;
	store_read(r->api->options.store, read);
}

void request_read_spared(
	struct request *r, struct read *read, void (*next)(struct request *r))
{
	r->spared = true;
	request_read(r, read, next);
}

static void departed(struct departure_wait *w)
{
	post_back(w->user, w->status, &(const struct error){ 0 });
}

void request_await_departure(
	struct request *r, struct str userid, void (*next)(struct request *r))
{
	struct departure_wait *w = ARENA_NEW(r->arena, struct departure_wait);

	*w = (struct departure_wait){
		.corp = r->access.caller.corp, .userid = userid, .done = departed, .user = r
	};
	r->op = w;
	r->resume = next;
	store_await_departure(r->api->options.store, w);
}

struct blocking_work {
	struct loop_work work;
	struct request *r;
	enum status (*run)(void *arg);
	void *arg;
	enum status status;
};

static void run_work(struct loop_work *work)
{
	struct blocking_work *w = CONTAINER_OF(work, struct blocking_work, work);

	w->status = w->run(w->arg);
}

static void work_done(struct loop_work *work)
{
	struct blocking_work *w = CONTAINER_OF(work, struct blocking_work, work);

	w->r->status = w->status;
	w->r->resume(w->r);
}

void request_work(struct request *r, enum status (*run)(void *arg), void *arg,
	void (*next)(struct request *r))
{
	struct blocking_work *w = ARENA_NEW(r->arena, struct blocking_work);

	*w = (struct blocking_work){ .work = { .run = run_work, .done = work_done },
		.r = r,
		.run = run,
		.arg = arg };
	r->op = arg;
	r->resume = next;
	loop_run_work(r->x->loop, &w->work);
}

/* ---- bodies ---- */

static struct str media_type_of(const struct http_head *head)
{
	struct str type = http_header(head, "content-type");

	return str_trim(str_slice(type, 0, str_find(type, ';')));
}

static bool is_json_type(struct str type)
{
	return type.n == 0 || str_eq_nocase(type, STR("application/json"));
}

static bool is_form_type(struct str type)
{
	return str_eq_nocase(type, STR("application/x-www-form-urlencoded"));
}

/* A value of the wrong kind, or a required key that is absent: the route's own rule, if it
 * has one. */
static void refuse_field(struct request *r, const struct error *e)
{
	const struct rule *rule =
		r->route->rules ? rule_find(r->route->rules, "body.fields") : NULL;
	char *why = arena_cstr(r->arena, str_from(e->text));
	struct refusal refusal =
		rule ? refusal_by(rule) : gate_refuse_body(why, NULL, NULL);

	refusal.why = why;
	refusal.field = arena_cstr(r->arena, str_from(e->field));
	answer_refusal(r, &refusal);
}

static void refuse_body(struct request *r, const char *fault)
{
	struct refusal why;

	if (r->style == STYLE_ADMIN) {
		answer_admin_error(r, 400, "%s", fault);
		return;
	}
	if (r->style == STYLE_NEW && is_form_type(media_type_of(&r->x->head)))
		why = gate_refuse_body("a form, not JSON",
			"新版接口只接受 JSON：请把 Content-Type 设为 application/json",
			"the new API takes JSON only: send Content-Type application/json");
	else
		why = gate_refuse_body(fault, NULL, NULL);
	answer_refusal(r, &why);
}

/* A body that cannot be parsed: the route's own rule, if it has one. */
static void refuse_syntax(struct request *r, const char *fault)
{
	const struct rule *rule =
		r->route->rules ? rule_find(r->route->rules, "body.syntax") : NULL;
	struct refusal why;

	if (!rule) {
		refuse_body(r, fault);
		return;
	}
	why = refusal_by(rule);
	why.why = fault;
	answer_refusal(r, &why);
}

/* When ten times as much is asked as can be done, reading what will be refused must not
 * take the time of what is done. */
static bool too_busy(struct request *r)
{
	if (!(r->route->flags & ROUTE_LONG) || store_has_room(r->api->options.store))
		return false;
	answer_busy(r);
	return true;
}

static void decode_json_and_handle(struct request *r)
{
	struct error e = { 0 };

	if (too_busy(r))
		return;
	if (r->route->fields && !(r->route->flags & ROUTE_NO_BODY)) {
		struct str type = media_type_of(&r->x->head);

		if (!is_json_type(type)) {
			refuse_body(r,
				arena_printf(r->arena, "Content-Type %.*s", STR_FMT(type))
					.p);
			return;
		}
		switch (json_decode(r->x->body, r->route->fields, r->body, DECODE_STRICT,
			r->arena, &e)) {
		case ST_OK: break;
		case ST_INVALID: refuse_field(r, &e); return;
		default: refuse_body(r, arena_cstr(r->arena, str_from(e.text))); return;
		}
	}
	r->route->handle(r);
}

static void add_pairs(struct request *r, const struct pairs *more)
{
	struct pair *all = ARENA_ARRAY(r->arena, struct pair, r->query.n + more->n);

	if (r->query.n)
		memcpy(all, r->query.v, r->query.n * sizeof(*all));
	if (more->n)
		memcpy(all + r->query.n, more->v, more->n * sizeof(*all));
	r->query.v = all;
	r->query.n += more->n;
}

/* The old API's parameters: query, then form or multipart parts; a JSON body goes over
 * them. */
static void decode_loosely_and_handle(struct request *r)
{
	struct str body = str_trim(r->x->body), type = media_type_of(&r->x->head);
	bool taken = body.n && !r->x->multipart &&
		     !(r->route->flags & (ROUTE_NO_BODY | ROUTE_UPLOAD));
	bool json = taken && is_json_type(type);
	struct error e = { 0 };
	enum status st = ST_OK;

	if (too_busy(r))
		return;
	if (taken && !json && !is_form_type(type)) {
		refuse_body(
			r, arena_printf(r->arena, "Content-Type %.*s", STR_FMT(type)).p);
		return;
	}
	if (r->route->fields) {
		st = pairs_decode(&r->query, r->route->fields, r->body, r->arena, &e);
		if (st == ST_OK && json)
			st = json_decode(body, r->route->fields, r->body, DECODE_LENIENT,
				r->arena, &e);
	}
	if (st == ST_INVALID)
		refuse_field(r, &e);
	else if (st != ST_OK)
		refuse_syntax(r, arena_cstr(r->arena, str_from(e.text)));
	else
		r->route->handle(r);
}

/* False if the request was answered because its form is malformed. */
static bool collect_parameters(struct request *r)
{
	struct pairs form = { 0 };
	struct error e = { 0 };

	if (uri_pairs(r->x->head.query, r->arena, &r->query, &e) != ST_OK) {
		refuse_body(r, arena_printf(r->arena, "query: %s", e.text).p);
		return false;
	}
	if (r->style == STYLE_NEW || r->style == STYLE_ADMIN)
		return true;
	if (r->x->multipart) {
		add_pairs(r, &r->x->parts);
	} else if (is_form_type(media_type_of(&r->x->head))) {
		if (uri_pairs(r->x->body, r->arena, &form, &e) != ST_OK) {
			refuse_syntax(r, arena_printf(r->arena, "form: %s", e.text).p);
			return false;
		}
		add_pairs(r, &form);
	}
	return true;
}

/* ---- what net calls ---- */

static struct random_pool *id_pool(struct api *a, const struct http_exchange *x)
{
	return &a->ids[loop_index(x->loop)];
}

/* Request ids of the old API are 13 base-36 characters, of the new one a UUID. */
static void make_ids(struct request *r)
{
	struct random_pool *pool = id_pool(r->api, r->x);

	random_trace(pool, r->trace);
	if (r->style == STYLE_NEW || r->style == STYLE_ADMIN) {
		random_uuid(pool, r->id);
		return;
	}
	random_pool_bytes(pool, r->id, 13);
	for (size_t i = 0; i < 13; i++)
		r->id[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[(unsigned char)r->id[i] %
								  36];
	r->id[13] = '\0';
}

static struct request *request_new(struct api *api, struct http_exchange *x)
{
	struct request *r = ARENA_NEW(&x->arena, struct request);
	struct route_match match;

	r->api = api;
	r->x = x;
	r->arena = &x->arena;
	r->started_us = clock_mono_us();
	r->at_ms = clock_now_ms();
	route_find(x->head.method, x->head.path, r->arena, &match);
	r->route = match.route;
	r->style = match.style;
	r->other = match.other;
	memcpy(r->params, match.params, sizeof(r->params));
	r->verbose = str_eq(http_header(&x->head, "x-qun-verbose"), STR("1"));
	make_ids(r);
	if (r->route && r->route->fields)
		r->body = arena_alloc(r->arena, r->route->fields_size);
	return r;
}

static void on_head(void *ctx, struct http_exchange *x)
{
	struct api *api = ctx;
	struct request *r = request_new(api, x);
	unsigned flags = r->route ? r->route->flags : 0;

	x->user = r;
	x->body_max = flags & ROUTE_NO_TOKEN ? LIMIT_OPEN_BODY : LIMIT_BODY;
	x->body_ms = LIMIT_BODY_MS;
	if (flags & ROUTE_UPLOAD) {
		x->upload = true;
		x->upload_dir = api->options.upload_dir;
		x->body_max = LIMIT_UPLOAD + LIMIT_UPLOAD_EXTRA;
		x->body_ms = LIMIT_UPLOAD_MS;
	}
	if (flags & ROUTE_WORLD) {
		x->body_max = LIMIT_WORLD;
		x->body_ms = LIMIT_UPLOAD_MS;
		/* Nobody but the operator may make us hold that much. */
		if (!gate_admin(r))
			return;
	}
}

static void answer_no_route(struct request *r)
{
	struct refusal why = gate_refuse_path(r->x->head.path);
	int needed = r->other && r->other->method == HTTP_GET ? 43001 : 43002;

	if (r->style == STYLE_ADMIN)
		answer_admin_error(r, r->other ? 405 : 404,
			"no such path or method: docs/reference/api.md lists what /_qun/ "
			"has");
	else if (r->style == STYLE_TOPAPI && !r->other)
		answer_errcode(r, 22,
			arena_printf(r->arena,
				"Invalid method[submsg=不合法ApiName，ApiName = %.*s]",
				STR_FMT(r->x->head.path))
				.p,
			&why);
	else if (r->style != STYLE_NEW && r->other)
		answer_errcode(r, needed, errcode_text(needed), &why);
	else
		answer_refusal(r, &why);
}

/* A browser asking what it may send (CORS), or a client asking what there is. */
static void answer_options(struct request *r)
{
	static const struct pair headers[] = {
		{ STR_INIT("Allow"), STR_INIT("GET, HEAD, POST, PUT, DELETE, OPTIONS") },
		{ STR_INIT("Access-Control-Allow-Origin"), STR_INIT("*") },
		{ STR_INIT("Access-Control-Allow-Methods"),
			STR_INIT("POST, GET, OPTIONS, PUT, DELETE") },
		{ STR_INIT("Access-Control-Allow-Headers"),
			STR_INIT("Content-Type, X-Requested-With, X-Sequence, "
				 "x-acs-dingtalk-access-token, x-qun-verbose") },
		{ STR_INIT("Access-Control-Max-Age"), STR_INIT("172800") },
	};
	struct pair all[ARRAY_LEN(headers) + 2];

	memcpy(all, headers, sizeof(headers));
	all[ARRAY_LEN(headers)] = (struct pair){ STR("x-acs-request-id"), str_from(r->id) };
	all[ARRAY_LEN(headers) + 1] =
		(struct pair){ STR("x-acs-trace-id"), str_from(r->trace) };
	http_answer(r->x,
		&(struct http_answer){
			.status = 200, .headers = all, .header_count = ARRAY_LEN(all) });
}

static void on_request(void *ctx, struct http_exchange *x)
{
	struct request *r = x->user;

	(void)ctx;
	if (x->head.method == HTTP_OPTIONS && r->style != STYLE_ADMIN)
		answer_options(r);
	else if (!r->route)
		answer_no_route(r);
	else if (r->style == STYLE_ADMIN) {
		if (!collect_parameters(r))
			return;
		if ((r->route->flags & ROUTE_NO_TOKEN) || gate_admin(r))
			r->route->handle(r);
	} else if (collect_parameters(r)) {
		void (*next)(struct request *) = r->style == STYLE_NEW
							 ? decode_json_and_handle
							 : decode_loosely_and_handle;

		if (r->route->flags & ROUTE_NO_TOKEN)
			next(r);
		else
			gate_pass(r, next);
	}
}

/* What is not a request we can take: the new API's error body, so that an SDK can show it.
 */
static void on_reject(void *ctx, struct http_exchange *x, enum http_reject why,
	const char *detail, struct http_answer *out)
{
	static const char *const codes[] = {
		[HTTP_BAD_REQUEST] = "BadRequest",
		[HTTP_TIMEOUT] = "RequestTimeout",
		[HTTP_TOO_LARGE] = "RequestEntityTooLarge",
		[HTTP_URI_TOO_LONG] = "RequestURITooLong",
		[HTTP_HEAD_TOO_LARGE] = "RequestHeaderFieldsTooLarge",
		[HTTP_NOT_IMPLEMENTED] = "NotImplemented",
		[HTTP_NO_ROOM] = "ServiceUnavailable",
		[HTTP_BAD_VERSION] = "HTTPVersionNotSupported",
		[HTTP_EXPECTATION_FAILED] = "ExpectationFailed",
	};
	const struct request *r = x->user; /* NULL: refused before its head was taken */
	char id[UUID_TEXT + 1], trace[TRACE_TEXT + 1];
	struct pair *headers = ARENA_ARRAY(&x->arena, struct pair, 2);
	struct buf json = { 0 };

	random_uuid(id_pool(ctx, x), id);
	random_trace(id_pool(ctx, x), trace);
	if (why == HTTP_TOO_LARGE && r && r->route && (r->route->flags & ROUTE_UPLOAD)) {
		out->status = 200; /* as media.size, which needs the whole file, answers */
		buf_printf(&json, "{\"errcode\":40006,\"errmsg\":\"%s\"}",
			errcode_text(40006));
	} else {
		buf_printf(&json,
			"{\"code\":\"%s\",\"requestid\":\"%s\",\"message\":", codes[why],
			id);
		json_append_str(&json, str_from(detail));
		buf_add_str(&json, STR("}"));
	}
	headers[0] = (struct pair){ STR("x-acs-request-id"),
		arena_str(&x->arena, str_from(id)) };
	headers[1] = (struct pair){ STR("x-acs-trace-id"),
		arena_str(&x->arena, str_from(trace)) };
	out->content_type = STR("application/json;charset=utf-8");
	out->body = arena_str(&x->arena, buf_str(&json));
	out->headers = headers;
	out->header_count = 2;
	buf_fini(&json);
	answer_count(ctx, out->status);
}

/* ---- the api ---- */

struct api *api_new(const struct api_options *o)
{
	struct api *a = calloc(1, sizeof(*a));

	if (!a)
		die("out of memory");
	a->options = *o;
	a->started_us = clock_mono_us();
	(void)clock_steady_ms(); /* what expires is judged from here on */
	a->explanations = explanations_new();
	a->attempts = attempts_new();
	a->throttle = o->throttled ? throttle_new() : NULL;
	a->gates = calloc(o->lanes, sizeof(*a->gates));
	a->ids = calloc(o->lanes, sizeof(*a->ids));
	if (!a->gates || !a->ids)
		die("out of memory");
	for (unsigned i = 0; i < o->lanes; i++)
		a->gates[i] = gate_cache_new();
	return a;
}

void api_free(struct api *a)
{
	if (!a)
		return;
	for (unsigned i = 0; i < a->options.lanes; i++)
		gate_cache_free(a->gates[i]);
	free(a->gates);
	free(a->ids);
	throttle_free(a->throttle);
	attempts_free(a->attempts);
	explanations_free(a->explanations);
	free(a);
}

struct http_service api_service(struct api *a)
{
	return (struct http_service){ .ctx = a,
		.on_head = on_head,
		.on_request = on_request,
		.on_reject = on_reject };
}
