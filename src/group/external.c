/* SPDX-License-Identifier: Apache-2.0 */
#include "group/external.h"

#include "base/limits.h"
#include "group/people_call.h"

/* ---- the requests ---- */

#define TEXT(member, longest, needed, english, chinese) \
	FIELD(struct external_contact, member, .flags = F_TEXT | (needed), .min = 1, \
		.max = (longest), .rule = "contact.range", .doc = english, .zh = chinese)
/* "" takes a text away that is there. */
#define FREE_TEXT(member, english, chinese) \
	FIELD(struct external_contact, member, .max = LIMIT_CONTACT_TEXT, \
		.rule = "contact.range", .doc = english, .zh = chinese)
#define LIST(member, needed, english, chinese) \
	FIELD(struct external_contact, member, .flags = (needed), \
		.max = LIMIT_CONTACT_LIST, .rule = "contact.range", .doc = english, \
		.zh = chinese)
#define COMMON_FIELDS \
	TEXT(name, LIMIT_LABEL, F_NEEDED, "name", "外部联系人的姓名"), \
		TEXT(follower_user_id, LIMIT_ID, F_NEEDED, \
			"userid of the employee who looks after him", "负责人的 userid"), \
		LIST(label_ids, F_NEEDED, "labels; taken as they are", \
			"标签列表，不校验是否存在"), \
		FREE_TEXT(title, "position", "职位"), \
		FREE_TEXT(company_name, "his company", "外部联系人的企业名称"), \
		FREE_TEXT(address, "address", "地址"), \
		FREE_TEXT(remark, "remark", "备注"), \
		LIST(share_dept_ids, 0, "departments he is shown to", "共享给的部门ID"), \
		FIELD(struct external_contact, share_user_ids, .max = LIMIT_CONTACT_LIST, \
			.item_min = 1, .item_max = LIMIT_ID, .rule = "contact.range", \
			.doc = "employees he is shown to", \
			.zh = "共享给的员工 userid 列表")
#define MOBILE_FIELDS \
	TEXT(state_code, LIMIT_MOBILE, F_NEEDED, "country code of the mobile number", \
		"手机号国家码"), \
		FIELD(struct external_contact, mobile, .flags = F_NEEDED, \
			.doc = "mobile number", .zh = "手机号")

static const struct field new_contact_fields[] = {
	COMMON_FIELDS,
	MOBILE_FIELDS,
	{ 0 },
};

static const struct field changed_contact_fields[] = {
	TEXT(user_id, LIMIT_ID, F_NEEDED, "the external contact's userid",
		"外部联系人的 userid"),
	COMMON_FIELDS,
	{ 0 },
};

const struct field external_create_fields[] = {
	FIELD_OBJECT(struct external_request, contact, new_contact_fields,
		.flags = F_NEEDED, .doc = "the contact", .zh = "外部联系人信息"),
	{ 0 },
};

const struct field external_update_fields[] = {
	FIELD_OBJECT(struct external_request, contact, changed_contact_fields,
		.flags = F_NEEDED, .doc = "the contact; what is left out stays as it is",
		.zh = "外部联系人信息，未传的可选字段保持不变"),
	{ 0 },
};

const struct field external_one_fields[] = {
	FIELD(struct external_request, user_id, .flags = F_NEEDED,
		.doc = "the external contact's userid", .zh = "外部联系人的 userid"),
	{ 0 },
};

const struct field external_list_fields[] = {
	FIELD(struct external_request, size, .min = 1, .max = LIMIT_PEOPLE_PAGE,
		.rule = "page.range",
		.doc = "contacts of one page; 20 unless sent with offset",
		.zh = "分页大小，与 offset 同时传才生效，否则为 20"),
	FIELD(struct external_request, offset, .min = 0, .max = LIMIT_PEOPLE_OFFSET,
		.rule = "page.range",
		.doc = "contacts before this page; 0 unless sent with size",
		.zh = "偏移量，从 0 开始，与 size 同时传才生效"),
	{ 0 },
};

const struct field external_contact_fields[] = {
	FIELD(struct external_contact, userid, .doc = "the external contact's userid",
		.zh = "外部联系人的 userid"),
	COMMON_FIELDS,
	MOBILE_FIELDS,
	{ 0 },
};

/* ---- the rules ---- */

/* The subject of the rules that need facts. */
struct external_case {
	const struct external_request *req;
	const struct external_facts *facts;
	struct arena *arena;
};

static bool mobile_fits(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct people_call *c = subject;
	const struct external_request *req = c->req;
	struct str mobile = req->contact->mobile;

	(void)rule;
	if (mobile_is_wellformed(mobile))
		return true;
	return refuse_value(why, mobile, NULL);
}

static bool contact_is_known(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct external_case *c = subject;
	const struct external_request *req = c->req;

	(void)rule;
	if (c->facts->known)
		return true;
	return refuse_value(why, req->contact ? req->contact->user_id : req->user_id, NULL);
}

static bool follower_is_known(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct external_case *c = subject;

	(void)rule;
	if (c->facts->follower_known)
		return true;
	return refuse_value(why, c->req->contact->follower_user_id, NULL);
}

static bool users_are_known(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct external_case *c = subject;
	const struct strs *ids = &c->req->contact->share_user_ids;

	(void)rule;
	for (size_t i = 0; i < ids->n; i++)
		if (!c->facts->users_known[i])
			return refuse_at(why,
				arena_printf(c->arena, "contact.share_user_ids[%zu]", i).p,
				ids->v[i], NULL);
	return true;
}

static bool departments_are_known(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct external_case *c = subject;
	const struct ints *ids = &c->req->contact->share_dept_ids;

	(void)rule;
	for (size_t i = 0; i < ids->n; i++)
		if (!c->facts->departments_known[i])
			return refuse_at(why,
				arena_printf(c->arena, "contact.share_dept_ids[%zu]", i).p,
				arena_printf(c->arena, "%lld", (long long)ids->v[i]), NULL);
	return true;
}

#define ROW_RANGE \
	{ \
		.id = "contact.range", .field = "contact", .holds = values_fit, \
		.answer = REFUSE_PARAMETER, .errcode = 40035, .stage = RULE_REQUEST, \
		.zh = "请核对该字段的长度；列表至多 20 个", \
		.en = "keep to the field's length; a list has at most 20", \
		.refuses = "a name is not 1-80 characters, another text too long, or a " \
			   "list longer than 20", \
		.refuses_zh = "姓名不是 1~80 个字符、其他文本过长，或列表超过 20 个", \
	}
#define ROW_KNOWN(key) \
	{ \
		.id = "contact.known", .field = key, .holds = contact_is_known, \
		.answer = REFUSE_PARAMETER, .errcode = 33012, .stage = RULE_FACTS, \
		.zh = "本企业没有这个 userid 的外部联系人", \
		.en = "no external contact of this corp has this userid", \
		.refuses = "no external contact of the token's corp has it as userid", \
		.refuses_zh = "令牌所属企业中没有该 userid 的外部联系人", \
	}
#define ROWS_PEOPLE \
	{ \
		.id = "follower.known", \
		.field = "contact.follower_user_id", \
		.holds = follower_is_known, \
		.answer = REFUSE_PARAMETER, \
		.errcode = 33012, \
		.stage = RULE_FACTS, \
		.zh = "负责人须为本企业在职员工", \
		.en = "who looks after him must work in this corp", \
		.refuses = "follower_user_id is not an active employee of the corp", \
		.refuses_zh = "follower_user_id 不是本企业在职员工", \
	}, \
		{ \
			.id = "users.known", \
			.field = "contact.share_user_ids", \
			.holds = users_are_known, \
			.answer = REFUSE_PARAMETER, \
			.errcode = 33012, \
			.stage = RULE_FACTS, \
			.zh = "share_user_ids 传本企业在职员工的 userid", \
			.en = "share_user_ids takes userids of active employees", \
			.refuses = "one of share_user_ids is not an active employee of " \
				   "the corp", \
			.refuses_zh = "share_user_ids 中有不是本企业在职员工的 userid", \
		}, \
	{ \
		.id = "departments.known", .field = "contact.share_dept_ids", \
		.holds = departments_are_known, .answer = REFUSE_PARAMETER, \
		.errcode = 60003, .stage = RULE_FACTS, .zh = "本企业没有这个部门", \
		.en = "this corp has no such department", \
		.refuses = "one of share_dept_ids is not a department of the corp", \
		.refuses_zh = "share_dept_ids 中有不属于本企业的部门", \
	}

const struct rule external_create_rules[] = {
	ROW_ALL_SENT("contact"),
	ROW_RANGE,
	ROW_MOBILE_FORM("contact.mobile", mobile_fits),
	ROWS_PEOPLE,
	{ 0 },
};

const struct rule external_update_rules[] = {
	ROW_ALL_SENT("contact"),
	ROW_RANGE,
	ROW_KNOWN("contact.user_id"),
	ROWS_PEOPLE,
	{ 0 },
};

const struct rule external_one_rules[] = {
	ROW_ALL_SENT("user_id"),
	ROW_KNOWN("user_id"),
	{ 0 },
};

const struct rule external_list_rules[] = {
	ROW_ALL_SENT("size"),
	{
		.id = "page.range",
		.field = "size",
		.holds = values_fit,
		.answer = REFUSE_PARAMETER,
		.errcode = 40035,
		.stage = RULE_REQUEST,
		.zh = "size 为 1 到 100，offset 从 0 开始",
		.en = "size is 1 to 100, offset 0 or more",
		.refuses = "size is not 1-100, or offset is not 0-1000000000",
		.refuses_zh = "size 不在 1~100，或 offset 不在 0~1000000000",
	},
	{ 0 },
};

bool external_allowed(const struct rule *rules, const struct external_request *req,
	const struct external_facts *facts, struct arena *a, struct refusal *why)
{
	const struct external_case c = { .req = req, .facts = facts, .arena = a };

	return rules_hold(rules, RULE_FACTS, &c, why);
}
