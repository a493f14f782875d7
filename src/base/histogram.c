/* SPDX-License-Identifier: Apache-2.0 */
#include "base/histogram.h"

int64_t histogram_bound_us(int step)
{
	return step < HISTOGRAM_STEPS - 1 ? (int64_t)HISTOGRAM_FIRST_US << step : INT64_MAX;
}

void histogram_add(struct histogram *h, int64_t us)
{
	int step = 0;

	while (us > histogram_bound_us(step))
		step++;
	h->counts[step]++;
	h->sum_us += (uint64_t)(us > 0 ? us : 0);
}

void histogram_copy(const struct histogram *h, struct histogram_copy *out)
{
	for (int i = 0; i < HISTOGRAM_STEPS; i++)
		out->counts[i] = h->counts[i];
	out->sum_us = h->sum_us;
}
