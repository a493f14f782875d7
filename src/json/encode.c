/* SPDX-License-Identifier: Apache-2.0 */
#include "json/encode.h"

#include "base/status.h"
#include "base/text.h"

#include <jansson.h>

/* jansson gives NULL only for invalid text, which is never passed to it, and for want of
 * memory. */
static json_t *must(json_t *v)
{
	if (!v)
		die("out of memory: JSON text");
	return v;
}

static void append(json_t *list, json_t *item)
{
	if (json_array_append_new(list, item) != 0)
		die("out of memory: JSON list");
}

static json_t *make_str(struct str s)
{
	struct buf shown = { 0 };
	json_t *v;

	if (!s.p)
		s = STR("");
	if (utf8_valid(s))
		return must(json_stringn_nocheck(s.p, s.n));
	buf_add_str(&shown, s);
	for (size_t i = 0; i < shown.n; i++)
		if ((unsigned char)shown.p[i] >= 0x80)
			shown.p[i] = '?';
	v = must(json_stringn_nocheck(shown.p, shown.n));
	buf_fini(&shown);
	return v;
}

static json_t *make_strs(const struct strs *list)
{
	json_t *v = must(json_array());

	for (size_t i = 0; i < list->n; i++)
		append(v, make_str(list->v[i]));
	return v;
}

static json_t *make_ints(const struct ints *list)
{
	json_t *v = must(json_array());

	for (size_t i = 0; i < list->n; i++)
		append(v, must(json_integer(list->v[i])));
	return v;
}

static json_t *make_object(const struct field *table, const void *obj);

static json_t *make_objects(
	const struct field *table, size_t size, const struct objects *list)
{
	json_t *v = must(json_array());

	for (size_t i = 0; i < list->n; i++)
		append(v, make_object(table, (const char *)list->v + i * size));
	return v;
}

static json_t *make_value(const struct field *f, const void *at)
{
	switch (f->kind) {
	case KIND_STR: return make_str(*(const struct str *)at);
	case KIND_INT: return must(json_integer(*(const int64_t *)at));
	case KIND_OPT_INT: return must(json_integer(((const struct opt_int *)at)->value));
	case KIND_BOOL: return json_boolean(*(const bool *)at);
	case KIND_OPT_BOOL: return json_boolean(((const struct opt_bool *)at)->value);
	case KIND_STRS: return make_strs(at);
	case KIND_INTS: return make_ints(at);
	case KIND_OBJECT: return make_object(f->sub, *(void *const *)at);
	case KIND_OBJECTS: return make_objects(f->sub, f->sub_size, at);
	}
	die("field %s has no kind", f->name);
}

static json_t *make_object(const struct field *table, const void *obj)
{
	json_t *v = must(json_object());

	for (const struct field *f = table; f->name; f++) {
		bool set = field_is_set(f, obj);

		if (!set && !(f->flags & F_NULL))
			continue;
		if (json_object_set_new_nocheck(v, f->name,
			    set ? make_value(f, field_at(f, obj)) : json_null()) != 0)
			die("out of memory: JSON object");
	}
	return v;
}

static int add_piece(const char *piece, size_t n, void *user)
{
	buf_add(user, piece, n);
	return 0;
}

/* Appends the text of `v`, and gives `v` back. */
static void dump(json_t *v, struct buf *out)
{
	if (json_dump_callback(v, add_piece, out, JSON_COMPACT | JSON_ENCODE_ANY) != 0)
		die("out of memory: JSON text");
	json_decref(v);
}

static struct str dump_into(json_t *v, struct arena *a)
{
	struct buf text = { 0 };
	struct str copy;

	dump(v, &text);
	copy = arena_str(a, buf_str(&text));
	buf_fini(&text);
	return copy;
}

struct str json_encode(const struct field *table, const void *obj, struct arena *a)
{
	return dump_into(make_object(table, obj), a);
}

struct str json_encode_list(
	const struct field *table, size_t size, const struct objects *list, struct arena *a)
{
	return dump_into(make_objects(table, size, list), a);
}

void json_append_str(struct buf *b, struct str s)
{
	dump(make_str(s), b);
}
