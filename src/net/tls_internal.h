/* SPDX-License-Identifier: Apache-2.0 */
/* tls_internal.h -- what the TLS files of this folder share: OpenSSL's side of things. */
#ifndef QUN_NET_TLS_INTERNAL_H
#define QUN_NET_TLS_INTERNAL_H

#include "net/tls.h"

#include <openssl/ssl.h>

/* A new session over the present certificate; NULL without memory. Any thread. */
SSL *tls_context_ssl(struct tls_context *t);
const BIO_METHOD *tls_context_bio_method(const struct tls_context *t);
BIO_METHOD *tls_session_bio_method(void);

/* Fills `e` with the file and OpenSSL's oldest reason (or `otherwise`); clears its queue.
 */
enum status tls_fail(struct error *e, const char *file, const char *otherwise);

#endif
