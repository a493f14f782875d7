/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.h -- what the operator asked for.
 * One table describes every option; the command line (--tls-cert F), the environment
 * (QUN_TLS_CERT), the configuration file (tls-cert = F), --help and the reference in docs/
 * all read it. A higher source replaces a lower one, lists as a whole: command line,
 * environment, file, default. Main thread only.
 */
#ifndef QUN_SERVER_OPTIONS_H
#define QUN_SERVER_OPTIONS_H

#include "base/arena.h"
#include "base/status.h"
#include "net/server.h"

#include <stdio.h>

struct texts {
	const char **v;
	size_t n;
};

struct listeners {
	struct http_listen *v;
	size_t n;
};

/* What the first word of the command line asks for. */
enum command { COMMAND_SERVE, COMMAND_BACKUP, COMMAND_RESTORE, COMMAND_VERIFY, COMMANDS };

/* Paths are as given, relative to the working directory; NULL or 0 elements: not given. */
struct options {
	enum command command;
	const char *config;
	const char *data; /* NULL only if ephemeral */
	bool ephemeral;
	const char *store; /* URL; NULL: SQLite in the data folder */
	struct listeners listen, tls_listen; /* never both empty */
	const char *tls_cert, *tls_key;
	bool tls_self_signed;
	struct texts world;
	bool demo;
	bool hints; /* on in the demo */
	int64_t member_cap;
	const char *limits; /* "none" or "dingtalk" */
	const char *token_key; /* a file */
	bool allow_fixed_tokens;
	const char *admin_token, *admin_token_file;
	int64_t io_threads; /* at least 1 */
	int64_t cache_mb;
	bool sandbox;
	const char *log; /* "text" or "json" */
	const char *to; /* COMMAND_BACKUP: not NULL */
	const char *from; /* COMMAND_RESTORE: not NULL */
	bool check, version, help;
	const char *print_reference; /* a language: "en" or "zh" */

	struct arena arena; /* owns all of the above */
};

/*
 * Reads all sources and checks each value and their combination. ST_INVALID names the
 * option as it was given (--listen, QUN_LISTEN, qun.conf:3: listen), the value, the cause
 * and what is allowed. With --help, --version or the reference asked for, nothing else is
 * looked at. `o` is zero-initialised, and to be given to options_fini in any case.
 */
MUST_USE enum status options_load(
	struct options *o, int argc, char **argv, struct error *e);
void options_fini(struct options *o);

/* True if every listener asked for is on a loopback address or "localhost". */
bool options_loopback_only(const struct options *o);

enum language { LANG_EN, LANG_ZH };
void options_print_help(FILE *out, enum language language);
/* The page docs/reference/options.md (zh: options.zh-CN.md). */
void options_print_reference(FILE *out, enum language language);

#endif
