/* SPDX-License-Identifier: Apache-2.0 */
/* option_value.c -- one value of one option, from text to its member. */
#include "server/option_table.h"

#include "base/text.h"

#include <strings.h>

enum { SHOWN_VALUE = 64 }; /* bytes of a bad value that its message repeats */

/* "name" is the option as it was given, the text repeats the value unless it is secret. */
static enum status refuse(const struct given *g, struct error *e, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

static enum status refuse(const struct given *g, struct error *e, const char *fmt, ...)
{
	struct str value = str_from(g->value), part = value;
	char why[ERROR_TEXT_MAX / 2];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	if (!g->value || g->row->flags & OPTION_SECRET)
		return fail(e, ST_INVALID, g->origin, "%s", why);
	if (value.n > SHOWN_VALUE)
		part = utf8_prefix(value, SHOWN_VALUE);
	return fail(e, ST_INVALID, g->origin, "\"%.*s%s\": %s", STR_FMT(part),
		part.n < value.n ? "..." : "", why);
}

static enum status set_flag(bool *out, const struct given *g, struct error *e)
{
	static const char *const yes[] = { "yes", "true", "on", "1" };
	static const char *const no[] = { "no", "false", "off", "0" };

	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		if (!g->value || strcasecmp(g->value, yes[i]) == 0) {
			*out = true;
			return ST_OK;
		}
		if (strcasecmp(g->value, no[i]) == 0) {
			*out = false;
			return ST_OK;
		}
	}
	return refuse(g, e, "is a switch: yes or no");
}

static enum status set_number(int64_t *out, const struct given *g, struct error *e)
{
	const struct option *row = g->row;

	if (!str_to_i64(str_from(g->value), out) || *out < row->min || *out > row->max)
		return refuse(g, e, "must be a whole number from %lld to %lld",
			(long long)row->min, (long long)row->max);
	return ST_OK;
}

static enum status check_text(const struct given *g, struct error *e)
{
	const struct option *row = g->row;
	size_t n = strlen(g->value);

	if (n == 0)
		return refuse(g, e, "must not be empty");
	for (size_t i = 0; row->oneof && row->oneof[i]; i++)
		if (strcmp(g->value, row->oneof[i]) == 0)
			return ST_OK;
	if (row->oneof)
		return refuse(g, e, "must be %s", row->arg);
	if (row->max && ((int64_t)n < row->min || (int64_t)n > row->max))
		return refuse(g, e, "has %zu bytes; from %lld to %lld are allowed", n,
			(long long)row->min, (long long)row->max);
	for (size_t i = 0; row->flags & OPTION_SECRET && i < n; i++)
		if (g->value[i] <= ' ' || g->value[i] > '~')
			return refuse(g, e, "may only have printable ASCII without blanks");
	return ST_OK;
}

/* HOST:PORT or [IPV6]:PORT */
static enum status parse_listen(
	struct options *o, const struct given *g, struct http_listen *out, struct error *e)
{
	struct str text = str_from(g->value), host, port;
	const char *colon = strrchr(g->value, ':');
	uint64_t number;

	if (!colon)
		return refuse(
			g, e, "has no port; HOST:PORT is expected, as in 127.0.0.1:7780");
	host = str_slice(text, 0, (size_t)(colon - g->value));
	port = str_slice(text, host.n + 1, text.n);
	if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = str_slice(host, 1, host.n - 1);
	else if (str_find(host, ':') < host.n)
		return refuse(g, e, "an IPv6 address goes in brackets, as in [::1]:7780");
	if (host.n == 0 || str_is(host, "*"))
		return refuse(g, e,
			"has no host; 0.0.0.0:PORT listens on all IPv4 addresses, "
			"127.0.0.1:PORT on this machine only");
	if (!str_to_u64(port, 65535, &number))
		return refuse(g, e, "the port must be a number from 0 to 65535");
	out->host = arena_cstr(&o->arena, host);
	out->port = (unsigned)number;
	out->tls = strcmp(g->row->name, "tls-listen") == 0;
	return ST_OK;
}

/* Room for one more element of a list that is `n` long; lists are short, so they are copied
 * each time. */
static void *grow(struct arena *a, const void *old, size_t n, size_t size)
{
	char *v = arena_array(a, n + 1, size);

	if (n)
		memcpy(v, old, n * size);
	return v;
}

static enum status add_listener(
	struct options *o, struct listeners *list, const struct given *g, struct error *e)
{
	struct http_listen one;

	TRY(parse_listen(o, g, &one, e));
	list->v = grow(&o->arena, list->v, list->n, sizeof(one));
	list->v[list->n++] = one;
	return ST_OK;
}

static enum status add_text(
	struct options *o, struct texts *list, const struct given *g, struct error *e)
{
	TRY(check_text(g, e));
	list->v = grow(&o->arena, list->v, list->n, sizeof(*list->v));
	list->v[list->n++] = arena_cstr(&o->arena, str_from(g->value));
	return ST_OK;
}

enum status option_set(struct options *o, const struct given *g, struct error *e)
{
	void *member = (char *)o + g->row->offset;
	struct listeners *list = member;

	switch (g->row->kind) {
	case OPTION_FLAG: return set_flag(member, g, e);
	case OPTION_NUMBER: return set_number(member, g, e);
	case OPTION_TEXT:
		TRY(check_text(g, e));
		*(const char **)member = arena_cstr(&o->arena, str_from(g->value));
		return ST_OK;
	case OPTION_TEXTS: return add_text(o, member, g, e);
	case OPTION_LISTEN: return add_listener(o, list, g, e);
	}
	return ST_INTERNAL;
}
