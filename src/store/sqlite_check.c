/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite_check.h"

#include "store/schema.h"
#include "store/sqlite_run.h"

#include <string.h>

struct report {
	void (*found)(void *ctx, struct str text);
	void *ctx;
};

static int on_integrity(void *out, int columns, char **values, char **names)
{
	const struct report *r = out;

	(void)columns;
	(void)names;
	if (values[0] && strcmp(values[0], "ok") != 0)
		r->found(r->ctx, str_from(values[0]));
	return 0;
}

/* All tables and indexes with their SQL, as one text. */
static int on_schema(void *out, int columns, char **values, char **names)
{
	(void)columns;
	(void)names;
	buf_printf(out, "%s: %s\n", values[0] ? values[0] : "", values[1] ? values[1] : "");
	return 0;
}

static int read_schema(sqlite3 *handle, struct buf *out)
{
	return sqlite3_exec(handle,
		"SELECT type || ' ' || name || ' of ' || tbl_name, sql FROM sqlite_schema"
		" WHERE name NOT LIKE 'sqlite_stat%' ORDER BY name",
		on_schema, out, NULL);
}

/* What the schema files make. */
static int read_intended(struct buf *out)
{
	sqlite3 *empty = NULL;
	int rc = sqlite3_open_v2(
		":memory:", &empty, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	for (const struct schema_file *f = schema_sqlite; f->name && rc == SQLITE_OK; f++)
		rc = sqlite3_exec(empty, f->sql, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = read_schema(empty, out);
	(void)sqlite3_close(empty);
	return rc;
}

/* The first line in which they differ. */
static void report_difference(struct str is, struct str should, const struct report *r)
{
	struct buf text = { 0 };

	while (is.n && should.n) {
		size_t a = str_find(is, '\n'), b = str_find(should, '\n');

		if (!str_eq(str_slice(is, 0, a), str_slice(should, 0, b)))
			break;
		is = str_slice(is, a + 1, is.n);
		should = str_slice(should, b + 1, should.n);
	}
	buf_printf(&text, "the schema has \"%.*s\", and should have \"%.*s\"",
		STR_FMT(str_slice(is, 0, str_find(is, '\n'))),
		STR_FMT(str_slice(should, 0, str_find(should, '\n'))));
	r->found(r->ctx, buf_str(&text));
	buf_fini(&text);
}

enum status sqlite_check(sqlite3 *handle, void (*found)(void *ctx, struct str text),
	void *ctx, struct error *e)
{
	struct report report = { found, ctx };
	struct buf is = { 0 }, should = { 0 };
	int rc =
		sqlite3_exec(handle, "PRAGMA integrity_check", on_integrity, &report, NULL);

	if (rc == SQLITE_OK)
		rc = read_schema(handle, &is);
	if (rc == SQLITE_OK && read_intended(&should) != SQLITE_OK)
		die("the schema files do not run");
	if (rc == SQLITE_OK && !str_eq(buf_str(&is), buf_str(&should)))
		report_difference(buf_str(&is), buf_str(&should), &report);
	buf_fini(&is);
	buf_fini(&should);
	return rc == SQLITE_OK ? ST_OK : sqlite_fail(handle, rc, AT_STATEMENT, e);
}
