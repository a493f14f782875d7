/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chunk.h -- the chunked transfer coding (RFC 9112, 7.1), decoded as it arrives. Pure.
 * Strict: hexadecimal digits without sign or blanks, CRLF everywhere, well-formed
 * extensions (ignored), no trailer fields.
 */
#ifndef QUN_NET_CHUNK_H
#define QUN_NET_CHUNK_H

#include "net/http_parse.h"

/* Zero-initialise; the fields are chunk.c's. */
struct chunk {
	unsigned state;
	unsigned digits; /* of the size */
	uint64_t left; /* bytes of the present chunk */
	size_t extensions; /* bytes of all extensions so far */
};

/*
 * Takes bytes off the front of `in`. ST_AGAIN: `data` is a piece of the body, perhaps
 * empty, borrowed from `in`; call again while `in` has bytes. ST_OK: the body has ended,
 * `in` is what follows it. ST_MALFORMED: 400. ST_TOO_LARGE: extensions over
 * LIMIT_CHUNK_EXT, 400.
 */
MUST_USE enum status chunk_next(
	struct chunk *c, struct str *in, struct str *data, struct http_fault *f);

#endif
