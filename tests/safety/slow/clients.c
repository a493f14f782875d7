/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clients.c -- honest clients, from one thread: a mix of requests at a fixed rate (open
 * loop: each has a moment at which it is due, whether the ones before are answered or not,
 * and its time counts from then), or as fast as the connections take them.
 *
 * Usual path of a connection: idle -> a request is due, make it, send it -> the answer
 * comes, look at its status and body, count -> idle. Ways to fail: the answer is not what
 * the kind of request says (wrong), 429 (busy, and it must be as promised), the connection
 * ends without an answer (lost: it may have been carried out), nothing comes in time (late;
 * lost as well), or no connection was free in time (unsent).
 *
 * Prints a line of JSON every second (or --tell-ms), and one at the end with what each
 * group has to show.
 */
#include "base/clock.h"
#include "base/status.h"
#include "requests.h"
#include "times.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { KINDS = 16, EVENTS = 256, WHEEL = 1000, AGAIN_US = 20000, SAMPLE = 160 };

struct share {
	const struct request_kind *kind;
	unsigned weight;
	uint64_t ok;
};

struct client {
	int fd; /* -1: not connected */
	bool connected, waiting; /* for an answer */
	const struct request_kind *kind;
	struct share *share;
	uint64_t no;
	int64_t due_us;
	struct buf out, in;
	size_t sent;
	struct client *next; /* of the idle */
};

struct counts {
	uint64_t ok, busy, wrong, lost, late, unsent;
	struct times times; /* of what was ok */
	struct times refusals; /* of what was busy */
};

struct load {
	struct sockaddr_in to, from;
	struct request_world world;
	struct share shares[KINDS];
	struct share *wheel[WHEEL]; /* the mix, spread evenly */
	unsigned share_count, connection_count;
	double rate; /* a second; 0: closed loop */
	uint64_t count; /* requests at most; 0: no end */
	int64_t seconds, timeout_us, tell_us, begin_us, stop_us;
	int epoll;
	struct client *clients, *idle;
	unsigned unconnected, waiting;
	int64_t connect_again_us;
	uint64_t next_no, reconnects;
	struct counts all, second;
	uint32_t *acknowledged, *unknown; /* changes of each group */
	char sample[SAMPLE]; /* of what was wrong */
};

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
	(void)number;
	stopped = 1;
}

#define COUNT(l, what) ((l)->all.what++, (l)->second.what++)

static void now_idle(struct load *l, struct client *c)
{
	if (c->waiting)
		l->waiting--;
	c->waiting = false;
	c->kind = NULL;
	c->out.n = c->in.n = c->sent = 0;
	if (c->fd >= 0 && c->connected) {
		c->next = l->idle;
		l->idle = c;
	}
}

static void disconnect(struct load *l, struct client *c)
{
	(void)close(c->fd);
	c->fd = -1;
	c->connected = false;
	l->unconnected++;
	l->reconnects++;
	now_idle(l, c);
}

/* The connection broke: what was asked may have been done, or not. */
static void lost(struct load *l, struct client *c)
{
	if (c->waiting) {
		COUNT(l, lost);
		if (c->kind->changes_group)
			l->unknown[c->no % l->world.groups]++;
	} else { /* it was idle: it is among them */
		struct client **at = &l->idle;

		while (*at && *at != c)
			at = &(*at)->next;
		if (*at)
			*at = c->next;
	}
	disconnect(l, c);
}

static void wrong(struct load *l, const struct client *c, const char *what)
{
	COUNT(l, wrong);
	if (c->kind->changes_group)
		l->unknown[c->no % l->world.groups]++;
	if (!l->sample[0])
		(void)snprintf(l->sample, sizeof(l->sample), "%s %s: %.*s", c->kind->name,
			what, c->in.n < 100 ? (int)c->in.n : 100, c->in.p);
	for (char *p = l->sample; *p; p++)
		if ((unsigned char)*p < ' ' || *p == '"' || *p == '\\')
			*p = ' ';
}

/* ---- answers ---- */

struct answer {
	int status;
	struct str head, body;
	bool close;
};

static bool have(struct str text, const char *wanted)
{
	return memmem(text.p, text.n, wanted, strlen(wanted)) != NULL;
}

/* False: more has to come. */
static bool parse(const struct buf *in, struct answer *out)
{
	static const char length_is[] = "\r\nContent-Length: ";
	const char *end = memmem(in->p, in->n, "\r\n\r\n", 4), *at;
	size_t length;

	if (!end || in->n < 12)
		return false;
	out->head = (struct str){ in->p, (size_t)(end - in->p) + 2 };
	out->status = (int)strtol(in->p + 9, NULL, 10);
	at = memmem(out->head.p, out->head.n, length_is, sizeof(length_is) - 1);
	length = at ? strtoul(at + sizeof(length_is) - 1, NULL, 10) : 0;
	out->body = (struct str){ end + 4, length };
	out->close = have(out->head, "\r\nConnection: close\r\n");
	return in->n >= out->head.n + 2 + length;
}

static void take_answer(struct load *l, struct client *c, const struct answer *a)
{
	const struct request_kind *kind = c->kind;
	int64_t us = clock_mono_us() - c->due_us;
	bool closes = kind->end == END_CLOSE;

	if (a->status == 429) {
		if (!have(a->head, "\r\nRetry-After: ") || !have(a->body, "system.busy"))
			wrong(l, c, "not refused as promised");
		COUNT(l, busy);
		times_add(&l->all.refusals, us);
	} else if (a->status != kind->status || !have(a->body, kind->marker)) {
		wrong(l, c, "answered");
	} else if (a->close != closes) {
		wrong(l, c, closes ? "not closed" : "closed");
	} else {
		COUNT(l, ok);
		c->share->ok++;
		times_add(&l->all.times, us);
		times_add(&l->second.times, us);
		if (kind->changes_group)
			l->acknowledged[c->no % l->world.groups]++;
	}
	if (a->close)
		disconnect(l, c);
	else
		now_idle(l, c);
}

/* ---- connections ---- */

static void connect_one(struct load *l, struct client *c)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
		.data.ptr = c };
	int on = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		die("a socket: %s", strerror(errno));
	l->unconnected--;
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	if (bind(c->fd, (const struct sockaddr *)&l->from, sizeof(l->from)) != 0 ||
		epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &event) != 0)
		die("a connection: %s", strerror(errno));
	if (connect(c->fd, (const struct sockaddr *)&l->to, sizeof(l->to)) != 0 &&
		errno != EINPROGRESS)
		disconnect(l, c);
}

static void connect_all(struct load *l)
{
	if (l->unconnected == 0 || clock_mono_us() < l->connect_again_us)
		return;
	for (unsigned i = 0; i < l->connection_count; i++)
		if (l->clients[i].fd < 0)
			connect_one(l, &l->clients[i]);
	if (l->unconnected) /* the server is not there */
		l->connect_again_us = clock_mono_us() + AGAIN_US;
}

/* So that the server sees the connection break in the middle of a request. */
static void abort_request(struct load *l, struct client *c)
{
	struct linger reset = { .l_onoff = 1 };

	(void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	COUNT(l, ok);
	c->share->ok++;
	disconnect(l, c);
}

static void send_more(struct load *l, struct client *c)
{
	while (c->sent < c->out.n) {
		ssize_t done =
			send(c->fd, c->out.p + c->sent, c->out.n - c->sent, MSG_NOSIGNAL);

		if (done < 0 && errno != EAGAIN && errno != EINTR)
			lost(l, c);
		if (done < 0)
			return;
		c->sent += (size_t)done;
	}
	if (c->kind->end == END_ABORT)
		abort_request(l, c);
}

static void receive(struct load *l, struct client *c)
{
	struct answer a;
	ssize_t n;

	do {
		buf_reserve(&c->in, 65536);
		n = recv(c->fd, c->in.p + c->in.n, 65536, 0);
		c->in.n += n > 0 ? (size_t)n : 0;
	} while (n == 65536);
	if (c->waiting && parse(&c->in, &a))
		take_answer(l, c, &a);
	else if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		lost(l, c);
}

static void on_event(struct load *l, struct client *c, unsigned events)
{
	if (c->fd < 0)
		return;
	if (!c->connected) {
		if (events & (EPOLLERR | EPOLLHUP)) {
			disconnect(l, c);
			l->connect_again_us = clock_mono_us() + AGAIN_US;
			return;
		}
		if (!(events & EPOLLOUT))
			return;
		c->connected = true;
		now_idle(l, c);
	}
	if (c->waiting && events & EPOLLOUT)
		send_more(l, c);
	if (c->fd >= 0 && events & (EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP))
		receive(l, c);
}

/* ---- when what is sent ---- */

static bool more_to_send(const struct load *l)
{
	return !stopped && (l->count == 0 || l->next_no < l->count) &&
	       clock_mono_us() < l->stop_us;
}

static int64_t due_us(const struct load *l)
{
	return l->begin_us + (int64_t)((double)l->next_no * 1e6 / l->rate);
}

static void start_one(struct load *l, int64_t due)
{
	struct client *c = l->idle;

	l->idle = c->next;
	c->no = l->next_no++;
	c->share = l->wheel[c->no % WHEEL];
	c->kind = c->share->kind;
	c->due_us = due;
	c->waiting = true;
	l->waiting++;
	c->kind->make(&l->world, c->no, &c->out);
	send_more(l, c);
}

static void start_due(struct load *l)
{
	int64_t now = clock_mono_us();

	while (l->rate > 0 && more_to_send(l) && due_us(l) + l->timeout_us < now) {
		COUNT(l, unsent);
		l->next_no++;
	}
	while (l->idle && more_to_send(l)) {
		if (l->rate > 0 && due_us(l) > now)
			return;
		start_one(l, l->rate > 0 ? due_us(l) : clock_mono_us());
	}
}

static void drop_late(struct load *l)
{
	int64_t now = clock_mono_us();

	for (unsigned i = 0; i < l->connection_count; i++)
		if (l->clients[i].waiting && l->clients[i].due_us + l->timeout_us < now) {
			COUNT(l, late);
			lost(l, &l->clients[i]);
		}
}

/* ---- what is printed ---- */

static void print_counts(const struct counts *n)
{
	(void)printf(
		"\"ok\": %llu, \"busy\": %llu, \"wrong\": %llu, \"lost\": %llu, "
		"\"late\": %llu, \"unsent\": %llu, \"p50_us\": %lld, \"p99_us\": %lld, "
		"\"p999_us\": %lld, \"longest_us\": %lld",
		(unsigned long long)n->ok, (unsigned long long)n->busy,
		(unsigned long long)n->wrong, (unsigned long long)n->lost,
		(unsigned long long)n->late, (unsigned long long)n->unsent,
		(long long)times_quantile(&n->times, 0.5),
		(long long)times_quantile(&n->times, 0.99),
		(long long)times_quantile(&n->times, 0.999),
		(long long)n->times.longest_us);
}

static void print_second(struct load *l)
{
	(void)printf("{\"last\": false, \"ms\": %lld, ",
		(long long)(clock_mono_us() - l->begin_us) / 1000);
	print_counts(&l->second);
	(void)printf("}\n");
	(void)fflush(stdout);
	l->second = (struct counts){ 0 };
}

static void print_list(const char *name, const uint32_t *v, unsigned n)
{
	(void)printf(", \"%s\": [", name);
	for (unsigned i = 0; i < n; i++)
		(void)printf("%s%u", i ? "," : "", v[i]);
	(void)printf("]");
}

static void print_all(const struct load *l)
{
	int64_t end = clock_mono_us();

	(void)printf(
		"{\"last\": true, \"ms\": %lld, ", (long long)(end - l->begin_us) / 1000);
	print_counts(&l->all);
	(void)printf(
		", \"requests\": %llu, \"reconnects\": %llu, \"refused_p99_us\": %lld, "
		"\"sample\": \"%s\"",
		(unsigned long long)l->next_no, (unsigned long long)l->reconnects,
		(long long)times_quantile(&l->all.refusals, 0.99), l->sample);
	for (unsigned i = 0; i < l->share_count; i++)
		(void)printf("%s\"%s\": %llu", i ? ", " : ", \"kinds\": {",
			l->shares[i].kind->name, (unsigned long long)l->shares[i].ok);
	(void)printf("}");
	print_list("acknowledged", l->acknowledged, l->world.groups);
	print_list("unknown", l->unknown, l->world.groups);
	(void)printf("}\n");
}

/* ---- the run ---- */

/* How long to wait for events: until something is due, at most a tenth of a second. */
static struct timespec pause_of(const struct load *l)
{
	int64_t us = 100000;

	if (l->rate > 0 && l->idle && more_to_send(l))
		us = due_us(l) - clock_mono_us();
	if (l->unconnected && us > AGAIN_US)
		us = AGAIN_US;
	us = us < 0 ? 0 : us > 100000 ? 100000 : us;
	return (struct timespec){ .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 };
}

static void run(struct load *l)
{
	struct epoll_event events[EVENTS];
	int64_t told_us;

	l->begin_us = told_us = clock_mono_us();
	l->stop_us = l->seconds ? l->begin_us + l->seconds * 1000000 : INT64_MAX;
	while (more_to_send(l) || (l->waiting && !stopped)) {
		struct timespec pause = pause_of(l);
		int n = epoll_pwait2(l->epoll, events, EVENTS, &pause, NULL);

		for (int i = 0; i < n; i++)
			on_event(l, events[i].data.ptr, events[i].events);
		connect_all(l);
		start_due(l);
		if (clock_mono_us() >= told_us + l->tell_us) {
			told_us += l->tell_us;
			drop_late(l);
			print_second(l);
		}
	}
	for (unsigned i = 0; i < l->connection_count; i++)
		if (l->clients[i].waiting)
			lost(l, &l->clients[i]);
	print_all(l);
}

static void add_share(struct load *l, const char *arg)
{
	struct str word = str_from(arg);
	size_t at = str_find(word, ':');
	struct share *s = &l->shares[l->share_count++];

	if (l->share_count > KINDS || at == word.n)
		die("not a kind and a weight: %s", arg);
	s->kind = request_kind_find(str_slice(word, 0, at));
	s->weight = (unsigned)strtoul(arg + at + 1, NULL, 10);
	if (!s->kind || s->weight == 0)
		die("not a kind and a weight: %s", arg);
}

/* Each kind as often as its weight says and no two of a kind together if it can be. */
static void fill_wheel(struct load *l)
{
	double owed[KINDS] = { 0 }, sum = 0;

	for (unsigned i = 0; i < l->share_count; i++)
		sum += l->shares[i].weight;
	if (sum <= 0)
		die("no kind of request was given");
	for (unsigned at = 0; at < WHEEL; at++) {
		unsigned most = 0;

		for (unsigned i = 0; i < l->share_count; i++) {
			owed[i] += l->shares[i].weight / sum;
			most = owed[i] > owed[most] ? i : most;
		}
		owed[most] -= 1;
		l->wheel[at] = &l->shares[most];
	}
}

static void prepare(struct load *l)
{
	fill_wheel(l);
	request_world_init(&l->world);
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->clients = calloc(l->connection_count + 1, sizeof(*l->clients));
	l->acknowledged = calloc(l->world.groups, sizeof(*l->acknowledged));
	l->unknown = calloc(l->world.groups, sizeof(*l->unknown));
	if (!l->clients || !l->acknowledged || !l->unknown)
		die("out of memory");
	for (unsigned i = 0; i < l->connection_count; i++)
		l->clients[i].fd = -1;
	l->unconnected = l->connection_count;
	(void)signal(SIGTERM, on_signal);
}

static struct sockaddr_in address(const char *host, const char *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(port, NULL, 10)) };

	if (inet_pton(AF_INET, host, &a.sin_addr) != 1)
		die("not an address: %s", host);
	return a;
}

static unsigned number(const char *arg)
{
	uint64_t n;

	if (!str_to_u64(str_from(arg), UINT32_MAX, &n))
		die("not a number: %s", arg);
	return (unsigned)n;
}

static void parse_options(struct load *l, int argc, char **argv)
{
	static const struct option options[] = { { "port", required_argument, NULL, 'p' },
		{ "from", required_argument, NULL, 'f' },
		{ "connections", required_argument, NULL, 'c' },
		{ "rate", required_argument, NULL, 'r' },
		{ "count", required_argument, NULL, 'n' },
		{ "seconds", required_argument, NULL, 's' },
		{ "timeout-ms", required_argument, NULL, 'o' },
		{ "tell-ms", required_argument, NULL, 'e' },
		{ "tag", required_argument, NULL, 't' },
		{ "groups", required_argument, NULL, 'g' },
		{ "people", required_argument, NULL, 'u' },
		{ "ids", required_argument, NULL, 'i' }, { 0 } };
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'p': l->to = address("127.0.0.1", optarg); break;
		case 'f': l->from = address(optarg, "0"); break;
		case 'c': l->connection_count = number(optarg); break;
		case 'r': l->rate = number(optarg); break;
		case 'n': l->count = number(optarg); break;
		case 's': l->seconds = number(optarg); break;
		case 'o': l->timeout_us = (int64_t)number(optarg) * 1000; break;
		case 'e': l->tell_us = (int64_t)number(optarg) * 1000; break;
		case 't': l->world.tag = optarg; break;
		case 'g': l->world.groups = number(optarg); break;
		case 'u': l->world.people = number(optarg); break;
		case 'i': l->world.ids = number(optarg); break;
		default: die("usage: see parse_options in clients.c");
		}
	}
	for (int i = optind; i < argc; i++)
		add_share(l, argv[i]);
	if (l->world.groups == 0 || l->world.people < 2)
		die("a world has groups, and at least two people");
}

int main(int argc, char **argv)
{
	struct load *l = calloc(1, sizeof(*l));

	if (!l)
		die("out of memory");
	*l = (struct load){ .from = address("127.0.0.1", "0"),
		.connection_count = 16,
		.timeout_us = 3000000,
		.tell_us = 1000000,
		.world = { .tag = "n", .groups = 64, .people = 20 } };
	parse_options(l, argc, argv);
	prepare(l);
	run(l);
	for (unsigned i = 0; i < l->connection_count; i++) {
		buf_fini(&l->clients[i].out);
		buf_fini(&l->clients[i].in);
	}
	request_world_fini(&l->world);
	free(l->clients);
	free(l->acknowledged);
	free(l->unknown);
	free(l);
	return 0;
}
