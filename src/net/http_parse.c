/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scanner lets nothing through but lines of text ended by CRLF; so what parses them
 * meets neither control characters nor a CR that is not an end of line.
 */
#include "net/http_parse.h"

#include "base/limits.h"
#include "base/plant.h"

#include <assert.h>

/* What is known of a request while its lines are read. */
struct parse {
	struct http_head *head;
	struct http_fault *fault;
	struct str authority; /* of an absolute target */
	bool host, coding, expect; /* seen */
	bool close, keep_alive; /* options of Connection */
};

enum status http_refuse(
	struct http_fault *f, enum status st, enum http_reject why, const char *detail)
{
	*f = (struct http_fault){ why, detail };
	return st;
}

static enum status bad(struct http_fault *f, const char *detail)
{
	return http_refuse(f, ST_MALFORMED, HTTP_BAD_REQUEST, detail);
}

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* No control character but the tab. */
static bool is_text(char c)
{
	unsigned char u = (unsigned char)c;

	return (u >= 0x20 && u != 0x7f) || u == '\t';
}

bool http_is_token_char(char c)
{
	static const char symbols[] = "!#$%&'*+-.^_`|~";

	return is_alnum(c) || memchr(symbols, c, sizeof(symbols) - 1) != NULL;
}

bool http_is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!http_is_token_char(s.p[i]))
			return false;
	return s.n > 0;
}

/* Of capital letters and hyphens, as all that are registered: what a lenient reader left of
 * the body before is then seldom taken for a request. */
static bool is_method(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] < 'A' || s.p[i] > 'Z') && s.p[i] != '-')
			return false;
	return s.n > 0;
}

struct head_scan head_scan_request(void)
{
	return (struct head_scan){ .max = LIMIT_HEAD };
}

struct head_scan head_scan_part(void)
{
	return (struct head_scan){
		.max = LIMIT_PART_HEAD, .part = true, .in_headers = true
	};
}

static enum status check_limits(const struct head_scan *s, struct http_fault *f)
{
	if (!s->in_headers && s->line > LIMIT_REQUEST_LINE)
		return http_refuse(
			f, ST_TOO_LARGE, HTTP_URI_TOO_LONG, "the request line is too long");
	if (s->headers > LIMIT_HEADERS)
		return http_refuse(
			f, ST_TOO_LARGE, HTTP_HEAD_TOO_LARGE, "too many header fields");
	if (s->total > s->max)
		return http_refuse(f, ST_TOO_LARGE, HTTP_HEAD_TOO_LARGE,
			"the header fields are too long");
	return ST_OK;
}

/* The bytes of text at the start of `in`, all on one line. */
static enum status scan_text(
	struct head_scan *s, struct str in, size_t *used, struct http_fault *f)
{
	size_t n = 0;

	while (n < in.n && is_text(in.p[n]))
		n++;
	*used = n;
	if (n == 0)
		return bad(f, "a control character in the head");
	if (s->in_headers && s->line == 0) {
		if (in.p[0] == ' ' || in.p[0] == '\t')
			return bad(f, "a header field folded over two lines");
		s->headers++;
	}
	s->line += n;
	s->total += n;
	return ST_OK;
}

/* A LF after its CR. ST_OK: that was the empty line at the end. */
static enum status scan_line_end(struct head_scan *s, struct http_fault *f)
{
	bool empty = s->line == 0;

	s->line = 0;
	if (!empty) {
		s->in_headers = true;
		return ST_AGAIN;
	}
	if (s->in_headers)
		return ST_OK;
	if (s->skipped)
		return bad(f, "more than one empty line before the request");
	s->skipped = s->total; /* RFC 9112, 2.2 */
	s->total = 0;
	return ST_AGAIN;
}

enum status head_scan(
	struct head_scan *s, struct str in, size_t *used, struct http_fault *f)
{
	for (size_t i = 0; i < in.n;) {
		size_t n = 1;
		enum status st = ST_AGAIN;

		if (s->cr || (in.p[i] == '\n' && plant("http_bare_lf"))) {
			if (in.p[i] != '\n')
				return bad(f, "a CR without its LF");
			s->cr = false;
			s->total++;
			st = scan_line_end(s, f);
		} else if (in.p[i] == '\r') {
			s->cr = true;
			s->total++;
		} else if (in.p[i] == '\n') {
			return bad(f, "a line that ends with LF alone");
		} else {
			TRY(scan_text(s, str_slice(in, i, in.n), &n, f));
		}
		TRY(check_limits(s, f));
		i += n;
		if (st == ST_AGAIN)
			continue;
		*used = i;
		return st;
	}
	*used = in.n;
	return ST_AGAIN;
}

/* The value between blanks. A tab there is refused: RFC 9110 allows it, but some readers
 * take it for a part of the value, and so do not see that a body is chunked. */
static enum status take_value(struct str rest, struct str *out, struct http_fault *f)
{
	while (rest.n && rest.p[0] == ' ')
		rest = str_slice(rest, 1, rest.n);
	while (rest.n && rest.p[rest.n - 1] == ' ')
		rest.n--;
	*out = rest;
	if (rest.n && (rest.p[0] == '\t' || rest.p[rest.n - 1] == '\t'))
		return bad(f, "a tab around the value of a header");
	return ST_OK;
}

enum status http_parse_fields(
	char *p, size_t n, struct pair *out, size_t *count, struct http_fault *f)
{
	*count = 0;
	for (size_t at = 0, end; at < n; at = end + 2) {
		struct str line = str_slice((struct str){ p, n }, at, n);
		size_t colon;

		line.n = str_find(line, '\r');
		end = at + line.n;
		if (line.n == 0)
			break;
		colon = str_find(line, ':');
		if (colon == line.n)
			return bad(f, "a header line without a colon");
		if (!http_is_token(str_slice(line, 0, colon)) &&
			!plant("http_blank_before_colon"))
			return bad(f, "a header name that is not a token");
		for (size_t i = at; i < at + colon; i++)
			if (p[i] >= 'A' && p[i] <= 'Z')
				p[i] = (char)(p[i] + ('a' - 'A'));
		assert(*count < LIMIT_HEADERS);
		out[*count].name = str_slice(line, 0, colon);
		TRY(take_value(str_slice(line, colon + 1, line.n), &out[*count].value, f));
		++*count;
	}
	return ST_OK;
}

/* A name, an IPv4 address or a bracketed IPv6 one, and perhaps a port: what can be reached,
 * not all that RFC 3986 calls a reg-name. */
static bool valid_authority(struct str s)
{
	struct str host, port = STR_NONE;
	size_t end;
	uint64_t number;

	if (s.n && s.p[0] == '[') {
		end = str_find(s, ']');
		if (end == s.n)
			return false;
		host = str_slice(s, 1, end++);
		for (size_t i = 0; i < host.n; i++)
			if (!is_alnum(host.p[i]) && host.p[i] != ':' && host.p[i] != '.')
				return false;
	} else {
		end = str_find(s, ':');
		host = str_slice(s, 0, end);
		for (size_t i = 0; i < host.n; i++)
			if (!is_alnum(host.p[i]) && !memchr("-._~", host.p[i], 4))
				return false;
	}
	if (end < s.n && s.p[end] != ':')
		return false;
	if (end < s.n)
		port = str_slice(s, end + 1, s.n);
	return host.n > 0 && (port.n == 0 || str_to_u64(port, 65535, &number));
}

static enum http_method method_of(struct str text)
{
	static const char *const names[] = {
		[HTTP_GET] = "GET",
		[HTTP_HEAD] = "HEAD",
		[HTTP_POST] = "POST",
		[HTTP_PUT] = "PUT",
		[HTTP_DELETE] = "DELETE",
		[HTTP_OPTIONS] = "OPTIONS",
		[HTTP_PATCH] = "PATCH",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_is(text, names[i]))
			return (enum http_method)i;
	return HTTP_OTHER;
}

/* The three forms of RFC 9112, 3.2, that a server which is no proxy has a use for. */
static enum status parse_target(struct parse *p, struct str target)
{
	static const char *const schemes[] = { "http://", "https://" };
	struct http_head *head = p->head;
	size_t query;

	for (size_t i = 0; i < target.n; i++) {
		unsigned char c = (unsigned char)target.p[i];

		if (c <= 0x20 || c >= 0x7f || c == '#')
			return bad(p->fault,
				"a character in the target that must be percent-encoded");
	}
	if (str_is(target, "*") && head->method == HTTP_OPTIONS) {
		head->path = target;
		return ST_OK;
	}
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		struct str scheme = str_from(schemes[i]);
		size_t end = scheme.n;

		if (!str_eq_nocase(str_slice(target, 0, end), scheme))
			continue;
		while (end < target.n && target.p[end] != '/' && target.p[end] != '?')
			end++;
		p->authority = str_slice(target, scheme.n, end);
		if (!valid_authority(p->authority))
			return bad(p->fault, "a target without a valid host");
		target = str_slice(target, end, target.n);
		break;
	}
	if (!p->authority.p && (target.n == 0 || target.p[0] != '/'))
		return bad(p->fault, "a target that is neither a path nor a URL");
	query = str_find(target, '?');
	head->path = query ? str_slice(target, 0, query) : STR("/");
	if (query < target.n)
		head->query = str_slice(target, query + 1, target.n);
	return ST_OK;
}

static enum status parse_version(struct parse *p, struct str v)
{
	bool digits = v.n == 8 && v.p[5] >= '0' && v.p[5] <= '9' && v.p[6] == '.' &&
		      v.p[7] >= '0' && v.p[7] <= '9';

	if (!digits || !str_starts(v, STR("HTTP/")))
		return bad(p->fault, "not an HTTP/1 request line");
	if (v.p[5] != '1' || v.p[7] > '1')
		return http_refuse(p->fault, ST_MALFORMED, HTTP_BAD_VERSION,
			"only HTTP/1.0 and HTTP/1.1 are spoken here");
	p->head->minor = (unsigned)(v.p[7] - '0');
	return ST_OK;
}

static enum status parse_request_line(struct parse *p, struct str line)
{
	size_t first = str_find(line, ' ');
	struct str rest = str_slice(line, first + 1, line.n);
	size_t second = str_find(rest, ' ');

	p->head->method_text = str_slice(line, 0, first);
	p->head->method = method_of(p->head->method_text);
	if (!is_method(p->head->method_text))
		return bad(p->fault, "a method that is not in capital letters");
	TRY(parse_version(p, str_slice(rest, second + 1, rest.n)));
	return parse_target(p, str_slice(rest, 0, second));
}

static enum status take_host(struct parse *p, struct str value)
{
	if (p->host)
		return bad(p->fault, "more than one Host");
	if (!valid_authority(value))
		return bad(p->fault, "a Host that is not a host");
	p->host = true;
	p->head->host = value;
	return ST_OK;
}

static enum status take_length(struct parse *p, struct str value)
{
	if (p->head->has_length && !plant("http_two_lengths"))
		return bad(p->fault, "more than one Content-Length");
	if (!str_to_u64(value, INT64_MAX, &p->head->length))
		return bad(p->fault, "a Content-Length that is not one number");
	p->head->has_length = true;
	return ST_OK;
}

/* The last coding of a list. */
static struct str last_coding(struct str value)
{
	size_t start = value.n;

	while (start && value.p[start - 1] != ',')
		start--;
	return str_trim(str_slice(value, start, value.n));
}

static enum status take_coding(struct parse *p, struct str value)
{
	if (p->coding)
		return bad(p->fault, "more than one Transfer-Encoding");
	/* RFC 9112, 6.3: then nobody can tell where the body ends */
	if (!str_eq_nocase(last_coding(value), STR("chunked")))
		return bad(p->fault, "a Transfer-Encoding that does not end in chunked");
	if (!str_eq_nocase(value, STR("chunked")))
		return http_refuse(p->fault, ST_UNSUPPORTED, HTTP_NOT_IMPLEMENTED,
			"a Transfer-Encoding other than chunked");
	p->coding = true;
	p->head->chunked = true;
	return ST_OK;
}

static enum status take_connection(struct parse *p, struct str value)
{
	while (value.n) {
		size_t comma = str_find(value, ',');
		struct str option = str_trim(str_slice(value, 0, comma));

		if (str_eq_nocase(option, STR("close")))
			p->close = true;
		else if (str_eq_nocase(option, STR("keep-alive")))
			p->keep_alive = true;
		value = str_slice(value, comma + 1, value.n);
	}
	return ST_OK;
}

static enum status take_expect(struct parse *p, struct str value)
{
	if (p->expect || !str_eq_nocase(value, STR("100-continue")))
		return http_refuse(p->fault, ST_UNSUPPORTED, HTTP_EXPECTATION_FAILED,
			"an Expect other than 100-continue");
	p->expect = true;
	return ST_OK;
}

static enum status take_fields(struct parse *p)
{
	static const struct {
		const char *name;
		enum status (*take)(struct parse *p, struct str value);
	} known[] = {
		{ "host", take_host },
		{ "content-length", take_length },
		{ "transfer-encoding", take_coding },
		{ "connection", take_connection },
		{ "expect", take_expect },
	};

	for (size_t i = 0; i < p->head->header_count; i++)
		for (size_t k = 0; k < ARRAY_LEN(known); k++)
			if (str_is(p->head->headers[i].name, known[k].name))
				TRY(known[k].take(p, p->head->headers[i].value));
	return ST_OK;
}

/* What the fields mean together. */
static enum status conclude(struct parse *p)
{
	struct http_head *head = p->head;

	if (head->minor == 1 && !p->host)
		return bad(p->fault, "no Host");
	if (head->chunked && head->minor == 0)
		return bad(p->fault, "Transfer-Encoding in HTTP/1.0");
	if (head->chunked && head->has_length && !plant("http_length_and_chunked"))
		return bad(p->fault, "both Content-Length and Transfer-Encoding");
	if (p->authority.p)
		head->host = p->authority; /* RFC 9112, 3.2.2 */
	head->keep_alive = !p->close && (head->minor == 1 || p->keep_alive);
	/* RFC 9110, 10.1.1: nothing of the kind is known to an HTTP/1.0 client */
	head->expect_continue = p->expect && head->minor == 1;
	return ST_OK;
}

enum status http_parse_head(
	struct str block, struct arena *a, struct http_head *out, struct http_fault *f)
{
	struct parse p = { .head = out, .fault = f };
	char *copy = arena_alloc(a, block.n);
	struct str line = { copy, 0 };
	struct pair fields[LIMIT_HEADERS];

	*out = (struct http_head){ .method = HTTP_OTHER };
	memcpy(copy, block.p, block.n);
	line.n = str_find((struct str){ copy, block.n }, '\r');
	TRY(parse_request_line(&p, line));
	TRY(http_parse_fields(
		copy + line.n + 2, block.n - line.n - 2, fields, &out->header_count, f));
	out->headers = ARENA_ARRAY(a, struct pair, out->header_count);
	if (out->header_count)
		memcpy(out->headers, fields, out->header_count * sizeof(fields[0]));
	TRY(take_fields(&p));
	return conclude(&p);
}
