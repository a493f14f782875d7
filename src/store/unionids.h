/* SPDX-License-Identifier: Apache-2.0 */
/* unionids.h -- external contacts named by userid, for calls that take either id. */
#ifndef QUN_STORE_UNIONIDS_H
#define QUN_STORE_UNIONIDS_H

#include "store/access.h"

enum { UNIONIDS_LISTS = 2 };

/* A change that follows it may find other people under these ids: a userid is then unknown,
 * or was its holder's a moment ago. */
struct unionids_read {
	struct read read; /* set large for more than LIMIT_INLINE_ROWS ids */
	/* in */
	struct access *access;
	struct strs lists[UNIONIDS_LISTS]; /* in, and out with ST_OK: the same length; a
					      userid of an external contact became his
					      unionid, what is nobody's stays */
	/* out */
	struct refusal why; /* ST_REFUSED: the gate */
};
void unionids_read_init(struct unionids_read *r);

#endif
