/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oapi_people.c -- the people of a department, and how many the corp has.
 * Sources: DingTalk's pages queries-the-complete-information-of-a-department-user,
 * query-the-list-of-department-userids and user-management-acquires-number-employees. Who
 * is directly in the department counts, not who is in one below it; who has left is
 * nowhere.
 */
#include "api/gate.h"
#include "api/oapi_reply.h"
#include "api/people_call.h"
#include "base/limits.h"
#include "store/employee_ops.h"

/* ---- the requests ---- */

struct department_request {
	struct opt_int dept_id, cursor, size;
	struct str order_field, language;
	struct opt_bool contain_access_limit;
};

static const char *const orders[] = { "entry_asc", "entry_desc", "modify_asc",
	"modify_desc", "custom", NULL };

#define INTEGER_MAX 9007199254740991
#define FIELD_DEPT_ID \
	FIELD(struct department_request, dept_id, .flags = F_NEEDED, .min = 1, \
		.max = INTEGER_MAX, .rule = "page.range", \
		.doc = "the department; people of those below it are not listed", \
		.zh = "部门ID，不包含子部门的员工")

static const struct field list_fields[] = {
	FIELD_DEPT_ID,
	FIELD(struct department_request, cursor, .flags = F_NEEDED, .min = 0,
		.max = LIMIT_PEOPLE_OFFSET, .rule = "page.range",
		.doc = "0, then the next_cursor of the answer before",
		.zh = "分页游标，最开始传 0，后续传上次返回的 next_cursor"),
	FIELD(struct department_request, size, .flags = F_NEEDED, .min = 1,
		.max = LIMIT_PEOPLE_PAGE, .rule = "page.range", .doc = "people of one page",
		.zh = "分页大小"),
	FIELD(struct department_request, order_field, .oneof = orders, .rule = "page.range",
		.doc = "taken and without effect: people come in the order of their "
		       "userids",
		.zh = "排序规则；不起作用，一律按 userid 排序"),
	FIELD(struct department_request, contain_access_limit,
		.doc = "taken and without effect: nobody is restricted",
		.zh = "是否返回访问受限的员工；不起作用，没有受限的员工"),
	FIELD(struct department_request, language,
		.doc = "zh_CN or en_US; taken and without effect: names have one language",
		.zh = "通讯录语言 zh_CN 或 en_US；姓名只有一种语言，因此不起作用"),
	{ 0 },
};

static const struct field listid_fields[] = {
	FIELD_DEPT_ID,
	{ 0 },
};

struct count_request {
	struct opt_bool only_active;
};

static const struct field count_fields[] = {
	FIELD(struct count_request, only_active, .flags = F_NEEDED,
		.doc = "taken and without effect: all who work here have activated it",
		.zh = "是否只统计已激活钉钉的员工；不起作用，在职员工均已激活"),
	{ 0 },
};

/* ---- the replies ---- */

struct listed_person {
	struct str userid, unionid, name, mobile;
	struct ints dept_id_list;
	bool active, admin, boss, leader;
};

static const struct field listed_person_fields[] = {
	FIELD(struct listed_person, userid, .doc = "the employee's userid",
		.zh = "员工的 userid"),
	FIELD(struct listed_person, unionid, .doc = "the employee's unionid",
		.zh = "员工的 unionid"),
	FIELD(struct listed_person, name, .doc = "name", .zh = "姓名"),
	FIELD(struct listed_person, mobile,
		.doc = "mobile number, for apps with the permission point fieldMobile",
		.zh = "手机号，应用具备 fieldMobile 权限点时返回"),
	FIELD(struct listed_person, dept_id_list, .doc = "departments the employee is in",
		.zh = "所属部门ID列表"),
	FIELD(struct listed_person, active, .doc = "true",
		.zh = "是否激活了钉钉，恒为 true"),
	FIELD(struct listed_person, admin, .doc = "false: there are no such roles",
		.zh = "是否为企业管理员，恒为 false"),
	FIELD(struct listed_person, boss, .doc = "false, likewise",
		.zh = "是否为企业老板，恒为 false"),
	FIELD(struct listed_person, leader, .doc = "false, likewise",
		.zh = "是否为部门主管，恒为 false"),
	{ 0 },
};

struct people_result {
	bool has_more;
	struct opt_int next_cursor;
	struct objects list; /* struct listed_person */
	struct strs userid_list;
	int64_t count;
};

static const struct field list_result_fields[] = {
	FIELD(struct people_result, has_more, .doc = "more people come behind these",
		.zh = "是否还有更多的数据"),
	FIELD(struct people_result, next_cursor, .doc = "where they begin, if has_more",
		.zh = "下一次分页的游标；没有更多数据时不返回"),
	FIELD_OBJECTS(struct people_result, list, struct listed_person,
		listed_person_fields, .doc = "the people", .zh = "用户信息列表"),
	{ 0 },
};

static const struct field listid_result_fields[] = {
	FIELD(struct people_result, userid_list, .doc = "their userids",
		.zh = "部门员工的 userid 列表"),
	{ 0 },
};

static const struct field count_result_fields[] = {
	FIELD(struct people_result, count, .doc = "those who work in the corp",
		.zh = "在职员工数量"),
	{ 0 },
};

struct people_reply {
	int64_t errcode;
	struct str errmsg;
	struct people_result *result;
	struct str request_id;
};

#define REPLY_FIELDS(result_fields) \
	FIELDS_ERRCODE(struct people_reply), \
		FIELD_OBJECT(struct people_reply, result, result_fields, \
			.doc = "the result", .zh = "返回结果"), \
		FIELD_REQUEST_ID(struct people_reply)

static const struct field list_reply_fields[] = {
	REPLY_FIELDS(list_result_fields),
	{ 0 },
};

static const struct field listid_reply_fields[] = {
	REPLY_FIELDS(listid_result_fields),
	{ 0 },
};

static const struct field count_reply_fields[] = {
	REPLY_FIELDS(count_result_fields),
	{ 0 },
};

static void answer_result(struct request *r, struct people_result *result)
{
	answer_ok(r, r->route->reply,
		&(struct people_reply){ .errmsg = STR("ok"),
			.result = result,
			.request_id = str_from(r->id) });
}

/* ---- the rules ---- */

struct department_case {
	struct arena *arena;
	int64_t dept_id;
	bool known, visible;
};

static bool refuse_department(const struct department_case *c, struct refusal *why)
{
	return refuse_value(
		why, arena_printf(c->arena, "%lld", (long long)c->dept_id), NULL);
}

static bool department_is_visible(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct department_case *c = subject;

	(void)rule;
	return c->visible || refuse_department(c, why);
}

static bool department_is_known(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct department_case *c = subject;

	(void)rule;
	return c->known || refuse_department(c, why);
}

#define ROW_RANGE \
	{ \
		.id = "page.range", .field = "size", .holds = values_fit, \
		.answer = REFUSE_PARAMETER, .errcode = 40035, .stage = RULE_REQUEST, \
		.zh = "请核对该参数的取值范围", .en = "send a value in its range", \
		.refuses = "dept_id, cursor, size or order_field is out of its range", \
		.refuses_zh = "dept_id、cursor、size 或 order_field 超出取值范围", \
	}

static const struct rule list_rules[] = {
	ROW_ALL_SENT("dept_id"),
	ROW_RANGE,
	ROW_DEPARTMENT_VISIBLE("department.visible", "dept_id", department_is_visible),
	ROW_DEPARTMENT_KNOWN(department_is_known),
	{ 0 },
};

static const struct rule listid_rules[] = {
	ROW_ALL_SENT("dept_id"),
	ROW_RANGE,
	ROW_DEPARTMENT_KNOWN(department_is_known),
	{ 0 },
};

static const struct rule count_rules[] = {
	ROW_ALL_SENT("only_active"),
	{ 0 },
};

/* ---- list and listid ---- */

static void describe_people(const struct request *r, const struct department_read *op,
	struct people_result *out)
{
	bool sees_mobile = gate_permits(&r->access.caller, "fieldMobile");
	struct listed_person *list = ARENA_ARRAY(r->arena, struct listed_person, op->count);

	for (size_t i = 0; i < op->count; i++) {
		const struct person *p = &op->people[i];

		list[i] = (struct listed_person){
			.userid = p->userid,
			.unionid = p->unionid,
			.name = p->name,
			.mobile = sees_mobile ? p->mobile : STR_NONE,
			.dept_id_list = { p->dept_ids, p->dept_count, true },
			.active = p->active,
		};
	}
	*out = (struct people_result){ .has_more = op->more,
		.next_cursor = { op->offset + op->limit, op->more },
		.list = { list, op->count, true } };
}

static void list_userids(const struct request *r, const struct department_read *op,
	struct people_result *out)
{
	struct str *ids = ARENA_ARRAY(r->arena, struct str, op->count);

	for (size_t i = 0; i < op->count; i++)
		ids[i] = op->people[i].userid;
	*out = (struct people_result){ .userid_list = { ids, op->count, true } };
}

static void department_found(struct request *r)
{
	const struct department_read *op = REQUEST_READ(r, struct department_read);
	const struct department_case c = { .arena = r->arena,
		.dept_id = op->dept_id,
		.known = op->known,
		.visible = r->access.caller.sees_all || op->visible };
	struct people_result result;
	struct refusal why;

	if (r->status == ST_REFUSED) {
		answer_refusal(r, &op->why);
		return;
	}
	if (!rules_hold(r->route->rules, RULE_FACTS, &c, &why)) {
		answer_refusal(r, &why);
		return;
	}
	if (op->details)
		describe_people(r, op, &result);
	else
		list_userids(r, op, &result);
	answer_result(r, &result);
}

static void read_department(struct request *r, int64_t offset, int64_t limit, bool details)
{
	const struct department_request *req = r->body;
	struct department_read *op = ARENA_NEW(r->arena, struct department_read);

	department_read_init(op);
	op->access = &r->access;
	op->dept_id = req->dept_id.value;
	op->offset = offset;
	op->limit = limit;
	op->details = details;
	request_read(r, &op->read, department_found);
}

static void list_people(struct request *r)
{
	const struct department_request *req = r->body;

	if (people_call_fits(r))
		read_department(r, req->cursor.value, req->size.value, true);
}

static void list_people_ids(struct request *r)
{
	if (people_call_fits(r))
		read_department(r, 0, LIMIT_PEOPLE_OFFSET, false);
}

/* ---- count ---- */

static void people_counted(struct request *r)
{
	const struct employee_count_read *op = REQUEST_READ(r, struct employee_count_read);

	if (r->status == ST_REFUSED)
		answer_refusal(r, &op->why);
	else
		answer_result(r, &(struct people_result){ .count = op->count });
}

static void count_people(struct request *r)
{
	struct employee_count_read *op;

	if (!people_call_fits(r))
		return;
	op = ARENA_NEW(r->arena, struct employee_count_read);
	employee_count_read_init(op);
	op->access = &r->access;
	request_read(r, &op->read, people_counted);
}

const struct route oapi_people_routes[] = {
	{
		.method = HTTP_POST,
		.path = "/topapi/v2/user/list",
		.style = STYLE_TOPAPI,
		.permission = "qyapi_get_department_member",
		.fields = list_fields,
		.fields_size = sizeof(struct department_request),
		.rules = list_rules,
		.reply = list_reply_fields,
		.handle = list_people,
		.name = "OapiV2UserList",
		.doc = "Shows the employees of a department, a page at a time",
		.zh = "分页获取部门员工详情",
	},
	{
		.method = HTTP_POST,
		.path = "/topapi/user/listid",
		.style = STYLE_TOPAPI,
		.permission = "qyapi_get_member",
		.fields = listid_fields,
		.fields_size = sizeof(struct department_request),
		.rules = listid_rules,
		.reply = listid_reply_fields,
		.handle = list_people_ids,
		.name = "OapiUserListid",
		.doc = "Lists the userids of a department's employees; the visibility "
		       "scope "
		       "plays no part",
		.zh = "获取部门员工的 userid 列表，不受应用可见范围限制",
	},
	{
		.method = HTTP_POST,
		.path = "/topapi/user/count",
		.style = STYLE_TOPAPI,
		.permission = "qyapi_get_member",
		.fields = count_fields,
		.fields_size = sizeof(struct count_request),
		.rules = count_rules,
		.reply = count_reply_fields,
		.handle = count_people,
		.name = "OapiUserCount",
		.doc = "Counts the employees of the corp; the visibility scope plays no "
		       "part",
		.zh = "获取企业员工人数，不受应用可见范围限制",
	},
	{ .path = NULL },
};
