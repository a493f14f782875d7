/* SPDX-License-Identifier: Apache-2.0 */
#include "api/json_writer.h"

#include "base/status.h"
#include "json/encode.h"

static void next_line(struct json_writer *w)
{
	buf_add_str(&w->text, STR("\n"));
	for (size_t i = 0; i < w->depth; i++)
		buf_add_str(&w->text, STR("  "));
}

static void start_member(struct json_writer *w, const char *key)
{
	if (w->filled)
		buf_add_str(&w->text, STR(","));
	if (w->depth)
		next_line(w);
	w->filled = true;
	if (!key)
		return;
	json_append_str(&w->text, str_from(key));
	buf_add_str(&w->text, STR(": "));
}

static void put_open(struct json_writer *w, const char *key, const char *brackets)
{
	start_member(w, key);
	if (w->depth == JSON_WRITER_DEPTH)
		die("a document is nested too deeply");
	buf_add(&w->text, brackets, 1);
	w->open[w->depth++] = brackets[1];
	w->filled = false;
}

void put_object(struct json_writer *w, const char *key)
{
	put_open(w, key, "{}");
}

void put_list(struct json_writer *w, const char *key)
{
	put_open(w, key, "[]");
}

void put_end(struct json_writer *w)
{
	w->depth--;
	if (w->filled)
		next_line(w);
	buf_add(&w->text, &w->open[w->depth], 1);
	w->filled = true;
}

void put_text(struct json_writer *w, const char *key, const char *text)
{
	start_member(w, key);
	json_append_str(&w->text, str_from(text));
}

void put_int(struct json_writer *w, const char *key, int64_t value)
{
	start_member(w, key);
	buf_printf(&w->text, "%lld", (long long)value);
}

void put_bool(struct json_writer *w, const char *key, bool value)
{
	start_member(w, key);
	buf_add_str(&w->text, value ? STR("true") : STR("false"));
}
