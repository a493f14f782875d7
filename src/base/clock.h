/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock.h -- the one place that asks what time it is. Any thread.
 * A test moves the wall clock with clock_shift; the server never does.
 */
#ifndef QUN_BASE_CLOCK_H
#define QUN_BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds since 1970-01-01 UTC. */
int64_t clock_now_ms(void);
/* The same, but it never goes back: where the wall clock is set back, it goes on at its own
 * pace, so what has expired stays so. Begins with its first call. */
int64_t clock_steady_ms(void);
/* Microseconds since some fixed point; never goes back. For durations. */
int64_t clock_mono_us(void);
/* Moves clock_now_ms, and clock_steady_ms if forth, by `ms` from now on (adds up). Tests
 * only. */
void clock_shift(int64_t ms);

#endif
