/* SPDX-License-Identifier: Apache-2.0 */
/*
 * departure_work.h -- what departures.c's thread reads and changes: people of one corp who
 * leave their groups together, and the groups that they are in.
 *
 * All who have got equally far walk on together, so that the corp's groups are read once
 * for all of them. Who leaves later starts a walk of his own once this one has ended,
 * together with all others who have come by then.
 */
#ifndef QUN_STORE_DEPARTURE_WORK_H
#define QUN_STORE_DEPARTURE_WORK_H

#include "group/group.h"
#include "store/store.h"

/* A row of `departure`. */
struct leaver {
	enum person_kind kind;
	struct str id; /* userid, or an external's unionid */
	struct str app_key, request_id; /* who asked for it, for the ledger */
};

/* In the order of the table's key; those who are between the first and the last, and not
 * among them, came after this was read. */
struct leavers {
	int64_t corp;
	struct str after; /* groups up to this one are done; "" before the first */
	struct leaver *v;
	size_t n; /* at least 1; at most LIMIT_DEPARTURE_PEOPLE */
};

/* Whose turn it is: of the first corp behind `corp` those who are furthest. */
struct next_leavers_read {
	struct read read; /* ST_NOT_FOUND: nobody */
	int64_t corp; /* in */
	struct leavers next; /* out */
};
void next_leavers_read_init(struct next_leavers_read *r);

/* One employee alone. */
struct one_leaver_read {
	struct read read; /* ST_NOT_FOUND: he is not leaving */
	int64_t corp; /* in */
	struct str userid;
	struct leavers next; /* out */
};
void one_leaver_read_init(struct one_leaver_read *r);

struct leaving {
	struct str chatid;
	const struct leaver *who;
};

/* The next portion of groups. */
struct leaving_read {
	struct read read;
	const struct leavers *of; /* in */
	struct str after; /* groups behind this one */
	/* out */
	struct leaving *v; /* one of them for each group found, in the order of the chatids:
			      he has to leave it before another can */
	size_t n; /* at most LIMIT_DEPARTURE_GROUPS */
	struct str until; /* with these left, the groups up to here are done; STR_NONE:
			     there were none behind `after` */
};
void leaving_read_init(struct leaving_read *r);

/* Leaves them, and notes how far that is. A departure that is no longer there, or is
 * another by now, is left alone. */
struct leave_op {
	struct change change;
	const struct leavers *of; /* in */
	const struct leaving *v;
	size_t n;
	struct str until; /* STR_NONE: these were the last */
	int64_t at_ms;
	/* between decide and write */
	bool *known; /* parallel to of->v */
	int64_t ledger_no; /* the corp's last */
	struct group_plan *plans;
	const struct leaver **by; /* parallel to plans */
	size_t plan_count;
};
void leave_op_init(struct leave_op *op);

#endif
