/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A world file. The first byte: whether somebody will be told ('t'), so that tokens are
 * made. Promises, beyond memory safety: a world that is taken, once it is written out with
 * all that was left out of it, is taken again and says the same; one that is refused has
 * words, and a place unless it is not JSON.
 */
#include "fuzz/fuzz.h"

#include "api/world_file.h"
#include "base/limits.h"
#include "json/encode.h"

static void check_again(const struct world *w, struct arena *a)
{
	struct str text = json_encode(world_fields, w, a), same;
	struct world again;
	struct error e = { 0 };

	if (world_decode(text, LIMIT_MEMBERS, false, a, &again, &e) != ST_OK)
		die("own world refused: %s: %s: %.*s", e.field, e.text, STR_FMT(text));
	same = json_encode(world_fields, &again, a);
	if (!str_eq(text, same))
		die("a world changed:\n%.*s\n%.*s", STR_FMT(text), STR_FMT(same));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct arena a = { 0 };
	struct world w;
	struct error e = { 0 };
	enum status st;

	if (size == 0)
		return 0;
	text = str_slice(text, 1, text.n);
	st = world_decode(text, LIMIT_MEMBERS, data[0] == 't', &a, &w, &e);
	if (st == ST_OK)
		check_again(&w, &a);
	else if (!e.text[0] || (st == ST_MALFORMED && e.field[0]))
		die("status %d with field '%s', text '%s'", st, e.field, e.text);
	if (st == ST_OK && world_keep_media(&w, NULL, NULL, &a, &e) != ST_OK && !e.field[0])
		die("media refused without a place: %s", e.text);
	arena_fini(&a);
	return 0;
}
