/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limit.c -- the SQL of the update of corp.h alone: what the program could reach if all
 * around its statements were free.
 *
 * The statements are the product's own (the update's ask, and chat_write), and so are the
 * driver, the schema and the rule for checkpoints. What is left out is HTTP, JSON, the
 * queue, the decision: statements are built beforehand, for a stretch of batches at a time,
 * and a second connection tells what the groups are like, so that no page is in the
 * writer's cache for it. What is timed is begin, statements, commit and checkpoint. That
 * each update found its group as expected is checked afterwards.
 */
#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "bench/corp.h"
#include "store/chat_ops.h"
#include "store/chat_row.h"
#include "store/data_dir.h"
#include "store/db.h"
#include "store/ledger_numbers.h"
#include "store/token_ops.h"
#include "store/writer.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { STRETCH = 512 }; /* updates built at a time */

struct setting {
	const char *dir;
	uint64_t first, groups, size, batch, ops, warm, start, portion;
	unsigned cache_mb;
	bool json;
};

struct update {
	uint64_t group;
	struct group_update req;
	struct chat_update_op op;
	struct chat before, after;
	struct statements facts, out;
};

struct samples {
	double *ms;
	size_t n;
};

struct bench {
	struct setting set;
	const struct db_driver *driver;
	struct db *writer, *reader;
	struct access access;
	uint64_t turn;
	struct random_pool ids;
	int wrote; /* /proc/self/io */
	struct arena arena; /* of the stretch */
	struct update *updates;
	/* what was measured */
	int64_t wall_us, user_us, system_us;
	uint64_t ops, log_bytes, moved_bytes;
	struct samples commits, checkpoints;
};

static void must(enum status st, const struct error *e)
{
	if (st != ST_OK)
		die("%s: %s", e->field, e->text);
}

/* Rows of one statement, as the store shows them to a reader. */
static const struct rows *look(
	struct bench *l, const char *sql, const struct value *params, size_t n)
{
	struct statements *s = ARENA_NEW(&l->arena, struct statements);
	struct error e = { 0 };

	s->arena = &l->arena;
	statements_add(s, sql, params, n);
	must(l->driver->run(l->reader, s, &l->arena, &e), &e);
	return rows_next(s);
}

static void find_before(struct bench *l, struct update *u, struct str chatid)
{
	const struct value params[] = { V_INT(l->access.caller.corp), V_TEXT(chatid) };
	const struct rows *r = look(l,
		"SELECT " SQL_CHAT_COLUMNS " FROM chat c WHERE c.corp = $1 AND c.chatid = "
		"$2",
		params, ARRAY_LEN(params));

	if (r->n == 0)
		die("there is no group %llu", (unsigned long long)u->group);
	chat_from_row(r, 0, 0, &u->before);
}

/* `at`: how many updates of the stretch come before it. The last of a batch also keeps the
 * ledger's number, as the writer does. */
static void build(struct bench *l, size_t at, int64_t ledger_no)
{
	struct update *u = &l->updates[at];
	struct arena *a = &l->arena;
	struct member *people = ARENA_ARRAY(a, struct member, 3);
	char *request_id = arena_alloc(a, UUID_TEXT + 1);
	const struct update *same = NULL;

	*u = (struct update){ .group = l->set.first + corp_order(l->turn++, l->set.groups),
		.facts.arena = a,
		.out.arena = a };
	for (size_t i = at; i-- > 0 && !same;)
		if (l->updates[i].group == u->group)
			same = &l->updates[i];
	if (same)
		u->before = same->after;
	else
		find_before(l, u, corp_chatid(u->group, a));
	corp_update(u->group, l->set.size, (uint64_t)u->before.version - 1, a, &u->req);
	random_uuid(&l->ids, request_id);

	chat_update_init(&u->op);
	u->op.change.arena = a;
	u->op.access = &l->access;
	u->op.req = &u->req;
	u->op.change.ops->ask(&u->op.change, &u->facts);

	u->after = u->before;
	u->after.name = u->req.name;
	u->after.options[OPTION_searchable] = u->req.managementOptions->searchable.value;
	u->after.link_version = ++u->after.version;
	u->after.member_count++;
	for (size_t i = 0; i < 2; i++)
		people[i] = (struct member){ PERSON_EMP, u->req.add_useridlist.v[i] };
	people[2] = (struct member){ PERSON_EMP, u->req.del_useridlist.v[0] };
	chat_write(&(struct chat_write){ .corp = l->access.caller.corp,
			   .number = ledger_no,
			   .before = &u->before,
			   .after = &u->after,
			   .added = people,
			   .added_count = 2,
			   .removed = people + 2,
			   .removed_count = 1,
			   .actor = l->access.caller.app_key,
			   .request_id = str_from(request_id),
			   .at_ms = clock_now_ms() },
		&u->out);
	u->after.last_ledger = ledger_no;
	if (at % l->set.batch == l->set.batch - 1)
		ledger_number_write(l->access.caller.corp, ledger_no, &u->out);
}

/* What the statements found is what they were built for. */
static void check(const struct update *u)
{
	struct statements facts = u->facts;
	struct chat found;

	(void)rows_next(&facts); /* the caller */
	chat_from_row(rows_next(&facts), 0, 0, &found);
	if (found.version != u->before.version ||
		found.last_ledger != u->before.last_ledger)
		die("group %llu is not as it was", (unsigned long long)u->group);
}

/* Bytes that this process has written. */
static uint64_t written(const struct bench *l)
{
	char text[512] = { 0 };
	const char *at;

	if (pread(l->wrote, text, sizeof(text) - 1, 0) <= 0 ||
		!(at = strstr(text, "wchar:")))
		die("the kernel does not tell what a process writes");
	return strtoull(at + 6, NULL, 10);
}

static void add_sample(struct samples *s, int64_t us)
{
	if ((s->n & (s->n - 1)) == 0)
		s->ms = realloc(s->ms, (s->n ? s->n * 2 : 1) * sizeof(s->ms[0]));
	if (!s->ms)
		die("out of memory: samples");
	s->ms[s->n++] = (double)us / 1000;
}

static void run_batch(struct bench *l, struct update *u, size_t n)
{
	uint64_t before = written(l), committed;
	int64_t begin_us = clock_mono_us(), commit_us;
	struct error e = { 0 };

	must(l->driver->begin(l->writer, true, &e), &e);
	for (size_t i = 0; i < n; i++) {
		must(l->driver->run(l->writer, &u[i].facts, &l->arena, &e), &e);
		must(l->driver->run(l->writer, &u[i].out, &l->arena, &e), &e);
	}
	must(l->driver->commit(l->writer, &e), &e);
	commit_us = clock_mono_us();
	committed = written(l);
	l->log_bytes += committed - before;
	add_sample(&l->commits, commit_us - begin_us);
	if (l->driver->pages_to_move(l->writer) < l->set.portion)
		return;
	must(l->driver->checkpoint(l->writer, &e), &e);
	add_sample(&l->checkpoints, clock_mono_us() - commit_us);
	l->moved_bytes += written(l) - committed;
}

static int64_t micros(const struct timeval *t)
{
	return (int64_t)t->tv_sec * 1000000 + t->tv_usec;
}

static void run_stretch(struct bench *l, size_t n)
{
	const struct rows *r;
	struct rusage before, after;
	int64_t begin_us, ledger_no;

	r = look(l, "SELECT ledger_no FROM corp", NULL, 0);
	ledger_no = rows_int(r, 0, 0);
	for (size_t i = 0; i < n; i++)
		build(l, i, ledger_no + (int64_t)i + 1);
	(void)getrusage(RUSAGE_THREAD, &before);
	begin_us = clock_mono_us();
	for (size_t i = 0; i < n; i += l->set.batch)
		run_batch(l, &l->updates[i], n - i < l->set.batch ? n - i : l->set.batch);
	l->wall_us += clock_mono_us() - begin_us;
	(void)getrusage(RUSAGE_THREAD, &after);
	l->user_us += micros(&after.ru_utime) - micros(&before.ru_utime);
	l->system_us += micros(&after.ru_stime) - micros(&before.ru_stime);
	l->ops += n;
	for (size_t i = 0; i < n; i++)
		check(&l->updates[i]);
	arena_fini(&l->arena);
}

static void run(struct bench *l, uint64_t ops)
{
	const uint64_t stretch = STRETCH / l->set.batch * l->set.batch;

	ops -= ops % l->set.batch;
	for (uint64_t n; ops; ops -= n) {
		n = ops < stretch ? ops : stretch;
		run_stretch(l, n);
	}
}

static void forget(struct bench *l)
{
	l->wall_us = l->user_us = l->system_us = 0;
	l->ops = l->log_bytes = l->moved_bytes = 0;
	l->commits.n = l->checkpoints.n = 0;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* `part` of the samples are at most this. */
static double quantile(struct samples *s, double part)
{
	if (s->n)
		qsort(s->ms, s->n, sizeof(s->ms[0]), by_size);
	return s->n ? s->ms[(size_t)(part * (double)(s->n - 1) + 0.5)] : 0;
}

static void report(struct bench *l)
{
	double ops = (double)l->ops;
	struct arena *a = &l->arena;
	int64_t page = rows_int(look(l, "PRAGMA page_size", NULL, 0), 0, 0);
	const struct {
		const char *name;
		double value;
	} figures[] = {
		{ "groups", (double)l->set.groups },
		{ "ops", ops },
		{ "batch", (double)l->set.batch },
		{ "page_bytes", (double)page },
		{ "cache_mb", l->set.cache_mb },
		{ "ops_per_s", ops * 1e6 / (double)l->wall_us },
		{ "cpu_us_per_op", (double)(l->user_us + l->system_us) / ops },
		{ "user_us_per_op", (double)l->user_us / ops },
		{ "system_us_per_op", (double)l->system_us / ops },
		{ "wal_bytes_per_op", (double)l->log_bytes / ops },
		{ "checkpoint_bytes_per_op", (double)l->moved_bytes / ops },
		{ "batch_ms_p50", quantile(&l->commits, 0.5) },
		{ "batch_ms_p99", quantile(&l->commits, 0.99) },
		{ "checkpoints", (double)l->checkpoints.n },
		{ "checkpoint_ms_p50", quantile(&l->checkpoints, 0.5) },
		{ "checkpoint_ms_p99", quantile(&l->checkpoints, 0.99) },
		{ "checkpoint_ms_max", quantile(&l->checkpoints, 1) },
	};

	for (size_t i = 0; i < ARRAY_LEN(figures); i++)
		(void)printf(l->set.json ? "%s\"%s\": %s%s" : "%s%-24s %s%s",
			l->set.json && i == 0 ? "{" : "", figures[i].name,
			arena_printf(a, "%.12g", figures[i].value).p,
			!l->set.json                 ? "\n"
			: i + 1 < ARRAY_LEN(figures) ? ", "
						     : "}\n");
}

static void open_all(struct bench *l)
{
	struct db_options o = { .dir = l->set.dir, .cache_mb = l->set.cache_mb };
	struct error e = { 0 };
	const struct rows *r;

	l->driver = db_driver_find(NULL);
	must(l->driver->open(&o, &l->writer, &e), &e);
	must(l->driver->migrate(l->writer, &e), &e);
	o.read_only = true;
	must(l->driver->open(&o, &l->reader, &e), &e);
	l->wrote = open("/proc/self/io", O_RDONLY | O_CLOEXEC);
	r = look(l, "SELECT corp FROM corp WHERE corp_id = '" CORP_ID "'", NULL, 0);
	if (r->n == 0)
		die("this folder was not made by bench/load");
	l->access.caller =
		(struct caller){ .corp = rows_int(r, 0, 0), .app_key = STR(CORP_APP) };
	token_hash(STR(CORP_TOKEN), l->access.token_hash);
	l->updates = calloc(STRETCH, sizeof(*l->updates));
	if (!l->updates)
		die("out of memory: updates");
}

static void close_all(struct bench *l)
{
	arena_fini(&l->arena);
	l->driver->close(l->reader);
	l->driver->close(l->writer);
	(void)close(l->wrote);
	free(l->updates);
	free(l->commits.ms);
	free(l->checkpoints.ms);
}

static const char usage[] =
	"usage: limit --db DIR [OPTION]...\n"
	"\n"
	"The SQL of the update of bench/corp.h alone, on a folder that bench/load made.\n"
	"  --db DIR         the data folder; no other program may use it meanwhile\n"
	"  --first G        the groups to update begin at this number (0)\n"
	"  --groups N       so many groups, in the order of corp_order (1000000)\n"
	"  --size N         members they were loaded with (10)\n"
	"  --batch B        updates in one commit, at most 512 (32)\n"
	"  --ops N          updates measured (100000)\n"
	"  --warm N         updates before the measurement (10000)\n"
	"  --start N        turns in that order already taken (0)\n"
	"  --portion N      pages moved to their place at once (what the program takes)\n"
	"  --cache-mb N     database kept in memory (32)\n"
	"  --json           one line of JSON instead of a list\n"
	"\n"
	"ops_per_s is by the clock, cpu_us_per_op user and system time; wal_bytes_per_op "
	"is\n"
	"what the commits wrote, checkpoint_bytes_per_op what was moved from the log to "
	"its\n"
	"place; batch_ms is begin to commit, checkpoint_ms one portion.\n";

static uint64_t *number_option(struct setting *s, int option)
{
	switch (option) {
	case 'f': return &s->first;
	case 'g': return &s->groups;
	case 's': return &s->size;
	case 'b': return &s->batch;
	case 'o': return &s->ops;
	case 'w': return &s->warm;
	case 't': return &s->start;
	case 'p': return &s->portion;
	default: return NULL;
	}
}

static void parse(int argc, char **argv, struct setting *s)
{
	static const struct option options[] = { { "db", required_argument, NULL, 'd' },
		{ "first", required_argument, NULL, 'f' },
		{ "groups", required_argument, NULL, 'g' },
		{ "size", required_argument, NULL, 's' },
		{ "batch", required_argument, NULL, 'b' },
		{ "ops", required_argument, NULL, 'o' },
		{ "warm", required_argument, NULL, 'w' },
		{ "start", required_argument, NULL, 't' },
		{ "portion", required_argument, NULL, 'p' },
		{ "cache-mb", required_argument, NULL, 'c' },
		{ "json", no_argument, NULL, 'j' }, { "help", no_argument, NULL, 'h' },
		{ 0 } };
	bool good = true;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			(void)fputs(usage, stdout);
			exit(0);
		}
		if (option == 'd')
			s->dir = optarg;
		else if (option == 'c')
			s->cache_mb = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 'j')
			s->json = true;
		else if (number_option(s, option))
			*number_option(s, option) = strtoull(optarg, NULL, 10);
		else
			good = false;
	}
	if (!good || optind != argc || !s->dir || !s->groups || !s->size || !s->ops ||
		!s->batch || s->batch > STRETCH) {
		(void)fputs(usage, stderr);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct bench l = { .set = { .groups = 1000000,
				   .size = CORP_GROUP_SIZE,
				   .batch = 32,
				   .ops = 100000,
				   .warm = 10000,
				   .portion = WRITER_CHECKPOINT_PAGES,
				   .cache_mb = 32 } };
	struct error e = { 0 };
	int lock;

	parse(argc, argv, &l.set);
	l.turn = l.set.start;
	must(data_dir_take(l.set.dir, &lock, &e), &e);
	open_all(&l);
	run(&l, l.set.warm);
	forget(&l);
	run(&l, l.set.ops);
	report(&l);
	close_all(&l);
	data_dir_give_back(lock);
	return 0;
}
