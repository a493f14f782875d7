/* SPDX-License-Identifier: Apache-2.0 */
/* Limits, deadlines, caps, and the server's own beginning and end. */
#include "net_fixture.h"

#include "base/limits.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: qun\r\n\r\n"

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

static void a_client_that_sends_on_is_heard_out_and_sees_its_refusal(void **state)
{
	/* given bodies far larger than all buffers, and clients that send all of it first
	 */
	enum { N = 12 << 20 };
	static const struct {
		const char *path;
		int status;
	} cases[] = { { "/", 413 }, { "/early", 401 }, { "/\x01", 400 } };
	struct fixture *f = *state;
	struct buf body = { 0 };

	buf_reserve(&body, N);
	memset(body.p, 'x', N);
	body.n = N;
	server_start(f, NULL);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct client c = client_connect(f->port);

		client_printf(&c,
			"POST %s HTTP/1.1\r\nHost: qun\r\nContent-Length: %d\r\n\r\n",
			cases[i].path, N);
		check_case(cases[i].path, client_send(&c, buf_str(&body)));
		expect(&c, cases[i].status, NULL);
		assert_true(client_sees_end(&c));
		client_close(&c);
	}
	buf_fini(&body);
}

static void a_last_answer_is_whole_although_more_was_sent(void **state)
{
	/* given an answer larger than all buffers, and bytes behind the request that nobody
	 * will read: a socket that is closed on them forgets what it still has to send */
	enum { N = 16 << 20, REST = 60000 };
	struct fixture *f = *state;
	struct client c;
	struct answer a = { 0 };

	server_start(f, NULL);
	c = client_connect(f->port);
	client_printf(&c,
		"GET /large?%d HTTP/1.1\r\nHost: qun\r\nConnection: close\r\n\r\n%0*d", N,
		REST, 0);
	assert_true(client_readable(&c, PATIENCE_MS));

	/* then */
	client_read(&c, false, &a);
	assert_int_equal(a.status, 200);
	assert_int_equal(a.body.n, N);
	assert_true(client_sees_end(&c));
	answer_fini(&a);
	client_close(&c);
}

static void a_refused_client_is_not_heard_for_ever(void **state)
{
	struct fixture *f = *state;
	struct client c;
	int64_t begun = now_ms();

	server_start(f, NULL);
	c = client_connect(f->port);
	client_send(&c, STR("bad\r\n\r\n"));
	expect(&c, 400, NULL);
	while (client_send(&c, STR("x")) && now_ms() - begun < PATIENCE_MS)
		(void)poll(NULL, 0, 20);
	assert_true(now_ms() - begun < LIMIT_LINGER_MS + 3000);
	client_close(&c);
	wait_open(f, 0);
}

/* Sends a byte now and then, without ever finishing, until the server answers or closes. */
static void drip(struct client *c, char byte)
{
	int64_t begun = now_ms();

	while (!client_readable(c, 20) && now_ms() - begun < PATIENCE_MS)
		client_send(c, (struct str){ &byte, 1 });
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
		int64_t begun, took;

		/* given clients that drip on both loops */
		server_start(f, &cases[i].options);
		begun = now_ms();
		for (size_t k = 0; k < ARRAY_LEN(slow); k++) {
			slow[k] = client_connect(f->port);
			client_send(&slow[k], str_from(cases[i].start));
		}

		/* then others are served at once, and the slow ones told when time is up */
		for (int k = 0; k < 4; k++)
			expect_alone(f, STR(GET("/")), 200, "GET / ");
		drip(&slow[0], 'x');
		took = now_ms() - begun;
		check_case(cases[i].name, took >= 290 && took < 5000);
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

/* It could make us work for it without end, and the kernel keep megabytes of answers. */
static void a_client_that_takes_no_answers_is_not_served_on(void **state)
{
	enum { REQUESTS = 300, EACH = 10000, SMALL = 4096, MOST = 20 };
	struct http_server_options options = { .write_ms = 300 };
	struct fixture *f = *state;
	struct http_server_stats stats;
	struct client c = client_new();
	int small = SMALL;

	server_start(f, &options);
	assert_int_equal(setsockopt(c.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	client_dial(&c, f->port, "127.0.0.1");
	wait_open(f, 1);
	for (int i = 0; i < REQUESTS; i++)
		client_printf(&c, "GET /large?%d HTTP/1.1\r\nHost: qun\r\n\r\n", EACH);
	wait_open(f, 0);
	http_server_get_stats(f->server, &stats);
	assert_in_range(stats.requests, 1, MOST);
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

static void bodies_have_a_limit_together(void **state)
{
	enum { ROOM = 100000, HELD = 60000 };
	static const char form[] = "Content-Type: multipart/form-data; boundary=b\r\n";
	struct http_server_options options = { .max_bodies = ROOM, .max_uploads = ROOM };
	struct fixture *f = *state;
	struct client held, gone;

	/* given a request in flight and an upload that is not finished */
	server_start(f, &options);
	held = client_connect(f->port);
	client_printf(&held,
		"POST /hold HTTP/1.1\r\nHost: qun\r\nContent-Length: %d\r\n\r\n%0*d", HELD,
		HELD, 0);
	wait_held(1);
	gone = client_connect(f->port);
	client_printf(&gone,
		"POST /upload HTTP/1.1\r\nHost: qun\r\n%sContent-Length: %d\r\n"
		"Expect: 100-continue\r\n\r\n",
		form, ROOM);
	expect(&gone, 100, NULL);

	/* then what others send has the room that they leave, and more is refused; each
	 * gives it back before its connection is gone */
	for (int over = -1; over <= 1; over++) {
		struct arena a = { 0 };
		int n = ROOM - HELD + over;

		expect_alone(f,
			arena_printf(&a,
				"POST / HTTP/1.1\r\nHost: qun\r\nContent-Length: "
				"%d\r\n\r\n%0*d",
				n, n, 0),
			over > 0 ? 503 : 200, NULL);
		wait_open(f, 2);
		expect_alone(f,
			arena_printf(&a,
				"POST / HTTP/1.1\r\nHost: qun\r\nTransfer-Encoding: "
				"chunked\r\n\r\n%x\r\n%0*d\r\n0\r\n\r\n",
				(unsigned)n, n, 0),
			over > 0 ? 503 : 200, NULL);
		wait_open(f, 2);
		arena_fini(&a);
	}
	client_printf(&gone, "%0*d", ROOM, 0);
	expect(&gone, 200, NULL);
	client_close(&gone);

	/* and all of it when they are through */
	release_held();
	expect(&held, 200, NULL);
	client_close(&held);
	wait_open(f, 0);
	for (int over = 0; over <= 1; over++) {
		struct arena a = { 0 };

		expect_alone(f,
			arena_printf(&a,
				"POST / HTTP/1.1\r\nHost: qun\r\nContent-Length: "
				"%d\r\n\r\n%0*d",
				ROOM + over, ROOM + over, 0),
			over ? 503 : 200, NULL);
		wait_open(f, 0);
		expect_alone(f,
			arena_printf(&a,
				"POST /upload HTTP/1.1\r\nHost: qun\r\n%sContent-Length: "
				"%d\r\n\r\n%0*d",
				form, ROOM + over, ROOM + over, 0),
			over ? 503 : 200, NULL);
		wait_open(f, 0);
		arena_fini(&a);
	}
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

static void stopping_waits_for_an_answer_to_be_taken_and_no_longer(void **state)
{
	struct fixture *f = *state;
	struct client busy, idle[2]; /* one on each loop */
	struct answer a = { 0 };
	pthread_t thread;
	int64_t begun;

	/* given an answer that is larger than all buffers */
	server_start(f, NULL);
	busy = client_connect(f->port);
	client_printf(&busy, "GET /large?%d HTTP/1.1\r\nHost: qun\r\n\r\n", 16 << 20);
	assert_true(client_readable(&busy, PATIENCE_MS));
	for (size_t i = 0; i < ARRAY_LEN(idle); i++)
		idle[i] = client_connect(f->port);
	wait_open(f, 3);

	/* when the server stops, and then the answer is taken */
	assert_int_equal(pthread_create(&thread, NULL, stop_patiently, f->server), 0);
	for (size_t i = 0; i < ARRAY_LEN(idle); i++)
		assert_true(client_sees_end(&idle[i]));
	begun = now_ms();
	client_read(&busy, false, &a);

	/* then it is whole, and the server is at its end */
	assert_int_equal(a.body.n, 16 << 20);
	assert_true(client_sees_end(&busy));
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(now_ms() - begun < PATIENCE_MS / 2);
	answer_fini(&a);
	client_close(&busy);
	for (size_t i = 0; i < ARRAY_LEN(idle); i++)
		client_close(&idle[i]);
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

/* Sends requests until the connection ends; `arg` is the port. NULL if every answer that
 * came was whole. */
static void *ask_until_the_end(void *arg)
{
	struct client c = client_connect(*(unsigned *)arg);
	struct answer a = { 0 };
	bool whole;

	do {
		client_send(&c, STR(GET("/later")));
		client_read(&c, false, &a);
		whole = str_eq(buf_str(&a.body), STR("GET /later "));
	} while (a.status == 200 && whole);
	whole |= a.status == 0 && a.head.n == 0 && c.in.n == 0;
	answer_fini(&a);
	client_close(&c);
	return whole ? NULL : arg;
}

static void stopping_under_load_cuts_no_answer_in_half(void **state)
{
	enum { CLIENTS = 8, ROUNDS = 5 };
	struct fixture *f = *state;

	for (int round = 0; round < ROUNDS; round++) {
		pthread_t threads[CLIENTS];
		struct http_server_stats stats;
		void *failed;

		/* given clients that are all being served */
		server_start(f, NULL);
		for (size_t i = 0; i < CLIENTS; i++)
			assert_int_equal(pthread_create(&threads[i], NULL,
						 ask_until_the_end, &f->port),
				0);
		do {
			http_server_get_stats(f->server, &stats);
		} while (stats.requests < 50 * CLIENTS);

		/* when */
		http_server_stop(f->server, PATIENCE_MS);

		/* then */
		for (size_t i = 0; i < CLIENTS; i++) {
			assert_int_equal(pthread_join(threads[i], &failed), 0);
			assert_null(failed);
		}
		server_stop(f);
	}
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
		{ "localhost", true }, { "::1", true }, { "::", false } };
	struct fixture *f = *state;
	struct error e = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct http_listen listen = { cases[i].host, 0, false };
		struct http_server_options options = { .listen = &listen,
			.listen_count = 1 };

		if (strchr(cases[i].host, ':') && access("/proc/net/if_inet6", R_OK) != 0)
			continue; /* a machine without IPv6 */
		assert_int_equal(http_server_new(&options, &f->server, &e), ST_OK);
		assert_int_equal(http_server_loopback_only(f->server), cases[i].loopback);
		server_stop(f);
	}
}

#define net_test(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		net_test(request_lines_and_heads_have_limits),
		net_test(a_body_has_the_limit_that_the_service_sets),
		net_test(the_usual_limit_of_a_body_is_that_of_the_list),
		net_test(a_client_that_sends_on_is_heard_out_and_sees_its_refusal),
		net_test(a_last_answer_is_whole_although_more_was_sent),
		net_test(a_refused_client_is_not_heard_for_ever),
		net_test(slow_requests_end_at_their_deadline_and_delay_nobody),
		net_test(an_idle_connection_is_closed_without_a_word),
		net_test(waiting_for_the_service_is_not_being_idle),
		net_test(a_client_that_does_not_take_its_answer_is_cut_off),
		net_test(a_client_that_takes_no_answers_is_not_served_on),
		net_test(connections_of_one_address_have_a_cap),
		net_test(connections_in_all_have_a_cap),
		net_test(bodies_have_a_limit_together),
		net_test(a_lack_of_descriptors_is_waited_out),
		net_test(stopping_lets_a_request_in_flight_finish),
		net_test(stopping_waits_for_an_answer_to_be_taken_and_no_longer),
		net_test(stopping_does_not_wait_longer_than_it_is_told),
		net_test(stopping_under_load_cuts_no_answer_in_half),
		net_test(a_server_that_never_started_can_be_freed),
		net_test(a_taken_port_is_named),
		net_test(listeners_know_whether_they_are_on_loopback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
