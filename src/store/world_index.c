/* SPDX-License-Identifier: Apache-2.0 */
#include "store/world_index.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

#define LIST(member, T) \
	.list = #member, .list_at = offsetof(struct world_corp, member), .size = sizeof(T)
#define COMPANION(T, member) .companion_at = offsetof(T, member), .has_companion = true

const struct world_kind_info world_kinds[WORLD_KINDS] = {
	[WORLD_CORP] = { .size = sizeof(struct world_corp) },
	[WORLD_DEPARTMENT] = { LIST(departments, struct world_department) },
	[WORLD_USER] = { LIST(users, struct world_user),
		COMPANION(struct world_user, unionid) },
	[WORLD_EXTERNAL] = { LIST(externalContacts, struct world_external),
		COMPANION(struct world_external, userid) },
	[WORLD_APP] = { LIST(apps, struct world_app) },
	[WORLD_MEDIA] = { LIST(media, struct world_media) },
	[WORLD_GROUP] = { LIST(groups, struct world_group),
		COMPANION(struct world_group, openConversationId) },
};

#define ID_IN(kind, role, space, T, member, key, ...) \
	{ \
		kind, role, space, key, FIELD_KIND(T, member), offsetof(T, member), \
			__VA_ARGS__ \
	}
#define ID(kind, role, space, T, member) ID_IN(kind, role, space, T, member, #member, false)
#define SCOPE_ID(space, member) \
	ID_IN(WORLD_APP, ID_REFERENCE, space, struct world_scope, member, \
		"visibleScope." #member, true)

/* By kind; a kind's main id is its first. A group's owner and administrators are among its
 * members, which is checked elsewhere, so that they need not be looked up again. */
static const struct id_source id_sources[] = {
	ID(WORLD_CORP, ID_MAIN, SPACE_CORP, struct world_corp, corpId),
	ID(WORLD_DEPARTMENT, ID_MAIN, SPACE_DEPARTMENT, struct world_department, deptId),
	ID(WORLD_DEPARTMENT, ID_REFERENCE, SPACE_DEPARTMENT, struct world_department,
		parentId),
	ID(WORLD_USER, ID_MAIN, SPACE_USERID, struct world_user, userid),
	ID(WORLD_USER, ID_OTHER, SPACE_UNIONID, struct world_user, unionid),
	ID(WORLD_USER, ID_OTHER, SPACE_MOBILE, struct world_user, mobile),
	ID(WORLD_USER, ID_REFERENCE, SPACE_DEPARTMENT, struct world_user, deptIds),
	ID(WORLD_EXTERNAL, ID_MAIN, SPACE_EXTERNAL, struct world_external, unionid),
	ID(WORLD_EXTERNAL, ID_OTHER, SPACE_EXTERNAL, struct world_external, userid),
	ID(WORLD_EXTERNAL, ID_OTHER, SPACE_UNIONID, struct world_external, unionid),
	ID(WORLD_APP, ID_MAIN, SPACE_APP, struct world_app, appKey),
	ID(WORLD_APP, ID_OTHER, SPACE_TOKEN, struct world_app, accessToken),
	SCOPE_ID(SPACE_USERID, userIds),
	SCOPE_ID(SPACE_DEPARTMENT, deptIds),
	ID(WORLD_MEDIA, ID_MAIN, SPACE_MEDIA, struct world_media, mediaId),
	ID(WORLD_GROUP, ID_MAIN, SPACE_CONVERSATION, struct world_group, chatid),
	ID(WORLD_GROUP, ID_OTHER, SPACE_CONVERSATION, struct world_group,
		openConversationId),
	ID(WORLD_GROUP, ID_OTHER, SPACE_CONVERSATION, struct world_group, clientChatids),
	ID(WORLD_GROUP, ID_REFERENCE, SPACE_USERID, struct world_group, useridlist),
	ID(WORLD_GROUP, ID_REFERENCE, SPACE_EXTERNAL, struct world_group, extidlist),
	ID(WORLD_GROUP, ID_REFERENCE, SPACE_APP, struct world_group, createdBy),
	ID(WORLD_GROUP, ID_REFERENCE, SPACE_MEDIA, struct world_group, icon),
};

/* ---- objects ---- */

static size_t count_objects(const struct world *w)
{
	const struct world_corp *corps = w->corps.v;
	size_t n = w->corps.n;

	for (size_t c = 0; c < w->corps.n; c++)
		for (size_t k = WORLD_CORP + 1; k < WORLD_KINDS; k++)
			n += ((const struct objects *)(const void
					      *)((const char *)&corps[c] +
						 world_kinds[k].list_at))
				     ->n;
	return n;
}

enum status world_index_objects(struct world *w, struct arena *a, struct error *e)
{
	struct world_corp *corps = w->corps.v;
	size_t total = count_objects(w);
	struct world_object *o;

	if (total > LIMIT_WORLD_OBJECTS)
		return fail(e, ST_TOO_LARGE, "corps", "%zu objects, at most %d", total,
			LIMIT_WORLD_OBJECTS);
	w->index = ARENA_NEW(a, struct world_index);
	o = w->index->objects = ARENA_ARRAY(a, struct world_object, total);
	w->index->object_count = total;
	for (size_t c = 0; c < w->corps.n; c++) {
		*o++ = (struct world_object){ WORLD_CORP, c, c, &corps[c] };
		for (size_t k = WORLD_CORP + 1; k < WORLD_KINDS; k++) {
			const struct world_kind_info *info = &world_kinds[k];
			const struct objects *list =
				(const void *)((char *)&corps[c] + info->list_at);

			for (size_t i = 0; i < list->n; i++)
				*o++ = (struct world_object){ (enum world_kind)k, c, i,
					(char *)list->v + i * info->size };
		}
	}
	return ST_OK;
}

/* ---- places ---- */

const char *world_place(const struct world_object *o, const char *key, struct arena *a)
{
	if (o->kind == WORLD_CORP)
		return arena_printf(a, "corps[%zu].%s", o->corp, key).p;
	return arena_printf(a, "corps[%zu].%s[%zu].%s", o->corp, world_kinds[o->kind].list,
		o->index, key)
		.p;
}

const char *world_item_place(
	const struct world_object *o, const char *key, size_t item, struct arena *a)
{
	return arena_printf(a, "%s[%zu]", world_place(o, key, a), item).p;
}

static bool is_list(const struct id_source *s)
{
	return s->shape == KIND_STRS || s->shape == KIND_INTS;
}

const char *world_id_place(const struct world_id *id, struct arena *a)
{
	return is_list(id->source)
		       ? world_item_place(id->object, id->source->key, id->item, a)
		       : world_place(id->object, id->source->key, a);
}

struct str world_number(const int64_t *n)
{
	return (struct str){ (const char *)n, sizeof(*n) };
}

/* ---- ids ---- */

/* The ids that an object holds in one place. Those of a list are `n`. */
static size_t ids_held(const struct id_source *s, const struct world_object *o)
{
	const char *base = o->at;
	const void *at;

	if (s->in_scope)
		base = (const void *)((const struct world_app *)o->at)->visibleScope;
	if (!base)
		return 0;
	at = base + s->at;
	switch (s->shape) {
	case KIND_STR: return ((const struct str *)at)->p != NULL;
	case KIND_INT: return *(const int64_t *)at != 0;
	case KIND_STRS: return ((const struct strs *)at)->n;
	case KIND_INTS: return ((const struct ints *)at)->n;
	default: return 0;
	}
}

/* The one at `item`, which is less than ids_held. */
static struct str id_held(
	const struct id_source *s, const struct world_object *o, size_t item)
{
	const char *base =
		s->in_scope ? (const void *)((const struct world_app *)o->at)->visibleScope
			    : o->at;
	const void *at = base + s->at;

	switch (s->shape) {
	case KIND_STR: return *(const struct str *)at;
	case KIND_INT: return world_number(at);
	case KIND_STRS: return ((const struct strs *)at)->v[item];
	case KIND_INTS: return world_number(&((const struct ints *)at)->v[item]);
	default: return STR_NONE;
	}
}

/* Appends to `out` the claims (or the references) of all objects; with `out` NULL only
 * counts them. */
static size_t collect(const struct world_index *x, bool references, struct world_id *out)
{
	size_t n = 0;

	for (size_t i = 0; i < x->object_count; i++) {
		struct world_object *o = &x->objects[i];

		for (size_t j = 0; j < ARRAY_LEN(id_sources); j++) {
			const struct id_source *s = &id_sources[j];
			size_t held;

			if (s->kind != o->kind || (s->role == ID_REFERENCE) != references)
				continue;
			held = ids_held(s, o);
			for (size_t k = 0; out && k < held; k++)
				out[n + k] = (struct world_id){ o, s, k, id_held(s, o, k) };
			n += held;
		}
	}
	return n;
}

static size_t count_listed(const struct world_index *x)
{
	size_t n = 0;

	for (size_t i = 0; i < x->object_count; i++)
		for (size_t j = 0; j < ARRAY_LEN(id_sources); j++)
			if (id_sources[j].kind == x->objects[i].kind &&
				is_list(&id_sources[j]))
				n += ids_held(&id_sources[j], &x->objects[i]);
	return n;
}

/* A space that is unique in the store has one group of ids, any other one for each corp. */
static size_t space_group(enum id_space space, size_t corp)
{
	return space <= SPACE_TOKEN ? 0 : corp;
}

static int compare(enum id_space space_a, size_t group_a, struct str a,
	enum id_space space_b, size_t group_b, struct str b)
{
	if (space_a != space_b)
		return space_a < space_b ? -1 : 1;
	if (group_a != group_b)
		return group_a < group_b ? -1 : 1;
	return str_cmp(a, b);
}

static int compare_ids(const struct world_id *a, const struct world_id *b)
{
	return compare(a->source->space, space_group(a->source->space, a->object->corp),
		a->id, b->source->space, space_group(b->source->space, b->object->corp),
		b->id);
}

/* Equal ids keep the file's order. */
static int by_id(const void *a, const void *b)
{
	const struct world_id *x = *(const struct world_id *const *)a;
	const struct world_id *y = *(const struct world_id *const *)b;
	int order = compare_ids(x, y);

	return order ? order : x < y ? -1 : x > y;
}

const struct world_id *world_find(
	const struct world_index *x, enum id_space space, size_t corp, struct str id)
{
	size_t low = 0, high = x->claim_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct world_id *at = x->sorted[mid];
		int order = compare(at->source->space,
			space_group(at->source->space, at->object->corp), at->id, space,
			space_group(space, corp), id);

		if (order == 0)
			return at;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* The one that comes second in the file is to blame; of several, the first in the file. */
static enum status check_unique(
	const struct world_index *x, struct arena *a, struct error *e)
{
	const struct world_id *second = NULL, *first = NULL;

	for (size_t i = 1; i < x->claim_count; i++) {
		if (compare_ids(x->sorted[i - 1], x->sorted[i]) != 0 ||
			(second && second < x->sorted[i]))
			continue;
		first = x->sorted[i - 1];
		second = x->sorted[i];
	}
	if (!second)
		return ST_OK;
	return fail(e, ST_INVALID, world_id_place(second, a), "the same as %s",
		world_id_place(first, a));
}

/* A reference to something in the file must be to what is meant. */
static enum status check_reference(const struct world_id *reference,
	const struct world_id *found, struct arena *a, struct error *e)
{
	const struct world_media *media = found->object->at;

	if (found->source->role != ID_MAIN)
		return fail(e, ST_INVALID, world_id_place(reference, a),
			"is %s; the unionid is meant here", world_id_place(found, a));
	if (found->object->corp != reference->object->corp)
		return fail(e, ST_INVALID, world_id_place(reference, a),
			"belongs to another corp");
	if (found->source->space == SPACE_MEDIA && !str_is(media->type, "image"))
		return fail(e, ST_INVALID, world_id_place(reference, a),
			"%s is not an image", world_id_place(found, a));
	return ST_OK;
}

/* Keeps the references that the file cannot answer. */
static enum status resolve(
	struct world_index *x, size_t references, struct arena *a, struct error *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < references; i++) {
		const struct world_id *r = &x->missing[i];
		const struct world_id *found =
			world_find(x, r->source->space, r->object->corp, r->id);

		if (found)
			TRY(check_reference(r, found, a, e));
		else
			x->missing[kept++] = *r;
	}
	x->missing_count = kept;
	return ST_OK;
}

enum status world_index_ids(struct world *w, struct arena *a, struct error *e)
{
	struct world_index *x = w->index;
	size_t claims = collect(x, false, NULL), references = collect(x, true, NULL);
	size_t listed = count_listed(x);

	if (listed > LIMIT_WORLD_IDS)
		return fail(e, ST_TOO_LARGE, "corps", "%zu ids in lists, at most %d",
			listed, LIMIT_WORLD_IDS);
	x->claim_count = claims;
	x->claims = ARENA_ARRAY(a, struct world_id, claims);
	x->sorted = ARENA_ARRAY(a, struct world_id *, claims);
	x->missing = ARENA_ARRAY(a, struct world_id, references);
	(void)collect(x, false, x->claims);
	(void)collect(x, true, x->missing);
	for (size_t i = 0; i < claims; i++)
		x->sorted[i] = &x->claims[i];
	qsort(x->sorted, claims, sizeof(*x->sorted), by_id);
	TRY(check_unique(x, a, e));
	return resolve(x, references, a, e);
}

/* ---- lists ---- */

/* Equal ids keep the list's order. */
static int by_text(const void *a, const void *b)
{
	const struct str *x = *(const struct str *const *)a;
	const struct str *y = *(const struct str *const *)b;
	int order = str_cmp(*x, *y);

	return order ? order : x < y ? -1 : x > y;
}

void sort_list(const struct strs *list, struct arena *a, struct sorted_list *out)
{
	out->n = list->n;
	out->v = ARENA_ARRAY(a, const struct str *, list->n);
	for (size_t i = 0; i < list->n; i++)
		out->v[i] = &list->v[i];
	qsort(out->v, out->n, sizeof(*out->v), by_text);
}

bool sorted_have(const struct sorted_list *list, struct str id)
{
	size_t low = 0, high = list->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = str_cmp(*list->v[mid], id);

		if (order == 0)
			return true;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}
