/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A multipart body whose boundary is "XX", and the same bytes as a Content-Type. The first
 * byte of the input is the size of the pieces it arrives in. Promise, beyond memory safety:
 * that makes no difference.
 */
#include "fuzz/fuzz.h"

#include "base/limits.h"
#include "net/multipart.h"

#include <assert.h>

struct seen {
	struct buf text; /* all that the sink was given */
	bool open;
	size_t parts;
};

static enum status on_begin(void *ctx, const struct multipart_part *part, const char **why)
{
	struct seen *seen = ctx;

	(void)why;
	assert(!seen->open && part->name.n);
	seen->open = true;
	seen->parts++;
	buf_add_str(&seen->text, part->name);
	buf_add_str(&seen->text, part->filename);
	return ST_OK;
}

static enum status on_data(void *ctx, struct str piece, const char **why)
{
	struct seen *seen = ctx;

	(void)why;
	assert(seen->open && piece.n);
	buf_add_str(&seen->text, piece);
	return ST_OK;
}

static enum status on_end(void *ctx, const char **why)
{
	struct seen *seen = ctx;

	(void)why;
	assert(seen->open);
	seen->open = false;
	return ST_OK;
}

static enum status parse(struct str in, size_t step, struct seen *seen)
{
	struct multipart_sink sink = { on_begin, on_data, on_end, seen };
	struct multipart m;
	const char *why = NULL;
	enum status st = ST_OK;

	multipart_init(&m, STR("XX"), &sink);
	for (size_t at = 0; at < in.n && st == ST_OK; at += step)
		st = multipart_feed(&m, str_slice(in, at, at + step), &why);
	if (st == ST_OK)
		st = multipart_finish(&m, &why);
	multipart_fini(&m);
	assert((st == ST_OK) == !why && seen->parts <= LIMIT_PARTS);
	return st;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data + 1, size - 1 }, boundary;
	struct seen whole = { 0 }, pieces = { 0 };
	struct arena a = { 0 };
	enum status st;

	if (size < 2)
		return 0;
	st = parse(in, in.n, &whole);
	assert(parse(in, data[0] ? data[0] : 1, &pieces) == st);
	if (st == ST_OK)
		assert(str_eq(buf_str(&whole.text), buf_str(&pieces.text)));
	if (multipart_boundary(in, &a, &boundary) == ST_OK)
		assert(boundary.n > 0 && boundary.n <= MULTIPART_BOUNDARY_MAX);
	arena_fini(&a);
	buf_fini(&whole.text);
	buf_fini(&pieces.text);
	return 0;
}
