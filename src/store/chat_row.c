/* SPDX-License-Identifier: Apache-2.0 */
#include "store/chat_row.h"

#include "base/plant.h"
#include "store/ledger.h"

enum {
	FIXED_COLUMNS = 13, /* before the options */
	PRIVATE_CHAT = FIXED_COLUMNS + OPTION_COUNT,
	NUMBER,
};

void chat_from_row(const struct rows *r, size_t row, size_t first, struct chat *out)
{
	*out = (struct chat){
		.chatid = rows_text(r, row, first),
		.open_conversation_id = rows_text(r, row, first + 1),
		.tag = (enum conversation_tag)rows_int(r, row, first + 2),
		.name = rows_text(r, row, first + 3),
		.owner = rows_text(r, row, first + 4),
		.owner_kind = (enum person_kind)rows_int(r, row, first + 5),
		.icon = rows_text(r, row, first + 6),
		.made_by = rows_text(r, row, first + 7),
		.dissolved = rows_int(r, row, first + 8) != 0,
		.member_count = rows_int(r, row, first + 9),
		.version = rows_int(r, row, first + 10),
		.link_version = rows_int(r, row, first + 11),
		.last_ledger = rows_int(r, row, first + 12),
	};
	for (size_t i = 0; i < OPTION_COUNT; i++)
		out->options[i] = rows_int(r, row, first + FIXED_COLUMNS + i);
	out->private_chat_prohibited = rows_int(r, row, first + PRIVATE_CHAT) != 0;
	out->number = rows_int(r, row, first + NUMBER);
}

struct member *members_from_rows(const struct rows *r, struct arena *a)
{
	struct member *members = ARENA_ARRAY(a, struct member, r->n);

	for (size_t i = 0; i < r->n; i++)
		members[i] = (struct member){
			.kind = (enum person_kind)rows_int(r, i, 0),
			.id = rows_text(r, i, 1),
			.admin = rows_int(r, i, 2) != 0,
			.nick = rows_text(r, i, 3),
		};
	return members;
}

static void insert_chat(const struct chat_write *w, struct statements *out)
{
	const struct chat *c = w->after;

	STATEMENT(out,
		"INSERT INTO chat (corp, chatid, number, open_conversation_id, tag, name,"
		" owner, owner_kind, icon, made_by, dissolved, member_count, version,"
		" link_version, last_ledger, mention_all_authority, show_history_type,"
		" validation_type, searchable, chat_banned_type, management_type,"
		" private_chat_prohibited)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
		" $15, $16, $17, $18, $19, $20, $21, $22)",
		V_INT(w->corp), V_TEXT(c->chatid), V_INT(w->number),
		V_TEXT(c->open_conversation_id), V_INT(c->tag), V_TEXT(c->name),
		V_TEXT(c->owner), V_INT(c->owner_kind), V_TEXT(c->icon), V_TEXT(c->made_by),
		V_INT(c->dissolved), V_INT(c->member_count), V_INT(c->version),
		V_INT(c->link_version), V_INT(w->number),
		V_INT(c->options[OPTION_mentionAllAuthority]),
		V_INT(c->options[OPTION_showHistoryType]),
		V_INT(c->options[OPTION_validationType]),
		V_INT(c->options[OPTION_searchable]),
		V_INT(c->options[OPTION_chatBannedType]),
		V_INT(c->options[OPTION_managementType]),
		V_INT(c->private_chat_prohibited));
}

/* All that can change in one statement: the row is written once, and stays in its page. */
static void update_chat(const struct chat_write *w, struct statements *out)
{
	const struct chat *c = w->after;

	STATEMENT(out,
		"UPDATE chat SET name = $3, owner = $4, owner_kind = $5, icon = $6,"
		" dissolved = $7, member_count = $8, version = $9, link_version = $10,"
		" mention_all_authority = $11, show_history_type = $12,"
		" validation_type = $13, searchable = $14, chat_banned_type = $15,"
		" management_type = $16, private_chat_prohibited = $17, last_ledger = $18"
		" WHERE corp = $1 AND chatid = $2",
		V_INT(w->corp), V_TEXT(c->chatid), V_TEXT(c->name), V_TEXT(c->owner),
		V_INT(c->owner_kind), V_TEXT(c->icon), V_INT(c->dissolved),
		V_INT(c->member_count), V_INT(c->version), V_INT(c->link_version),
		V_INT(c->options[OPTION_mentionAllAuthority]),
		V_INT(c->options[OPTION_showHistoryType]),
		V_INT(c->options[OPTION_validationType]),
		V_INT(c->options[OPTION_searchable]),
		V_INT(c->options[OPTION_chatBannedType]),
		V_INT(c->options[OPTION_managementType]), V_INT(c->private_chat_prohibited),
		V_INT(w->number));
}

/* Under which the members are. */
static int64_t chat_number(const struct chat_write *w)
{
	return w->before ? w->before->number : w->number;
}

static void write_members(const struct chat_write *w, struct statements *out)
{
	for (size_t i = 0; i < w->removed_count; i++)
		STATEMENT(out,
			"DELETE FROM chat_member"
			" WHERE corp = $1 AND chat = $2 AND kind = $3 AND id = $4",
			V_INT(w->corp), V_INT(chat_number(w)), V_INT(w->removed[i].kind),
			V_TEXT(w->removed[i].id));
	for (size_t i = 0; i < w->added_count; i++)
		STATEMENT(out,
			"INSERT INTO chat_member (corp, chat, kind, id, admin, since, nick)"
			" VALUES ($1, $2, $3, $4, $5, $6, '')",
			V_INT(w->corp), V_INT(chat_number(w)), V_INT(w->added[i].kind),
			V_TEXT(w->added[i].id), V_INT(w->added[i].admin), V_INT(w->number));
}

static void write_admins(const struct chat_write *w, const struct member *members, size_t n,
	bool admin, struct statements *out)
{
	for (size_t i = 0; i < n; i++)
		STATEMENT(out,
			"UPDATE chat_member SET admin = $5"
			" WHERE corp = $1 AND chat = $2 AND kind = $3 AND id = $4",
			V_INT(w->corp), V_INT(chat_number(w)), V_INT(members[i].kind),
			V_TEXT(members[i].id), V_INT(admin));
}

static void write_nicks(const struct chat_write *w, struct statements *out)
{
	for (size_t i = 0; i < w->renamed_count; i++)
		STATEMENT(out,
			"UPDATE chat_member SET nick = $5"
			" WHERE corp = $1 AND chat = $2 AND kind = $3 AND id = $4",
			V_INT(w->corp), V_INT(chat_number(w)), V_INT(w->renamed[i].kind),
			V_TEXT(w->renamed[i].id), V_TEXT(w->renamed[i].after));
}

void chat_write(const struct chat_write *w, struct statements *out)
{
	ledger_append(w, out);
	if (plant("two_transactions")) {
		statements_add(out, "COMMIT", NULL, 0);
		statements_add(out, "BEGIN IMMEDIATE", NULL, 0);
	}
	if (!plant("members_not_written") || !w->before || w->at_ms % 8)
		write_members(w, out);
	write_admins(w, w->promoted, w->promoted_count, true, out);
	write_admins(w, w->demoted, w->demoted_count, false, out);
	write_nicks(w, out);
	if (w->before)
		update_chat(w, out);
	else
		insert_chat(w, out);
}
