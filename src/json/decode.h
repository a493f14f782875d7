/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode.h -- JSON and form pairs into described structs (base/field.h).
 * Checks form and kinds, never ranges: those are fields_in_range's, so that a rule can say
 * when. Any thread. `out` is the struct that the table describes; the caller zeroes it or
 * fills it with defaults, which absent keys leave as they are. Strings are copied into the
 * arena and followed by a NUL that is not counted. After a failure `out` is undefined.
 *
 * Unknown keys are ignored unless the mode says otherwise, null counts as absent (but not
 * inside a list), and a list may be as long as the text allows.
 */
#ifndef QUN_JSON_DECODE_H
#define QUN_JSON_DECODE_H

#include "base/arena.h"
#include "base/field.h"
#include "base/status.h"
#include "base/str.h"

enum decode_mode {
	DECODE_STRICT, /* a value has its field's JSON type, or it is refused */
	DECODE_CLOSED, /* as strict; a key that the table does not know is ST_INVALID */
	/* The legacy API and forms: an integer may be a boolean or text ("2"), a boolean 0,
	 * 1 or text ("true", "0"), a list text that is comma-separated or JSON, an object
	 * its JSON text; of both the text "null" counts as null. */
	DECODE_LENIENT,
};

/*
 * `text` is exactly one JSON object (RFC 8259).
 * ST_MALFORMED, with no field: no text, not JSON, not an object, a key twice in one object,
 * invalid UTF-8, U+0000 anywhere, a number that int64_t or double cannot hold, anything
 * behind the object, or more than LIMIT_JSON_DEPTH levels, LIMIT_JSON_KEYS keys in one
 * object or LIMIT_JSON_VALUES values. The words name the place, and never quote the text
 * (it may hold secrets). ST_INVALID, with the path of the key ("add_useridlist[3]"): a
 * value of the wrong kind, or a required key that is absent or null. The first in table
 * order.
 */
MUST_USE enum status json_decode(struct str text, const struct field *table, void *out,
	enum decode_mode mode, struct arena *a, struct error *e);

/*
 * A query or a form, always lenient. Of a repeated name the first counts; `name=` is the
 * empty string, and the empty list. ST_INVALID as above, ST_MALFORMED for a value that is
 * not UTF-8 or has U+0000.
 */
MUST_USE enum status pairs_decode(const struct pairs *pairs, const struct field *table,
	void *out, struct arena *a, struct error *e);

#endif
