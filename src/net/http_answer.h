/* SPDX-License-Identifier: Apache-2.0 */
/* http_answer.h -- the head of an answer as bytes. Pure. */
#ifndef QUN_NET_HTTP_ANSWER_H
#define QUN_NET_HTTP_ANSWER_H

#include "net/http.h"

enum { HTTP_DATE_SIZE = 32 };

/* IMF-fixdate (RFC 9110, 5.6.7) of a time in seconds since 1970, NUL-terminated. */
void http_date(int64_t seconds, char out[HTTP_DATE_SIZE]);

/*
 * Appends the status line and all header fields, with the empty line after them. Bytes of a
 * field that would end it (control characters) go out as blanks.
 */
void http_answer_head(
	struct buf *out, const struct http_answer *answer, const char *date, bool close);

#endif
