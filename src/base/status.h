/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status.h -- what a function that can fail returns, and the one explanation that goes with
 * it. Where a thing is known to be wrong, fail() says so, once; above that the status is
 * passed on unchanged with TRY. Nothing else invents codes.
 */
#ifndef QUN_BASE_STATUS_H
#define QUN_BASE_STATUS_H

#include "base/compiler.h"

#define STATUS_LIST(X) \
	X(ST_OK, "ok") \
	X(ST_AGAIN, "more input is needed") \
	X(ST_MALFORMED, "not well-formed") \
	X(ST_INVALID, "a value is not allowed") \
	X(ST_TOO_LARGE, "over a limit") \
	X(ST_UNSUPPORTED, "not supported") \
	X(ST_NOT_FOUND, "not found") \
	X(ST_EXISTS, "exists already") \
	X(ST_REFUSED, "refused by a rule") \
	X(ST_BUSY, "too much work is waiting") \
	X(ST_NO_SPACE, "no space left") \
	X(ST_IO, "input or output failed") \
	X(ST_CORRUPT, "stored data is damaged") \
	X(ST_UNKNOWN, "the outcome is unknown") \
	X(ST_CLOSED, "closed") \
	X(ST_INTERNAL, "internal error")

enum status {
#define X(name, text) name,
	STATUS_LIST(X)
#undef X
};

enum {
	ERROR_FIELD_MAX = 96, /* bytes, with the NUL */
	ERROR_TEXT_MAX = 320,
};

/* The explanation of a failure. Zero-initialise; the first fail() wins nothing, the last
 * does. */
struct error {
	enum status status;
	char field[ERROR_FIELD_MAX]; /* what it is about: a key path, an option, a file; may
					be "" */
	char text[ERROR_TEXT_MAX]; /* cause, and the way out where there is one */
};

/* The status's words; never NULL. */
const char *status_text(enum status st);

/* Fills `e` (NULL is fine) and returns `st`, so that it can stand in a return statement. */
enum status fail(struct error *e, enum status st, const char *field, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* Returns from the calling function with the status unless it is ST_OK. */
#define TRY(call) \
	do { \
		enum status try_status_ = (call); \
		if (try_status_ != ST_OK) \
			return try_status_; \
	} while (0)

/* A broken invariant or exhausted memory: says so on standard error and aborts. */
NORETURN void die(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
