/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify_chat.c -- a group's ledger against its state, backwards.
 *
 * Usual path: take the group's row and its members as they are; for each ledger row, from
 * the newest, what it says it left behind must be what is there; then undo it, which gives
 * what the row before it left behind. The first row undone must leave nobody. Backwards,
 * because each row names the one before it, and because only one row has to be in memory.
 *
 * Ways to fail: the first contradiction of a group is reported, and its rows are from then
 * on only counted; a row that is missing ends the group.
 */
#include "store/verify_internal.h"

#include "base/plant.h"
#include "store/chat_row.h"
#include "store/ledger.h"
#include "json/decode.h"

#include <search.h>
#include <stdlib.h>

enum { SINCE_UNKNOWN = -1 };

struct person {
	enum person_kind kind;
	struct str id; /* its bytes follow the struct */
	bool admin;
	struct buf nick;
	int64_t since;
};

enum text { TEXT_OPEN_ID, TEXT_MADE_BY, TEXT_NAME, TEXT_OWNER, TEXT_ICON, TEXTS };

struct replay {
	struct verify *v;
	const struct verify_corp *corp;
	struct chat chat; /* after the row at hand */
	struct buf texts[TEXTS]; /* hold those strings of it that a row has changed */
	void *people; /* tree of struct person */
	size_t people_count;
	int64_t row; /* the ledger row at hand */
	bool wrong;
};

static bool wrong(struct replay *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* False, so that it can stand in a return statement. */
static bool wrong(struct replay *r, const char *fmt, ...)
{
	char where[ERROR_TEXT_MAX], what[ERROR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	(void)snprintf(where, sizeof(where), "corp %.*s, group %.*s", STR_FMT(r->corp->id),
		STR_FMT(r->chat.chatid));
	verify_found(r->v, where, "%s", what);
	r->wrong = true;
	return false;
}

/* ---- the people ---- */

static int by_kind_and_id(const void *x, const void *y)
{
	const struct person *a = x, *b = y;

	return a->kind != b->kind ? (a->kind > b->kind) - (a->kind < b->kind)
				  : str_cmp(a->id, b->id);
}

static struct person *find(const struct replay *r, struct str type, struct str id)
{
	const struct person key = { .kind = person_kind_from(type), .id = id };
	struct person *const *at = tfind(&key, &r->people, by_kind_and_id);

	return at ? *at : NULL;
}

static void free_person(void *at)
{
	struct person *p = at;

	buf_fini(&p->nick);
	free(p);
}

/* False if he is there already. */
static bool add_person(struct replay *r, const struct member *m, int64_t since)
{
	struct person *p = malloc(sizeof(*p) + m->id.n + 1), **at;
	char *id;

	if (!p)
		die("out of memory: verify");
	id = (char *)(p + 1);
	memcpy(id, m->id.p ? m->id.p : "", m->id.n);
	*p = (struct person){
		.kind = m->kind, .id = { id, m->id.n }, .admin = m->admin, .since = since
	};
	at = tsearch(p, &r->people, by_kind_and_id);
	if (!at)
		die("out of memory: verify");
	if (*at != p) {
		free(p);
		return false;
	}
	buf_add_str(&p->nick, m->nick);
	r->people_count++;
	return true;
}

static void remove_person(struct replay *r, struct person *p)
{
	(void)tdelete(p, &r->people, by_kind_and_id);
	free_person(p);
	r->people_count--;
}

/* ---- undoing one row ---- */

static bool undo_text(struct replay *r, const char *name, const struct text_change *c,
	struct str *now, struct buf *own)
{
	if (!c)
		return true;
	if (!str_eq(c->after, *now))
		return wrong(r, "its %s is \"%.*s\", and ledger row %lld left \"%.*s\"",
			name, STR_FMT(*now), (long long)r->row, STR_FMT(c->after));
	own->n = 0;
	buf_add_str(own, c->before);
	*now = buf_str(own);
	return true;
}

static bool undo_number(
	struct replay *r, const char *name, const struct number_change *c, int64_t *now)
{
	if (!c)
		return true;
	if (!c->after.set || c->after.value != *now)
		return wrong(r, "its %s is %lld, and ledger row %lld left %lld", name,
			(long long)*now, (long long)r->row, (long long)c->after.value);
	*now = c->before.value;
	return true;
}

static bool undo_flag(
	struct replay *r, const char *name, const struct flag_change *c, bool *now)
{
	if (!c)
		return true;
	if (!c->after.set || c->after.value != *now)
		return wrong(r, "its %s is %d, and ledger row %lld left %d", name, *now,
			(long long)r->row, c->after.value);
	*now = c->before.value;
	return true;
}

static bool undo_owner(struct replay *r, const struct ledger_change *c)
{
	struct str type = person_kind_text(r->chat.owner_kind);

	if (c->ownerType && !str_eq(c->ownerType->after, type))
		return wrong(r, "its ownerType is %.*s, and ledger row %lld left %.*s",
			STR_FMT(type), (long long)r->row, STR_FMT(c->ownerType->after));
	if (c->ownerType)
		r->chat.owner_kind = person_kind_from(c->ownerType->before);
	return undo_text(r, "owner", c->owner, &r->chat.owner, &r->texts[TEXT_OWNER]);
}

static bool undo_options(struct replay *r, const struct options_change *c)
{
	for (size_t i = 0; c && i < OPTION_COUNT; i++) {
		const struct number_change *n = *(struct number_change *const *)field_at(
			&options_change_fields[i], c);

		if (!undo_number(r, options_change_fields[i].name, n, &r->chat.options[i]))
			return false;
	}
	return true;
}

static bool undo_fields(struct replay *r, const struct ledger_change *c)
{
	struct chat *chat = &r->chat;
	int64_t tag = chat->tag;
	bool right = undo_text(r, "openConversationId", c->openConversationId,
			     &chat->open_conversation_id, &r->texts[TEXT_OPEN_ID]) &&
		     undo_text(r, "createdBy", c->createdBy, &chat->made_by,
			     &r->texts[TEXT_MADE_BY]) &&
		     undo_text(r, "name", c->name, &chat->name, &r->texts[TEXT_NAME]) &&
		     undo_owner(r, c) &&
		     undo_text(r, "icon", c->icon, &chat->icon, &r->texts[TEXT_ICON]) &&
		     undo_number(r, "conversationTag", c->conversationTag, &tag) &&
		     undo_number(r, "linkVersion", c->linkVersion, &chat->link_version) &&
		     undo_flag(r, "dissolved", c->dissolved, &chat->dissolved) &&
		     undo_flag(r, "privateChatProhibited", c->privateChatProhibited,
			     &chat->private_chat_prohibited) &&
		     undo_options(r, c->managementOptions);

	chat->tag = (enum conversation_tag)tag;
	return right;
}

/* A row that makes a group says everything about it. */
static bool says_everything(struct replay *r, const struct ledger_change *c)
{
	const void *const said[] = { c->openConversationId, c->createdBy, c->name, c->owner,
		c->ownerType, c->icon, c->conversationTag, c->linkVersion, c->dissolved,
		c->managementOptions };

	for (size_t i = 0; i < ARRAY_LEN(said); i++)
		if (!said[i])
			return wrong(r, "ledger row %lld makes it without a word on %s",
				(long long)r->row, ledger_change_fields[i].name);
	return true;
}

static bool undo_nicks(struct replay *r, const struct objects *list)
{
	const struct ledger_nick *n = list->v;

	for (size_t i = 0; i < list->n; i++) {
		struct person *p = find(r, n[i].type, n[i].id);

		if (!p || !str_eq(buf_str(&p->nick), n[i].after))
			return wrong(r, "ledger row %lld gave %.*s another nick",
				(long long)r->row, STR_FMT(n[i].id));
		p->nick.n = 0;
		buf_add_str(&p->nick, n[i].before);
	}
	return true;
}

static bool undo_admins(struct replay *r, const struct objects *list, bool made)
{
	const struct ledger_person *l = list->v;

	for (size_t i = 0; i < list->n; i++) {
		struct person *p = find(r, l[i].type, l[i].id);

		if (!p || p->admin != made)
			return wrong(r, "ledger row %lld %s %.*s an administrator",
				(long long)r->row, made ? "made" : "left no longer",
				STR_FMT(l[i].id));
		p->admin = !made;
	}
	return true;
}

static bool undo_removed(struct replay *r, const struct objects *list)
{
	const struct ledger_person *l = list->v;

	for (size_t i = 0; i < list->n; i++)
		if (!add_person(r,
			    &(struct member){ person_kind_from(l[i].type), l[i].id,
				    l[i].admin.value, l[i].nick },
			    SINCE_UNKNOWN))
			return wrong(r, "%.*s is a member, and ledger row %lld removed him",
				STR_FMT(l[i].id), (long long)r->row);
	return true;
}

static bool undo_added(struct replay *r, const struct objects *list)
{
	const struct ledger_person *l = list->v;

	for (size_t i = 0; i < list->n; i++) {
		struct person *p = find(r, l[i].type, l[i].id);

		if (!p)
			return wrong(r, "%.*s is no member, and ledger row %lld added him",
				STR_FMT(l[i].id), (long long)r->row);
		if (p->admin != l[i].admin.value || !str_eq(buf_str(&p->nick), l[i].nick))
			return wrong(r,
				"what %.*s is differs from how ledger row %lld "
				"added him",
				STR_FMT(l[i].id), (long long)r->row);
		if (p->since != SINCE_UNKNOWN && p->since != r->row)
			return wrong(r,
				"%.*s is a member since ledger row %lld, and %lld "
				"added him",
				STR_FMT(l[i].id), (long long)p->since, (long long)r->row);
		remove_person(r, p);
	}
	return true;
}

/* A word that is neither counts as one of them elsewhere. */
static bool is_type(struct str type)
{
	return str_eq(type, person_kind_text(person_kind_from(type)));
}

static bool types_are_known(struct replay *r, const struct ledger_change *c)
{
	const struct objects *const lists[] = { &c->added, &c->removed, &c->promoted,
		&c->demoted };
	const struct ledger_nick *nicks = c->nicks.v;
	bool known =
		!c->ownerType || !c->ownerType->before.p || is_type(c->ownerType->before);

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		for (size_t k = 0; k < lists[i]->n; k++)
			known &= is_type(
				((const struct ledger_person *)lists[i]->v)[k].type);
	for (size_t i = 0; i < c->nicks.n; i++)
		known &= is_type(nicks[i].type);
	return known || wrong(r, "ledger row %lld names somebody neither emp nor ext",
				(long long)r->row);
}

/* In the opposite order of how they came about. */
static bool undo_people(struct replay *r, const struct ledger_change *c)
{
	return undo_nicks(r, &c->nicks) && undo_admins(r, &c->demoted, false) &&
	       undo_admins(r, &c->promoted, true) && undo_removed(r, &c->removed) &&
	       undo_added(r, &c->added);
}

/* Columns: previous, version, chatid, change. */
static bool undo_row(struct replay *r, const struct rows *row, struct arena *a)
{
	struct ledger_change *c = ARENA_NEW(a, struct ledger_change);
	int64_t previous = rows_int(row, 0, 0), version = rows_int(row, 0, 1);
	struct error e = { 0 };

	if (!str_eq(rows_text(row, 0, 2), r->chat.chatid))
		return wrong(r, "ledger row %lld is of another group", (long long)r->row);
	if (version != r->chat.version || version < 1 || (version == 1) != (previous == 0))
		return wrong(r, "its version is %lld, and ledger row %lld left %lld",
			(long long)r->chat.version, (long long)r->row, (long long)version);
	if (json_decode(rows_text(row, 0, 3), ledger_change_fields, c, DECODE_CLOSED, a,
		    &e) != ST_OK)
		return wrong(r, "ledger row %lld cannot be read: %s%s%s", (long long)r->row,
			e.field, *e.field ? ": " : "", e.text);
	if (previous == 0 && !says_everything(r, c))
		return false;
	if (!types_are_known(r, c) || !undo_fields(r, c) || !undo_people(r, c))
		return false;
	r->chat.version--;
	if (previous == 0 && r->people_count)
		return wrong(r, "%zu of its members were added by no ledger row",
			r->people_count);
	return true;
}

/* ---- one group ---- */

static enum status walk_back(struct replay *r, struct verify_corp *corp, struct error *e)
{
	int64_t previous = r->chat.last_ledger;

	while (previous > 0) {
		struct arena arena = { 0 };
		struct statements s = { .arena = &arena };
		const struct rows *row;
		enum status st;

		r->row = previous;
		previous = 0;
		STATEMENT(&s,
			"SELECT previous, version, chatid, change FROM ledger"
			" WHERE corp = $1 AND number = $2",
			V_INT(corp->number), V_INT(r->row));
		st = verify_run(r->v, &s, e);
		row = st == ST_OK ? rows_next(&s) : NULL;
		if (row && row->n) {
			corp->ledger_rows++;
			if (!r->wrong)
				(void)undo_row(r, row, &arena);
			previous = rows_int(row, 0, 0);
		} else if (row && !r->wrong) {
			(void)wrong(r, "ledger row %lld is missing", (long long)r->row);
		}
		if (previous >= r->row) {
			(void)wrong(r, "ledger row %lld names a later one before it",
				(long long)r->row);
			previous = 0;
		}
		arena_fini(&arena);
		TRY(st);
	}
	return ST_OK;
}

static bool take_members(struct replay *r, const struct rows *members)
{
	const struct chat *chat = &r->chat;

	for (size_t i = 0; i < members->n; i++) {
		const struct member m = { (enum person_kind)rows_int(members, i, 0),
			rows_text(members, i, 1), rows_int(members, i, 2) != 0,
			rows_text(members, i, 3) };

		if (!add_person(r, &m, rows_int(members, i, 4)))
			return wrong(r, "%.*s is a member twice", STR_FMT(m.id));
	}
	if (chat->member_count != (int64_t)members->n)
		return wrong(r, "it has %zu members, and its row says %lld", members->n,
			(long long)chat->member_count);
	if (!chat->dissolved && !find(r, person_kind_text(chat->owner_kind), chat->owner))
		return wrong(r, "its owner %.*s is no member", STR_FMT(chat->owner));
	return true;
}

enum status verify_chat(struct verify *v, struct verify_corp *corp, const struct chat *chat,
	struct error *e)
{
	struct replay r = { .v = v, .corp = corp, .chat = *chat };
	struct arena arena = { 0 };
	struct statements s = { .arena = &arena };
	const struct rows *members;
	enum status st;

	STATEMENT(&s,
		"SELECT kind, id, admin, nick, since FROM chat_member"
		" WHERE corp = $1 AND chat = $2 ORDER BY kind, id",
		V_INT(corp->number), V_INT(chat->number));
	st = verify_run(v, &s, e);
	if (st == ST_OK) {
		members = rows_next(&s);
		corp->members += members->n;
		(void)take_members(&r, members);
		if (chat->last_ledger < 1 || chat->last_ledger > corp->ledger_no)
			(void)wrong(&r,
				"its newest ledger row is %lld, and the corp's is %lld",
				(long long)chat->last_ledger, (long long)corp->ledger_no);
		r.wrong |= plant("verify_skips_replay");
		st = walk_back(&r, corp, e);
	}
	tdestroy(r.people, free_person);
	for (size_t i = 0; i < TEXTS; i++)
		buf_fini(&r.texts[i]);
	arena_fini(&arena);
	v->result->groups++;
	return st;
}
