/* SPDX-License-Identifier: Apache-2.0 */
/*
 * swarm.c -- many connections that are slow on purpose, from one thread.
 *
 * Each kind takes what a server gives to any client and gives nothing back: it drips a head
 * or a body, takes no answer and asks on, begins a TLS handshake, or says nothing between
 * two requests. What the server says is ignored, its end of the stream too: a connection
 * is gone when a byte sent to it comes back as a reset. Then, if asked to, it begins anew.
 *
 * Prints a line of JSON every second and one at the end: for each kind how many there were,
 * are open, were never let in, how long, in ms, the shortest and the longest were held by
 * the server, of those that it ended, and the oldest of those that it has not.
 */
#include "base/clock.h"
#include "base/compiler.h"
#include "base/status.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	TICK_MS = 50,
	DRIP_TICKS = 20, /* a second: each connection gets its byte at its own tick */
	OPEN_PER_TICK = 200,
	EVENTS = 512,
	SMALL_BUFFER = 4096, /* of a client that takes nothing */
	FIRST = 8192,
	GREEDY_ROUNDS = 64, /* of `first` at a time */
	GREEDY_KB = 24, /* of requests on one connection; more than a server should read */
};

struct kind {
	const char *name;
	const char *first; /* sent at once; %s is the token, then the chatid */
	char drip; /* then this, once a second; 0: nothing */
	bool tls;
	bool greedy; /* `first` again and again, and no answer is taken */
};

#define HEAD " HTTP/1.1\r\nHost: localhost\r\n"

static const struct kind kinds[] = {
	{ "head", "GET /chat/get?access_token=%s&chatid=%s" HEAD "X-Slow: ", 'x', false,
		false },
	{ "body",
		"POST /v1.0/im/group/update" HEAD "x-acs-dingtalk-access-token: %s\r\n"
		"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
		"{\"chatid\":\"%s\",\"name\":\"",
		'x', false, false },
	{ "answers", "GET /chat/get?access_token=%s&chatid=%s" HEAD "\r\n", 0, false,
		true },
	{ "tls", "\x16\x03\x01\x02", 0, true, false }, /* a record of 5xx bytes begins */
	{ "idle", "GET /_qun/healthz" HEAD "\r\n", 0, false, false },
};

struct slow {
	int fd; /* -1: not open */
	bool connected;
	bool ended; /* the server sends no more */
	size_t sent; /* bytes, but for what is dripped */
	int64_t since_ms; /* of the deadline that is tried: see progress() */
};

struct part {
	const struct kind *kind;
	char first[FIRST];
	size_t first_n, most; /* bytes: of `first`, and sent at most but for dripping */
	struct slow *slow;
	unsigned count, opened, open, gone, refused;
	int64_t shortest_ms, longest_ms;
};

struct swarm {
	struct sockaddr_in to, to_tls, from;
	struct part parts[ARRAY_LEN(kinds)];
	unsigned part_count, tick, per_tick;
	int64_t seconds;
	bool again;
	size_t greedy_kb;
	int epoll;
};

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
	(void)number;
	stopped = 1;
}

static int64_t now_ms(void)
{
	return clock_mono_us() / 1000;
}

/* The server has seen something of it that its deadline counts from. */
static void progress(struct slow *s)
{
	s->since_ms = now_ms();
}

static void gone(struct part *p, struct slow *s)
{
	int64_t held = now_ms() - s->since_ms;

	(void)close(s->fd);
	s->fd = -1;
	p->open--;
	p->gone++;
	if (!s->connected) {
		p->refused++;
		return;
	}
	p->longest_ms = held > p->longest_ms ? held : p->longest_ms;
	p->shortest_ms =
		p->shortest_ms < 0 || held < p->shortest_ms ? held : p->shortest_ms;
}

static bool is_lost(ssize_t done)
{
	return done < 0 && errno != EAGAIN && errno != EINTR;
}

static void send_first(struct part *p, struct slow *s)
{
	size_t rounds = p->kind->greedy ? GREEDY_ROUNDS : 1;

	for (size_t i = 0; i < rounds && s->sent < p->most; i++) {
		size_t at = s->sent % p->first_n;
		ssize_t done = send(s->fd, p->first + at, p->first_n - at, MSG_NOSIGNAL);

		if (is_lost(done)) {
			gone(p, s);
			return;
		}
		if (done < 0)
			return;
		if (s->sent == 0)
			progress(s);
		s->sent += (size_t)done;
	}
}

static void open_one(struct swarm *w, struct part *p, struct slow *s)
{
	const struct sockaddr_in *to = p->kind->tls ? &w->to_tls : &w->to;
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET,
		.data.u64 = (uint64_t)(p - w->parts) << 32 | (uint64_t)(s - p->slow) };
	int small = SMALL_BUFFER, on = 1;

	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		die("a socket: %s", strerror(errno));
	if (p->kind->greedy) {
		(void)setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
		(void)setsockopt(s->fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	}
	(void)setsockopt(s->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	if (bind(s->fd, (const struct sockaddr *)&w->from, sizeof(w->from)) != 0)
		die("the address to come from: %s", strerror(errno));
	s->connected = s->ended = false;
	s->sent = 0;
	progress(s);
	p->opened++;
	p->open++;
	if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, s->fd, &event) != 0)
		die("epoll: %s", strerror(errno));
	if (connect(s->fd, (const struct sockaddr *)to, sizeof(*to)) != 0 &&
		errno != EINPROGRESS)
		gone(p, s);
}

static void on_event(struct swarm *w, const struct epoll_event *event)
{
	struct part *p = &w->parts[event->data.u64 >> 32];
	struct slow *s = &p->slow[event->data.u64 & UINT32_MAX];
	char thrown_away[16384];
	ssize_t n = -1;

	if (s->fd < 0)
		return;
	if (event->events & (EPOLLERR | EPOLLHUP)) {
		gone(p, s);
		return;
	}
	if (event->events & EPOLLOUT && (!s->connected || p->kind->greedy)) {
		s->connected = true;
		send_first(p, s);
	}
	if (s->fd < 0 || !(event->events & EPOLLIN))
		return;
	if (p->kind->greedy) {
		progress(s); /* since the last that it had room for */
		return;
	}
	while ((n = recv(s->fd, thrown_away, sizeof(thrown_away), 0)) > 0)
		if (!p->kind->drip)
			progress(s); /* idle: since the answer */
	s->ended |= n == 0;
	if (is_lost(n))
		gone(p, s);
}

/* Once a second for each: the byte it drips, or the one that finds out whether the server
 * still has the connection. */
static void poke(struct part *p, struct slow *s)
{
	char byte = p->kind->drip ? p->kind->drip : 'x';

	if (!s->connected)
		return;
	if (p->kind->greedy)
		send_first(p, s);
	else if ((p->kind->drip || s->ended) &&
		 is_lost(send(s->fd, &byte, 1, MSG_NOSIGNAL)))
		gone(p, s);
}

static void tick(struct swarm *w)
{
	unsigned may_open = w->per_tick;

	w->tick++;
	for (struct part *p = w->parts; p < w->parts + w->part_count; p++)
		for (unsigned i = 0; i < p->count; i++) {
			struct slow *s = &p->slow[i];
			bool due = i % DRIP_TICKS == w->tick % DRIP_TICKS;

			if (s->fd >= 0 && (due || s->ended))
				poke(p, s);
			else if (s->fd < 0 && may_open &&
				 (w->again || p->opened < p->count)) {
				may_open--;
				open_one(w, p, s);
			}
		}
}

/* Of those that the server still has. */
static int64_t oldest_ms(const struct part *p)
{
	int64_t now = now_ms(), oldest = 0;

	for (const struct slow *s = p->slow; s < p->slow + p->count; s++)
		if (s->fd >= 0 && s->connected && now - s->since_ms > oldest)
			oldest = now - s->since_ms;
	return oldest;
}

static void print(const struct swarm *w, bool last, int64_t begin_ms)
{
	(void)printf("{\"last\": %s, \"ms\": %lld", last ? "true" : "false",
		(long long)(now_ms() - begin_ms));
	for (const struct part *p = w->parts; p < w->parts + w->part_count; p++)
		(void)printf(
			", \"%s\": {\"opened\": %u, \"open\": %u, \"gone\": %u, "
			"\"refused\": %u, \"shortest_ms\": %lld, \"longest_ms\": %lld, "
			"\"oldest_ms\": %lld}",
			p->kind->name, p->opened, p->open, p->gone, p->refused,
			(long long)p->shortest_ms, (long long)p->longest_ms,
			(long long)oldest_ms(p));
	(void)printf("}\n");
	(void)fflush(stdout);
}

static void run(struct swarm *w)
{
	int64_t begin = now_ms(), next = begin, told = begin;
	struct epoll_event events[EVENTS];

	while (!stopped && now_ms() < begin + w->seconds * 1000) {
		int64_t left = next - now_ms();
		int n = epoll_wait(w->epoll, events, EVENTS, left > 0 ? (int)left : 0);

		for (int i = 0; i < n; i++)
			on_event(w, &events[i]);
		if (now_ms() >= next) {
			next = now_ms() + TICK_MS;
			tick(w);
		}
		if (now_ms() >= told + 1000) {
			told += 1000;
			print(w, false, begin);
		}
	}
	print(w, true, begin);
}

static void add_part(
	struct swarm *w, const char *arg, const char *token, const char *chatid)
{
	struct part *p = &w->parts[w->part_count];
	size_t n = strcspn(arg, ":");

	for (size_t i = 0; i < ARRAY_LEN(kinds) && !p->kind; i++)
		if (strlen(kinds[i].name) == n && memcmp(kinds[i].name, arg, n) == 0)
			p->kind = &kinds[i];
	if (!p->kind || arg[n] != ':' || w->part_count == ARRAY_LEN(kinds))
		die("not a kind and a count: %s", arg);
	w->part_count++;
	p->count = (unsigned)strtoul(arg + n + 1, NULL, 10);
	p->shortest_ms = -1;
	p->most = w->greedy_kb << 10;
	p->slow = calloc(p->count + 1, sizeof(*p->slow));
	if (!p->slow)
		die("out of memory");
	for (unsigned i = 0; i < p->count; i++)
		p->slow[i].fd = -1;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the table above */
	p->first_n =
		(size_t)snprintf(p->first, sizeof(p->first), p->kind->first, token, chatid);
#pragma GCC diagnostic pop
	for (size_t one = p->first_n; p->kind->greedy && p->first_n + one < FIRST;) {
		memcpy(p->first + p->first_n, p->first, one);
		p->first_n += one;
	}
}

static struct sockaddr_in address(const char *host, const char *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(port, NULL, 10)) };

	if (inet_pton(AF_INET, host, &a.sin_addr) != 1)
		die("not an address: %s", host);
	return a;
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "port", required_argument, NULL, 'p' },
		{ "tls-port", required_argument, NULL, 't' },
		{ "from", required_argument, NULL, 'f' },
		{ "token", required_argument, NULL, 'k' },
		{ "chatid", required_argument, NULL, 'c' },
		{ "seconds", required_argument, NULL, 's' },
		{ "greedy-kb", required_argument, NULL, 'g' },
		{ "again", no_argument, NULL, 'a' }, { 0 } };
	struct swarm w = { .from = address("127.0.0.2", "0"),
		.per_tick = OPEN_PER_TICK,
		.greedy_kb = GREEDY_KB };
	const char *token = "", *chatid = "";
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'p': w.to = address("127.0.0.1", optarg); break;
		case 't': w.to_tls = address("127.0.0.1", optarg); break;
		case 'f': w.from = address(optarg, "0"); break;
		case 'k': token = optarg; break;
		case 'c': chatid = optarg; break;
		case 's': w.seconds = (int64_t)strtoul(optarg, NULL, 10); break;
		case 'g': w.greedy_kb = strtoul(optarg, NULL, 10); break;
		case 'a': w.again = true; break;
		default:
			die("usage: swarm --port N [--tls-port N] [--from ADDRESS] --token "
			    "T "
			    "--chatid C --seconds N [--again] KIND:COUNT...");
		}
	}
	for (int i = optind; i < argc; i++)
		add_part(&w, argv[i], token, chatid);
	(void)signal(SIGTERM, on_signal);
	w.epoll = epoll_create1(EPOLL_CLOEXEC);
	run(&w);
	for (unsigned i = 0; i < w.part_count; i++)
		free(w.parts[i].slow);
	return 0;
}
