/* SPDX-License-Identifier: Apache-2.0 */
/*
 * str.h -- strings by value, and a buffer that grows.
 * A struct str borrows its bytes; the comment at a declaration says from whom. It is not
 * NUL-terminated. p == NULL means "not there"; p != NULL with n == 0 is the empty string.
 */
#ifndef QUN_BASE_STR_H
#define QUN_BASE_STR_H

#include "base/compiler.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

struct strs {
	struct str *v;
	size_t n;
	bool set; /* a list was given, even if it is empty */
};

/* A name and its value, as in a query or a form; pairs keep the order they came in. */
struct pair {
	struct str name, value;
};

struct pairs {
	struct pair *v;
	size_t n;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
/* The same as the initialiser of a static table, where a compound literal may not stand. */
#define STR_INIT(literal) \
	{ \
		"" literal, sizeof(literal) - 1 \
	}
#define STR_NONE ((struct str){ NULL, 0 })

/* printf("%.*s", STR_FMT(s)) */
#define STR_FMT(s) (int)(s).n, (s).p ? (s).p : ""

/* Some are inline: they are called hundreds of times for each request. */

/* Borrows `cstr`; NULL gives STR_NONE. */
static inline struct str str_from(const char *cstr)
{
	return cstr ? (struct str){ cstr, strlen(cstr) } : STR_NONE;
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* ASCII letters compare without case. */
bool str_eq_nocase(struct str a, struct str b);
static inline bool str_is(struct str a, const char *cstr)
{
	return str_eq(a, str_from(cstr));
}

bool str_starts(struct str s, struct str prefix);
/* Byte order, the shorter first; a strict weak order for qsort and bsearch. */
int str_cmp(struct str a, struct str b);
/* Index of the first `c`, or s.n. */
size_t str_find(struct str s, char c);
/* What of s lies there: a bound past the end is the end. */
static inline struct str str_slice(struct str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return s.p ? (struct str){ s.p + from, to - from } : STR_NONE;
}

/* Without blanks and tabs at both ends. */
struct str str_trim(struct str s);
/* Decimal digits only, no sign, no blanks; false if empty, not a number or over `max`. */
MUST_USE bool str_to_u64(struct str s, uint64_t max, uint64_t *out);
/* An optional '-' and decimal digits. False if not a number or out of range. */
MUST_USE bool str_to_i64(struct str s, int64_t *out);
bool strs_have(const struct strs *list, struct str s);
/* The first value of that name, else STR_NONE. */
struct str pairs_get(const struct pairs *list, struct str name);

/* Bytes that grow; ours until buf_fini. Zero-initialise. Memory exhaustion aborts. */
struct buf {
	char *p;
	size_t n, cap;
};

void buf_fini(struct buf *b);
void buf_reserve(struct buf *b, size_t more);
static inline void buf_add(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	if (n > b->cap - b->n)
		buf_reserve(b, n);
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

static inline void buf_add_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.n);
}

/* In decimal; quicker than buf_printf. */
void buf_add_int(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Drops the first `n` bytes. */
void buf_drop(struct buf *b, size_t n);
/* Borrows the contents until the buffer changes. */
struct str buf_str(const struct buf *b);

#endif
