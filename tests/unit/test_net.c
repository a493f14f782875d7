/* SPDX-License-Identifier: Apache-2.0 */
/* What a client of the HTTP server may rely on, through real sockets. */
#include "net_fixture.h"

#include "base/limits.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
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
			"POST / HTTP/1.1\r\nHost: qun\r\nTransfer-Encoding: gzip\r\n\r\n",
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

static void request_lines_and_heads_have_limits(void **state)
{
	struct fixture *f = *state;

	server_start(f, NULL);
	for (int over = 0; over <= 1; over++) {
		struct arena a = { 0 };
		int path = LIMIT_REQUEST_LINE - (int)strlen("GET / HTTP/1.1") + over;
		int value = LIMIT_HEAD -
			    (int)strlen("GET / HTTP/1.1\r\nHost: qun\r\nA: \r\n\r\n") +
			    over;

		expect_alone(f,
			arena_printf(
				&a, "GET /%0*d HTTP/1.1\r\nHost: qun\r\n\r\n", path, 0),
			over ? 414 : 200, NULL);
		expect_alone(f,
			arena_printf(&a, "GET / HTTP/1.1\r\nHost: qun\r\nA: %0*d\r\n\r\n",
				value, 0),
			over ? 431 : 200, NULL);
		arena_fini(&a);
	}
}

static void a_body_has_the_limit_that_the_service_sets(void **state)
{
	enum { LIMIT = 100000 };
	struct fixture *f = *state;

	server_start(f, NULL);
	for (int over = -1; over <= 1; over++) {
		struct arena a = { 0 };
		int n = LIMIT + over, status = over > 0 ? 413 : 200;

		expect_alone(f,
			arena_printf(&a,
				"POST /limit?%d HTTP/1.1\r\nHost: qun\r\nContent-Length: "
				"%d\r\n\r\n"
				"%0*d",
				LIMIT, n, n, 0),
			status, NULL);
		expect_alone(f,
			arena_printf(&a,
				"POST /limit?%d HTTP/1.1\r\nHost: qun\r\n"
				"Transfer-Encoding: "
				"chunked\r\n\r\n1\r\n0\r\n%x\r\n%0*d\r\n0\r\n\r\n",
				LIMIT, (unsigned)n - 1, n - 1, 0),
			status, NULL);
		arena_fini(&a);
	}
}

static void the_usual_limit_of_a_body_is_that_of_the_list(void **state)
{
	struct fixture *f = *state;

	server_start(f, NULL);
	for (int over = -1; over <= 1; over++) {
		struct arena a = { 0 };
		int n = LIMIT_BODY + over;

		expect_alone(f,
			arena_printf(&a,
				"POST / HTTP/1.1\r\nHost: qun\r\nContent-Length: "
				"%d\r\n\r\n%0*d",
				n, n, 0),
			over > 0 ? 413 : 200, NULL);
		arena_fini(&a);
	}
}

static void a_client_that_sends_on_still_sees_its_refusal(void **state)
{
	/* given a body far larger than all buffers, and a client that sends all of it first
	 */
	enum { N = 12 << 20 };
	struct fixture *f = *state;
	struct buf body = { 0 };
	struct client c;

	server_start(f, NULL);
	c = client_connect(f->port);
	buf_reserve(&body, N);
	memset(body.p, 'x', N);
	body.n = N;
	client_printf(&c, "POST / HTTP/1.1\r\nHost: qun\r\nContent-Length: %d\r\n\r\n", N);
	client_send(&c, buf_str(&body));
	expect(&c, 413, NULL);
	buf_fini(&body);
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

/* Sends a byte now and then, without ever finishing, until the server answers or closes. */
static int64_t drip(struct client *c, char byte)
{
	int64_t begun = now_ms();

	while (!client_readable(c, 20) && now_ms() - begun < PATIENCE_MS)
		client_send(c, (struct str){ &byte, 1 });
	return now_ms() - begun;
}

static void slow_requests_end_at_their_deadline_and_delay_nobody(void **state)
{
	static const struct {
		const char *name, *start;
		struct http_server_options options;
	} cases[] = {
		{ "head", "GET / HTTP/1.1\r\nHost: qun\r\nA: ", { .head_ms = 300 } },
		{ "body", "POST / HTTP/1.1\r\nHost: qun\r\nContent-Length: 9999\r\n\r\n",
			{ .body_ms = 300 } },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct client slow[4];
		int64_t took;

		/* given clients that drip on both loops */
		server_start(f, &cases[i].options);
		for (size_t k = 0; k < ARRAY_LEN(slow); k++) {
			slow[k] = client_connect(f->port);
			client_send(&slow[k], str_from(cases[i].start));
		}

		/* then others are served at once, and the slow ones told when time is up */
		for (int k = 0; k < 4; k++)
			expect_alone(f, STR(GET("/")), 200, "GET / ");
		took = drip(&slow[0], 'x');
		check_case(cases[i].name, took >= 200 && took < 3000);
		for (size_t k = 0; k < ARRAY_LEN(slow); k++) {
			expect(&slow[k], 408, NULL);
			assert_true(client_sees_end(&slow[k]));
			client_close(&slow[k]);
		}
		server_stop(f);
	}
}

static void an_idle_connection_is_closed_without_a_word(void **state)
{
	struct http_server_options options = { .idle_ms = 200 };
	struct fixture *f = *state;
	struct client fresh, used;

	server_start(f, &options);
	fresh = client_connect(f->port);
	used = client_connect(f->port);
	client_send(&used, STR(GET("/")));
	expect(&used, 200, NULL);
	assert_true(client_sees_end(&fresh));
	assert_true(client_sees_end(&used));
	client_close(&fresh);
	client_close(&used);
}

static void waiting_for_the_service_is_not_being_idle(void **state)
{
	struct http_server_options options = {
		.idle_ms = 100, .head_ms = 100, .body_ms = 100
	};
	struct fixture *f = *state;
	struct client c;

	server_start(f, &options);
	c = client_connect(f->port);
	client_send(&c, STR(GET("/hold")));
	wait_held(1);
	assert_false(client_readable(&c, 400));
	release_held();
	expect(&c, 200, "GET /hold ");
	client_close(&c);
}

static void a_client_that_does_not_take_its_answer_is_cut_off(void **state)
{
	struct http_server_options options = { .write_ms = 200 };
	struct fixture *f = *state;
	struct client c;

	server_start(f, &options);
	c = client_connect(f->port);
	client_printf(&c, "GET /large?%d HTTP/1.1\r\nHost: qun\r\n\r\n", 64 << 20);
	wait_open(f, 1);
	wait_open(f, 0);
	client_close(&c);
}

static void connections_of_one_address_have_a_cap(void **state)
{
	struct http_server_options options = { .max_connections_per_addr = 2 };
	struct fixture *f = *state;
	struct client one, two, three, other;
	struct http_server_stats stats;

	/* given two connections */
	server_start(f, &options);
	one = client_connect(f->port);
	two = client_connect(f->port);
	wait_open(f, 2);

	/* then a third is closed, another address is not, and there is room again
	 * afterwards */
	three = client_connect(f->port);
	assert_true(client_sees_end(&three));
	other = client_new();
	client_dial(&other, f->port, "127.0.0.2");
	client_send(&other, STR(GET("/info")));
	expect(&other, 200, "qun||127.0.0.2|0");
	client_close(&three);
	client_close(&one);
	wait_open(f, 2);
	expect_alone(f, STR(GET("/")), 200, NULL);
	http_server_get_stats(f->server, &stats);
	assert_int_equal(stats.refused, 1);
	assert_int_equal(stats.accepted, 4);
	assert_int_equal(stats.requests, 2);
	client_close(&two);
	client_close(&other);
}

static void connections_in_all_have_a_cap(void **state)
{
	struct http_server_options options = { .max_connections = 2 };
	struct fixture *f = *state;
	struct client one, two, three;

	server_start(f, &options);
	one = client_connect(f->port);
	two = client_new();
	client_dial(&two, f->port, "127.0.0.2");
	wait_open(f, 2);
	three = client_new();
	client_dial(&three, f->port, "127.0.0.3");
	assert_true(client_sees_end(&three));
	client_close(&three);
	client_close(&two);
	wait_open(f, 1);
	expect_alone(f, STR(GET("/")), 200, NULL);
	client_close(&one);
}

static void a_lack_of_descriptors_is_waited_out(void **state)
{
	enum { FEW = 256 };
	struct fixture *f = *state;
	struct rlimit usual, few;
	int fds[FEW];
	size_t n = 0;
	struct client c;
	clock_t cpu;

	/* given a client that connects when there is no descriptor to accept it with */
	server_start(f, NULL);
	c = client_new();
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
	few = (struct rlimit){ .rlim_cur = FEW, .rlim_max = usual.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	while (n < FEW && (fds[n] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
		n++;
	client_dial(&c, f->port, "127.0.0.1");
	client_send(&c, STR(GET("/")));

	/* then it waits, without turning in circles */
	cpu = clock();
	assert_false(client_readable(&c, 300));
	assert_true(clock() - cpu < CLOCKS_PER_SEC / 10);

	/* and is served once there is one */
	while (n)
		(void)close(fds[--n]);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
	expect(&c, 200, "GET / ");
	client_close(&c);
}

static void an_upload_goes_to_a_file_of_ours_and_is_removed(void **state)
{
	struct fixture *f = *state;
	const char body[] =
		"--XX\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nimage\r\n"
		"--XX\r\nContent-Disposition: form-data; name=\"media\"; "
		"filename=\"../a.png\"\r\n\r\nPNG\r\n--XX--\r\n";
	const char type[] = "Content-Type: multipart/form-data; boundary=XX\r\n";
	char kept[128], list[256];
	struct client c;

	server_start(f, NULL);
	c = client_connect(f->port);
	client_printf(&c,
		"POST /upload HTTP/1.1\r\nHost: qun\r\n%sContent-Length: %zu\r\n\r\n%s",
		type, strlen(body), body);
	expect(&c, 200, "type=image media|../a.png|3|3|PNG|600 ");

	/* when the service renames the file, it stays */
	client_printf(&c,
		"POST /keep HTTP/1.1\r\nHost: qun\r\n%sContent-Length: %zu\r\n\r\n%s", type,
		strlen(body), body);
	expect(&c, 200, NULL);
	client_close(&c);

	/* then nothing else is left */
	server_stop(f);
	(void)snprintf(kept, sizeof(kept), "%s/kept", f->dir);
	assert_int_equal(unlink(kept), 0);
	(void)snprintf(list, sizeof(list), "%s", f->dir);
	assert_int_equal(rmdir(list), 0);
}

static void an_upload_that_cannot_be_taken_is_explained(void **state)
{
	static const struct {
		const char *path, *type, *body, *answer;
	} cases[] = {
		{ "/upload", "multipart/form-data; boundary=XX", "--YY",
			"not well-formed: the body does not begin with its boundary" },
		{ "/upload", "multipart/form-data; boundary=XX", "",
			"not well-formed: the body ends before its last boundary" },
		{ "/upload", "multipart/form-data", "--XX--",
			"not well-formed: a Content-Type without a valid boundary" },
		{ "/upload?", "multipart/form-data; boundary=XX",
			"--XX\r\nContent-Disposition: form-data; name=a; "
			"filename=b\r\n\r\nv\r\n--XX--",
			"input or output failed: the upload could not be written" },
		{ "/upload", "application/json", "{}", "not multipart" },
	};
	struct fixture *f = *state;
	struct client c;

	server_start(f, NULL);
	c = client_connect(f->port);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		client_printf(&c,
			"POST %s HTTP/1.1\r\nHost: qun\r\nContent-Type: %s\r\n"
			"Content-Length: %zu\r\n\r\n%s",
			cases[i].path, cases[i].type, strlen(cases[i].body), cases[i].body);
		expect(&c, 200, cases[i].answer);
	}
	client_close(&c);
}

static void only_a_multipart_upload_may_be_large(void **state)
{
	struct fixture *f = *state;

	server_start(f, NULL);
	for (int over = 0; over <= 1; over++) {
		struct arena a = { 0 };
		int n = LIMIT_BODY + over;

		expect_alone(f,
			arena_printf(&a,
				"POST /upload HTTP/1.1\r\nHost: qun\r\nContent-Length: "
				"%d\r\n\r\n%0*d",
				n, n, 0),
			over ? 413 : 200, NULL);
		arena_fini(&a);
	}
}

static void an_upload_cut_short_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct client c;

	server_start(f, NULL);
	c = client_connect(f->port);
	client_send(&c, STR("POST /upload HTTP/1.1\r\nHost: qun\r\n"
			    "Content-Type: multipart/form-data; boundary=XX\r\n"
			    "Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n"));
	expect(&c, 100, NULL);
	client_send(&c,
		STR("--XX\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\nv"));
	client_close(&c);
	wait_open(f, 0);
	assert_int_equal(rmdir(f->dir), 0);
}

static void *stop_patiently(void *arg)
{
	http_server_stop(arg, PATIENCE_MS);
	return NULL;
}

static void stopping_lets_a_request_in_flight_finish(void **state)
{
	struct fixture *f = *state;
	struct client busy, idle;
	struct answer a = { 0 };
	pthread_t thread;

	/* given a request in flight and an idle connection */
	server_start(f, NULL);
	busy = client_connect(f->port);
	idle = client_connect(f->port);
	client_send(&busy, STR(GET("/hold")));
	wait_held(1);

	/* when the server stops, the idle one is closed and the other is answered */
	assert_int_equal(pthread_create(&thread, NULL, stop_patiently, f->server), 0);
	assert_true(client_sees_end(&idle));
	release_held();
	client_read(&busy, false, &a);
	assert_int_equal(a.status, 200);
	assert_true(client_sees_end(&busy));
	assert_int_equal(pthread_join(thread, NULL), 0);
	answer_fini(&a);
	client_close(&busy);
	client_close(&idle);
}

static void stopping_does_not_wait_longer_than_it_is_told(void **state)
{
	struct fixture *f = *state;
	struct client c;

	/* given a request that nobody answers */
	server_start(f, NULL);
	c = client_connect(f->port);
	client_send(&c, STR(GET("/hold")));
	wait_held(1);

	/* when */
	http_server_stop(f->server, 50);

	/* then its connection is gone, and a late answer is harmless */
	assert_true(client_sees_end(&c));
	release_held();
	client_close(&c);
}

static void a_server_that_never_started_can_be_freed(void **state)
{
	struct http_listen listen = { "127.0.0.1", 0, false };
	struct http_server_options options = { .listen = &listen, .listen_count = 1 };
	struct fixture *f = *state;
	struct error e = { 0 };

	assert_int_equal(http_server_new(&options, &f->server, &e), ST_OK);
	assert_true(http_server_loopback_only(f->server));
	http_server_free(f->server);
	f->server = NULL;
	http_server_free(NULL);
}

static void a_taken_port_is_named(void **state)
{
	struct fixture *f = *state;
	struct http_listen listen[] = { { "127.0.0.1", 0, false },
		{ "127.0.0.1", 0, false } };
	struct http_server_options options = { .listen = listen, .listen_count = 2 };
	struct http_server *second = NULL;
	struct error e = { 0 };
	char want[32];

	server_start(f, NULL);
	listen[1].port = f->port;
	assert_int_equal(http_server_new(&options, &second, &e), ST_IO);
	(void)snprintf(want, sizeof(want), "127.0.0.1:%u", f->port);
	assert_string_equal(e.field, want);
	assert_non_null(strstr(e.text, "in use"));
}

static void listeners_know_whether_they_are_on_loopback(void **state)
{
	static const struct {
		const char *host;
		bool loopback;
	} cases[] = { { "127.0.0.1", true }, { "127.1.2.3", true }, { "0.0.0.0", false },
		{ "localhost", true } };
	struct fixture *f = *state;
	struct error e = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct http_listen listen = { cases[i].host, 0, false };
		struct http_server_options options = { .listen = &listen,
			.listen_count = 1 };

		assert_int_equal(http_server_new(&options, &f->server, &e), ST_OK);
		assert_int_equal(http_server_loopback_only(f->server), cases[i].loopback);
		server_stop(f);
	}
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
		net_test(request_lines_and_heads_have_limits),
		net_test(a_body_has_the_limit_that_the_service_sets),
		net_test(the_usual_limit_of_a_body_is_that_of_the_list),
		net_test(a_client_that_sends_on_still_sees_its_refusal),
		net_test(a_large_answer_arrives_whole),
		net_test(slow_requests_end_at_their_deadline_and_delay_nobody),
		net_test(an_idle_connection_is_closed_without_a_word),
		net_test(waiting_for_the_service_is_not_being_idle),
		net_test(a_client_that_does_not_take_its_answer_is_cut_off),
		net_test(connections_of_one_address_have_a_cap),
		net_test(connections_in_all_have_a_cap),
		net_test(a_lack_of_descriptors_is_waited_out),
		net_test(an_upload_goes_to_a_file_of_ours_and_is_removed),
		net_test(an_upload_that_cannot_be_taken_is_explained),
		net_test(only_a_multipart_upload_may_be_large),
		net_test(an_upload_cut_short_leaves_nothing),
		net_test(stopping_lets_a_request_in_flight_finish),
		net_test(stopping_does_not_wait_longer_than_it_is_told),
		net_test(a_server_that_never_started_can_be_freed),
		net_test(a_taken_port_is_named),
		net_test(listeners_know_whether_they_are_on_loopback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
