/* SPDX-License-Identifier: Apache-2.0 */
/*
 * corp.h -- the corp that is measured, and the update of it.
 * One corp ("dingbench"), one app that sees all (key "dingbenchapp", token "bench-token"),
 * CORP_PEOPLE employees and any number of groups, all worked out from their numbers, so
 * that whoever loads them, updates them or sends the updates over HTTP needs no list.
 *
 * Group g has a chatid as the product would make it, and its people in a sequence without
 * end in which nobody comes twice within CORP_PEOPLE: the first is the owner, the first
 * `size` are its members when it is loaded. Its update number n (0, 1, 2 ...) adds the two
 * next in the sequence, removes the one who came first (never the owner), gives it a name
 * that names g and n, and switches one option. So each is a real change, whatever the
 * others are.
 */
#ifndef QUN_BENCH_CORP_H
#define QUN_BENCH_CORP_H

#include "group/group.h"

#include <stdint.h>

#define CORP_ID "dingbench"
#define CORP_APP "dingbenchapp"
#define CORP_TOKEN "bench-token"

enum {
	CORP_PEOPLE = 120011, /* a prime: see corp_member */
	CORP_GROUP_SIZE = 10,
};

/* "chat" and 32 hex digits. */
struct str corp_chatid(uint64_t group, struct arena *a);
struct str corp_open_conversation_id(uint64_t group, struct arena *a);
/* Sixteen digits; person < CORP_PEOPLE. */
struct str corp_userid(uint64_t person, struct arena *a);
/* Number of the person at `place` in the group's sequence. */
uint64_t corp_member(uint64_t group, uint64_t place);
struct str corp_group_name(uint64_t group, uint64_t updates, struct arena *a);
/* The group's update number n, when it had `size` members at first. */
void corp_update(uint64_t group, uint64_t size, uint64_t n, struct arena *a,
	struct group_update *out);

/* The groups 0 .. count - 1 in an order without pattern, round after round: the group whose
 * turn it is at `i`. lua/corp.lua has the same order, so that whoever goes on where another
 * has stopped makes no update twice. */
uint64_t corp_order(uint64_t i, uint64_t count);

#endif
