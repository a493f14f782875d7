/* SPDX-License-Identifier: Apache-2.0 */
#include "store/ledger.h"

#include "json/encode.h"

static const struct field text_change_fields[] = {
	FIELD(struct text_change, before, .doc = "Before; absent if the group was made"),
	FIELD(struct text_change, after, .doc = "After"),
	{ 0 },
};

static const struct field number_change_fields[] = {
	FIELD(struct number_change, before, .doc = "Before; absent if the group was made"),
	FIELD(struct number_change, after, .doc = "After"),
	{ 0 },
};

static const struct field flag_change_fields[] = {
	FIELD(struct flag_change, before, .doc = "Before; absent if the group was made"),
	FIELD(struct flag_change, after, .doc = "After"),
	{ 0 },
};

const struct field options_change_fields[] = {
#define X(member, zh, en) \
	FIELD_OBJECT(struct options_change, member, number_change_fields, .doc = en),
	CHAT_OPTIONS(X)
#undef X
		{ 0 },
};

static const struct field ledger_person_fields[] = {
	FIELD(struct ledger_person, type, .doc = "emp or ext"),
	FIELD(struct ledger_person, id, .doc = "userid, or an external's unionid"),
	FIELD(struct ledger_person, admin, .doc = "true if an administrator"),
	{ 0 },
};

#define TEXT(member, text) \
	FIELD_OBJECT(struct ledger_change, member, text_change_fields, .doc = text)
#define NUMBER(member, text) \
	FIELD_OBJECT(struct ledger_change, member, number_change_fields, .doc = text)
#define PEOPLE(member, text) \
	FIELD_OBJECTS(struct ledger_change, member, struct ledger_person, \
		ledger_person_fields, .doc = text)

const struct field ledger_change_fields[] = {
	TEXT(openConversationId, "The group's openConversationId"),
	NUMBER(conversationTag, "0 ordinary, 2 internal"),
	TEXT(createdBy,
		"appKey of the app that made the group; empty: any app may change it"),
	TEXT(name, "The group's name"),
	TEXT(owner, "The owner's userid or unionid"),
	TEXT(ownerType, "emp or ext"),
	TEXT(icon, "mediaId; empty without one"),
	FIELD_OBJECT(struct ledger_change, managementOptions, options_change_fields,
		.doc = "The six options"),
	FIELD_OBJECT(struct ledger_change, dissolved, flag_change_fields,
		.doc = "The group is dissolved"),
	NUMBER(linkVersion, "Join links made before this version are dead"),
	PEOPLE(added, "Who came"),
	PEOPLE(removed, "Who went"),
	PEOPLE(demoted, "Administrators who became ordinary members"),
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
			members[i].id, { members[i].admin, members[i].admin } };
	return (struct objects){ v, n, n > 0 };
}

static struct str describe(const struct chat_write *w, struct arena *a)
{
	static const struct chat nothing;
	bool made = !w->before;
	const struct chat *b = made ? &nothing : w->before, *c = w->after;
	const struct member owner = { .kind = c->owner_kind, .id = c->owner };
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
		.linkVersion = number_change(made, b->link_version, c->link_version, a),
		.added = people(w->added, w->added_count, a),
		.removed = people(w->removed, w->removed_count, a),
		.demoted = people(&owner, w->demoted, a),
	};

	return json_encode(ledger_change_fields, &change, a);
}

void ledger_append(const struct chat_write *w, struct statements *out)
{
	STATEMENT(out, "UPDATE corp SET ledger_no = ledger_no + 1 WHERE corp = $1",
		V_INT(w->corp));
	STATEMENT(out,
		"INSERT INTO ledger (corp, number, chatid, previous, version, at_ms, actor,"
		" request_id, change)"
		" SELECT $1, ledger_no, $2, $3, $4, $5, $6, $7, $8 FROM corp"
		" WHERE corp = $1",
		V_INT(w->corp), V_TEXT(w->after->chatid),
		V_INT(w->before ? w->before->last_ledger : 0), V_INT(w->after->version),
		V_INT(w->at_ms), V_TEXT(w->actor), V_TEXT(w->request_id),
		V_TEXT(describe(w, out->arena)));
}
