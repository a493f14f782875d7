/* SPDX-License-Identifier: Apache-2.0 */
/* main.c -- qund: what was asked for, and who does it. */
#include "base/log.h"
#include "server/backup.h"
#include "server/check.h"
#include "server/options.h"
#include "server/signals.h"
#include "server/start.h"
#include "server/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

enum { EXIT_BAD_OPTION = 2 };

/* A file or a connection must never be opened as descriptor 0, 1 or 2, where others write
 * their words to. */
static bool standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	return fd >= 0 && close(fd) == 0;
}

static enum language language_of_user(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct str value = str_from(getenv(names[i]));

		if (value.n)
			return str_starts(value, STR("zh")) ? LANG_ZH : LANG_EN;
	}
	return LANG_EN;
}

static void print_version(void)
{
	printf("qund %s (SQLite %s, OpenSSL %s, libuv %s, jansson %s)\n", QUN_VERSION,
		sqlite3_libversion(), OpenSSL_version(OPENSSL_VERSION_STRING),
		uv_version_string(), jansson_version_str());
}

/* True if that is all that was asked for. */
static bool print_words(const struct options *o)
{
	if (o->help)
		options_print_help(stdout, language_of_user());
	else if (o->version)
		print_version();
	else if (o->print_reference)
		options_print_reference(
			stdout, strcmp(o->print_reference, "zh") == 0 ? LANG_ZH : LANG_EN);
	else
		return false;
	return true;
}

static int run(const struct options *o)
{
	static int (*const commands[COMMANDS])(const struct options *o) = {
		[COMMAND_BACKUP] = server_backup,
		[COMMAND_RESTORE] = server_restore,
		[COMMAND_VERIFY] = server_verify,
	};

	if (print_words(o))
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	log_setup(LOG_INFO, strcmp(o->log, "json") == 0 ? LOG_JSON : LOG_TEXT);
	if (commands[o->command])
		return commands[o->command](o);
	if (o->check)
		return server_check(o);
	signals_setup();
	return server_run(o);
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	struct error e = { 0 };
	int exit_status;

	if (!standard_descriptors()) {
		log_error("/dev/null: %s", strerror(errno));
		return EXIT_FAILURE;
	}
	if (options_load(&options, argc, argv, &e) == ST_OK) {
		exit_status = run(&options);
	} else {
		log_error("%s: %s", e.field, e.text);
		exit_status = EXIT_BAD_OPTION;
	}
	options_fini(&options);
	return exit_status;
}
