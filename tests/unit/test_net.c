/* SPDX-License-Identifier: Apache-2.0 */
/* What a client of the HTTP server may rely on, through real sockets. */
#include "net_fixture.h"

#include <sys/socket.h>
#include <unistd.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: qun\r\n\r\n"

static void a_connection_serves_one_request_after_another(void **state)
{
	struct fixture *f = *state;
	struct client c;
	struct answer a = { 0 };

	server_start(f, NULL);
	c = client_connect(f->port);
	for (int i = 0; i < 3; i++) {
		client_send(&c, STR("POST /x HTTP/1.1\r\nHost: qun\r\nContent-Length: "
				    "3\r\n\r\nabc"));
		client_read(&c, false, &a);
		assert_int_equal(a.status, 200);
		assert_false(a.close);
		check_str("body", buf_str(&a.body), STR("POST /x abc"));
	}
	answer_fini(&a);
	client_close(&c);
}

static void an_answer_has_date_length_and_connection_and_cannot_be_split(void **state)
{
	struct fixture *f = *state;
	struct client c;
	struct answer a = { 0 };

	server_start(f, NULL);
	c = client_connect(f->port);
	client_send(&c, STR(GET("/")));
	client_read(&c, false, &a);
	assert_non_null(strstr(a.head.p, "HTTP/1.1 200 OK\r\nDate: "));
	assert_non_null(strstr(a.head.p, " GMT\r\n"));
	assert_non_null(strstr(a.head.p, "\r\nContent-Type: text/plain\r\n"));
	assert_non_null(strstr(a.head.p, "\r\nContent-Length: 6\r\n"));
	assert_non_null(strstr(a.head.p, "\r\nConnection: keep-alive\r\n"));
	/* the service's header had a line break in it */
	assert_null(strstr(a.head.p, "\r\nX-Injected"));
	answer_fini(&a);
	client_close(&c);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
	static const char *const paths[] = { "/", "/later", "/work" };
	struct fixture *f = *state;

	server_start(f, NULL);
	for (size_t k = 0; k < ARRAY_LEN(paths); k++) {
		struct client c = client_connect(f->port);
		struct buf raw = { 0 };

		/* given three requests in one write, with bodies of both kinds */
		buf_printf(&raw, "GET %s HTTP/1.1\r\nHost: qun\r\n\r\n", paths[k]);
		buf_printf(&raw,
			"POST %s HTTP/1.1\r\nHost: qun\r\nContent-Length: 3\r\n\r\nabc",
			paths[k]);
		buf_printf(&raw,
			"POST %s HTTP/1.1\r\nHost: qun\r\nTransfer-Encoding: "
			"chunked\r\n\r\n"
			"1\r\nd\r\n2\r\nef\r\n0\r\n\r\n",
			paths[k]);
		client_send(&c, buf_str(&raw));

		/* then */
		for (int i = 0; i < 3; i++) {
			static const char *const bodies[] = { "", "abc", "def" };
			struct answer a = { 0 };

			client_read(&c, false, &a);
			buf_add(&a.body, "", 1);
			check_case(paths[k], a.status == 200);
			assert_string_equal(strrchr(a.body.p, ' ') + 1, bodies[i]);
			answer_fini(&a);
		}
		buf_fini(&raw);
		client_close(&c);
	}
}

static void a_long_pipeline_is_served_without_recursion(void **state)
{
	enum { MANY = 20000 };
	struct fixture *f = *state;
	struct buf raw = { 0 };
	struct client c;

	server_start(f, NULL);
	c = client_connect(f->port);
	for (int i = 0; i < 100; i++)
		buf_add_str(&raw, STR(GET("/")));
	for (int sent = 0; sent < MANY; sent += 100) {
		client_send(&c, buf_str(&raw));
		for (int i = 0; i < 100; i++)
			expect(&c, 200, "GET / ");
	}
	buf_fini(&raw);
	client_close(&c);
}

static void a_request_may_come_byte_by_byte(void **state)
{
	struct fixture *f = *state;
	struct str raw = STR(
		"\r\nPOST /a HTTP/1.1\r\nHost: qun\r\nTransfer-Encoding: chunked\r\n\r\n"
		"3;x=y\r\nabc\r\n0\r\n\r\n" GET("/b"));
	struct client c;

	server_start(f, NULL);
	c = client_connect(f->port);
	for (size_t i = 0; i < raw.n; i++)
		client_send(&c, str_slice(raw, i, i + 1));
	expect(&c, 200, "POST /a abc");
	expect(&c, 200, "GET /b ");
	client_close(&c);
}

static void expect_100_continue_is_answered_once_the_length_is_accepted(void **state)
{
	struct fixture *f = *state;
	struct client c;

	server_start(f, NULL);
	c = client_connect(f->port);
	client_send(&c, STR("POST / HTTP/1.1\r\nHost: qun\r\nContent-Length: 3\r\n"
			    "Expect: 100-continue\r\n\r\n"));
	expect(&c, 100, NULL);
	client_send(&c, STR("abc"));
	expect(&c, 200, "POST / abc");

	/* when the body is too long, its sender is told at once */
	client_send(&c, STR("POST /limit?2 HTTP/1.1\r\nHost: qun\r\nContent-Length: 3\r\n"
			    "Expect: 100-continue\r\n\r\n"));
	expect(&c, 413, NULL);
	assert_true(client_sees_end(&c));
	client_close(&c);
}

static void head_gets_the_length_and_no_body(void **state)
{
	struct fixture *f = *state;
	struct client c;
	struct answer a = { 0 };

	server_start(f, NULL);
	c = client_connect(f->port);
	client_send(&c, STR("HEAD /large?100000 HTTP/1.1\r\nHost: qun\r\n\r\n" GET("/")));
	client_read(&c, true, &a);
	assert_int_equal(a.status, 200);
	assert_non_null(strstr(a.head.p, "\r\nContent-Length: 100000\r\n"));
	expect(&c, 200, "GET / ");
	answer_fini(&a);
	client_close(&c);
}

static void targets_reach_the_service(void **state)
{
	struct fixture *f = *state;

	server_start(f, NULL);
	expect_alone(f, STR("OPTIONS * HTTP/1.1\r\nHost: qun\r\n\r\n"), 200, "OPTIONS * ");
	expect_alone(f, STR("GET http://other:1/info?a=b HTTP/1.1\r\nHost: qun\r\n\r\n"),
		200, "other:1|a=b|127.0.0.1|0");
}

static void http_1_0_closes_unless_it_asks(void **state)
{
	struct fixture *f = *state;
	struct client c;

	server_start(f, NULL);
	c = client_connect(f->port);
	client_send(&c, STR("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
	expect(&c, 200, "GET / ");
	client_send(&c, STR("GET / HTTP/1.0\r\n\r\n"));
	expect(&c, 200, "GET / ");
	assert_true(client_sees_end(&c));
	client_close(&c);
}

static void a_half_closed_client_gets_all_its_answers(void **state)
{
	static const char *const paths[] = { "/", "/later", "/hold" };
	struct fixture *f = *state;

	server_start(f, NULL);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct client c = client_connect(f->port);

		client_printf(&c,
			"GET %s HTTP/1.1\r\nHost: qun\r\n\r\nGET /b HTTP/1.1\r\nHost: "
			"qun\r\n\r\n",
			paths[i]);
		client_end(&c);
		if (str_is(str_from(paths[i]), "/hold")) {
			wait_held(1);
			release_held();
		}
		expect(&c, 200, NULL);
		expect(&c, 200, "GET /b ");
		assert_true(client_sees_end(&c));
		client_close(&c);
	}
	wait_open(f, 0);
}

static void an_unfinished_request_ends_with_its_client(void **state)
{
	static const char *const starts[] = { "GET", "POST / HTTP/1.1\r\nHost: qun\r\n"
						     "Content-Length: 3\r\n\r\nab" };
	struct fixture *f = *state;

	server_start(f, NULL);
	for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
		struct client c = client_connect(f->port);

		client_send(&c, str_from(starts[i]));
		client_end(&c);
		assert_true(client_sees_end(&c));
		client_close(&c);
	}
	wait_open(f, 0);
}

static void a_request_in_flight_outlives_its_client(void **state)
{
	struct linger reset = { .l_onoff = 1 };
	struct fixture *f = *state;
	struct client c;

	/* given two clients whose requests are held */
	server_start(f, NULL);
	for (int i = 0; i < 2; i++) {
		c = client_connect(f->port);
		client_send(&c, STR(GET("/hold")));
		wait_held((size_t)i + 1);
		/* when one resets its connection and the other closes it */
		if (i == 0)
			(void)setsockopt(
				c.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		client_close(&c);
	}
	wait_open(f, 1); /* a closed one looks half-closed */

	/* then the answers go nowhere, and others are served */
	release_held();
	wait_open(f, 0);
	expect_alone(f, STR(GET("/")), 200, "GET / ");
}

static void an_unknown_outcome_is_a_closed_connection(void **state)
{
	struct fixture *f = *state;
	struct client c;

	server_start(f, NULL);
	c = client_connect(f->port);
	client_send(&c, STR(GET("/drop") GET("/")));
	assert_true(client_sees_end(&c));
	client_close(&c);
}

static void what_follows_a_refused_request_is_never_parsed(void **state)
{
	static const struct {
		const char *name, *raw;
		int status;
	} cases[] = {
		{ "both framings",
			"POST / HTTP/1.1\r\nHost: qun\r\nContent-Length: 3\r\n"
			"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
			400 },
		{ "another coding",
			"POST / HTTP/1.1\r\nHost: qun\r\nTransfer-Encoding: gzip, "
			"chunked\r\n\r\n",
			501 },
		{ "a bare LF", "GET / HTTP/1.1\nHost: qun\n\n", 400 },
		{ "a version", "GET / HTTP/3.0\r\n\r\n", 505 },
		{ "an expectation", "GET / HTTP/1.1\r\nHost: qun\r\nExpect: x\r\n\r\n",
			417 },
		{ "a bad chunk",
			"POST / HTTP/1.1\r\nHost: qun\r\nTransfer-Encoding: chunked\r\n\r\n"
			"3\r\nabcd\r\n0\r\n\r\n",
			400 },
		{ "a trailer",
			"POST / HTTP/1.1\r\nHost: qun\r\nTransfer-Encoding: chunked\r\n\r\n"
			"0\r\nA: b\r\n\r\n",
			400 },
		{ "a body that the service did not want",
			"POST /early HTTP/1.1\r\nHost: qun\r\nContent-Length: 3\r\n\r\nabc",
			401 },
		{ "a body too long",
			"POST /limit?2 HTTP/1.1\r\nHost: qun\r\nContent-Length: "
			"3\r\n\r\nabc",
			413 },
	};
	struct fixture *f = *state;

	server_start(f, NULL);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct client c = client_connect(f->port);
		struct answer a = { 0 };

		client_printf(&c, "%s" GET("/"), cases[i].raw);
		client_read(&c, false, &a);
		if (a.status != cases[i].status)
			fail_msg("%s: %d", cases[i].name, a.status);
		check_case(cases[i].name, a.close && a.body.n > 0);
		check_case(cases[i].name, client_sees_end(&c));
		answer_fini(&a);
		client_close(&c);
	}
}

static void an_early_answer_keeps_a_connection_without_body(void **state)
{
	struct fixture *f = *state;
	struct client c;

	server_start(f, NULL);
	c = client_connect(f->port);
	client_send(&c, STR(GET("/early") GET("/")));
	expect(&c, 401, "early");
	expect(&c, 200, "GET / ");
	client_close(&c);
}

static void a_large_answer_arrives_whole(void **state)
{
	enum { N = 8 << 20 };
	struct fixture *f = *state;
	struct client c;
	struct answer a = { 0 };

	server_start(f, NULL);
	c = client_connect(f->port);
	client_printf(&c, "GET /large?%d HTTP/1.1\r\nHost: qun\r\n\r\n" GET("/"), N);
	client_read(&c, false, &a);
	assert_int_equal(a.body.n, N);
	for (size_t i = 0; i < N; i++)
		assert_true(a.body.p[i] == 'x');
	expect(&c, 200, "GET / ");
	answer_fini(&a);
	client_close(&c);
}

#define net_test(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		net_test(a_connection_serves_one_request_after_another),
		net_test(an_answer_has_date_length_and_connection_and_cannot_be_split),
		net_test(pipelined_requests_are_answered_in_order),
		net_test(a_long_pipeline_is_served_without_recursion),
		net_test(a_request_may_come_byte_by_byte),
		net_test(expect_100_continue_is_answered_once_the_length_is_accepted),
		net_test(head_gets_the_length_and_no_body),
		net_test(targets_reach_the_service),
		net_test(http_1_0_closes_unless_it_asks),
		net_test(a_half_closed_client_gets_all_its_answers),
		net_test(an_unfinished_request_ends_with_its_client),
		net_test(a_request_in_flight_outlives_its_client),
		net_test(an_unknown_outcome_is_a_closed_connection),
		net_test(what_follows_a_refused_request_is_never_parsed),
		net_test(an_early_answer_keeps_a_connection_without_body),
		net_test(a_large_answer_arrives_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
