/* SPDX-License-Identifier: Apache-2.0 */
/* json_reference.h -- what json/decode.h promises to take as JSON, read slowly and plainly.
 */
#ifndef QUN_FUZZ_JSON_REFERENCE_H
#define QUN_FUZZ_JSON_REFERENCE_H

#include "base/str.h"

/* Whether `text` is exactly one object by RFC 8259, without a key twice in one object,
 * U+0000, numbers out of range, or more than the limits of nesting and keys. */
bool json_reference_takes(struct str text);

#endif
