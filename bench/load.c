/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c -- makes the corp of corp.h in an empty data folder, through the store: as worlds
 * of the size that POST /_qun/worlds takes, one after the other.
 */
#include "base/clock.h"
#include "base/limits.h"
#include "bench/corp.h"
#include "store/world.h"

#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { RANGES = 8, CHUNK_IDS = 900000, CHUNK_GROUPS = 90000, CHUNK_PEOPLE = 60000 };

struct range {
	uint64_t groups, size;
};

struct loader {
	struct store *store;
	pthread_mutex_t lock;
	pthread_cond_t done;
	bool is_done;
	struct str *userids; /* of all people */
	uint64_t groups; /* loaded so far */
};

static const char usage[] =
	"usage: load DIR [--groups N] [--add COUNTxSIZE]... [--cache-mb N]\n"
	"\n"
	"Makes the corp that is measured (bench/corp.h) in DIR, a folder that is empty.\n"
	"  --groups N       groups of 10 members, numbered 0 to N-1 (1000000)\n"
	"  --add COUNTxSIZE that many more, of that size, numbered from there on\n"
	"  --cache-mb N     database kept in memory while loading (1024)\n"
	"One line of JSON tells what was made and how long it took.\n";

static void loaded(struct change *c)
{
	struct loader *l = c->user;

	(void)pthread_mutex_lock(&l->lock);
	l->is_done = true;
	(void)pthread_cond_signal(&l->done);
	(void)pthread_mutex_unlock(&l->lock);
}

static void load(struct loader *l, struct world_corp *corp, struct arena *a)
{
	struct world w = { .corps = { corp, 1, true } };
	struct world_load_op op;
	struct error e = { 0 };

	if (world_check(&w, LIMIT_MEMBER_CAP, a, &e) != ST_OK)
		die("%s: %s", e.field, e.text);
	world_load_init(&op);
	op.change.arena = a;
	op.change.done = loaded;
	op.change.user = l;
	op.world = &w;
	op.now_ms = clock_now_ms();
	l->is_done = false;
	if (store_change(l->store, &op.change) != ST_OK)
		die("the store takes no change");
	(void)pthread_mutex_lock(&l->lock);
	while (!l->is_done)
		(void)pthread_cond_wait(&l->done, &l->lock);
	(void)pthread_mutex_unlock(&l->lock);
	if (op.change.status != ST_OK)
		die("%s: %s", op.change.error.field, op.change.error.text);
}

static void load_app(struct loader *l)
{
	struct arena a = { 0 };
	struct str permissions[] = { STR("qyapi_chat_manage"), STR("qyapi_chat_read") };
	struct world_app app = { .appKey = STR(CORP_APP),
		.appSecret = STR("bench-secret"),
		.accessToken = STR(CORP_TOKEN),
		.permissions = { permissions, ARRAY_LEN(permissions), true } };
	struct world_corp corp = { .corpId = STR(CORP_ID), .apps = { &app, 1, true } };

	load(l, &corp, &a);
	arena_fini(&a);
}

static void load_people(struct loader *l, size_t first, size_t n)
{
	struct arena a = { 0 };
	struct world_user *users = ARENA_ARRAY(&a, struct world_user, n);
	struct world_corp corp = { .corpId = STR(CORP_ID), .users = { users, n, true } };

	for (size_t i = 0; i < n; i++)
		users[i].userid = l->userids[first + i];
	load(l, &corp, &a);
	arena_fini(&a);
}

static void load_groups(struct loader *l, uint64_t size, size_t n)
{
	struct arena a = { 0 };
	struct world_group *groups = ARENA_ARRAY(&a, struct world_group, n);
	struct world_corp corp = { .corpId = STR(CORP_ID), .groups = { groups, n, true } };

	for (size_t i = 0; i < n; i++) {
		uint64_t g = l->groups + i;
		struct str *members = ARENA_ARRAY(&a, struct str, size);

		for (uint64_t m = 0; m < size; m++)
			members[m] = l->userids[corp_member(g, m)];
		groups[i] = (struct world_group){ .chatid = corp_chatid(g, &a),
			.openConversationId = corp_open_conversation_id(g, &a),
			.name = corp_group_name(g, 0, &a),
			.owner = members[0],
			.createdBy = STR(CORP_APP),
			.useridlist = { members, size, true } };
	}
	load(l, &corp, &a);
	l->groups += n;
	arena_fini(&a);
}

static void load_all(struct loader *l, const struct range *ranges, size_t n)
{
	struct arena a = { 0 };
	size_t chunk;

	l->userids = ARENA_ARRAY(&a, struct str, CORP_PEOPLE);
	for (uint64_t i = 0; i < CORP_PEOPLE; i++)
		l->userids[i] = corp_userid(i, &a);
	load_app(l);
	for (size_t i = 0; i < CORP_PEOPLE; i += chunk) {
		chunk = CORP_PEOPLE - i < CHUNK_PEOPLE ? CORP_PEOPLE - i : CHUNK_PEOPLE;
		load_people(l, i, chunk);
	}
	for (size_t r = 0; r < n; r++)
		for (uint64_t left = ranges[r].groups; left; left -= chunk) {
			chunk = CHUNK_IDS / ranges[r].size;
			chunk = chunk < CHUNK_GROUPS ? chunk : CHUNK_GROUPS;
			chunk = chunk < left ? chunk : left;
			load_groups(l, ranges[r].size, chunk);
			(void)fprintf(
				stderr, "%llu groups\n", (unsigned long long)l->groups);
		}
	arena_fini(&a);
}

static void on_fatal(void *ctx, const struct error *e)
{
	(void)ctx;
	die("%s", e->text);
}

static void fail_usage(void)
{
	(void)fputs(usage, stderr);
	exit(2);
}

static size_t parse(int argc, char **argv, struct range *ranges, struct store_options *o)
{
	static const struct option options[] = { { "groups", required_argument, NULL, 'g' },
		{ "add", required_argument, NULL, 'a' },
		{ "cache-mb", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' }, { 0 } };
	size_t n = 1;
	char *rest;
	int option;

	ranges[0] = (struct range){ 1000000, CORP_GROUP_SIZE };
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'g': ranges[0].groups = strtoull(optarg, NULL, 10); break;
		case 'c': o->cache_mb = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'a':
			if (n == RANGES)
				fail_usage();
			ranges[n].groups = strtoull(optarg, &rest, 10);
			ranges[n].size = *rest == 'x' ? strtoull(rest + 1, NULL, 10) : 0;
			if (ranges[n].size == 0 || ranges[n].size > CORP_PEOPLE)
				fail_usage();
			n++;
			break;
		case 'h': (void)fputs(usage, stdout); exit(0);
		default: fail_usage();
		}
	}
	if (argc - optind != 1)
		fail_usage();
	o->dir = argv[optind];
	return n;
}

int main(int argc, char **argv)
{
	struct store_options o = { .cache_mb = 1024, .on_fatal = on_fatal };
	struct loader l = { .lock = PTHREAD_MUTEX_INITIALIZER,
		.done = PTHREAD_COND_INITIALIZER };
	struct range ranges[RANGES];
	size_t n = parse(argc, argv, ranges, &o);
	struct error e = { 0 };
	int64_t begin_us = clock_mono_us();

	if (store_open(&o, &l.store, &e) != ST_OK)
		die("%s: %s", e.field, e.text);
	load_all(&l, ranges, n);
	store_close(l.store);
	(void)printf("{\"groups\": %llu, \"people\": %d, \"seconds\": %.1f}\n",
		(unsigned long long)l.groups, CORP_PEOPLE,
		(double)(clock_mono_us() - begin_us) / 1e6);
	return 0;
}
