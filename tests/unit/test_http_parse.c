/* SPDX-License-Identifier: Apache-2.0 */
/* Request heads by RFC 9112, and stricter where two readers could disagree. */
#include "testing.h"

#include "base/limits.h"
#include "net/http_parse.h"

enum { OK = 200, MORE = 0 };

static struct http_head head;
static struct arena arena;

static int reset(void **state)
{
	(void)state;
	arena_fini(&arena);
	head = (struct http_head){ 0 };
	return 0;
}

static int refused(enum status st, const struct http_fault *f)
{
	assert_true(st != ST_OK && st != ST_AGAIN);
	assert_non_null(f->detail);
	return http_reject_status(f->why);
}

/* What becomes of `raw` when it arrives in pieces of `step` bytes: OK and `head`, MORE, or
 * the status it is refused with. */
static int read_head(struct str raw, size_t step)
{
	struct head_scan scan = head_scan_request();
	struct http_fault f = { 0 };
	enum status st = ST_AGAIN;
	size_t used = 0, at = 0;

	(void)reset(NULL);
	for (; at < raw.n && st == ST_AGAIN; at += used)
		st = head_scan(&scan, str_slice(raw, at, at + step), &used, &f);
	if (st == ST_AGAIN)
		return MORE;
	if (st == ST_OK)
		st = http_parse_head(str_slice(raw, scan.skipped, at), &arena, &head, &f);
	return st == ST_OK ? OK : refused(st, &f);
}

static int result_of(struct str raw)
{
	int bytewise = read_head(raw, 1), whole = read_head(raw, raw.n);

	assert_int_equal(bytewise, whole);
	return whole;
}

#define HOST "Host: qun\r\n"
#define HEAD(lines) "POST / HTTP/1.1\r\n" HOST lines "\r\n"
#define LINE(line) line "\r\n" HOST "\r\n"

static const struct head_case {
	const char *name;
	const char *raw; /* without a NUL */
	int result;
} head_cases[] = {
	/* 2.1, 2.2: lines */
	{ "a request", LINE("GET / HTTP/1.1"), OK },
	{ "unfinished", "GET / HTTP/1.1\r\n" HOST, MORE },
	{ "unfinished last line end", "GET / HTTP/1.1\r\n" HOST "\r", MORE },
	{ "one empty line before", "\r\n" LINE("GET / HTTP/1.1"), OK },
	{ "two empty lines before", "\r\n\r\n" LINE("GET / HTTP/1.1"), 400 },
	{ "an empty line of LF before", "\n" LINE("GET / HTTP/1.1"), 400 },
	{ "LF after the request line", "GET / HTTP/1.1\n" HOST "\r\n", 400 },
	{ "LF after a field", "GET / HTTP/1.1\r\nHost: qun\n\r\n", 400 },
	{ "LF as the empty line", "GET / HTTP/1.1\r\n" HOST "\n", 400 },
	{ "CR in the request line", "GET /\r HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "CR in a value", HEAD("A: b\rc\r\n"), 400 },
	{ "CR CR LF", HEAD("A: b\r\r\n"), 400 },
	{ "blank before the method", LINE(" GET / HTTP/1.1"), 400 },
	{ "blank line before the fields", "GET / HTTP/1.1\r\n " HOST "\r\n", 400 },
	{ "TLS", "\x16\x03\x01\x02", 400 },
	/* 2.3: version */
	{ "1.0", LINE("GET / HTTP/1.0"), OK },
	{ "1.2", LINE("GET / HTTP/1.2"), 505 },
	{ "2.0", LINE("GET / HTTP/2.0"), 505 },
	{ "0.9", LINE("GET / HTTP/0.9"), 505 },
	{ "preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\n", 505 },
	{ "1.10", LINE("GET / HTTP/1.10"), 400 },
	{ "01.1", LINE("GET / HTTP/01.1"), 400 },
	{ "1", LINE("GET / HTTP/1"), 400 },
	{ "1,1", LINE("GET / HTTP/1,1"), 400 },
	{ "small letters", LINE("GET / http/1.1"), 400 },
	{ "another protocol", LINE("GET / ICAP/1.0"), 400 },
	{ "no version", LINE("GET /"), 400 },
	/* 3: request line */
	{ "two blanks after the method", LINE("GET  / HTTP/1.1"), 400 },
	{ "two blanks after the target", LINE("GET /  HTTP/1.1"), 400 },
	{ "blank at the end", LINE("GET / HTTP/1.1 "), 400 },
	{ "tab for a blank", LINE("GET\t/ HTTP/1.1"), 400 },
	{ "no target", LINE("GET HTTP/1.1"), 400 },
	{ "one word", LINE("GET"), 400 },
	{ "an unknown method", LINE("BREW / HTTP/1.1"), OK },
	{ "an unknown method with signs", LINE("M-SEARCH_2 / HTTP/1.1"), 400 },
	{ "an unknown method with a hyphen", LINE("M-SEARCH / HTTP/1.1"), OK },
	{ "a method in small letters", LINE("get / HTTP/1.1"), 400 },
	{ "bytes of a body before a method", LINE("abcGET / HTTP/1.1"), 400 },
	{ "digits before a method", LINE("0GET / HTTP/1.1"), 400 },
	{ "a method that is no token", LINE("GE(T / HTTP/1.1"), 400 },
	/* 3.2: target */
	{ "an empty query", LINE("GET /? HTTP/1.1"), OK },
	{ "two slashes", LINE("GET //a HTTP/1.1"), OK },
	{ "no slash", LINE("GET a HTTP/1.1"), 400 },
	{ "a fragment", LINE("GET /a#b HTTP/1.1"), 400 },
	{ "a blank in it", LINE("GET /a b HTTP/1.1"), 400 },
	{ "a raw byte", LINE("GET /\xe7 HTTP/1.1"), 400 },
	{ "a control character", LINE("GET /\x01 HTTP/1.1"), 400 },
	{ "DEL", LINE("GET /\x7f HTTP/1.1"), 400 },
	{ "* for OPTIONS", LINE("OPTIONS * HTTP/1.1"), OK },
	{ "* for another", LINE("GET * HTTP/1.1"), 400 },
	{ "*x", LINE("OPTIONS *x HTTP/1.1"), 400 },
	{ "CONNECT's form", LINE("CONNECT qun:80 HTTP/1.1"), 400 },
	{ "a URL", LINE("GET http://qun/a HTTP/1.1"), OK },
	{ "a URL without a path", LINE("GET HTTPS://qun HTTP/1.1"), OK },
	{ "a URL of another scheme", LINE("GET ftp://qun/a HTTP/1.1"), 400 },
	{ "a URL without a host", LINE("GET http:///a HTTP/1.1"), 400 },
	{ "a URL with a user", LINE("GET http://me@qun/a HTTP/1.1"), 400 },
	{ "a URL with a bad port", LINE("GET http://qun:9x/a HTTP/1.1"), 400 },
	/* 3.2, 7.2 of RFC 9110: Host */
	{ "no Host", "GET / HTTP/1.1\r\n\r\n", 400 },
	{ "no Host in 1.0", "GET / HTTP/1.0\r\n\r\n", OK },
	{ "no Host beside a URL", "GET http://qun/ HTTP/1.1\r\n\r\n", 400 },
	{ "two Hosts", HEAD("Host: qun\r\n"), 400 },
	{ "two Hosts in 1.0", "GET / HTTP/1.0\r\n" HOST HOST "\r\n", 400 },
	{ "an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400 },
	{ "a port", "GET / HTTP/1.1\r\nHost: qun:65535\r\n\r\n", OK },
	{ "a port out of range", "GET / HTTP/1.1\r\nHost: qun:65536\r\n\r\n", 400 },
	{ "a port alone", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n", 400 },
	{ "IPv6", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", OK },
	{ "IPv6 left open", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400 },
	{ "IPv6 and more", "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", 400 },
	{ "a path in Host", "GET / HTTP/1.1\r\nHost: qun/a\r\n\r\n", 400 },
	{ "a list in Host", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400 },
	{ "a user in Host", "GET / HTTP/1.1\r\nHost: me@qun\r\n\r\n", 400 },
	/* 5: fields */
	{ "an empty value", HEAD("A:\r\n"), OK },
	{ "bytes of UTF-8 in a value", HEAD("A: \xe7\xbe\xa4\r\n"), OK },
	{ "a tab in a value", HEAD("A: b\tc\r\n"), OK },
	{ "blanks around a value", HEAD("A:  b  \r\n"), OK },
	{ "a tab before a value", HEAD("A: \tb\r\n"), 400 },
	{ "a tab after a value", HEAD("A: b\t \r\n"), 400 },
	{ "a tab for a value", HEAD("A:\t\r\n"), 400 },
	{ "blank before the colon", HEAD("A : b\r\n"), 400 },
	{ "tab before the colon", HEAD("A\t: b\r\n"), 400 },
	{ "no colon", HEAD("A\r\n"), 400 },
	{ "no name", HEAD(": b\r\n"), 400 },
	{ "a name that is no token", HEAD("A/B: c\r\n"), 400 },
	{ "a folded value", HEAD("A: b\r\n c\r\n"), 400 },
	{ "a value folded by a tab", HEAD("A: b\r\n\tc\r\n"), 400 },
	{ "a control character in a value", HEAD("A: \x08\r\n"), 400 },
	{ "DEL in a value", HEAD("A: \x7f\r\n"), 400 },
	/* 6.1: Transfer-Encoding */
	{ "chunked", HEAD("Transfer-Encoding: chunked\r\n"), OK },
	{ "Chunked", HEAD("Transfer-Encoding: Chunked\r\n"), OK },
	{ "chunked twice", HEAD("Transfer-Encoding: chunked, chunked\r\n"), 501 },
	{ "two codings fields",
		HEAD("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400 },
	{ "gzip", HEAD("Transfer-Encoding: gzip, chunked\r\n"), 501 },
	{ "xchunked", HEAD("Transfer-Encoding: xchunked\r\n"), 400 },
	{ "identity", HEAD("Transfer-Encoding: identity\r\n"), 400 },
	{ "gzip after chunked", HEAD("Transfer-Encoding: chunked, gzip\r\n"), 400 },
	{ "chunked in quotes", HEAD("Transfer-Encoding: \"chunked\"\r\n"), 400 },
	{ "chunked with VT",
		HEAD("Transfer-Encoding: \x0b"
		     "chunked\r\n"),
		400 },
	{ "an empty coding", HEAD("Transfer-Encoding:\r\n"), 400 },
	{ "chunked in 1.0", "POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n",
		400 },
	{ "length before chunked",
		HEAD("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), 400 },
	{ "length after chunked",
		HEAD("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"), 400 },
	{ "length and xchunked",
		HEAD("Content-Length: 3\r\nTransfer-Encoding: xchunked\r\n"), 400 },
	/* 6.2: Content-Length */
	{ "zero", HEAD("Content-Length: 0\r\n"), OK },
	{ "the largest", HEAD("Content-Length: 9223372036854775807\r\n"), OK },
	{ "too large", HEAD("Content-Length: 9223372036854775808\r\n"), 400 },
	{ "far too large", HEAD("Content-Length: 36893488147419103235\r\n"), 400 },
	{ "plus", HEAD("Content-Length: +3\r\n"), 400 },
	{ "minus", HEAD("Content-Length: -3\r\n"), 400 },
	{ "hexadecimal", HEAD("Content-Length: 0x3\r\n"), 400 },
	{ "an empty length", HEAD("Content-Length:\r\n"), 400 },
	{ "a list of equal lengths", HEAD("Content-Length: 3, 3\r\n"), 400 },
	{ "equal lengths", HEAD("Content-Length: 3\r\nContent-Length: 3\r\n"), 400 },
	{ "other lengths", HEAD("Content-Length: 3\r\nContent-Length: 4\r\n"), 400 },
	{ "a blank in a length", HEAD("Content-Length: 1 2\r\n"), 400 },
	/* RFC 9110, 10.1.1: Expect */
	{ "100-continue", HEAD("Expect: 100-Continue\r\n"), OK },
	{ "another expectation", HEAD("Expect: 200-ok\r\n"), 417 },
	{ "two expectations", HEAD("Expect: 100-continue, x\r\n"), 417 },
	{ "an empty expectation", HEAD("Expect:\r\n"), 417 },
};

static void heads_are_read_or_refused_by_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(head_cases); i++) {
		const struct head_case *c = &head_cases[i];
		int got = result_of(str_from(c->raw));

		if (got != c->result)
			fail_msg("%s: %d, not %d", c->name, got, c->result);
	}
}

static void a_nul_is_refused_wherever_it_stands(void **state)
{
	static const char request[] = "\r\nGET /a?b HTTP/1.1\r\nHost: qun\r\nA: b\r\n\r\n";

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(request); i++) {
		char copy[sizeof(request)];

		memcpy(copy, request, sizeof(request));
		copy[i] = '\0';
		assert_int_equal(result_of((struct str){ copy, sizeof(copy) - 1 }), 400);
	}
}

static void a_refusal_does_not_wait_for_the_end_of_the_head(void **state)
{
	(void)state;
	assert_int_equal(result_of(STR("GET / HTTP/1.1\n")), 400);
	assert_int_equal(result_of(STR("GET / HTTP/1.1\r\nA: b\r\n ")), 400);
	assert_int_equal(result_of(STR("\r\n\r\n")), 400);
	assert_int_equal(result_of(STR("\0")), 400);
}

static void a_head_is_taken_apart(void **state)
{
	/* given */
	struct str raw =
		STR("POST /v1.0/a%20b?x=1&y HTTP/1.1\r\nHOST: qun:80\r\n"
		    "X-Two:   a b  \r\nx-two: c\r\nContent-Length: 007\r\n"
		    "Connection: Upgrade, Close\r\nExpect: 100-continue\r\n\r\nrest");

	/* when */
	(void)state;
	assert_int_equal(result_of(raw), OK);

	/* then */
	assert_int_equal(head.method, HTTP_POST);
	check_str("method", head.method_text, STR("POST"));
	check_str("path", head.path, STR("/v1.0/a%20b"));
	check_str("query", head.query, STR("x=1&y"));
	check_str("host", head.host, STR("qun:80"));
	assert_int_equal(head.minor, 1);
	assert_int_equal(head.header_count, 6);
	check_str("order", head.headers[1].name, STR("x-two"));
	check_str("trimmed, the first of two", http_header(&head, "x-two"), STR("a b"));
	assert_null(http_header(&head, "x-three").p);
	assert_true(head.has_length);
	assert_int_equal(head.length, 7);
	assert_false(head.chunked);
	assert_false(head.keep_alive);
	assert_true(head.expect_continue);
}

static void methods_are_told_apart(void **state)
{
	static const struct {
		const char *raw;
		enum http_method method;
	} cases[] = {
		{ LINE("GET / HTTP/1.1"), HTTP_GET },
		{ LINE("HEAD / HTTP/1.1"), HTTP_HEAD },
		{ LINE("PUT / HTTP/1.1"), HTTP_PUT },
		{ LINE("DELETE / HTTP/1.1"), HTTP_DELETE },
		{ LINE("OPTIONS / HTTP/1.1"), HTTP_OPTIONS },
		{ LINE("PATCH / HTTP/1.1"), HTTP_PATCH },
		{ LINE("GE-T / HTTP/1.1"), HTTP_OTHER },
		{ LINE("GETS / HTTP/1.1"), HTTP_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(result_of(str_from(cases[i].raw)), OK);
		assert_int_equal(head.method, cases[i].method);
	}
}

static void targets_give_path_query_and_host(void **state)
{
	static const struct {
		const char *target, *path, *query, *host;
	} cases[] = {
		{ "/a", "/a", NULL, "qun" },
		{ "/?", "/", "", "qun" },
		{ "/a??b", "/a", "?b", "qun" },
		{ "http://other:8/a?b", "/a", "b", "other:8" },
		{ "HTTP://other", "/", NULL, "other" },
		{ "https://[::1]?b", "/", "b", "[::1]" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena a = { 0 };
		struct str raw = arena_printf(
			&a, "GET %s HTTP/1.1\r\n" HOST "\r\n", cases[i].target);

		assert_int_equal(result_of(raw), OK);
		check_str(cases[i].target, head.path, str_from(cases[i].path));
		check_str(cases[i].target, head.query, str_from(cases[i].query));
		assert_int_equal(!head.query.p, !cases[i].query);
		check_str(cases[i].target, head.host, str_from(cases[i].host));
		arena_fini(&a);
	}
}

static void connections_persist_by_version_and_option(void **state)
{
	static const struct {
		const char *raw;
		bool keep_alive;
	} cases[] = {
		{ "GET / HTTP/1.1\r\n" HOST "\r\n", true },
		{ "GET / HTTP/1.1\r\n" HOST "Connection: x\r\nConnection: close\r\n\r\n",
			false },
		{ "GET / HTTP/1.1\r\n" HOST "Connection: keep-alive, CLOSE\r\n\r\n",
			false },
		{ "GET / HTTP/1.1\r\n" HOST "Connection: closed\r\n\r\n", true },
		{ "GET / HTTP/1.0\r\n\r\n", false },
		{ "GET / HTTP/1.0\r\nConnection: a ,Keep-Alive\r\n\r\n", true },
		{ "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(result_of(str_from(cases[i].raw)), OK);
		check_case(cases[i].raw, head.keep_alive == cases[i].keep_alive);
	}
}

static void an_http_1_0_client_expects_nothing(void **state)
{
	(void)state;
	assert_int_equal(
		result_of(STR("POST / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n")), OK);
	assert_false(head.expect_continue);
}

static void the_request_line_has_a_limit(void **state)
{
	(void)state;
	for (int over = -1; over <= 1; over++) {
		struct arena a = { 0 };
		int path = LIMIT_REQUEST_LINE - (int)strlen("GET / HTTP/1.1") + over;
		struct str raw =
			arena_printf(&a, "GET /%0*d HTTP/1.1\r\n" HOST "\r\n", path, 0);

		assert_int_equal(result_of(raw), over > 0 ? 414 : OK);
		arena_fini(&a);
	}
}

static void the_head_has_a_limit(void **state)
{
	(void)state;
	for (int over = -1; over <= 1; over++) {
		struct arena a = { 0 };
		int value = LIMIT_HEAD - (int)strlen(HEAD("A: \r\n")) + over;
		struct str raw = arena_printf(&a, HEAD("A: %0*d\r\n"), value, 0);

		assert_int_equal(raw.n, LIMIT_HEAD + over);
		assert_int_equal(result_of(raw), over > 0 ? 431 : OK);
		arena_fini(&a);
	}
}

static void the_number_of_fields_has_a_limit(void **state)
{
	(void)state;
	for (int over = -1; over <= 1; over++) {
		struct buf raw = { 0 };

		buf_add_str(&raw, STR("GET / HTTP/1.1\r\n" HOST));
		for (int i = 1; i < LIMIT_HEADERS + over; i++)
			buf_add_str(&raw, STR("a: b\r\n"));
		buf_add_str(&raw, STR("\r\n"));
		assert_int_equal(result_of(buf_str(&raw)), over > 0 ? 431 : OK);
		buf_fini(&raw);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_are_read_or_refused_by_the_table),
		cmocka_unit_test(a_nul_is_refused_wherever_it_stands),
		cmocka_unit_test(a_refusal_does_not_wait_for_the_end_of_the_head),
		cmocka_unit_test(a_head_is_taken_apart),
		cmocka_unit_test(methods_are_told_apart),
		cmocka_unit_test(targets_give_path_query_and_host),
		cmocka_unit_test(connections_persist_by_version_and_option),
		cmocka_unit_test(an_http_1_0_client_expects_nothing),
		cmocka_unit_test(the_request_line_has_a_limit),
		cmocka_unit_test(the_head_has_a_limit),
		cmocka_unit_test(the_number_of_fields_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, reset);
}
