/* SPDX-License-Identifier: Apache-2.0 */
#include "group/departure.h"

/* No two heirs have the same. */
static int rank(enum conversation_tag tag, const struct heir *h)
{
	bool employee = h->member.kind == PERSON_EMP;

	if (tag == TAG_INTERNAL)
		return 4 * employee + 2 * h->active + h->member.admin;
	return 4 * h->active + 2 * h->member.admin + employee;
}

static const struct heir *best_heir(const struct leave_facts *f)
{
	const struct heir *best = NULL;

	for (size_t i = 0; i < f->heir_count; i++)
		if (!best || rank(f->chat.tag, &f->heirs[i]) > rank(f->chat.tag, best))
			best = &f->heirs[i];
	return best;
}

static bool is_owner(const struct chat *chat, const struct member *m)
{
	return m->kind == chat->owner_kind && str_eq(m->id, chat->owner);
}

void group_leave(const struct leave_facts *f, struct arena *a, struct group_plan *plan)
{
	struct chat *after = &plan->after;
	const struct heir *heir;

	*plan = (struct group_plan){ .before = f->chat, .after = f->chat };
	plan->removed = ARENA_NEW(a, struct member);
	plan->removed[0] = f->leaver;
	plan->removed_count = 1;
	plan->changed = CHANGED_MEMBERS;
	after->member_count--;
	after->version++;
	if (after->member_count == 0)
		after->dissolved = true;
	heir = is_owner(&f->chat, &f->leaver) ? best_heir(f) : NULL;
	if (!heir)
		return;
	after->owner = heir->member.id;
	after->owner_kind = heir->member.kind;
	after->link_version = after->version;
	plan->changed |= CHANGED_OWNER;
	if (!heir->member.admin)
		return;
	plan->demoted = ARENA_NEW(a, struct member);
	*plan->demoted =
		(struct member){ .kind = heir->member.kind, .id = heir->member.id };
	plan->demoted_count = 1;
}
