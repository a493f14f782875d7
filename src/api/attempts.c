/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attempts.c -- one window for each pair of app and address, in a balanced tree under the
 * SHA-256 of the pair: of fixed size however long the app's key is, and without anything
 * that chosen keys could slow down. A window begins with a wrong secret and is dropped when
 * it is over, or when it is the oldest of too many.
 */
#include "api/attempts.h"

#include "base/limits.h"
#include "base/status.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

enum { PAIR_HASH = 32, PEER_TEXT = 64, SITE_IPV6 = 8 };

struct window {
	unsigned char pair[PAIR_HASH]; /* first: the tree's key */
	int64_t began_ms;
	int wrong;
	TAILQ_ENTRY(window) order;
};

struct attempts {
	pthread_mutex_t mutex;
	void *tree;
	TAILQ_HEAD(, window) oldest_first;
	size_t count;
};

static int compare_pairs(const void *a, const void *b)
{
	return memcmp(a, b, PAIR_HASH);
}

struct attempts *attempts_new(void)
{
	struct attempts *a = calloc(1, sizeof(*a));

	if (!a || pthread_mutex_init(&a->mutex, NULL) != 0)
		die("out of memory");
	TAILQ_INIT(&a->oldest_first);
	return a;
}

static void drop(struct attempts *a, struct window *w)
{
	(void)tdelete(w->pair, &a->tree, compare_pairs);
	TAILQ_REMOVE(&a->oldest_first, w, order);
	a->count--;
	free(w);
}

void attempts_free(struct attempts *a)
{
	struct window *w;

	if (!a)
		return;
	while ((w = TAILQ_FIRST(&a->oldest_first)))
		drop(a, w);
	(void)pthread_mutex_destroy(&a->mutex);
	free(a);
}

/* Who has one IPv6 address has the 2^64 of its /64, so they count as one. */
static struct str site_of(struct str peer, struct in6_addr *v6)
{
	char text[PEER_TEXT];

	if (peer.n >= sizeof(text))
		return peer;
	memcpy(text, peer.p, peer.n);
	text[peer.n] = '\0';
	if (inet_pton(AF_INET6, text, v6) != 1 || IN6_IS_ADDR_V4MAPPED(v6))
		return peer;
	return (struct str){ (const char *)v6->s6_addr, SITE_IPV6 };
}

static void pair_of(struct str app, struct str peer, unsigned char out[PAIR_HASH])
{
	struct in6_addr v6;
	struct str site = site_of(peer, &v6);
	uint64_t app_size = app.n; /* keeps app and address apart, whatever they hold */
	EVP_MD_CTX *md = EVP_MD_CTX_new();

	if (!md || !EVP_DigestInit_ex(md, EVP_sha256(), NULL) ||
		!EVP_DigestUpdate(md, &app_size, sizeof(app_size)) ||
		!EVP_DigestUpdate(md, app.p, app.n) ||
		!EVP_DigestUpdate(md, site.p, site.n) || !EVP_DigestFinal_ex(md, out, NULL))
		die("SHA-256 failed");
	EVP_MD_CTX_free(md);
}

/* Two threads may have asked for the time before they came here in the other order. */
static bool is_over(const struct window *w, int64_t now_ms)
{
	return now_ms - w->began_ms >= LIMIT_SECRET_TRIES_MS;
}

static struct window *find(const struct attempts *a, const unsigned char pair[PAIR_HASH])
{
	void *const *node = tfind(pair, &a->tree, compare_pairs);

	return node ? *node : NULL;
}

static struct window *begin(
	struct attempts *a, const unsigned char pair[PAIR_HASH], int64_t now_ms)
{
	struct window *w;

	if (a->count == LIMIT_SECRET_PAIRS)
		drop(a, TAILQ_FIRST(&a->oldest_first));
	w = calloc(1, sizeof(*w));
	if (!w)
		die("out of memory");
	memcpy(w->pair, pair, PAIR_HASH);
	w->began_ms = now_ms;
	if (!tsearch(w, &a->tree, compare_pairs))
		die("out of memory");
	TAILQ_INSERT_TAIL(&a->oldest_first, w, order);
	a->count++;
	return w;
}

bool attempts_allowed(struct attempts *a, struct str app, struct str peer, int64_t now_ms)
{
	unsigned char pair[PAIR_HASH];
	const struct window *w;
	bool allowed;

	pair_of(app, peer, pair);
	(void)pthread_mutex_lock(&a->mutex);
	w = find(a, pair);
	allowed = !w || is_over(w, now_ms) || w->wrong < LIMIT_SECRET_TRIES;
	(void)pthread_mutex_unlock(&a->mutex);
	return allowed;
}

bool attempts_failed(struct attempts *a, struct str app, struct str peer, int64_t now_ms)
{
	unsigned char pair[PAIR_HASH];
	struct window *w;
	bool allowed;

	pair_of(app, peer, pair);
	(void)pthread_mutex_lock(&a->mutex);
	w = find(a, pair);
	if (w && is_over(w, now_ms)) {
		drop(a, w);
		w = NULL;
	}
	if (!w)
		w = begin(a, pair, now_ms);
	allowed = w->wrong < LIMIT_SECRET_TRIES;
	if (allowed)
		w->wrong++;
	(void)pthread_mutex_unlock(&a->mutex);
	return allowed;
}
