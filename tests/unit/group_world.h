/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group_world.h -- a small corp in memory that answers what the store would: the facts of a
 * request. Its people, with what a test may rely on:
 *
 *	boss   the group's owner       admin  member, administrator
 *	amy    member                  bob, cat, dan  active, not members
 *	gone   has left the company
 *	left   has left the company, and is still a member
 *	far    active, not a member, never in a limited app's visibility scope
 *	farm   like far, but a member
 *	x1     external, member of an ordinary group
 *	x2     external, not a member; his userid is xu2
 *
 * Everybody else in the corp is unknown. Images: @old (the group's icon), @new.
 */
#ifndef QUN_TESTS_GROUP_WORLD_H
#define QUN_TESTS_GROUP_WORLD_H

#include "group/group.h"

/* How a case differs from the usual: an ordinary group, an app that sees all. */
struct world {
	bool internal; /* the group's conversationTag is 2 */
	bool ext_owner; /* x1 owns the group */
	bool limited; /* the app sees boss, admin, amy, bob, cat and dan only */
	bool owner_hidden; /* limited, and the present owner is out of its sight too */
	bool unknown_chat, client_chatid, dissolved;
	const char *made_by; /* appKey; NULL: "app1", who asks */
	int64_t member_cap; /* 0: 1000 */
	int64_t member_count; /* 0: 5 */
	bool anybody; /* ids that begin with "n" are active employees, not members */
};

#define IDS(...) \
	((struct strs){ .v = (struct str[]){ __VA_ARGS__ }, \
		.n = sizeof((struct str[]){ __VA_ARGS__ }) / sizeof(struct str), \
		.set = true })
#define NO_IDS ((struct strs){ .set = true })
#define INT(x) ((struct opt_int){ .value = (x), .set = true })
#define OPTIONS(...) (&(struct management_options){ __VA_ARGS__ })

struct group_facts facts_of_update(
	const struct world *w, const struct group_update *req, struct arena *a);
struct group_facts facts_of_create(
	const struct world *w, const struct group_create *req, struct arena *a);

/* n ids: "n0", "n1", ... */
struct strs many_ids(size_t n, struct arena *a);
/* `unit` n times. */
struct str repeat(struct str unit, size_t n, struct arena *a);

#endif
