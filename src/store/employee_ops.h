/* SPDX-License-Identifier: Apache-2.0 */
/*
 * employee_ops.h -- making, changing and removing employees, and listing them.
 * Initialise with the *_init function, set done and arena of the embedded change or read,
 * submit; as in chat_ops.h.
 */
#ifndef QUN_STORE_EMPLOYEE_OPS_H
#define QUN_STORE_EMPLOYEE_OPS_H

#include "group/employee.h"
#include "store/access.h"
#include "store/people_ops.h"

/*
 * Makes an employee, or takes one back who has left: he keeps his unionid, and gets the
 * name, number and departments of the request. Somebody who is still leaving his groups
 * cannot come back before that is done: ST_AGAIN; see store_await_departure. A number that
 * only people who have left had is taken from them.
 */
struct employee_create_op {
	struct change change;
	/* in */
	struct access *access;
	const struct employee_request *req;
	struct str userid, unionid; /* fresh; userid is used if the request has none */
	/* out: status ST_OK, ST_REFUSED with why, ST_AGAIN; userid and unionid as they are
	 */
	struct employee_facts facts;
	struct refusal why;
};
void employee_create_init(struct employee_create_op *op);

struct employee_update_op {
	struct change change;
	/* in */
	struct access *access;
	const struct employee_request *req;
	/* out */
	struct employee_facts facts;
	struct refusal why;
};
void employee_update_init(struct employee_update_op *op);

/* Marks him as one who has left, which is what every rule goes by from then on. His groups
 * are left in the background: store_departures_wake. */
struct employee_delete_op {
	struct change change;
	/* in */
	struct access *access;
	const struct employee_request *req;
	struct str request_id; /* for the ledger */
	/* out */
	struct employee_facts facts;
	struct refusal why;
};
void employee_delete_init(struct employee_delete_op *op);

/* ---- lists ---- */

/* The active employees who are directly in a department, by userid. */
struct department_read {
	struct read read; /* large */
	/* in */
	struct access *access;
	int64_t dept_id;
	int64_t offset, limit;
	bool details; /* name, mobile and departments too */
	/* out: status ST_OK, ST_REFUSED (the gate, in why) */
	bool known; /* of the corp */
	bool visible; /* in the app's visibility scope */
	struct person *people; /* without details only their userids */
	size_t count;
	bool more; /* behind these */
	struct refusal why;
};
void department_read_init(struct department_read *r);

struct employee_count_read {
	struct read read; /* large */
	struct access *access; /* in */
	int64_t count; /* out: those who work in the corp */
	struct refusal why;
};
void employee_count_read_init(struct employee_count_read *r);

/* Active employees whom the app may see, by name; in the order of their userids. */
struct employee_search_read {
	struct read read; /* large */
	/* in */
	struct access *access;
	struct str word;
	bool whole; /* the name is the word; else it has it somewhere */
	int64_t offset, limit;
	/* out */
	int64_t total; /* with those not given */
	struct strs userids;
	struct refusal why;
};
void employee_search_read_init(struct employee_search_read *r);

#endif
