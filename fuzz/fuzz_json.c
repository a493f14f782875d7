/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON through a field table. The first byte chooses how: strict, closed, lenient, or a
 * form whose pairs are separated by '&' and '='; a capital letter takes a table of the
 * program, which the second byte chooses, a small one the table here, which has every kind.
 * Promises, beyond memory safety: JSON is what a slow reading of RFC 8259 takes; what was
 * decoded encodes to a text that decodes, strictly, to the same text; what is refused has
 * words and, if it is JSON, a place.
 */
#include "base/str.h"
#include "fuzz/fuzz.h"
#include "fuzz/json_reference.h"
#include "fuzz/tables.h"
#include "json/decode.h"
#include "json/encode.h"

struct options {
	struct opt_int searchable;
	struct str note;
};

static const struct field options_fields[] = {
	FIELD(struct options, searchable),
	FIELD(struct options, note, .flags = F_NULL),
	{ 0 },
};

struct sample {
	struct str chatid;
	struct strs ids;
	struct ints numbers;
	struct opt_int tag;
	struct opt_bool active;
	struct options *options;
	struct objects people;
};

static const struct field sample_fields[] = {
	FIELD(struct sample, chatid),
	FIELD(struct sample, ids),
	FIELD(struct sample, numbers),
	FIELD(struct sample, tag),
	FIELD(struct sample, active),
	FIELD_OBJECT(struct sample, options, options_fields, .flags = F_EMPTY_LIST_OK),
	FIELD_OBJECTS(struct sample, people, struct options, options_fields),
	{ 0 },
};

static enum status decode_form(struct str text, const struct field *table, void *out,
	struct arena *a, struct error *e)
{
	struct pair v[16];
	struct pairs pairs = { .v = v };

	while (text.n && pairs.n < ARRAY_LEN(v)) {
		size_t end = str_find(text, '&');
		struct str pair = str_slice(text, 0, end);
		size_t eq = str_find(pair, '=');

		v[pairs.n++] = (struct pair){
			.name = str_slice(pair, 0, eq),
			.value = str_slice(pair, eq + 1, pair.n),
		};
		text = str_slice(text, end + 1, text.n);
	}
	return pairs_decode(&pairs, table, out, a, e);
}

static void check_round_trip(const struct field *table, const void *object, struct arena *a)
{
	struct str text = json_encode(table, object, a);
	void *again = table_object(a);
	struct error e = { 0 };

	if (json_decode(text, table, again, DECODE_STRICT, a, &e) != ST_OK)
		die("own text refused: %s: %s: %.*s", e.field, e.text, STR_FMT(text));
	if (!str_eq(text, json_encode(table, again, a)))
		die("round trip changed %.*s", STR_FMT(text));
}

static enum decode_mode mode_of(char chosen)
{
	if (chosen == 'c' || chosen == 'C')
		return DECODE_CLOSED;
	return chosen == 'l' || chosen == 'L' ? DECODE_LENIENT : DECODE_STRICT;
}

static void check_ranges(const struct field *table, const void *object, struct arena *a)
{
	/* as whole requests are checked, and rule by rule */
	static const char *const rules[] = { NULL, "name.length", "members.list" };
	const struct field *missing = field_missing(table, object);

	if (missing && field_is_set(missing, object))
		die("%s is missing and set", missing->name);
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		struct field_fault fault = { 0 };

		if (!fields_in_range(table, object, rules[i], a, &fault) &&
			(!fault.field || !fault.path || !fault.why))
			die("out of range without words");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	const struct field *table = sample_fields;
	struct arena a = { 0 };
	struct error e = { 0 };
	enum status st;
	bool form;
	void *object;
	char mode;

	if (size < 2)
		return 0;
	mode = text.p[0];
	form = mode == 'f' || mode == 'F';
	if (mode >= 'A' && mode <= 'Z') {
		table = table_chosen(data[1]);
		text = str_slice(text, 1, text.n);
	}
	text = str_slice(text, 1, text.n);
	object = table_object(&a);
	st = form ? decode_form(text, table, object, &a, &e)
		  : json_decode(text, table, object, mode_of(mode), &a, &e);
	if (!form && (st == ST_MALFORMED) == json_reference_takes(text))
		die("JSON or not? %s: %s", e.text, st == ST_MALFORMED ? "no" : "yes");
	if (st == ST_OK) {
		check_ranges(table, object, &a);
		check_round_trip(table, object, &a);
	} else if (!e.text[0] || (st == ST_MALFORMED) != !e.field[0]) {
		die("status %d with field '%s', text '%s'", st, e.field, e.text);
	}
	arena_fini(&a);
	return 0;
}
