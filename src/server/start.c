/* SPDX-License-Identifier: Apache-2.0 */
/*
 * start.c -- the order of start and stop.
 *
 * Usual path: each step of the table goes up, the ready line is printed, the main thread
 * waits for signals, and the steps go down in the opposite order. A step that fails is one
 * line and exit status 1, after those before it have gone down. Whatever happens, a
 * temporary data folder is removed.
 *
 * Ways to leave: told to stop (0); a start that failed (1); a store that cannot go on (1,
 * at once, from its own thread: what is in flight stays unanswered, and nothing here waits
 * for anything); told to stop a second time (128 + signal, at once).
 */
#include "server/start.h"

#include "api/api.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/plant.h"
#include "net/tls.h"
#include "server/check.h"
#include "server/files.h"
#include "server/manifest.h"
#include "server/sandbox.h"
#include "server/secrets.h"
#include "server/signals.h"
#include "server/worlds.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

struct server {
	const struct options *options;
	struct arena arena;
	const char *dir; /* the data folder */
	bool temporary; /* it is removed at exit */
	struct sandbox sandbox;
	struct store *store;
	bool holds_fixed_tokens;
	struct secrets secrets;
	const char *tls_dir, *upload_dir;
	struct tls_context *tls;
	struct api *api;
	struct http_listen *listen; /* HTTP's, then HTTPS's */
	size_t listen_count;
	struct http_server *http;
	struct second *second; /* signal to stop; NULL before the first */
};

static void remove_temporary(struct server *s)
{
	if (s->temporary)
		folder_remove(s->dir);
}

static void leave(void *ctx, int exit_status)
{
	remove_temporary(ctx);
	_exit(exit_status);
}

/* On the writer's thread, which store_close may be waiting for: so nothing is closed. */
static void on_fatal(void *ctx, const struct error *e)
{
	log_error("%s%s%s; the server stops, and what was acknowledged is kept", e->field,
		*e->field ? ": " : "", e->text);
	leave(ctx, 1);
}

/* ---- the steps ---- */

static enum status temporary_folder(struct server *s, struct error *e)
{
	const char *parent = getenv("TMPDIR");
	char *path;

	if (!parent || !*parent)
		parent = "/tmp";
	path = arena_cstr(&s->arena, arena_printf(&s->arena, "%s/qund-XXXXXX", parent));
	if (!mkdtemp(path))
		return fail(e, ST_IO, parent, "a temporary folder cannot be made: %s",
			strerror(errno));
	s->dir = path;
	s->temporary = true;
	return ST_OK;
}

static enum status data_up(struct server *s, struct error *e)
{
	const struct options *o = s->options;

	(void)umask(077); /* whatever is made is nobody else's business */
	if (o->ephemeral) {
		TRY(temporary_folder(s, e));
	} else {
		s->dir = o->data;
		TRY(folder_make(s->dir, e));
		if (manifest_is_in(s->dir))
			return fail(e, ST_REFUSED, s->dir,
				"is a backup; make a data folder of it: qund restore "
				"--from "
				"%s --data NEWDIR",
				s->dir);
	}
	s->tls_dir = arena_printf(&s->arena, "%s/tls", s->dir).p;
	s->upload_dir = arena_printf(&s->arena, "%s/media/tmp", s->dir).p;
	return ST_OK;
}

/* Before the first thread: it holds for those that are started after it. */
static enum status sandbox_up(struct server *s, struct error *e)
{
	(void)e;
	s->sandbox = (struct sandbox){ .data = s->dir, .temporary = s->temporary };
	sandbox_files(&s->sandbox, s->options);
	return ST_OK;
}

static void data_down(struct server *s)
{
	remove_temporary(s);
}

static enum status store_up(struct server *s, struct error *e)
{
	const struct options *o = s->options;
	const struct store_options options = {
		.url = o->store,
		.dir = s->dir,
		.lanes = (unsigned)o->io_threads,
		.cache_mb = (unsigned)o->cache_mb,
		.on_fatal = on_fatal,
		.ctx = s,
	};

	return store_explain(store_open(&options, &s->store, e), s->dir, e);
}

static void store_down(struct server *s)
{
	store_close(s->store);
}

/* What the folder holds beside the database; it is ours now, as the store has locked it. */
static enum status files_up(struct server *s, struct error *e)
{
	TRY(secrets_load(s->options, s->dir, &s->arena, &s->secrets, e));
	TRY(folder_make(s->upload_dir, e));
	folder_empty(s->upload_dir); /* uploads that a crash cut off */
	return ST_OK;
}

static enum status worlds_up(struct server *s, struct error *e)
{
	const struct options *o = s->options;

	TRY(worlds_load(s->store, o, e));
	return worlds_fixed_tokens(s->store, &s->holds_fixed_tokens, e);
}

static enum status tls_up(struct server *s, struct error *e)
{
	const struct options *o = s->options;
	const char *cert = o->tls_cert, *key = o->tls_key;

	if (o->tls_listen.n == 0)
		return ST_OK;
	if (o->tls_self_signed) {
		TRY(tls_self_signed(s->tls_dir, e));
		cert = arena_printf(&s->arena, "%s/cert.pem", s->tls_dir).p;
		key = arena_printf(&s->arena, "%s/key.pem", s->tls_dir).p;
	}
	return tls_context_new(cert, key, &s->tls, e);
}

static void tls_down(struct server *s)
{
	tls_context_free(s->tls);
}

static void server_stats(void *ctx, struct buf *out)
{
	static const struct {
		const char *name, *type, *help;
		size_t offset;
	} rows[] = {
#define ROW(member, name, type, help) \
	{ "qun_http_" name, type, help, offsetof(struct http_server_stats, member) }
		ROW(accepted, "connections_accepted_total", "counter",
			"Connections accepted."),
		ROW(refused, "connections_refused_total", "counter",
			"Connections closed at once, over a limit."),
		ROW(open, "connections", "gauge", "Connections now open."),
		ROW(requests, "requests_total", "counter", "Requests received."),
		ROW(rejected, "requests_rejected_total", "counter",
			"Requests refused before they were looked at."),
#undef ROW
	};
	struct server *s = ctx;
	struct http_server_stats stats;

	http_server_get_stats(s->http, &stats);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint64_t value;

		memcpy(&value, (const char *)&stats + rows[i].offset, sizeof(value));
		buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", rows[i].name,
			rows[i].help, rows[i].name, rows[i].type, rows[i].name,
			(unsigned long long)value);
	}
}

/* Everybody can read them in the world's file. */
static bool fixed_tokens_accepted(const struct options *o)
{
	return o->allow_fixed_tokens || options_loopback_only(o);
}

static enum status api_up(struct server *s, struct error *e)
{
	const struct options *o = s->options;
	const struct api_options options = {
		.store = s->store,
		.lanes = (unsigned)o->io_threads,
		.member_cap = o->member_cap,
		.hints = o->hints,
		.fixed_tokens = fixed_tokens_accepted(o),
		.throttled = strcmp(o->limits, "dingtalk") == 0,
		.log_refusals = strcmp(o->log, "text") == 0,
		.token_key = s->secrets.token_key,
		.admin_token = s->secrets.admin_token,
		.upload_dir = s->upload_dir,
		.server_stats = server_stats,
		.ctx = s,
	};

	(void)e;
	s->api = api_new(&options);
	return ST_OK;
}

static void api_down(struct server *s)
{
	api_free(s->api);
}

/* As many connections as the machine lets us have. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static void gather_listeners(struct server *s)
{
	const struct listeners *lists[] = { &s->options->listen, &s->options->tls_listen };

	s->listen = ARENA_ARRAY(&s->arena, struct http_listen, lists[0]->n + lists[1]->n);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		for (size_t k = 0; k < lists[i]->n; k++)
			s->listen[s->listen_count++] = lists[i]->v[k];
}

static enum status listeners_up(struct server *s, struct error *e)
{
	struct http_server_options options = {
		.io_threads = (unsigned)s->options->io_threads,
		.tls = s->tls,
		.service = api_service(s->api),
	};

	raise_descriptor_limit();
	gather_listeners(s);
	options.listen = s->listen;
	options.listen_count = s->listen_count;
	TRY(http_server_new(&options, &s->http, e));
	/* "localhost" need not be what its name says */
	if (options_loopback_only(s->options) && !http_server_loopback_only(s->http)) {
		http_server_free(s->http);
		s->http = NULL;
		return fail(e, ST_INVALID, "localhost",
			"is not a loopback address on this machine; use 127.0.0.1");
	}
	return ST_OK;
}

static void listeners_down(struct server *s)
{
	http_server_free(s->http);
}

static enum status loops_up(struct server *s, struct error *e)
{
	sandbox_files_closer(&s->sandbox, s->options);
	TRY(http_server_start(s->http, e));
	sandbox_calls(&s->sandbox, s->options);
	return ST_OK;
}

/* A change that outlasted the drain still ends in its loop, which must be there until the
 * store has closed. */
static void loops_down(struct server *s)
{
	http_server_stop(s->http, LIMIT_DRAIN_MS);
	store_close(s->store);
	s->store = NULL;
}

static const struct step {
	enum status (*up)(struct server *s, struct error *e);
	void (*down)(struct server *s); /* NULL: nothing to undo */
} steps[] = {
	{ data_up, data_down },
	{ sandbox_up, NULL },
	{ store_up, store_down },
	{ files_up, NULL },
	{ worlds_up, NULL },
	{ tls_up, tls_down },
	{ api_up, api_down },
	{ listeners_up, listeners_down },
	{ loops_up, loops_down },
};

/* ---- running ---- */

/* "127.0.0.1:7780", "[::1]:7780" */
static void add_address(struct buf *out, const struct server *s, size_t i)
{
	bool six = strchr(s->listen[i].host, ':') != NULL;

	buf_printf(out, "%s%s%s:%u", six ? "[" : "", s->listen[i].host, six ? "]" : "",
		http_server_port(s->http, i));
}

static void print_ready(const struct server *s)
{
	struct buf line = { 0 };

	buf_add_str(&line, STR("qund: ready"));
	for (size_t i = 0; i < s->listen_count; i++) {
		bool first = i == 0 || s->listen[i].tls != s->listen[i - 1].tls;

		buf_printf(&line, "%s",
			!first             ? ","
			: s->listen[i].tls ? " https="
					   : " http=");
		add_address(&line, s, i);
	}
	buf_add_str(&line, STR("\n"));
	if (fwrite(line.p, 1, line.n, stdout) != line.n || fflush(stdout) != 0)
		log_warning("the ready line cannot be written to standard output");
	buf_fini(&line);
}

static void print_first_call(const struct server *s)
{
	struct buf address = { 0 };
	bool tls = s->listen[0].tls;

	add_address(&address, s, 0);
	log_info("try: curl%s%s%s -X POST 'http%s://%.*s/v1.0/im/group/update'"
		 " -H 'x-acs-dingtalk-access-token: 6d1bxxxx'"
		 " -H 'Content-Type: application/json'"
		 " -d '{\"chatid\":\"chatxxxx\",\"name\":\"测试群\"}'",
		tls ? " --cacert " : "", tls ? s->tls_dir : "", tls ? "/ca.pem" : "",
		tls ? "s" : "", STR_FMT(buf_str(&address)));
	buf_fini(&address);
}

static void print_notices(const struct server *s)
{
	sandbox_tell(&s->sandbox, s->options);
	if (s->holds_fixed_tokens && fixed_tokens_accepted(s->options))
		log_info("the store holds fixed access tokens, and they are accepted");
	else if (s->holds_fixed_tokens)
		log_warning("the store holds fixed access tokens; they are refused as a "
			    "listener is not on a loopback address "
			    "(--allow-fixed-tokens accepts them)");
	if (s->options->demo)
		print_first_call(s);
}

static void reload(struct server *s)
{
	struct error e = { 0 };
	enum status st = ST_OK;

	if (!s->tls) {
		log_info("SIGHUP: there are no certificates to read again");
		return;
	}
	if (s->options->tls_self_signed)
		st = tls_self_signed(s->tls_dir, &e);
	if (st == ST_OK)
		st = tls_context_reload(s->tls, &e);
	if (st == ST_OK)
		log_info("SIGHUP: the certificates were read again");
	else
		log_error("SIGHUP: %s: %s; the old certificate stays in use", e.field,
			e.text);
}

static void serve(struct server *s)
{
	print_notices(s);
	print_ready(s);
	while (signals_wait() == SIGHUP)
		reload(s);
	log_info("stopping");
	s->second = signals_leave_on_next(leave, s);
}

int server_run(const struct options *o)
{
	struct server s = { .options = o };
	struct error e = { 0 };
	enum status st = ST_OK;
	size_t up = 0;
	bool stop = false;

	while (up < ARRAY_LEN(steps) && st == ST_OK && !stop) {
		st = steps[up].up(&s, &e);
		kill_point("start.step");
		up += st == ST_OK;
		stop = signals_told_to_stop();
	}
	if (st != ST_OK)
		log_error("%s: %s", e.field, e.text);
	else if (!stop)
		serve(&s);
	while (up-- > 0)
		if (steps[up].down) {
			steps[up].down(&s);
			kill_point("stop.step");
		}
	signals_stay(s.second);
	arena_fini(&s.arena);
	return st == ST_OK ? 0 : 1;
}
