/* SPDX-License-Identifier: Apache-2.0 */
/*
 * histogram.h -- how long something takes, counted in steps of time that double: enough to
 * see a quantile without keeping the times. One thread adds, any thread may copy.
 */
#ifndef QUN_BASE_HISTOGRAM_H
#define QUN_BASE_HISTOGRAM_H

#include <stdatomic.h>
#include <stdint.h>

enum {
	HISTOGRAM_STEPS = 13, /* the last one is all that took longer */
	HISTOGRAM_FIRST_US = 250, /* bound of the first */
};

struct histogram {
	_Atomic uint64_t counts[HISTOGRAM_STEPS];
	_Atomic uint64_t sum_us;
};

struct histogram_copy {
	uint64_t counts[HISTOGRAM_STEPS];
	uint64_t sum_us;
};

/* The most that counts for a step, in us; INT64_MAX for the last. */
int64_t histogram_bound_us(int step);
void histogram_add(struct histogram *h, int64_t us);
void histogram_copy(const struct histogram *h, struct histogram_copy *out);

#endif
