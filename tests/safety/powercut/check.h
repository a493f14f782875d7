/* SPDX-License-Identifier: Apache-2.0 */
/* check.h -- whether what a power cut left is one of the states that were promised. */
#ifndef QUN_TESTS_POWERCUT_CHECK_H
#define QUN_TESTS_POWERCUT_CHECK_H

#include "work.h"

/* What was found in an image. */
struct found {
	int updates; /* -1: not even the world */
	int files;
};

/*
 * Looks at the store that `w` has open: its integrity, its ledger, its groups, its media.
 * `model`: what was done to it. `at`, `marks`: the cut came before this operation, when so
 * many answers had been given. NULL, or what is wrong.
 */
const char *check_store(struct work *w, const struct work *model, size_t at, size_t marks,
	struct found *out);

#endif
