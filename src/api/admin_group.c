/* SPDX-License-Identifier: Apache-2.0 */
/* admin_group.c -- a group as the operator sees it, and its ledger. */
#include "api/admin.h"
#include "api/answer.h"
#include "base/limits.h"
#include "base/text.h"
#include "store/chat_ops.h"
#include "store/ledger.h"
#include "json/encode.h"

struct member_view {
	struct str type, id, role, nick;
};
static const struct field member_view_fields[] = {
	FIELD(struct member_view, type, .doc = "emp (employee) or ext (external contact)",
		.zh = "emp 企业员工，ext 外部联系人"),
	FIELD(struct member_view, id, .doc = "userid, or an external contact's unionid",
		.zh = "员工的 userid，或外部联系人的 unionid"),
	FIELD(struct member_view, role, .doc = "owner, admin or member",
		.zh = "owner 群主，admin 管理员，member 普通成员"),
	FIELD(struct member_view, nick,
		.doc = "what he is called in the group; absent without a nick",
		.zh = "在群中的昵称；没有则不返回"),
	{ 0 },
};

struct group_view {
	struct str chatid, openConversationId, corpId, name, owner, ownerType, icon,
		createdBy;
	int64_t conversationTag, memberCount, version;
	bool dissolved, privateChatProhibited;
	struct management_options *managementOptions;
	struct objects members;
};
const struct field admin_group_fields[] = {
	FIELD(struct group_view, chatid, .doc = "the group's id", .zh = "群会话ID"),
	FIELD(struct group_view, openConversationId, .doc = "its open id",
		.zh = "开放群ID"),
	FIELD(struct group_view, corpId, .doc = "its corp", .zh = "所属企业"),
	FIELD(struct group_view, name, .doc = "its name", .zh = "群名称"),
	FIELD(struct group_view, owner, .doc = "userid, or an external contact's unionid",
		.zh = "群主：员工的 userid，或外部联系人的 unionid"),
	FIELD(struct group_view, ownerType, .doc = "emp or ext", .zh = "emp 或 ext"),
	FIELD(struct group_view, icon, .doc = "mediaId; empty without one",
		.zh = "群头像的 mediaId；没有则为空"),
	FIELD(struct group_view, conversationTag, .doc = "0 ordinary, 2 internal",
		.zh = "0 普通群，2 内部群"),
	FIELD(struct group_view, createdBy,
		.doc = "appKey of the app that made it; empty if any app of the corp may "
		       "change it",
		.zh = "创建群的应用的 appKey；为空则本企业任何应用都可修改"),
	FIELD_OBJECT(struct group_view, managementOptions, management_options_fields,
		.doc = "all six options", .zh = "全部六项群属性"),
	FIELD_OBJECTS(struct group_view, members, struct member_view, member_view_fields,
		.doc = "everybody, by type and id", .zh = "全部成员，按类型和 id 排列"),
	FIELD(struct group_view, memberCount, .doc = "how many members it has",
		.zh = "成员数"),
	FIELD(struct group_view, version,
		.doc = "1 when made, one more with each applied change",
		.zh = "创建时为 1，每次变更加 1"),
	FIELD(struct group_view, dissolved, .doc = "it is dissolved", .zh = "是否已解散"),
	FIELD(struct group_view, privateChatProhibited,
		.doc = "members may not add each other as friends or chat privately",
		.zh = "是否禁止群成员互加好友与私聊"),
	{ 0 },
};

const struct field admin_group_query_fields[] = {
	FIELD(struct admin_group_query, corpId, .min = 1, .max = LIMIT_ID,
		.doc = "the corp, where several have a group of that id",
		.zh = "企业；多个企业有同一 id 的群时必传"),
	{ 0 },
};

const struct field admin_ledger_query_fields[] = {
	FIELD(struct admin_ledger_query, corpId, .min = 1, .max = LIMIT_ID,
		.doc = "the corp, where several have a group of that id",
		.zh = "企业；多个企业有同一 id 的群时必传"),
	FIELD(struct admin_ledger_query, after, .min = 0, .max = INT64_MAX,
		.doc = "entries with numbers above this; without it, the last ones",
		.zh = "只返回编号大于此值的记录；不传则返回最后的若干条"),
	FIELD(struct admin_ledger_query, limit, .min = 1, .max = LIMIT_LEDGER_PAGE,
		.doc = "how many entries at most; 100 if not sent",
		.zh = "最多返回多少条，默认 100"),
	{ 0 },
};

/* ---- which group ---- */

struct corp_choice {
	struct str error;
	struct strs corpIds;
};
static const struct field corp_choice_fields[] = {
	FIELD(struct corp_choice, error),
	FIELD(struct corp_choice, corpIds),
	{ 0 },
};

/* False if there is not exactly one such group: then that was answered. */
static bool found_one(struct request *r, const struct strs *corp_ids)
{
	struct corp_choice choice = {
		.error = STR("several corps have a group of this id: add ?corpId= with one "
			     "of corpIds"),
		.corpIds = *corp_ids,
	};

	if (r->status == ST_OK)
		return true;
	choice.corpIds.set = true;
	if (r->status == ST_EXISTS)
		answer_json(r, 409, json_encode(corp_choice_fields, &choice, r->arena));
	else
		answer_admin_error(r, 404,
			"no group has the chatid or openConversationId %.*s (a '/' in it "
			"is sent as %%2F)",
			STR_FMT(r->params[0]));
	return false;
}

/* ---- state ---- */

static struct str role_of(const struct chat *chat, const struct member *m)
{
	if (m->kind == chat->owner_kind && str_eq(m->id, chat->owner))
		return STR("owner");
	return m->admin ? STR("admin") : STR("member");
}

static struct objects view_members(const struct chat_state *s, struct arena *a)
{
	struct member_view *v = ARENA_ARRAY(a, struct member_view, s->member_count);

	for (size_t i = 0; i < s->member_count; i++)
		v[i] = (struct member_view){
			.type = person_kind_text(s->members[i].kind),
			.id = s->members[i].id,
			.role = role_of(&s->chat, &s->members[i]),
			.nick = s->members[i].nick.n ? s->members[i].nick : STR_NONE,
		};
	return (struct objects){ v, s->member_count, true };
}

static void group_found(struct request *r)
{
	const struct chat_state_read *op = REQUEST_READ(r, struct chat_state_read);
	const struct chat_state *s = &op->state;
	struct management_options options = { 0 };
	struct group_view view;

	if (!found_one(r, &op->corp_ids))
		return;
	for (unsigned i = 0; i < OPTION_COUNT; i++)
		*(struct opt_int *)field_at(&management_options_fields[i], &options) =
			(struct opt_int){ s->chat.options[i], true };
	view = (struct group_view){
		.chatid = s->chat.chatid,
		.openConversationId = s->chat.open_conversation_id,
		.corpId = s->corp_id,
		.name = s->chat.name,
		.owner = s->chat.owner,
		.ownerType = person_kind_text(s->chat.owner_kind),
		.icon = s->chat.icon,
		.createdBy = s->chat.made_by,
		.conversationTag = s->chat.tag,
		.memberCount = s->chat.member_count,
		.version = s->chat.version,
		.dissolved = s->chat.dissolved,
		.privateChatProhibited = s->chat.private_chat_prohibited,
		.managementOptions = &options,
		.members = view_members(s, r->arena),
	};
	answer_json(r, 200, json_encode(admin_group_fields, &view, r->arena));
}

void admin_group(struct request *r)
{
	const struct admin_group_query *q = r->body;
	struct chat_state_read *op = ARENA_NEW(r->arena, struct chat_state_read);

	if (!admin_query(r))
		return;
	chat_state_read_init(op);
	op->chatid = r->params[0];
	op->corp_id = q->corpId;
	request_read(r, &op->read, group_found);
}

/* ---- ledger ---- */

struct ledger_view {
	int64_t number, previous, version;
	struct str at, chatid, actor, requestid;
	struct ledger_change *change; /* NULL: it is told as it is stored */
};
const struct field admin_ledger_fields[] = {
	FIELD(struct ledger_view, number, .doc = "counts up within a corp",
		.zh = "企业内递增的编号"),
	FIELD(struct ledger_view, previous,
		.doc = "number of the group's entry before; 0 for the first",
		.zh = "该群上一条记录的编号；第一条为 0"),
	FIELD(struct ledger_view, version, .doc = "the group's version after the change",
		.zh = "变更后的群版本"),
	FIELD(struct ledger_view, at, .doc = "when (ISO 8601, UTC)",
		.zh = "时间（ISO 8601，UTC）"),
	FIELD(struct ledger_view, chatid, .doc = "the group", .zh = "群会话ID"),
	FIELD(struct ledger_view, actor,
		.doc = "appKey; world; or, where somebody left the company, departure: and "
		       "the "
		       "appKey that removed him",
		.zh = "操作者：appKey；world；员工离职引起的变更为 departure: 加执行删除的 "
		      "appKey"),
	FIELD(struct ledger_view, requestid,
		.doc = "x-acs-request-id of the call; empty for a world",
		.zh = "调用的 x-acs-request-id；world 则为空"),
	FIELD_OBJECT(struct ledger_view, change, ledger_change_fields,
		.doc = "what changed; a group that was made has only `after`",
		.zh = "变更内容；新建的群只有 `after`"),
	{ 0 },
};

static void append_entry(struct buf *out, const struct ledger_entry *e, struct arena *a)
{
	struct ledger_view view = {
		.number = e->number,
		.previous = e->previous,
		.version = e->version,
		.at = time_encode(a, e->at_ms),
		.chatid = e->chatid,
		.actor = e->actor,
		.requestid = e->request_id,
	};
	struct str json = json_encode(admin_ledger_fields, &view, a);

	buf_add_str(out, str_slice(json, 0, json.n - 1));
	buf_add_str(out, STR(",\"change\":"));
	buf_add_str(out, e->change);
	buf_add_str(out, STR("}"));
}

static void ledger_found(struct request *r)
{
	const struct ledger_read *op = REQUEST_READ(r, struct ledger_read);
	struct buf json = { 0 };
	struct str text;

	if (!found_one(r, &op->corp_ids))
		return;
	for (size_t i = 0; i < op->count; i++) {
		buf_add_str(&json, i ? STR(",") : STR("["));
		append_entry(&json, &op->entries[i], r->arena);
	}
	buf_add_str(&json, op->count ? STR("]") : STR("[]"));
	text = arena_str(r->arena, buf_str(&json));
	buf_fini(&json);
	answer_json(r, 200, text);
}

void admin_ledger(struct request *r)
{
	enum { PAGE = 100, LAST_ONES = -1 };
	const struct admin_ledger_query *q = r->body;
	struct ledger_read *op = ARENA_NEW(r->arena, struct ledger_read);

	if (!admin_query(r))
		return;
	ledger_read_init(op);
	op->chatid = r->params[0];
	op->corp_id = q->corpId;
	op->after = q->after.set ? q->after.value : LAST_ONES;
	op->limit = q->limit.set ? q->limit.value : PAGE;
	request_read(r, &op->read, ledger_found);
}
