/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oapi_employee.c -- making, changing and removing employees.
 * Sources: DingTalk's pages user-information-creation, user-information-update and
 * delete-a-user. Of the documented parameters those are taken that Qun knows: who somebody
 * is, his number and his departments; the others (position, mail, extension ...) are
 * ignored.
 */
#include "api/oapi_reply.h"
#include "api/people_call.h"
#include "store/employee_ops.h"
#include "store/ids.h"

/* ---- the replies ---- */

struct made_result {
	struct str userid, unionId;
};

static const struct field made_result_fields[] = {
	FIELD(struct made_result, userid, .doc = "the employee's userid",
		.zh = "员工的 userid"),
	FIELD(struct made_result, unionId,
		.doc = "the employee's unionid; of one who comes back the one he had",
		.zh = "员工的 unionid；重新入职的员工沿用原值"),
	{ 0 },
};

struct employee_reply {
	int64_t errcode;
	struct str errmsg;
	struct made_result *result;
	struct str request_id;
};

static const struct field made_reply_fields[] = {
	FIELDS_ERRCODE(struct employee_reply),
	FIELD_OBJECT(struct employee_reply, result, made_result_fields, .doc = "who it is",
		.zh = "返回结果"),
	FIELD_REQUEST_ID(struct employee_reply),
	{ 0 },
};

static const struct field done_reply_fields[] = {
	FIELDS_ERRCODE(struct employee_reply),
	FIELD_REQUEST_ID(struct employee_reply),
	{ 0 },
};

static void answer_done(struct request *r, struct made_result *result)
{
	answer_ok(r, r->route->reply,
		&(struct employee_reply){ .errmsg = STR("ok"),
			.result = result,
			.request_id = str_from(r->id) });
}

/* ---- create ---- */

static void submit_create(struct request *r);

static void employee_created(struct request *r)
{
	const struct employee_create_op *op = REQUEST_CHANGE(r, struct employee_create_op);
	struct made_result made = { op->userid, op->unionid };

	if (r->status == ST_REFUSED)
		answer_refusal(r, &op->why);
	else if (r->status == ST_AGAIN)
		request_await_departure(r, op->userid, submit_create);
	else
		answer_done(r, &made);
}

static void submit_create(struct request *r)
{
	const struct employee_request *req = r->body;
	struct employee_create_op *op = ARENA_NEW(r->arena, struct employee_create_op);

	employee_create_init(op);
	op->access = &r->access;
	op->req = req;
	op->userid = userid_new(r->arena);
	op->unionid = unionid_new(r->arena);
	op->change.ids = req->dept_id_list.n;
	request_change(r, &op->change, employee_created);
}

static void create_employee(struct request *r)
{
	if (people_call_fits(r))
		submit_create(r);
}

/* ---- update ---- */

static void employee_updated(struct request *r)
{
	const struct employee_update_op *op = REQUEST_CHANGE(r, struct employee_update_op);

	if (r->status == ST_REFUSED)
		answer_refusal(r, &op->why);
	else
		answer_done(r, NULL);
}

static void update_employee(struct request *r)
{
	const struct employee_request *req = r->body;
	struct employee_update_op *op;

	if (!people_call_fits(r))
		return;
	op = ARENA_NEW(r->arena, struct employee_update_op);
	employee_update_init(op);
	op->access = &r->access;
	op->req = req;
	op->change.ids = req->dept_id_list.n;
	request_change(r, &op->change, employee_updated);
}

/* ---- delete ---- */

static void employee_deleted(struct request *r)
{
	const struct employee_delete_op *op = REQUEST_CHANGE(r, struct employee_delete_op);

	if (r->status == ST_REFUSED) {
		answer_refusal(r, &op->why);
		return;
	}
	store_departures_wake(request_options(r)->store);
	answer_done(r, NULL);
}

static void delete_employee(struct request *r)
{
	struct employee_delete_op *op;

	if (!people_call_fits(r))
		return;
	op = ARENA_NEW(r->arena, struct employee_delete_op);
	employee_delete_init(op);
	op->access = &r->access;
	op->req = r->body;
	op->request_id = str_from(r->id);
	request_change(r, &op->change, employee_deleted);
}

const struct route oapi_employee_routes[] = {
	{
		.method = HTTP_POST,
		.path = "/topapi/v2/user/create",
		.style = STYLE_TOPAPI,
		.permission = "qyapi_manage_addresslist",
		.fields = employee_create_fields,
		.fields_size = sizeof(struct employee_request),
		.rules = employee_create_rules,
		.reply = made_reply_fields,
		.handle = create_employee,
		.name = "OapiV2UserCreate",
		.doc = "Makes an employee, or takes one back who has left",
		.zh = "创建员工；已离职的 userid 则为重新入职",
	},
	{
		.method = HTTP_POST,
		.path = "/topapi/v2/user/update",
		.style = STYLE_TOPAPI,
		.permission = "qyapi_manage_addresslist",
		.fields = employee_update_fields,
		.fields_size = sizeof(struct employee_request),
		.rules = employee_update_rules,
		.reply = done_reply_fields,
		.handle = update_employee,
		.name = "OapiV2UserUpdate",
		.doc = "Changes an employee: what is not sent stays as it is",
		.zh = "更新员工信息，未传的字段保持不变",
	},
	{
		.method = HTTP_POST,
		.path = "/topapi/v2/user/delete",
		.style = STYLE_TOPAPI,
		.permission = "qyapi_manage_addresslist",
		.fields = employee_delete_fields,
		.fields_size = sizeof(struct employee_request),
		.rules = employee_delete_rules,
		.reply = done_reply_fields,
		.handle = delete_employee,
		.name = "OapiV2UserDelete",
		.doc = "Somebody leaves the company: at once for every rule; his groups "
		       "are "
		       "left in the background",
		.zh = "员工离职：对所有规则立即生效，随后在后台逐步退出其所在的群",
	},
	{ .path = NULL },
};
