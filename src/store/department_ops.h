/* SPDX-License-Identifier: Apache-2.0 */
/*
 * department_ops.h -- making, changing, removing and reading departments, and what an app
 * may see. Initialise with the *_init function, set done and arena of the embedded change
 * or read, submit; as in chat_ops.h.
 */
#ifndef QUN_STORE_DEPARTMENT_OPS_H
#define QUN_STORE_DEPARTMENT_OPS_H

#include "group/department.h"
#include "store/access.h"

/*
 * The visibility of every app follows at once, since it is computed from the departments.
 * Removing one also takes it out of the apps' scopes, and people who have left out of it.
 */
struct department_op {
	struct change change;
	/* in */
	struct access *access;
	const struct department_request *req;
	int64_t fresh_id; /* create: the id to take, or the next one that is free */
	/* out: status ST_OK, ST_REFUSED with why */
	int64_t dept_id;
	struct refusal why;
	struct department_state state;
};
void department_create_init(struct department_op *op);
void department_update_init(struct department_op *op);
void department_delete_init(struct department_op *op);

struct department {
	int64_t dept_id;
	struct opt_int parent_id; /* not set: none is above it */
	struct str name;
};

/* A department, or those directly below it, by id. */
struct departments_read {
	struct read read; /* large */
	/* in */
	struct access *access;
	const struct department_request *req; /* without a dept_id: the root */
	bool below;
	/* out: status ST_OK, ST_REFUSED with why */
	struct department *list;
	size_t count;
	struct refusal why;
};
void departments_read_init(struct departments_read *r);

/* From each department of a person up to the topmost. */
struct department_paths_read {
	struct read read; /* large */
	/* in */
	struct access *access;
	const struct department_request *req;
	/* out: status ST_OK, ST_REFUSED with why */
	struct ints *paths;
	size_t count;
	struct refusal why;
};
void department_paths_read_init(struct department_paths_read *r);

/* What the app may see: departments with those below them, and employees who work here. */
struct scope_read {
	struct read read; /* large */
	struct access *access; /* in */
	/* out: status ST_OK, ST_REFUSED (the gate, in why) */
	struct ints dept_ids; /* of an app that sees all: the topmost */
	struct strs userids;
	struct refusal why;
};
void scope_read_init(struct scope_read *r);

#endif
