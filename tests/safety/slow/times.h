/* SPDX-License-Identifier: Apache-2.0 */
/* times.h -- durations counted in steps of about 3 %, for quantiles of any part. */
#ifndef QUN_SAFETY_TIMES_H
#define QUN_SAFETY_TIMES_H

#include <stdint.h>

enum { TIMES_FINE = 32, TIMES_STEPS = 36 * TIMES_FINE };

struct times {
	uint64_t count;
	int64_t longest_us;
	uint32_t steps[TIMES_STEPS];
};

static inline void times_add(struct times *t, int64_t us)
{
	uint64_t v = us > 0 ? (uint64_t)us : 0;
	unsigned shift = v < 2 * TIMES_FINE ? 0 : 58 - (unsigned)__builtin_clzll(v);
	unsigned step = shift * TIMES_FINE + (unsigned)(v >> shift);

	t->count++;
	t->longest_us = us > t->longest_us ? us : t->longest_us;
	t->steps[step < TIMES_STEPS ? step : TIMES_STEPS - 1]++;
}

/* What `part` (0 to 1) of them did not exceed. */
static inline int64_t times_quantile(const struct times *t, double part)
{
	uint64_t wanted = (uint64_t)((double)t->count * part), seen = 0;

	for (unsigned i = 0; i < TIMES_STEPS; i++) {
		unsigned shift = i < 2 * TIMES_FINE ? 0 : i / TIMES_FINE - 1;

		seen += t->steps[i];
		if (seen > wanted)
			return (int64_t)(((uint64_t)(i - shift * TIMES_FINE) + 1)
					 << shift) -
			       1;
	}
	return t->longest_us;
}

#endif
