/* SPDX-License-Identifier: Apache-2.0 */
/* world_write.h -- the statements that carry out a world's loading. */
#ifndef QUN_STORE_WORLD_WRITE_H
#define QUN_STORE_WORLD_WRITE_H

#include "store/world_index.h"

/* A corp of the file, in the store. */
struct world_corp_row {
	int64_t number; /* its own, or the next free one */
	bool exists;
	int64_t ledger_no; /* of its last ledger row */
	int64_t stored_ledger_no;
};

/* Makes every object of the index that does not exist; the rest is as change_ops.write. */
void world_load_write(struct change *c, struct statements *out);

/* Removes all that a corp has, but not the corp. */
void corp_clear(int64_t corp, struct statements *out);

#endif
