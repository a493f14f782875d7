/* SPDX-License-Identifier: Apache-2.0 */
#include "server/verify.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "server/check.h"
#include "store/verify.h"

enum { PROGRESS_US = 2000000 };

struct telling {
	uint64_t found;
	int64_t told_us;
};

static void tell_found(void *ctx, const char *where, const char *what)
{
	struct telling *t = ctx;

	if (++t->found <= LIMIT_FINDINGS)
		printf("wrong: %s: %s\n", where, what);
}

static void tell_corp(void *ctx, const char *corp_id, int64_t ledger_no)
{
	(void)ctx;
	printf("corp %s: ledger number %lld\n", corp_id, (long long)ledger_no);
}

static void tell_progress(void *ctx, const char *what, uint64_t done)
{
	struct telling *t = ctx;
	int64_t now_us = clock_mono_us();

	if (now_us - t->told_us < PROGRESS_US)
		return;
	t->told_us = now_us;
	if (done)
		log_info("verify: %s: %llu so far", what, (unsigned long long)done);
	else
		log_info("verify: %s", what);
}

static void print_result(const struct verify_result *r)
{
	printf("checked: corps %llu, groups %llu, members %llu, ledger rows %llu, media "
	       "files "
	       "%llu (%llu unused)\n",
		(unsigned long long)r->corps, (unsigned long long)r->groups,
		(unsigned long long)r->members, (unsigned long long)r->ledger_rows,
		(unsigned long long)r->media_files, (unsigned long long)r->media_unused);
	if (r->wrong > LIMIT_FINDINGS)
		printf("wrong: only the first %d things are listed\n", LIMIT_FINDINGS);
	if (r->wrong) {
		printf("wrong: %llu things; keep a copy, and restore a backup\n",
			(unsigned long long)r->wrong);
		return;
	}
	printf("state: ");
	for (size_t i = 0; i < STATE_HASH; i++)
		printf("%02x", r->state[i]);
	printf("\nsound\n");
}

int server_verify(const struct options *o)
{
	struct telling telling = { .told_us = -PROGRESS_US };
	struct verify_result result;
	struct error e = { 0 };
	const struct verify_options options = {
		.url = o->store,
		.dir = o->data,
		.found = tell_found,
		.progress = tell_progress,
		.corp = tell_corp,
		.ctx = &telling,
	};
	enum status st = store_explain(verify_store(&options, &result, &e), o->data, &e);

	if (st == ST_OK)
		print_result(&result);
	else
		log_error("%s: %s", e.field, e.text);
	return st == ST_OK && result.wrong == 0 && fflush(stdout) == 0 ? 0 : 1;
}
