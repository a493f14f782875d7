/* SPDX-License-Identifier: Apache-2.0 */
/* docs_main.c -- qun-docs DIR: writes the reference documents there. */
#include "api/openapi.h"
#include "api/reference.h"

#include <stdio.h>

static void api_english(struct buf *out)
{
	reference_api(out, ENGLISH);
}

static void api_chinese(struct buf *out)
{
	reference_api(out, CHINESE);
}

static void rules_english(struct buf *out)
{
	reference_rules(out, ENGLISH);
}

static void rules_chinese(struct buf *out)
{
	reference_rules(out, CHINESE);
}

static void openapi(struct buf *out)
{
	struct arena a = { 0 };

	buf_add_str(out, openapi_json(&a));
	arena_fini(&a);
}

static const struct {
	const char *name;
	void (*append)(struct buf *out);
} documents[] = {
	{ "api.md", api_english },
	{ "api.zh-CN.md", api_chinese },
	{ "rules.md", rules_english },
	{ "rules.zh-CN.md", rules_chinese },
	{ "limits.md", reference_limits },
	{ "openapi.json", openapi },
};

static bool write_file(const char *path, struct str text)
{
	FILE *f = fopen(path, "w");
	bool ok;

	if (!f)
		return false;
	ok = fwrite(text.p, 1, text.n, f) == text.n;
	return fclose(f) == 0 && ok;
}

int main(int argc, char **argv)
{
	char path[4096];

	if (argc != 2) {
		fputs("usage: qun-docs DIR\n", stderr);
		return 2;
	}
	for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
		struct buf text = { 0 };
		bool ok;

		documents[i].append(&text);
		snprintf(path, sizeof(path), "%s/%s", argv[1], documents[i].name);
		ok = write_file(path, buf_str(&text));
		buf_fini(&text);
		if (!ok) {
			perror(path);
			return 1;
		}
	}
	return 0;
}
