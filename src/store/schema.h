/* SPDX-License-Identifier: Apache-2.0 */
/* schema.h -- the numbered schema files, embedded when the program is built. */
#ifndef QUN_STORE_SCHEMA_H
#define QUN_STORE_SCHEMA_H

struct schema_file {
	int version; /* 1, 2, 3 ... */
	const char *name; /* "001_initial.sql" */
	const char *sql;
};

/* Oldest first, ended by { 0 }. */
extern const struct schema_file schema_sqlite[];

#endif
