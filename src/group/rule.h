/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule.h -- rules as rows of a table, and the engine that walks it.
 * Pure. The first rule that does not hold refuses; everything told about a refusal (answer,
 * legacy errcode, hint, reference) is read from its row. The gate's rows (api/) have the
 * same form.
 */
#ifndef QUN_GROUP_RULE_H
#define QUN_GROUP_RULE_H

#include "base/arena.h"
#include "base/field.h"
#include "base/str.h"

/* What DingTalk answers: X(name, HTTP status, code, message) */
#define REFUSALS(X) \
	X(REFUSE_NO_TOKEN, 400, "AuthenticationFailed.MissingParameter", \
		"缺少参数：x-acs-dingtalk-access-token") \
	X(REFUSE_TOKEN, 400, "InvalidAuthentication", "不合法的access_token") \
	X(REFUSE_PERMISSION, 403, "Forbidden.AccessDenied.AccessTokenPermissionDenied", \
		"没有调用该接口的权限，接口权限申请参考：https://open.dingtalk.com/" \
		"document/orgapp-server/add-api-permission") \
	X(REFUSE_BODY, 400, "Missingbody", "body is mandatory for this action.") \
	X(REFUSE_PARAMETER, 400, "parameter.invalid", "输入参数错误") \
	X(REFUSE_CHECK, 400, "permession.checkFailed", "权限校验失败") \
	X(REFUSE_OWNER_SCOPE, 400, "permession.checkFailed", "群主不在应用可见性内") \
	X(REFUSE_CHATID, 400, "invalideChatId", "不合法的chatId") \
	X(REFUSE_CONVERSATION, 400, "invalidParameter.openConversationId.invalid", \
		"无效的会话id") \
	X(REFUSE_STAFF_ID, 400, "invalid.staffid", "无效的userId") \
	X(REFUSE_NO_STAFF, 400, "staff.not.found", "员工不存在") \
	X(REFUSE_ROLE, 400, "invalidParamter.role", "无效的role") \
	X(REFUSE_ADMINS, 400, "subadmin.exceed", "管理员超限") \
	X(REFUSE_DISBANDED, 400, "group.diaband", "群已经解散") \
	X(REFUSE_NOT_IN_GROUP, 400, "userNotInGroup", "用户不在群中") \
	X(REFUSE_CLIENT, 400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret") \
	X(REFUSE_INVALID_CLIENT, 400, "invalid.client", "invalid.client") \
	X(REFUSE_GRANT_TYPE, 400, "unsupported.grant.type", "unsupported.grant.type") \
	X(REFUSE_UNKNOWN_CORP, 500, "unknownError", "未知错误") \
	X(REFUSE_THROTTLED, 403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", \
		"您的企业应用调用钉钉开放平台当前接口的所有请求都被暂时禁用了") \
	X(REFUSE_QUOTA, 403, "Forbidden.AccessDenied.ApiCountLimitForOrg", \
		"您的企业本月的接口调用次数已达上限") \
	X(REFUSE_NO_APP_KEY, 400, "MissingappKey", "appKey is mandatory for this action.") \
	X(REFUSE_NO_APP_SECRET, 400, "MissingappSecret", \
		"appSecret is mandatory for this action.") \
	X(REFUSE_NO_CLIENT_ID, 400, "Missingclient_id", \
		"client_id is mandatory for this action.") \
	X(REFUSE_NO_CLIENT_SECRET, 400, "Missingclient_secret", \
		"client_secret is mandatory for this action.") \
	X(REFUSE_NO_GRANT_TYPE, 400, "Missinggrant_type", \
		"grant_type is mandatory for this action.") \
	X(REFUSE_NO_OAPI_KEY, 200, "40035", "缺少参数 corpid or appkey") \
	X(REFUSE_USER, 404, "invalidParameter.user.notFound", "找不到该用户") \
	X(REFUSE_SEARCH, 400, "parameter.error", "参数错误") \
	X(REFUSE_NOT_FOUND, 404, "InvalidAction.NotFound", \
		"Specified api is not found, please check your url and method.") \
	X(REFUSE_BUSY, 429, "system.busy", "系统繁忙，请稍后重试") \
	X(REFUSE_SYSTEM, 500, "system.error", "请重试，若始终失败请提交工单")

enum refuse {
#define X(name, http, code, message) name,
	REFUSALS(X)
#undef X
		REFUSE_COUNT,
};

struct refuse_text {
	int http;
	const char *code, *message;
};
const struct refuse_text *refuse_text(enum refuse r);

struct rule;

/* Why a rule does not hold. Filled by the rule's function; the rest is in the row. */
struct refusal {
	const struct rule *rule;
	const char *field; /* rule->field, or the exact path: "add_useridlist[3]" */
	struct str value; /* the value refused, as text; STR_NONE without one */
	const char *why; /* "21 characters, at most 20"; NULL without details */
	const char *zh, *en; /* the hint: the row's own unless something better is known */
};

enum rule_stage {
	RULE_REQUEST, /* needs the request only: decided before any queue */
	RULE_FACTS, /* needs facts from the store: decided inside the transaction */
};

struct rule {
	const char *id; /* "owner.member" */
	const char *field; /* the request's key */
	/* True if the rule holds for `subject`; else `why` has field, value and why set
	 * (field starts as rule->field). What the subject is, is the table's business. */
	bool (*holds)(const struct rule *rule, const void *subject, struct refusal *why);
	enum refuse answer;
	int errcode; /* of the legacy API */
	enum rule_stage stage;
	const char *zh, *en; /* hint: what to do about it */
	const char *refuses, *refuses_zh; /* reference: "refused when ..." */
};

/* For a rule's function: why it does not hold; false, so that it can be returned.
 * `because` may be NULL; refuse_at also says which part of the field it is. */
bool refuse_value(struct refusal *why, struct str value, const char *because);
bool refuse_at(
	struct refusal *why, const char *path, struct str value, const char *because);
/* A refusal by this row, as it is before a value is known: for what is found outside of
 * the table, as a decoder finds a wrong JSON type. */
struct refusal refusal_by(const struct rule *rule);

/* Walks the rows of one stage in order ({ 0 } ends the table). True if all hold; then `why`
 * is empty. The rows of an earlier stage stand before those of a later one. */
bool rules_hold(const struct rule *table, enum rule_stage stage, const void *subject,
	struct refusal *why);
/* NULL if there is none of that id. */
const struct rule *rule_find(const struct rule *table, const char *id);

/* What an id that was refused really is, found by a look-up after the refusal. */
enum id_kind {
	ID_NOTHING = 0,
	ID_CHATID = 1u << 0,
	ID_OPEN_CONVERSATION = 1u << 1,
	ID_CLIENT_CHAT = 1u << 2, /* from the client-side JSAPI */
	ID_USERID = 1u << 3,
	ID_EMP_UNIONID = 1u << 4,
	ID_EXT_UNIONID = 1u << 5,
	ID_EXT_USERID = 1u << 6,
	ID_MEDIA = 1u << 7,
	ID_URL = 1u << 8, /* looks like one; no look-up needs to tell */
	ID_INACTIVE = 1u << 9, /* an employee who has left */
};

/* Puts a better hint into `why` if the kinds (a set) of its value tell what was meant. What
 * the value's shape tells (a URL, an openConversationId) is seen here, without a look-up.
 */
void refusal_explain(struct refusal *why, unsigned id_kinds);
/* True if a look-up of why->value could lead to a better hint. Else refusal_explain() with
 * no kinds may still find one. */
bool refusal_wants_lookup(const struct refusal *why);

#endif
