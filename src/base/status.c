/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const char *status_text(enum status st)
{
	static const char *const texts[] = {
#define X(name, text) [name] = text,
		STATUS_LIST(X)
#undef X
	};

	return (size_t)st < ARRAY_LEN(texts) ? texts[st] : "unknown status";
}

enum status fail(struct error *e, enum status st, const char *field, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return st;
	e->status = st;
	(void)snprintf(e->field, sizeof(e->field), "%s", field ? field : "");
	va_start(ap, fmt);
	(void)vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return st;
}

void die(const char *fmt, ...)
{
	va_list ap;

	(void)fputs("qun: fatal: ", stderr);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	abort();
}
