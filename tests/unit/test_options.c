/* SPDX-License-Identifier: Apache-2.0 */
#include "server/options.h"

#include "base/limits.h"
#include "server/option_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

enum { MAX_WORDS = 24 };

/* What one load is given; each part may be NULL. */
struct input {
	const char *line; /* words after qund, separated by blanks */
	const char *env; /* NAME=value */
	const char *file; /* text of the file that --config then names */
};

struct outcome {
	struct options o;
	struct error e;
	enum status st;
};

static char config_path[] = "/tmp/qun-options-XXXXXX";

static int split(char *line, char **argv)
{
	char *save = NULL;
	int n = 0;

	argv[n++] = (char[]){ "qund" };
	for (char *w = strtok_r(line, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		assert_true(n < MAX_WORDS - 2);
		argv[n++] = w;
	}
	return n;
}

static void set_env(char *pair)
{
	char *value = strchr(pair, '=');

	*value = '\0';
	assert_int_equal(setenv(pair, value + 1, 1), 0);
}

/* Loads; the caller gives outcome.o back with options_fini. */
static void load(const struct input *in, struct outcome *out)
{
	char *line = strdup(in->line ? in->line : ""),
	     *env = strdup(in->env ? in->env : "");
	char qund[] = "qund", config[] = "--config";
	char *argv[MAX_WORDS] = { 0 };
	int argc = split(line, argv);

	argv[0] = qund;
	*out = (struct outcome){ 0 };
	if (in->file) {
		FILE *f = fopen(config_path, "w");

		assert_non_null(f);
		fputs(in->file, f);
		fclose(f);
		argv[argc++] = config;
		argv[argc++] = config_path;
	}
	if (in->env)
		set_env(env);
	out->st = options_load(&out->o, argc, argv, &out->e);
	if (in->env)
		unsetenv(env);
	free(line);
	free(env);
}

/* A member as text, so that a table can say what it should be. */
static void member_text(const struct option *row, const struct options *o, char out[256])
{
	const void *member = (const char *)o + row->offset;
	const struct listeners *addresses = member;
	const struct texts *texts = member;
	int64_t number;
	size_t n = 0;

	out[0] = '\0';
	switch (row->kind) {
	case OPTION_FLAG:
		(void)snprintf(out, 256, "%s", *(const bool *)member ? "yes" : "no");
		return;
	case OPTION_NUMBER:
		memcpy(&number, member, sizeof(number));
		(void)snprintf(out, 256, "%lld", (long long)number);
		return;
	case OPTION_TEXT:
		(void)snprintf(out, 256, "%s",
			*(const char *const *)member ? *(const char *const *)member : "");
		return;
	case OPTION_TEXTS:
		for (size_t i = 0; i < texts->n; i++)
			n += (size_t)snprintf(
				out + n, 256 - n, "%s%s", i ? " " : "", texts->v[i]);
		return;
	case OPTION_LISTEN:
		for (size_t i = 0; i < addresses->n; i++)
			n += (size_t)snprintf(out + n, 256 - n, "%s%s|%u%s", i ? " " : "",
				addresses->v[i].host, addresses->v[i].port,
				addresses->v[i].tls ? "|tls" : "");
		return;
	}
}

static void assert_member(const struct options *o, const char *name, const char *expected)
{
	const struct option *row = option_find(str_from(name));
	char text[256];

	assert_non_null(row);
	member_text(row, o, text);
	if (strcmp(text, expected) != 0)
		fail_msg("%s is \"%s\", expected \"%s\"", name, text, expected);
}

/* ---- every option from every source ---- */

/* `with` is what the option cannot be without. */
static const struct {
	const char *name, *value, *with, *expected;
} everything[] = {
	{ "data", "d", "", "d" },
	{ "ephemeral", "yes", "", "yes" },
	{ "store", "sqlite:", "", "sqlite:" },
	{ "listen", "[::1]:8080", "", "::1|8080" },
	{ "tls-listen", "example.com:443", "--tls-self-signed", "example.com|443|tls" },
	{ "tls-cert", "c.pem", "--tls-listen a:1 --tls-key k", "c.pem" },
	{ "tls-key", "k.pem", "--tls-listen a:1 --tls-cert c", "k.pem" },
	{ "tls-self-signed", "on", "--tls-listen a:1", "yes" },
	{ "world", "w.json", "", "w.json" },
	{ "demo", "1", "", "yes" },
	{ "hints", "true", "", "yes" },
	{ "member-cap", "2000", "", "2000" },
	{ "token-key", "t", "", "t" },
	{ "allow-fixed-tokens", "YES", "", "yes" },
	{ "admin-token", "12345678", "", "12345678" },
	{ "admin-token-file", "f", "", "f" },
	{ "io-threads", "3", "", "3" },
	{ "cache-mb", "5", "", "5" },
	{ "sandbox", "no", "", "no" },
	{ "limits", "dingtalk", "", "dingtalk" },
	{ "log", "json", "", "json" },
};

static void each_option_is_taken_from_command_line_environment_and_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(everything); i++) {
		const char *name = everything[i].name, *value = everything[i].value;
		const char *with = everything[i].with;
		char spaced[256], joined[256], variable[256], file[256];
		struct input inputs[4] = { { .line = joined }, { .line = with },
			{ .line = with, .file = file }, { .line = spaced } };
		size_t n = ARRAY_LEN(inputs);

		(void)snprintf(
			joined, sizeof(joined), "serve %s --%s=%s", with, name, value);
		(void)snprintf(spaced, sizeof(spaced), "%s --%s %s", with, name, value);
		(void)snprintf(file, sizeof(file), "# a comment\n[qund]\n\t%s = %s\n", name,
			value);
		option_env_name(option_find(str_from(name)), variable, 64);
		(void)snprintf(variable + strlen(variable), 64, "=%s", value);
		inputs[1].env = variable;
		if (option_find(str_from(name))->kind == OPTION_FLAG)
			n--; /* a switch takes no word of its own */
		for (size_t k = 0; k < n; k++) {
			struct outcome out;

			load(&inputs[k], &out);
			if (out.st != ST_OK)
				fail_msg("%s, way %zu: %s: %s", name, k, out.e.field,
					out.e.text);
			assert_member(&out.o, name, everything[i].expected);
			options_fini(&out.o);
		}
	}
}

static void the_table_of_tests_knows_every_option(void **state)
{
	(void)state;
	for (const struct option *row = option_table; row->name; row++) {
		bool found = (row->flags & (OPTION_COMMAND_LINE | OPTION_NOT_IN_FILE)) != 0;

		for (size_t i = 0; i < ARRAY_LEN(everything); i++)
			found = found || strcmp(everything[i].name, row->name) == 0;
		if (!found)
			fail_msg("--%s is not tested", row->name);
		assert_non_null(row->doc);
		assert_non_null(row->zh);
		assert_true(row->arg || row->kind == OPTION_FLAG);
	}
}

/* ---- values that are good ---- */

static const struct {
	struct input in;
	const char *name, *expected;
} good[] = {
	{ { 0 }, "data", "./qun-data" },
	{ { 0 }, "listen", "127.0.0.1|7780" },
	{ { 0 }, "tls-listen", "" },
	{ { 0 }, "hints", "no" },
	{ { 0 }, "member-cap", "1000" },
	{ { 0 }, "cache-mb", "32" },
	{ { 0 }, "log", "text" },
	{ { 0 }, "limits", "none" },
	{ { .line = "--demo" }, "data", "./qun-demo" },
	{ { .line = "--demo" }, "hints", "yes" },
	{ { .line = "--demo --hints=no" }, "hints", "no" },
	{ { .line = "--demo --data d" }, "data", "d" },
	{ { .line = "--demo --listen localhost:1 --listen [::1]:2" }, "listen",
		"localhost|1 ::1|2" },
	{ { .line = "--demo --listen 127.9.9.9:1" }, "listen", "127.9.9.9|1" },
	{ { .line = "--ephemeral" }, "data", "" },
	{ { .line = "--ephemeral=no --data d" }, "data", "d" },
	{ { .line = "--listen 0.0.0.0:0" }, "listen", "0.0.0.0|0" },
	{ { .line = "--listen h:65535" }, "listen", "h|65535" },
	{ { .line = "--listen none --tls-listen a:1 --tls-self-signed" }, "listen", "" },
	{ { .line = "--tls-self-signed --tls-listen a:1" }, "listen", "127.0.0.1|7780" },
	{ { .env = "QUN_LISTEN=a:1,b:2" }, "listen", "a|1 b|2" },
	{ { .env = "QUN_LISTEN=" }, "listen", "127.0.0.1|7780" },
	{ { .env = "QUN_WORLD=a,b" }, "world", "a b" },
	{ { .env = "QUN_DATA=a,b" }, "data", "a,b" },
	{ { .env = "QUN_PORT=tcp://10.0.0.1:80" }, "listen", "127.0.0.1|7780" },
	{ { .env = "QUN_VERSION=yes" }, "version", "no" },
	{ { .file = "" }, "data", "./qun-data" },
	{ { .file = "\xEF\xBB\xBF"
		    "data=d\r\n" },
		"data", "d" },
	{ { .file = "listen = a:1\n\nlisten = b:2" }, "listen", "a|1 b|2" },
	{ { .file = "data = d ; why\n" }, "data", "d" },
	{ { .line = "--member-cap 1" }, "member-cap", "1" },
	{ { .line = "--member-cap 1000000" }, "member-cap", "1000000" },
	{ { .line = "--io-threads 64" }, "io-threads", "64" },
	{ { .line = "--cache-mb 65536" }, "cache-mb", "65536" },
	{ { .line = "--help --listen 7" }, "help", "yes" },
	{ { .line = "--help=no" }, "log", "text" },
	{ { .line = "--version=no --help=no" }, "log", "text" },
	{ { .line = "--version --tls-cert x" }, "version", "yes" },
	{ { .line = "--print-options-reference zh" }, "print-options-reference", "zh" },
};

static void good_values_and_defaults_are_understood(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct outcome out;

		load(&good[i].in, &out);
		if (out.st != ST_OK)
			fail_msg("case %zu: %s: %s", i, out.e.field, out.e.text);
		assert_member(&out.o, good[i].name, good[i].expected);
		options_fini(&out.o);
	}
}

/* ---- precedence ---- */

static const struct {
	struct input in;
	const char *name, *expected;
} precedence[] = {
	{ { "--member-cap 1", "QUN_MEMBER_CAP=2", "member-cap=3" }, "member-cap", "1" },
	{ { "", "QUN_MEMBER_CAP=2", "member-cap=3" }, "member-cap", "2" },
	{ { "", NULL, "member-cap=3" }, "member-cap", "3" },
	{ { "--listen a:1", "QUN_LISTEN=b:2,c:3", "listen=d:4" }, "listen", "a|1" },
	{ { "", "QUN_LISTEN=b:2,c:3", "listen=d:4" }, "listen", "b|2 c|3" },
	{ { "", NULL, "listen=d:4" }, "listen", "d|4" },
	{ { "--hints=no", "QUN_HINTS=yes", "hints=yes" }, "hints", "no" },
	{ { "", "QUN_HINTS=no", "hints=yes" }, "hints", "no" },
	/* a lower source's bad value is not looked at */
	{ { "--member-cap 1", "QUN_MEMBER_CAP=x", "member-cap=y" }, "member-cap", "1" },
};

static void a_higher_source_replaces_a_lower_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(precedence); i++) {
		struct outcome out;

		load(&precedence[i].in, &out);
		if (out.st != ST_OK)
			fail_msg("case %zu: %s: %s", i, out.e.field, out.e.text);
		assert_member(&out.o, precedence[i].name, precedence[i].expected);
		options_fini(&out.o);
	}
}

/* ---- refusals ---- */

/* `field`: how the message names the option; a file's is its end. */
static const struct {
	struct input in;
	const char *field, *text;
} bad[] = {
	{ { .line = "run" }, "run", "no such command" },
	{ { .line = "serve serve" }, "serve", "no such command" },
	{ { .line = "verify serve" }, "serve", "no such command" },
	{ { .line = "backup" }, "backup", "needs --to" },
	{ { .line = "backup --to b --from a" }, "--from", "is not for `qund backup`" },
	{ { .line = "backup --to b --to c" }, "--to", "given twice" },
	{ { .line = "restore" }, "restore", "needs --from" },
	{ { .line = "restore --from a --store sqlite:" }, "--store", "is not for" },
	{ { .line = "--to b" }, "--to", "is not for `qund serve`" },
	{ { .line = "verify --hints" }, "--hints", "is not for `qund verify`" },
	{ { .line = "-d x" }, "-d", "no such command" },
	{ { .line = "--dmo" }, "--dmo", "no such option; `qund --help` lists them" },
	{ { .line = "--" }, "--", "no such option" },
	{ { .line = "--data" }, "--data", "needs a value: --data DIR" },
	{ { .line = "--data --demo" }, "--data", "needs a value: --data DIR" },
	{ { .line = "--member-cap --admin-token=0123456789" }, "--member-cap",
		"needs a value" },
	{ { .line = "--data=" }, "--data", "must not be empty" },
	{ { .line = "--data a --data b" }, "--data", "given twice" },
	{ { .line = "--hints --hints" }, "--hints", "given twice" },
	{ { .line = "--hints=maybe" }, "--hints", "\"maybe\": is a switch: yes or no" },
	{ { .line = "--hints=" }, "--hints", "is a switch" },
	{ { .line = "--member-cap 0" }, "--member-cap",
		"\"0\": must be a whole number from 1 to 1000000" },
	{ { .line = "--member-cap 1000001" }, "--member-cap", "from 1 to 1000000" },
	{ { .line = "--member-cap 1.5" }, "--member-cap", "whole number" },
	{ { .line = "--member-cap 99999999999999999999" }, "--member-cap", "whole number" },
	{ { .line = "--io-threads 65" }, "--io-threads", "from 0 to 64" },
	{ { .line = "--io-threads=-1" }, "--io-threads", "from 0 to 64" },
	{ { .line = "--cache-mb 0" }, "--cache-mb", "from 1 to 65536" },
	{ { .line = "--cache-mb 65537" }, "--cache-mb", "from 1 to 65536" },
	{ { .line = "--log xml" }, "--log", "\"xml\": must be text|json" },
	{ { .line = "--listen 7780" }, "--listen", "has no port; HOST:PORT is expected" },
	{ { .line = "--listen :7780" }, "--listen", "has no host; 0.0.0.0:PORT" },
	{ { .line = "--listen *:7780" }, "--listen", "has no host" },
	{ { .line = "--listen ::1:7780" }, "--listen", "goes in brackets" },
	{ { .line = "--listen a:" }, "--listen", "from 0 to 65535" },
	{ { .line = "--listen a:65536" }, "--listen", "from 0 to 65535" },
	{ { .line = "--listen a:-1" }, "--listen", "from 0 to 65535" },
	{ { .line = "--listen none" }, "--listen", "leaves nothing to listen on" },
	{ { .line = "--listen none --listen a:1" }, "--listen", "cannot go with other" },
	{ { .line = "--tls-listen none --tls-self-signed" }, "--tls-self-signed",
		"needs --tls-listen" },
	{ { .line = "--tls-listen a:1" }, "--tls-listen",
		"needs --tls-cert or --tls-self-signed" },
	{ { .line = "--tls-listen a:1 --tls-self-signed=no" }, "--tls-listen", "needs" },
	{ { .line = "--tls-cert c --tls-listen a:1" }, "--tls-cert", "needs --tls-key" },
	{ { .line = "--tls-key k --tls-listen a:1" }, "--tls-key", "needs --tls-cert" },
	{ { .line = "--tls-cert c --tls-key k" }, "--tls-cert", "needs --tls-listen" },
	{ { .line = "--tls-self-signed" }, "--tls-self-signed", "needs --tls-listen" },
	{ { .line = "--tls-self-signed --tls-cert c --tls-key k --tls-listen a:1" },
		"--tls-self-signed", "cannot go with --tls-cert" },
	{ { .line = "--ephemeral --data d" }, "--ephemeral", "cannot go with --data" },
	{ { .line = "--ephemeral", .env = "QUN_DATA=d" }, "--ephemeral",
		"cannot go with QUN_DATA" },
	{ { .line = "--admin-token 12345678 --admin-token-file f" }, "--admin-token",
		"cannot go with --admin-token-file" },
	{ { .line = "--demo --listen 0.0.0.0:1" }, "--demo",
		"cannot listen on \"0.0.0.0\"" },
	{ { .line = "--demo --listen [::]:1" }, "--demo", "cannot listen on \"::\"" },
	{ { .line = "--demo --listen qun.example:1" }, "--demo", "cannot listen on" },
	{ { .line = "--demo --tls-listen 10.0.0.1:1 --tls-self-signed" }, "--demo",
		"cannot listen on \"10.0.0.1\"" },
	{ { .env = "QUN_CACHE_MB=x" }, "QUN_CACHE_MB", "\"x\": must be a whole number" },
	{ { .env = "QUN_LISTEN=a:1,,b:2" }, "QUN_LISTEN", "\"\": has no port" },
	{ { .env = "QUN_ADMIN_TOKEN=1234567" }, "QUN_ADMIN_TOKEN",
		"has 7 bytes; from 8 to 256 are allowed" },
	{ { .env = "QUN_ADMIN_TOKEN=1234 5678" }, "QUN_ADMIN_TOKEN", "printable ASCII" },
	{ { .file = "data = d\nlisten" }, ":2", "`key = value` is expected" },
	{ { .file = "[qund\n" }, ":1", "`key = value` is expected" },
	{ { .file = "\ndta = d\n" }, ":2: dta", "no such option" },
	{ { .file = "[other]\ndata = d\n" }, ":2: other", "no such section" },
	{ { .file = "config = x\n" }, ":1: config", "is not for the file" },
	{ { .file = "help = yes\n" }, ":1: help", "is not for the file" },
	{ { .file = "print-options-reference = en\n" }, ":1: print-options-reference",
		"no such option" },
	{ { .file = "data = a\ndata = b\n" }, ":2: data", "given twice" },
	{ { .file = "  hints = yes\n  cache-mb = x\n" }, ":2: cache-mb", "\"x\": must be" },
	{ { .line = "--config /nowhere/qun.conf" }, "/nowhere/qun.conf",
		"cannot be opened" },
	{ { .line = "--config /tmp" }, "/tmp", "is not a regular file" },
	{ { .line = "--config=" }, "--config", "must not be empty" },
};

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

static void each_bad_value_is_refused_by_name_and_cause(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct outcome out;

		load(&bad[i].in, &out);
		if (out.st == ST_OK)
			fail_msg("case %zu (%s) is not refused", i, bad[i].field);
		if (!ends_with(out.e.field, bad[i].field) ||
			!strstr(out.e.text, bad[i].text))
			fail_msg("case %zu: %s: %s", i, out.e.field, out.e.text);
		options_fini(&out.o);
	}
}

static void a_secret_is_not_repeated_in_a_message(void **state)
{
	const struct input in = { .line = "--admin-token geheim" };
	struct outcome out;

	(void)state;
	load(&in, &out);
	assert_int_equal(out.st, ST_INVALID);
	assert_null(strstr(out.e.text, "geheim"));
	options_fini(&out.o);
}

static void a_long_value_is_shown_in_part(void **state)
{
	char line[256];
	const struct input in = { .line = line };
	struct outcome out;

	(void)state;
	(void)snprintf(line, sizeof(line), "--cache-mb %0100d", 0);
	load(&in, &out);
	assert_int_equal(out.st, ST_INVALID);
	assert_non_null(strstr(out.e.text, "000...\": must"));
	options_fini(&out.o);
}

/* ---- limits ---- */

static void listeners_are_counted(void **state)
{
	(void)state;
	for (int n = LIMIT_LISTENERS - 1; n <= LIMIT_LISTENERS + 1; n++) {
		char env[1024] = "QUN_LISTEN=a:1";
		struct input in = { .env = env };
		struct outcome out;

		for (int i = 1; i < n; i++)
			(void)snprintf(env + strlen(env), 8, ",a:1");
		load(&in, &out);
		assert_int_equal(out.st, n <= LIMIT_LISTENERS ? ST_OK : ST_INVALID);
		options_fini(&out.o);
	}
}

static void world_files_are_counted(void **state)
{
	(void)state;
	for (int n = LIMIT_WORLD_FILES - 1; n <= LIMIT_WORLD_FILES + 1; n++) {
		char env[1024] = "QUN_WORLD=w";
		struct input in = { .env = env };
		struct outcome out;

		for (int i = 1; i < n; i++)
			(void)snprintf(env + strlen(env), 8, ",w");
		load(&in, &out);
		assert_int_equal(out.st, n <= LIMIT_WORLD_FILES ? ST_OK : ST_INVALID);
		options_fini(&out.o);
	}
}

static void an_admin_token_has_a_length(void **state)
{
	static const size_t lengths[] = { LIMIT_ADMIN_TOKEN_MIN - 1, LIMIT_ADMIN_TOKEN_MIN,
		LIMIT_ADMIN_TOKEN_MIN + 1, LIMIT_ADMIN_TOKEN - 1, LIMIT_ADMIN_TOKEN,
		LIMIT_ADMIN_TOKEN + 1 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		char env[512] = "QUN_ADMIN_TOKEN=";
		struct input in = { .env = env };
		struct outcome out;

		memset(env + strlen(env), 'a', lengths[i]);
		load(&in, &out);
		assert_int_equal(out.st, lengths[i] >= LIMIT_ADMIN_TOKEN_MIN &&
							 lengths[i] <= LIMIT_ADMIN_TOKEN
						 ? ST_OK
						 : ST_INVALID);
		options_fini(&out.o);
	}
}

static void a_configuration_file_has_a_size(void **state)
{
	(void)state;
	for (size_t n = LIMIT_CONFIG - 1; n <= LIMIT_CONFIG + 1; n++) {
		char *text = malloc(n + 1);
		struct input in = { .file = text };
		struct outcome out;

		assert_non_null(text);
		memset(text, '\n', n);
		text[n] = '\0';
		load(&in, &out);
		assert_int_equal(out.st, n <= LIMIT_CONFIG ? ST_OK : ST_TOO_LARGE);
		options_fini(&out.o);
		free(text);
	}
}

static void a_line_of_the_file_that_is_too_long_is_not_cut_in_two(void **state)
{
	char text[1024] = "data = ";
	struct input in = { .file = text };
	struct outcome out;

	(void)state;
	memset(text + strlen(text), 'd', 500);
	load(&in, &out);
	assert_int_equal(out.st, ST_INVALID);
	assert_non_null(strstr(out.e.text, "too long"));
	options_fini(&out.o);
}

/* ---- words ---- */

static char *printed(void (*print)(FILE *, enum language), enum language language)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	assert_non_null(f);
	print(f, language);
	fclose(f);
	return text;
}

static void help_and_reference_name_every_option(void **state)
{
	(void)state;
	for (int language = LANG_EN; language <= LANG_ZH; language++) {
		char *help = printed(options_print_help, (enum language)language);
		char *reference = printed(options_print_reference, (enum language)language);

		for (const struct option *row = option_table; row->name; row++) {
			char name[64];
			bool hidden = (row->flags & OPTION_HIDDEN) != 0;

			(void)snprintf(name, sizeof(name), "--%s", row->name);
			assert_int_equal(strstr(help, name) == NULL, hidden);
			assert_int_equal(strstr(reference, name) == NULL, hidden);
		}
		assert_null(strchr(help, '`'));
		assert_non_null(
			strstr(reference, "| `--log text\\|json` | `QUN_LOG` | `log` | "
					  "`text` |"));
		free(help);
		free(reference);
	}
}

static void loopback_is_told_from_the_rest(void **state)
{
	static const struct {
		const char *line;
		bool loopback;
	} cases[] = {
		{ "", true },
		{ "--listen 127.0.0.1:1 --listen [::1]:1 --listen localhost:1", true },
		{ "--listen 127.0.0.1:1 --listen 10.0.0.1:1", false },
		{ "--listen [::]:1", false },
		{ "--tls-self-signed --tls-listen 0.0.0.0:1", false },
		{ "--listen 128.0.0.1:1", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct input in = { .line = cases[i].line };
		struct outcome out;

		load(&in, &out);
		assert_int_equal(out.st, ST_OK);
		assert_int_equal(options_loopback_only(&out.o), cases[i].loopback);
		options_fini(&out.o);
	}
}

static int make_config(void **state)
{
	int fd = mkstemp(config_path);

	(void)state;
	for (const struct option *row = option_table; row->name; row++) {
		char name[64];

		option_env_name(row, name, sizeof(name));
		unsetenv(name);
	}
	return fd < 0 || close(fd);
}

static int remove_config(void **state)
{
	(void)state;
	return unlink(config_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_option_is_taken_from_command_line_environment_and_file),
		cmocka_unit_test(the_table_of_tests_knows_every_option),
		cmocka_unit_test(good_values_and_defaults_are_understood),
		cmocka_unit_test(a_higher_source_replaces_a_lower_one),
		cmocka_unit_test(each_bad_value_is_refused_by_name_and_cause),
		cmocka_unit_test(a_secret_is_not_repeated_in_a_message),
		cmocka_unit_test(a_long_value_is_shown_in_part),
		cmocka_unit_test(listeners_are_counted),
		cmocka_unit_test(world_files_are_counted),
		cmocka_unit_test(an_admin_token_has_a_length),
		cmocka_unit_test(a_configuration_file_has_a_size),
		cmocka_unit_test(a_line_of_the_file_that_is_too_long_is_not_cut_in_two),
		cmocka_unit_test(help_and_reference_name_every_option),
		cmocka_unit_test(loopback_is_told_from_the_rest),
	};

	return cmocka_run_group_tests(tests, make_config, remove_config);
}
