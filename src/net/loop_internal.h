/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop_internal.h -- what a loop is made of, for this folder.
 * Usual order: loop_init; handles are added to `uv` by the same thread; loop_start;
 * loop_end, on the loop's own thread, when all other handles are being closed; loop_join;
 * loop_fini.
 */
#ifndef QUN_NET_LOOP_INTERNAL_H
#define QUN_NET_LOOP_INTERNAL_H

#include "net/loop.h"

#include <stdbool.h>
#include <uv.h>

struct loop {
	uv_loop_t uv;
	uv_thread_t thread;
	uv_async_t wake;
	unsigned index;
	size_t works; /* under way in the pool */
	bool started, ending;
	uv_mutex_t mutex; /* guards what follows */
	struct loop_task *first, **last;
	bool deaf; /* `wake` is closed */
};

void loop_init(struct loop *l, unsigned index);
MUST_USE enum status loop_start(struct loop *l, struct error *e);
/* The thread returns when the work in the pool is done and all handles are closed. */
void loop_end(struct loop *l);
/* Waits for loop_end. A loop that was never started runs here, on the caller's thread. */
void loop_join(struct loop *l);
void loop_fini(struct loop *l);

#endif
