/* SPDX-License-Identifier: Apache-2.0 */
/*
 * statements.h -- SQL to run, and what came back: the values that cross the narrow waist.
 * An operation appends statements and, once the driver has run them, takes their rows in
 * the same order. Pure data in an arena; one thread at a time.
 */
#ifndef QUN_STORE_STATEMENTS_H
#define QUN_STORE_STATEMENTS_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { PARAMS_MAX = 32 };

enum value_kind { VALUE_NULL, VALUE_INT, VALUE_TEXT, VALUE_BLOB };

struct value {
	enum value_kind kind;
	int64_t i;
	struct str s;
};

#define V_INT(x) ((struct value){ .kind = VALUE_INT, .i = (x) })
#define V_TEXT(x) ((struct value){ .kind = VALUE_TEXT, .s = (x) })
#define V_BLOB(ptr, size) \
	((struct value){ .kind = VALUE_BLOB, .s = { (const char *)(ptr), (size) } })
#define V_NULL ((struct value){ .kind = VALUE_NULL })

/* The rows of one statement: row-major cells that borrow from the arena it was run with. */
struct rows {
	struct value *cells;
	size_t n, columns;
};

struct statement {
	struct statement *next;
	const char *sql; /* a string literal: drivers remember prepared statements by its
			    address */
	struct value *params; /* $1..$n; at most PARAMS_MAX */
	size_t param_count;
	struct rows rows; /* after it was run */
};

/* A list in order. Zero-initialise, then set the arena. */
struct statements {
	struct arena *arena;
	struct statement *first, *last;
	struct statement *taken; /* the last that rows_next() gave; NULL before the first */
	size_t count;
};

/* Appends a statement; `sql` must be a literal, texts must outlive the run. V_TEXT of
 * STR_NONE is NULL. */
void statements_add(struct statements *s, const char *sql, const struct value *params,
	size_t param_count);
#define STATEMENT(s, sql, ...) \
	statements_add((s), "" sql, (const struct value[]){ __VA_ARGS__ }, \
		sizeof((const struct value[]){ __VA_ARGS__ }) / sizeof(struct value))

/* The rows of the next statement, in the order they were added. Never NULL: taking more
 * than was added is a bug of ours and aborts. */
const struct rows *rows_next(struct statements *s);
/* A cell; a NULL cell reads as 0, or as STR_NONE. Out of range aborts. */
int64_t rows_int(const struct rows *r, size_t row, size_t column);
struct str rows_text(const struct rows *r, size_t row, size_t column);
bool rows_is_null(const struct rows *r, size_t row, size_t column);

#endif
