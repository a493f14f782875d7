/* SPDX-License-Identifier: Apache-2.0 */
/* tables.h -- every field table that bytes from outside, or from the store, go through. */
#ifndef QUN_FUZZ_TABLES_H
#define QUN_FUZZ_TABLES_H

#include "base/arena.h"
#include "base/field.h"

/* One of them for each number, over and over: those of the routes, bodies and answers, the
 * world's and the ledger's. */
const struct field *table_chosen(size_t number);
/* Room for what any of them describes. */
void *table_object(struct arena *a);

#endif
