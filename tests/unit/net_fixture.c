/* SPDX-License-Identifier: Apache-2.0 */
#include "net_fixture.h"

#include "base/clock.h"
#include "net/loop.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HELD_MAX = 16 };

/* Requests of /hold, from loops to the test. */
static struct {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	struct http_exchange *x[HELD_MAX];
	size_t n;
} held = { .mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

/* An exchange on its way through another thread. */
struct errand {
	struct loop_task task;
	struct loop_work work;
	struct http_exchange *x;
};

static void answer_text(struct http_exchange *x, int status, struct str text)
{
	static const struct pair headers[] = {
		{ { "Server", 6 }, { "test\r\nX-Injected: 1", 19 } },
	};
	struct http_answer answer = {
		.status = status,
		.content_type = STR("text/plain"),
		.body = text,
		.headers = headers,
		.header_count = ARRAY_LEN(headers),
	};

	http_answer(x, &answer);
}

static void echo(struct http_exchange *x)
{
	struct str body = x->body;
	struct buf text = { 0 };

	buf_printf(
		&text, "%.*s %.*s ", STR_FMT(x->head.method_text), STR_FMT(x->head.path));
	buf_add_str(&text, body);
	answer_text(x, 200, arena_str(&x->arena, buf_str(&text)));
	buf_fini(&text);
}

static void run_echo(struct loop_task *task)
{
	echo(CONTAINER_OF(task, struct errand, task)->x);
}

static void *post_back(void *arg)
{
	struct errand *errand = arg;

	loop_post(errand->x->loop, &errand->task);
	return NULL;
}

static struct errand *errand_new(struct http_exchange *x)
{
	struct errand *errand = ARENA_NEW(&x->arena, struct errand);

	errand->x = x;
	errand->task.run = run_echo;
	return errand;
}

static void later(struct http_exchange *x)
{
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, post_back, errand_new(x)), 0);
	assert_int_equal(pthread_detach(thread), 0);
}

static void do_nothing(struct loop_work *work)
{
	(void)work;
}

static void work_done(struct loop_work *work)
{
	echo(CONTAINER_OF(work, struct errand, work)->x);
}

static void work(struct http_exchange *x)
{
	struct errand *errand = errand_new(x);

	errand->work = (struct loop_work){ .run = do_nothing, .done = work_done };
	loop_run_work(x->loop, &errand->work);
}

static void hold(struct http_exchange *x)
{
	pthread_mutex_lock(&held.mutex);
	held.x[held.n++ % HELD_MAX] = x;
	pthread_cond_broadcast(&held.changed);
	pthread_mutex_unlock(&held.mutex);
}

void wait_held(size_t count)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_MS / 1000;
	pthread_mutex_lock(&held.mutex);
	while (held.n < count)
		if (pthread_cond_timedwait(&held.changed, &held.mutex, &until) != 0)
			break;
	assert_int_equal(held.n, count);
	pthread_mutex_unlock(&held.mutex);
}

void release_held(void)
{
	pthread_mutex_lock(&held.mutex);
	for (size_t i = 0; i < held.n; i++)
		(void)post_back(errand_new(held.x[i]));
	held.n = 0;
	pthread_mutex_unlock(&held.mutex);
}

void forget_held(void)
{
	pthread_mutex_lock(&held.mutex);
	held.n = 0;
	pthread_mutex_unlock(&held.mutex);
}

/* The query. */
static uint64_t number(const struct http_exchange *x)
{
	uint64_t n;

	return str_to_u64(x->head.query, 1 << 30, &n) ? n : 0;
}

static void large(struct http_exchange *x)
{
	uint64_t n = number(x);
	char *text = arena_alloc(&x->arena, n);
	memset(text, 'x', n);
	answer_text(x, 200, (struct str){ text, n });
}

static void info(struct http_exchange *x)
{
	answer_text(x, 200,
		arena_printf(&x->arena, "%.*s|%.*s|%s|%d", STR_FMT(x->head.host),
			STR_FMT(x->head.query), x->peer, x->tls));
}

/* The fault, or each part's name, file name and size, or its value; and the file's bytes.
 */
static void upload(struct http_exchange *x)
{
	struct buf text = { 0 };

	if (!x->multipart)
		buf_add_str(&text, STR("not multipart"));
	if (x->body_status != ST_OK)
		buf_printf(&text, "%s: %s", status_text(x->body_status), x->body_fault);
	for (size_t i = 0; i < x->parts.n; i++)
		buf_printf(&text, "%.*s=%.*s ", STR_FMT(x->parts.v[i].name),
			STR_FMT(x->parts.v[i].value));
	for (size_t i = 0; i < x->file_count && x->body_status == ST_OK; i++) {
		FILE *f = fopen(x->file[i].path, "rb");
		char first[8] = { 0 };
		struct stat st;

		if (f && fread(first, 1, sizeof(first) - 1, f) > 0 &&
			fstat(fileno(f), &st) == 0)
			buf_printf(&text, "%.*s|%.*s|%llu|%lld|%s|%o ",
				STR_FMT(x->file[i].part), STR_FMT(x->file[i].filename),
				(unsigned long long)x->file[i].size, (long long)st.st_size,
				first, (unsigned)st.st_mode & 0777);
		if (f)
			(void)fclose(f);
	}
	if (x->file && str_is(x->head.path, "/keep"))
		(void)rename(
			x->file->path, arena_printf(&x->arena, "%s/kept", x->upload_dir).p);
	answer_text(x, 200, arena_str(&x->arena, buf_str(&text)));
	buf_fini(&text);
}

static const struct {
	const char *path;
	void (*run)(struct http_exchange *x);
} routes[] = {
	{ "/later", later },
	{ "/work", work },
	{ "/hold", hold },
	{ "/large", large },
	{ "/info", info },
	{ "/upload", upload },
	{ "/keep", upload },
	{ "/drop", http_drop },
};

static void on_head(void *ctx, struct http_exchange *x)
{
	struct fixture *f = ctx;

	if (str_is(x->head.path, "/early"))
		answer_text(x, 401, STR("early"));
	else if (str_is(x->head.path, "/limit"))
		x->body_max = number(x);
	else if (str_is(x->head.path, "/upload") || str_is(x->head.path, "/keep")) {
		x->upload = true;
		x->upload_dir = x->head.query.p ? "/nonexistent" : f->dir;
		x->body_max = 8 << 20;
	}
}

static void on_request(void *ctx, struct http_exchange *x)
{
	(void)ctx;
	for (size_t i = 0; i < ARRAY_LEN(routes); i++)
		if (str_is(x->head.path, routes[i].path)) {
			routes[i].run(x);
			return;
		}
	echo(x);
}

static void on_reject(void *ctx, struct http_exchange *x, enum http_reject why,
	const char *detail, struct http_answer *out)
{
	(void)ctx;
	assert_int_equal(out->status, http_reject_status(why));
	out->content_type = STR("text/plain");
	out->body = arena_printf(&x->arena, "%s", detail);
}

int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	(void)snprintf(f->dir, sizeof(f->dir), "/tmp/qun-test-net-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	*state = f;
	return 0;
}

static void remove_folder(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		char name[512];

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (unlink(name) != 0)
			remove_folder(name);
	}
	if (d)
		(void)closedir(d);
	(void)rmdir(path);
}

int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	http_server_free(f->server);
	tls_context_free(f->tls);
	forget_held();
	remove_folder(f->dir);
	free(f);
	return 0;
}

void tls_prepare(struct fixture *f)
{
	char dir[128], cert[160], key[160];
	struct error e = { 0 };

	(void)snprintf(dir, sizeof(dir), "%s/tls", f->dir);
	(void)snprintf(cert, sizeof(cert), "%s/cert.pem", dir);
	(void)snprintf(key, sizeof(key), "%s/key.pem", dir);
	assert_int_equal(tls_self_signed(dir, &e), ST_OK);
	assert_int_equal(tls_context_new(cert, key, &f->tls, &e), ST_OK);
}

void server_start(struct fixture *f, const struct http_server_options *options)
{
	const struct http_listen listen[] = { { "127.0.0.1", 0, false },
		{ "127.0.0.1", 0, true } };
	struct http_server_options o =
		options ? *options : (struct http_server_options){ 0 };
	struct error e = { 0 };

	o.listen = listen;
	o.listen_count = f->tls ? 2 : 1;
	o.tls = f->tls;
	o.io_threads = 2;
	o.service = (struct http_service){ f, on_head, on_request, on_reject };
	assert_int_equal(http_server_new(&o, &f->server, &e), ST_OK);
	f->port = http_server_port(f->server, 0);
	if (f->tls)
		f->tls_port = http_server_port(f->server, 1);
	assert_int_equal(http_server_start(f->server, &e), ST_OK);
}

void server_stop(struct fixture *f)
{
	http_server_free(f->server);
	f->server = NULL;
}

int64_t now_ms(void)
{
	return clock_mono_us() / 1000;
}

void wait_open(struct fixture *f, uint64_t count)
{
	int64_t until = now_ms() + PATIENCE_MS;
	struct http_server_stats stats;

	do {
		http_server_get_stats(f->server, &stats);
		if (stats.open != count)
			(void)poll(NULL, 0, 1);
	} while (stats.open != count && now_ms() < until);
	assert_int_equal(stats.open, count);
}

struct client client_new(void)
{
	struct timeval patience = { .tv_sec = PATIENCE_MS / 1000 };
	struct client c = { .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	int on = 1;

	assert_true(c.fd >= 0);
	(void)setsockopt(c.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	(void)setsockopt(c.fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	(void)setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return c;
}

void client_dial(struct client *c, unsigned port, const char *from)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port) };
	struct sockaddr_in here = { .sin_family = AF_INET };

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(inet_pton(AF_INET, from, &here.sin_addr), 1);
	assert_int_equal(bind(c->fd, (struct sockaddr *)&here, sizeof(here)), 0);
	assert_int_equal(connect(c->fd, (struct sockaddr *)&to, sizeof(to)), 0);
}

struct client client_connect(unsigned port)
{
	struct client c = client_new();

	client_dial(&c, port, "127.0.0.1");
	return c;
}

void client_close(struct client *c)
{
	SSL_free(c->ssl);
	(void)close(c->fd);
	buf_fini(&c->in);
}

bool client_send(struct client *c, struct str bytes)
{
	while (bytes.n) {
		size_t n = bytes.n < 65536 ? bytes.n : 65536;
		ssize_t done = c->ssl ? SSL_write(c->ssl, bytes.p, (int)n)
				      : send(c->fd, bytes.p, n, MSG_NOSIGNAL);

		if (done <= 0)
			return false;
		bytes = str_slice(bytes, (size_t)done, bytes.n);
	}
	return true;
}

void client_printf(struct client *c, const char *fmt, ...)
{
	struct arena a = { 0 };
	va_list ap;

	va_start(ap, fmt);
	client_send(c, arena_vprintf(&a, fmt, ap));
	va_end(ap);
	arena_fini(&a);
}

void client_end(struct client *c)
{
	if (c->ssl)
		(void)SSL_shutdown(c->ssl);
	else
		assert_int_equal(shutdown(c->fd, SHUT_WR), 0);
}

/* False at the end of the connection. */
static bool read_more(struct client *c)
{
	ssize_t n;

	buf_reserve(&c->in, 65536);
	n = c->ssl ? SSL_read(c->ssl, c->in.p + c->in.n, 65536)
		   : recv(c->fd, c->in.p + c->in.n, 65536, 0);
	if (n <= 0)
		return false;
	c->in.n += (size_t)n;
	return true;
}

bool client_sees_end(struct client *c)
{
	return c->in.n == 0 && !read_more(c);
}

bool client_readable(struct client *c, int ms)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };

	return c->in.n || (c->ssl && SSL_pending(c->ssl)) || poll(&p, 1, ms) > 0;
}

void answer_fini(struct answer *a)
{
	buf_fini(&a->head);
	buf_fini(&a->body);
	*a = (struct answer){ 0 };
}

void client_read(struct client *c, bool head_only, struct answer *a)
{
	static const char length[] = "\r\nContent-Length: ";
	const char *end, *at;
	size_t n;

	answer_fini(a);
	while (!c->in.n || !(end = memmem(c->in.p, c->in.n, "\r\n\r\n", 4)))
		if (!read_more(c))
			return;
	buf_add(&a->head, c->in.p, (size_t)(end - c->in.p) + 4);
	buf_drop(&c->in, a->head.n);
	buf_add(&a->head, "", 1);
	a->head.n--;
	a->status = (int)strtol(a->head.p + strlen("HTTP/1.1 "), NULL, 10);
	a->close = strstr(a->head.p, "\r\nConnection: close\r\n") != NULL;
	at = strstr(a->head.p, length);
	n = at && !head_only ? strtoul(at + strlen(length), NULL, 10) : 0;
	while (c->in.n < n)
		if (!read_more(c))
			return;
	buf_add(&a->body, c->in.p, n);
	buf_drop(&c->in, n);
}

void expect(struct client *c, int status, const char *body)
{
	struct answer a = { 0 };

	client_read(c, false, &a);
	assert_int_equal(a.status, status);
	if (body)
		check_str("body", buf_str(&a.body), str_from(body));
	answer_fini(&a);
}

void expect_alone(struct fixture *f, struct str raw, int status, const char *body)
{
	struct client c = client_connect(f->port);

	client_send(&c, raw);
	expect(&c, status, body);
	client_close(&c);
}
