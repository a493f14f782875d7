/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_file.c -- the configuration file, an INI file read with inih.
 * inih cuts a line that is too long for its buffer in two, tells handlers no line number,
 * and takes an indented line for the rest of the one above. So the lines are handed to it
 * one by one, checked, counted and without their indentation.
 */
#include "server/option_table.h"

#include "base/limits.h"
#include "server/files.h"

#include <ini.h>

struct reader {
	struct givens *out;
	const char *path;
	struct str rest; /* of the file */
	int line; /* the one inih works on, from 1 */
	enum status status;
	struct error *error;
};

/* "qun.conf:3: listen"; of a long path the end is shown. */
static const char *origin(const struct reader *r, const char *key)
{
	enum { SHOWN_PATH = 48 };
	size_t n = strlen(r->path);
	const char *cut = n > SHOWN_PATH ? "..." : "";
	const char *path = n > SHOWN_PATH ? r->path + n - SHOWN_PATH : r->path;

	return arena_printf(
		r->out->arena, "%s%s:%d%s%.32s", cut, path, r->line, *key ? ": " : "", key)
		.p;
}

static void refuse(struct reader *r, const char *key, const char *why)
{
	if (r->status == ST_OK)
		r->status = fail(r->error, ST_INVALID, origin(r, key), "%s", why);
}

/* inih's reader: one line into `to`; NULL at the end. */
static char *next_line(char *to, int size, void *user)
{
	struct reader *r = user;
	size_t end = str_find(r->rest, '\n');
	struct str line = str_slice(r->rest, 0, end);

	if (r->rest.n == 0 || r->status != ST_OK)
		return NULL;
	r->line++;
	r->rest = str_slice(r->rest, end + 1, r->rest.n);
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	line = str_trim(line);
	if (line.n + 2 > (size_t)size) {
		refuse(r, "", "the line is too long");
		return NULL;
	}
	memcpy(to, line.p, line.n);
	to[line.n] = '\n';
	to[line.n + 1] = '\0';
	return to;
}

static int take_pair(void *user, const char *section, const char *name, const char *value)
{
	struct reader *r = user;
	const struct option *row = option_find(str_from(name));

	if (*section && strcmp(section, "qund") != 0)
		refuse(r, section, "no such section; qund is the only one");
	else if (!row || row->flags & OPTION_HIDDEN)
		refuse(r, name, "no such option; `qund --help` lists them");
	else if (row->flags & (OPTION_COMMAND_LINE | OPTION_NOT_IN_FILE))
		refuse(r, name, "this option is not for the file");
	else
		givens_add(r->out, row, arena_cstr(r->out->arena, str_from(value)),
			origin(r, name), SOURCE_FILE);
	return r->status == ST_OK;
}

static void read_lines(struct reader *r)
{
	int bad = ini_parse_stream(next_line, r, take_pair, r);

	if (bad > 0) {
		r->line = bad;
		refuse(r, "", "`key = value` is expected");
	}
}

enum status config_file_read(const char *path, struct givens *out, struct error *e)
{
	struct reader r = { .out = out, .path = path, .error = e };
	struct buf text = { 0 };

	r.status = file_read(path, LIMIT_CONFIG, &text, e);
	r.rest = buf_str(&text);
	if (r.status == ST_OK && str_find(r.rest, '\0') < r.rest.n)
		r.status = fail(e, ST_INVALID, path, "is not a text file");
	if (r.status == ST_OK)
		read_lines(&r);
	buf_fini(&text);
	return r.status;
}
