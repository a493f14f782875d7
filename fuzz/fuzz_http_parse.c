/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request's head and its body as chunks. The first byte of the input is the size of the
 * pieces it arrives in. Promises, beyond memory safety: that makes no difference; a head
 * that is taken has one Host and one length; chunks are what a slow reading of RFC 9112
 * takes.
 */
#include "fuzz/fuzz.h"

#include "base/limits.h"
#include "net/chunk.h"
#include "net/http_parse.h"

#include <assert.h>
#include <stdlib.h>

/* Where the head ends, with its status. */
static enum status scan(struct str in, size_t step, size_t *end, size_t *skipped)
{
	struct head_scan s = head_scan_request();
	struct http_fault fault = { 0 };
	enum status st = ST_AGAIN;
	size_t used;

	for (*end = 0; *end < in.n && st == ST_AGAIN; *end += used) {
		used = 0;
		st = head_scan(&s, str_slice(in, *end, *end + step), &used, &fault);
	}
	*skipped = s.skipped;
	assert(st == ST_OK || st == ST_AGAIN || fault.detail);
	return st;
}

/* The body, and in `*end` how many bytes of `in` it took. */
static enum status unchunk(struct str in, size_t step, struct buf *out, size_t *end)
{
	struct chunk c = { 0 };
	struct http_fault fault = { 0 };
	enum status st = ST_AGAIN;

	*end = 0;
	while (*end < in.n && st == ST_AGAIN) {
		struct str piece = str_slice(in, *end, *end + step), data;
		size_t had = piece.n;

		st = chunk_next(&c, &piece, &data, &fault);
		buf_add_str(out, data);
		*end += had - piece.n;
	}
	assert(st == ST_OK || st == ST_AGAIN || fault.detail);
	return st;
}

/* ---- chunks, read slowly and plainly ---- */

static size_t span(struct str s, bool (*of)(char c))
{
	size_t n = 0;

	while (n < s.n && of(s.p[n]))
		n++;
	return n;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* `"a \"b\" c"` */
static size_t quoted(struct str s)
{
	for (size_t i = 1; i < s.n && ((unsigned char)s.p[i] >= 0x20 || s.p[i] == '\t') &&
			   s.p[i] != 0x7f;
		i++) {
		if (s.p[i] == '"')
			return i + 1;
		if (s.p[i] == '\\' && ++i < s.n &&
			(((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t') ||
				s.p[i] == 0x7f))
			return 0;
	}
	return 0;
}

/* The bytes of one `;name=value`; 0 if that is not what it is. */
static size_t extension(struct str s)
{
	size_t n = 1 + span(str_slice(s, 1, s.n), http_is_token_char), value;

	if (n == 1)
		return 0;
	if (n == s.n || s.p[n] != '=')
		return n;
	s = str_slice(s, n + 1, s.n);
	value = s.n && s.p[0] == '"' ? quoted(s) : span(s, http_is_token_char);
	return value ? n + 1 + value : 0;
}

static bool take(struct str *in, const char *word)
{
	struct str w = str_from(word);

	if (!str_starts(*in, w))
		return false;
	*in = str_slice(*in, w.n, in->n);
	return true;
}

/* True if `in` begins with a whole chunked body; then the body, and what follows. */
static bool reference_unchunk(struct str *in, struct buf *out)
{
	size_t extensions = 0;

	while (true) {
		size_t n = span(*in, is_hex);
		char size[17] = { 0 };
		unsigned long long left;

		if (n == 0 || n >= sizeof(size))
			return false;
		memcpy(size, in->p, n);
		left = strtoull(size, NULL, 16);
		*in = str_slice(*in, n, in->n);
		while (in->n && in->p[0] == ';') {
			n = extension(*in);
			extensions += n;
			if (n == 0 || extensions > LIMIT_CHUNK_EXT)
				return false;
			*in = str_slice(*in, n, in->n);
		}
		if (!take(in, "\r\n"))
			return false;
		if (left == 0)
			return take(in, "\r\n");
		if (left > in->n)
			return false;
		buf_add(out, in->p, (size_t)left);
		*in = str_slice(*in, (size_t)left, in->n);
		if (!take(in, "\r\n"))
			return false;
	}
}

static void check_reference(struct str in, enum status st, struct str body, size_t end)
{
	struct str rest = in;
	struct buf out = { 0 };
	bool whole = reference_unchunk(&rest, &out);

	assert(whole == (st == ST_OK));
	if (whole)
		assert(str_eq(body, buf_str(&out)) && end == in.n - rest.n);
	buf_fini(&out);
}

static void check_chunks(struct str in, size_t step)
{
	struct buf whole = { 0 }, pieces = { 0 };
	size_t end, end2;
	enum status st = unchunk(in, in.n, &whole, &end),
		    st2 = unchunk(in, step, &pieces, &end2);

	assert(st == st2 && str_eq(buf_str(&whole), buf_str(&pieces)));
	assert(st != ST_OK || end == end2);
	check_reference(in, st, buf_str(&whole), end);
	buf_fini(&whole);
	buf_fini(&pieces);
}

static size_t count(const struct http_head *head, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < head->header_count; i++)
		n += str_is(head->headers[i].name, name);
	return n;
}

static void check_head(struct str block)
{
	struct http_head head;
	struct http_fault fault = { 0 };
	struct arena a = { 0 };

	if (http_parse_head(block, &a, &head, &fault) == ST_OK) {
		assert(head.path.n && (head.path.p[0] == '/' || head.path.p[0] == '*'));
		assert(!head.chunked || (!head.has_length && head.minor == 1));
		assert(head.host.n || head.minor == 0);
		assert(count(&head, "host") <= 1 && count(&head, "content-length") <= 1);
		assert(count(&head, "transfer-encoding") == head.chunked);
		assert(count(&head, "content-length") == head.has_length);
	} else {
		assert(fault.detail);
	}
	arena_fini(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data + 1, size - 1 };
	size_t step, end, end2, skipped, skipped2;
	enum status st;

	if (size < 2)
		return 0;
	step = data[0] ? data[0] : 1;
	st = scan(in, in.n, &end, &skipped);
	assert(scan(in, step, &end2, &skipped2) == st);
	if (st == ST_OK) {
		assert(end == end2 && skipped == skipped2);
		check_head(str_slice(in, skipped, end));
		in = str_slice(in, end, in.n);
	}
	check_chunks(in, step);
	return 0;
}
