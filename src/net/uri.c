/* SPDX-License-Identifier: Apache-2.0 */
#include "net/uri.h"

#include "base/limits.h"
#include "base/text.h"

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum status uri_decode(struct str s, bool plus_is_space, struct arena *a, struct str *out)
{
	bool plain = str_find(s, '%') == s.n && (!plus_is_space || str_find(s, '+') == s.n);
	char *copy;
	size_t n = 0;

	*out = s;
	if (!plain) {
		copy = arena_alloc(a, s.n);
		for (size_t i = 0; i < s.n; i++) {
			char c = s.p[i];

			if (c == '%') {
				int high = i + 2 < s.n ? hex_value(s.p[i + 1]) : -1;
				int low = high >= 0 ? hex_value(s.p[i + 2]) : -1;

				if (low < 0)
					return ST_MALFORMED;
				c = (char)(high << 4 | low);
				i += 2;
			} else if (c == '+' && plus_is_space) {
				c = ' ';
			}
			copy[n++] = c;
		}
		*out = (struct str){ copy, n };
	}
	if (str_find(*out, '\0') < out->n || !utf8_valid(*out))
		return ST_MALFORMED;
	return ST_OK;
}

/* One `name=value`. */
static enum status decode_pair(
	struct str piece, struct arena *a, struct pair *out, struct error *e)
{
	size_t equals = str_find(piece, '=');

	if (uri_decode(str_slice(piece, 0, equals), true, a, &out->name) != ST_OK)
		return fail(
			e, ST_MALFORMED, "", "a name that is not percent-encoded UTF-8");
	if (uri_decode(str_slice(piece, equals + 1, piece.n), true, a, &out->value) !=
		ST_OK)
		return fail(e, ST_MALFORMED, "", "'%.*s' is not percent-encoded UTF-8",
			STR_FMT(out->name));
	return ST_OK;
}

enum status uri_pairs(struct str s, struct arena *a, struct pairs *out, struct error *e)
{
	size_t max = 0;

	for (size_t i = 0; i < s.n; i++)
		max += s.p[i] == '&';
	if (max >= LIMIT_QUERY_PAIRS)
		max = LIMIT_QUERY_PAIRS - 1;
	*out = (struct pairs){ .v = ARENA_ARRAY(a, struct pair, max + 1) };
	while (s.n) {
		size_t end = str_find(s, '&');

		if (end && out->n == LIMIT_QUERY_PAIRS)
			return fail(e, ST_TOO_LARGE, "", "more than %d names and values",
				LIMIT_QUERY_PAIRS);
		if (end) {
			TRY(decode_pair(str_slice(s, 0, end), a, &out->v[out->n], e));
			out->n++;
		}
		s = str_slice(s, end + 1, s.n);
	}
	return ST_OK;
}
