/* SPDX-License-Identifier: Apache-2.0 */
/* option_table.h -- the rows behind options.h, for the files of this folder. */
#ifndef QUN_SERVER_OPTION_TABLE_H
#define QUN_SERVER_OPTION_TABLE_H

#include "server/options.h"

enum option_kind { OPTION_FLAG, OPTION_NUMBER, OPTION_TEXT, OPTION_TEXTS, OPTION_LISTEN };

enum option_flags {
	OPTION_COMMAND_LINE = 1u << 0, /* neither in the environment nor in the file */
	OPTION_NOT_IN_FILE = 1u << 1,
	OPTION_SECRET = 1u << 2, /* its value is never shown */
	OPTION_HIDDEN = 1u << 3, /* not for operators */
};

struct option {
	const char *name;
	enum option_kind kind;
	unsigned flags;
	unsigned commands; /* set of 1u << enum command; 0: serving alone */
	size_t offset; /* in struct options */
	int64_t min, max; /* a number's value, a text's bytes (max 0: no bound), a list's
			     elements */
	const char *const *oneof; /* OPTION_TEXT: the values allowed, ended by NULL */
	const char *arg; /* what --help calls the value */
	const char *fallback; /* the default, read like any value; NULL: none */
	const char *shown; /* the default as the reference shows it, if it is not
			      `fallback` */
	const char *shown_zh;
	const char *doc, *zh; /* one line each */
};

/* Ended by { 0 }, in the order of --help. */
extern const struct option option_table[];

struct command_row {
	const char *name; /* "backup" */
	const char *usage; /* what goes with it */
	const char *doc, *zh; /* one line each */
};
/* By enum command. */
extern const struct command_row command_table[COMMANDS];
/* False if it is none. */
MUST_USE bool command_find(const char *word, enum command *out);
bool option_is_for(const struct option *row, enum command command);

/* NULL if there is none. */
const struct option *option_find(struct str name);
/* "QUN_TLS_CERT" */
void option_env_name(const struct option *row, char *out, size_t size);

/* One value, before it is understood. */
struct given {
	struct given *next;
	const struct option *row;
	const char *value; /* NULL: a flag without a value, which means yes */
	const char *origin; /* "--listen", "QUN_LISTEN", "qun.conf:3: listen" */
	int source; /* the higher one wins */
};

enum { SOURCE_DEFAULT, SOURCE_FILE, SOURCE_ENVIRONMENT, SOURCE_COMMAND_LINE };

/* In the order given; the caller's arena owns the elements. */
struct givens {
	struct arena *arena;
	enum command command;
	struct given *first, **end;
};
void givens_add(struct givens *g, const struct option *row, const char *value,
	const char *origin, int source);

/* Appends what an INI file says (no section, or [qund]). */
MUST_USE enum status config_file_read(
	const char *path, struct givens *out, struct error *e);
/* Understands one value into its member; lists grow. */
MUST_USE enum status option_set(struct options *o, const struct given *g, struct error *e);

#endif
