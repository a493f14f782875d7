/* SPDX-License-Identifier: Apache-2.0 */
/* start.h -- the server's life, from its options to its exit status. Main thread. */
#ifndef QUN_SERVER_START_H
#define QUN_SERVER_START_H

#include "server/options.h"

/*
 * Starts everything in order, prints the ready line, serves until told to stop, and stops
 * in the opposite order. Gives the exit status: 0, or 1 if the start failed; then one line
 * has said why. A store that cannot go on ends the process at once with status 1.
 */
int server_run(const struct options *o);

#endif
