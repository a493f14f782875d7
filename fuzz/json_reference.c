/* SPDX-License-Identifier: Apache-2.0 */
/* Recursive descent, one function a rule of RFC 8259. Each takes what it knows off the
 * front of the text and says whether it was there. */
#include "fuzz/json_reference.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

struct text {
	struct str rest;
	struct arena arena;
	size_t depth;
};

static bool value(struct text *t);

static char peek(const struct text *t)
{
	return t->rest.n ? t->rest.p[0] : '\0';
}

static void skip(struct text *t, size_t n)
{
	t->rest = str_slice(t->rest, n, t->rest.n);
}

static bool take(struct text *t, char c)
{
	if (t->rest.n == 0 || t->rest.p[0] != c)
		return false;
	skip(t, 1);
	return true;
}

static void blanks(struct text *t)
{
	while (t->rest.n && strchr(" \t\r\n", t->rest.p[0]) && t->rest.p[0])
		skip(t, 1);
}

static bool word(struct text *t, struct str w)
{
	if (!str_starts(t->rest, w))
		return false;
	skip(t, w.n);
	return true;
}

/* Four hexadecimal digits, or -1. */
static long unit(struct text *t)
{
	char digits[5] = { 0 };

	if (t->rest.n < 4)
		return -1;
	memcpy(digits, t->rest.p, 4);
	if (strspn(digits, "0123456789abcdefABCDEF") != 4)
		return -1;
	skip(t, 4);
	return strtol(digits, NULL, 16);
}

static void add_utf8(struct buf *out, unsigned long c)
{
	char b[4] = { (char)(0xf0 | c >> 18), (char)(0x80 | (c >> 12 & 0x3f)),
		(char)(0x80 | (c >> 6 & 0x3f)), (char)(0x80 | (c & 0x3f)) };

	if (c < 0x80)
		b[3] = (char)c;
	else if (c < 0x800)
		b[2] = (char)(0xc0 | c >> 6);
	else if (c < 0x10000)
		b[1] = (char)(0xe0 | c >> 12);
	if (c < 0x80)
		buf_add(out, b + 3, 1);
	else if (c < 0x800)
		buf_add(out, b + 2, 2);
	else if (c < 0x10000)
		buf_add(out, b + 1, 3);
	else
		buf_add(out, b, 4);
}

/* After the backslash. */
static bool escape(struct text *t, struct buf *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at = t->rest.n && peek(t) ? strchr(from, peek(t)) : NULL;
	long high, low;

	if (at) {
		skip(t, 1);
		buf_add(out, to + (at - from), 1);
		return true;
	}
	if (!take(t, 'u'))
		return false;
	high = unit(t);
	if (high <= 0 || (high >= 0xdc00 && high < 0xe000))
		return false;
	if (high < 0xd800 || high >= 0xe000) {
		add_utf8(out, (unsigned long)high);
		return true;
	}
	if (!word(t, STR("\\u")))
		return false;
	low = unit(t);
	if (low < 0xdc00 || low >= 0xe000)
		return false;
	add_utf8(out, 0x10000ul + (unsigned long)(high - 0xd800) * 0x400 +
			      (unsigned long)(low - 0xdc00));
	return true;
}

static bool string(struct text *t, struct str *out)
{
	struct buf text = { 0 };
	bool good = take(t, '"');

	while (good && t->rest.n && peek(t) != '"') {
		if (take(t, '\\'))
			good = escape(t, &text);
		else if ((unsigned char)peek(t) < 0x20)
			good = false;
		else {
			buf_add(&text, t->rest.p, 1);
			skip(t, 1);
		}
	}
	good = good && take(t, '"') && utf8_valid(buf_str(&text));
	*out = arena_str(&t->arena, text.n ? buf_str(&text) : STR(""));
	buf_fini(&text);
	return good;
}

static bool digits(struct text *t)
{
	size_t n = 0;

	while (n < t->rest.n && t->rest.p[n] >= '0' && t->rest.p[n] <= '9')
		n++;
	skip(t, n);
	return n > 0;
}

static bool number(struct text *t)
{
	const char *start = t->rest.p;
	bool real = false;
	char *text;

	(void)take(t, '-');
	if (!take(t, '0') && !digits(t))
		return false;
	if (take(t, '.')) {
		real = true;
		if (!digits(t))
			return false;
	}
	if (take(t, 'e') || take(t, 'E')) {
		real = true;
		if (!take(t, '+'))
			(void)take(t, '-');
		if (!digits(t))
			return false;
	}
	text = arena_cstr(&t->arena, (struct str){ start, (size_t)(t->rest.p - start) });
	errno = 0;
	if (real)
		return isfinite(strtod(text, NULL));
	(void)strtoll(text, NULL, 10);
	return errno == 0;
}

static bool list(struct text *t)
{
	blanks(t);
	if (take(t, ']'))
		return true;
	do {
		if (!value(t))
			return false;
	} while (take(t, ','));
	return take(t, ']');
}

static bool object(struct text *t)
{
	struct str keys[LIMIT_JSON_KEYS];
	size_t n = 0;

	blanks(t);
	if (take(t, '}'))
		return true;
	do {
		struct strs known = { keys, n, true };

		blanks(t);
		if (n == LIMIT_JSON_KEYS || !string(t, &keys[n]) ||
			strs_have(&known, keys[n]))
			return false;
		n++;
		blanks(t);
		if (!take(t, ':') || !value(t))
			return false;
	} while (take(t, ','));
	return take(t, '}');
}

static bool value(struct text *t)
{
	bool good;
	struct str s;

	blanks(t);
	if (peek(t) == '{' || peek(t) == '[') {
		bool is_object = peek(t) == '{';

		if (t->depth++ == LIMIT_JSON_DEPTH)
			return false;
		skip(t, 1);
		good = is_object ? object(t) : list(t);
		t->depth--;
	} else if (peek(t) == '"') {
		good = string(t, &s);
	} else {
		good = word(t, STR("true")) || word(t, STR("false")) ||
		       word(t, STR("null")) || number(t);
	}
	blanks(t);
	return good;
}

bool json_reference_takes(struct str text)
{
	struct text t = { .rest = text };
	bool good;

	blanks(&t);
	good = peek(&t) == '{' && value(&t) && t.rest.n == 0;
	arena_fini(&t.arena);
	return good;
}
