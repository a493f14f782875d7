/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http_answer.h"

#include <time.h>

static const struct {
	int status;
	const char *text;
} reasons[] = {
	{ 100, "Continue" },
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 304, "Not Modified" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 411, "Length Required" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 417, "Expectation Failed" },
	{ 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 503, "Service Unavailable" },
	{ 505, "HTTP Version Not Supported" },
	{ 507, "Insufficient Storage" },
};

const char *http_reason(int status)
{
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "Unknown";
}

int http_reject_status(enum http_reject why)
{
	static const int statuses[] = {
		[HTTP_BAD_REQUEST] = 400,
		[HTTP_TIMEOUT] = 408,
		[HTTP_TOO_LARGE] = 413,
		[HTTP_URI_TOO_LONG] = 414,
		[HTTP_EXPECTATION_FAILED] = 417,
		[HTTP_HEAD_TOO_LARGE] = 431,
		[HTTP_NOT_IMPLEMENTED] = 501,
		[HTTP_NO_ROOM] = 503,
		[HTTP_BAD_VERSION] = 505,
	};

	return statuses[why];
}

struct str http_header(const struct http_head *head, const char *name)
{
	struct str wanted = str_from(name);

	for (size_t i = 0; i < head->header_count; i++)
		if (str_eq(head->headers[i].name, wanted))
			return head->headers[i].value;
	return STR_NONE;
}

void http_date(int64_t seconds, char out[HTTP_DATE_SIZE])
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t t = (time_t)seconds;
	struct tm tm = { 0 };

	/* not strftime: its names follow the locale */
	(void)gmtime_r(&t, &tm);
	(void)snprintf(out, HTTP_DATE_SIZE, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
		days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon,
		(tm.tm_year + 1900) % 10000, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void add_field(struct buf *out, struct str name, struct str value)
{
	size_t n = name.n + 2 + value.n;
	unsigned char *p;

	buf_add_str(out, name);
	buf_add_str(out, STR(": "));
	buf_add_str(out, value);
	p = (unsigned char *)out->p + out->n - n;
	for (size_t i = 0; i < n; i++) /* without a branch, for the compiler's vectors */
		p[i] = p[i] < 0x20 || p[i] == 0x7f ? ' ' : p[i];
	buf_add_str(out, STR("\r\n"));
}

void http_answer_head(
	struct buf *out, const struct http_answer *answer, const char *date, bool close)
{
	/* RFC 9110, 8.6: these have no content and do not say so */
	bool bodiless =
		answer->status < 200 || answer->status == 204 || answer->status == 304;

	buf_add_str(out, STR("HTTP/1.1 "));
	buf_add_int(out, answer->status);
	buf_add_str(out, STR(" "));
	buf_add_str(out, str_from(http_reason(answer->status)));
	buf_add_str(out, STR("\r\n"));
	add_field(out, STR("Date"), str_from(date));
	if (answer->content_type.p)
		add_field(out, STR("Content-Type"), answer->content_type);
	for (size_t i = 0; i < answer->header_count; i++)
		add_field(out, answer->headers[i].name, answer->headers[i].value);
	if (!bodiless) {
		buf_add_str(out, STR("Content-Length: "));
		buf_add_int(out, (int64_t)answer->body.n);
		buf_add_str(out, STR("\r\n"));
	}
	buf_add_str(out, close ? STR("Connection: close\r\n\r\n")
			       : STR("Connection: keep-alive\r\n\r\n"));
}
