/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h -- lines on standard error, as text or as JSON. Any thread; a line is written
 * whole. Never pass a secret: tokens, app secrets and bodies stay out of the log.
 */
#ifndef QUN_BASE_LOG_H
#define QUN_BASE_LOG_H

#include "base/compiler.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
enum log_format { LOG_TEXT, LOG_JSON };

/* Once, before threads start. */
void log_setup(enum log_level max, enum log_format format);
/* Bytes that are not printable are escaped, so that a line stays one line. */
void log_line(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);

#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_WARNING, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

#endif
