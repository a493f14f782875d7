/* SPDX-License-Identifier: Apache-2.0 */
/*
 * external_ops.h -- making, changing, removing and reading external contacts.
 * Initialise with the *_init function, set done and arena of the embedded change or read,
 * submit; as in chat_ops.h.
 */
#ifndef QUN_STORE_EXTERNAL_OPS_H
#define QUN_STORE_EXTERNAL_OPS_H

#include "group/external.h"
#include "store/access.h"

/* Who is removed is known to no rule any more; his groups are left in the background:
 * store_departures_wake. */
struct external_op {
	struct change change;
	/* in */
	struct access *access;
	const struct external_request *req;
	struct str userid, unionid; /* create: fresh ones */
	struct str request_id; /* delete: for the ledger */
	/* out: status ST_OK, ST_REFUSED with why; unionid of who it is */
	struct refusal why;
};
void external_create_init(struct external_op *op);
void external_update_init(struct external_op *op);
void external_delete_init(struct external_op *op);

/* One contact, or a page of all by userid. */
struct external_read {
	struct read read; /* small */
	/* in */
	struct access *access;
	const struct external_request *req;
	bool one;
	/* out: status ST_OK, ST_REFUSED with why */
	struct external_contact *list;
	size_t count;
	struct refusal why;
};
void external_read_init(struct external_read *r);

#endif
