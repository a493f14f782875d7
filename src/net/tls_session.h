/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tls_session.h -- the TLS of one connection, without its socket.
 * Ciphertext is lent to it as it was read; what it has to say gathers in a buffer that the
 * connection sends and empties. Between two requests it holds no buffers at all.
 */
#ifndef QUN_NET_TLS_SESSION_H
#define QUN_NET_TLS_SESSION_H

#include "base/str.h"
#include "net/tls.h"

struct tls_session;

/* With the certificate that the context has at this moment. */
struct tls_session *tls_session_new(struct tls_context *t);
void tls_session_free(struct tls_session *s); /* NULL is fine */

/* Lends it ciphertext, to be used up by tls_session_read before the next piece. */
void tls_session_lend(struct tls_session *s, struct str ciphertext);
/*
 * Goes on with the handshake or decrypts at most `cap` bytes. ST_OK: `*n` of them are in
 * `p`. ST_AGAIN: all that was lent is used up. ST_CLOSED: the peer has said close_notify.
 * ST_MALFORMED: not TLS, no version or cipher in common, or forged; an alert is in `out`.
 */
MUST_USE enum status tls_session_read(
	struct tls_session *s, void *p, size_t cap, size_t *n);
/* True once the handshake is complete. */
bool tls_session_ready(const struct tls_session *s);
/* Encrypts all of `plain` into `out`; ST_IO if the session is broken. */
MUST_USE enum status tls_session_write(struct tls_session *s, struct str plain);
/* Says close_notify, once; nothing may be written after it. */
void tls_session_close(struct tls_session *s);
/* Ciphertext to be sent: take all of it and buf_fini it. */
struct buf *tls_session_out(struct tls_session *s);

#endif
