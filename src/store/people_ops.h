/* SPDX-License-Identifier: Apache-2.0 */
/* people_ops.h -- employees and external contacts, found by userid, unionid or mobile. */
#ifndef QUN_STORE_PEOPLE_OPS_H
#define QUN_STORE_PEOPLE_OPS_H

#include "group/chat.h"
#include "store/access.h"

enum person_key { PERSON_BY_USERID, PERSON_BY_UNIONID, PERSON_BY_MOBILE };

struct person {
	enum person_kind kind;
	struct str userid, unionid, name, mobile;
	bool active;
	int64_t *dept_ids;
	size_t dept_count;
	bool visible; /* in the calling app's scope; true for externals */
};

struct person_read {
	struct read read; /* small */
	/* in */
	struct access *access;
	enum person_key key;
	struct str value;
	bool externals; /* PERSON_BY_UNIONID also finds external contacts */
	/* out: ST_OK, ST_NOT_FOUND, ST_REFUSED (the gate) */
	struct person person;
	struct refusal why;
};
void person_read_init(struct person_read *r);

#endif
