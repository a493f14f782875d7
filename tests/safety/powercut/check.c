/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/limits.h"
#include "store/chat_ops.h"
#include "store/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *wrong(const char *fmt, ...) PRINTF_LIKE(1, 2);

static const char *wrong(const char *fmt, ...)
{
	static char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return text;
}

/* Rows of one statement; NULL if it fails. */
static const struct rows *look(struct work *w, const char *sql)
{
	struct statements *s = ARENA_NEW(&w->arena, struct statements);
	struct error e = { 0 };

	s->arena = &w->arena;
	statements_add(s, sql, NULL, 0);
	return w->driver->run(w->db, s, &w->arena, &e) == ST_OK ? rows_next(s) : NULL;
}

static const char *check_integrity(struct work *w)
{
	const struct rows *r = look(w, "PRAGMA integrity_check");

	if (!r || r->n == 0)
		return wrong("integrity_check fails");
	return str_is(rows_text(r, 0, 0), "ok")
		       ? NULL
		       : wrong("integrity_check: %.*s", STR_FMT(rows_text(r, 0, 0)));
}

/* A number after a letter. */
static int number_of(struct str s)
{
	return s.n > 1 && s.n < 8 ? (int)strtol(s.p + 1, NULL, 10) : -1;
}

static unsigned people_of(const struct chat_state *s)
{
	unsigned people = 0;

	for (size_t i = 0; i < s->member_count; i++)
		if (!str_is(s->members[i].id, "boss"))
			people |= 1u << number_of(s->members[i].id);
	return people;
}

static enum status read_group(struct work *w, int i, struct chat_state *out)
{
	struct chat_state_read q;

	chat_state_read_init(&q);
	q.chatid = arena_printf(&w->arena, "g%d", i);
	q.corp_id = STR("c");
	q.read.arena = &w->arena;
	read_run(w->driver, w->db, &q.read);
	*out = q.state;
	return q.read.status;
}

/* Its rows: versions 1, 2, 3 ..., each after the one before. Marks their numbers as seen.
 */
static const char *check_ledger(
	struct work *w, int i, const struct chat_state *s, bool *seen, int *rows)
{
	struct ledger_read q;
	int64_t previous = 0;

	ledger_read_init(&q);
	q.chatid = s->chat.chatid;
	q.corp_id = STR("c");
	q.limit = LIMIT_LEDGER_PAGE;
	q.read.arena = &w->arena;
	read_run(w->driver, w->db, &q.read);
	if (q.read.status != ST_OK || (int64_t)q.count != s->chat.version)
		return wrong("g%d of version %lld has %zu ledger rows", i,
			(long long)s->chat.version, q.count);
	for (size_t k = 0; k < q.count; k++) {
		const struct ledger_entry *e = &q.entries[k];

		if (e->version != (int64_t)k + 1 || e->previous != previous ||
			e->number < 1 || e->number > WORK_GROUPS + WORK_UPDATES)
			return wrong("g%d: ledger row %lld, version %lld, after %lld", i,
				(long long)e->number, (long long)e->version,
				(long long)e->previous);
		previous = e->number;
		seen[e->number] = true;
	}
	*rows += (int)q.count;
	return s->chat.last_ledger == previous ? NULL
					       : wrong("g%d: last ledger row %lld", i,
							 (long long)s->chat.last_ledger);
}

static const char *check_group(
	const struct work *model, int updates, int i, const struct chat_state *s)
{
	const struct work_group *g = &model->states[updates].groups[i];

	if (s->chat.version != g->version || number_of(s->chat.name) != g->name ||
		people_of(s) != g->members ||
		s->chat.member_count != (int64_t)s->member_count)
		return wrong("g%d after %d updates: version %lld name %.*s people %x, not "
			     "%lld n%d %x",
			i, updates, (long long)s->chat.version, STR_FMT(s->chat.name),
			people_of(s), (long long)g->version, g->name, g->members);
	return NULL;
}

static const char *check_groups(struct work *w, const struct work *model, int *updates)
{
	bool seen[WORK_GROUPS + WORK_UPDATES + 1] = { false };
	struct chat_state states[WORK_GROUPS];
	const char *why = NULL;
	int there = 0, rows = 0;

	for (int i = 0; i < WORK_GROUPS; i++) {
		enum status st = read_group(w, i, &states[i]);

		if (st != ST_OK && st != ST_NOT_FOUND)
			return wrong("g%d cannot be read", i);
		there += st == ST_OK;
	}
	*updates = -1;
	if (there == 0)
		return NULL;
	if (there < WORK_GROUPS)
		return wrong("%d of the world's groups are there", there);
	for (int i = 0; i < WORK_GROUPS && !why; i++)
		why = check_ledger(w, i, &states[i], seen, &rows);
	if (why)
		return why;
	*updates = rows - WORK_GROUPS;
	for (int i = 1; i <= rows; i++)
		if (!seen[i])
			return wrong("%d ledger rows, and none has the number %d", rows, i);
	if (*updates > model->updates)
		return wrong("%d updates of %d", *updates, model->updates);
	for (int i = 0; i < WORK_GROUPS && !why; i++)
		why = check_group(model, *updates, i, &states[i]);
	return why;
}

static const char *check_media(
	struct work *w, const struct work *model, size_t at, int *files)
{
	const struct rows *r = look(w, "SELECT file FROM media");

	if (!r)
		return wrong("the media cannot be read");
	*files = (int)r->n;
	for (size_t i = 0; i < r->n; i++) {
		bool safe = false;

		for (int k = 0; k < model->file_count; k++)
			safe |= str_is(rows_text(r, i, 0), model->files[k].name) &&
				model->files[k].safe_at <= at;
		if (!safe)
			return wrong("a row names a media file that a power cut may take");
	}
	return NULL;
}

/* What was acknowledged is there, and nothing more than the commit after it. */
static const char *check_promise(
	const struct work *model, size_t marks, const struct found *found)
{
	int done = -1, most;

	while (done + 1 < model->commit_count && model->commits[done + 1].marks <= marks)
		done++;
	most = done + 1; /* not acknowledged, and there all the same */
	if (marks > (done < 0 ? 0 : model->commits[done].marks))
		done++; /* some of its answers were given */
	for (int i = done; i <= most && i < model->commit_count; i++) {
		struct found promised = { -1, 0 };

		if (i >= 0)
			promised = (struct found){ model->commits[i].updates,
				model->commits[i].files };
		if (found->updates == promised.updates && found->files == promised.files)
			return NULL;
	}
	return wrong("%d updates and %d files are there, when commit %d was acknowledged",
		found->updates, found->files, done);
}

const char *check_store(struct work *w, const struct work *model, size_t at, size_t marks,
	struct found *out)
{
	const char *why = check_integrity(w);

	if (!why)
		why = check_groups(w, model, &out->updates);
	if (!why)
		why = check_media(w, model, at, &out->files);
	return why ? why : check_promise(model, marks, out);
}
