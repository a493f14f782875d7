/* SPDX-License-Identifier: Apache-2.0 */
#include "net/tls_internal.h"

#include "base/str.h"

#include <errno.h>
#include <openssl/err.h>
#include <unistd.h>
#include <uv.h>

/* With forward secrecy and authenticated encryption; TLS 1.3 has no others. */
#define TLS12_CIPHERS \
	"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:" \
	"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:" \
	"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
#define TLS_GROUPS "X25519:P-256:P-384"

struct tls_context {
	char *cert_file, *key_file;
	BIO_METHOD *bio_method;
	uv_mutex_t mutex; /* guards ctx: sessions begin while it is exchanged */
	SSL_CTX *ctx;
};

enum status tls_fail(struct error *e, const char *file, const char *otherwise)
{
	unsigned long code = ERR_peek_error();
	const char *reason = NULL;

	if (code)
		reason = ERR_SYSTEM_ERROR(code) ? strerror(ERR_GET_REASON(code))
						: ERR_reason_error_string(code);
	ERR_clear_error();
	return fail(e, ST_INVALID, file, "%s", reason ? reason : otherwise);
}

/* HTTP/1.1 or, of a client that insists on something else, nothing (RFC 7301, 3.2). */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_n,
	const unsigned char *in, unsigned in_n, void *arg)
{
	static const struct str ours = { "http/1.1", 8 };

	(void)ssl;
	(void)arg;
	for (unsigned i = 0; i < in_n; i += in[i] + 1U) {
		struct str name = { (const char *)in + i + 1, in[i] };

		if (i + 1U + in[i] <= in_n && str_eq(name, ours)) {
			*out = in + i + 1;
			*out_n = in[i];
			return SSL_TLSEXT_ERR_OK;
		}
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* An encrypted key must not make the server ask its terminal. */
static int no_passphrase(char *p, int cap, int writing, void *arg)
{
	(void)p;
	(void)cap;
	(void)writing;
	(void)arg;
	return -1;
}

/* Before OpenSSL, whose own words for a missing file are of little help. */
static enum status check_readable(const char *file, struct error *e)
{
	if (access(file, R_OK) == 0)
		return ST_OK;
	return fail(e, ST_INVALID, file, "%s", strerror(errno));
}

static enum status load(
	SSL_CTX *ctx, const char *cert_file, const char *key_file, struct error *e)
{
	TRY(check_readable(cert_file, e));
	TRY(check_readable(key_file, e));
	if (SSL_CTX_use_certificate_chain_file(ctx, cert_file) != 1)
		return tls_fail(e, cert_file, "not a PEM certificate");
	if (SSL_CTX_use_PrivateKey_file(ctx, key_file, SSL_FILETYPE_PEM) != 1)
		return tls_fail(e, key_file, "not a PEM private key without a passphrase");
	if (SSL_CTX_check_private_key(ctx) != 1)
		return tls_fail(e, key_file, "not the certificate's key");
	return ST_OK;
}

static enum status make_ctx(
	const char *cert_file, const char *key_file, SSL_CTX **out, struct error *e)
{
	SSL_CTX *ctx;
	enum status st;

	ERR_clear_error();
	ctx = SSL_CTX_new(TLS_server_method());
	if (!ctx || SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1 ||
		SSL_CTX_set_cipher_list(ctx, TLS12_CIPHERS) != 1 ||
		SSL_CTX_set1_groups_list(ctx, TLS_GROUPS) != 1) {
		SSL_CTX_free(ctx);
		return tls_fail(e, cert_file, "OpenSSL cannot be set up");
	}
	/* Without tickets and a cache nothing outlives a connection: programs that call
	 * this server keep their connections, and seldom a session between two. */
	(void)SSL_CTX_set_options(
		ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
			     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
	(void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	(void)SSL_CTX_set_num_tickets(ctx, 0);
	(void)SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
	SSL_CTX_set_default_passwd_cb(ctx, no_passphrase);
	st = load(ctx, cert_file, key_file, e);
	if (st == ST_OK)
		*out = ctx;
	else
		SSL_CTX_free(ctx);
	return st;
}

enum status tls_context_new(const char *cert_file, const char *key_file,
	struct tls_context **out, struct error *e)
{
	struct tls_context *t;
	SSL_CTX *ctx = NULL;

	TRY(make_ctx(cert_file, key_file, &ctx, e));
	t = calloc(1, sizeof(*t));
	if (t) {
		t->cert_file = strdup(cert_file);
		t->key_file = strdup(key_file);
	}
	if (!t || !t->cert_file || !t->key_file || uv_mutex_init(&t->mutex) != 0)
		die("out of memory for TLS");
	t->bio_method = tls_session_bio_method();
	t->ctx = ctx;
	*out = t;
	return ST_OK;
}

enum status tls_context_reload(struct tls_context *t, struct error *e)
{
	SSL_CTX *fresh = NULL, *old;

	TRY(make_ctx(t->cert_file, t->key_file, &fresh, e));
	uv_mutex_lock(&t->mutex);
	old = t->ctx;
	t->ctx = fresh;
	uv_mutex_unlock(&t->mutex);
	SSL_CTX_free(old); /* sessions hold references of their own */
	return ST_OK;
}

void tls_context_free(struct tls_context *t)
{
	if (!t)
		return;
	SSL_CTX_free(t->ctx);
	BIO_meth_free(t->bio_method);
	uv_mutex_destroy(&t->mutex);
	free(t->cert_file);
	free(t->key_file);
	free(t);
}

SSL *tls_context_ssl(struct tls_context *t)
{
	SSL *ssl;

	uv_mutex_lock(&t->mutex);
	ssl = SSL_new(t->ctx);
	uv_mutex_unlock(&t->mutex);
	return ssl;
}

const BIO_METHOD *tls_context_bio_method(const struct tls_context *t)
{
	return t->bio_method;
}
