/* SPDX-License-Identifier: Apache-2.0 */
/* worlds.h -- what is loaded before the first request, and what that means for tokens. */
#ifndef QUN_SERVER_WORLDS_H
#define QUN_SERVER_WORLDS_H

#include "server/options.h"
#include "store/store.h"

/*
 * Makes what is absent of each --world file, in order, then of the demo's world. ST_INVALID
 * and others name the file, the place in it and the cause; files before it stay loaded.
 * Waits for the store. Before the loops start.
 */
MUST_USE enum status worlds_load(
	struct store *store, const struct options *o, struct error *e);
/* Reads and checks the same files, their media too, and loads nothing. */
MUST_USE enum status worlds_check(const struct options *o, struct error *e);
/* Does the store hold a fixed token? Before the loops start. */
MUST_USE enum status worlds_fixed_tokens(struct store *store, bool *any, struct error *e);

#endif
