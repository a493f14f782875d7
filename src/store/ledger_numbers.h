/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_numbers.h -- the numbers of the ledger rows that one transaction adds; they count
 * within a corp. They are given out here and not by the database, so that no statement of a
 * change has to look its number up, and a corp's row is written once for a whole batch. The
 * writer's thread.
 */
#ifndef QUN_STORE_LEDGER_NUMBERS_H
#define QUN_STORE_LEDGER_NUMBERS_H

#include "base/limits.h"
#include "store/statements.h"

/* All zero when the transaction begins. */
struct ledger_numbers {
	struct {
		int64_t corp, last;
	} v[LIMIT_BATCH]; /* a change is of one corp */
	size_t n;
};

/* The next number of the corp, whose last one was `stored` when the transaction began. */
int64_t ledger_numbers_next(struct ledger_numbers *numbers, int64_t corp, int64_t stored);
/* Appends what keeps the last numbers. */
void ledger_numbers_write(const struct ledger_numbers *numbers, struct statements *out);

/* One corp's last number. */
void ledger_number_write(int64_t corp, int64_t last, struct statements *out);

#endif
