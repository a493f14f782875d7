/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request's head and its body as chunks. The first byte of the input is the size of the
 * pieces it arrives in. Promise, beyond memory safety: that makes no difference.
 */
#include "fuzz/fuzz.h"

#include "net/chunk.h"
#include "net/http_parse.h"

#include <assert.h>

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

static void check_chunks(struct str in, size_t step)
{
	struct buf whole = { 0 }, pieces = { 0 };
	size_t end, end2;
	enum status st = unchunk(in, in.n, &whole, &end),
		    st2 = unchunk(in, step, &pieces, &end2);

	assert(st == st2 && str_eq(buf_str(&whole), buf_str(&pieces)));
	assert(st != ST_OK || end == end2);
	buf_fini(&whole);
	buf_fini(&pieces);
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
