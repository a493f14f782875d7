/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz.h -- what every harness of this folder defines. `make fuzz` links it with libFuzzer;
 * the ordinary build links it with replay.c, which runs the kept corpus as a test.
 */
#ifndef QUN_FUZZ_FUZZ_H
#define QUN_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* One input; returns 0. Aborts when a promise is broken. The name is libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
