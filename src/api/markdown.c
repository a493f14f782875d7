/* SPDX-License-Identifier: Apache-2.0 */
#include "api/markdown.h"

/* ---- text ---- */

void md_text(struct buf *out, const char *text)
{
	if (!text)
		return;
	for (const char *p = text; *p; p++) {
		if (*p == '|')
			buf_add_str(out, STR("\\|"));
		else if (*p == '<')
			buf_add_str(out, STR("&lt;"));
		else
			buf_add(out, p, 1);
	}
}

void md_words(struct buf *out, enum language lang, const char *en, const char *zh)
{
	md_text(out, lang == CHINESE && zh ? zh : en);
}

void md_table_head(struct buf *out, const char *const *cells)
{
	for (size_t i = 0; cells[i]; i++)
		buf_printf(out, "| %s ", cells[i]);
	buf_add_str(out, STR("|\n"));
	for (size_t i = 0; cells[i]; i++)
		buf_add_str(out, STR("|---"));
	buf_add_str(out, STR("|\n"));
}

void md_number(struct buf *out, int64_t n)
{
	if (n >= 1000) {
		md_number(out, n / 1000);
		buf_printf(out, ",%03d", (int)(n % 1000));
	} else {
		buf_printf(out, "%d", (int)n);
	}
}

/* ---- fields ---- */

static const char *type_name(const struct field *f, enum language lang)
{
	static const char *const names[][LANGUAGES] = {
		[KIND_STR] = { "string", "字符串" },
		[KIND_INT] = { "integer", "整数" },
		[KIND_OPT_INT] = { "integer", "整数" },
		[KIND_BOOL] = { "boolean", "布尔" },
		[KIND_OPT_BOOL] = { "boolean", "布尔" },
		[KIND_STRS] = { "list of strings", "字符串列表" },
		[KIND_INTS] = { "list of integers", "整数列表" },
		[KIND_OBJECT] = { "object", "对象" },
		[KIND_OBJECTS] = { "list of objects", "对象列表" },
	};

	return names[f->kind][lang];
}

/* "1–20", "at most 20", "at least 1"; nothing without bounds. */
static void append_range(struct buf *out, enum language lang, int64_t min, int64_t max)
{
	static const char *const at_most[] = { "at most ", "最多 " };
	static const char *const at_least[] = { "at least ", "最少 " };

	if (max == 0 || max == INT64_MAX) {
		buf_printf(out, "%s", at_least[lang]);
		md_number(out, min);
	} else if (min == 0) {
		buf_printf(out, "%s", at_most[lang]);
		md_number(out, max);
	} else {
		md_number(out, min);
		buf_add_str(out, STR("–"));
		md_number(out, max);
	}
}

static void append_characters(struct buf *out, enum language lang, int64_t min, int64_t max)
{
	append_range(out, lang, min, max);
	buf_printf(out, "%s", lang == CHINESE ? " 个字符" : " characters");
}

static void append_string_range(struct buf *out, enum language lang, const struct field *f)
{
	const char * or = "";

	for (const char *const *word = f->oneof; word && *word; word++) {
		buf_printf(out, "%s`%s`", or, *word);
		or = lang == CHINESE ? " 或 " : " or ";
	}
	if (f->min || f->max)
		append_characters(out, lang, f->min, f->max);
	if (f->flags & F_TEXT)
		buf_printf(out, "%s", lang == CHINESE ? "，不能全是空白" : ", not blank");
}

static void append_list_range(struct buf *out, enum language lang, const struct field *f)
{
	if (f->min || f->max) {
		append_range(out, lang, f->min, f->max);
		buf_printf(out, "%s", lang == CHINESE ? " 个" : "");
	}
	if (!f->item_min && !f->item_max)
		return;
	if (f->min || f->max)
		buf_printf(out, "%s", lang == CHINESE ? "，" : ", ");
	buf_printf(out, "%s", lang == CHINESE ? "每个 " : "each ");
	append_characters(out, lang, f->item_min, f->item_max);
}

/* An integer's bounds hold when one of them is not 0. */
static void append_int_range(struct buf *out, enum language lang, const struct field *f)
{
	if (f->min == 0 && f->max == 0)
		return;
	if (f->max == INT64_MAX) {
		append_range(out, lang, f->min, f->max);
		return;
	}
	md_number(out, f->min);
	if (f->max == f->min + 1)
		buf_printf(out, "%s", lang == CHINESE ? " 或 " : " or ");
	else
		buf_add_str(out, STR("–"));
	md_number(out, f->max);
}

static void append_field_range(struct buf *out, enum language lang, const struct field *f)
{
	switch (f->kind) {
	case KIND_STR: append_string_range(out, lang, f); break;
	case KIND_INT:
	case KIND_OPT_INT: append_int_range(out, lang, f); break;
	case KIND_STRS:
	case KIND_INTS:
	case KIND_OBJECTS: append_list_range(out, lang, f); break;
	case KIND_BOOL:
	case KIND_OPT_BOOL:
	case KIND_OBJECT: break;
	}
}

static void append_rows(struct buf *out, enum language lang, const struct field *table,
	bool request, struct str prefix)
{
	for (const struct field *f = table; f->name; f++) {
		struct buf inner = { 0 };

		buf_printf(out, "| `%.*s%s`", STR_FMT(prefix), f->name);
		if (request && (f->flags & (F_REQUIRED | F_NEEDED)))
			buf_printf(out, " **%s**", lang == CHINESE ? "必传" : "required");
		buf_printf(out, " | %s | ", type_name(f, lang));
		if (request) {
			append_field_range(out, lang, f);
			buf_add_str(out, STR(" | "));
		}
		md_words(out, lang, f->doc, f->zh);
		buf_add_str(out, STR(" |\n"));
		if (!f->sub)
			continue;
		buf_printf(&inner, "%.*s%s%s", STR_FMT(prefix), f->name,
			f->kind == KIND_OBJECTS ? "[]." : ".");
		append_rows(out, lang, f->sub, request, buf_str(&inner));
		buf_fini(&inner);
	}
}

void md_fields(struct buf *out, enum language lang, const struct field *table, bool request)
{
	static const char *const request_heads[][5] = {
		{ "key", "type", "range", "meaning", NULL },
		{ "参数", "类型", "取值范围", "说明", NULL },
	};
	static const char *const reply_heads[][4] = {
		{ "key", "type", "meaning", NULL },
		{ "参数", "类型", "说明", NULL },
	};

	md_table_head(out, request ? request_heads[lang] : reply_heads[lang]);
	append_rows(out, lang, table, request, STR(""));
	buf_add_str(out, STR("\n"));
}
