/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_parse.h -- the head of an HTTP/1.1 request (RFC 9112), strictly. Pure.
 * Stricter than the RFC allows a server to be wherever two readers of the same bytes could
 * disagree on where a message ends: such a request gets 400 and its connection is closed.
 * The scanner is fed bytes as they arrive and finds the end of the head; only then is the
 * head parsed, in one piece.
 */
#ifndef QUN_NET_HTTP_PARSE_H
#define QUN_NET_HTTP_PARSE_H

#include "base/status.h"
#include "net/http.h"

/* Why a request was refused: the answer's status and a constant text for a person. */
struct http_fault {
	enum http_reject why;
	const char *detail;
};

/* Fills `f` and returns `st`, so that it can stand in a return statement. */
enum status http_refuse(
	struct http_fault *f, enum status st, enum http_reject why, const char *detail);

/* How far the scan of one head has come. The fields are http_parse.c's, but `skipped`. */
struct head_scan {
	size_t max; /* bytes of the whole head */
	size_t total, line, headers; /* bytes; of the present line; lines begun */
	size_t skipped; /* bytes of an empty line before the head: not part of it */
	bool part; /* of a multipart body: without a request line */
	bool in_headers, cr;
};

/* For a request: LIMIT_REQUEST_LINE, LIMIT_HEAD, LIMIT_HEADERS. */
struct head_scan head_scan_request(void);
/* For the head of a part of a multipart body: LIMIT_PART_HEAD, LIMIT_HEADERS. */
struct head_scan head_scan_part(void);

/*
 * Scans the next bytes. ST_OK: the head ends after `*used` bytes of `in`. ST_AGAIN: all of
 * `in` belongs to the head. ST_TOO_LARGE (414, 431) and ST_MALFORMED (400) as soon as a
 * byte shows it: bare CR or LF, another control character, a folded line, a second empty
 * line before the request line.
 */
MUST_USE enum status head_scan(
	struct head_scan *s, struct str in, size_t *used, struct http_fault *f);

/*
 * Parses a head that head_scan has passed, without the skipped bytes. Everything in `out`
 * is copied to the arena. On a refusal `out` may be filled in part.
 */
MUST_USE enum status http_parse_head(
	struct str block, struct arena *a, struct http_head *out, struct http_fault *f);

/*
 * Splits header lines, each ended by CRLF, up to an empty one or the end: names are put
 * into lower case in place, values trimmed of blanks, tabs there refused. `out` has room
 * for LIMIT_HEADERS.
 */
MUST_USE enum status http_parse_fields(
	char *p, size_t n, struct pair *out, size_t *count, struct http_fault *f);

/* A token of RFC 9110, at least one character. */
bool http_is_token(struct str s);
bool http_is_token_char(char c);

#endif
