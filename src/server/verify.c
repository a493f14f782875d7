/* SPDX-License-Identifier: Apache-2.0 */
#include "server/verify.h"

#include "base/limits.h"
#include "base/log.h"
#include "server/check.h"
#include "server/manifest.h"
#include "server/progress.h"
#include "store/verify.h"

struct telling {
	const char *dir;
	uint64_t found;
	struct progress progress;
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
	progress_tell(&((struct telling *)ctx)->progress, what, done);
}

/* A backup's files are also what its manifest says. */
static enum status look_at_file(
	void *ctx, const char *name, const struct file_sum *sum, struct error *e)
{
	struct telling *t = ctx;
	struct file_sum is;
	enum status st = file_sum(t->dir, name, &is, e);

	if (st != ST_OK)
		tell_found(t, name, e->text);
	else if (is.size != sum->size || strcmp(is.sha256, sum->sha256) != 0)
		tell_found(t, name, "is not what the backup's manifest says");
	tell_progress(t, "files", 0);
	return ST_OK;
}

static void look_at_backup(struct telling *t)
{
	struct error e = { 0 };

	if (manifest_is_in(t->dir) && manifest_each(t->dir, look_at_file, t, &e) != ST_OK)
		tell_found(t, e.field, e.text);
}

static void print_result(const struct verify_result *r, uint64_t wrong)
{
	printf("checked: corps %llu, groups %llu, members %llu, ledger rows %llu, media "
	       "files "
	       "%llu (%llu unused)\n",
		(unsigned long long)r->corps, (unsigned long long)r->groups,
		(unsigned long long)r->members, (unsigned long long)r->ledger_rows,
		(unsigned long long)r->media_files, (unsigned long long)r->media_unused);
	if (wrong > LIMIT_FINDINGS)
		printf("wrong: only the first %d things are listed\n", LIMIT_FINDINGS);
	if (wrong) {
		printf("wrong: %llu things; keep a copy, and restore a backup\n",
			(unsigned long long)wrong);
		return;
	}
	printf("state: ");
	for (size_t i = 0; i < STATE_HASH; i++)
		printf("%02x", r->state[i]);
	printf("\nsound\n");
}

int server_verify(const struct options *o)
{
	struct telling telling = { .dir = o->data, .progress = progress_of("verify") };
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
	enum status st;

	look_at_backup(&telling);
	st = store_explain(verify_store(&options, &result, &e), o->data, &e);
	if (st == ST_OK)
		print_result(&result, telling.found);
	else
		log_error("%s: %s", e.field, e.text);
	return st == ST_OK && telling.found == 0 && fflush(stdout) == 0 ? 0 : 1;
}
