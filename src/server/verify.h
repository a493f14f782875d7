/* SPDX-License-Identifier: Apache-2.0 */
/* verify.h -- `qund verify`: are the data sound? Main thread. */
#ifndef QUN_SERVER_VERIFY_H
#define QUN_SERVER_VERIFY_H

#include "server/options.h"

/*
 * Prints what is wrong, the ledger number of each corp and the state's hash on standard
 * output, progress on standard error. Gives the exit status: 0 if all is sound, 1 if
 * anything is wrong or could not be looked at.
 */
int server_verify(const struct options *o);

#endif
