/* SPDX-License-Identifier: Apache-2.0 */
#include "base/field.h"

#include "base/text.h"

#include <string.h>

void *field_at(const struct field *f, const void *obj)
{
	return (char *)(uintptr_t)obj + f->offset;
}

const struct field *field_find(const struct field *table, struct str key)
{
	for (const struct field *f = table; f->name; f++)
		if (str_is(key, f->name))
			return f;
	return NULL;
}

bool field_is_set(const struct field *f, const void *obj)
{
	const void *at = field_at(f, obj);

	switch (f->kind) {
	case KIND_STR: return ((const struct str *)at)->p != NULL;
	case KIND_INT:
	case KIND_BOOL: return true;
	case KIND_OPT_INT: return ((const struct opt_int *)at)->set;
	case KIND_OPT_BOOL: return ((const struct opt_bool *)at)->set;
	case KIND_STRS: return ((const struct strs *)at)->set;
	case KIND_INTS: return ((const struct ints *)at)->set;
	case KIND_OBJECT: return *(void *const *)at != NULL;
	case KIND_OBJECTS: return ((const struct objects *)at)->set;
	}
	return false;
}

const struct field *field_missing(const struct field *table, const void *obj)
{
	for (const struct field *f = table; f->name; f++)
		if ((f->flags & F_NEEDED) && !field_is_set(f, obj))
			return f;
	return NULL;
}

/* Where a value stands, from the value up; made into text only if it is out of range. */
struct place {
	const struct place *up;
	const char *name; /* NULL: element `index` of what is above */
	size_t index;
};

/* One walk through a table: what is looked for and where it is. */
struct range_check {
	const char *rule;
	struct arena *arena;
	struct field_fault *fault;
};

static void add_place(struct buf *out, const struct place *at)
{
	if (at->up)
		add_place(out, at->up);
	if (!at->name)
		buf_printf(out, "[%zu]", at->index);
	else
		buf_printf(out, "%s%s", at->up ? "." : "", at->name);
}

static const char *place_text(const struct place *at, struct arena *a)
{
	struct buf text = { 0 };
	char *path;

	add_place(&text, at);
	path = arena_cstr(a, buf_str(&text));
	buf_fini(&text);
	return path;
}

static bool out_of_range(const struct range_check *c, const struct field *f,
	const struct place *where, struct str value, const char *why)
{
	*c->fault = (struct field_fault){
		.field = f,
		.path = place_text(where, c->arena),
		.value = f->flags & F_SECRET ? STR_NONE : value,
		.why = why,
	};
	return false;
}

static bool str_in_range(const struct range_check *c, const struct field *f,
	const struct place *where, struct str s, int64_t min, int64_t max)
{
	int64_t count = (int64_t)utf8_count(s);

	if (count < min || (max && count > max))
		return out_of_range(c, f, where, s,
			arena_printf(c->arena, "%lld characters, %s %lld", (long long)count,
				count < min ? "at least" : "at most",
				(long long)(count < min ? min : max))
				.p);
	if ((f->flags & F_TEXT) && utf8_has_control(s))
		return out_of_range(c, f, where, s, "has a control character");
	if ((f->flags & F_TEXT) && utf8_is_blank(s))
		return out_of_range(c, f, where, s, "is blank");
	if (!f->oneof)
		return true;
	for (const char *const *word = f->oneof; *word; word++)
		if (str_is(s, *word))
			return true;
	return out_of_range(c, f, where, s, "is not one of the values allowed");
}

static bool int_in_range(const struct range_check *c, const struct field *f,
	const struct place *where, int64_t v)
{
	if ((f->min == 0 && f->max == 0) || (v >= f->min && v <= f->max))
		return true;
	return out_of_range(c, f, where, arena_printf(c->arena, "%lld", (long long)v),
		arena_printf(
			c->arena, "not in %lld..%lld", (long long)f->min, (long long)f->max)
			.p);
}

static bool count_in_range(const struct range_check *c, const struct field *f,
	const struct place *where, size_t n)
{
	if ((int64_t)n >= f->min && (f->max == 0 || (int64_t)n <= f->max))
		return true;
	return out_of_range(c, f, where, STR_NONE,
		arena_printf(c->arena, "%zu elements, %s %lld", n,
			(int64_t)n < f->min ? "at least" : "at most",
			(long long)((int64_t)n < f->min ? f->min : f->max))
			.p);
}

static bool list_in_range(const struct range_check *c, const struct field *f,
	const struct place *where, const struct strs *list)
{
	if (!count_in_range(c, f, where, list->n))
		return false;
	for (size_t i = 0; i < list->n; i++) {
		int64_t count = (int64_t)utf8_count(list->v[i]);

		if (count >= f->item_min && (f->item_max == 0 || count <= f->item_max))
			continue;
		return str_in_range(c, f, &(struct place){ .up = where, .index = i },
			list->v[i], f->item_min, f->item_max);
	}
	return true;
}

static bool table_in_range(const struct range_check *c, const struct field *table,
	const void *obj, const struct place *up);

static bool objects_in_range(const struct range_check *c, const struct field *f,
	const struct place *where, const struct objects *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (!table_in_range(c, f->sub, (const char *)list->v + i * f->sub_size,
			    &(struct place){ .up = where, .index = i }))
			return false;
	return true;
}

/* The field's own range, if the rule asked for is the one that it belongs to. */
static bool value_in_range(const struct range_check *c, const struct field *f,
	const struct place *where, const void *at)
{
	if (c->rule && (!f->rule || strcmp(c->rule, f->rule) != 0))
		return true;
	switch (f->kind) {
	case KIND_STR:
		return str_in_range(c, f, where, *(const struct str *)at, f->min, f->max);
	case KIND_INT: return int_in_range(c, f, where, *(const int64_t *)at);
	case KIND_OPT_INT:
		return int_in_range(c, f, where, ((const struct opt_int *)at)->value);
	case KIND_STRS: return list_in_range(c, f, where, at);
	case KIND_INTS: return count_in_range(c, f, where, ((const struct ints *)at)->n);
	case KIND_OBJECTS:
		return count_in_range(c, f, where, ((const struct objects *)at)->n);
	case KIND_BOOL:
	case KIND_OPT_BOOL:
	case KIND_OBJECT: break;
	}
	return true;
}

static bool table_in_range(const struct range_check *c, const struct field *table,
	const void *obj, const struct place *up)
{
	for (const struct field *f = table; f->name; f++) {
		const void *at = field_at(f, obj);
		const struct place where = { .up = up, .name = f->name };

		if (!field_is_set(f, obj))
			continue;
		if (!value_in_range(c, f, &where, at))
			return false;
		if (f->kind == KIND_OBJECT &&
			!table_in_range(c, f->sub, *(void *const *)at, &where))
			return false;
		if (f->kind == KIND_OBJECTS && !objects_in_range(c, f, &where, at))
			return false;
	}
	return true;
}

bool fields_in_range(const struct field *table, const void *obj, const char *rule,
	struct arena *a, struct field_fault *fault)
{
	struct range_check c = { .rule = rule, .arena = a, .fault = fault };

	return table_in_range(&c, table, obj, NULL);
}
