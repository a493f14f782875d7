/* SPDX-License-Identifier: Apache-2.0 */
#include "net/multipart.h"

#include "base/limits.h"

#include <assert.h>

enum multipart_state {
	START, /* before the first delimiter */
	AFTER, /* a delimiter: CRLF or "--" decide what it was */
	AFTER_CR,
	AFTER_DASH,
	HEAD,
	DATA,
	CLOSED, /* the last delimiter */
	CLOSED_CR,
	ENDED,
};

static enum status bad(const char **why, const char *text)
{
	*why = text;
	return ST_MALFORMED;
}

static bool is_boundary_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       memchr("'()+_,-./:=? ", c, 13);
}

/* A value in quotes, from the byte after the first one; moves `rest` behind the last. Only
 * \" and \\ are escapes: browsers have always sent other backslashes as they are. */
static bool take_quoted(struct str *rest, struct arena *a, struct str *out)
{
	char *copy = arena_alloc(a, rest->n);
	size_t n = 0;

	for (size_t i = 0; i < rest->n; i++) {
		char c = rest->p[i];

		if (c == '"') {
			*out = (struct str){ copy, n };
			*rest = str_slice(*rest, i + 1, rest->n);
			return true;
		}
		if (c == '\\' && i + 1 < rest->n && memchr("\"\\", rest->p[i + 1], 2))
			c = rest->p[++i];
		copy[n++] = c;
	}
	return false;
}

/* The next `; name=value` of a header's value. False if `rest` is not one. */
static bool take_parameter(struct str *rest, struct arena *a, struct pair *out)
{
	size_t n;

	*rest = str_trim(*rest);
	if (rest->n == 0 || rest->p[0] != ';')
		return false;
	*rest = str_trim(str_slice(*rest, 1, rest->n));
	n = str_find(*rest, '=');
	out->name = str_slice(*rest, 0, n);
	if (!http_is_token(out->name))
		return false;
	*rest = str_slice(*rest, n + 1, rest->n);
	if (rest->n && rest->p[0] == '"') {
		*rest = str_slice(*rest, 1, rest->n);
		return take_quoted(rest, a, &out->value);
	}
	n = str_find(*rest, ';');
	out->value = str_trim(str_slice(*rest, 0, n));
	*rest = str_slice(*rest, n, rest->n);
	return out->value.n > 0;
}

enum status multipart_boundary(struct str content_type, struct arena *a, struct str *out)
{
	size_t end = str_find(content_type, ';');
	struct str rest = str_slice(content_type, end, content_type.n);
	struct pair parameter;

	*out = STR_NONE;
	if (!str_eq_nocase(
		    str_trim(str_slice(content_type, 0, end)), STR("multipart/form-data")))
		return ST_NOT_FOUND;
	while (rest.n) {
		if (!take_parameter(&rest, a, &parameter))
			return ST_MALFORMED;
		if (!str_eq_nocase(parameter.name, STR("boundary")))
			continue;
		if (out->p)
			return ST_MALFORMED;
		*out = parameter.value;
	}
	if (out->n == 0 || out->n > MULTIPART_BOUNDARY_MAX || out->p[out->n - 1] == ' ')
		return ST_MALFORMED;
	for (size_t i = 0; i < out->n; i++)
		if (!is_boundary_char(out->p[i]))
			return ST_MALFORMED;
	return ST_OK;
}

void multipart_init(
	struct multipart *m, struct str boundary, const struct multipart_sink *sink)
{
	*m = (struct multipart){ .sink = *sink, .state = START };
	assert(boundary.n <= MULTIPART_BOUNDARY_MAX);
	memcpy(m->delimiter, "\r\n--", 4);
	memcpy(m->delimiter + 4, boundary.p, boundary.n);
	m->delimiter_n = 4 + boundary.n;
	m->matched = 2; /* the CRLF before the first delimiter need not be sent */
}

void multipart_fini(struct multipart *m)
{
	buf_fini(&m->head);
}

static char take_byte(struct str *in)
{
	char c = in->p[0];

	*in = str_slice(*in, 1, in->n);
	return c;
}

static enum status take_start(struct multipart *m, struct str *in, const char **why)
{
	char c = take_byte(in);

	if (c == m->delimiter[m->matched]) {
		if (++m->matched == m->delimiter_n) {
			m->matched = 0;
			m->state = AFTER;
		}
		return ST_OK;
	}
	if (c != '\r' || m->matched != 2 || m->led)
		return bad(why, "the body does not begin with its boundary");
	m->led = true;
	m->matched = 1;
	return ST_OK;
}

/* The few bytes around and behind a delimiter, where each allows one or two others. */
static enum status take_delimiter_end(struct multipart *m, struct str *in, const char **why)
{
	static const struct {
		enum multipart_state at;
		char byte;
		enum multipart_state next;
	} steps[] = {
		{ AFTER, '\r', AFTER_CR },
		{ AFTER_CR, '\n', HEAD },
		{ AFTER, '-', AFTER_DASH },
		{ AFTER_DASH, '-', CLOSED },
		{ CLOSED, '\r', CLOSED_CR },
		{ CLOSED_CR, '\n', ENDED },
	};
	char c = take_byte(in);

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		if (steps[i].at != m->state || steps[i].byte != c)
			continue;
		m->state = steps[i].next;
		if (m->state == HEAD) {
			m->scan = head_scan_part();
			m->head.n = 0;
		}
		return ST_OK;
	}
	return bad(why, "bytes after a boundary that do not belong there");
}

static enum status parse_disposition(
	struct str value, struct arena *a, struct multipart_part *part, const char **why)
{
	size_t end = str_find(value, ';');
	struct str rest = str_slice(value, end, value.n);
	struct pair parameter;

	if (!str_eq_nocase(str_trim(str_slice(value, 0, end)), STR("form-data")))
		return bad(why, "a Content-Disposition other than form-data");
	while (rest.n) {
		struct str *known = NULL;

		if (!take_parameter(&rest, a, &parameter))
			return bad(why, "a malformed Content-Disposition");
		if (str_eq_nocase(parameter.name, STR("name")))
			known = &part->name;
		else if (str_eq_nocase(parameter.name, STR("filename")))
			known = &part->filename;
		if (known && known->p)
			return bad(why, "a Content-Disposition that names a thing twice");
		if (known)
			*known = parameter.value;
	}
	return part->name.n ? ST_OK : bad(why, "a part without a name");
}

/* The whole head of a part is in m->head. */
static enum status begin_part(struct multipart *m, const char **why)
{
	struct pair fields[LIMIT_HEADERS];
	struct multipart_part part = { 0 };
	struct http_fault fault;
	struct arena a = { 0 };
	struct str disposition = STR_NONE;
	enum status st;
	size_t count;

	st = http_parse_fields(m->head.p, m->head.n, fields, &count, &fault);
	if (st != ST_OK)
		return bad(why, fault.detail);
	for (size_t i = 0; i < count; i++) {
		if (!str_is(fields[i].name, "content-disposition"))
			continue;
		if (disposition.p)
			return bad(why, "more than one Content-Disposition in a part");
		disposition = fields[i].value;
	}
	st = parse_disposition(disposition, &a, &part, why);
	m->file = part.filename.p != NULL;
	m->value = 0;
	m->state = DATA;
	if (st == ST_OK)
		st = m->sink.begin(m->sink.ctx, &part, why);
	arena_fini(&a);
	return st;
}

static enum status take_head(struct multipart *m, struct str *in, const char **why)
{
	struct http_fault fault;
	size_t used;
	enum status st = head_scan(&m->scan, *in, &used, &fault);

	if (st != ST_OK && st != ST_AGAIN) {
		*why = fault.detail;
		return st;
	}
	buf_add(&m->head, in->p, used);
	*in = str_slice(*in, used, in->n);
	if (st == ST_AGAIN)
		return ST_OK;
	if (++m->parts > LIMIT_PARTS) {
		*why = "too many parts";
		return ST_TOO_LARGE;
	}
	return begin_part(m, why);
}

static enum status emit(struct multipart *m, struct str piece, const char **why)
{
	m->value += piece.n;
	if (!m->file && m->value > LIMIT_PART_VALUE) {
		*why = "the value of a form field is too long";
		return ST_TOO_LARGE;
	}
	return m->sink.data(m->sink.ctx, piece, why);
}

/* No byte of a delimiter but its first is a CR, so a match that fails is all data, and the
 * search goes on at the byte that failed. */
static enum status take_data(struct multipart *m, struct str *in, const char **why)
{
	if (m->matched == 0) {
		size_t n = str_find(*in, '\r');

		if (n)
			TRY(emit(m, str_slice(*in, 0, n), why));
		*in = str_slice(*in, n, in->n);
	}
	while (in->n && in->p[0] == m->delimiter[m->matched]) {
		(void)take_byte(in);
		if (++m->matched < m->delimiter_n)
			continue;
		m->matched = 0;
		m->state = AFTER;
		return m->sink.end(m->sink.ctx, why);
	}
	if (in->n && m->matched) {
		size_t n = m->matched;

		m->matched = 0;
		TRY(emit(m, (struct str){ m->delimiter, n }, why));
	}
	return ST_OK;
}

enum status multipart_feed(struct multipart *m, struct str in, const char **why)
{
	while (in.n) {
		if (m->state == DATA)
			TRY(take_data(m, &in, why));
		else if (m->state == HEAD)
			TRY(take_head(m, &in, why));
		else if (m->state == START)
			TRY(take_start(m, &in, why));
		else
			TRY(take_delimiter_end(m, &in, why));
	}
	return ST_OK;
}

enum status multipart_finish(struct multipart *m, const char **why)
{
	if (m->state == CLOSED || m->state == ENDED)
		return ST_OK;
	return bad(why, "the body ends before its last boundary");
}
