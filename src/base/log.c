/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include "base/str.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* The one setting of the process that is not passed along: set once, before threads start.
 */
static enum log_level log_max = LOG_INFO;
static enum log_format log_as = LOG_TEXT;

void log_setup(enum log_level max, enum log_format format)
{
	log_max = max;
	log_as = format;
}

/* Control characters and malformed bytes as \xNN, or as JSON escapes. */
static void add_escaped(struct buf *out, struct str text, bool json)
{
	bool valid = utf8_valid(text);

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (json && (c == '"' || c == '\\'))
			buf_printf(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7f || (c >= 0x80 && !valid))
			buf_printf(out, json ? "\\u%04x" : "\\x%02x", c);
		else
			buf_add(out, &c, 1);
	}
}

static void add_time(struct buf *out)
{
	struct timespec ts;
	struct tm tm;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	(void)gmtime_r(&ts.tv_sec, &tm);
	buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		ts.tv_nsec / 1000000);
}

static void write_whole(const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(STDERR_FILENO, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return; /* nobody is left to be told */
		p += done;
		n -= (size_t)done;
	}
}

void log_line(enum log_level level, const char *fmt, ...)
{
	static const char *const names[] = { "error", "warning", "info", "debug" };
	struct buf text = { 0 }, out = { 0 };
	char small[512];
	va_list ap;
	int n;

	if (level > log_max)
		return;
	va_start(ap, fmt);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n < sizeof(small)) {
		buf_add(&text, small, (size_t)n);
	} else {
		buf_reserve(&text, (size_t)n + 1);
		va_start(ap, fmt);
		(void)vsnprintf(text.p, (size_t)n + 1, fmt, ap);
		va_end(ap);
		text.n = (size_t)n;
	}
	if (log_as == LOG_JSON) {
		buf_add_str(&out, STR("{\"time\":\""));
		add_time(&out);
		buf_printf(&out, "\",\"level\":\"%s\",\"message\":\"", names[level]);
		add_escaped(&out, buf_str(&text), true);
		buf_add_str(&out, STR("\"}\n"));
	} else {
		buf_printf(&out, "qund: %s%s", level == LOG_INFO ? "" : names[level],
			level == LOG_INFO ? "" : ": ");
		add_escaped(&out, buf_str(&text), false);
		buf_add_str(&out, STR("\n"));
	}
	write_whole(out.p, out.n);
	buf_fini(&text);
	buf_fini(&out);
}
