/* SPDX-License-Identifier: Apache-2.0 */
/* uri.h -- percent-decoding, queries and forms. Pure. */
#ifndef QUN_NET_URI_H
#define QUN_NET_URI_H

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"

/* Decodes %XX. ST_MALFORMED for a bad escape, a NUL or what is not UTF-8 after decoding. */
MUST_USE enum status uri_decode(
	struct str s, bool plus_is_space, struct arena *a, struct str *out);
/* a=1&b=2, from a query or an application/x-www-form-urlencoded body; '+' is a space.
 * ST_TOO_LARGE over LIMIT_QUERY_PAIRS. */
MUST_USE enum status uri_pairs(
	struct str s, struct arena *a, struct pairs *out, struct error *e);

#endif
