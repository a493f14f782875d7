/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attempts.h -- wrong secrets, counted per app and address.
 * LIMIT_SECRET_TRIES wrong ones within LIMIT_SECRET_TRIES_MS close the door for the rest of
 * that window, for the right secret too. IPv6 addresses of one /64 count as one. Bounded
 * memory: of more than LIMIT_SECRET_PAIRS the oldest go. Any thread. `now_ms` is of a clock
 * that never goes back.
 */
#ifndef QUN_API_ATTEMPTS_H
#define QUN_API_ATTEMPTS_H

#include "base/str.h"

struct attempts;

struct attempts *attempts_new(void);
void attempts_free(struct attempts *a);
/* False if there were too many; then nothing may be tried. */
bool attempts_allowed(struct attempts *a, struct str app, struct str peer, int64_t now_ms);
/* Counts a wrong one. False if the door was closed by others while it was tried: then it
 * may not be told that it was wrong. */
bool attempts_failed(struct attempts *a, struct str app, struct str peer, int64_t now_ms);

#endif
