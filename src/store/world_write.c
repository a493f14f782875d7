/* SPDX-License-Identifier: Apache-2.0 */
#include "store/world_write.h"

#include "base/plant.h"
#include "store/chat_row.h"
#include "store/ledger_numbers.h"
#include "store/token_ops.h"

/* What is the same for all objects of a load. */
struct writing {
	const struct world_load_op *op;
	struct statements *out;
};

static struct value text_or_null(struct str s)
{
	return s.p ? V_TEXT(s) : V_NULL;
}

static void write_corp(const struct writing *w, const struct world_object *o, int64_t corp)
{
	const struct world_corp *c = o->at;

	if (w->op->rows[o->corp].exists)
		STATEMENT(w->out, "UPDATE corp SET name = $2 WHERE corp = $1", V_INT(corp),
			V_TEXT(c->name));
	else
		STATEMENT(w->out,
			"INSERT INTO corp (corp, corp_id, name) VALUES ($1, $2, $3)",
			V_INT(corp), V_TEXT(c->corpId), V_TEXT(c->name));
}

static void write_department(
	const struct writing *w, const struct world_object *o, int64_t corp)
{
	const struct world_department *d = o->at;

	STATEMENT(w->out,
		"INSERT INTO department (corp, dept_id, parent_id, name)"
		" VALUES ($1, $2, $3, $4)",
		V_INT(corp), V_INT(d->deptId), V_INT(d->parentId), V_TEXT(d->name));
}

static void write_user(const struct writing *w, const struct world_object *o, int64_t corp)
{
	const struct world_user *u = o->at;

	STATEMENT(w->out,
		"INSERT INTO employee (corp, userid, unionid, name, mobile, active)"
		" VALUES ($1, $2, $3, $4, $5, $6)",
		V_INT(corp), V_TEXT(u->userid), V_TEXT(u->unionid), V_TEXT(u->name),
		text_or_null(u->mobile), V_INT(!u->active.set || u->active.value));
	for (size_t i = 0; i < u->deptIds.n; i++)
		STATEMENT(w->out,
			"INSERT INTO employee_department (corp, userid, dept_id)"
			" VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
			V_INT(corp), V_TEXT(u->userid), V_INT(u->deptIds.v[i]));
}

static void write_external(
	const struct writing *w, const struct world_object *o, int64_t corp)
{
	const struct world_external *x = o->at;

	STATEMENT(w->out,
		"INSERT INTO external_contact (corp, unionid, userid, name)"
		" VALUES ($1, $2, $3, $4)",
		V_INT(corp), V_TEXT(x->unionid), V_TEXT(x->userid), V_TEXT(x->name));
	/* made again while he leaves his groups: he stays in those that are left */
	STATEMENT(w->out,
		"DELETE FROM departure WHERE corp = $1 AND kind = 1 AND userid = $2",
		V_INT(corp), V_TEXT(x->unionid));
}

/* Each followed by a blank. */
static struct str permission_text(const struct strs *permissions, struct arena *a)
{
	struct buf text = { 0 };
	struct str copy;

	for (size_t i = 0; i < permissions->n; i++) {
		buf_add_str(&text, permissions->v[i]);
		buf_add_str(&text, STR(" "));
	}
	copy = text.n ? arena_str(a, buf_str(&text)) : STR("");
	buf_fini(&text);
	return copy;
}

static void write_scope(const struct writing *w, const struct world_app *p, int64_t corp)
{
	const struct world_scope *s = p->visibleScope;

	for (size_t i = 0; s && i < s->userIds.n; i++)
		STATEMENT(w->out,
			"INSERT INTO app_scope_user (corp, app_key, userid)"
			" VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
			V_INT(corp), V_TEXT(p->appKey), V_TEXT(s->userIds.v[i]));
	for (size_t i = 0; s && i < s->deptIds.n; i++)
		STATEMENT(w->out,
			"INSERT INTO app_scope_department (corp, app_key, dept_id)"
			" VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
			V_INT(corp), V_TEXT(p->appKey), V_INT(s->deptIds.v[i]));
}

/* The clock, so that an app that was removed does not begin below what it had; but never
 * less than one more than before, should the clock have gone back. */
static int64_t raised(int64_t before, int64_t now_ms)
{
	return before < now_ms ? now_ms : before + 1;
}

static void write_app(const struct writing *w, const struct world_object *o, int64_t corp)
{
	const struct world_app *p = o->at;
	unsigned char *secret = arena_alloc(w->out->arena, SECRET_STORED);

	secret_store(p->appSecret, secret);
	STATEMENT(w->out,
		"INSERT INTO app (app_key, corp, secret, agent_id, name, permissions,"
		" sees_all, version, token_issue)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		V_TEXT(p->appKey), V_INT(corp), V_BLOB(secret, SECRET_STORED),
		V_INT(p->agentId.value), V_TEXT(p->name),
		V_TEXT(permission_text(&p->permissions, w->out->arena)),
		V_INT(!p->visibleScope || p->visibleScope->all.value),
		V_INT(raised(o->version, w->op->now_ms)),
		V_INT(raised(o->token_issue, w->op->now_ms)));
	write_scope(w, p, corp);
}

static void write_token(const struct writing *w, const struct world_app *p, int64_t corp)
{
	unsigned char *hash = arena_alloc(w->out->arena, TOKEN_HASH);

	token_hash(p->accessToken, hash);
	STATEMENT(w->out,
		"INSERT INTO access_token (hash, corp, app_key, issue, expires_ms, fixed)"
		" VALUES ($1, $2, $3, 0, 0, 1)",
		V_BLOB(hash, TOKEN_HASH), V_INT(corp), V_TEXT(p->appKey));
}

static void write_media(const struct writing *w, const struct world_object *o, int64_t corp)
{
	const struct world_media *m = o->at;

	STATEMENT(w->out,
		"INSERT INTO media (corp, media_id, type, file, size, at_ms)"
		" VALUES ($1, $2, $3, $4, $5, $6)",
		V_INT(corp), V_TEXT(m->mediaId), V_TEXT(m->type), V_TEXT(m->kept),
		V_INT(m->size), V_INT(w->op->now_ms));
}

static struct member *list_members(const struct world_group *g, struct arena *a)
{
	struct member *members =
		ARENA_ARRAY(a, struct member, g->useridlist.n + g->extidlist.n);
	struct member *m = members;
	struct sorted_list admins;

	sort_list(&g->admins, a, &admins);
	for (size_t i = 0; i < g->useridlist.n; i++) {
		struct str id = g->useridlist.v[i];

		*m++ = (struct member){ PERSON_EMP, id, sorted_have(&admins, id) };
	}
	for (size_t i = 0; i < g->extidlist.n; i++)
		*m++ = (struct member){ PERSON_EXT, g->extidlist.v[i], false };
	return members;
}

static void write_group(const struct writing *w, const struct world_object *o, int64_t corp)
{
	const struct world_group *g = o->at;
	size_t members = g->useridlist.n + g->extidlist.n;
	struct chat chat = {
		.chatid = g->chatid,
		.open_conversation_id = g->openConversationId,
		.tag = (enum conversation_tag)g->conversationTag.value,
		.name = g->name,
		.owner = g->owner,
		.owner_kind = person_kind_from(g->ownerType),
		.icon = g->icon.p ? g->icon : STR(""),
		.made_by = g->createdBy.p ? g->createdBy : STR(""),
		.dissolved = g->dissolved.value,
		.member_count = (int64_t)members,
		.version = 1,
		.link_version = 1,
	};

	for (size_t i = 0; g->managementOptions && i < OPTION_COUNT; i++)
		chat.options[i] =
			management_option(g->managementOptions, (enum chat_option)i)->value;
	chat_write(&(struct chat_write){ .corp = corp,
			   .number = ++w->op->rows[o->corp].ledger_no,
			   .after = &chat,
			   .added = list_members(g, w->out->arena),
			   .added_count = members,
			   .actor = STR("world"),
			   .request_id = STR(""),
			   .at_ms = w->op->now_ms },
		w->out);
	for (size_t i = 0; i < g->clientChatids.n; i++)
		STATEMENT(w->out,
			"INSERT INTO chat_client_id (corp, client_chatid, chatid)"
			" VALUES ($1, $2, $3)",
			V_INT(corp), V_TEXT(g->clientChatids.v[i]), V_TEXT(g->chatid));
}

static void (*const write_kind[WORLD_KINDS])(
	const struct writing *w, const struct world_object *o, int64_t corp) = {
	[WORLD_CORP] = write_corp,
	[WORLD_DEPARTMENT] = write_department,
	[WORLD_USER] = write_user,
	[WORLD_EXTERNAL] = write_external,
	[WORLD_APP] = write_app,
	[WORLD_MEDIA] = write_media,
	[WORLD_GROUP] = write_group,
};

void world_load_write(struct change *c, struct statements *out)
{
	const struct world_load_op *op = CONTAINER_OF(c, struct world_load_op, change);
	const struct world_index *x = op->world->index;
	const struct writing w = { op, out };

	kill_point("world.write");
	if (op->mode == WORLD_REPLACE)
		for (size_t i = 0; i < op->world->corps.n; i++)
			if (op->rows[i].exists)
				corp_clear(op->rows[i].number, out);
	for (size_t i = 0; i < x->object_count; i++) {
		const struct world_object *o = &x->objects[i];
		const struct world_app *app = o->at;
		int64_t corp = op->rows[o->corp].number;

		if (!o->exists)
			write_kind[o->kind](&w, o, corp);
		if (o->kind == WORLD_APP && app->accessToken.p && !o->token_exists &&
			!(o->exists && app->token_made))
			write_token(&w, app, corp);
	}
	for (size_t i = 0; i < op->world->corps.n; i++)
		if (op->rows[i].ledger_no != op->rows[i].stored_ledger_no)
			ledger_number_write(op->rows[i].number, op->rows[i].ledger_no, out);
	if (out->count)
		STATEMENT(out, "UPDATE corp_number SET last = $1", V_INT(op->last_corp));
}

void corp_clear(int64_t corp, struct statements *out)
{
#define CLEAR(table) STATEMENT(out, "DELETE FROM " table " WHERE corp = $1", V_INT(corp))
	CLEAR("department");
	CLEAR("employee");
	CLEAR("employee_department");
	CLEAR("departure");
	CLEAR("external_contact");
	CLEAR("app");
	CLEAR("app_scope_user");
	CLEAR("app_scope_department");
	CLEAR("access_token");
	CLEAR("media");
	CLEAR("chat");
	CLEAR("chat_client_id");
	CLEAR("chat_member");
	CLEAR("ledger");
#undef CLEAR
}
