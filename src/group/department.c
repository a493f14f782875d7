/* SPDX-License-Identifier: Apache-2.0 */
#include "group/department.h"

#include "base/limits.h"
#include "group/people_call.h"

/* The largest integer that every JSON reader keeps exactly. */
#define DEPARTMENT_ID_MAX 9007199254740991

/* ---- the requests ---- */

#define DEPT_ID(needed, english, chinese) \
	FIELD(struct department_request, dept_id, .flags = (needed), .min = 1, \
		.max = DEPARTMENT_ID_MAX, .rule = "department.form", .doc = english, \
		.zh = chinese)
#define PARENT_ID(needed, english, chinese) \
	FIELD(struct department_request, parent_id, .flags = (needed), .min = 1, \
		.max = DEPARTMENT_ID_MAX, .rule = "parent.form", .doc = english, \
		.zh = chinese)
#define NAME(needed) \
	FIELD(struct department_request, name, .flags = F_TEXT | (needed), .min = 1, \
		.max = LIMIT_DEPARTMENT, .rule = "name.length", \
		.doc = "name, unique below the same department; without - , and ，", \
		.zh = "部门名称，同一父部门下不能重名，不允许包含“-”“,”“，”")
#define LANGUAGE \
	FIELD(struct department_request, language, \
		.doc = "zh_CN or en_US; taken and without effect: names have one " \
		       "language", \
		.zh = "通讯录语言 zh_CN 或 en_US；名称只有一种语言，因此不起作用")

const struct field department_create_fields[] = {
	NAME(F_NEEDED),
	PARENT_ID(F_NEEDED, "the department above it; 1 is the root",
		"父部门ID，根部门ID为1"),
	{ 0 },
};

const struct field department_update_fields[] = {
	DEPT_ID(F_NEEDED, "the department to change", "部门ID"),
	PARENT_ID(0, "the department above it from now on", "父部门ID，根部门ID为1"),
	NAME(0),
	LANGUAGE,
	{ 0 },
};

const struct field department_delete_fields[] = {
	DEPT_ID(F_NEEDED, "the department to remove", "要删除的部门ID"),
	{ 0 },
};

const struct field department_list_fields[] = {
	DEPT_ID(0, "the department above those wanted; 1, the root, if left out",
		"父部门ID，默认为根部门 1"),
	LANGUAGE,
	{ 0 },
};

const struct field department_get_fields[] = {
	DEPT_ID(F_NEEDED, "the department", "部门ID"),
	LANGUAGE,
	{ 0 },
};

const struct field department_path_fields[] = {
	FIELD(struct department_request, userid, .flags = F_NEEDED,
		.doc = "the employee's userid", .zh = "员工的 userid"),
	{ 0 },
};

/* ---- the rules ---- */

/* The subject of the rules that need facts. */
struct department_case {
	const struct department_request *req;
	const struct department_state *state;
	struct arena *arena;
};

static bool name_is_clean(const struct rule *rule, const void *subject, struct refusal *why)
{
	static const struct str banned[] = { STR_INIT("-"), STR_INIT(","), STR_INIT("，") };
	const struct people_call *c = subject;
	const struct department_request *req = c->req;
	struct str name = req->name;

	(void)rule;
	for (size_t at = 0; at < name.n; at++)
		for (size_t i = 0; i < ARRAY_LEN(banned); i++)
			if (str_starts(str_slice(name, at, name.n), banned[i]))
				return refuse_value(why, name, NULL);
	return true;
}

static bool refuse_id(
	const struct department_case *c, struct opt_int id, struct refusal *why)
{
	return refuse_value(why, arena_printf(c->arena, "%lld", (long long)id.value), NULL);
}

static bool department_is_visible(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct department_case *c = subject;

	(void)rule;
	if (c->state->sees_all || c->state->visible)
		return true;
	return refuse_id(c, c->req->dept_id, why);
}

static bool department_is_known(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct department_case *c = subject;

	(void)rule;
	if (c->state->known)
		return true;
	return refuse_id(c, c->req->dept_id, why);
}

static bool department_is_no_root(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct department_case *c = subject;

	(void)rule;
	if (c->req->dept_id.value != DEPARTMENT_ROOT)
		return true;
	return refuse_id(c, c->req->dept_id, why);
}

static bool parent_is_visible(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct department_case *c = subject;

	(void)rule;
	if (!c->req->parent_id.set || c->state->sees_all || c->state->parent_visible)
		return true;
	return refuse_id(c, c->req->parent_id, why);
}

static bool parent_is_known(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct department_case *c = subject;

	(void)rule;
	if (!c->req->parent_id.set || c->state->parent_known)
		return true;
	return refuse_id(c, c->req->parent_id, why);
}

static bool parent_is_elsewhere(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct department_case *c = subject;

	(void)rule;
	if (!c->state->parent_below)
		return true;
	return refuse_id(c, c->req->parent_id, why);
}

static bool levels_fit(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct department_case *c = subject;

	(void)rule;
	if (c->state->levels <= LIMIT_DEPARTMENT_DEPTH)
		return true;
	refuse_id(c, c->req->parent_id, why);
	why->why = arena_printf(c->arena, "%lld levels, at most %d",
		(long long)c->state->levels, LIMIT_DEPARTMENT_DEPTH)
			   .p;
	return false;
}

static bool name_is_free(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct department_case *c = subject;

	(void)rule;
	if (!c->state->name_taken)
		return true;
	return refuse_value(why, c->req->name, NULL);
}

static bool nobody_is_in_it(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct department_case *c = subject;

	(void)rule;
	if (!c->state->has_people)
		return true;
	return refuse_id(c, c->req->dept_id, why);
}

static bool nothing_is_below(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct department_case *c = subject;

	(void)rule;
	if (!c->state->has_departments)
		return true;
	return refuse_id(c, c->req->dept_id, why);
}

static bool person_is_known(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct department_case *c = subject;

	(void)rule;
	if (c->state->person_known)
		return true;
	return refuse_value(why, c->req->userid, NULL);
}

#define ROW_ID(name, key) \
	{ \
		.id = name, .field = key, .holds = values_fit, .answer = REFUSE_PARAMETER, \
		.errcode = 40009, .stage = RULE_REQUEST, .zh = "部门ID须大于 0", \
		.en = "a department's id is above 0", \
		.refuses = key " is not above 0, or above 9007199254740991", \
		.refuses_zh = key " 不大于 0，或大于 9007199254740991", \
	}
#define ROW_NAME_LENGTH \
	{ \
		.id = "name.length", .field = "name", .holds = values_fit, \
		.answer = REFUSE_PARAMETER, .errcode = 60001, .stage = RULE_REQUEST, \
		.zh = "name 为 1 到 64 个字符，不能全是空白，不能含控制字符", \
		.en = "send a name of 1 to 64 characters, not blank, without control " \
		      "characters", \
		.refuses = "name is not 1-64 characters, blank, or with control " \
			   "characters", \
		.refuses_zh = "name 不是 1~64 个字符、全是空白，或含控制字符", \
	}
#define ROW_NAME_CHARACTERS \
	{ \
		.id = "name.characters", .field = "name", .holds = name_is_clean, \
		.answer = REFUSE_PARAMETER, .errcode = 60009, .stage = RULE_REQUEST, \
		.zh = "部门名称不允许包含“-”“,”“，”", \
		.en = "a department's name has none of - , ，", \
		.refuses = "name has one of - , ，", \
		.refuses_zh = "name 含有“-”“,”或“，”", \
	}
#define ROW_PARENT_KNOWN \
	{ \
		.id = "parent.known", .field = "parent_id", .holds = parent_is_known, \
		.answer = REFUSE_PARAMETER, .errcode = 60004, .stage = RULE_FACTS, \
		.zh = "本企业没有这个父部门；根部门ID为1", \
		.en = "this corp has no such department; the root is 1", \
		.refuses = "parent_id is not a department of the token's corp", \
		.refuses_zh = "parent_id 不是令牌所属企业的部门", \
	}
#define ROW_LEVELS \
	{ \
		.id = "department.levels", .field = "parent_id", .holds = levels_fit, \
		.answer = REFUSE_PARAMETER, .errcode = 60002, .stage = RULE_FACTS, \
		.zh = "部门层级最多 32 级：请换一个更高层的父部门", \
		.en = "at most 32 levels of departments: choose a parent further up", \
		.refuses = "there would be more than 32 levels of departments", \
		.refuses_zh = "部门层级将超过 32 级", \
	}
#define ROW_NAME_FREE \
	{ \
		.id = "name.free", .field = "name", .holds = name_is_free, \
		.answer = REFUSE_PARAMETER, .errcode = 60008, .stage = RULE_FACTS, \
		.zh = "同一父部门下已有同名部门：请换一个名称", \
		.en = "another department below the same one has this name", \
		.refuses = "another department below the same one has the name", \
		.refuses_zh = "同一父部门下已有同名部门", \
	}

const struct rule department_create_rules[] = {
	ROW_SENT_AS("name", "send name and parent_id, each of its documented type",
		"name、parent_id 必传，类型须与文档一致",
		"name or parent_id is absent, or a key has the wrong type",
		"未传 name 或 parent_id，或某个字段的类型不对"),
	ROW_ID("parent.form", "parent_id"),
	ROW_NAME_LENGTH,
	ROW_NAME_CHARACTERS,
	ROW_DEPARTMENT_VISIBLE("parent.visible", "parent_id", parent_is_visible),
	ROW_PARENT_KNOWN,
	ROW_LEVELS,
	ROW_NAME_FREE,
	{ 0 },
};

const struct rule department_update_rules[] = {
	ROW_SENT_AS("dept_id", "send dept_id, and every key with its documented type",
		"dept_id 必传；各字段的类型须与文档一致",
		"dept_id is absent, or a key has the wrong type",
		"未传 dept_id，或某个字段的类型不对"),
	ROW_ID("department.form", "dept_id"),
	ROW_ID("parent.form", "parent_id"),
	ROW_NAME_LENGTH,
	ROW_NAME_CHARACTERS,
	ROW_DEPARTMENT_VISIBLE("department.visible", "dept_id", department_is_visible),
	ROW_DEPARTMENT_KNOWN(department_is_known),
	{
		.id = "department.root",
		.field = "dept_id",
		.holds = department_is_no_root,
		.answer = REFUSE_PARAMETER,
		.errcode = 60018,
		.stage = RULE_FACTS,
		.zh = "根部门（ID 为 1）不能修改",
		.en = "the root, department 1, cannot be changed",
		.refuses = "dept_id is 1, the root",
		.refuses_zh = "dept_id 为根部门 1",
	},
	ROW_DEPARTMENT_VISIBLE("parent.visible", "parent_id", parent_is_visible),
	ROW_PARENT_KNOWN,
	{
		.id = "parent.elsewhere",
		.field = "parent_id",
		.holds = parent_is_elsewhere,
		.answer = REFUSE_PARAMETER,
		.errcode = 60010,
		.stage = RULE_FACTS,
		.zh = "父部门不能是该部门自己或其下级部门",
		.en = "a department cannot be below itself",
		.refuses = "parent_id is the department itself, or one below it",
		.refuses_zh = "parent_id 是该部门自己或其下级部门",
	},
	ROW_LEVELS,
	ROW_NAME_FREE,
	{ 0 },
};

const struct rule department_delete_rules[] = {
	ROW_SENT_AS("dept_id", "send dept_id, as a number", "请传 dept_id，类型为数字",
		"dept_id is absent or no number", "dept_id 未传或不是数字"),
	ROW_ID("department.form", "dept_id"),
	ROW_DEPARTMENT_VISIBLE("department.visible", "dept_id", department_is_visible),
	ROW_DEPARTMENT_KNOWN(department_is_known),
	{
		.id = "department.root",
		.field = "dept_id",
		.holds = department_is_no_root,
		.answer = REFUSE_PARAMETER,
		.errcode = 60007,
		.stage = RULE_FACTS,
		.zh = "根部门（ID 为 1）不能删除",
		.en = "the root, department 1, cannot be removed",
		.refuses = "dept_id is 1, the root",
		.refuses_zh = "dept_id 为根部门 1",
	},
	{
		.id = "department.people",
		.field = "dept_id",
		.holds = nobody_is_in_it,
		.answer = REFUSE_PARAMETER,
		.errcode = 60005,
		.stage = RULE_FACTS,
		.zh = "部门中还有在职员工：请先把他们调到别的部门",
		.en = "somebody is in it: move its people elsewhere first",
		.refuses = "an employee who works in the corp is in the department",
		.refuses_zh = "部门中还有在职员工",
	},
	{
		.id = "department.empty",
		.field = "dept_id",
		.holds = nothing_is_below,
		.answer = REFUSE_PARAMETER,
		.errcode = 60006,
		.stage = RULE_FACTS,
		.zh = "还有下级部门：请先删除或移走它们",
		.en = "there are departments below it: remove or move them first",
		.refuses = "there is a department below it",
		.refuses_zh = "部门下还有子部门",
	},
	{ 0 },
};

const struct rule department_read_rules[] = {
	ROW_SENT_AS("dept_id", "send dept_id, as a number", "请传 dept_id，类型为数字",
		"dept_id is absent where it is required, or a key has the wrong type",
		"必传的 dept_id 未传，或某个字段的类型不对"),
	ROW_ID("department.form", "dept_id"),
	ROW_DEPARTMENT_VISIBLE("department.visible", "dept_id", department_is_visible),
	ROW_DEPARTMENT_KNOWN(department_is_known),
	{ 0 },
};

const struct rule department_path_rules[] = {
	ROW_SENT_AS("userid", "send userid, as a string", "请传 userid，类型为字符串",
		"userid is absent or not text", "userid 未传或不是字符串"),
	ROW_EMPLOYEE_KNOWN(person_is_known, 33012),
	{ 0 },
};

bool department_allowed(const struct rule *rules, const struct department_request *req,
	const struct department_state *state, struct arena *a, struct refusal *why)
{
	const struct department_case c = { .req = req, .state = state, .arena = a };

	return rules_hold(rules, RULE_FACTS, &c, why);
}
