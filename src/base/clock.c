/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include "base/plant.h"

#include <stdatomic.h>
#include <time.h>

static _Atomic int64_t shift_ms; /* tests only; the server never writes it */

int64_t clock_now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000 + shift_ms +
	       plant_clock_ms();
}

int64_t clock_steady_ms(void)
{
	static _Atomic int64_t most_ahead_ms = INT64_MIN;
	int64_t wall_ms = clock_now_ms(), mono_ms = clock_mono_us() / 1000;
	int64_t ahead_ms = wall_ms - mono_ms, most_ms = most_ahead_ms;

	while (ahead_ms > most_ms)
		if (atomic_compare_exchange_weak(&most_ahead_ms, &most_ms, ahead_ms))
			most_ms = ahead_ms;
	return plant("clock_followed_back") ? wall_ms : mono_ms + most_ms;
}

int64_t clock_mono_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

void clock_shift(int64_t ms)
{
	shift_ms += ms;
}
