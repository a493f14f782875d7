/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people_call.h -- what the calls about people share: departments, employees, external
 * contacts. Pure.
 *
 * Order: decode the body; people_call_check (rules that need the request only); fetch the
 * facts; the rules that need them, whose subject is the file's own.
 */
#ifndef QUN_GROUP_PEOPLE_CALL_H
#define QUN_GROUP_PEOPLE_CALL_H

#include "base/field.h"
#include "group/rule.h"

/* The subject of the rules of the first stage. */
struct people_call {
	const void *req; /* what `fields` describes */
	const struct field *fields;
	struct arena *arena;
};

/* True if the rules of the first stage hold; else `why`. */
bool people_call_check(const struct rule *rules, const struct field *fields,
	const void *req, struct arena *a, struct refusal *why);

/* Every key that is needed is there, those of objects too. One of the wrong type is the
 * decoder's to find. */
bool all_is_sent(const struct rule *rule, const void *subject, struct refusal *why);
/* The fields that name this rule are in their ranges. */
bool values_fit(const struct rule *rule, const void *subject, struct refusal *why);

/* Digits, with what people put around a country code: +86-13800000001. */
bool mobile_is_wellformed(struct str mobile);

/* ---- rows; `check` is the table's own ---- */

#define ROW_SENT_AS(key, english, chinese, refuses_en, refuses_chinese) \
	{ \
		.id = "body.fields", .field = key, .holds = all_is_sent, \
		.answer = REFUSE_PARAMETER, .errcode = 400002, .stage = RULE_REQUEST, \
		.zh = chinese, .en = english, .refuses = refuses_en, \
		.refuses_zh = refuses_chinese, \
	}
#define ROW_ALL_SENT(key) \
	ROW_SENT_AS(key, \
		"send the required parameters, and each with its documented type", \
		"必填参数须传，各参数的类型须与文档一致", \
		"a required parameter is absent, or one has the wrong type", \
		"未传必填参数，或某个参数的类型不对")
#define ROW_MOBILE_FORM(key, check) \
	{ \
		.id = "mobile.form", .field = key, .holds = check, \
		.answer = REFUSE_PARAMETER, .errcode = 60103, .stage = RULE_REQUEST, \
		.zh = "手机号只能含数字、开头的 + 与 -，至多 32 个字符", \
		.en = "a mobile number is digits, a leading + and -, at most 32 of them", \
		.refuses = "mobile has something else than digits, a leading + and -, no " \
			   "digit at all, or over 32 characters", \
		.refuses_zh = "mobile 含有数字、开头的 +、- 以外的字符，没有数字，或超过 " \
			      "32 个字符", \
	}
#define ROW_EMPLOYEE_KNOWN(check, number) \
	{ \
		.id = "person.known", .field = "userid", .holds = check, \
		.answer = REFUSE_PARAMETER, .errcode = number, .stage = RULE_FACTS, \
		.zh = "本企业没有这个 userid 的在职员工", \
		.en = "nobody who works in this corp has this userid", \
		.refuses = "nobody of the token's corp has it, or who had it has left", \
		.refuses_zh = "令牌所属企业中没有该员工，或该员工已离职", \
	}
#define ROW_DEPARTMENT_VISIBLE(name, key, check) \
	{ \
		.id = name, .field = key, .holds = check, .answer = REFUSE_PARAMETER, \
		.errcode = 50004, .stage = RULE_FACTS, \
		.zh = "该部门不在应用可见范围内（或不存在）：请扩大应用的可使用范围", \
		.en = "outside the app's visibility scope, or none: widen the scope", \
		.refuses = "the app's visibility scope is not the whole corp, and the " \
			   "department is not in it, or is not known", \
		.refuses_zh = "应用可见范围不是全员，且该部门在范围外或不存在", \
	}
#define ROW_DEPARTMENT_KNOWN(check) \
	{ \
		.id = "department.known", .field = "dept_id", .holds = check, \
		.answer = REFUSE_PARAMETER, .errcode = 60003, .stage = RULE_FACTS, \
		.zh = "本企业没有这个部门", .en = "this corp has no such department", \
		.refuses = "the department is not of the token's corp", \
		.refuses_zh = "该部门不属于令牌所属企业", \
	}

#endif
