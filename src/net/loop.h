/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop.h -- one event loop and its thread.
 * What a loop owns (its connections, their requests) is touched by its own thread only;
 * another thread that has something for it posts a task.
 */
#ifndef QUN_NET_LOOP_H
#define QUN_NET_LOOP_H

#include "base/status.h"

struct loop;

struct loop_task {
	struct loop_task *next; /* loop.c's */
	void (*run)(struct loop_task *task);
};

/* Work that blocks (fsync, rename): run() on a pool thread, then done() on the loop. The
 * caller's until done() is called, and not touched by the loop afterwards. */
struct loop_work {
	void (*run)(struct loop_work *work);
	void (*done)(struct loop_work *work);
	struct loop *loop; /* loop.c's */
};

/* Runs task->run(task) soon on the loop's thread, in the order posted. Any thread. The task
 * is the caller's until it runs, and not touched by the loop afterwards. A loop that has
 * ended keeps the task and never runs it. */
void loop_post(struct loop *l, struct loop_task *task);
/* The loop's own thread only. */
void loop_run_work(struct loop *l, struct loop_work *work);
/* 0 .. number of loops - 1 */
unsigned loop_index(const struct loop *l);

#endif
