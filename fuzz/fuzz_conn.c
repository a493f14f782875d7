/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client's whole side of a connection: the first line of the input is a table of lengths,
 * one a byte, of the pieces in which the rest arrives; the bytes pass through a socket and
 * the connection's own state machine, on a loop that is stepped here.
 *
 * Promises: the pieces make no difference to what is understood; there is one answer to
 * each request and none besides; what an answer's head says of its body is so, and after
 * one that closes nothing follows; a connection keeps no more bytes than a head and one
 * read; and when it is over, no exchange and no byte of a body is left.
 *
 * The service: /early answers at the head, /small takes 8 bytes, /drop closes without a
 * word, /later answers after the next piece; all others answer at once.
 */
#include "fuzz/fuzz.h"

#include "base/limits.h"
#include "net/conn.h"

#include <assert.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

/* With inputs up to this size the answers fit into the socket, unread. */
enum { INPUT_MAX = 16384, STEPS_MAX = 10000 };

static struct {
	struct http_loop *loop;
	struct budget memory, disk;
	struct http_exchange *later; /* in flight, to be answered */
	struct buf story; /* what was understood, in words */
	size_t wanted, dropped; /* answers that are due; requests that get none */
} peer = { .memory.max = LIMIT_BODIES, .disk.max = LIMIT_UPLOADS };

static void answer(struct http_exchange *x, int status)
{
	peer.wanted++;
	http_answer(x, &(struct http_answer){
			       .status = status,
			       .content_type = STR("text/plain"),
			       .body = STR("seen"),
		       });
}

static void on_head(void *ctx, struct http_exchange *x)
{
	(void)ctx;
	if (str_is(x->head.path, "/early")) {
		buf_printf(&peer.story, "early\n");
		answer(x, 401);
	} else if (str_is(x->head.path, "/small")) {
		x->body_max = 8;
	}
}

static void on_request(void *ctx, struct http_exchange *x)
{
	(void)ctx;
	buf_printf(&peer.story, "%.*s %.*s ", STR_FMT(x->head.method_text),
		STR_FMT(x->head.path));
	buf_add_str(&peer.story, x->body);
	buf_printf(&peer.story, "\n");
	if (str_is(x->head.path, "/later")) {
		assert(!peer.later); /* one request in flight a connection */
		peer.later = x;
	} else if (str_is(x->head.path, "/drop")) {
		peer.dropped++;
		http_drop(x);
	} else {
		answer(x, 200);
	}
}

static void on_reject(void *ctx, struct http_exchange *x, enum http_reject why,
	const char *detail, struct http_answer *out)
{
	(void)ctx;
	(void)x;
	assert(detail && out->status == http_reject_status(why) && out->status >= 400);
	buf_printf(&peer.story, "refused %d\n", out->status);
	out->body = STR("no");
	peer.wanted++;
}

static void released(void *ctx, const struct peer_key *key)
{
	(void)ctx;
	(void)key;
}

static void set_up(void)
{
	static const struct http_config config = {
		.service = { NULL, on_head, on_request, on_reject },
		.handshake_ms = 60000,
		.head_ms = 60000,
		.body_ms = 60000,
		.write_ms = 60000,
		.idle_ms = 60000,
		.memory = &peer.memory,
		.disk = &peer.disk,
		.released = released,
	};

	if (!peer.loop)
		peer.loop = http_loop_new(&config, 0);
}

static void check_kept(void)
{
	struct conn *c;

	LIST_FOREACH (c, &peer.loop->conns, link)
		assert(c->in.n <= LIMIT_HEAD + READ_SIZE);
	assert(peer.memory.used <= LIMIT_BODY);
}

static void read_answers(int fd, struct buf *back)
{
	static char piece[65536];
	ssize_t n;

	while ((n = read(fd, piece, sizeof(piece))) > 0)
		buf_add(back, piece, (size_t)n);
}

/* One step of the loop; then the request that waited for it is answered. */
static void step(void)
{
	struct http_exchange *x;

	(void)uv_run(&peer.loop->loop.uv, UV_RUN_NOWAIT);
	check_kept();
	x = peer.later;
	peer.later = NULL;
	if (x)
		answer(x, 200);
}

/* All of `in`, piece by piece; what the server says goes to `back`. */
static void converse(struct str in, struct str lengths, struct buf *back)
{
	struct peer_key key = { 0 };
	size_t at = 0, steps = 0;
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) != 0)
		die("no socket pair");
	conn_open(peer.loop, fds[0], false, &key, "127.0.0.1");
	for (size_t i = 0; at < in.n; i++) {
		unsigned char length =
			lengths.n ? (unsigned char)lengths.p[i % lengths.n] : 0;
		struct str piece = str_slice(in, at, length ? at + length : in.n);
		ssize_t n = send(fds[1], piece.p, piece.n, MSG_NOSIGNAL);

		if (n <= 0)
			break; /* it has closed */
		at += (size_t)n;
		step();
	}
	(void)shutdown(fds[1], SHUT_WR);
	while (!LIST_EMPTY(&peer.loop->conns) || peer.later) {
		step();
		if (++steps == STEPS_MAX)
			die("a connection whose client has ended does not end");
	}
	read_answers(fds[1], back);
	(void)close(fds[1]);
	assert(LIST_EMPTY(&peer.loop->exchanges) && peer.memory.used == 0);
}

/* A header of an answer, names as qund writes them. */
static struct str header(struct str head, const char *name)
{
	struct str want = str_from(name);

	while (head.n) {
		size_t end = str_find(head, '\n');
		struct str line = str_slice(head, 0, end);

		if (str_starts(line, want))
			return str_slice(line, want.n, line.n - 1);
		head = str_slice(head, end + 1, head.n);
	}
	return STR_NONE;
}

/* How many final answers there are; all of them whole, and the last one if one closes. */
static size_t count_answers(struct str back)
{
	static const char end_of_head[] = "\r\n\r\n";
	size_t count = 0;

	while (back.n) {
		const char *end = memmem(back.p, back.n, end_of_head, 4);
		struct str head;
		uint64_t length;

		if (!end)
			die("half an answer: %.*s", STR_FMT(back));
		head = str_slice(back, 0, (size_t)(end - back.p) + 2);
		back = str_slice(back, head.n + 2, back.n);
		if (str_starts(head, STR("HTTP/1.1 100 Continue\r\n")))
			continue;
		assert(str_starts(head, STR("HTTP/1.1 ")));
		if (!str_to_u64(header(head, "Content-Length: "), LIMIT_BODY, &length))
			die("an answer without its length: %.*s", STR_FMT(head));
		/* "seen", "no", or an answer to HEAD */
		if (str_starts(back, STR("seen")) || str_starts(back, STR("no")))
			back = str_slice(back, length, back.n);
		count++;
		if (str_is(header(head, "Connection: "), "close"))
			assert(back.n == 0);
	}
	return count;
}

/* What was understood of `in`, in `*story`. */
static void run(struct str in, struct str lengths, struct buf *story)
{
	struct buf back = { 0 };

	peer.story = (struct buf){ 0 };
	peer.wanted = peer.dropped = 0;
	converse(in, lengths, &back);
	assert(count_answers(buf_str(&back)) == peer.wanted && peer.dropped <= 1);
	buf_fini(&back);
	*story = peer.story;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data, size }, lengths;
	struct buf whole, pieces;

	lengths = str_slice(in, 0, str_find(in, '\n'));
	in = str_slice(in, lengths.n + 1, in.n);
	if (in.n == 0 || in.n > INPUT_MAX)
		return 0;
	set_up();
	run(in, STR_NONE, &whole);
	run(in, lengths, &pieces);
	if (!str_eq(buf_str(&whole), buf_str(&pieces)))
		die("in pieces it means something else:\n%.*s\n%.*s",
			STR_FMT(buf_str(&whole)), STR_FMT(buf_str(&pieces)));
	buf_fini(&whole);
	buf_fini(&pieces);
	return 0;
}
