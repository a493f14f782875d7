/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signals.h -- what the operator says while the server runs.
 * The signals are blocked in every thread and taken one by one by the main thread, so no
 * code of ours ever runs inside a signal handler.
 */
#ifndef QUN_SERVER_SIGNALS_H
#define QUN_SERVER_SIGNALS_H

#include "base/compiler.h"

#include <stdbool.h>

struct second; /* a signal that is waited for */

/* Before any thread is started: they inherit it. Ignores SIGPIPE. */
void signals_setup(void);
/* Waits for SIGTERM, SIGINT or SIGHUP. Main thread. */
int signals_wait(void);
/* True if SIGTERM or SIGINT has come meanwhile; it counts as taken. */
bool signals_told_to_stop(void);
/* From now on the next SIGTERM or SIGINT calls `leave`, on a thread of its own, with the
 * exit status of a process that the signal ends (128 + number); it does not return. */
struct second *signals_leave_on_next(void (*leave)(void *ctx, int exit_status), void *ctx);
/* No longer: what `ctx` points to is about to go. NULL is fine. */
void signals_stay(struct second *second);

#endif
