/* SPDX-License-Identifier: Apache-2.0 */
/* verify_internal.h -- the parts of verify.h, for one another. */
#ifndef QUN_STORE_VERIFY_INTERNAL_H
#define QUN_STORE_VERIFY_INTERNAL_H

#include "group/chat.h"
#include "store/db.h"
#include "store/verify.h"

#include <openssl/evp.h>

struct verify {
	const struct verify_options *o;
	const struct db_driver *driver;
	struct db *db; /* in a read transaction */
	struct verify_result *result;
	EVP_MD_CTX *state; /* SHA-256 of what was read so far */
};

struct verify_corp {
	int64_t number;
	struct str id, name;
	int64_t ledger_no;
	/* counted by the groups' check */
	uint64_t members, ledger_rows;
};

void verify_found(struct verify *v, const char *where, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
/* Runs them with rows in their own arena. */
MUST_USE enum status verify_run(struct verify *v, struct statements *s, struct error *e);

/*
 * One group against its ledger: from its state back to nothing, row by row, each of which
 * must have led to what was there. Counts into corp and the result.
 */
MUST_USE enum status verify_chat(struct verify *v, struct verify_corp *corp,
	const struct chat *chat, struct error *e);

/* Adds the corp and all its rows to the state's hash. */
MUST_USE enum status verify_hash_corp(
	struct verify *v, const struct verify_corp *corp, struct error *e);

/* Every file that a row names, and what else lies in the folder. */
MUST_USE enum status verify_media(struct verify *v, struct error *e);

#endif
