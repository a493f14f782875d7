/* SPDX-License-Identifier: Apache-2.0 */
#include "group_world.h"

#include "base/limits.h"

#include <string.h>

struct somebody {
	const char *id; /* userid, or an external's unionid */
	enum person_kind kind;
	bool active, visible, member, admin;
	const char *userid; /* of an external */
};

static const struct somebody people[] = {
	{ "boss", PERSON_EMP, .active = true, .visible = true, .member = true },
	{ "admin", PERSON_EMP, .active = true, .visible = true, .member = true,
		.admin = true },
	{ "amy", PERSON_EMP, .active = true, .visible = true, .member = true },
	{ "bob", PERSON_EMP, .active = true, .visible = true },
	{ "cat", PERSON_EMP, .active = true, .visible = true },
	{ "dan", PERSON_EMP, .active = true, .visible = true },
	{ "gone", PERSON_EMP, .visible = true },
	{ "left", PERSON_EMP, .visible = true, .member = true },
	{ "far", PERSON_EMP, .active = true },
	{ "farm", PERSON_EMP, .active = true, .member = true },
	{ "x1", PERSON_EXT, .active = true, .member = true, .userid = "xu1" },
	{ "x2", PERSON_EXT, .active = true, .userid = "xu2" },
};

static const struct somebody *find(struct str id, enum person_kind kind, bool by_userid)
{
	for (size_t i = 0; i < ARRAY_LEN(people); i++) {
		const struct somebody *p = &people[i];

		if (p->kind != kind)
			continue;
		if (str_is(id, p->id))
			return p;
		if (by_userid && p->userid && str_is(id, p->userid))
			return p;
	}
	return NULL;
}

static bool is_anybody(const struct world *w, struct str id, enum person_kind kind)
{
	return w->anybody && kind == PERSON_EMP && str_starts(id, STR("n"));
}

static struct people_facts list_facts(const struct world *w, const struct strs *list,
	enum person_kind kind, bool fresh, struct arena *a)
{
	struct people_facts out;

	distinct_ids(list, a, &out);
	for (size_t i = 0; i < out.n; i++) {
		struct person_facts *f = &out.v[i];
		const struct somebody *p = find(f->id, kind, false);

		if (p)
			*f = (struct person_facts){ .id = f->id,
				.known = p->active,
				.member = p->member && !fresh &&
					  !(w->internal && kind == PERSON_EXT),
				.admin = p->admin && !fresh };
		else
			f->known = is_anybody(w, f->id, kind);
	}
	return out;
}

static struct owner_facts owner_facts(
	const struct world *w, struct str id, enum person_kind kind, bool fresh)
{
	const struct somebody *p = find(id, kind, kind == PERSON_EXT);

	if (!p)
		return (struct owner_facts){ .id = id,
			.exists = is_anybody(w, id, kind),
			.active = is_anybody(w, id, kind),
			.visible = !w->limited };
	return (struct owner_facts){ .id = str_from(p->id),
		.exists = true,
		.active = kind == PERSON_EMP && p->active,
		.visible = !w->limited || p->visible,
		.member = p->member && !fresh,
		.admin = p->admin && !fresh };
}

static struct group_facts app_facts(const struct world *w, struct str icon)
{
	return (struct group_facts){
		.app = { STR("app1"), .sees_all = !w->limited },
		.member_cap = w->member_cap ? w->member_cap : LIMIT_MEMBERS,
		.icon_known = str_is(icon, "@old") || str_is(icon, "@new"),
	};
}

struct group_facts facts_of_update(
	const struct world *w, const struct group_update *req, struct arena *a)
{
	struct group_facts f = app_facts(w, req->icon);

	f.client_chatid = w->client_chatid;
	f.chat_known = !w->unknown_chat;
	if (f.chat_known)
		f.chat = (struct chat){
			.chatid = req->chatid,
			.open_conversation_id = STR("cidVwhmrlxsR3sL3+JdH1LjUA=="),
			.tag = w->internal ? TAG_INTERNAL : TAG_ORDINARY,
			.name = STR("old"),
			.owner = w->ext_owner ? STR("x1") : STR("boss"),
			.owner_kind = w->ext_owner ? PERSON_EXT : PERSON_EMP,
			.icon = STR("@old"),
			.options = { 1, 1, 1, 1, 1, 1 },
			.made_by = w->made_by ? str_from(w->made_by) : STR("app1"),
			.dissolved = w->dissolved,
			.member_count = w->member_count ? w->member_count : 5,
			.version = 7,
			.link_version = 3,
			.last_ledger = 40,
		};
	f.owner_visible = !w->owner_hidden;
	if (req->owner.p)
		f.owner =
			owner_facts(w, req->owner, person_kind_from(req->ownerType), false);
	f.add_emp = list_facts(w, &req->add_useridlist, PERSON_EMP, false, a);
	f.del_emp = list_facts(w, &req->del_useridlist, PERSON_EMP, false, a);
	f.add_ext = list_facts(w, &req->add_extidlist, PERSON_EXT, false, a);
	f.del_ext = list_facts(w, &req->del_extidlist, PERSON_EXT, false, a);
	return f;
}

struct group_facts facts_of_create(
	const struct world *w, const struct group_create *req, struct arena *a)
{
	struct group_facts f = app_facts(w, req->icon);

	f.owner = owner_facts(w, req->owner, person_kind_from(req->ownerType), true);
	f.add_emp = list_facts(w, &req->useridlist, PERSON_EMP, true, a);
	f.add_ext = list_facts(w, &req->extidlist, PERSON_EXT, true, a);
	return f;
}

struct strs many_ids(size_t n, struct arena *a)
{
	struct strs ids = { ARENA_ARRAY(a, struct str, n), n, true };

	for (size_t i = 0; i < n; i++)
		ids.v[i] = arena_printf(a, "n%zu", i);
	return ids;
}

struct str repeat(struct str unit, size_t n, struct arena *a)
{
	char *p = arena_alloc(a, unit.n * n + 1);

	for (size_t i = 0; i < n; i++)
		memcpy(p + i * unit.n, unit.p, unit.n);
	return (struct str){ p, unit.n * n };
}
