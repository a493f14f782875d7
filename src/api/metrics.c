/* SPDX-License-Identifier: Apache-2.0 */
/* metrics.c -- the process's numbers in Prometheus' text format 0.0.4. */
#include "api/admin.h"
#include "api/answer.h"
#include "api/api_internal.h"
#include "base/clock.h"

#include <unistd.h>

static void append_head(
	struct buf *out, const char *name, const char *type, const char *help)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void append_one(struct buf *out, const char *name, const char *type,
	const char *help, uint64_t value)
{
	append_head(out, name, type, help);
	buf_printf(out, "%s %llu\n", name, (unsigned long long)value);
}

static void append_answers(struct buf *out, struct api *a)
{
	static const char name[] = "qun_answers_total";
	const struct {
		const char *class;
		uint64_t n;
	} classes[] = {
		{ "2xx", a->answered_2xx },
		{ "4xx", a->answered_4xx },
		{ "5xx", a->answered_5xx },
		{ "none", a->dropped },
	};

	append_head(out, name, "counter",
		"Answers by status class; none: the outcome was not known.");
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		buf_printf(out, "%s{class=\"%s\"} %llu\n", name, classes[i].class,
			(unsigned long long)classes[i].n);
}

/* Bounds are multiples of 250 us: digits enough to be exact. */
static void append_times(
	struct buf *out, const char *name, const char *help, const struct histogram_copy *h)
{
	uint64_t n = 0;

	append_head(out, name, "histogram", help);
	for (int i = 0; i < HISTOGRAM_STEPS; i++) {
		n += h->counts[i];
		if (i < HISTOGRAM_STEPS - 1)
			buf_printf(out, "%s_bucket{le=\"%.5f\"} %llu\n", name,
				(double)histogram_bound_us(i) / 1e6, (unsigned long long)n);
	}
	buf_printf(out, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum %.6f\n%s_count %llu\n", name,
		(unsigned long long)n, name, (double)h->sum_us / 1e6, name,
		(unsigned long long)n);
}

static void append_store(struct buf *out, struct store *store)
{
	static const struct {
		const char *name, *type, *help;
		size_t offset;
	} rows[] = {
#define ROW(member, name, type, help) \
	{ "qun_store_" name, type, help, offsetof(struct store_stats, member) }
		ROW(commits, "commits_total", "counter", "Transactions committed."),
		ROW(changes, "changes_total", "counter", "Changes carried out."),
		ROW(refused, "refused_total", "counter", "Changes refused by a rule."),
		ROW(failed, "failed_total", "counter", "Changes that failed."),
		ROW(rolled_back, "rolled_back_total", "counter",
			"Transactions rolled back."),
		ROW(reads, "reads_total", "counter", "Reads."),
		ROW(checkpoints, "checkpoints_total", "counter", "Checkpoints."),
		ROW(wal_pages_written, "wal_pages_written_total", "counter",
			"Pages that commits have written to the log."),
		ROW(queue_length, "queue_length", "gauge", "Changes waiting for a commit."),
		ROW(wal_pages, "wal_pages", "gauge",
			"Pages not yet moved to the database file."),
#undef ROW
	};
	struct store_stats stats;

	store_get_stats(store, &stats);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		append_one(out, rows[i].name, rows[i].type, rows[i].help,
			*(const uint64_t *)(const void *)((const char *)&stats +
							  rows[i].offset));
	append_times(out, "qun_store_commit_seconds", "Time of a commit, sync included.",
		&stats.commit_time);
	append_times(out, "qun_store_checkpoint_seconds", "Time of a checkpoint's portion.",
		&stats.checkpoint_time);
}

/* Resident memory as the kernel counts it; 0 where there is no /proc. */
static uint64_t resident_bytes(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	char line[256];
	uint64_t pages = 0;
	struct str rest;

	if (!f)
		return 0;
	rest = str_from(fgets(line, sizeof(line), f)); /* "size resident ...", in pages */
	(void)fclose(f);
	rest = str_slice(rest, str_find(rest, ' ') + 1, rest.n);
	if (!str_to_u64(str_slice(rest, 0, str_find(rest, ' ')), UINT32_MAX, &pages))
		return 0;
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void append_process(struct buf *out, const struct api *a)
{
	append_one(out, "process_resident_memory_bytes", "gauge", "Resident memory.",
		resident_bytes());
	append_one(out, "qun_uptime_seconds", "gauge", "Seconds since the start.",
		(uint64_t)(clock_mono_us() - a->started_us) / 1000000);
}

static void append_explanations(struct buf *out, struct api *a)
{
	size_t count, bytes;

	explanations_size(a->explanations, &count, &bytes);
	append_one(out, "qun_explanations", "gauge", "Explanations kept.", count);
	append_one(out, "qun_explanation_bytes", "gauge", "Their bytes.", bytes);
}

void admin_metrics(struct request *r)
{
	const struct api_options *o = request_options(r);
	struct buf text = { 0 };
	struct str copy;

	append_answers(&text, r->api);
	append_store(&text, o->store);
	append_explanations(&text, r->api);
	if (o->server_stats)
		o->server_stats(o->ctx, &text);
	append_process(&text, r->api);
	copy = arena_str(r->arena, buf_str(&text));
	buf_fini(&text);
	answer_text(r, 200, "text/plain; version=0.0.4; charset=utf-8", copy);
}
