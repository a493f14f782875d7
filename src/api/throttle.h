/* SPDX-License-Identifier: Apache-2.0 */
/*
 * throttle.h -- the platform's limits on calls, which a program may be tested against.
 * An app may make LIMIT_CALLS_S calls of one kind in a second, which begins with the first
 * of them; a corp LIMIT_CALLS_MONTH calls that count in a calendar month, in Beijing time.
 * A call over the first limit does not count for the second. Source: DingTalk's page
 * how-to-process-api-throttling-on-the-dingtalk-server.
 *
 * In the process's memory only: a restart begins with nothing counted. Bounded: of more
 * than LIMIT_CALLS_KEPT pairs of app and call, and as many corps, the oldest are forgotten.
 * Any thread.
 */
#ifndef QUN_API_THROTTLE_H
#define QUN_API_THROTTLE_H

#include "base/str.h"

struct throttle;

enum throttled {
	THROTTLE_PASS,
	THROTTLE_APP, /* over the limit of a second */
	THROTTLE_CORP, /* over the limit of a month */
};

struct throttle *throttle_new(void);
void throttle_free(struct throttle *t); /* NULL is fine */
/* Counts one call. `corp` is STR_NONE for one that does not count for the month. `now_ms`
 * is wall clock. */
enum throttled throttle_count(struct throttle *t, struct str app, struct str call,
	struct str corp, int64_t now_ms);

#endif
