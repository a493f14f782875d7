/* SPDX-License-Identifier: Apache-2.0 */
#include "net/peer.h"

#include "base/plant.h"
#include "base/random.h"
#include "base/status.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <uv.h>

struct peer {
	struct peer *next;
	struct peer_key key;
	size_t count;
};

enum { BUCKETS = 4096 };

struct peer_table {
	uv_mutex_t mutex; /* guards what follows */
	size_t max_all, max_each, all;
	uint64_t seed[2]; /* a client must not be able to choose its bucket */
	struct peer *buckets[BUCKETS];
};

struct peer_key peer_of(const struct sockaddr *addr, char text[PEER_TEXT])
{
	struct peer_key key = { 0, 0 };
	uint32_t v4;

	if (addr->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, addr, sizeof(in6));
		if (!IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) {
			memcpy(&key.high, &in6.sin6_addr, sizeof(key.high));
			key.low = 1; /* no IPv4 address has this */
			(void)inet_ntop(AF_INET6, &in6.sin6_addr, text, PEER_TEXT);
			return key;
		}
		memcpy(&v4, in6.sin6_addr.s6_addr + 12, sizeof(v4));
	} else {
		struct sockaddr_in in4;

		memcpy(&in4, addr, sizeof(in4));
		v4 = in4.sin_addr.s_addr;
	}
	key.high = v4;
	(void)inet_ntop(AF_INET, &v4, text, PEER_TEXT);
	return key;
}

struct peer_table *peer_table_new(size_t max_all, size_t max_each)
{
	struct peer_table *t = calloc(1, sizeof(*t));

	if (!t || uv_mutex_init(&t->mutex) != 0)
		die("out of memory for the table of clients");
	t->max_all = max_all;
	t->max_each = max_each;
	random_bytes(t->seed, sizeof(t->seed));
	return t;
}

void peer_table_free(struct peer_table *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		while (t->buckets[i]) {
			struct peer *p = t->buckets[i];

			t->buckets[i] = p->next;
			free(p);
		}
	uv_mutex_destroy(&t->mutex);
	free(t);
}

/* Where the peer is, or would be, linked. */
static struct peer **find(struct peer_table *t, const struct peer_key *key)
{
	uint64_t hash = (key->high ^ t->seed[0]) * (t->seed[1] | 1);
	struct peer **at;

	hash = (hash ^ hash >> 32 ^ key->low) * 0x9e3779b97f4a7c15;
	at = &t->buckets[(hash >> 48) % BUCKETS];
	while (*at && ((*at)->key.high != key->high || (*at)->key.low != key->low))
		at = &(*at)->next;
	return at;
}

bool peer_table_enter(struct peer_table *t, const struct peer_key *key)
{
	struct peer **at, *p;
	bool room;

	uv_mutex_lock(&t->mutex);
	at = find(t, key);
	p = *at;
	room = t->all < t->max_all &&
	       ((p ? p->count : 0) < t->max_each || plant("address_uncounted"));
	if (room && !p) {
		p = calloc(1, sizeof(*p));
		if (!p)
			die("out of memory for a client");
		p->key = *key;
		*at = p;
	}
	if (room) {
		p->count++;
		t->all++;
	}
	uv_mutex_unlock(&t->mutex);
	return room;
}

void peer_table_leave(struct peer_table *t, const struct peer_key *key)
{
	struct peer **at, *p;

	uv_mutex_lock(&t->mutex);
	at = find(t, key);
	p = *at;
	assert(p && p->count > 0);
	t->all--;
	if (--p->count == 0) {
		*at = p->next;
		free(p);
	}
	uv_mutex_unlock(&t->mutex);
}

size_t peer_table_count(struct peer_table *t)
{
	size_t n;

	uv_mutex_lock(&t->mutex);
	n = t->all;
	uv_mutex_unlock(&t->mutex);
	return n;
}
