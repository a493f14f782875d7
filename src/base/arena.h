/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h -- memory that is given back all at once.
 * A request owns one; whatever is made for the request dies with it. One thread at a time.
 * Exhausted memory aborts: every input is bounded before it gets here.
 */
#ifndef QUN_BASE_ARENA_H
#define QUN_BASE_ARENA_H

#include "base/str.h"

#include <stdarg.h>

struct arena_chunk;

/* Zero-initialise; no call is needed before the first allocation. */
struct arena {
	struct arena_chunk *chunks;
	char *at, *end;
};

void arena_fini(struct arena *a); /* also makes it usable again */
/* Gives all but one chunk back: for what is used again soon. */
void arena_reset(struct arena *a);
/* Zeroed, aligned for any type. A size of 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t size);
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_array((a), (n), sizeof(type)))
void *arena_array(struct arena *a, size_t n, size_t size);
/* A copy; STR_NONE stays STR_NONE. The copy is followed by a NUL that is not counted. */
struct str arena_str(struct arena *a, struct str s);
char *arena_cstr(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct str arena_vprintf(struct arena *a, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);

#endif
