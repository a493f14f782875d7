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
