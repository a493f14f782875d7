/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oapi_department.c -- departments, and what an app may see of a corp.
 * Sources: the pages that group/department.h names, and
 * obtain-corpsecret-authorization-scope. Of the documented parameters those are taken that
 * Qun knows: a department's name and its place; the others (order, hiding, a group of its
 * own ...) are ignored.
 */
#include "api/gate.h"
#include "api/oapi_reply.h"
#include "api/people_call.h"
#include "store/department_ops.h"
#include "store/ids.h"

/* ---- the replies ---- */

struct department_result {
	int64_t dept_id;
	struct str name;
	struct opt_int parent_id;
	bool create_dept_group, auto_add_user;
};

#define FIELD_DEPT_ID \
	FIELD(struct department_result, dept_id, .doc = "the department's id", \
		.zh = "部门ID")

static const struct field made_result_fields[] = {
	FIELD_DEPT_ID,
	{ 0 },
};

static const struct field department_result_fields[] = {
	FIELD_DEPT_ID,
	FIELD(struct department_result, name, .doc = "name", .zh = "部门名称"),
	FIELD(struct department_result, parent_id,
		.doc = "the department above it; not there for a topmost one",
		.zh = "父部门ID；最上级部门不返回"),
	FIELD(struct department_result, create_dept_group,
		.doc = "false: departments have no groups of their own",
		.zh = "是否同步创建关联此部门的企业群，恒为 false"),
	FIELD(struct department_result, auto_add_user, .doc = "false, likewise",
		.zh = "新人加入部门是否自动加入部门群，恒为 false"),
	{ 0 },
};

struct path_result {
	struct ints parent_dept_id_list;
};

static const struct field path_result_fields[] = {
	FIELD(struct path_result, parent_dept_id_list,
		.doc = "one of his departments, the one above it, and so on to the topmost",
		.zh = "所在部门及其所有上级部门的ID，从下到上"),
	{ 0 },
};

struct paths_result {
	struct objects parent_list; /* struct path_result */
};

static const struct field paths_result_fields[] = {
	FIELD_OBJECTS(struct paths_result, parent_list, struct path_result,
		path_result_fields, .doc = "one for each department that he is in",
		.zh = "父部门列表集合，每个所在部门一项"),
	{ 0 },
};

struct department_reply {
	int64_t errcode;
	struct str errmsg;
	struct department_result *result;
	struct str request_id;
};

struct departments_reply {
	int64_t errcode;
	struct str errmsg;
	struct objects result; /* struct department_result */
	struct str request_id;
};

struct paths_reply {
	int64_t errcode;
	struct str errmsg;
	struct paths_result *result;
	struct str request_id;
};

static const struct field made_reply_fields[] = {
	FIELDS_ERRCODE(struct department_reply),
	FIELD_OBJECT(struct department_reply, result, made_result_fields,
		.doc = "the new department", .zh = "返回结果"),
	FIELD_REQUEST_ID(struct department_reply),
	{ 0 },
};

static const struct field done_reply_fields[] = {
	FIELDS_ERRCODE(struct department_reply),
	FIELD_REQUEST_ID(struct department_reply),
	{ 0 },
};

static const struct field get_reply_fields[] = {
	FIELDS_ERRCODE(struct department_reply),
	FIELD_OBJECT(struct department_reply, result, department_result_fields,
		.doc = "the department", .zh = "部门详情"),
	FIELD_REQUEST_ID(struct department_reply),
	{ 0 },
};

static const struct field list_reply_fields[] = {
	FIELDS_ERRCODE(struct departments_reply),
	FIELD_OBJECTS(struct departments_reply, result, struct department_result,
		department_result_fields, .doc = "the departments, by id",
		.zh = "部门列表，按部门ID排序"),
	FIELD_REQUEST_ID(struct departments_reply),
	{ 0 },
};

static const struct field paths_reply_fields[] = {
	FIELDS_ERRCODE(struct paths_reply),
	FIELD_OBJECT(struct paths_reply, result, paths_result_fields, .doc = "the result",
		.zh = "返回结果"),
	FIELD_REQUEST_ID(struct paths_reply),
	{ 0 },
};

/* ---- changes ---- */

static void department_changed(struct request *r)
{
	const struct department_op *op = REQUEST_CHANGE(r, struct department_op);
	struct department_result made = { .dept_id = op->dept_id };

	if (r->status == ST_REFUSED)
		answer_refusal(r, &op->why);
	else
		answer_ok(r, r->route->reply,
			&(struct department_reply){ .errmsg = STR("ok"),
				.result = &made,
				.request_id = str_from(r->id) });
}

static void change_department(struct request *r, void (*init)(struct department_op *op))
{
	struct department_op *op;

	if (!people_call_fits(r))
		return;
	op = ARENA_NEW(r->arena, struct department_op);
	init(op);
	op->access = &r->access;
	op->req = r->body;
	op->fresh_id = dept_id_new();
	request_change(r, &op->change, department_changed);
}

static void create_department(struct request *r)
{
	change_department(r, department_create_init);
}

static void update_department(struct request *r)
{
	change_department(r, department_update_init);
}

static void delete_department(struct request *r)
{
	change_department(r, department_delete_init);
}

/* ---- questions ---- */

static void departments_found(struct request *r)
{
	const struct departments_read *op = REQUEST_READ(r, struct departments_read);
	struct department_result *list;

	if (r->status == ST_REFUSED) {
		answer_refusal(r, &op->why);
		return;
	}
	list = ARENA_ARRAY(r->arena, struct department_result, op->count);
	for (size_t i = 0; i < op->count; i++)
		list[i] = (struct department_result){ .dept_id = op->list[i].dept_id,
			.name = op->list[i].name,
			.parent_id = op->list[i].parent_id };
	if (op->below)
		answer_ok(r, r->route->reply,
			&(struct departments_reply){ .errmsg = STR("ok"),
				.result = { list, op->count, true },
				.request_id = str_from(r->id) });
	else
		answer_ok(r, r->route->reply,
			&(struct department_reply){ .errmsg = STR("ok"),
				.result = list,
				.request_id = str_from(r->id) });
}

static void read_departments(struct request *r, bool below)
{
	struct departments_read *op;

	if (!people_call_fits(r))
		return;
	op = ARENA_NEW(r->arena, struct departments_read);
	departments_read_init(op);
	op->access = &r->access;
	op->req = r->body;
	op->below = below;
	request_read(r, &op->read, departments_found);
}

static void list_departments(struct request *r)
{
	read_departments(r, true);
}

static void get_department(struct request *r)
{
	read_departments(r, false);
}

static void paths_found(struct request *r)
{
	const struct department_paths_read *op =
		REQUEST_READ(r, struct department_paths_read);
	struct paths_result result;
	struct path_result *list;

	if (r->status == ST_REFUSED) {
		answer_refusal(r, &op->why);
		return;
	}
	list = ARENA_ARRAY(r->arena, struct path_result, op->count);
	for (size_t i = 0; i < op->count; i++)
		list[i].parent_dept_id_list = op->paths[i];
	result.parent_list = (struct objects){ list, op->count, true };
	answer_ok(r, r->route->reply,
		&(struct paths_reply){ .errmsg = STR("ok"),
			.result = &result,
			.request_id = str_from(r->id) });
}

static void list_paths(struct request *r)
{
	struct department_paths_read *op;

	if (!people_call_fits(r))
		return;
	op = ARENA_NEW(r->arena, struct department_paths_read);
	department_paths_read_init(op);
	op->access = &r->access;
	op->req = r->body;
	request_read(r, &op->read, paths_found);
}

/* ---- auth/scopes ---- */

struct org_scopes {
	struct ints authed_dept;
	struct strs authed_user;
};

static const struct field org_scopes_fields[] = {
	FIELD(struct org_scopes, authed_dept,
		.doc = "departments, with all below them; of an app that sees the whole "
		       "corp the topmost",
		.zh = "授权的部门ID列表，包含其下级部门；可见范围为全员时为最上级部门"),
	FIELD(struct org_scopes, authed_user, .doc = "employees named one by one",
		.zh = "单独授权的员工 userid 列表"),
	{ 0 },
};

struct scopes_reply {
	int64_t errcode;
	struct str errmsg;
	struct strs auth_user_field, condition_field;
	struct org_scopes *auth_org_scopes;
};

static const struct field scopes_reply_fields[] = {
	FIELDS_ERRCODE(struct scopes_reply),
	FIELD(struct scopes_reply, auth_user_field,
		.doc = "what the app is shown of employees; mobile for apps with the "
		       "permission point fieldMobile",
		.zh = "应用可读取的员工字段；具备 fieldMobile 权限点时含 mobile"),
	FIELD(struct scopes_reply, condition_field,
		.doc = "empty: no field depends on a condition",
		.zh = "授权的条件字段，恒为空"),
	FIELD_OBJECT(struct scopes_reply, auth_org_scopes, org_scopes_fields,
		.doc = "the app's visibility scope", .zh = "授权的通讯录范围"),
	{ 0 },
};

static void scope_found(struct request *r)
{
	static struct str fields[] = { STR_INIT("userid"), STR_INIT("unionid"),
		STR_INIT("name"), STR_INIT("dept_id_list"), STR_INIT("active"),
		STR_INIT("mobile") };
	const struct scope_read *op = REQUEST_READ(r, struct scope_read);
	bool sees_mobile = gate_permits(&r->access.caller, "fieldMobile");
	struct org_scopes scopes = { op->dept_ids, op->userids };

	if (r->status == ST_REFUSED)
		answer_refusal(r, &op->why);
	else
		answer_ok(r, r->route->reply,
			&(struct scopes_reply){ .errmsg = STR("ok"),
				.auth_user_field = { fields,
					ARRAY_LEN(fields) - !sees_mobile, true },
				.condition_field.set = true,
				.auth_org_scopes = &scopes });
}

static void show_scope(struct request *r)
{
	struct scope_read *op = ARENA_NEW(r->arena, struct scope_read);

	scope_read_init(op);
	op->access = &r->access;
	request_read(r, &op->read, scope_found);
}

#define DEPARTMENT_ROUTE(call, right, fields_, rules_, reply_, handle_) \
	.method = HTTP_POST, .path = "/topapi/v2/department/" call, .style = STYLE_TOPAPI, \
	.permission = right, .fields = fields_, \
	.fields_size = sizeof(struct department_request), .rules = rules_, \
	.reply = reply_, .handle = handle_
#define WRITES "qyapi_manage_addresslist"
#define READS "qyapi_get_department_list"

const struct route oapi_department_routes[] = {
	{
		DEPARTMENT_ROUTE("create", WRITES, department_create_fields,
			department_create_rules, made_reply_fields, create_department),
		.name = "OapiV2DepartmentCreate",
		.doc = "Makes a department",
		.zh = "创建部门",
	},
	{
		DEPARTMENT_ROUTE("update", WRITES, department_update_fields,
			department_update_rules, done_reply_fields, update_department),
		.name = "OapiV2DepartmentUpdate",
		.doc = "Renames or moves a department: what is not sent stays as it is",
		.zh = "更新部门名称或上级部门，未传的字段保持不变",
	},
	{
		DEPARTMENT_ROUTE("delete", WRITES, department_delete_fields,
			department_delete_rules, done_reply_fields, delete_department),
		.name = "OapiV2DepartmentDelete",
		.doc = "Removes a department that has nobody and nothing in it",
		.zh = "删除没有成员和子部门的部门",
	},
	{
		DEPARTMENT_ROUTE("listsub", READS, department_list_fields,
			department_read_rules, list_reply_fields, list_departments),
		.name = "OapiV2DepartmentListsub",
		.doc = "Lists the departments directly below one",
		.zh = "获取下一级部门列表",
	},
	{
		DEPARTMENT_ROUTE("get", READS, department_get_fields, department_read_rules,
			get_reply_fields, get_department),
		.name = "OapiV2DepartmentGet",
		.doc = "Shows a department",
		.zh = "获取部门详情",
	},
	{
		DEPARTMENT_ROUTE("listparentbyuser", READS, department_path_fields,
			department_path_rules, paths_reply_fields, list_paths),
		.name = "OapiV2DepartmentListparentbyuser",
		.doc = "Lists all departments above an employee; the visibility scope "
		       "plays no part",
		.zh = "获取指定用户的所有父部门列表，不受应用可见范围限制",
	},
	{
		.method = HTTP_GET,
		.path = "/auth/scopes",
		.style = STYLE_OAPI,
		.flags = ROUTE_PEOPLE,
		.reply = scopes_reply_fields,
		.handle = show_scope,
		.name = "OapiAuthScopes",
		.doc = "Shows the app's visibility scope",
		.zh = "获取通讯录权限范围",
	},
	{ .path = NULL },
};
