/* SPDX-License-Identifier: Apache-2.0 */
#include "store/statements.h"

#include "base/status.h"

#include <string.h>

void statements_add(struct statements *s, const char *sql, const struct value *params,
	size_t param_count)
{
	struct statement *st = ARENA_NEW(s->arena, struct statement);

	st->sql = sql;
	st->param_count = param_count;
	st->params = ARENA_ARRAY(s->arena, struct value, param_count);
	if (param_count)
		memcpy(st->params, params, param_count * sizeof(*params));
	if (s->last)
		s->last->next = st;
	else
		s->first = st;
	s->last = st;
	s->count++;
}

const struct rows *rows_next(struct statements *s)
{
	struct statement *st = s->taken ? s->taken->next : s->first;

	if (!st)
		die("rows taken of %zu statements, and of one more", s->count);
	s->taken = st;
	return &st->rows;
}

static const struct value *cell(const struct rows *r, size_t row, size_t column)
{
	if (row >= r->n || column >= r->columns)
		die("cell %zu,%zu of %zu rows with %zu columns", row, column, r->n,
			r->columns);
	return &r->cells[row * r->columns + column];
}

int64_t rows_int(const struct rows *r, size_t row, size_t column)
{
	return cell(r, row, column)->i;
}

struct str rows_text(const struct rows *r, size_t row, size_t column)
{
	return cell(r, row, column)->s;
}

bool rows_is_null(const struct rows *r, size_t row, size_t column)
{
	return cell(r, row, column)->kind == VALUE_NULL;
}
