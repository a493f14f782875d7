/* SPDX-License-Identifier: Apache-2.0 */
#include "server/progress.h"

#include "base/clock.h"
#include "base/log.h"

enum { EVERY_US = 2000000 };

struct progress progress_of(const char *command)
{
	return (struct progress){ command, clock_mono_us() };
}

void progress_tell(struct progress *p, const char *what, uint64_t done)
{
	int64_t now_us = clock_mono_us();

	if (now_us - p->told_us < EVERY_US)
		return;
	p->told_us = now_us;
	if (done)
		log_info("%s: %s: %llu so far", p->command, what, (unsigned long long)done);
	else
		log_info("%s: %s", p->command, what);
}
