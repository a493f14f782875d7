/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate.c -- usual path: token.present; the caller from the loop's cache; token.valid and
 * app.permission on him; next. A caller who is not cached, or whom the cache would refuse,
 * is read from the store first.
 */
#include "api/gate.h"

#include "api/answer.h"
#include "api/api_internal.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/plant.h"
#include "base/text.h"
#include "store/token_ops.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

/* ---- the rules ---- */

/* What a rule of the gate looks at. */
struct gate_case {
	bool route_known;
	struct str path;
	struct str token; /* STR_NONE: not sent */
	const struct caller *caller;
	const char *permission;
	int64_t now_ms;
	bool fixed_tokens;
	enum throttled throttled;
	const char *body_fault; /* NULL: none */
	const char *body_zh, *body_en; /* a better hint; NULL: the rule's */
};

static bool route_known(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct gate_case *c = subject;

	(void)rule;
	why->value = c->path;
	return c->route_known;
}

static bool token_present(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct gate_case *c = subject;

	(void)rule;
	(void)why;
	return c->token.n > 0;
}

static bool token_valid(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct gate_case *c = subject;
	int64_t left_ms;

	(void)rule;
	if (c->token.p[0] == '"') {
		why->zh = "令牌被双引号包裹：请原样发送 accessToken，不要做 JSON 编码";
		why->en = "the token is wrapped in quotes: send it raw, not JSON-encoded";
	}
	if (!c->caller->known)
		return false;
	if (c->caller->fixed) {
		why->why = "a fixed token, and a listener is not on loopback";
		return c->fixed_tokens;
	}
	why->why = "expired";
	left_ms = c->caller->expires_ms - c->now_ms;
	return (left_ms > 0 && left_ms <= LIMIT_TOKEN_AHEAD_S * INT64_C(1000)) ||
	       plant("expiry_unchecked");
}

static bool has_word(struct str list, struct str word)
{
	while (list.n) {
		size_t end = str_find(list, ' ');

		if (str_eq(str_slice(list, 0, end), word))
			return true;
		list = str_slice(list, end + 1, list.n);
	}
	return false;
}

bool gate_permits(const struct caller *caller, const char *permission)
{
	return has_word(caller->permissions, str_from(permission));
}

static bool app_permitted(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct gate_case *c = subject;

	(void)rule;
	why->value = str_from(c->permission);
	return !c->permission || gate_permits(c->caller, c->permission) ||
	       plant("point_unchecked");
}

static bool rate_kept(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct gate_case *c = subject;

	(void)rule;
	why->value = c->caller->app_key;
	return c->throttled != THROTTLE_APP;
}

static bool quota_kept(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct gate_case *c = subject;

	(void)rule;
	why->value = c->caller->corp_id;
	return c->throttled != THROTTLE_CORP;
}

static bool body_taken(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct gate_case *c = subject;

	(void)rule;
	why->why = c->body_fault;
	if (c->body_zh) {
		why->zh = c->body_zh;
		why->en = c->body_en;
	}
	return !c->body_fault;
}

const struct rule gate_rules[] = {
	{
		.id = "route.known",
		.field = "path",
		.holds = route_known,
		.answer = REFUSE_NOT_FOUND,
		.errcode = 404,
		.stage = RULE_REQUEST,
		.zh = "没有这个接口，或请求方法不对：请核对 URL 与 HTTP 方法",
		.en = "no call has this path and method: compare both with the API "
		      "reference",
		.refuses = "the path is unknown, or known with another method",
		.refuses_zh = "路径不存在，或请求方法不对",
	},
	{
		.id = "token.present",
		.field = "x-acs-dingtalk-access-token",
		.holds = token_present,
		.answer = REFUSE_NO_TOKEN,
		.errcode = 41001,
		.stage = RULE_REQUEST,
		.zh = "请在请求头 x-acs-dingtalk-access-token（旧版接口为参数 "
		      "access_token）中携带 accessToken",
		.en = "send the accessToken in the header x-acs-dingtalk-access-token (old "
		      "API: the "
		      "parameter access_token)",
		.refuses = "the token is absent",
		.refuses_zh = "未携带 token",
	},
	{
		.id = "token.valid",
		.field = "x-acs-dingtalk-access-token",
		.holds = token_valid,
		.answer = REFUSE_TOKEN,
		.errcode = 40014,
		.stage = RULE_FACTS,
		.zh = "accessToken 不存在或已过期（有效期 7200 秒），请重新获取",
		.en = "the token is not known or has expired (7200 s): get a new one",
		.refuses = "the token is unknown, expired, or wrapped in quotes",
		.refuses_zh = "token 不存在、已过期，或被双引号包裹",
	},
	{
		.id = "app.permission",
		.field = "x-acs-dingtalk-access-token",
		.holds = app_permitted,
		.answer = REFUSE_PERMISSION,
		.errcode = 60011,
		.stage = RULE_FACTS,
		.zh = "应用缺少该接口的权限点，请为应用添加",
		.en = "the app lacks the call's permission point: add it to the app's "
		      "permissions",
		.refuses = "the app lacks the call's permission point",
		.refuses_zh = "应用缺少该接口的权限点",
	},
	{
		.id = "app.rate",
		.field = "x-acs-dingtalk-access-token",
		.holds = rate_kept,
		.answer = REFUSE_THROTTLED,
		.errcode = 90018,
		.stage = RULE_FACTS,
		.zh = "同一应用调用同一接口每秒最多 20 次；请等待 1 秒后重试",
		.en = "an app may make 20 calls of one kind a second: wait a second, then "
		      "repeat",
		.refuses = "with --limits dingtalk: the app has made 20 calls of this kind "
			   "within a second",
		.refuses_zh = "启用 --limits dingtalk 时：该应用在一秒内调用本接口已达 20 "
			      "次",
	},
	{
		.id = "corp.quota",
		.field = "x-acs-dingtalk-access-token",
		.holds = quota_kept,
		.answer = REFUSE_QUOTA,
		.errcode = 90020,
		.stage = RULE_FACTS,
		.zh = "企业每个自然月最多调用 5000 次（获取凭证与通讯录接口除外）；"
		      "请减少调用，重启 qund 可重新计数",
		.en = "a corp may make 5,000 calls a month, but for tokens and people: "
		      "make "
		      "fewer; restarting qund begins a new count",
		.refuses = "with --limits dingtalk: the corp's apps have made 5,000 calls "
			   "that count in this calendar month",
		.refuses_zh = "启用 --limits dingtalk 时：企业的应用在本自然月内计入配额的"
			      "调用已达 5000 次",
	},
	{
		.id = "body.json",
		.field = "body",
		.holds = body_taken,
		.answer = REFUSE_BODY,
		.errcode = 43009,
		.stage = RULE_REQUEST,
		.zh = "请求体必须是一个 JSON 对象，Content-Type 为 application/json",
		.en = "the body must be one JSON object, with Content-Type "
		      "application/json",
		.refuses = "there is no body, its Content-Type is not JSON (absent is "
			   "accepted), or it "
			   "is not one strict JSON object",
		.refuses_zh = "没有请求体、Content-Type 不是 "
			      "JSON（可以不传），或请求体不是一个严格的 JSON 对象",
	},
	{ 0 },
};

/* ---- the cache of callers: a search tree by token hash, and the order of their arrival
 * ---- */

struct cached {
	unsigned char token_hash[TOKEN_HASH]; /* first: the tree's key */
	struct caller caller; /* strings in `arena` */
	struct arena arena;
	TAILQ_ENTRY(cached) order;
};

struct gate_cache {
	void *tree;
	TAILQ_HEAD(, cached) oldest_first;
	size_t count;
	struct token_hasher *hasher;
};

static int compare_hashes(const void *a, const void *b)
{
	return memcmp(a, b, TOKEN_HASH);
}

struct gate_cache *gate_cache_new(void)
{
	struct gate_cache *c = calloc(1, sizeof(*c));

	if (!c)
		die("out of memory");
	TAILQ_INIT(&c->oldest_first);
	c->hasher = token_hasher_new();
	return c;
}

static void cache_drop(struct gate_cache *c, struct cached *entry)
{
	(void)tdelete(entry->token_hash, &c->tree, compare_hashes);
	TAILQ_REMOVE(&c->oldest_first, entry, order);
	c->count--;
	arena_fini(&entry->arena);
	free(entry);
}

void gate_cache_free(struct gate_cache *c)
{
	struct cached *entry;

	if (!c)
		return;
	while ((entry = TAILQ_FIRST(&c->oldest_first)))
		cache_drop(c, entry);
	token_hasher_free(c->hasher);
	free(c);
}

static struct cached *cache_find(
	const struct gate_cache *c, const unsigned char *token_hash)
{
	void *const *node = tfind(token_hash, &c->tree, compare_hashes);

	return node ? *node : NULL;
}

static struct caller copy_caller(const struct caller *from, struct arena *a)
{
	struct caller to = *from;

	to.corp_id = arena_str(a, from->corp_id);
	to.app_key = arena_str(a, from->app_key);
	to.permissions = arena_str(a, from->permissions);
	return to;
}

/* Remembers what the store said; a caller it does not know is forgotten. */
static void cache_put(
	struct gate_cache *c, const unsigned char *token_hash, const struct caller *who)
{
	struct cached *entry = cache_find(c, token_hash);

	if (entry)
		cache_drop(c, entry);
	if (!who->known)
		return;
	if (c->count == LIMIT_TOKEN_CACHE)
		cache_drop(c, TAILQ_FIRST(&c->oldest_first));
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		die("out of memory");
	memcpy(entry->token_hash, token_hash, TOKEN_HASH);
	entry->caller = copy_caller(who, &entry->arena);
	if (!tsearch(entry, &c->tree, compare_hashes))
		die("out of memory");
	TAILQ_INSERT_TAIL(&c->oldest_first, entry, order);
	c->count++;
}

/* ---- passing ---- */

/* What the gate keeps of a request while the store is asked. */
struct gate {
	struct caller_read lookup;
	struct token_forget_op forget;
	struct refusal why; /* while an expired token is forgotten */
	struct gate_case subject;
	void (*next)(struct request *r);
	bool counted; /* this call, once */
	bool cached; /* passed on what the cache remembers */
};

/* On the facts of the operation's own transaction. */
static bool allow(const struct access *access, struct refusal *why)
{
	const struct gate *g = access->ctx;
	struct gate_case c = g->subject;

	c.caller = &access->caller;
	return rules_hold(gate_rules, RULE_FACTS, &c, why);
}

static struct gate_cache *cache_of(const struct request *r)
{
	return r->api->gates[loop_index(r->x->loop)];
}

bool gate_counts(const struct route *route)
{
	return route->style != STYLE_ADMIN &&
	       !(route->flags & (ROUTE_NO_TOKEN | ROUTE_PEOPLE)) &&
	       (!route->permission ||
		       str_starts(str_from(route->permission), STR("qyapi_chat")));
}

/* Past all that is about the caller, a call counts: once, even if it is looked at again. */
static void pass(struct request *r)
{
	const struct caller *who = &r->access.caller;
	struct gate *g = r->gate;
	struct refusal why;

	if (r->api->throttle && !g->counted) {
		g->counted = true;
		g->subject.throttled = throttle_count(r->api->throttle, who->app_key,
			str_from(r->route->name),
			gate_counts(r->route) ? who->corp_id : STR_NONE, r->at_ms);
	}
	if (g->subject.throttled == THROTTLE_PASS || allow(&r->access, &why))
		g->next(r);
	else
		answer_refusal(r, &why);
}

static void forgotten(struct request *r)
{
	answer_refusal(r, &r->gate->why);
}

/* Whoever was told that a token has expired is never told otherwise, whatever becomes of
 * the clock: the store forgets it first. */
static void refuse_expired(struct request *r)
{
	struct gate *g = r->gate;

	cache_put(cache_of(r), r->access.token_hash, &(const struct caller){ 0 });
	token_forget_init(&g->forget, r->access.token_hash, r->access.caller.expires_ms);
	request_change(r, &g->forget.change, forgotten);
}

static void looked_up(struct request *r)
{
	struct caller_read *lookup = REQUEST_READ(r, struct caller_read);
	struct gate *g = r->gate;

	cache_put(cache_of(r), r->access.token_hash, &lookup->caller);
	r->access.caller = lookup->caller;
	if (allow(&r->access, &g->why))
		pass(r);
	else if (r->access.caller.known && !r->access.caller.fixed &&
		 g->why.rule->answer == REFUSE_TOKEN && !plant("expired_kept"))
		refuse_expired(r);
	else
		answer_refusal(r, &g->why);
}

static void look_up(struct request *r)
{
	r->gate->cached = false;
	caller_read_init(&r->gate->lookup, r->access.token_hash);
	request_read(r, &r->gate->lookup.read, looked_up);
}

bool gate_again(struct request *r)
{
	if (!r->gate || !r->gate->cached || r->access.caller.known)
		return false;
	look_up(r);
	return true;
}

/* An upload cannot begin again: by the time the transaction looks at its caller, its file
 * has moved. */
static const struct cached *remembered(const struct request *r)
{
	return r->route->flags & ROUTE_UPLOAD
		       ? NULL
		       : cache_find(cache_of(r), r->access.token_hash);
}

/* The old API takes the token from wherever parameters come from. */
static struct str token_of(const struct request *r)
{
	if (r->route->style == STYLE_NEW)
		return http_header(&r->x->head, "x-acs-dingtalk-access-token");
	return pairs_get(&r->query, STR("access_token"));
}

void gate_pass(struct request *r, void (*next)(struct request *r))
{
	struct gate *g = ARENA_NEW(r->arena, struct gate);
	const struct cached *known;
	struct refusal why;

	r->gate = g;
	g->next = next;
	g->subject = (struct gate_case){
		.route_known = true,
		.token = token_of(r),
		.permission = r->route->permission,
		.now_ms = clock_steady_ms(),
		.fixed_tokens = r->api->options.fixed_tokens,
	};
	if (!rules_hold(gate_rules, RULE_REQUEST, &g->subject, &why)) {
		answer_refusal(r, &why);
		return;
	}
	token_hasher_run(cache_of(r)->hasher, g->subject.token, r->access.token_hash);
	r->access.allow = allow;
	r->access.ctx = g;
	known = remembered(r);
	if (known) {
		r->access.caller = copy_caller(&known->caller, r->arena);
		g->cached = allow(&r->access, &why);
	}
	if (g->cached)
		pass(r);
	else
		look_up(r);
}

struct refusal gate_refuse_path(struct str path)
{
	struct gate_case c = { .path = path };
	struct refusal why;

	(void)rules_hold(gate_rules, RULE_REQUEST, &c, &why);
	return why;
}

struct refusal gate_refuse_body(const char *fault, const char *zh, const char *en)
{
	struct gate_case c = {
		.route_known = true,
		.token = STR("passed"),
		.body_fault = fault,
		.body_zh = zh,
		.body_en = en,
	};
	struct refusal why;

	(void)rules_hold(gate_rules, RULE_REQUEST, &c, &why);
	return why;
}

bool gate_admin(struct request *r)
{
	static const struct str scheme = STR_INIT("Bearer ");
	struct str header = http_header(&r->x->head, "authorization");
	struct str want = r->api->options.admin_token, have;
	unsigned char want_hash[TOKEN_HASH], have_hash[TOKEN_HASH];

	if (!str_eq_nocase(str_slice(header, 0, scheme.n), scheme)) {
		answer_admin_error(r, 401,
			"send 'Authorization: Bearer <admin token>'; the token is in the "
			"file "
			"admin.token of the data folder unless an option gave one");
		return false;
	}
	have = str_trim(str_slice(header, scheme.n, header.n));
	token_hash(want, want_hash);
	token_hash(have, have_hash);
	if (want.n && mem_eq_const_time(want_hash, have_hash, TOKEN_HASH))
		return true;
	answer_admin_error(r, 401, "this is not the admin token");
	return false;
}
