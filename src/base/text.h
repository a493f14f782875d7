/* SPDX-License-Identifier: Apache-2.0 */
/* text.h -- UTF-8, hex and base64: pure functions on bytes. */
#ifndef QUN_BASE_TEXT_H
#define QUN_BASE_TEXT_H

#include "base/arena.h"
#include "base/str.h"

/* Well-formed by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool utf8_valid(struct str s);
/* Code points of a valid string. */
size_t utf8_count(struct str s);
/* True if a valid string has a control character (general category Cc). */
bool utf8_has_control(struct str s);
/* True if a valid string is empty or only white space, ideographic and no-break included.
 */
bool utf8_is_blank(struct str s);
/* The longest prefix of at most `max` bytes that does not cut a character. */
struct str utf8_prefix(struct str s, size_t max);

struct str hex_encode(struct arena *a, const void *p, size_t n); /* lower case */
/* Standard alphabet with padding, as in openConversationId. */
struct str base64_encode(struct arena *a, const void *p, size_t n);
/* URL alphabet, no padding. */
struct str base64url_encode(struct arena *a, const void *p, size_t n);
/* What base64url_encode gave; false for any other text. */
MUST_USE bool base64url_decode(struct str text, struct arena *a, struct str *out);

/* "2026-01-01T00:00:00.007Z", of milliseconds since 1970-01-01 UTC. */
struct str time_encode(struct arena *a, int64_t at_ms);

/* Equal in a time that depends on the lengths only. */
bool mem_eq_const_time(const void *a, const void *b, size_t n);

#endif
