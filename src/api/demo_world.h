/* SPDX-License-Identifier: Apache-2.0 */
/* demo_world.h -- demo_world.json, embedded when the program is built. */
#ifndef QUN_API_DEMO_WORLD_H
#define QUN_API_DEMO_WORLD_H

#include <stddef.h>

extern const char demo_world[];
extern const size_t demo_world_size;

#endif
