/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

/*
 * Decodes one code point at s.p[*at] and moves *at past it. False if the bytes there are
 * not well-formed (RFC 3629, section 4); then *at is unchanged.
 */
static bool next_code_point(struct str s, size_t *at, uint32_t *out)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)s.p[*at];
	uint32_t cp;
	size_t len;

	if (first < 0x80) {
		*out = first;
		*at += 1;
		return true;
	}
	len = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	if (first < 0xc2 || first > 0xf4 || s.n - *at < len)
		return false;
	cp = first & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		unsigned char c = (unsigned char)s.p[*at + i];

		if ((c & 0xc0) != 0x80)
			return false;
		cp = cp << 6 | (c & 0x3f);
	}
	if (cp < smallest[len] || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return false;
	*out = cp;
	*at += len;
	return true;
}

bool utf8_valid(struct str s)
{
	uint32_t cp;

	for (size_t at = 0; at < s.n;)
		if ((unsigned char)s.p[at] < 0x80)
			at++;
		else if (!next_code_point(s, &at, &cp))
			return false;
	return true;
}

size_t utf8_count(struct str s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.n; i++)
		count += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return count;
}

bool utf8_has_control(struct str s)
{
	uint32_t cp;

	for (size_t at = 0; at < s.n;) {
		if (!next_code_point(s, &at, &cp))
			return true;
		if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
			return true;
	}
	return false;
}

/* Unicode's White_Space, and the zero-width characters that look like nothing. */
static bool is_space(uint32_t cp)
{
	return cp == ' ' || (cp >= 9 && cp <= 13) || cp == 0x85 || cp == 0xa0 ||
	       cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200d) || cp == 0x2028 ||
	       cp == 0x2029 || cp == 0x202f || cp == 0x205f || cp == 0x2060 ||
	       cp == 0x3000 || cp == 0xfeff;
}

bool utf8_is_blank(struct str s)
{
	uint32_t cp;

	for (size_t at = 0; at < s.n;)
		if (!next_code_point(s, &at, &cp) || !is_space(cp))
			return false;
	return true;
}

struct str utf8_prefix(struct str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max && ((unsigned char)s.p[max] & 0xc0) == 0x80)
		max--;
	return (struct str){ s.p, max };
}

struct str hex_encode(struct arena *a, const void *p, size_t n)
{
	const unsigned char *b = p;
	char *out = arena_alloc(a, 2 * n + 1);

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = "0123456789abcdef"[b[i] >> 4];
		out[2 * i + 1] = "0123456789abcdef"[b[i] & 15];
	}
	return (struct str){ out, 2 * n };
}

static const char url_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static struct str base64(struct arena *a, const unsigned char *b, size_t n,
	const char digits[static 64], bool pad)
{
	char *out = arena_alloc(a, (n + 2) / 3 * 4 + 1);
	size_t len = 0;

	for (size_t i = 0; i < n; i += 3) {
		size_t have = n - i < 3 ? n - i : 3;
		uint32_t bits = (uint32_t)b[i] << 16 |
				(have > 1 ? (uint32_t)b[i + 1] << 8 : 0) |
				(have > 2 ? b[i + 2] : 0u);

		for (size_t j = 0; j < 4; j++) {
			if (j <= have)
				out[len++] = digits[bits >> (18 - 6 * j) & 63];
			else if (pad)
				out[len++] = '=';
		}
	}
	return (struct str){ out, len };
}

struct str base64_encode(struct arena *a, const void *p, size_t n)
{
	return base64(a, p, n,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true);
}

struct str base64url_encode(struct arena *a, const void *p, size_t n)
{
	return base64(a, p, n, url_digits, false);
}

bool base64url_decode(struct str text, struct arena *a, struct str *out)
{
	char *bytes = arena_alloc(a, text.n / 4 * 3 + 3);
	uint32_t bits = 0;
	unsigned waiting = 0; /* bits that make no whole byte yet */
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		const char *digit = memchr(url_digits, text.p[i], sizeof(url_digits) - 1);

		if (!digit)
			return false;
		bits = bits << 6 | (uint32_t)(digit - url_digits);
		waiting += 6;
		if (waiting < 8)
			continue;
		waiting -= 8;
		bytes[n++] = (char)(bits >> waiting & 0xff);
	}
	*out = (struct str){ bytes, n };
	/* A last digit too many, or one that says more than its byte takes. */
	return waiting < 6 && (bits & ((1u << waiting) - 1)) == 0;
}

struct str time_encode(struct arena *a, int64_t at_ms)
{
	time_t seconds = (time_t)(at_ms / 1000);
	struct tm t = { 0 };
	char day[32] = "";

	(void)gmtime_r(&seconds, &t);
	(void)strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &t);
	return arena_printf(a, "%s.%03dZ", day, (int)(at_ms % 1000));
}

bool mem_eq_const_time(const void *a, const void *b, size_t n)
{
	const volatile unsigned char *x = a, *y = b;
	unsigned char diff = 0;

	for (size_t i = 0; i < n; i++)
		diff |= (unsigned char)(x[i] ^ y[i]);
	return diff == 0;
}
