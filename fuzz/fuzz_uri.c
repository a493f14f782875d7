/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Percent-encoding, queries, forms and paths. The first byte chooses: 'd' and 'p' decode
 * (p:
 * '+' is a blank), 'r' finds a route, anything else is a query or a form, decoded by the
 * table that the byte chooses.
 * Promises, beyond memory safety: what is decoded is UTF-8 without NUL; encoded again,
 * every byte of it, it decodes to the same; and a form's names and values are those of a
 * slower reading.
 */
#include "fuzz/fuzz.h"

#include "api/route.h"
#include "base/limits.h"
#include "base/text.h"
#include "fuzz/tables.h"
#include "net/uri.h"
#include "json/decode.h"

#include <assert.h>

/* Every byte as %XX. */
static struct str encode(struct str s, struct arena *a)
{
	char *out = arena_alloc(a, 3 * s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		(void)snprintf(out + 3 * i, 4, "%%%02x", (unsigned char)s.p[i]);
	return (struct str){ out, 3 * s.n };
}

static void check_decoded(struct str s, struct arena *a)
{
	struct str again;

	assert(utf8_valid(s) && str_find(s, '\0') == s.n);
	if (uri_decode(encode(s, a), true, a, &again) != ST_OK || !str_eq(s, again))
		die("round trip changed %.*s", STR_FMT(s));
}

static void check_decode(struct str s, bool plus, struct arena *a)
{
	struct str out;

	if (uri_decode(s, plus, a, &out) == ST_OK) {
		assert(out.n <= s.n);
		check_decoded(out, a);
	}
}

static void check_route(struct str path, struct arena *a)
{
	static const enum http_method methods[] = { HTTP_GET, HTTP_POST, HTTP_DELETE };

	for (size_t m = 0; m < ARRAY_LEN(methods); m++) {
		struct route_match match;

		route_find(methods[m], path, a, &match);
		assert(!match.route || match.route->style == match.style);
		for (size_t i = 0; match.route && i < ROUTE_PARAMS; i++)
			if (match.params[i].p)
				check_decoded(match.params[i], a);
	}
	(void)route_methods(path, a);
}

/* Pieces between '&' that are not empty. */
static size_t count_pieces(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] != '&' && (i == 0 || s.p[i - 1] == '&');
	return n;
}

static void check_form(struct str s, const struct field *table, struct arena *a)
{
	struct error e = { 0 };
	struct pairs pairs;
	enum status st = uri_pairs(s, a, &pairs, &e);
	size_t pieces = count_pieces(s);

	if (st != ST_OK) {
		assert(e.text[0] && (st == ST_MALFORMED || pieces > LIMIT_QUERY_PAIRS));
		return;
	}
	assert(pairs.n == pieces && pieces <= LIMIT_QUERY_PAIRS);
	for (size_t i = 0; i < pairs.n; i++) {
		check_decoded(pairs.v[i].name, a);
		check_decoded(pairs.v[i].value, a);
	}
	st = pairs_decode(&pairs, table, table_object(a), a, &e);
	assert(st == ST_OK || e.text[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data, size };
	struct arena a = { 0 };

	if (size == 0)
		return 0;
	in = str_slice(in, 1, in.n);
	switch (data[0]) {
	case 'd': check_decode(in, false, &a); break;
	case 'p': check_decode(in, true, &a); break;
	case 'r': check_route(in, &a); break;
	default: check_form(in, table_chosen(data[0]), &a); break;
	}
	arena_fini(&a);
	return 0;
}
