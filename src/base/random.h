/* SPDX-License-Identifier: Apache-2.0 */
/* random.h -- unpredictable bytes from the kernel, and the ids made of them. Any thread. */
#ifndef QUN_BASE_RANDOM_H
#define QUN_BASE_RANDOM_H

#include <stddef.h>

/* Never fails: a kernel without randomness aborts the program. */
void random_bytes(void *out, size_t n);

enum { UUID_TEXT = 36, TRACE_TEXT = 32 };

/* A version-7 UUID in upper case, as DingTalk's request ids are; NUL-terminated. */
void random_uuid(char out[UUID_TEXT + 1]);
/* `n` random bytes as 2n lower-case hex digits, NUL-terminated; out has 2n+1 bytes. */
void random_hex(char *out, size_t n);

#endif
