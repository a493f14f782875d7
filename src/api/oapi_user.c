/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oapi_user.c -- people, found by mobile number, userid or unionid.
 * Sources: DingTalk's pages query-users-by-phone-number, query-user-details and
 * query-a-user-by-the-union-id. Three calls with one path; who has left the company is not
 * found by any of them. An app whose visibility scope is not the whole corp is told the
 * same of an employee outside it and of nobody at all.
 */
#include "api/answer.h"
#include "api/gate.h"
#include "api/oapi_reply.h"
#include "group/people_call.h"
#include "store/people_ops.h"

/* The key that a call finds people by, under the call's own name. */
struct person_request {
	struct str key, language;
};

static const struct field by_mobile_fields[] = {
	FIELD_AS(struct person_request, key, "mobile", .flags = F_NEEDED,
		.doc = "mobile number", .zh = "手机号"),
	{ 0 },
};

static const struct field by_userid_fields[] = {
	FIELD_AS(struct person_request, key, "userid", .flags = F_NEEDED,
		.doc = "the employee's userid", .zh = "员工的 userid"),
	FIELD(struct person_request, language,
		.doc = "zh_CN or en_US; taken and without effect: names have one language",
		.zh = "通讯录语言 zh_CN 或 en_US；姓名只有一种语言，因此不起作用"),
	{ 0 },
};

static const struct field by_unionid_fields[] = {
	FIELD_AS(struct person_request, key, "unionid", .flags = F_NEEDED,
		.doc = "the person's unionid", .zh = "用户的 unionid"),
	{ 0 },
};

/* ---- the replies ---- */

struct person_result {
	struct str userid, unionid, name, mobile;
	struct ints dept_id_list;
	bool active, admin, boss, senior;
	int64_t contact_type;
};

static const struct field mobile_result_fields[] = {
	FIELD(struct person_result, userid, .doc = "the employee's userid",
		.zh = "员工的 userid"),
	{ 0 },
};

static const struct field details_result_fields[] = {
	FIELD(struct person_result, userid, .doc = "the employee's userid",
		.zh = "员工的 userid"),
	FIELD(struct person_result, unionid, .doc = "the employee's unionid",
		.zh = "员工的 unionid"),
	FIELD(struct person_result, name, .doc = "name", .zh = "姓名"),
	FIELD(struct person_result, mobile,
		.doc = "mobile number, for apps with the permission point fieldMobile",
		.zh = "手机号，应用具备 fieldMobile 权限点时返回"),
	FIELD(struct person_result, dept_id_list, .doc = "departments the employee is in",
		.zh = "所属部门ID列表"),
	FIELD(struct person_result, active, .doc = "true",
		.zh = "是否激活了钉钉，恒为 true"),
	FIELD(struct person_result, admin, .doc = "false: a world has no such roles",
		.zh = "是否为企业管理员，恒为 false"),
	FIELD(struct person_result, boss, .doc = "false, likewise",
		.zh = "是否为企业老板，恒为 false"),
	FIELD(struct person_result, senior, .doc = "false, likewise",
		.zh = "是否为企业高管，恒为 false"),
	{ 0 },
};

static const struct field unionid_result_fields[] = {
	FIELD(struct person_result, userid, .doc = "the person's userid",
		.zh = "用户的 userid"),
	FIELD(struct person_result, contact_type, .doc = "0 employee, 1 external contact",
		.zh = "联系类型：0 企业内部员工，1 企业外部联系人"),
	{ 0 },
};

struct person_reply {
	int64_t errcode;
	struct str errmsg;
	struct person_result *result;
	struct str request_id;
};

#define REPLY_FIELDS(result_fields) \
	FIELDS_ERRCODE(struct person_reply), \
		FIELD_OBJECT(struct person_reply, result, result_fields, \
			.doc = "the person", .zh = "返回结果"), \
		FIELD_REQUEST_ID(struct person_reply)

static const struct field mobile_reply_fields[] = {
	REPLY_FIELDS(mobile_result_fields),
	{ 0 },
};

static const struct field details_reply_fields[] = {
	REPLY_FIELDS(details_result_fields),
	{ 0 },
};

static const struct field unionid_reply_fields[] = {
	REPLY_FIELDS(unionid_result_fields),
	{ 0 },
};

/* ---- the rules ---- */

struct person_case {
	struct str key;
	bool known; /* an active employee, or an external contact where those count */
	bool visible; /* to the app */
};

static bool key_is_sent(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct person_case *c = subject;

	(void)rule;
	return c->key.n || refuse_value(why, c->key, NULL);
}

static bool is_mobile(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct person_case *c = subject;

	(void)rule;
	return mobile_is_wellformed(c->key) || refuse_value(why, c->key, NULL);
}

static bool person_is_visible(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct person_case *c = subject;

	(void)rule;
	return c->visible || refuse_value(why, c->key, NULL);
}

static bool person_is_known(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct person_case *c = subject;

	(void)rule;
	return c->known || refuse_value(why, c->key, NULL);
}

#define ROW_SENT(key) \
	{ \
		.id = "body.fields", .field = key, .holds = key_is_sent, \
		.answer = REFUSE_PARAMETER, .errcode = 400002, .stage = RULE_REQUEST, \
		.zh = "请传 " key "，类型为字符串", .en = "send " key ", as a string", \
		.refuses = key " is absent, empty or not text", \
		.refuses_zh = key " 未传、为空或不是字符串", \
	}

#define ROW_VISIBLE(key) \
	{ \
		.id = "person.visible", .field = key, .holds = person_is_visible, \
		.answer = REFUSE_PARAMETER, .errcode = 50002, .stage = RULE_FACTS, \
		.zh = "该员工不在应用可见范围内（或不存在）：请扩大应用的可使用范围", \
		.en = "outside the app's visibility scope, or nobody: widen the scope", \
		.refuses = "the app's visibility scope is not the whole corp, and the " \
			   "person is an employee outside it, or is not known", \
		.refuses_zh = "应用可见范围不是全员，且该用户是范围外的员工或不存在", \
	}

#define ROW_KNOWN(key, number) \
	{ \
		.id = "person.known", .field = key, .holds = person_is_known, \
		.answer = REFUSE_PARAMETER, .errcode = number, .stage = RULE_FACTS, \
		.zh = "本企业没有这个 " key " 的在职员工", \
		.en = "nobody who works in this corp has this " key, \
		.refuses = "nobody of the token's corp has it, or who had it has left", \
		.refuses_zh = "令牌所属企业中没有该用户，或该员工已离职", \
	}

static const struct rule by_mobile_rules[] = {
	ROW_SENT("mobile"),
	{
		.id = "mobile.form",
		.field = "mobile",
		.holds = is_mobile,
		.answer = REFUSE_PARAMETER,
		.errcode = 40104,
		.stage = RULE_REQUEST,
		.zh = "手机号只能含数字、开头的 + 与 -，至多 32 个字符",
		.en = "a mobile number is digits, a leading + and -, at most 32 of them",
		.refuses = "it has something else than digits, a leading + and -, no digit "
			   "at all, or over 32 characters",
		.refuses_zh = "含有数字、开头的 +、- 以外的字符，没有数字，或超过 32 "
			      "个字符",
	},
	ROW_VISIBLE("mobile"),
	ROW_KNOWN("mobile", 60121),
	{ 0 },
};

static const struct rule by_userid_rules[] = {
	ROW_SENT("userid"),
	ROW_VISIBLE("userid"),
	ROW_KNOWN("userid", 33012),
	{ 0 },
};

static const struct rule by_unionid_rules[] = {
	ROW_SENT("unionid"),
	ROW_VISIBLE("unionid"),
	ROW_KNOWN("unionid", 60121),
	{ 0 },
};

/* ---- the calls ---- */

static void describe_person(
	const struct request *r, const struct person *p, struct person_result *out)
{
	bool sees_mobile = p->mobile.n && gate_permits(&r->access.caller, "fieldMobile");

	*out = (struct person_result){
		.userid = p->userid,
		.unionid = p->unionid,
		.name = p->name,
		.mobile = sees_mobile ? p->mobile : STR_NONE,
		.dept_id_list = { .v = p->dept_ids, .n = p->dept_count, .set = true },
		.active = p->active,
		.contact_type = p->kind == PERSON_EXT,
	};
}

static void person_found(struct request *r)
{
	const struct person_read *op = REQUEST_READ(r, struct person_read);
	const struct person *p = &op->person;
	struct person_case c = { .key = op->value };
	struct person_result result;
	struct refusal why;

	if (r->status == ST_REFUSED) {
		answer_refusal(r, &op->why);
		return;
	}
	c.known = r->status == ST_OK && (p->kind == PERSON_EXT || p->active);
	c.visible = r->access.caller.sees_all || (c.known && p->visible);
	if (!rules_hold(r->route->rules, RULE_FACTS, &c, &why)) {
		answer_refusal(r, &why);
		return;
	}
	describe_person(r, p, &result);
	answer_ok(r, r->route->reply,
		&(struct person_reply){
			.errmsg = STR("ok"),
			.result = &result,
			.request_id = str_from(r->id),
		});
}

static void find_person(struct request *r, enum person_key by, bool externals)
{
	const struct person_request *req = r->body;
	struct person_case c = { .key = req->key };
	struct person_read *op;
	struct refusal why;

	if (!rules_hold(r->route->rules, RULE_REQUEST, &c, &why)) {
		answer_refusal(r, &why);
		return;
	}
	op = ARENA_NEW(r->arena, struct person_read);
	person_read_init(op);
	op->access = &r->access;
	op->key = by;
	op->value = req->key;
	op->externals = externals;
	request_read(r, &op->read, person_found);
}

static void find_by_mobile(struct request *r)
{
	find_person(r, PERSON_BY_MOBILE, false);
}

static void find_by_userid(struct request *r)
{
	find_person(r, PERSON_BY_USERID, false);
}

static void find_by_unionid(struct request *r)
{
	find_person(r, PERSON_BY_UNIONID, true);
}

const struct route oapi_user_routes[] = {
	{
		.method = HTTP_POST,
		.path = "/topapi/v2/user/getbymobile",
		.style = STYLE_TOPAPI,
		.permission = "qyapi_get_member_by_mobile",
		.fields = by_mobile_fields,
		.fields_size = sizeof(struct person_request),
		.rules = by_mobile_rules,
		.reply = mobile_reply_fields,
		.handle = find_by_mobile,
		.name = "OapiV2UserGetbymobile",
		.doc = "Finds an employee's userid by mobile number",
		.zh = "根据手机号查询在职员工的 userid",
	},
	{
		.method = HTTP_POST,
		.path = "/topapi/v2/user/get",
		.style = STYLE_TOPAPI,
		.permission = "qyapi_get_member",
		.fields = by_userid_fields,
		.fields_size = sizeof(struct person_request),
		.rules = by_userid_rules,
		.reply = details_reply_fields,
		.handle = find_by_userid,
		.name = "OapiV2UserGet",
		.doc = "Shows an employee",
		.zh = "查询用户详情",
	},
	{
		.method = HTTP_POST,
		.path = "/topapi/user/getbyunionid",
		.style = STYLE_TOPAPI,
		.permission = "qyapi_get_member",
		.fields = by_unionid_fields,
		.fields_size = sizeof(struct person_request),
		.rules = by_unionid_rules,
		.reply = unionid_reply_fields,
		.handle = find_by_unionid,
		.name = "OapiUserGetbyunionid",
		.doc = "Finds the userid of an employee or external contact by unionid",
		.zh = "根据 unionid 获取员工或外部联系人的 userid",
	},
	{ .path = NULL },
};
