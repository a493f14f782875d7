/* SPDX-License-Identifier: Apache-2.0 */
/* progress.h -- how far a command has got, on standard error, every two seconds. */
#ifndef QUN_SERVER_PROGRESS_H
#define QUN_SERVER_PROGRESS_H

#include <stdint.h>

struct progress {
	const char *command;
	int64_t told_us; /* when it last said something */
};

struct progress progress_of(const char *command);
/* `done` of what is being worked on; 0: not counted. */
void progress_tell(struct progress *p, const char *what, uint64_t done);

#endif
