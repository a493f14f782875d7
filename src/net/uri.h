/* SPDX-License-Identifier: Apache-2.0 */
/* uri.h -- percent-decoding, queries and forms. Pure. */
#ifndef QUN_NET_URI_H
#define QUN_NET_URI_H

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"

/* Decodes %XX; STR_NONE stays STR_NONE. Borrows `s` where nothing had to be decoded, else
 * the arena. ST_MALFORMED for a bad escape, a NUL or what is not UTF-8 after decoding. */
MUST_USE enum status uri_decode(
	struct str s, bool plus_is_space, struct arena *a, struct str *out);
/* a=1&b=2, from a query or an application/x-www-form-urlencoded body; '+' is a space.
 * Empty pieces are skipped, a name without '=' has an empty value, order is kept. Values
 * borrow as in uri_decode. ST_TOO_LARGE over LIMIT_QUERY_PAIRS, ST_MALFORMED as above. */
MUST_USE enum status uri_pairs(
	struct str s, struct arena *a, struct pairs *out, struct error *e);

#endif
