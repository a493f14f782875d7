/* SPDX-License-Identifier: Apache-2.0 */
/* Written straight into the text: a tree in between would cost more than the rest of a
 * read. */
#include "json/encode.h"

#include "base/status.h"
#include "base/text.h"

#include <string.h>

/* A control character, quote or backslash (RFC 8259, section 7). */
static void add_escaped(struct buf *out, char c)
{
	static const char escaped[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *at = c ? strchr(escaped, c) : NULL;

	if (at)
		buf_add(out, (const char[]){ '\\', letters[at - escaped] }, 2);
	else
		buf_printf(out, "\\u%04X", (unsigned)(unsigned char)c);
}

void json_append_str(struct buf *out, struct str s)
{
	bool valid = utf8_valid(s);
	size_t from = 0;

	buf_reserve(out, s.n + 2);
	buf_add(out, "\"", 1);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c != '"' && c != '\\' && (c < 0x80 || valid))
			continue;
		buf_add_str(out, str_slice(s, from, i));
		if (c >= 0x80)
			buf_add(out, "?", 1);
		else
			add_escaped(out, s.p[i]);
		from = i + 1;
	}
	buf_add_str(out, str_slice(s, from, s.n));
	buf_add(out, "\"", 1);
}

static void add_bool(struct buf *out, bool b)
{
	buf_add_str(out, b ? STR("true") : STR("false"));
}

static void add_comma(struct buf *out, size_t i)
{
	if (i)
		buf_add(out, ",", 1);
}

static void add_strs(struct buf *out, const struct strs *list)
{
	buf_add(out, "[", 1);
	for (size_t i = 0; i < list->n; i++) {
		add_comma(out, i);
		json_append_str(out, list->v[i]);
	}
	buf_add(out, "]", 1);
}

static void add_ints(struct buf *out, const struct ints *list)
{
	buf_add(out, "[", 1);
	for (size_t i = 0; i < list->n; i++) {
		add_comma(out, i);
		buf_add_int(out, list->v[i]);
	}
	buf_add(out, "]", 1);
}

static void add_object(struct buf *out, const struct field *table, const void *obj);

static void add_objects(
	struct buf *out, const struct field *table, size_t size, const struct objects *list)
{
	buf_add(out, "[", 1);
	for (size_t i = 0; i < list->n; i++) {
		add_comma(out, i);
		add_object(out, table, (const char *)list->v + i * size);
	}
	buf_add(out, "]", 1);
}

static void add_value(struct buf *out, const struct field *f, const void *at)
{
	switch (f->kind) {
	case KIND_STR: json_append_str(out, *(const struct str *)at); return;
	case KIND_INT: buf_add_int(out, *(const int64_t *)at); return;
	case KIND_OPT_INT: buf_add_int(out, ((const struct opt_int *)at)->value); return;
	case KIND_BOOL: add_bool(out, *(const bool *)at); return;
	case KIND_OPT_BOOL: add_bool(out, ((const struct opt_bool *)at)->value); return;
	case KIND_STRS: add_strs(out, at); return;
	case KIND_INTS: add_ints(out, at); return;
	case KIND_OBJECT: add_object(out, f->sub, *(void *const *)at); return;
	case KIND_OBJECTS: add_objects(out, f->sub, f->sub_size, at); return;
	}
	die("field %s has no kind", f->name);
}

static void add_object(struct buf *out, const struct field *table, const void *obj)
{
	size_t n = 0;

	buf_add(out, "{", 1);
	for (const struct field *f = table; f->name; f++) {
		bool set = field_is_set(f, obj);

		if (!set && !(f->flags & F_NULL))
			continue;
		add_comma(out, n++);
		buf_add(out, "\"", 1); /* keys are ours: plain text */
		buf_add_str(out, str_from(f->name));
		buf_add(out, "\":", 2);
		if (set)
			add_value(out, f, field_at(f, obj));
		else
			buf_add_str(out, STR("null"));
	}
	buf_add(out, "}", 1);
}

static struct str into_arena(struct buf *text, struct arena *a)
{
	struct str copy = arena_str(a, buf_str(text));

	buf_fini(text);
	return copy;
}

struct str json_encode(const struct field *table, const void *obj, struct arena *a)
{
	struct buf text = { 0 };

	add_object(&text, table, obj);
	return into_arena(&text, a);
}

struct str json_encode_list(
	const struct field *table, size_t size, const struct objects *list, struct arena *a)
{
	struct buf text = { 0 };

	add_objects(&text, table, size, list);
	return into_arena(&text, a);
}
