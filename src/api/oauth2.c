/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oauth2.c -- access tokens for an app's key and secret.
 * Sources: DingTalk's pages obtain-the-access-token-of-an-internal-app, api-gettoken and
 * obtain-orgapp-token. Three calls with one path: the rules that need the request only (a
 * closed door is one), the pair in a small read, and only for a right pair a change that
 * gives the stored token, renewed, or a new one.
 *
 * The corp of a path is compared after the secret: who does not know the secret learns
 * nothing about corps and apps, and another corp looks like one that does not exist.
 */
#include "api/answer.h"
#include "api/api_internal.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/plant.h"
#include "store/token_ops.h"

#define IN_KEY .flags = F_NEEDED, .max = LIMIT_ID, .rule = "body.fields"
#define IN_SECRET .flags = F_SECRET | F_NEEDED, .max = LIMIT_SECRET, .rule = "body.fields"

/* The same under the names of three calls. */
struct token_request {
	struct str app_key, secret, grant_type;
};

static const struct field access_token_fields[] = {
	FIELD_AS(struct token_request, app_key, "appKey", IN_KEY, .doc = "the app's key",
		.zh = "应用的 AppKey（Client ID）"),
	FIELD_AS(struct token_request, secret, "appSecret", IN_SECRET,
		.doc = "the app's secret", .zh = "应用的 AppSecret（Client Secret）"),
	{ 0 },
};

static const struct field corp_token_fields[] = {
	FIELD(struct token_request, grant_type, .flags = F_NEEDED,
		.doc = "client_credentials", .zh = "授权类型，固定为 client_credentials"),
	FIELD_AS(struct token_request, app_key, "client_id", IN_KEY, .doc = "the app's key",
		.zh = "应用的 Client ID"),
	FIELD_AS(struct token_request, secret, "client_secret", IN_SECRET,
		.doc = "the app's secret", .zh = "应用的 Client Secret"),
	{ 0 },
};

static const struct field gettoken_fields[] = {
	FIELD_AS(struct token_request, app_key, "appkey", IN_KEY, .doc = "the app's key",
		.zh = "应用的 AppKey"),
	FIELD_AS(struct token_request, secret, "appsecret", IN_SECRET,
		.doc = "the app's secret", .zh = "应用的 AppSecret"),
	{ 0 },
};

struct token_reply {
	int64_t errcode;
	struct str token, errmsg;
	int64_t seconds;
};

#define DOC_TOKEN .doc = "The access token", .zh = "访问凭证"
#define DOC_SECONDS .doc = "Seconds until it expires", .zh = "有效时长，单位秒"

static const struct field access_token_reply_fields[] = {
	FIELD_AS(struct token_reply, token, "accessToken", DOC_TOKEN),
	FIELD_AS(struct token_reply, seconds, "expireIn", DOC_SECONDS),
	{ 0 },
};

static const struct field corp_token_reply_fields[] = {
	FIELD_AS(struct token_reply, token, "access_token", DOC_TOKEN),
	FIELD_AS(struct token_reply, seconds, "expires_in", DOC_SECONDS),
	{ 0 },
};

static const struct field gettoken_reply_fields[] = {
	FIELD(struct token_reply, errcode, .doc = "0", .zh = "返回码"),
	FIELD_AS(struct token_reply, token, "access_token", DOC_TOKEN),
	FIELD(struct token_reply, errmsg, .doc = "ok", .zh = "返回码描述"),
	FIELD_AS(struct token_reply, seconds, "expires_in", DOC_SECONDS),
	{ 0 },
};

/* ---- the rules ---- */

struct token_case {
	const struct token_request *req;
	const struct field *fields;
	struct arena *arena;
	struct str corp_id; /* of the path; STR_NONE without one */
	bool open; /* not too many wrong secrets before */
	bool app_known; /* else what was sent as its key may be its secret: it is not told
			 */
	/* of the pair: ST_OK, ST_NOT_FOUND (it is wrong), ST_INVALID (of another corp) */
	enum status found;
};

static bool values_in_range(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct token_case *c = subject;
	struct field_fault fault;

	return fields_in_range(c->fields, c->req, rule->id, c->arena, &fault) ||
	       refuse_at(why, fault.path, STR_NONE, fault.why);
}

static bool is_sent(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct token_case *c = subject;

	(void)why;
	return field_is_set(field_find(c->fields, str_from(rule->field)), c->req);
}

static bool grant_is_known(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct token_case *c = subject;

	(void)rule;
	return str_is(c->req->grant_type, "client_credentials") ||
	       refuse_value(why, c->req->grant_type, NULL);
}

static bool door_is_open(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct token_case *c = subject;

	(void)rule;
	return c->open || refuse_value(why, c->app_known ? c->req->app_key : STR_NONE,
				  "too many wrong secrets");
}

/* Never tells the secret, nor whether it is the key that is wrong. */
static bool pair_is_right(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct token_case *c = subject;

	(void)rule;
	return c->found != ST_NOT_FOUND ||
	       refuse_value(why, c->app_known ? c->req->app_key : STR_NONE, NULL);
}

static bool corp_is_the_apps(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct token_case *c = subject;

	(void)rule;
	return c->found != ST_INVALID || refuse_value(why, c->corp_id, NULL);
}

#define ROW_SENT(key, refuse) \
	{ \
		.id = "token.params", .field = key, .holds = is_sent, .answer = refuse, \
		.errcode = 40035, .stage = RULE_REQUEST, .zh = "缺少参数 " key, \
		.en = "send " key, .refuses = key " is absent", .refuses_zh = "未传 " key, \
	}

#define ROW_FIELDS(key, refuse) \
	{ \
		.id = "body.fields", .field = key, .holds = values_in_range, \
		.answer = refuse, .errcode = 40096, .stage = RULE_REQUEST, \
		.zh = "各字段须为字符串；应用的 key 至多 64 个字符，密钥至多 128 个字符", \
		.en = "every key takes a string; no app's key has over 64 characters, " \
		      "no secret over 128", \
		.refuses = "a key has another JSON type than string, or is longer than " \
			   "any app's", \
		.refuses_zh = "某个字段不是字符串，或超过应用 key、密钥的最大长度", \
	}

#define ROW_ATTEMPTS(key) \
	{ \
		.id = "token.attempts", .field = key, .holds = door_is_open, \
		.answer = REFUSE_THROTTLED, .errcode = 90018, .stage = RULE_REQUEST, \
		.zh = "一分钟内密钥错误次数过多；请核对密钥，一分钟后再试", \
		.en = "too many wrong secrets in a minute: check the secret, then try " \
		      "again in a minute", \
		.refuses = "there were 10 wrong secrets for this app from this address " \
			   "within a minute; for the right one too, until it is over", \
		.refuses_zh = "一分钟内来自该地址、对该应用的密钥错误已达 10 次；" \
			      "在这一分钟内正确的密钥也被拒绝", \
	}

#define ROW_PAIR(key, refuse) \
	{ \
		.id = "token.pair", .field = key, .holds = pair_is_right, \
		.answer = refuse, .errcode = 40096, .stage = RULE_FACTS, \
		.zh = "应用不存在或密钥错误：请从世界文件或开发者后台核对这一对值", \
		.en = "no app has this key and secret: compare the pair with the world's", \
		.refuses = "no app has this key, or its secret is another one", \
		.refuses_zh = "没有这个应用，或密钥不符", \
	}

static const struct rule access_token_rules[] = {
	ROW_FIELDS("appKey", REFUSE_CLIENT),
	ROW_SENT("appKey", REFUSE_NO_APP_KEY),
	ROW_SENT("appSecret", REFUSE_NO_APP_SECRET),
	ROW_ATTEMPTS("appKey"),
	ROW_PAIR("appKey", REFUSE_CLIENT),
	{ 0 },
};

static const struct rule corp_token_rules[] = {
	ROW_FIELDS("client_id", REFUSE_INVALID_CLIENT),
	ROW_SENT("client_id", REFUSE_NO_CLIENT_ID),
	ROW_SENT("client_secret", REFUSE_NO_CLIENT_SECRET),
	ROW_SENT("grant_type", REFUSE_NO_GRANT_TYPE),
	{
		.id = "token.grant",
		.field = "grant_type",
		.holds = grant_is_known,
		.answer = REFUSE_GRANT_TYPE,
		.errcode = 40035,
		.stage = RULE_REQUEST,
		.zh = "grant_type 只能为 client_credentials",
		.en = "grant_type is client_credentials",
		.refuses = "grant_type is not client_credentials",
		.refuses_zh = "grant_type 不是 client_credentials",
	},
	ROW_ATTEMPTS("client_id"),
	ROW_PAIR("client_id", REFUSE_INVALID_CLIENT),
	{
		.id = "token.corp",
		.field = "corpId",
		.holds = corp_is_the_apps,
		.answer = REFUSE_UNKNOWN_CORP,
		.errcode = 40013,
		.stage = RULE_FACTS,
		.zh = "路径中的 corpId 不是该应用所属的企业",
		.en = "the corpId of the path is not the app's corp",
		.refuses = "the corp of the path is not the app's (another corp looks like "
			   "one that does not exist)",
		.refuses_zh = "路径中的企业不是该应用所属的企业（其他企业与不存在的企业"
			      "看起来相同）",
	},
	{ 0 },
};

static const struct rule gettoken_rules[] = {
	ROW_FIELDS("appkey", REFUSE_CLIENT),
	ROW_SENT("appkey", REFUSE_NO_OAPI_KEY),
	ROW_SENT("appsecret", REFUSE_NO_OAPI_KEY),
	ROW_ATTEMPTS("appkey"),
	ROW_PAIR("appkey", REFUSE_CLIENT),
	{ 0 },
};

/* ---- the calls ---- */

static struct token_case case_of(const struct request *r)
{
	return (struct token_case){
		.req = r->body,
		.fields = r->route->fields,
		.arena = r->arena,
		.corp_id = r->params[0],
		.open = true,
		.found = ST_OK,
	};
}

static void refuse(struct request *r, const struct refusal *why)
{
	/* gettoken's own text for a number that has another one in the global table */
	if (why->rule->answer == REFUSE_NO_OAPI_KEY)
		answer_errcode(r, why->rule->errcode,
			refuse_text(why->rule->answer)->message, why);
	else
		answer_refusal(r, why);
}

/* Not r->at_ms: a head may have waited for its body, and the wall clock may be set. */
static int64_t door_ms(void)
{
	return plant("tries_by_wall") ? clock_now_ms() : clock_mono_us() / 1000;
}

static bool door_open(const struct request *r, struct str app_key)
{
	return attempts_allowed(r->api->attempts, app_key, request_peer(r), door_ms());
}

static bool door_open_after_wrong(const struct request *r, struct str app_key)
{
	return attempts_failed(r->api->attempts, app_key, request_peer(r), door_ms());
}

static void check_pair(struct request *r);

static void token_issued(struct request *r)
{
	const struct token_issue_op *op = REQUEST_CHANGE(r, struct token_issue_op);
	struct token_reply reply;

	if (r->status != ST_OK) {
		check_pair(r); /* the app has changed since; its secret may have */
		return;
	}
	reply = (struct token_reply){
		.token = str_from(op->token),
		.errmsg = STR("ok"),
		.seconds = (op->expires_ms - op->now_ms) / 1000,
	};
	answer_ok(r, r->route->reply, &reply);
}

static void pair_checked(struct request *r)
{
	const struct secret_read *pair = REQUEST_READ(r, struct secret_read);
	struct token_case c = case_of(r);
	struct token_issue_op *op;
	struct refusal why;

	c.found = r->status;
	c.app_known = pair->app_known;
	/* Others may have been wrong since give_token asked. */
	if (c.found == ST_NOT_FOUND) {
		c.open = door_open_after_wrong(r, pair->app_key);
	} else {
		c.open = door_open(r, pair->app_key);
		r->access.caller.app_key = pair->app_key; /* for the explanation */
	}
	if (!rules_hold(r->route->rules, RULE_REQUEST, &c, &why) ||
		!rules_hold(r->route->rules, RULE_FACTS, &c, &why)) {
		refuse(r, &why);
		return;
	}
	op = ARENA_NEW(r->arena, struct token_issue_op);
	token_issue_init(op);
	op->token_key = request_options(r)->token_key;
	op->app_key = pair->app_key;
	op->app_version = pair->app_version;
	op->now_ms = clock_steady_ms();
	request_change(r, &op->change, token_issued);
}

static void check_pair(struct request *r)
{
	const struct token_request *req = r->body;
	struct secret_read *op = ARENA_NEW(r->arena, struct secret_read);

	secret_read_init(op);
	op->app_key = req->app_key;
	op->secret = req->secret;
	op->corp_id = r->params[0];
	request_read(r, &op->read, pair_checked);
}

static void give_token(struct request *r)
{
	const struct token_request *req = r->body;
	struct token_case c = case_of(r);
	struct refusal why;

	c.open = door_open(r, req->app_key);
	if (!rules_hold(r->route->rules, RULE_REQUEST, &c, &why)) {
		refuse(r, &why);
		return;
	}
	check_pair(r);
}

const struct route oauth2_routes[] = {
	{
		.method = HTTP_POST,
		.path = "/v1.0/oauth2/accessToken",
		.style = STYLE_NEW,
		.flags = ROUTE_NO_TOKEN,
		.fields = access_token_fields,
		.fields_size = sizeof(struct token_request),
		.rules = access_token_rules,
		.reply = access_token_reply_fields,
		.handle = give_token,
		.name = "GetAccessToken",
		.doc = "Gives an app's access token: within its life the same one, renewed",
		.zh = "获取企业内部应用的 "
		      "accessToken：有效期内重复获取返回相同结果并自动续期",
	},
	{
		.method = HTTP_POST,
		.path = "/v1.0/oauth2/{corpId}/token",
		.style = STYLE_NEW,
		.flags = ROUTE_NO_TOKEN,
		.fields = corp_token_fields,
		.fields_size = sizeof(struct token_request),
		.rules = corp_token_rules,
		.reply = corp_token_reply_fields,
		.handle = give_token,
		.name = "GetToken",
		.doc = "The same for an app of the corp in the path",
		.zh = "获取应用的 Access Token（路径中带企业 corpId）",
	},
	{
		/* The query, or a form, as the page's sample sends it; the platform reads
		 * no JSON here. */
		.method = HTTP_GET,
		.path = "/gettoken",
		.style = STYLE_OAPI,
		.flags = ROUTE_NO_TOKEN | ROUTE_NO_BODY,
		.fields = gettoken_fields,
		.fields_size = sizeof(struct token_request),
		.rules = gettoken_rules,
		.reply = gettoken_reply_fields,
		.handle = give_token,
		.name = "OapiGettoken",
		.doc = "The same on the old API; parameters in the query",
		.zh = "获取企业内部应用的 access_token（旧版接口，参数放在查询串）",
	},
	{ .path = NULL },
};
