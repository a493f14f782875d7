/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Usual path: ranges of what is given; then what is left out is generated; then all ids are
 * indexed, which finds those that are there twice; then what objects demand of each other.
 * What the file refers to and does not have is left to the loading, which asks the store.
 */
#include "base/limits.h"
#include "base/random.h"
#include "store/ids.h"
#include "store/media_ops.h"
#include "store/world_index.h"

/* ---- what is left out ---- */

#define LETTERS_32 "abcdefghijklmnopqrstuvwxyz234567"
#define LETTERS_64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

enum { GENERATED_MAX = 64, SECRET_LENGTH = 64, KEY_LENGTH = 16 };

/* `prefix` and `n` letters, all equally likely: `count` of them is a power of two. */
static struct str random_text(
	struct arena *a, const char *prefix, size_t n, const char *letters, size_t count)
{
	unsigned char bytes[GENERATED_MAX];
	char text[GENERATED_MAX];

	random_bytes(bytes, n);
	for (size_t i = 0; i < n; i++)
		text[i] = letters[bytes[i] & (count - 1)];
	return arena_printf(a, "%s%.*s", prefix, (int)n, text);
}

/* `prefix` and `n` random bytes in hex. */
static struct str random_id(struct arena *a, const char *prefix, size_t n)
{
	char hex[2 * GENERATED_MAX + 1];

	random_hex(hex, n);
	return arena_printf(a, "%s%s", prefix, hex);
}

void world_make_tokens(struct world *w, struct arena *a)
{
	enum { TOKEN_BYTES = 16 };
	const struct world_corp *corps = w->corps.v;

	for (size_t c = 0; c < w->corps.n; c++)
		for (size_t i = 0; i < corps[c].apps.n; i++) {
			struct world_app *p = (struct world_app *)corps[c].apps.v + i;

			p->token_made = !p->accessToken.p;
			if (p->token_made)
				p->accessToken = random_id(a, "", TOKEN_BYTES);
		}
}

static void fill_str(struct str *s, struct str otherwise)
{
	if (!s->p)
		*s = otherwise;
}
/* The second argument is not evaluated, so that no randomness is wasted, unless needed. */
#define FILL(member, otherwise) ((member).p ? (void)0 : fill_str(&(member), (otherwise)))

static void fill_corp(void *at, struct arena *a)
{
	struct world_corp *c = at;

	FILL(c->corpId, random_id(a, "ding", 8));
	FILL(c->name, c->corpId);
}

static void fill_department(void *at, struct arena *a)
{
	struct world_department *d = at;

	FILL(d->name, arena_printf(a, "%lld", (long long)d->deptId));
}

static void fill_user(void *at, struct arena *a)
{
	struct world_user *u = at;

	FILL(u->userid, random_id(a, "user", 8));
	FILL(u->unionid, unionid_new(a));
	FILL(u->name, u->userid);
}

/* An own userid that equals the unionid is none; finish_external puts it back, so that the
 * search for ids that are there twice does not find it. */
static void fill_external(void *at, struct arena *a)
{
	struct world_external *x = at;

	FILL(x->unionid, unionid_new(a));
	FILL(x->name, x->unionid);
	if (str_eq(x->userid, x->unionid))
		x->userid = STR_NONE;
}

static void fill_app(void *at, struct arena *a)
{
	struct world_app *p = at;

	FILL(p->appKey, random_text(a, "ding", KEY_LENGTH, LETTERS_32, 32));
	FILL(p->appSecret, random_text(a, "", SECRET_LENGTH, LETTERS_64, 64));
	FILL(p->name, p->appKey);
}

static void fill_media(void *at, struct arena *a)
{
	struct world_media *m = at;

	FILL(m->mediaId, media_id_new(a));
	FILL(m->type, STR("image"));
}

static void fill_group(void *at, struct arena *a)
{
	struct world_group *g = at;

	FILL(g->chatid, chatid_new(a));
	FILL(g->openConversationId, open_conversation_id_new(a));
	FILL(g->ownerType, STR("emp"));
	if (!g->conversationTag.set)
		g->conversationTag = (struct opt_int){ TAG_INTERNAL, true };
}

static void (*const fill[WORLD_KINDS])(void *at, struct arena *a) = {
	[WORLD_CORP] = fill_corp,
	[WORLD_DEPARTMENT] = fill_department,
	[WORLD_USER] = fill_user,
	[WORLD_EXTERNAL] = fill_external,
	[WORLD_APP] = fill_app,
	[WORLD_MEDIA] = fill_media,
	[WORLD_GROUP] = fill_group,
};

static void finish_external(struct world_external *x)
{
	if (!x->userid.p)
		x->userid = x->unionid;
}

/* ---- what objects demand of each other ---- */

struct check {
	const struct world_index *index;
	int64_t member_cap;
	struct arena *arena;
	struct error *error;
};

static enum status refuse(const struct check *c, const struct world_object *o,
	const char *key, const char *why)
{
	return fail(c->error, ST_INVALID, world_place(o, key, c->arena), "%s", why);
}

static enum status refuse_item(const struct check *c, const struct world_object *o,
	const char *key, size_t item, const char *why)
{
	return fail(
		c->error, ST_INVALID, world_item_place(o, key, item, c->arena), "%s", why);
}

/* Ends at what the file does not have, or at the top. A circle never ends. */
static enum status check_department(const struct check *c, const struct world_object *o)
{
	const struct world_department *d = o->at;

	for (size_t level = 1; d->parentId; level++) {
		const struct world_id *up = world_find(
			c->index, SPACE_DEPARTMENT, o->corp, world_number(&d->parentId));

		if (level == LIMIT_DEPARTMENT_DEPTH)
			return fail(c->error, ST_INVALID,
				world_place(o, "parentId", c->arena),
				"more than %d levels deep, or a circle",
				LIMIT_DEPARTMENT_DEPTH);
		if (!up)
			break;
		d = up->object->at;
	}
	return ST_OK;
}

/* Printable, without blanks: it has to fit into a header, or between blanks. */
static bool is_word(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return true;
}

static enum status check_app(const struct check *c, const struct world_object *o)
{
	const struct world_app *p = o->at;
	const struct world_scope *scope = p->visibleScope;

	if (!is_word(p->accessToken))
		return refuse(c, o, "accessToken", "only letters, digits and signs");
	for (size_t i = 0; i < p->permissions.n; i++)
		if (!is_word(p->permissions.v[i]))
			return refuse_item(
				c, o, "permissions", i, "only letters, digits and signs");
	if (scope && scope->all.value && (scope->userIds.n || scope->deptIds.n))
		return refuse(c, o, "visibleScope", "all leaves no room for lists");
	return ST_OK;
}

static enum status check_media(const struct check *c, const struct world_object *o)
{
	const struct world_media *m = o->at;

	if (!m->file.p && !str_is(m->type, "image"))
		return refuse(c, o, "file", "the built-in file is an image");
	return ST_OK;
}

static enum status check_list(const struct check *c, const struct world_object *o,
	const char *key, const struct strs *list, struct sorted_list *sorted)
{
	sort_list(list, c->arena, sorted);
	for (size_t i = 1; i < sorted->n; i++)
		if (str_eq(*sorted->v[i - 1], *sorted->v[i]))
			return refuse_item(
				c, o, key, (size_t)(sorted->v[i] - list->v), "named twice");
	return ST_OK;
}

static enum status check_kind(const struct check *c, const struct world_object *o)
{
	const struct world_group *g = o->at;

	if (g->conversationTag.value != TAG_ORDINARY &&
		g->conversationTag.value != TAG_INTERNAL)
		return refuse(c, o, "conversationTag", "0 or 2");
	if (g->conversationTag.value == TAG_ORDINARY)
		return ST_OK;
	if (str_is(g->ownerType, "ext"))
		return refuse(
			c, o, "ownerType", "an internal group's owner is an employee");
	if (g->extidlist.n)
		return refuse(c, o, "extidlist", "an internal group has employees only");
	return ST_OK;
}

static enum status check_group(const struct check *c, const struct world_object *o)
{
	const struct world_group *g = o->at;
	bool external = str_is(g->ownerType, "ext");
	struct sorted_list users, externals, admins;

	TRY(check_kind(c, o));
	if ((int64_t)(g->useridlist.n + g->extidlist.n) > c->member_cap)
		return fail(c->error, ST_INVALID,
			world_place(
				o, g->extidlist.n ? "extidlist" : "useridlist", c->arena),
			"%zu members, at most %lld", g->useridlist.n + g->extidlist.n,
			(long long)c->member_cap);
	TRY(check_list(c, o, "useridlist", &g->useridlist, &users));
	TRY(check_list(c, o, "extidlist", &g->extidlist, &externals));
	TRY(check_list(c, o, "admins", &g->admins, &admins));
	if (!sorted_have(external ? &externals : &users, g->owner))
		return refuse(c, o, "owner",
			external ? "must be named in extidlist"
				 : "must be named in useridlist");
	for (size_t i = 0; i < g->admins.n; i++) {
		if (!sorted_have(&users, g->admins.v[i]))
			return refuse_item(
				c, o, "admins", i, "must be named in useridlist");
		if (!external && str_eq(g->admins.v[i], g->owner))
			return refuse_item(
				c, o, "admins", i, "the owner is no administrator");
	}
	return ST_OK;
}

static enum status (*const checks[WORLD_KINDS])(
	const struct check *c, const struct world_object *o) = {
	[WORLD_DEPARTMENT] = check_department,
	[WORLD_APP] = check_app,
	[WORLD_MEDIA] = check_media,
	[WORLD_GROUP] = check_group,
};

static enum status check_ranges(const struct world *w, struct error *e)
{
	struct arena paths = { 0 }; /* one for each value: not worth keeping */
	struct field_fault fault;
	enum status st = ST_OK;

	if (!fields_in_range(world_fields, w, NULL, &paths, &fault))
		st = fail(e, ST_INVALID, fault.path, "%s", fault.why);
	arena_fini(&paths);
	return st;
}

enum status world_check(
	struct world *w, int64_t member_cap, struct arena *a, struct error *e)
{
	struct check c = { .member_cap = member_cap, .arena = a, .error = e };

	TRY(check_ranges(w, e));
	TRY(world_index_objects(w, a, e));
	c.index = w->index;
	for (size_t i = 0; i < c.index->object_count; i++)
		fill[c.index->objects[i].kind](c.index->objects[i].at, a);
	TRY(world_index_ids(w, a, e));
	for (size_t i = 0; i < c.index->object_count; i++) {
		const struct world_object *o = &c.index->objects[i];

		if (o->kind == WORLD_EXTERNAL)
			finish_external(o->at);
		if (checks[o->kind])
			TRY(checks[o->kind](&c, o));
	}
	return ST_OK;
}
