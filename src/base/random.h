/* SPDX-License-Identifier: Apache-2.0 */
/* random.h -- unpredictable bytes from the kernel, and the ids made of them. Any thread. */
#ifndef QUN_BASE_RANDOM_H
#define QUN_BASE_RANDOM_H

#include <stddef.h>

/* Never fails: a kernel without randomness aborts the program. */
void random_bytes(void *out, size_t n);

/* Random bytes fetched before they are needed, for ids that each request has and that are
 * no secret. Zero-initialise; one thread at a time. */
struct random_pool {
	unsigned char bytes[512];
	size_t left;
};
/* At most as many as the pool holds. */
void random_pool_bytes(struct random_pool *pool, void *out, size_t n);

enum { UUID_TEXT = 36, TRACE_TEXT = 32 };

/* A version-7 UUID in upper case, as DingTalk's request ids are; NUL-terminated. */
void random_uuid(struct random_pool *pool, char out[UUID_TEXT + 1]);
/* TRACE_TEXT lower-case hex digits, NUL-terminated. */
void random_trace(struct random_pool *pool, char out[TRACE_TEXT + 1]);
/* `n` random bytes as 2n lower-case hex digits, NUL-terminated; out has 2n+1 bytes. */
void random_hex(char *out, size_t n);

#endif
