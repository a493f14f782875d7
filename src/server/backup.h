/* SPDX-License-Identifier: Apache-2.0 */
/* backup.h -- `qund backup` and `qund restore`. Main thread. */
#ifndef QUN_SERVER_BACKUP_H
#define QUN_SERVER_BACKUP_H

#include "server/options.h"

/*
 * Copies the data folder, of a running server or not, into the new folder --to: database,
 * media, keys and certificates, and last the manifest with the sums of them all. It is made
 * as NAME.partial and renamed when everything is on disk, so what is called NAME is whole.
 * Prints the ledger number of each corp. Gives the exit status.
 */
int server_backup(const struct options *o);

/*
 * Makes the data folder --data, which must not be there or be empty, of the backup --from.
 * Every file is checked against the manifest; nothing is left behind if one is wrong.
 */
int server_restore(const struct options *o);

#endif
