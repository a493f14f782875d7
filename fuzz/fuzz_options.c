/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line, the environment and the configuration file. Lines of the input: those
 * before an empty one are words of the command line, or NAME=value of the environment if
 * they begin with QUN_; the rest is the file. Promises, beyond memory safety: options that
 * are taken are within their bounds and have something to listen on; what is refused has an
 * origin and words, and these never hold the value of a secret.
 */
#include "fuzz/fuzz.h"

#include "base/limits.h"
#include "server/option_table.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WORDS_MAX = 32 };

/* So much of the beginning of a secret is not to be seen in any message. */
enum { SECRET_SHOWN = 12 };

static const char *config_path(struct str text)
{
	static char path[64];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("qun.conf", MFD_CLOEXEC);
		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (fd < 0 || ftruncate(fd, 0) != 0 ||
		pwrite(fd, text.p, text.n, 0) != (ssize_t)text.n)
		die("no file in memory");
	return path;
}

/* The words and variables of the lines up to an empty one. */
static struct str take_lines(
	struct str in, char **argv, int *argc, struct strs *names, struct arena *a)
{
	while (in.n) {
		size_t end = str_find(in, '\n');
		char *line = arena_cstr(a, str_slice(in, 0, end));
		char *equals = strchr(line, '=');

		in = str_slice(in, end + 1, in.n);
		if (end == 0)
			break;
		if (!str_starts(str_from(line), STR("QUN_"))) {
			if (*argc < WORDS_MAX - 3)
				argv[(*argc)++] = line;
		} else if (equals && names->n < WORDS_MAX) {
			*equals = '\0';
			if (setenv(line, equals + 1, 1) == 0)
				names->v[names->n++] = str_from(line);
		}
	}
	return in;
}

static void check_taken(const struct options *o)
{
	if (o->command != COMMAND_SERVE) {
		assert(o->command != COMMAND_BACKUP || o->to);
		assert(o->command != COMMAND_RESTORE || o->from);
		return;
	}
	assert(o->listen.n + o->tls_listen.n > 0);
	assert(o->listen.n <= LIMIT_LISTENERS && o->tls_listen.n <= LIMIT_LISTENERS);
	assert(o->io_threads >= 1 && o->io_threads <= LIMIT_IO_THREADS);
	assert(o->cache_mb >= 1 && o->cache_mb <= LIMIT_CACHE_MB);
	assert(o->member_cap >= 1 && o->member_cap <= LIMIT_MEMBER_CAP);
	assert(o->world.n <= LIMIT_WORLD_FILES);
	assert(!o->ephemeral == !!o->data);
	assert(!o->tls_cert == !o->tls_key && !(o->tls_cert && o->tls_self_signed));
	assert(!o->demo || options_loopback_only(o));
	for (size_t i = 0; i < o->listen.n; i++)
		assert(o->listen.v[i].port <= 65535 && o->listen.v[i].host[0]);
}

/* What stands in the input elsewhere, too, may be the value of an option that is shown. */
static bool stands_once(struct str in, const char *text)
{
	size_t n = strlen(text);
	const char *first = memmem(in.p, in.n, text, n);

	return first && !memmem(first + 1, (size_t)(in.p + in.n - first) - 1, text, n);
}

static void check_silent(const struct error *e, struct str in, char **argv, int argc)
{
	const struct str name = STR("--admin-token=");

	for (int i = 1; i < argc; i++) {
		struct str word = str_from(argv[i]);
		char secret[SECRET_SHOWN + 1] = { 0 };

		if (!str_starts(word, name) || word.n < name.n + SECRET_SHOWN)
			continue;
		memcpy(secret, word.p + name.n, SECRET_SHOWN);
		if (stands_once(in, secret) && strstr(e->text, secret))
			die("a secret is told: %s", e->text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str whole = { (const char *)data, size };
	struct str in = whole, values[WORDS_MAX];
	struct strs names = { .v = values };
	char program[] = "qund", config[] = "--config";
	char *argv[WORDS_MAX] = { program };
	struct options o = { 0 };
	struct arena a = { 0 };
	struct error e = { 0 };
	int argc = 1;
	bool words;

	in = take_lines(in, argv, &argc, &names, &a);
	if (in.n) {
		argv[argc++] = config;
		argv[argc++] = arena_cstr(&a, str_from(config_path(in)));
	}
	argv[argc] = NULL;
	if (options_load(&o, argc, argv, &e) == ST_OK) {
		words = o.help || o.version || o.print_reference;
		if (!words)
			check_taken(&o);
	} else {
		assert(e.field[0] && e.text[0]);
		check_silent(&e, whole, argv, argc);
	}
	options_fini(&o);
	for (size_t i = 0; i < names.n; i++)
		(void)unsetenv(names.v[i].p);
	arena_fini(&a);
	return 0;
}
