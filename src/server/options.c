/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.c -- from four sources to one struct options.
 * First everything given is collected as text, with where it came from; then each option
 * takes the values of its highest source; then the combination is looked at.
 */
#include "server/options.h"

#include "base/limits.h"
#include "server/option_table.h"

#include <arpa/inet.h>
#include <unistd.h>

/* "--name=value", "--name value", "--flag", "--flag=no"; *i moves past what was taken. */
static enum status take_argument(
	struct givens *g, int argc, char **argv, int *i, struct error *e)
{
	struct str text = str_from(argv[*i]), name;
	const struct option *row;
	const char *origin, *value = NULL;
	size_t equals;

	if (!str_starts(text, STR("--")))
		return fail(e, ST_INVALID, text.n ? argv[*i] : "\"\"",
			"no such command; `qund --help` lists them, and options begin with "
			"--");
	equals = str_find(text, '=');
	name = str_slice(text, 2, equals);
	row = option_find(name);
	origin = arena_printf(g->arena, "--%.*s", STR_FMT(name)).p;
	if (!row)
		return fail(
			e, ST_INVALID, origin, "no such option; `qund --help` lists them");
	if (!option_is_for(row, g->command))
		return fail(e, ST_INVALID, origin, "is not for `qund %s`",
			command_table[g->command].name);
	if (equals < text.n)
		value = argv[*i] + equals + 1;
	else if (row->kind != OPTION_FLAG && *i + 1 < argc &&
		 !str_starts(str_from(argv[*i + 1]), STR("--"))) /* an option of its own */
		value = argv[++*i];
	else if (row->kind != OPTION_FLAG)
		return fail(e, ST_INVALID, origin, "needs a value: --%s %s", row->name,
			row->arg);
	givens_add(g, row, value, origin, SOURCE_COMMAND_LINE);
	return ST_OK;
}

static enum status take_arguments(struct givens *g, int argc, char **argv, struct error *e)
{
	int i = argc > 1 && command_find(argv[1], &g->command) ? 2 : 1;

	for (; i < argc; i++)
		TRY(take_argument(g, argc, argv, &i, e));
	return ST_OK;
}

/* A list is split at its commas. */
static void take_variable(struct givens *g, const struct option *row)
{
	bool list = row->kind == OPTION_TEXTS || row->kind == OPTION_LISTEN;
	char name[64];
	const char *origin;
	struct str rest;

	option_env_name(row, name, sizeof(name));
	rest = str_from(getenv(name));
	if (rest.n == 0 || row->flags & OPTION_COMMAND_LINE)
		return;
	origin = arena_cstr(g->arena, str_from(name));
	while (rest.p) {
		size_t end = list ? str_find(rest, ',') : rest.n;

		givens_add(g, row, arena_cstr(g->arena, str_slice(rest, 0, end)), origin,
			SOURCE_ENVIRONMENT);
		rest = end < rest.n ? str_slice(rest, end + 1, rest.n) : STR_NONE;
	}
}

static void take_environment(struct givens *g)
{
	for (const struct option *row = option_table; row->name; row++)
		take_variable(g, row);
}

/* The highest source that has something for `row`; -1 if none has. */
static int highest_source(const struct givens *g, const struct option *row)
{
	int highest = -1;

	for (const struct given *one = g->first; one; one = one->next)
		if (one->row == row && one->source > highest)
			highest = one->source;
	return highest;
}

/* The one that counts, of an option that is not a list. */
static const struct given *find_given(const struct givens *g, const char *name)
{
	const struct option *row = option_find(str_from(name));
	int source = highest_source(g, row);

	for (const struct given *one = g->first; one; one = one->next)
		if (one->row == row && one->source == source)
			return one;
	return NULL;
}

static bool is_none(const struct given *g)
{
	return g->row->kind == OPTION_LISTEN && strcmp(g->value, "none") == 0;
}

static enum status set_row(struct options *o, const struct givens *g,
	const struct option *row, struct error *e)
{
	bool list = row->kind == OPTION_TEXTS || row->kind == OPTION_LISTEN;
	int source = highest_source(g, row);
	const struct given *none = NULL;
	int64_t n = 0;

	for (const struct given *one = g->first; one; one = one->next) {
		if (one->row != row || one->source != source)
			continue;
		if (++n > (list ? row->max : 1))
			return fail(e, ST_INVALID, one->origin,
				list ? "given more than %lld times" : "given twice",
				(long long)row->max);
		if (is_none(one))
			none = one;
		else
			TRY(option_set(o, one, e));
	}
	if (none && n > 1)
		return fail(e, ST_INVALID, none->origin,
			"\"none\" cannot go with other addresses");
	return ST_OK;
}

/* Which options cannot go together, and which are of no use alone. */
static const struct combination {
	const char *name;
	enum { EXCLUDES, NEEDS } what;
	const char *other[3]; /* NEEDS: one of them is enough */
} combinations[] = {
	{ "ephemeral", EXCLUDES, { "data" } },
	{ "tls-self-signed", EXCLUDES, { "tls-cert", "tls-key" } },
	{ "admin-token", EXCLUDES, { "admin-token-file" } },
	{ "tls-cert", NEEDS, { "tls-key" } },
	{ "tls-key", NEEDS, { "tls-cert" } },
	{ "tls-listen", NEEDS, { "tls-cert", "tls-self-signed" } },
	{ "tls-cert", NEEDS, { "tls-listen" } },
	{ "tls-self-signed", NEEDS, { "tls-listen" } },
};

/* Given, and not as "no" or "none". */
static const struct given *wanted(
	const struct options *o, const struct givens *g, const char *name)
{
	const struct given *one = find_given(g, name);

	if (one && one->row->kind == OPTION_FLAG &&
		!*(const bool *)((const char *)o + one->row->offset))
		return NULL;
	return one && is_none(one) ? NULL : one;
}

static enum status check_combination(const struct combination *c, const struct options *o,
	const struct givens *g, struct error *e)
{
	const struct given *one = wanted(o, g, c->name), *other = NULL;

	if (!one)
		return ST_OK;
	for (size_t i = 0; i < ARRAY_LEN(c->other) && c->other[i] && !other; i++)
		other = wanted(o, g, c->other[i]);
	if (c->what == EXCLUDES && other)
		return fail(e, ST_INVALID, one->origin,
			"cannot go with %s; leave one of them out", other->origin);
	if (c->what == NEEDS && !other)
		return fail(e, ST_INVALID, one->origin, "needs --%s%s%s as well",
			c->other[0], c->other[1] ? " or --" : "",
			c->other[1] ? c->other[1] : "");
	return ST_OK;
}

static bool is_loopback(const char *host)
{
	struct in6_addr six;
	struct in_addr four;

	if (inet_pton(AF_INET, host, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	if (inet_pton(AF_INET6, host, &six) == 1)
		return IN6_IS_ADDR_LOOPBACK(&six);
	return strcmp(host, "localhost") == 0;
}

/* NULL, or the first that others could reach. */
static const struct http_listen *first_open(const struct listeners *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (!is_loopback(list->v[i].host))
			return &list->v[i];
	return NULL;
}

bool options_loopback_only(const struct options *o)
{
	return !first_open(&o->listen) && !first_open(&o->tls_listen);
}

/* Without these a command is of no use. */
static enum status check_command(const struct options *o, struct error *e)
{
	const char *name = command_table[o->command].name;

	if (o->command == COMMAND_BACKUP && !o->to)
		return fail(e, ST_INVALID, name, "needs --to: the folder to make");
	if (o->command == COMMAND_RESTORE && !o->from)
		return fail(e, ST_INVALID, name, "needs --from: the backup's folder");
	return ST_OK;
}

static enum status check_combinations(
	const struct options *o, const struct givens *g, struct error *e)
{
	const struct http_listen *open = first_open(&o->listen);

	if (o->command != COMMAND_SERVE)
		return check_command(o, e);
	for (size_t i = 0; i < ARRAY_LEN(combinations); i++)
		TRY(check_combination(&combinations[i], o, g, e));
	if (o->listen.n + o->tls_listen.n == 0)
		return fail(e, ST_INVALID, find_given(g, "listen")->origin,
			"\"none\" leaves nothing to listen on; add --tls-listen");
	if (!open)
		open = first_open(&o->tls_listen);
	if (o->demo && open)
		return fail(e, ST_INVALID, find_given(g, "demo")->origin,
			"everybody knows the demo's token, so it cannot listen on \"%s\"; "
			"use 127.0.0.1",
			open->host);
	return ST_OK;
}

/* Defaults that depend on something. */
static void fill_in(struct options *o, const struct givens *g)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (o->io_threads == 0)
		o->io_threads = cores < 1 ? 1 : cores > 4 ? 4 : cores;
	if (!o->data && !o->ephemeral)
		o->data = o->demo ? "./qun-demo" : "./qun-data";
	if (o->demo && !find_given(g, "hints"))
		o->hints = true;
}

static enum status take_defaults_and_set(
	struct options *o, struct givens *g, struct error *e)
{
	for (const struct option *row = option_table; row->name; row++) {
		if (!option_is_for(row, o->command))
			continue;
		if (row->fallback)
			givens_add(g, row, row->fallback, row->name, SOURCE_DEFAULT);
		TRY(set_row(o, g, row, e));
	}
	return ST_OK;
}

enum status options_load(struct options *o, int argc, char **argv, struct error *e)
{
	/* who asks for words gets them, whatever else is wrong */
	static const char *const words[] = { "help", "version", "print-options-reference" };
	struct givens g = { .arena = &o->arena };

	g.end = &g.first;
	TRY(take_arguments(&g, argc, argv, e));
	o->command = g.command;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (find_given(&g, words[i])) {
			TRY(set_row(o, &g, option_find(str_from(words[i])), e));
			if (wanted(o, &g, words[i]))
				return ST_OK;
		}
	take_environment(&g);
	TRY(set_row(o, &g, option_find(STR("config")), e));
	if (o->config)
		TRY(config_file_read(o->config, &g, e));
	TRY(take_defaults_and_set(o, &g, e));
	TRY(check_combinations(o, &g, e));
	fill_in(o, &g);
	return ST_OK;
}

void options_fini(struct options *o)
{
	arena_fini(&o->arena);
	*o = (struct options){ 0 };
}
