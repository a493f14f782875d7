/* SPDX-License-Identifier: Apache-2.0 */
/* system_calls.h -- the system calls that a server which has started may make. */
#ifndef QUN_SERVER_SYSTEM_CALLS_H
#define QUN_SERVER_SYSTEM_CALLS_H

#include <stdbool.h>

/* From now on, for all threads of the process and for good. False if the kernel cannot. */
bool system_calls_restrict(void);

#endif
