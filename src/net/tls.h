/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tls.h -- certificates and the TLS 1.2/1.3 server side over OpenSSL.
 * tls_context is shared by all loops and may be reloaded while they run (SIGHUP):
 * connections made after that use the new certificate.
 */
#ifndef QUN_NET_TLS_H
#define QUN_NET_TLS_H

#include "base/status.h"

struct tls_context;

/* PEM files: a chain and its key. ST_INVALID names the file and what is wrong with it. */
MUST_USE enum status tls_context_new(const char *cert_file, const char *key_file,
	struct tls_context **out, struct error *e);
/* Reads the same files again; on failure the old certificate stays. */
MUST_USE enum status tls_context_reload(struct tls_context *t, struct error *e);
void tls_context_free(struct tls_context *t); /* NULL is fine */

/*
 * Makes DIR/ca.pem, DIR/ca.key, DIR/cert.pem and DIR/key.pem (keys 0600) unless they are
 * there and the leaf is good for 30 more days: a P-256 CA and a leaf for localhost,
 * 127.0.0.1, ::1 and DingTalk's hosts. Existing CAs are kept, so that clients need not be
 * told again.
 */
MUST_USE enum status tls_self_signed(const char *dir, struct error *e);

#endif
