/* SPDX-License-Identifier: Apache-2.0 */
#include "store/ledger.h"

#include "base/plant.h"
#include "json/encode.h"

static const struct field text_change_fields[] = {
	FIELD(struct text_change, before, .doc = "before; absent if the group was made",
		.zh = "变更前；新建的群没有此项"),
	FIELD(struct text_change, after, .doc = "after", .zh = "变更后"),
	{ 0 },
};

static const struct field number_change_fields[] = {
	FIELD(struct number_change, before, .doc = "before; absent if the group was made",
		.zh = "变更前；新建的群没有此项"),
	FIELD(struct number_change, after, .doc = "after", .zh = "变更后"),
	{ 0 },
};

static const struct field flag_change_fields[] = {
	FIELD(struct flag_change, before, .doc = "before; absent if the group was made",
		.zh = "变更前；新建的群没有此项"),
	FIELD(struct flag_change, after, .doc = "after", .zh = "变更后"),
	{ 0 },
};

const struct field options_change_fields[] = {
#define X(member, chinese, en) \
	FIELD_OBJECT(struct options_change, member, number_change_fields, .doc = en, \
		.zh = chinese),
	CHAT_OPTIONS(X)
#undef X
		{ 0 },
};

static const struct field ledger_person_fields[] = {
	FIELD(struct ledger_person, type, .doc = "emp or ext",
		.zh = "emp 企业员工，ext 外部联系人"),
	FIELD(struct ledger_person, id, .doc = "userid, or an external's unionid",
		.zh = "员工的 userid，或外部联系人的 unionid"),
	FIELD(struct ledger_person, admin, .doc = "true if an administrator",
		.zh = "管理员为 true"),
	FIELD(struct ledger_person, nick, .doc = "what he was called in the group",
		.zh = "在群中的昵称"),
	{ 0 },
};

static const struct field ledger_nick_fields[] = {
	FIELD(struct ledger_nick, type, .doc = "emp or ext",
		.zh = "emp 企业员工，ext 外部联系人"),
	FIELD(struct ledger_nick, id, .doc = "userid, or an external's unionid",
		.zh = "员工的 userid，或外部联系人的 unionid"),
	FIELD(struct ledger_nick, before, .doc = "before; empty without one",
		.zh = "变更前；没有则为空"),
	FIELD(struct ledger_nick, after, .doc = "after", .zh = "变更后"),
	{ 0 },
};

#define TEXT(member, text, chinese) \
	FIELD_OBJECT(struct ledger_change, member, text_change_fields, .doc = text, \
		.zh = chinese)
#define NUMBER(member, text, chinese) \
	FIELD_OBJECT(struct ledger_change, member, number_change_fields, .doc = text, \
		.zh = chinese)
#define PEOPLE(member, text, chinese) \
	FIELD_OBJECTS(struct ledger_change, member, struct ledger_person, \
		ledger_person_fields, .doc = text, .zh = chinese)

const struct field ledger_change_fields[] = {
	TEXT(openConversationId, "the group's openConversationId", "开放群ID"),
	NUMBER(conversationTag, "0 ordinary, 2 internal", "群类型：0 普通群，2 内部群"),
	TEXT(createdBy,
		"appKey of the app that made the group; empty: any app may change it",
		"创建群的应用的 appKey；为空则任何应用都可修改"),
	TEXT(name, "the group's name", "群名称"),
	TEXT(owner, "the owner's userid or unionid", "群主的 userid 或 unionid"),
	TEXT(ownerType, "emp or ext", "emp 或 ext"),
	TEXT(icon, "mediaId; empty without one", "群头像的 mediaId；没有则为空"),
	FIELD_OBJECT(struct ledger_change, managementOptions, options_change_fields,
		.doc = "the six options", .zh = "六项群属性"),
	FIELD_OBJECT(struct ledger_change, dissolved, flag_change_fields,
		.doc = "the group is dissolved", .zh = "是否已解散"),
	FIELD_OBJECT(struct ledger_change, privateChatProhibited, flag_change_fields,
		.doc = "members may not add each other as friends or chat privately",
		.zh = "是否禁止群成员互加好友与私聊"),
	NUMBER(linkVersion, "join links made before this version are dead",
		"此版本之前的入群链接已失效"),
	PEOPLE(added, "who came", "加入的人"),
	PEOPLE(removed, "who went", "离开的人"),
	PEOPLE(promoted, "members who became administrators", "成为管理员的成员"),
	PEOPLE(demoted, "administrators who became ordinary members",
		"成为普通成员的原管理员"),
	FIELD_OBJECTS(struct ledger_change, nicks, struct ledger_nick, ledger_nick_fields,
		.doc = "what members are called in the group", .zh = "成员群昵称的变更"),
	{ 0 },
};

/* NULL if nothing changed; `made`: there is no before. */
static struct text_change *text_change(
	bool made, struct str before, struct str after, struct arena *a)
{
	struct text_change *c;

	if (!made && str_eq(before, after))
		return NULL;
	c = ARENA_NEW(a, struct text_change);
	*c = (struct text_change){ made ? STR_NONE : before, after };
	return c;
}

static struct number_change *number_change(
	bool made, int64_t before, int64_t after, struct arena *a)
{
	struct number_change *c;

	if (!made && before == after)
		return NULL;
	c = ARENA_NEW(a, struct number_change);
	*c = (struct number_change){ { before, !made }, { after, true } };
	return c;
}

static struct flag_change *flag_change(bool made, bool before, bool after, struct arena *a)
{
	struct flag_change *c;

	if (!made && before == after)
		return NULL;
	c = ARENA_NEW(a, struct flag_change);
	*c = (struct flag_change){ { before, !made }, { after, true } };
	return c;
}

static struct options_change *options_change(
	bool made, const int64_t *before, const int64_t *after, struct arena *a)
{
	struct options_change *c = NULL;

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		struct number_change *n = number_change(made, before[i], after[i], a);

		if (n && !c)
			c = ARENA_NEW(a, struct options_change);
		if (n)
			*(struct number_change **)field_at(&options_change_fields[i], c) =
				n;
	}
	return c;
}

static struct objects people(const struct member *members, size_t n, struct arena *a)
{
	struct ledger_person *v = ARENA_ARRAY(a, struct ledger_person, n);

	for (size_t i = 0; i < n; i++)
		v[i] = (struct ledger_person){ person_kind_text(members[i].kind),
			members[i].id, { members[i].admin, members[i].admin },
			members[i].nick.n ? members[i].nick : STR_NONE };
	return (struct objects){ v, n, n > 0 };
}

static struct objects nicks(const struct nick_change *renamed, size_t n, struct arena *a)
{
	struct ledger_nick *v = ARENA_ARRAY(a, struct ledger_nick, n);

	for (size_t i = 0; i < n; i++)
		v[i] = (struct ledger_nick){ person_kind_text(renamed[i].kind),
			renamed[i].id, renamed[i].before, renamed[i].after };
	return (struct objects){ v, n, n > 0 };
}

static struct str describe(const struct chat_write *w, struct arena *a)
{
	static const struct chat nothing;
	bool made = !w->before;
	const struct chat *b = made ? &nothing : w->before, *c = w->after;
	const struct ledger_change change = {
		.openConversationId = text_change(
			made, b->open_conversation_id, c->open_conversation_id, a),
		.conversationTag = number_change(made, b->tag, c->tag, a),
		.createdBy = text_change(made, b->made_by, c->made_by, a),
		.name = text_change(made, b->name, c->name, a),
		.owner = text_change(made, b->owner, c->owner, a),
		.ownerType = text_change(made, person_kind_text(b->owner_kind),
			person_kind_text(c->owner_kind), a),
		.icon = text_change(made, b->icon, c->icon, a),
		.managementOptions = options_change(made, b->options, c->options, a),
		.dissolved = flag_change(made, b->dissolved, c->dissolved, a),
		.privateChatProhibited = flag_change(
			made, b->private_chat_prohibited, c->private_chat_prohibited, a),
		.linkVersion = number_change(made, b->link_version, c->link_version, a),
		.added = people(w->added, w->added_count, a),
		.removed = people(w->removed, w->removed_count, a),
		.promoted = people(w->promoted, w->promoted_count, a),
		.demoted = people(w->demoted, w->demoted_count, a),
		.nicks = nicks(w->renamed, w->renamed_count, a),
	};

	return json_encode(ledger_change_fields, &change, a);
}

void ledger_append(const struct chat_write *w, struct statements *out)
{
	if (plant("no_ledger_row") && w->after->version % 8 == 0)
		return;
	STATEMENT(out,
		"INSERT INTO ledger (corp, number, chatid, previous, version, at_ms, actor,"
		" request_id, change)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		V_INT(w->corp), V_INT(w->number), V_TEXT(w->after->chatid),
		V_INT(w->before ? w->before->last_ledger : 0), V_INT(w->after->version),
		V_INT(plant("time_of_32_bits") ? (int32_t)(w->at_ms / 1000) * INT64_C(1000)
					       : w->at_ms),
		V_TEXT(w->actor), V_TEXT(w->request_id), V_TEXT(describe(w, out->arena)));
}
