/* SPDX-License-Identifier: Apache-2.0 */
/* compiler.h -- the few attributes and helpers that every folder uses. */
#ifndef QUN_BASE_COMPILER_H
#define QUN_BASE_COMPILER_H

#include <stddef.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args), nonnull(fmt)))
#define NORETURN __attribute__((noreturn))

/* 1 under the sanitizer that notices the use of freed memory: nothing that was freed is to
 * be used again there. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* The struct that contains `member`, given a pointer to the member. */
#define CONTAINER_OF(ptr, type, member) \
	((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#endif
