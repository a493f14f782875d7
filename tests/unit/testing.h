/* SPDX-License-Identifier: Apache-2.0 */
/* testing.h -- cmocka with the headers it wants, and asserts on our strings. */
#ifndef QUN_TESTS_TESTING_H
#define QUN_TESTS_TESTING_H

/* Before cmocka, which has a macro of the name of our fail(). */
#include "base/status.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Named `case_name` in the message, so that a failing row of a table tells which it is. */
#define check_case(case_name, condition) \
	do { \
		if (!(condition)) \
			fail_msg("%s: %s", (case_name), #condition); \
	} while (0)

#define check_str(case_name, got, want) \
	do { \
		struct str got_ = (got), want_ = (want); \
		if (!str_eq(got_, want_)) \
			fail_msg("%s: %s is \"%.*s\", not \"%.*s\"", (case_name), #got, \
				STR_FMT(got_), STR_FMT(want_)); \
	} while (0)

#endif
