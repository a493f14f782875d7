/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plant.h -- faults planted on purpose, so that the harnesses of tests/safety/ can prove
 * that they would notice such a fault, and points at which the process dies as kill -9
 * would end it. Only a build with -Dplants=true has them: QUN_PLANT=NAME chooses the one
 * fault of a run, QUN_KILL_AT=NAME:N the Nth time that a point is passed (the first
 * without :N). QUN_CLOCK names a file of 8 bytes, milliseconds by which the wall clock is
 * off, in the machine's byte order; whoever writes there moves the clock of the running
 * process. In every other build all three are nothing.
 *
 * The names are listed in plant.c: one that is not there ends the process at its first use.
 */
#ifndef QUN_BASE_PLANT_H
#define QUN_BASE_PLANT_H

#include <stdbool.h>
#include <stdint.h>

#ifdef QUN_PLANTS
/* Whether the fault of this name is chosen. Any thread. */
bool plant(const char *name);
/* Ends the process by SIGKILL if it is this point's turn. Any thread. */
void kill_point(const char *name);
/* By how much the wall clock is off. Any thread. */
int64_t plant_clock_ms(void);
#else
#define plant(name) false
#define kill_point(name) ((void)0)
#define plant_clock_ms() INT64_C(0)
#endif

#endif
