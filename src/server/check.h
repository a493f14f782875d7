/* SPDX-License-Identifier: Apache-2.0 */
/* check.h -- would a start with these options succeed? And what its failures mean. */
#ifndef QUN_SERVER_CHECK_H
#define QUN_SERVER_CHECK_H

#include "server/options.h"

/*
 * Looks at the data folder, its secrets and database, the worlds and the certificate as a
 * start would, makes and changes nothing, and says in one line what is wrong. Addresses are
 * not tried: a server may be running on them. Gives the exit status, 0 or 1.
 */
int server_check(const struct options *o);

/* Adds the folder, and the way out where there is one, to a failure of store_open or
 * store_check. Gives `st`. */
enum status store_explain(enum status st, const char *dir, struct error *e);

#endif
