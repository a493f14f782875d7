/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Usual path: take a departure, the one that somebody waits for first -> look through the
 * corp's groups behind the last one that is done, a portion in each read, until he is found
 * in one -> have the writer leave those found in this portion and note how far it got ->
 * pause -> the next departure in turn. Without any, sleep until woken.
 *
 * The reads see what is committed, and nobody can put him into a group again, so that no
 * group is missed; those that he has left meanwhile are found out by the change itself. So
 * is a departure that is no longer this one: a world made him anew, and he has left again.
 *
 * Ways to fail: a read or a change fails (tried again after a second, for ever: he is
 * inactive anyway); the queue is full (likewise, sooner); the store has stopped for good
 * (so does the thread).
 */
#include "store/departures.h"

#include "base/clock.h"
#include "base/limits.h"
#include "group/departure.h"
#include "store/chat_row.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

enum {
	READS_A_STEP = 20, /* then how far it got is stored, found or not */
	BUSY_MS = 50,
	FAILED_MS = 1000,
};

struct departure {
	int64_t corp;
	enum person_kind kind;
	struct str userid, app_key, request_id, after; /* or an external's unionid */
};

struct departures {
	const struct db_driver *driver;
	struct db *db;
	struct writer *writer;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* under the lock */
	bool woken, stopped, written;
	STAILQ_HEAD(, departure_wait) waiting;
	/* the thread's own: whose turn it was */
	struct arena arena; /* of one step */
	struct departure last;
	struct buf last_userid;
};

/* ---- what is to be done ---- */

struct next_read {
	struct read read;
	struct departure from; /* the one after this */
	bool exactly; /* this one */
	struct departure next;
};

static void next_ask(struct read *r, struct statements *facts)
{
	const struct next_read *q = CONTAINER_OF(r, struct next_read, read);

	if (q->exactly)
		STATEMENT(facts,
			"SELECT corp, userid, app_key, request_id, after_chatid, kind"
			" FROM departure WHERE corp = $1 AND userid = $2 AND kind = $3",
			V_INT(q->from.corp), V_TEXT(q->from.userid), V_INT(q->from.kind));
	else
		STATEMENT(facts,
			"SELECT corp, userid, app_key, request_id, after_chatid, kind"
			" FROM departure WHERE (corp, kind, userid) > ($1, $3, $2)"
			" ORDER BY corp, kind, userid LIMIT 1",
			V_INT(q->from.corp), V_TEXT(q->from.userid), V_INT(q->from.kind));
}

static enum status next_take(struct read *r, struct statements *facts)
{
	struct next_read *q = CONTAINER_OF(r, struct next_read, read);
	const struct rows *rows = rows_next(facts);

	if (rows->n == 0)
		return ST_NOT_FOUND;
	q->next = (struct departure){
		.corp = rows_int(rows, 0, 0),
		.kind = (enum person_kind)rows_int(rows, 0, 5),
		.userid = rows_text(rows, 0, 1),
		.app_key = rows_text(rows, 0, 2),
		.request_id = rows_text(rows, 0, 3),
		.after = rows_text(rows, 0, 4),
	};
	return ST_OK;
}

static enum status read_departure(struct departures *d, const struct departure *from,
	bool exactly, struct departure *out)
{
	static const struct read_ops ops = { "departure_next", next_ask, next_take };
	struct next_read q = { .read = { .ops = &ops, .arena = &d->arena },
		.from = *from,
		.exactly = exactly };

	read_run(d->driver, d->db, &q.read);
	*out = q.next;
	return q.read.status;
}

/* ---- his groups ---- */

struct groups_read {
	struct read read;
	const struct departure *of;
	struct str after; /* groups behind this one */
	/* out */
	struct str until; /* the last one looked at; STR_NONE: there was none */
	struct strs found; /* of those up to it, the ones he is in */
};

static void groups_ask(struct read *r, struct statements *facts)
{
	const struct groups_read *q = CONTAINER_OF(r, struct groups_read, read);

	STATEMENT(facts,
		"SELECT max(chatid) FROM (SELECT chatid FROM chat"
		" WHERE corp = $1 AND chatid > $2 ORDER BY chatid LIMIT $3)",
		V_INT(q->of->corp), V_TEXT(q->after), V_INT(LIMIT_DEPARTURE_READ));
	STATEMENT(facts,
		"SELECT c.chatid, CASE WHEN c.owner_kind = $6 AND c.owner = $4"
		" THEN c.member_count ELSE 0 END"
		" FROM (SELECT chatid, owner_kind, owner, member_count FROM chat"
		" WHERE corp = $1 AND chatid > $2 ORDER BY chatid LIMIT $3) c"
		" WHERE EXISTS (SELECT 1 FROM chat_member m WHERE m.corp = $1"
		" AND m.chatid = c.chatid AND m.kind = $6 AND m.id = $4)"
		" ORDER BY c.chatid LIMIT $5",
		V_INT(q->of->corp), V_TEXT(q->after), V_INT(LIMIT_DEPARTURE_READ),
		V_TEXT(q->of->userid), V_INT(LIMIT_DEPARTURE_GROUPS), V_INT(q->of->kind));
}

static enum status groups_take(struct read *r, struct statements *facts)
{
	struct groups_read *q = CONTAINER_OF(r, struct groups_read, read);
	const struct rows *until = rows_next(facts), *found = rows_next(facts);
	int64_t members = 0; /* of the groups that need a new owner */

	q->until = rows_text(until, 0, 0);
	q->found = (struct strs){ ARENA_ARRAY(r->arena, struct str, found->n), 0, true };
	for (size_t i = 0; i < found->n; i++) {
		members += rows_int(found, i, 1);
		if (i > 0 && members > LIMIT_DEPARTURE_MEMBERS)
			break;
		q->found.v[q->found.n++] = rows_text(found, i, 0);
	}
	/* there may be more behind the last of so many */
	if (found->n == LIMIT_DEPARTURE_GROUPS || q->found.n < found->n)
		q->until = q->found.v[q->found.n - 1];
	return ST_OK;
}

/* ---- leaving them ---- */

struct leave_op {
	struct change change;
	const struct departure *of;
	struct strs chatids;
	struct str until; /* STR_NONE: that was the last */
	int64_t at_ms;
	/* between decide and write */
	bool known; /* it is still to be done */
	struct group_plan *plans; /* one for each that he is in */
	size_t plan_count;
};

/* Works here, or is an external contact still. */
#define SQL_ACTIVE \
	"CASE WHEN m.kind = 1 AND x.unionid IS NULL THEN 0 ELSE COALESCE(e.active, 1) END"

static void leave_ask(struct change *c, struct statements *facts)
{
	const struct leave_op *op = CONTAINER_OF(c, struct leave_op, change);
	const struct departure *of = op->of;

	STATEMENT(facts,
		"SELECT 1 FROM departure WHERE corp = $1 AND userid = $2 AND kind = $3"
		" AND request_id = $4",
		V_INT(of->corp), V_TEXT(of->userid), V_INT(of->kind),
		V_TEXT(of->request_id));
	for (size_t i = 0; i < op->chatids.n; i++) {
		STATEMENT(facts,
			"SELECT " SQL_CHAT_COLUMNS
			", m.admin, m.nick FROM chat c JOIN chat_member m"
			" ON m.corp = c.corp AND m.chatid = c.chatid AND m.kind = $4"
			" AND m.id = $3"
			" WHERE c.corp = $1 AND c.chatid = $2 AND c.dissolved = 0",
			V_INT(of->corp), V_TEXT(op->chatids.v[i]), V_TEXT(of->userid),
			V_INT(of->kind));
		/* Only of a group that he owns, the longest-standing of each sort. */
		STATEMENT(facts,
			"SELECT kind, id, admin, '', active FROM ("
			"SELECT m.kind, m.id, m.admin, " SQL_ACTIVE " AS active,"
			" row_number() OVER (PARTITION BY m.kind, m.admin, " SQL_ACTIVE
			" ORDER BY m.since, m.id) AS nth"
			" FROM chat c JOIN chat_member m"
			" ON m.corp = c.corp AND m.chatid = c.chatid"
			" LEFT JOIN employee e"
			" ON m.kind = 0 AND e.corp = m.corp AND e.userid = m.id"
			" LEFT JOIN external_contact x"
			" ON m.kind = 1 AND x.corp = m.corp AND x.unionid = m.id"
			" WHERE c.corp = $1 AND c.chatid = $2 AND c.owner = $3"
			" AND c.owner_kind = $4 AND NOT (m.kind = $4 AND m.id = $3)) ranked"
			" WHERE nth = 1",
			V_INT(of->corp), V_TEXT(op->chatids.v[i]), V_TEXT(of->userid),
			V_INT(of->kind));
	}
}

static const struct heir *heirs_from_rows(const struct rows *r, struct arena *a)
{
	const struct member *members = members_from_rows(r, a);
	struct heir *heirs = ARENA_ARRAY(a, struct heir, r->n);

	for (size_t i = 0; i < r->n; i++)
		heirs[i] = (struct heir){ members[i], rows_int(r, i, 4) != 0 };
	return heirs;
}

static enum status leave_decide(struct change *c, struct statements *facts)
{
	struct leave_op *op = CONTAINER_OF(c, struct leave_op, change);

	op->known = rows_next(facts)->n > 0;
	op->plans = ARENA_ARRAY(c->arena, struct group_plan, op->chatids.n);
	op->plan_count = 0;
	for (size_t i = 0; i < op->chatids.n; i++) {
		const struct rows *chat = rows_next(facts), *others = rows_next(facts);
		struct leave_facts f = {
			.heirs = heirs_from_rows(others, c->arena),
			.heir_count = others->n,
		};

		if (chat->n == 0 || !op->known)
			continue;
		chat_from_row(chat, 0, 0, &f.chat);
		f.leaver = (struct member){ .kind = op->of->kind,
			.id = op->of->userid,
			.admin = rows_int(chat, 0, chat->columns - 2) != 0,
			.nick = rows_text(chat, 0, chat->columns - 1) };
		group_leave(&f, c->arena, &op->plans[op->plan_count++]);
	}
	return ST_OK;
}

static void leave_write(struct change *c, struct statements *out)
{
	const struct leave_op *op = CONTAINER_OF(c, struct leave_op, change);
	const struct departure *of = op->of;
	struct str actor = arena_printf(c->arena, "departure:%.*s", STR_FMT(of->app_key));

	if (!op->known)
		return;
	for (size_t i = 0; i < op->plan_count; i++) {
		const struct group_plan *plan = &op->plans[i];

		chat_write(&(struct chat_write){ .corp = of->corp,
				   .before = &plan->before,
				   .after = &plan->after,
				   .removed = plan->removed,
				   .removed_count = plan->removed_count,
				   .demoted = plan->demoted,
				   .demoted_count = plan->demoted_count,
				   .actor = actor,
				   .request_id = of->request_id,
				   .at_ms = op->at_ms },
			out);
	}
	if (op->until.p)
		STATEMENT(out,
			"UPDATE departure SET after_chatid = $3"
			" WHERE corp = $1 AND userid = $2 AND kind = $4",
			V_INT(of->corp), V_TEXT(of->userid), V_TEXT(op->until),
			V_INT(of->kind));
	else
		STATEMENT(out,
			"DELETE FROM departure WHERE corp = $1 AND userid = $2"
			" AND kind = $3",
			V_INT(of->corp), V_TEXT(of->userid), V_INT(of->kind));
}

static void leave_done(struct change *c)
{
	struct departures *d = c->user;

	(void)pthread_mutex_lock(&d->lock);
	d->written = true;
	(void)pthread_cond_broadcast(&d->changed);
	(void)pthread_mutex_unlock(&d->lock);
}

static enum status leave(struct departures *d, struct leave_op *op)
{
	static const struct change_ops ops = { "departure", leave_ask, leave_decide,
		leave_write };

	op->change = (struct change){ .ops = &ops,
		.arena = &d->arena,
		.done = leave_done,
		.user = d,
		.ids = op->chatids.n };
	op->at_ms = clock_now_ms();
	d->written = false;
	TRY(writer_submit(d->writer, &op->change));
	(void)pthread_mutex_lock(&d->lock);
	while (!d->written)
		(void)pthread_cond_wait(&d->changed, &d->lock);
	(void)pthread_mutex_unlock(&d->lock);
	return op->change.status;
}

/* One portion of one departure. */
static enum status step(struct departures *d, const struct departure *of)
{
	static const struct read_ops ops = { "departure_groups", groups_ask, groups_take };
	struct groups_read q = {
		.read = { .ops = &ops, .arena = &d->arena }, .of = of, .until = of->after
	};
	struct leave_op op = { .of = of };

	for (int i = 0; i < READS_A_STEP && q.until.p && q.found.n == 0; i++) {
		q.after = q.until;
		read_run(d->driver, d->db, &q.read);
		TRY(q.read.status);
	}
	op.chatids = q.found;
	op.until = q.until;
	return leave(d, &op);
}

/* ---- the thread ---- */

/* The lock is held; it is given up meanwhile. */
static void sleep_ms(struct departures *d, int64_t ms)
{
	int64_t until_us = clock_mono_us() + 1000 * ms;
	const struct timespec until = { .tv_sec = until_us / 1000000,
		.tv_nsec = until_us % 1000000 * 1000 };

	while (!d->stopped && !d->woken)
		if (pthread_cond_timedwait(&d->changed, &d->lock, &until) == ETIMEDOUT)
			break;
}

/* The lock is held. Tells those whose departure is done, and those who have waited too
 * long. ST_OK with the departure of one who waits on; ST_NOT_FOUND. */
static enum status answer_waiting(struct departures *d, struct departure *out)
{
	struct departure_wait *w, *next;
	int64_t now_us = clock_mono_us();
	enum status st;

	for (w = STAILQ_FIRST(&d->waiting); w; w = next) {
		const struct departure of = { .corp = w->corp, .userid = w->userid };

		next = STAILQ_NEXT(w, link);
		st = read_departure(d, &of, true, out);
		if (st == ST_OK && now_us < w->until_us)
			return ST_OK;
		STAILQ_REMOVE(&d->waiting, w, departure_wait, link);
		w->status = st == ST_NOT_FOUND ? ST_OK : st == ST_OK ? ST_BUSY : st;
		w->done(w);
	}
	return ST_NOT_FOUND;
}

/* The next in turn; after the last one the first. */
static enum status next_in_turn(struct departures *d, struct departure *out)
{
	const struct departure first = { .userid = STR("") };
	enum status st = read_departure(d, &d->last, false, out);

	return st == ST_NOT_FOUND ? read_departure(d, &first, false, out) : st;
}

/* One step. How long to wait after it; -1: until woken. */
static int64_t turn(struct departures *d, bool waited_for, const struct departure *of)
{
	enum status st;

	d->last_userid.n = 0;
	buf_add_str(&d->last_userid, of->userid);
	d->last = (struct departure){
		.corp = of->corp, .kind = of->kind, .userid = buf_str(&d->last_userid)
	};
	st = step(d, of);
	switch (st) {
	case ST_OK: return waited_for ? 0 : LIMIT_DEPARTURE_PAUSE_MS;
	case ST_BUSY: return BUSY_MS;
	case ST_CLOSED:
	case ST_UNKNOWN: return -1;
	default: return FAILED_MS;
	}
}

static void *departures_main(void *arg)
{
	struct departures *d = arg;
	struct departure of;
	enum status st;
	bool waited_for;
	int64_t pause_ms;

	(void)pthread_mutex_lock(&d->lock);
	while (!d->stopped) {
		d->woken = false;
		st = answer_waiting(d, &of);
		waited_for = st == ST_OK;
		(void)pthread_mutex_unlock(&d->lock);
		if (!waited_for)
			st = next_in_turn(d, &of);
		pause_ms = st == ST_OK          ? turn(d, waited_for, &of)
			   : st == ST_NOT_FOUND ? -1
						: FAILED_MS;
		arena_fini(&d->arena);
		d->arena = (struct arena){ 0 };
		(void)pthread_mutex_lock(&d->lock);
		if (pause_ms > 0)
			sleep_ms(d, pause_ms);
		while (pause_ms < 0 && !d->stopped && !d->woken)
			(void)pthread_cond_wait(&d->changed, &d->lock);
	}
	(void)pthread_mutex_unlock(&d->lock);
	return NULL;
}

/* ---- from outside ---- */

struct departures *departures_start(
	const struct db_driver *driver, struct db *db, struct writer *writer)
{
	struct departures *d = calloc(1, sizeof(*d));
	pthread_condattr_t attr;

	if (!d)
		die("out of memory: departures");
	d->driver = driver;
	d->db = db;
	d->writer = writer;
	d->last.userid = STR("");
	STAILQ_INIT(&d->waiting);
	(void)pthread_mutex_init(&d->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&d->changed, &attr);
	(void)pthread_condattr_destroy(&attr);
	if (pthread_create(&d->thread, NULL, departures_main, d) != 0)
		die("cannot start the departures' thread");
	return d;
}

void departures_stop(struct departures *d)
{
	struct departure_wait *w;

	if (!d)
		return;
	(void)pthread_mutex_lock(&d->lock);
	d->stopped = true;
	(void)pthread_cond_broadcast(&d->changed);
	(void)pthread_mutex_unlock(&d->lock);
	(void)pthread_join(d->thread, NULL);
	while ((w = STAILQ_FIRST(&d->waiting))) {
		STAILQ_REMOVE_HEAD(&d->waiting, link);
		w->status = ST_CLOSED;
		w->done(w);
	}
	d->driver->close(d->db);
	(void)pthread_cond_destroy(&d->changed);
	(void)pthread_mutex_destroy(&d->lock);
	buf_fini(&d->last_userid);
	free(d);
}

void departures_wake(struct departures *d)
{
	(void)pthread_mutex_lock(&d->lock);
	d->woken = true;
	(void)pthread_cond_broadcast(&d->changed);
	(void)pthread_mutex_unlock(&d->lock);
}

void departures_await(struct departures *d, struct departure_wait *w)
{
	w->until_us = clock_mono_us() + INT64_C(1000) * LIMIT_DEPARTURE_WAIT_MS;
	(void)pthread_mutex_lock(&d->lock);
	STAILQ_INSERT_TAIL(&d->waiting, w, link);
	d->woken = true;
	(void)pthread_cond_broadcast(&d->changed);
	(void)pthread_mutex_unlock(&d->lock);
}
