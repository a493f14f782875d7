/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Usual path: check_nesting bounds what jansson will be led to do, jansson parses, and
 * read_table walks the field table (not the text), copying what it finds. Pairs become a
 * JSON object of strings first, so that there is one reader only.
 */
#include "json/decode.h"

#include "base/limits.h"
#include "base/plant.h"
#include "base/text.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* What stays the same during one decoding. */
struct reader {
	enum decode_mode mode;
	struct arena *arena;
	struct error *error;
};

/* Where a value stands: a chain of keys and list positions, made into text only when a
 * value is refused. */
struct place {
	const struct place *up; /* NULL: a key of the outermost object */
	const char *key; /* NULL: element `index` of the list `up` */
	size_t index;
};

static const char *const kind_words[] = {
	[KIND_STR] = "a string",
	[KIND_INT] = "an integer",
	[KIND_OPT_INT] = "an integer",
	[KIND_BOOL] = "true or false",
	[KIND_OPT_BOOL] = "true or false",
	[KIND_STRS] = "a list of strings",
	[KIND_INTS] = "a list of integers",
	[KIND_OBJECT] = "an object",
	[KIND_OBJECTS] = "a list of objects",
};

static const char *const json_words[] = {
	[JSON_OBJECT] = "an object",
	[JSON_ARRAY] = "a list",
	[JSON_STRING] = "a string",
	[JSON_INTEGER] = "an integer",
	[JSON_REAL] = "a number with a fraction or exponent",
	[JSON_TRUE] = "true",
	[JSON_FALSE] = "false",
	[JSON_NULL] = "null",
};

/* jansson's own words quote the text. */
static const char *const parse_words[] = {
	[json_error_invalid_utf8] = "invalid UTF-8",
	[json_error_premature_end_of_input] = "the text ends too early",
	[json_error_end_of_input_expected] = "something follows the value",
	[json_error_null_character] = "a string has U+0000",
	[json_error_null_byte_in_key] = "a key has U+0000",
	[json_error_duplicate_key] = "a key is there twice",
	[json_error_numeric_overflow] = "a number is out of range",
};

static enum status malformed(struct error *e, const char *why)
{
	return fail(e, ST_MALFORMED, "", "%s", why);
}

/* The index of the quote that ends the string which starts at `i`, or text.n. */
static size_t string_end(struct str text, size_t i)
{
	for (i++; i < text.n && text.p[i] != '"'; i++)
		if (text.p[i] == '\\')
			i++;
	return i;
}

/*
 * Depth, keys per object and size of the tree, before jansson recurses or builds anything.
 * Until the first syntax error this scan and jansson agree on where strings begin and end,
 * and jansson stops there.
 */
static enum status check_nesting(struct str text, struct error *e)
{
	unsigned keys[LIMIT_JSON_DEPTH + 1];
	size_t depth = 0, values = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		bool opens = c == '{' || c == '[';

		if (opens && depth == LIMIT_JSON_DEPTH)
			return fail(e, ST_MALFORMED, "", "nested more than %d levels deep",
				LIMIT_JSON_DEPTH);
		if ((opens || c == ',') && ++values > LIMIT_JSON_VALUES)
			return fail(e, ST_MALFORMED, "", "more than %d values",
				LIMIT_JSON_VALUES);
		if (c == ':' && depth && ++keys[depth] > LIMIT_JSON_KEYS)
			return fail(e, ST_MALFORMED, "", "an object has more than %d keys",
				LIMIT_JSON_KEYS);
		if (opens)
			keys[++depth] = 0;
		else if ((c == '}' || c == ']') && depth)
			depth--;
		else if (c == '"')
			i = string_end(text, i);
	}
	return ST_OK;
}

/* A list or an object; the caller gives it back with json_decref. */
static enum status parse(struct str text, json_t **out, struct error *e)
{
	json_error_t why;
	unsigned code;
	const char *words;

	if (str_trim(text).n == 0)
		return malformed(e, "there is no text");
	/* jansson overlooks it behind a number or a word */
	if (str_find(text, '\0') < text.n)
		return malformed(e, "a byte that is 0");
	TRY(check_nesting(text, e));
	*out = json_loadb(text.p, text.n,
		plant("json_duplicate_keys") ? 0 : JSON_REJECT_DUPLICATES, &why);
	if (*out)
		return ST_OK;
	code = (unsigned)json_error_code(&why);
	if (code == json_error_out_of_memory)
		die("out of memory: %zu bytes of JSON", text.n);
	words = code < ARRAY_LEN(parse_words) ? parse_words[code] : NULL;
	return fail(e, ST_MALFORMED, "", "line %d, column %d: %s", why.line, why.column,
		words ? words : "not JSON");
}

/* Writes the path into `out` (ERROR_FIELD_MAX bytes) and returns its length; one that is
 * too long is cut. */
static size_t print_place(const struct place *at, char *out)
{
	size_t n = at->up ? print_place(at->up, out) : 0;
	size_t left = ERROR_FIELD_MAX - n;
	const char *key = at->key && !*at->key ? "\"\"" : at->key;
	int more = key ? snprintf(out + n, left, "%s%s", n ? "." : "", key)
		       : snprintf(out + n, left, "[%zu]", at->index);

	return more < 0 || (size_t)more >= left ? ERROR_FIELD_MAX - 1 : n + (size_t)more;
}

static enum status refuse(const struct reader *r, const struct place *at,
	const char *expected, const char *found)
{
	char path[ERROR_FIELD_MAX];

	(void)print_place(at, path);
	return fail(r->error, ST_INVALID, path, "expected %s, found %s", expected, found);
}

static enum status wrong_kind(const struct reader *r, const struct place *at,
	const char *expected, const json_t *found)
{
	return refuse(r, at, expected, json_words[json_typeof(found)]);
}

static struct str text_of(const json_t *string)
{
	return (struct str){ json_string_value(string), json_string_length(string) };
}

static bool as_int(const struct reader *r, const json_t *v, int64_t *out)
{
	if (json_is_integer(v)) {
		*out = json_integer_value(v);
		return true;
	}
	if (r->mode != DECODE_LENIENT)
		return false;
	if (json_is_boolean(v)) {
		*out = json_is_true(v);
		return true;
	}
	return json_is_string(v) && str_to_i64(text_of(v), out);
}

static bool as_bool(const struct reader *r, const json_t *v, bool *out)
{
	bool yes_word = json_is_string(v) && str_is(text_of(v), "true");
	bool no_word = json_is_string(v) && str_is(text_of(v), "false");
	int64_t n;

	if (!json_is_boolean(v) && r->mode != DECODE_LENIENT)
		return false;
	if (json_is_boolean(v) || yes_word || no_word) {
		*out = json_is_true(v) || yes_word;
		return true;
	}
	if (!as_int(r, v, &n) || (n != 0 && n != 1))
		return false;
	*out = n == 1;
	return true;
}

static enum status read_str(const struct reader *r, const struct field *f, const json_t *v,
	const struct place *at, void *out)
{
	if (!json_is_string(v))
		return wrong_kind(r, at, kind_words[f->kind], v);
	*(struct str *)out = arena_str(r->arena, text_of(v));
	return ST_OK;
}

static enum status read_int(const struct reader *r, const struct field *f, const json_t *v,
	const struct place *at, void *out)
{
	if (!as_int(r, v, out))
		return wrong_kind(r, at, kind_words[f->kind], v);
	return ST_OK;
}

static enum status read_opt_int(const struct reader *r, const struct field *f,
	const json_t *v, const struct place *at, void *out)
{
	struct opt_int *i = out;

	i->set = true;
	return read_int(r, f, v, at, &i->value);
}

static enum status read_bool(const struct reader *r, const struct field *f, const json_t *v,
	const struct place *at, void *out)
{
	if (!as_bool(r, v, out))
		return wrong_kind(r, at, kind_words[f->kind], v);
	return ST_OK;
}

static enum status read_opt_bool(const struct reader *r, const struct field *f,
	const json_t *v, const struct place *at, void *out)
{
	struct opt_bool *b = out;

	b->set = true;
	return read_bool(r, f, v, at, &b->value);
}

static enum status read_strs(const struct reader *r, const struct field *f, const json_t *v,
	const struct place *at, void *out)
{
	struct strs *list = out;

	if (!json_is_array(v))
		return wrong_kind(r, at, kind_words[f->kind], v);
	*list = (struct strs){ .n = json_array_size(v), .set = true };
	list->v = ARENA_ARRAY(r->arena, struct str, list->n);
	for (size_t i = 0; i < list->n; i++) {
		const json_t *item = json_array_get(v, i);

		if (!json_is_string(item))
			return wrong_kind(r, &(struct place){ .up = at, .index = i },
				kind_words[KIND_STR], item);
		list->v[i] = arena_str(r->arena, text_of(item));
	}
	return ST_OK;
}

static enum status read_ints(const struct reader *r, const struct field *f, const json_t *v,
	const struct place *at, void *out)
{
	struct ints *list = out;

	if (!json_is_array(v))
		return wrong_kind(r, at, kind_words[f->kind], v);
	*list = (struct ints){ .n = json_array_size(v), .set = true };
	list->v = ARENA_ARRAY(r->arena, int64_t, list->n);
	for (size_t i = 0; i < list->n; i++)
		if (!as_int(r, json_array_get(v, i), &list->v[i]))
			return wrong_kind(r, &(struct place){ .up = at, .index = i },
				kind_words[KIND_INT], json_array_get(v, i));
	return ST_OK;
}

static enum status read_table(const struct reader *r, const struct field *table,
	const json_t *v, const struct place *up, void *out);

static enum status read_object(const struct reader *r, const struct field *f,
	const json_t *v, const struct place *at, void *out)
{
	void **object = out;

	if ((f->flags & F_EMPTY_LIST_OK) && json_is_array(v) && json_array_size(v) == 0)
		return ST_OK;
	if (!json_is_object(v))
		return wrong_kind(r, at, kind_words[f->kind], v);
	*object = arena_alloc(r->arena, f->sub_size);
	return read_table(r, f->sub, v, at, *object);
}

static enum status read_objects(const struct reader *r, const struct field *f,
	const json_t *v, const struct place *at, void *out)
{
	struct objects *list = out;

	if (!json_is_array(v))
		return wrong_kind(r, at, kind_words[f->kind], v);
	*list = (struct objects){ .n = json_array_size(v), .set = true };
	list->v = arena_array(r->arena, list->n, f->sub_size);
	for (size_t i = 0; i < list->n; i++) {
		const json_t *item = json_array_get(v, i);
		struct place here = { .up = at, .index = i };

		if (!json_is_object(item))
			return wrong_kind(r, &here, kind_words[KIND_OBJECT], item);
		TRY(read_table(r, f->sub, item, &here, (char *)list->v + i * f->sub_size));
	}
	return ST_OK;
}

static enum status (*const read_kind[])(const struct reader *r, const struct field *f,
	const json_t *v, const struct place *at, void *out) = {
	[KIND_STR] = read_str,
	[KIND_INT] = read_int,
	[KIND_OPT_INT] = read_opt_int,
	[KIND_BOOL] = read_bool,
	[KIND_OPT_BOOL] = read_opt_bool,
	[KIND_STRS] = read_strs,
	[KIND_INTS] = read_ints,
	[KIND_OBJECT] = read_object,
	[KIND_OBJECTS] = read_objects,
};

/* "a,b,c" as a JSON list; blanks around an element do not count, and an empty one stays,
 * to be refused by its range. */
static json_t *split_commas(struct str text)
{
	json_t *list = json_array();
	bool more = str_trim(text).n != 0;

	if (!list)
		die("out of memory: JSON list");
	while (more) {
		size_t end = str_find(text, ',');
		struct str item = str_trim(str_slice(text, 0, end));

		more = end < text.n;
		text = str_slice(text, end + 1, text.n);
		if (json_array_append_new(list, json_stringn_nocheck(item.p, item.n)) != 0)
			die("out of memory: JSON list");
	}
	return list;
}

static bool is_structured(const struct field *f)
{
	return f->kind == KIND_STRS || f->kind == KIND_INTS || f->kind == KIND_OBJECT ||
	       f->kind == KIND_OBJECTS;
}

/* Lenient only: a list or an object that came as text. */
static enum status read_text(const struct reader *r, const struct field *f, struct str text,
	const struct place *at, void *out)
{
	bool list = f->kind == KIND_STRS || f->kind == KIND_INTS;
	struct error why = { 0 };
	enum status st;
	json_t *v = NULL;

	if (list && !str_starts(str_trim(text), STR("[")))
		v = split_commas(text);
	else if (parse(text, &v, &why) != ST_OK)
		return refuse(r, at, kind_words[f->kind],
			arena_printf(r->arena, "text that is not its JSON: %s", why.text)
				.p);
	st = read_kind[f->kind](r, f, v, at, out);
	json_decref(v);
	return st;
}

/* What is not there, or null. The legacy client sends a list or an object that its program
 * left unset as the text "null". */
static bool is_nothing(const struct reader *r, const struct field *f, const json_t *v)
{
	return !v || json_is_null(v) ||
	       (r->mode == DECODE_LENIENT && is_structured(f) && json_is_string(v) &&
		       str_is(str_trim(text_of(v)), "null"));
}

/* A mistyped key that is left out silently is the worst thing a file can do. */
static enum status check_keys(const struct reader *r, const struct field *table,
	const json_t *v, const struct place *up)
{
	json_t *object = (json_t *)(uintptr_t)v; /* jansson iterates without const only */

	for (void *at = json_object_iter(object); at;
		at = json_object_iter_next(object, at)) {
		const char *key = json_object_iter_key(at);
		struct place here = { .up = up, .key = key };

		char path[ERROR_FIELD_MAX];

		if (field_find(table, str_from(key)))
			continue;
		(void)print_place(&here, path);
		return fail(r->error, ST_INVALID, path, "there is no such key");
	}
	return ST_OK;
}

static enum status read_table(const struct reader *r, const struct field *table,
	const json_t *v, const struct place *up, void *out)
{
	if (r->mode == DECODE_CLOSED)
		TRY(check_keys(r, table, v, up));
	for (const struct field *f = table; f->name; f++) {
		const json_t *value = json_object_get(v, f->name);
		struct place at = { .up = up, .key = f->name };

		if (is_nothing(r, f, value)) {
			if (f->flags & F_REQUIRED)
				return refuse(r, &at, kind_words[f->kind],
					value ? "null" : "nothing");
		} else if (r->mode == DECODE_LENIENT && is_structured(f) &&
			   json_is_string(value)) {
			TRY(read_text(r, f, text_of(value), &at, field_at(f, out)));
		} else {
			TRY(read_kind[f->kind](r, f, value, &at, field_at(f, out)));
		}
	}
	return ST_OK;
}

enum status json_decode(struct str text, const struct field *table, void *out,
	enum decode_mode mode, struct arena *a, struct error *e)
{
	struct reader r = { .mode = mode, .arena = a, .error = e };
	enum status st;
	json_t *v = NULL;

	TRY(parse(text, &v, e));
	st = json_is_object(v) ? read_table(&r, table, v, NULL, out)
			       : malformed(e, "expected an object, found a list");
	json_decref(v);
	return st;
}

/* The pairs that the table knows, as an object of strings. */
static enum status object_of_pairs(const struct pairs *pairs, const struct field *table,
	json_t *object, struct error *e)
{
	for (const struct field *f = table; f->name; f++) {
		struct str value = pairs_get(pairs, str_from(f->name));

		if (!value.p)
			continue;
		if (!utf8_valid(value) || str_find(value, '\0') < value.n)
			return fail(e, ST_MALFORMED, "",
				"the value of %s is not UTF-8 or has U+0000", f->name);
		if (json_object_set_new_nocheck(
			    object, f->name, json_stringn_nocheck(value.p, value.n)) != 0)
			die("out of memory: form value of %zu bytes", value.n);
	}
	return ST_OK;
}

enum status pairs_decode(const struct pairs *pairs, const struct field *table, void *out,
	struct arena *a, struct error *e)
{
	struct reader r = { .mode = DECODE_LENIENT, .arena = a, .error = e };
	json_t *object = json_object();
	enum status st;

	if (!object)
		die("out of memory: a form");
	st = object_of_pairs(pairs, table, object, e);
	if (st == ST_OK)
		st = read_table(&r, table, object, NULL, out);
	json_decref(object);
	return st;
}
