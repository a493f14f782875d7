/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include "base/status.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_MIN = 4096 - 64, ALIGN = alignof(max_align_t) };

struct arena_chunk {
	struct arena_chunk *next;
	alignas(max_align_t) char bytes[];
};

void arena_fini(struct arena *a)
{
	struct arena_chunk *next;

	for (struct arena_chunk *c = a->chunks; c; c = next) {
		next = c->next;
		free(c);
	}
	*a = (struct arena){ 0 };
}

void arena_reset(struct arena *a)
{
	struct arena_chunk *kept = a->chunks;
	struct arena rest = { 0 };

	/* of one size, so that what is kept does not grow */
	if (!kept || a->end - kept->bytes != CHUNK_MIN) {
		arena_fini(a);
		return;
	}
	rest.chunks = kept->next;
	arena_fini(&rest);
	kept->next = NULL;
	a->at = kept->bytes;
}

/* Large pieces get a chunk of their own behind the current one, whose rest stays in use. */
static void *alloc_chunk(struct arena *a, size_t size)
{
	bool own = size > CHUNK_MIN / 4;
	size_t cap = own ? size : CHUNK_MIN;
	struct arena_chunk *c;

	if (cap > SIZE_MAX - sizeof(*c))
		die("allocation of %zu bytes", size);
	c = malloc(sizeof(*c) + cap);
	if (!c)
		die("out of memory: %zu bytes", cap);
	if (own && a->chunks) {
		c->next = a->chunks->next;
		a->chunks->next = c;
		return c->bytes;
	}
	c->next = a->chunks;
	a->chunks = c;
	a->at = c->bytes + size;
	a->end = c->bytes + cap;
	return c->bytes;
}

/* Not zeroed. */
static void *take(struct arena *a, size_t size)
{
	char *p;

	if (size > SIZE_MAX - ALIGN)
		die("allocation of %zu bytes", size);
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (size > (size_t)(a->end - a->at) || !a->at)
		return alloc_chunk(a, size);
	p = a->at;
	a->at += size;
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return memset(take(a, size), 0, size);
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		die("array of %zu elements of %zu bytes", n, size);
	return arena_alloc(a, n * size);
}

char *arena_cstr(struct arena *a, struct str s)
{
	char *p;

	if (s.n == SIZE_MAX)
		die("string too long");
	p = take(a, s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

struct str arena_str(struct arena *a, struct str s)
{
	return s.p ? (struct str){ arena_cstr(a, s), s.n } : STR_NONE;
}

struct str arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *p;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		die("bad format: %s", fmt);
	p = take(a, (size_t)n + 1);
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	return (struct str){ p, (size_t)n };
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
	struct str s;
	va_list ap;

	va_start(ap, fmt);
	s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}
