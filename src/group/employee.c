/* SPDX-License-Identifier: Apache-2.0 */
#include "group/employee.h"

#include "base/limits.h"
#include "group/people_call.h"

/* ---- the requests ---- */

#define USERID(needed, english, chinese) \
	FIELD(struct employee_request, userid, .flags = F_TEXT | (needed), .min = 1, \
		.max = LIMIT_ID, .rule = "userid.form", .doc = english, .zh = chinese)
#define NAME(needed) \
	FIELD(struct employee_request, name, .flags = F_TEXT | (needed), .min = 1, \
		.max = LIMIT_LABEL, .rule = "name.length", .doc = "name", \
		.zh = "员工名称")
#define MOBILE(needed) \
	FIELD(struct employee_request, mobile, .flags = (needed), .min = 1, \
		.max = LIMIT_MOBILE, .rule = "mobile.form", \
		.doc = "mobile number, unique among those who work in the corp; outside " \
		       "of mainland China as +xx-xxxxxx", \
		.zh = "手机号码，在职员工中唯一；国际及港澳台号码用 +xx-xxxxxx 格式")
#define DEPARTMENTS(needed, english, chinese) \
	FIELD(struct employee_request, dept_id_list, .flags = (needed), .min = 1, \
		.max = LIMIT_PERSON_DEPARTMENTS, .rule = "departments.list", \
		.doc = english, .zh = chinese)
#define LANGUAGE \
	FIELD(struct employee_request, language, \
		.doc = "zh_CN or en_US; taken and without effect: names have one " \
		       "language", \
		.zh = "通讯录语言 zh_CN 或 en_US；姓名只有一种语言，因此不起作用")

const struct field employee_create_fields[] = {
	USERID(0, "the new employee's userid, unique in the corp; generated if not sent",
		"员工的 userid，企业内唯一；不传则自动生成"),
	NAME(F_NEEDED),
	MOBILE(F_NEEDED),
	DEPARTMENTS(F_NEEDED, "departments the employee is in", "所属部门ID列表"),
	{ 0 },
};

const struct field employee_update_fields[] = {
	USERID(F_NEEDED, "the employee to change", "员工的 userid"),
	NAME(0),
	MOBILE(0),
	DEPARTMENTS(0, "departments the employee is in from now on",
		"所属部门ID列表，整体替换"),
	LANGUAGE,
	{ 0 },
};

const struct field employee_delete_fields[] = {
	USERID(F_NEEDED, "the employee who leaves", "员工的 userid"),
	{ 0 },
};

/* ---- the rules ---- */

/* The subject of the rules that need facts. */
struct employee_case {
	const struct employee_request *req;
	const struct employee_facts *facts;
	struct arena *arena;
};

static bool mobile_fits(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct people_call *c = subject;
	const struct employee_request *req = c->req;
	struct str mobile = req->mobile;

	(void)rule;
	if (!mobile.p || mobile_is_wellformed(mobile))
		return true;
	return refuse_value(why, mobile, NULL);
}

static bool refuse_department(const struct employee_request *req, size_t i,
	const char *because, struct arena *a, struct refusal *why)
{
	return refuse_at(why, arena_printf(a, "dept_id_list[%zu]", i).p,
		arena_printf(a, "%lld", (long long)req->dept_id_list.v[i]), because);
}

static bool departments_are_numbers(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct people_call *c = subject;
	const struct employee_request *req = c->req;

	(void)rule;
	for (size_t i = 0; i < req->dept_id_list.n; i++)
		if (req->dept_id_list.v[i] < 1)
			return refuse_department(req, i, "less than 1", c->arena, why);
	return true;
}

static bool person_is_visible(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct employee_case *c = subject;

	(void)rule;
	if (c->facts->sees_all || (c->facts->active && c->facts->visible))
		return true;
	return refuse_value(why, c->req->userid, NULL);
}

static bool person_is_known(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct employee_case *c = subject;

	(void)rule;
	if (c->facts->active)
		return true;
	return refuse_value(why, c->req->userid, c->facts->exists ? "has left" : NULL);
}

static bool departments_are_visible(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct employee_case *c = subject;

	(void)rule;
	for (size_t i = 0; i < c->req->dept_id_list.n; i++)
		if (!c->facts->sees_all && !c->facts->departments[i].visible)
			return refuse_department(c->req, i, NULL, c->arena, why);
	return true;
}

static bool departments_are_known(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct employee_case *c = subject;

	(void)rule;
	for (size_t i = 0; i < c->req->dept_id_list.n; i++)
		if (!c->facts->departments[i].known)
			return refuse_department(c->req, i, NULL, c->arena, why);
	return true;
}

static bool userid_is_free(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct employee_case *c = subject;

	(void)rule;
	if (!c->facts->active)
		return true;
	return refuse_value(why, c->req->userid, NULL);
}

static bool mobile_is_free(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct employee_case *c = subject;

	(void)rule;
	if (!c->facts->mobile_taken)
		return true;
	return refuse_value(why, c->req->mobile, NULL);
}

#define ROW_USERID \
	{ \
		.id = "userid.form", .field = "userid", .holds = values_fit, \
		.answer = REFUSE_PARAMETER, .errcode = 40003, .stage = RULE_REQUEST, \
		.zh = "userid 为 1 到 64 个字符，不能全是空白，不能含控制字符", \
		.en = "a userid has 1 to 64 characters, is not blank and has no control " \
		      "characters", \
		.refuses = "userid is not 1-64 characters, blank, or with control " \
			   "characters", \
		.refuses_zh = "userid 不是 1~64 个字符、全是空白，或含控制字符", \
	}
#define ROW_NAME \
	{ \
		.id = "name.length", .field = "name", .holds = values_fit, \
		.answer = REFUSE_PARAMETER, .errcode = 60112, .stage = RULE_REQUEST, \
		.zh = "name 为 1 到 80 个字符，不能全是空白，不能含控制字符", \
		.en = "send a name of 1 to 80 characters, not blank, without control " \
		      "characters", \
		.refuses = "name is not 1-80 characters, blank, or with control " \
			   "characters", \
		.refuses_zh = "name 不是 1~80 个字符、全是空白，或含控制字符", \
	}
#define ROW_DEPARTMENTS_LIST \
	{ \
		.id = "departments.list", .field = "dept_id_list", .holds = values_fit, \
		.answer = REFUSE_PARAMETER, .errcode = 400002, .stage = RULE_REQUEST, \
		.zh = "dept_id_list 须有 1 到 100 个部门ID", \
		.en = "send 1 to 100 departments as dept_id_list", \
		.refuses = "dept_id_list is empty or longer than 100", \
		.refuses_zh = "dept_id_list 为空或超过 100 个", \
	}
#define ROW_DEPARTMENTS_NUMBERS \
	{ \
		.id = "departments.form", .field = "dept_id_list", \
		.holds = departments_are_numbers, .answer = REFUSE_PARAMETER, \
		.errcode = 40009, .stage = RULE_REQUEST, .zh = "部门ID须大于 0", \
		.en = "a department's id is above 0", \
		.refuses = "a department's id is not above 0", \
		.refuses_zh = "部门ID不大于 0", \
	}
#define ROW_PERSON_VISIBLE \
	{ \
		.id = "person.visible", .field = "userid", .holds = person_is_visible, \
		.answer = REFUSE_PARAMETER, .errcode = 50002, .stage = RULE_FACTS, \
		.zh = "该员工不在应用可见范围内（或不存在）：请扩大应用的可使用范围", \
		.en = "outside the app's visibility scope, or nobody: widen the scope", \
		.refuses = "the app's visibility scope is not the whole corp, and the " \
			   "employee is outside it, has left, or is not known", \
		.refuses_zh = "应用可见范围不是全员，且该员工在范围外、已离职或不存在", \
	}
#define ROW_DEPARTMENTS_VISIBLE \
	{ \
		.id = "departments.visible", .field = "dept_id_list", \
		.holds = departments_are_visible, .answer = REFUSE_PARAMETER, \
		.errcode = 50004, .stage = RULE_FACTS, \
		.zh = "该部门不在应用可见范围内（或不存在）：请扩大应用的可使用范围", \
		.en = "a department outside the app's visibility scope, or none: widen " \
		      "the scope", \
		.refuses = "the app's visibility scope is not the whole corp, and a " \
			   "department is not in it, or is not known", \
		.refuses_zh = "应用可见范围不是全员，且某个部门在范围外或不存在", \
	}
#define ROW_DEPARTMENTS_KNOWN \
	{ \
		.id = "departments.known", .field = "dept_id_list", \
		.holds = departments_are_known, .answer = REFUSE_PARAMETER, \
		.errcode = 60003, .stage = RULE_FACTS, .zh = "本企业没有这个部门", \
		.en = "this corp has no such department", \
		.refuses = "a department is not of the token's corp", \
		.refuses_zh = "某个部门不属于令牌所属企业", \
	}
#define ROW_MOBILE_FREE \
	{ \
		.id = "mobile.free", .field = "mobile", .holds = mobile_is_free, \
		.answer = REFUSE_PARAMETER, .errcode = 60104, .stage = RULE_FACTS, \
		.zh = "另一名在职员工已使用该手机号码", \
		.en = "another employee has this number", \
		.refuses = "another employee who works in the corp has the number", \
		.refuses_zh = "企业中另一名在职员工已使用该号码", \
	}

const struct rule employee_create_rules[] = {
	ROW_SENT_AS("name",
		"send name, mobile and dept_id_list, each of its documented type",
		"name、mobile、dept_id_list 必传，类型须与文档一致",
		"name, mobile or dept_id_list is absent, or a key has the wrong type",
		"未传 name、mobile 或 dept_id_list，或某个字段的类型不对"),
	ROW_USERID,
	ROW_NAME,
	ROW_MOBILE_FORM("mobile", mobile_fits),
	ROW_DEPARTMENTS_LIST,
	ROW_DEPARTMENTS_NUMBERS,
	ROW_DEPARTMENTS_VISIBLE,
	ROW_DEPARTMENTS_KNOWN,
	{
		.id = "userid.free",
		.field = "userid",
		.holds = userid_is_free,
		.answer = REFUSE_PARAMETER,
		.errcode = 60102,
		.stage = RULE_FACTS,
		.zh = "该 userid 已有在职员工使用；修改资料请用 user/update",
		.en = "somebody who works here has this userid; to change him use "
		      "user/update",
		.refuses = "an employee who works in the corp has the userid",
		.refuses_zh = "企业中已有在职员工使用该 userid",
	},
	ROW_MOBILE_FREE,
	{ 0 },
};

const struct rule employee_update_rules[] = {
	ROW_SENT_AS("userid", "send userid, and every key with its documented type",
		"userid 必传；各字段的类型须与文档一致",
		"userid is absent, or a key has the wrong type",
		"未传 userid，或某个字段的类型不对"),
	ROW_USERID,
	ROW_NAME,
	ROW_MOBILE_FORM("mobile", mobile_fits),
	ROW_DEPARTMENTS_LIST,
	ROW_DEPARTMENTS_NUMBERS,
	ROW_PERSON_VISIBLE,
	ROW_EMPLOYEE_KNOWN(person_is_known, 60121),
	ROW_DEPARTMENTS_VISIBLE,
	ROW_DEPARTMENTS_KNOWN,
	ROW_MOBILE_FREE,
	{ 0 },
};

const struct rule employee_delete_rules[] = {
	ROW_SENT_AS("userid", "send userid, as a string", "请传 userid，类型为字符串",
		"userid is absent or not text", "userid 未传或不是字符串"),
	ROW_USERID,
	ROW_PERSON_VISIBLE,
	ROW_EMPLOYEE_KNOWN(person_is_known, 33012),
	{ 0 },
};

bool employee_allowed(const struct rule *rules, const struct employee_request *req,
	const struct employee_facts *facts, struct arena *a, struct refusal *why)
{
	const struct employee_case c = { .req = req, .facts = facts, .arena = a };

	return rules_hold(rules, RULE_FACTS, &c, why);
}
