/* SPDX-License-Identifier: Apache-2.0 */
/*
 * throttle.c -- one counter for each pair of app and call, and for each corp, in balanced
 * trees under SHA-256: of fixed size whatever the names are. A counter begins again when
 * its period is over.
 */
#include "api/throttle.h"

#include "base/limits.h"
#include "base/status.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <time.h>

enum { KEY_HASH = 32, SECOND_MS = 1000, BEIJING_S = 8 * 3600 };

struct counter {
	unsigned char key[KEY_HASH]; /* first: the tree's key */
	int64_t period; /* when its second began, in ms; or its month */
	int64_t calls;
	TAILQ_ENTRY(counter) order;
};

struct counters {
	void *tree;
	TAILQ_HEAD(counter_list, counter) oldest_first;
	size_t count;
};

struct throttle {
	pthread_mutex_t mutex;
	struct counters apps, corps;
};

static int compare_keys(const void *a, const void *b)
{
	return memcmp(a, b, KEY_HASH);
}

struct throttle *throttle_new(void)
{
	struct throttle *t = calloc(1, sizeof(*t));

	if (!t || pthread_mutex_init(&t->mutex, NULL) != 0)
		die("out of memory");
	TAILQ_INIT(&t->apps.oldest_first);
	TAILQ_INIT(&t->corps.oldest_first);
	return t;
}

static void drop_oldest(struct counters *all)
{
	struct counter *c = TAILQ_FIRST(&all->oldest_first);

	(void)tdelete(c->key, &all->tree, compare_keys);
	TAILQ_REMOVE(&all->oldest_first, c, order);
	all->count--;
	free(c);
}

void throttle_free(struct throttle *t)
{
	if (!t)
		return;
	while (t->apps.count)
		drop_oldest(&t->apps);
	while (t->corps.count)
		drop_oldest(&t->corps);
	(void)pthread_mutex_destroy(&t->mutex);
	free(t);
}

/* The first one's length keeps the two apart, whatever they hold. */
static void key_of(struct str a, struct str b, unsigned char out[KEY_HASH])
{
	uint64_t size = a.n;
	EVP_MD_CTX *md = EVP_MD_CTX_new();

	if (!md || !EVP_DigestInit_ex(md, EVP_sha256(), NULL) ||
		!EVP_DigestUpdate(md, &size, sizeof(size)) ||
		!EVP_DigestUpdate(md, a.p, a.n) || !EVP_DigestUpdate(md, b.p, b.n) ||
		!EVP_DigestFinal_ex(md, out, NULL))
		die("SHA-256 failed");
	EVP_MD_CTX_free(md);
}

static struct counter *find_or_begin(
	struct counters *all, const unsigned char key[KEY_HASH], int64_t period)
{
	void *const *node = tfind(key, &all->tree, compare_keys);
	struct counter *c;

	if (node)
		return *node;
	if (all->count == LIMIT_CALLS_KEPT)
		drop_oldest(all);
	c = calloc(1, sizeof(*c));
	if (!c)
		die("out of memory");
	memcpy(c->key, key, KEY_HASH);
	c->period = period;
	if (!tsearch(c, &all->tree, compare_keys))
		die("out of memory");
	TAILQ_INSERT_TAIL(&all->oldest_first, c, order);
	all->count++;
	return c;
}

/* A new period makes it the youngest. */
static void begin_again(struct counters *all, struct counter *c, int64_t period)
{
	c->period = period;
	c->calls = 0;
	TAILQ_REMOVE(&all->oldest_first, c, order);
	TAILQ_INSERT_TAIL(&all->oldest_first, c, order);
}

static bool take_one(struct counter *c, int64_t limit)
{
	if (c->calls >= limit)
		return false;
	c->calls++;
	return true;
}

/* Two threads may come here in another order than they looked at the clock, so a time
 * shortly before the second counts with it; one further back is a clock that was set. */
static bool app_may(struct throttle *t, struct str app, struct str call, int64_t now_ms)
{
	unsigned char key[KEY_HASH];
	struct counter *c;

	key_of(app, call, key);
	c = find_or_begin(&t->apps, key, now_ms);
	if (now_ms >= c->period + SECOND_MS || now_ms <= c->period - SECOND_MS)
		begin_again(&t->apps, c, now_ms);
	return take_one(c, LIMIT_CALLS_S);
}

static int64_t month_of(int64_t now_ms)
{
	time_t seconds = (time_t)(now_ms / 1000 + BEIJING_S);
	struct tm tm = { 0 };

	(void)gmtime_r(&seconds, &tm);
	return (int64_t)tm.tm_year * 12 + tm.tm_mon;
}

static bool corp_may(struct throttle *t, struct str corp, int64_t now_ms)
{
	int64_t month = month_of(now_ms);
	unsigned char key[KEY_HASH];
	struct counter *c;

	key_of(corp, STR(""), key);
	c = find_or_begin(&t->corps, key, month);
	if (month != c->period)
		begin_again(&t->corps, c, month);
	return take_one(c, LIMIT_CALLS_MONTH);
}

enum throttled throttle_count(struct throttle *t, struct str app, struct str call,
	struct str corp, int64_t now_ms)
{
	enum throttled verdict = THROTTLE_PASS;

	(void)pthread_mutex_lock(&t->mutex);
	if (!app_may(t, app, call, now_ms))
		verdict = THROTTLE_APP;
	else if (corp.p && !corp_may(t, corp, now_ms))
		verdict = THROTTLE_CORP;
	(void)pthread_mutex_unlock(&t->mutex);
	return verdict;
}
