/* SPDX-License-Identifier: Apache-2.0 */
/*
 * legacy.c -- what the old API's pages ask of a create and an update, as tables. Rows that
 * need the request only are the pages' own; those that need facts are shared with the new
 * API, but for the add and del lists, which must not intersect here.
 */
#include "group/legacy.h"

#include "group/update_rules.h"

static const void *sent_value(const struct decision *d, const struct field *f)
{
	return field_at(f, d->req);
}

/* The key that the row is about: absent and empty are the same to it. */
static bool key_is_sent(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;
	const struct field *f = field_find(d->fields, str_from(rule->field));
	const void *value = sent_value(d, f);
	size_t n = f->kind == KIND_STRS ? ((const struct strs *)value)->n
					: ((const struct str *)value)->n;

	if (n > 0)
		return true;
	return refuse_value(why, STR_NONE, "is absent or empty");
}

static bool list_is_short(const struct decision *d, const char *key, struct refusal *why)
{
	const struct field *f = field_find(d->fields, str_from(key));
	const struct strs *list;

	if (!f)
		return true; /* a create has no list of people to remove */
	list = sent_value(d, f);
	if ((int64_t)list->n <= f->max)
		return true;
	return refuse_at(why, f->name, STR_NONE,
		arena_printf(d->arena, "%zu ids, at most %lld", list->n, (long long)f->max)
			.p);
}

static bool user_lists_are_short(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	return list_is_short(subject, rule->field, why) &&
	       list_is_short(subject, "del_useridlist", why);
}

static bool external_lists_are_short(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	return list_is_short(subject, rule->field, why) &&
	       list_is_short(subject, "del_extidlist", why);
}

/* Of two lists the first is short, so every id is compared with every other. */
static bool are_disjoint(const struct strs *add, const struct strs *del, const char *key,
	struct arena *a, struct refusal *why)
{
	for (size_t i = 0; i < add->n; i++)
		if (strs_have(del, add->v[i]))
			return refuse_at(why, arena_printf(a, "%s[%zu]", key, i).p,
				add->v[i], "is to be removed as well");
	return true;
}

static bool users_are_disjoint(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;
	const struct group_update *req = d->req;

	return are_disjoint(
		&req->add_useridlist, &req->del_useridlist, rule->field, d->arena, why);
}

/* One list may name somebody by userid and the other by unionid, so this waits until both
 * hold unionids. */
static bool externals_are_disjoint(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;

	return are_disjoint(&d->ext.add.ids, &d->ext.del.ids, rule->field, d->arena, why);
}

static bool employee_owner_is_known(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;

	return d->owner_kind == PERSON_EXT || new_owner_is_known(rule, subject, why);
}

static bool external_owner_is_known(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;

	return d->owner_kind == PERSON_EMP || new_owner_is_known(rule, subject, why);
}

/* Kept by the decoder, which looks for rows of these two ids. */
#define ROW_BODY_SYNTAX(number) \
	{ \
		.id = "body.syntax", .field = "body", .holds = values_in_range, \
		.answer = REFUSE_BODY, .errcode = number, .stage = RULE_REQUEST, \
		.zh = "请求体须为一个合法的 JSON 对象（键不能重复），或一个表单", \
		.en = "send a body that is one well-formed JSON object without repeated " \
		      "keys, or a form", \
		.refuses = "the body is neither one well-formed JSON object nor a " \
			   "well-formed form", \
		.refuses_zh = "请求体不是一个合法的 JSON 对象，也不是合法的表单", \
	}
#define ROW_BODY_FIELDS(key, number) \
	{ \
		.id = "body.fields", .field = key, .holds = values_in_range, \
		.answer = REFUSE_PARAMETER, .errcode = number, .stage = RULE_REQUEST, \
		.zh = "各字段的类型须与文档一致；数字和布尔值可以是字符串", \
		.en = "send every key with its documented type; numbers and booleans may " \
		      "be strings", \
		.refuses = "a key has the wrong type (elements of lists included)", \
		.refuses_zh = "某个字段的类型不对（包括列表元素）", \
	}
#define ROW_SENT(name, key, number) \
	{ \
		.id = name, .field = key, .holds = key_is_sent, \
		.answer = REFUSE_PARAMETER, .errcode = number, .stage = RULE_REQUEST, \
		.zh = "请传 " key "，且不能为空", .en = "send " key ", not empty", \
		.refuses = key " is absent or empty", .refuses_zh = key " 未传或为空", \
	}
#define ROW_USERS_COUNT(key) \
	{ \
		.id = "members.count", .field = key, .holds = user_lists_are_short, \
		.answer = REFUSE_PARAMETER, .errcode = 49011, .stage = RULE_REQUEST, \
		.zh = "每次最多添加 40 名员工、移除 1000 名；请分多次调用", \
		.en = "add at most 40 employees in a call, and remove at most 1,000; " \
		      "split longer lists over several calls", \
		.refuses = "more than 40 employees are to be added, or more than 1,000 " \
			   "removed; repeated ids count", \
		.refuses_zh = "要添加的员工超过 40 名，或要移除的超过 1000 名（重复的 " \
			      "id 也计数）", \
	}
#define ROW_EXTERNALS_COUNT(key) \
	{ \
		.id = "externals.count", .field = key, .holds = external_lists_are_short, \
		.answer = REFUSE_PARAMETER, .errcode = 49012, .stage = RULE_REQUEST, \
		.zh = "每次最多添加 40 名外部联系人、移除 1000 名；请分多次调用", \
		.en = "add at most 40 external contacts in a call, and remove at most " \
		      "1,000; split longer lists over several calls", \
		.refuses = "more than 40 external contacts are to be added, or more than " \
			   "1,000 removed; repeated ids count", \
		.refuses_zh = "要添加的外部联系人超过 40 名，或要移除的超过 1000 " \
			      "名（重复的 id 也计数）", \
	}
#define ROW_IDS(key) \
	{ \
		.id = "members.list", .field = key, .holds = values_in_range, \
		.answer = REFUSE_PARAMETER, .errcode = 40031, .stage = RULE_REQUEST, \
		.zh = "列表中的每个 id 为 1 到 64 个字符", \
		.en = "send ids of 1 to 64 characters", \
		.refuses = "an id in a list is empty or over 64 characters", \
		.refuses_zh = "列表中的某个 id 为空或超过 64 个字符", \
	}
#define ROW_OPTIONS \
	{ \
		.id = "options.range", .field = "mentionAllAuthority", \
		.holds = values_in_range, .answer = REFUSE_PARAMETER, .errcode = 40035, \
		.stage = RULE_REQUEST, .zh = "六项群属性只能为 0 或 1", \
		.en = "send 0 or 1 for each of the six options", \
		.refuses = "one of the six options is an integer other than 0 or 1", \
		.refuses_zh = "六项群属性之一是 0、1 以外的整数", \
	}
#define ROW_EMPLOYEE_OWNER_KNOWN \
	{ \
		.id = "owner.known", .field = "owner", .holds = employee_owner_is_known, \
		.answer = REFUSE_PARAMETER, .errcode = 49018, .stage = RULE_FACTS, \
		.zh = "owner 请传本企业在职员工的 userid；群主为外部联系人时请同时传 " \
		      "ownerType: ext", \
		.en = "send the userid of an active employee as owner; for an external " \
		      "contact send ownerType: ext with it", \
		.refuses = "ownerType is emp or not sent, and owner is not an active " \
			   "employee", \
		.refuses_zh = "ownerType 为 emp 或未传，且 owner 不是在职员工", \
	}
#define ROW_EXTERNAL_OWNER_KNOWN \
	{ \
		.id = "owner.external_known", .field = "owner", \
		.holds = external_owner_is_known, .answer = REFUSE_PARAMETER, \
		.errcode = 49019, .stage = RULE_FACTS, \
		.zh = "owner 请传本企业外部联系人的 unionid 或 userid；群主为员工时请传 " \
		      "ownerType: emp", \
		.en = "send the unionid or userid of an external contact as owner; for " \
		      "an employee send ownerType: emp", \
		.refuses = "ownerType is ext, and owner is not an external contact, by " \
			   "unionid or userid", \
		.refuses_zh = "ownerType 为 ext，且 owner 不是外部联系人（unionid 或 " \
			      "userid）", \
	}

const struct rule legacy_update_rules[] = {
	ROW_BODY_SYNTAX(71010),
	ROW_BODY_FIELDS("chatid", 71010),
	ROW_SENT("chatid.sent", "chatid", 49000),
	ROW_NAME_LENGTH,
	ROW_OWNER_TYPE,
	ROW_USERS_COUNT("add_useridlist"),
	ROW_EXTERNALS_COUNT("add_extidlist"),
	ROW_IDS("add_useridlist"),
	ROW_OPTIONS,
	{
		.id = "members.disjoint",
		.field = "add_useridlist",
		.holds = users_are_disjoint,
		.answer = REFUSE_PARAMETER,
		.errcode = 49004,
		.stage = RULE_REQUEST,
		.zh = "add_useridlist 与 del_useridlist 不能有相同的 userid；请从其中一个"
		      "列表去掉",
		.en = "name nobody in both add_useridlist and del_useridlist",
		.refuses = "a userid is in both add_useridlist and del_useridlist",
		.refuses_zh = "某个 userid 同时在 add_useridlist 与 del_useridlist 中",
	},
	ROW_UPDATE_CHAT_KNOWN,
	ROW_UPDATE_CHAT_SERVER_MADE,
	ROW_UPDATE_CHAT_ACTIVE,
	ROW_CHAT_APP("chatid"),
	ROW_UPDATE_OWNER_VISIBLE,
	ROW_UPDATE_OWNER_KIND,
	ROW_OWNER_NEW_VISIBLE,
	ROW_EMPLOYEE_OWNER_KNOWN,
	ROW_EXTERNAL_OWNER_KNOWN,
	ROW_MEMBERS_EXTERNAL("add_extidlist"),
	{
		.id = "externals.disjoint",
		.field = "add_extidlist",
		.holds = externals_are_disjoint,
		.answer = REFUSE_PARAMETER,
		.errcode = 49023,
		.stage = RULE_FACTS,
		.zh = "add_extidlist 与 del_extidlist 不能有同一外部联系人（unionid 与 "
		      "userid 视为同一人）；请从其中一个列表去掉",
		.en = "name nobody in both add_extidlist and del_extidlist, be it by "
		      "unionid or userid",
		.refuses = "an external contact is in both add_extidlist and "
			   "del_extidlist, by unionid or userid",
		.refuses_zh = "某个外部联系人同时在 add_extidlist 与 del_extidlist "
			      "中（按 unionid 或 userid）",
	},
	ROW_MEMBERS_KNOWN("add_useridlist"),
	ROW_UPDATE_OWNER_MEMBER,
	ROW_MEMBERS_CAP("add_useridlist"),
	ROW_ICON_KNOWN,
	{ 0 },
};

const struct rule legacy_create_rules[] = {
	ROW_BODY_SYNTAX(43009),
	ROW_BODY_FIELDS("name", 400002),
	ROW_SENT("name.sent", "name", 40035),
	ROW_SENT("owner.sent", "owner", 49013),
	ROW_SENT("members.sent", "useridlist", 49010),
	ROW_CREATE_TAG_KNOWN,
	{
		.id = "name.length",
		.field = "name",
		.holds = values_in_range,
		.answer = REFUSE_PARAMETER,
		.errcode = 400002,
		.stage = RULE_REQUEST,
		.zh = "群名称须为 1 到 20 个字符，不能全是空白，不能含控制字符",
		.en = "send a name of 1 to 20 characters, not blank, without control "
		      "characters",
		.refuses = "over 20 characters (Unicode code points), blank, or with "
			   "control characters",
		.refuses_zh = "名称超过 20 个字符（按 Unicode "
			      "码点计）、全是空白，或含控制字符",
	},
	ROW_OWNER_TYPE,
	ROW_USERS_COUNT("useridlist"),
	ROW_EXTERNALS_COUNT("extidlist"),
	ROW_IDS("useridlist"),
	ROW_OPTIONS,
	ROW_CREATE_OWNER_KIND,
	ROW_OWNER_NEW_VISIBLE,
	ROW_EMPLOYEE_OWNER_KNOWN,
	ROW_EXTERNAL_OWNER_KNOWN,
	ROW_MEMBERS_EXTERNAL("extidlist"),
	ROW_MEMBERS_KNOWN("useridlist"),
	ROW_CREATE_OWNER_MEMBER,
	ROW_MEMBERS_CAP("useridlist"),
	ROW_ICON_KNOWN,
	{ 0 },
};

bool legacy_update_check(
	const struct legacy_update *req, struct arena *a, struct refusal *why)
{
	const struct decision d = {
		.req = req, .fields = legacy_update_fields, .arena = a
	};

	return rules_hold(legacy_update_rules, RULE_REQUEST, &d, why);
}

bool legacy_create_check(
	const struct legacy_create *req, struct arena *a, struct refusal *why)
{
	const struct decision d = {
		.req = req, .fields = legacy_create_fields, .arena = a
	};

	return rules_hold(legacy_create_rules, RULE_REQUEST, &d, why);
}
