/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer.h -- how many connections each client address has.
 * An IPv4 address counts for itself (also when it comes mapped into IPv6), an IPv6 address
 * together with its /64, which one client commonly has to itself. Any thread.
 */
#ifndef QUN_NET_PEER_H
#define QUN_NET_PEER_H

#include "base/compiler.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockaddr;

enum { PEER_TEXT = 64 };

struct peer_key {
	uint64_t high, low; /* of the address, its host part cleared */
};

/* The key of an address, and its text without the port. */
struct peer_key peer_of(const struct sockaddr *addr, char text[PEER_TEXT]);

struct peer_table;

struct peer_table *peer_table_new(size_t max_all, size_t max_each);
void peer_table_free(struct peer_table *t); /* NULL is fine */
/* Counts one more, or returns false at a limit. */
MUST_USE bool peer_table_enter(struct peer_table *t, const struct peer_key *key);
void peer_table_leave(struct peer_table *t, const struct peer_key *key);
size_t peer_table_count(struct peer_table *t); /* of all */

#endif
