/* SPDX-License-Identifier: Apache-2.0 */
/* worlds.h -- what is loaded before the first request, and what that means for tokens. */
#ifndef QUN_SERVER_WORLDS_H
#define QUN_SERVER_WORLDS_H

#include "server/options.h"
#include "store/store.h"

/* Does the store hold a fixed token? Before the loops start. */
MUST_USE enum status worlds_fixed_tokens(struct store *store, bool *any, struct error *e);

#endif
