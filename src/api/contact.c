/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contact.c -- GET /v1.0/contact/users/{unionId} and POST /v1.0/contact/users/search.
 * Sources: DingTalk's pages dingtalk-retrieve-user-information and
 * address-book-search-user-id. The first takes a person's own token there; Qun has apps'
 * tokens only, so it shows whom the app may see, and nobody is "me".
 */
#include "api/gate.h"
#include "api/people_call.h"
#include "base/limits.h"
#include "store/employee_ops.h"

/* ---- one person ---- */

struct contact_user {
	struct str nick, mobile, unionId, stateCode;
};

static const struct field contact_user_fields[] = {
	FIELD(struct contact_user, nick, .doc = "name", .zh = "用户的钉钉昵称（即姓名）"),
	FIELD(struct contact_user, mobile,
		.doc = "mobile number, for apps with the permission point "
		       "Contact.User.mobile",
		.zh = "手机号，应用具备 Contact.User.mobile 权限点时返回"),
	FIELD(struct contact_user, unionId, .doc = "the unionid asked for",
		.zh = "用户的 unionId"),
	FIELD(struct contact_user, stateCode,
		.doc = "the number's country code, with the number; not there for one "
		       "that begins with + and has no - behind the code",
		.zh = "手机号对应的国家号，与手机号一同返回；手机号以 + 开头而国家号后没有 "
		      "- "
		      "时不返回"),
	{ 0 },
};

struct contact_case {
	struct str unionid;
	bool found; /* works here, and the app may see him */
};

static bool contact_is_found(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct contact_case *c = subject;

	(void)rule;
	if (c->found)
		return true;
	if (str_is(c->unionid, "me")) {
		why->zh = "应用的 accessToken 不属于任何人，没有 me：请传员工的 unionId";
		why->en = "an app's token is nobody's, so there is no \"me\": send an "
			  "employee's unionId";
	}
	return refuse_value(why, c->unionid, NULL);
}

static const struct rule contact_rules[] = {
	{
		.id = "person.known",
		.field = "unionId",
		.holds = contact_is_found,
		.answer = REFUSE_USER,
		.errcode = 60121,
		.stage = RULE_FACTS,
		.zh = "请传本企业在职员工的 unionId，且该员工须在应用可见范围内",
		.en = "send the unionId of an employee of this corp whom the app may see",
		.refuses =
			"nobody who works in the token's corp has it, or he is outside "
			"the app's visibility scope; always for me, since an app's token "
			"is nobody's",
		.refuses_zh = "令牌所属企业中没有该在职员工，或其不在应用可见范围内；"
			      "me 总是被拒绝，因为应用的令牌不属于任何人",
	},
	{ 0 },
};

/* "+852-12345678" is of 852; a number without a country code is Chinese. Of "+85212345678"
 * nobody can tell. */
static struct str state_code(struct str mobile)
{
	size_t end = str_find(mobile, '-');

	if (mobile.p[0] != '+')
		return STR("86");
	return end < mobile.n ? str_slice(mobile, 1, end) : STR_NONE;
}

static void contact_found(struct request *r)
{
	const struct person_read *op = REQUEST_READ(r, struct person_read);
	const struct person *p = &op->person;
	const struct contact_case c = { .unionid = op->value,
		.found = r->status == ST_OK && p->active && p->visible };
	struct contact_user user;
	struct refusal why;

	if (r->status == ST_REFUSED) {
		answer_refusal(r, &op->why);
		return;
	}
	if (!rules_hold(contact_rules, RULE_FACTS, &c, &why)) {
		answer_refusal(r, &why);
		return;
	}
	user = (struct contact_user){ .nick = p->name, .unionId = p->unionid };
	if (p->mobile.n && gate_permits(&r->access.caller, "Contact.User.mobile")) {
		user.mobile = p->mobile;
		user.stateCode = state_code(p->mobile);
	}
	answer_ok(r, contact_user_fields, &user);
}

static void get_contact(struct request *r)
{
	struct person_read *op = ARENA_NEW(r->arena, struct person_read);

	person_read_init(op);
	op->access = &r->access;
	op->key = PERSON_BY_UNIONID;
	op->value = r->params[0];
	request_read(r, &op->read, contact_found);
}

/* ---- by name ---- */

struct search_request {
	struct str queryWord;
	struct opt_int offset, size, fullMatchField;
};

static const struct field search_fields[] = {
	FIELD(struct search_request, queryWord, .flags = F_REQUIRED | F_TEXT, .min = 1,
		.max = LIMIT_LABEL, .rule = "body.fields",
		.doc = "what the name has in it; there are no other spellings of a name",
		.zh = "用户名称；不支持拼音与英文名"),
	FIELD(struct search_request, offset, .flags = F_REQUIRED, .min = 0,
		.max = LIMIT_PEOPLE_OFFSET, .rule = "body.fields",
		.doc = "how many to leave out at the beginning",
		.zh = "分页偏移量：从第几人开始，首次为 0"),
	FIELD(struct search_request, size, .flags = F_REQUIRED, .min = 1,
		.max = LIMIT_PEOPLE_PAGE, .rule = "body.fields",
		.doc = "people of one page", .zh = "分页大小"),
	FIELD(struct search_request, fullMatchField, .min = 0, .max = 1,
		.rule = "body.fields",
		.doc = "1: the name is the word; not sent, or 0: it has it somewhere",
		.zh = "1：精确匹配用户名称；不传或 0：模糊匹配"),
	{ 0 },
};

struct search_reply {
	bool hasMore;
	int64_t totalCount;
	struct strs list;
};

static const struct field search_reply_fields[] = {
	FIELD(struct search_reply, hasMore, .doc = "more people come behind these",
		.zh = "是否还有更多数据"),
	FIELD(struct search_reply, totalCount, .doc = "how many there are in all",
		.zh = "总记录数"),
	FIELD(struct search_reply, list, .doc = "userids", .zh = "用户 userId 列表"),
	{ 0 },
};

static const struct rule search_rules[] = {
	{
		.id = "body.fields",
		.field = "queryWord",
		.holds = values_fit,
		.answer = REFUSE_SEARCH,
		.errcode = 400002,
		.stage = RULE_REQUEST,
		.zh = "queryWord（1 到 80 个字符）、offset（不小于 0）、size（1 到 "
		      "100）必传；"
		      "fullMatchField 为 0 或 1",
		.en = "send queryWord (1 to 80 characters), offset (0 or more) and size (1 "
		      "to "
		      "100); fullMatchField is 0 or 1",
		.refuses =
			"queryWord, offset or size is absent, or a key has the wrong type "
			"or is out of its range",
		.refuses_zh =
			"未传 queryWord、offset 或 size，或某个字段类型不对、超出范围",
	},
	{ 0 },
};

static void people_searched(struct request *r)
{
	const struct employee_search_read *op =
		REQUEST_READ(r, struct employee_search_read);

	if (r->status == ST_REFUSED) {
		answer_refusal(r, &op->why);
		return;
	}
	answer_ok(r, search_reply_fields,
		&(struct search_reply){
			.hasMore = op->offset + (int64_t)op->userids.n < op->total,
			.totalCount = op->total,
			.list = op->userids });
}

static void search_people(struct request *r)
{
	const struct search_request *req = r->body;
	struct employee_search_read *op;

	if (!people_call_fits(r))
		return;
	op = ARENA_NEW(r->arena, struct employee_search_read);
	employee_search_read_init(op);
	op->access = &r->access;
	op->word = req->queryWord;
	op->whole = req->fullMatchField.value == 1;
	op->offset = req->offset.value;
	op->limit = req->size.value;
	request_read(r, &op->read, people_searched);
}

const struct route contact_routes[] = {
	{
		.method = HTTP_GET,
		.path = "/v1.0/contact/users/{unionId}",
		.style = STYLE_NEW,
		.permission = "Contact.User.Read",
		.rules = contact_rules,
		.reply = contact_user_fields,
		.handle = get_contact,
		.name = "GetUser",
		.doc = "Shows an employee whom the app may see",
		.zh = "获取应用可见范围内员工的通讯录个人信息",
	},
	{
		.method = HTTP_POST,
		.path = "/v1.0/contact/users/search",
		.style = STYLE_NEW,
		.permission = "qyapi_addresslist_search",
		.fields = search_fields,
		.fields_size = sizeof(struct search_request),
		.rules = search_rules,
		.reply = search_reply_fields,
		.handle = search_people,
		.name = "SearchUser",
		.doc = "Finds employees whom the app may see, by name",
		.zh = "按名称搜索应用可见范围内的员工",
	},
	{ .path = NULL },
};
