/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reference.h -- the documents for people, in Markdown, made from the tables.
 * Each function appends one whole document.
 */
#ifndef QUN_API_REFERENCE_H
#define QUN_API_REFERENCE_H

#include "base/str.h"

enum language { ENGLISH, CHINESE, LANGUAGES };

/* Every call: its path, parameters and reply. */
void reference_api(struct buf *out, enum language lang);
/* Every rule: when it refuses, with what answer, and what to do about it. */
void reference_rules(struct buf *out, enum language lang);
/* Every limit of base/limits.h; English only, as its table is. */
void reference_limits(struct buf *out);

#endif
