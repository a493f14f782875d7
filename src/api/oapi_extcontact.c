/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oapi_extcontact.c -- external contacts. Sources: the pages that group/external.h names.
 */
#include "api/oapi_reply.h"
#include "api/people_call.h"
#include "store/external_ops.h"
#include "store/ids.h"

/* ---- the replies ---- */

struct contact_reply {
	int64_t errcode;
	struct str errmsg, userid;
	struct external_contact *result;
	struct objects results; /* struct external_contact */
	struct str request_id;
};

static const struct field made_reply_fields[] = {
	FIELDS_ERRCODE(struct contact_reply),
	FIELD(struct contact_reply, userid, .doc = "the new contact's userid",
		.zh = "新外部联系人的 userid"),
	FIELD_REQUEST_ID(struct contact_reply),
	{ 0 },
};

static const struct field done_reply_fields[] = {
	FIELDS_ERRCODE(struct contact_reply),
	FIELD_REQUEST_ID(struct contact_reply),
	{ 0 },
};

static const struct field get_reply_fields[] = {
	FIELDS_ERRCODE(struct contact_reply),
	FIELD_OBJECT(struct contact_reply, result, external_contact_fields,
		.doc = "the contact", .zh = "外部联系人详情"),
	FIELD_REQUEST_ID(struct contact_reply),
	{ 0 },
};

static const struct field list_reply_fields[] = {
	FIELDS_ERRCODE(struct contact_reply),
	FIELD_OBJECTS(struct contact_reply, results, struct external_contact,
		external_contact_fields, .doc = "the contacts, by userid",
		.zh = "外部联系人列表，按 userid 排序"),
	FIELD_REQUEST_ID(struct contact_reply),
	{ 0 },
};

/* ---- changes ---- */

static void contact_changed(struct request *r)
{
	const struct external_op *op = REQUEST_CHANGE(r, struct external_op);

	if (r->status == ST_REFUSED)
		answer_refusal(r, &op->why);
	else
		answer_ok(r, r->route->reply,
			&(struct contact_reply){ .errmsg = STR("ok"),
				.userid = op->userid,
				.request_id = str_from(r->id) });
}

static void contact_removed(struct request *r)
{
	if (r->status == ST_OK)
		store_departures_wake(request_options(r)->store);
	contact_changed(r);
}

static void change_contact(struct request *r, void (*init)(struct external_op *op),
	void (*next)(struct request *r))
{
	struct external_op *op;

	if (!people_call_fits(r))
		return;
	op = ARENA_NEW(r->arena, struct external_op);
	init(op);
	op->access = &r->access;
	op->req = r->body;
	op->userid = userid_new(r->arena);
	op->unionid = unionid_new(r->arena);
	op->request_id = str_from(r->id);
	request_change(r, &op->change, next);
}

static void create_contact(struct request *r)
{
	change_contact(r, external_create_init, contact_changed);
}

static void update_contact(struct request *r)
{
	change_contact(r, external_update_init, contact_changed);
}

static void delete_contact(struct request *r)
{
	change_contact(r, external_delete_init, contact_removed);
}

/* ---- questions ---- */

static void contacts_found(struct request *r)
{
	const struct external_read *op = REQUEST_READ(r, struct external_read);

	if (r->status == ST_REFUSED)
		answer_refusal(r, &op->why);
	else
		answer_ok(r, r->route->reply,
			&(struct contact_reply){ .errmsg = STR("ok"),
				.result = op->one ? op->list : NULL,
				.results = { op->list, op->count, true },
				.request_id = str_from(r->id) });
}

static void read_contacts(struct request *r, bool one)
{
	struct external_read *op;

	if (!people_call_fits(r))
		return;
	op = ARENA_NEW(r->arena, struct external_read);
	external_read_init(op);
	op->access = &r->access;
	op->req = r->body;
	op->one = one;
	request_read(r, &op->read, contacts_found);
}

static void get_contact(struct request *r)
{
	read_contacts(r, true);
}

static void list_contacts(struct request *r)
{
	read_contacts(r, false);
}

#define CONTACT_ROUTE(call, right, fields_, rules_, reply_, handle_) \
	.method = HTTP_POST, .path = "/topapi/extcontact/" call, .style = STYLE_TOPAPI, \
	.permission = right, .fields = fields_, \
	.fields_size = sizeof(struct external_request), .rules = rules_, .reply = reply_, \
	.handle = handle_
#define WRITES "qyapi_ext_write"
#define READS "qyapi_ext_read"

const struct route oapi_extcontact_routes[] = {
	{
		CONTACT_ROUTE("create", WRITES, external_create_fields,
			external_create_rules, made_reply_fields, create_contact),
		.name = "OapiExtcontactCreate",
		.doc = "Makes an external contact",
		.zh = "添加外部联系人",
	},
	{
		CONTACT_ROUTE("get", READS, external_one_fields, external_one_rules,
			get_reply_fields, get_contact),
		.name = "OapiExtcontactGet",
		.doc = "Shows an external contact",
		.zh = "获取外部联系人详情",
	},
	{
		CONTACT_ROUTE("update", WRITES, external_update_fields,
			external_update_rules, done_reply_fields, update_contact),
		.name = "OapiExtcontactUpdate",
		.doc = "Changes an external contact",
		.zh = "更新外部联系人",
	},
	{
		CONTACT_ROUTE("delete", WRITES, external_one_fields, external_one_rules,
			done_reply_fields, delete_contact),
		.name = "OapiExtcontactDelete",
		.doc = "Removes an external contact: at once for every rule; his groups "
		       "are left in the background",
		.zh = "删除外部联系人：对所有规则立即生效，随后在后台逐步退出其所在的群",
	},
	{
		CONTACT_ROUTE("list", READS, external_list_fields, external_list_rules,
			list_reply_fields, list_contacts),
		.name = "OapiExtcontactList",
		.doc = "Lists the external contacts, a page at a time",
		.zh = "分页获取外部联系人列表",
	},
	{ .path = NULL },
};
