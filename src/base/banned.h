/* SPDX-License-Identifier: Apache-2.0 */
/*
 * banned.h -- functions that lose track of sizes or share hidden state do not compile.
 * The build puts this file in front of every source; the headers that declare the names
 * come first, so that only our own uses are poisoned.
 */
#ifndef QUN_BASE_BANNED_H
#define QUN_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef sprintf /* glibc's macros, where clang fortifies */
#undef vsprintf
#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atol gmtime localtime

#endif
