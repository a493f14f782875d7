/* SPDX-License-Identifier: Apache-2.0 */
/*
 * multipart.h -- multipart/form-data (RFC 7578), parsed as it arrives. Pure.
 * Strict: nothing before the first delimiter but one CRLF (the TOP SDK for Java sends it),
 * nothing after the last but one CRLF, a Content-Disposition with a name in every part.
 * Bounded by LIMIT_PARTS, LIMIT_PART_HEAD and LIMIT_PART_VALUE; a file's size is its
 * sink's business.
 */
#ifndef QUN_NET_MULTIPART_H
#define QUN_NET_MULTIPART_H

#include "net/http_parse.h"

struct multipart_part {
	struct str name;
	struct str filename; /* STR_NONE: not a file. filename* is ignored */
};

/* Where the parts go. What these are given is borrowed until they return; a status other
 * than ST_OK ends the parse, with *why in words. */
struct multipart_sink {
	enum status (*begin)(
		void *ctx, const struct multipart_part *part, const char **why);
	enum status (*data)(void *ctx, struct str piece, const char **why);
	enum status (*end)(void *ctx, const char **why);
	void *ctx;
};

enum { MULTIPART_BOUNDARY_MAX = 70 }; /* RFC 2046, 5.1.1 */

/* The fields are multipart.c's. */
struct multipart {
	struct multipart_sink sink;
	unsigned state;
	char delimiter[4 + MULTIPART_BOUNDARY_MAX]; /* CRLF -- boundary */
	size_t delimiter_n, matched;
	bool led, file;
	size_t parts, value; /* parts begun; bytes of the present value */
	struct head_scan scan;
	struct buf head; /* of the present part */
};

/*
 * The boundary of a Content-Type, borrowed from the value or the arena. ST_NOT_FOUND if it
 * is not multipart/form-data at all (STR_NONE too), ST_MALFORMED if it has no valid
 * boundary.
 */
MUST_USE enum status multipart_boundary(
	struct str content_type, struct arena *a, struct str *out);

void multipart_init(
	struct multipart *m, struct str boundary, const struct multipart_sink *sink);
void multipart_fini(struct multipart *m);
/* Takes the next bytes. ST_MALFORMED or ST_TOO_LARGE with *why, or what the sink said; then
 * no further call but multipart_fini. */
MUST_USE enum status multipart_feed(struct multipart *m, struct str in, const char **why);
/* The body has ended: ST_MALFORMED unless its last delimiter was there. */
MUST_USE enum status multipart_finish(struct multipart *m, const char **why);

#endif
