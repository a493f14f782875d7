/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encode.h -- described structs (base/field.h) as JSON: compact, UTF-8 as it is, keys in
 * table order. What is not set is left out, or null where the field says F_NULL. Text that
 * is not UTF-8 (only a damaged row has any) is shown with '?' in place of its non-ASCII
 * bytes. Any thread; cannot fail.
 */
#ifndef QUN_JSON_ENCODE_H
#define QUN_JSON_ENCODE_H

#include "base/arena.h"
#include "base/field.h"
#include "base/str.h"

/* One object. The text lives in the arena and is followed by a NUL that is not counted. */
struct str json_encode(const struct field *table, const void *obj, struct arena *a);

/* A list of objects, each `size` bytes and described by `table`; "[]" if it is not set. */
struct str json_encode_list(const struct field *table, size_t size,
	const struct objects *list, struct arena *a);

/* Appends `s` as a JSON string, quotes included: for keys that no table can know. */
void json_append_str(struct buf *b, struct str s);

#endif
