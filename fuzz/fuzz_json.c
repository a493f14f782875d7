/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first byte chooses: strict, lenient, or a form whose pairs are separated by '&' and
 * '='. Promise, beyond memory safety: what was decoded encodes to a text that decodes,
 * strictly, to the same text.
 */
#include "base/str.h"
#include "fuzz/fuzz.h"
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

static enum status decode_form(
	struct str text, struct sample *out, struct arena *a, struct error *e)
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
	return pairs_decode(&pairs, sample_fields, out, a, e);
}

static void check_round_trip(const struct sample *s, struct arena *a)
{
	struct str text = json_encode(sample_fields, s, a);
	struct sample again = { 0 };
	struct error e = { 0 };

	if (json_decode(text, sample_fields, &again, DECODE_STRICT, a, &e) != ST_OK)
		die("own text refused: %s: %s", e.field, e.text);
	if (!str_eq(text, json_encode(sample_fields, &again, a)))
		die("round trip changed %.*s", STR_FMT(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct arena a = { 0 };
	struct sample s = { 0 };
	struct error e = { 0 };
	enum status st;
	char mode;

	if (size == 0)
		return 0;
	mode = text.p[0];
	text = str_slice(text, 1, text.n);
	if (mode == 'f')
		st = decode_form(text, &s, &a, &e);
	else
		st = json_decode(text, sample_fields, &s,
			mode == 'l' ? DECODE_LENIENT : DECODE_STRICT, &a, &e);
	if (st == ST_OK)
		check_round_trip(&s, &a);
	else if (!e.text[0] || (st == ST_MALFORMED) != !e.field[0])
		die("status %d with field '%s', text '%s'", st, e.field, e.text);
	arena_fini(&a);
	return 0;
}
