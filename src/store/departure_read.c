/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "store/departure_work.h"

/* ---- who ---- */

#define LEAVER_COLUMNS "d.corp, d.after_chatid, d.kind, d.userid, d.app_key, d.request_id"

static enum status take_leavers(
	const struct rows *rows, struct arena *a, struct leavers *out)
{
	if (rows->n == 0)
		return ST_NOT_FOUND;
	*out = (struct leavers){ .corp = rows_int(rows, 0, 0),
		.after = rows_text(rows, 0, 1),
		.v = ARENA_ARRAY(a, struct leaver, rows->n),
		.n = rows->n };
	for (size_t i = 0; i < rows->n; i++)
		out->v[i] = (struct leaver){ .kind = (enum person_kind)rows_int(rows, i, 2),
			.id = rows_text(rows, i, 3),
			.app_key = rows_text(rows, i, 4),
			.request_id = rows_text(rows, i, 5) };
	return ST_OK;
}

/* The furthest first: whoever comes meanwhile does not keep them from getting to the end.
 */
static void next_leavers_ask(struct read *r, struct statements *facts)
{
	const struct next_leavers_read *q = CONTAINER_OF(r, struct next_leavers_read, read);

	STATEMENT(facts,
		"SELECT " LEAVER_COLUMNS " FROM (SELECT corp, after_chatid FROM departure"
		" WHERE corp > $1 ORDER BY corp, after_chatid DESC LIMIT 1) furthest"
		" JOIN departure d ON d.corp = furthest.corp"
		" AND d.after_chatid = furthest.after_chatid"
		" ORDER BY d.kind, d.userid LIMIT $2",
		V_INT(q->corp), V_INT(LIMIT_DEPARTURE_PEOPLE));
}

static enum status next_leavers_take(struct read *r, struct statements *facts)
{
	struct next_leavers_read *q = CONTAINER_OF(r, struct next_leavers_read, read);

	return take_leavers(rows_next(facts), r->arena, &q->next);
}

void next_leavers_read_init(struct next_leavers_read *r)
{
	static const struct read_ops ops = { "departures_next", next_leavers_ask,
		next_leavers_take };

	*r = (struct next_leavers_read){ .read.ops = &ops };
}

static void one_leaver_ask(struct read *r, struct statements *facts)
{
	const struct one_leaver_read *q = CONTAINER_OF(r, struct one_leaver_read, read);

	STATEMENT(facts,
		"SELECT " LEAVER_COLUMNS
		" FROM departure d WHERE d.corp = $1 AND d.kind = 0 AND d.userid = $2",
		V_INT(q->corp), V_TEXT(q->userid));
}

static enum status one_leaver_take(struct read *r, struct statements *facts)
{
	struct one_leaver_read *q = CONTAINER_OF(r, struct one_leaver_read, read);

	return take_leavers(rows_next(facts), r->arena, &q->next);
}

void one_leaver_read_init(struct one_leaver_read *r)
{
	static const struct read_ops ops = { "departure_one", one_leaver_ask,
		one_leaver_take };

	*r = (struct one_leaver_read){ .read.ops = &ops };
}

/* ---- their groups ---- */

/* Looking one member up costs about as much as going through three. */
enum { SCAN_MEMBERS = 3 };

#define SQL_LAST \
	"(SELECT max(chatid) FROM (SELECT chatid FROM chat" \
	" WHERE corp = $1 AND chatid > $2 ORDER BY chatid LIMIT $3) portion)"
#define SQL_FOUND \
	"SELECT c.chatid, m.kind, m.id, CASE WHEN c.owner_kind = m.kind" \
	" AND c.owner = m.id THEN c.member_count ELSE 0 END"
#define SQL_OF_THE_PORTION \
	" WHERE c.corp = $1 AND c.chatid > $2 AND c.chatid <= " SQL_LAST \
	" AND c.dissolved = 0 AND m.corp = $1 AND m.kind = d.kind AND m.id = d.userid" \
	" AND d.corp = $1 AND d.after_chatid = $4 AND (d.kind, d.userid) >= ($5, $6)" \
	" AND (d.kind, d.userid) <= ($7, $8)"

/* Small groups are gone through, so that their cost does not grow with the number of people
 * who leave; in large ones each of these is looked up, so that it does not grow with the
 * group. CROSS keeps the order of the loops, and the 0 keeps SQLite from going
 * through the members of all groups of the portion for each. */
static void leaving_ask(struct read *r, struct statements *facts)
{
	const struct leaving_read *q = CONTAINER_OF(r, struct leaving_read, read);
	const struct leaver *first = q->of->v, *last = &q->of->v[q->of->n - 1];

	STATEMENT(facts, "SELECT " SQL_LAST, V_INT(q->of->corp), V_TEXT(q->after),
		V_INT(LIMIT_DEPARTURE_READ));
	STATEMENT(facts,
		SQL_FOUND
		" FROM chat c CROSS JOIN chat_member m CROSS JOIN departure "
		"d" SQL_OF_THE_PORTION " AND c.member_count <= $9 AND m.chat = c.number + 0"
		" UNION ALL " SQL_FOUND
		" FROM chat c CROSS JOIN departure d CROSS JOIN chat_member "
		"m" SQL_OF_THE_PORTION " AND c.member_count > $9 AND m.chat = c.number"
		" ORDER BY 1, 2, 3 LIMIT $10",
		V_INT(q->of->corp), V_TEXT(q->after), V_INT(LIMIT_DEPARTURE_READ),
		V_TEXT(q->of->after), V_INT(first->kind), V_TEXT(first->id),
		V_INT(last->kind), V_TEXT(last->id), V_INT(SCAN_MEMBERS * q->of->n),
		V_INT(LIMIT_DEPARTURE_GROUPS * q->of->n));
}

static const struct leaver *find_leaver(
	const struct leavers *of, enum person_kind kind, struct str id)
{
	for (size_t i = 0; i < of->n; i++)
		if (of->v[i].kind == kind && str_eq(of->v[i].id, id))
			return &of->v[i];
	return NULL;
}

/* One for each group: the next one's change of it rests on this one's. */
static enum status leaving_take(struct read *r, struct statements *facts)
{
	struct leaving_read *q = CONTAINER_OF(r, struct leaving_read, read);
	const struct rows *last = rows_next(facts), *found = rows_next(facts);
	/* What keeps the last group of the portion from being reached: rows left out, a
	 * group with another leaver, too many groups. */
	bool cut = found->n == LIMIT_DEPARTURE_GROUPS * q->of->n, more = false,
	     full = false;
	struct str done = q->after;
	int64_t members = 0; /* of the groups that need a new owner */

	q->v = ARENA_ARRAY(r->arena, struct leaving, LIMIT_DEPARTURE_GROUPS);
	q->n = 0;
	for (size_t i = 0; i < found->n && !full; i++) {
		struct str chatid = rows_text(found, i, 0);
		const struct leaver *who = find_leaver(q->of,
			(enum person_kind)rows_int(found, i, 1), rows_text(found, i, 2));

		if (!who)
			continue;
		if (q->n > 0 && str_eq(chatid, q->v[q->n - 1].chatid)) {
			more = true;
			continue;
		}
		if (q->n > 0 && !more)
			done = q->v[q->n - 1].chatid;
		members += rows_int(found, i, 3);
		full = q->n == LIMIT_DEPARTURE_GROUPS ||
		       (q->n > 0 && members > LIMIT_DEPARTURE_MEMBERS);
		if (!full)
			q->v[q->n++] = (struct leaving){ chatid, who };
	}
	q->until = cut || more || full ? done : rows_text(last, 0, 0);
	return ST_OK;
}

void leaving_read_init(struct leaving_read *r)
{
	static const struct read_ops ops = { "departures_groups", leaving_ask,
		leaving_take };

	*r = (struct leaving_read){ .read.ops = &ops };
}
