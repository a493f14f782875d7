/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenSSL reads and writes through a BIO of our own: its read side is the slice that was
 * lent, its write side a buffer. Nothing here blocks or knows a socket. The thread's error
 * queue is cleared before every call whose result is judged, as SSL_get_error demands.
 */
#include "net/tls_session.h"

#include "net/tls_internal.h"

#include <limits.h>
#include <openssl/err.h>

struct tls_session {
	SSL *ssl;
	struct str lent;
	struct buf out;
	bool broken;
};

static int bio_read(BIO *b, char *p, size_t cap, size_t *n)
{
	struct tls_session *s = BIO_get_data(b);

	BIO_clear_retry_flags(b);
	if (s->lent.n == 0) {
		BIO_set_retry_read(b);
		return 0;
	}
	*n = cap < s->lent.n ? cap : s->lent.n;
	memcpy(p, s->lent.p, *n);
	s->lent = str_slice(s->lent, *n, s->lent.n);
	return 1;
}

static int bio_write(BIO *b, const char *p, size_t n, size_t *done)
{
	struct tls_session *s = BIO_get_data(b);

	buf_add(&s->out, p, n);
	*done = n;
	return 1;
}

/* A flush has nothing to do here; nothing else is supported. */
static long bio_ctrl(BIO *b, int command, long arg, void *ptr)
{
	(void)b;
	(void)arg;
	(void)ptr;
	return command == BIO_CTRL_FLUSH;
}

BIO_METHOD *tls_session_bio_method(void)
{
	BIO_METHOD *m = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "qun");

	if (m && BIO_meth_set_read_ex(m, bio_read) == 1 &&
		BIO_meth_set_write_ex(m, bio_write) == 1 &&
		BIO_meth_set_ctrl(m, bio_ctrl) == 1)
		return m;
	die("out of memory for TLS");
}

struct tls_session *tls_session_new(struct tls_context *t)
{
	struct tls_session *s = calloc(1, sizeof(*s));
	BIO *bio = BIO_new(tls_context_bio_method(t));

	if (s)
		s->ssl = tls_context_ssl(t);
	if (!s || !bio || !s->ssl)
		die("out of memory for a TLS session");
	BIO_set_data(bio, s);
	BIO_set_init(bio, 1);
	SSL_set_bio(s->ssl, bio, bio);
	SSL_set_accept_state(s->ssl);
	return s;
}

void tls_session_free(struct tls_session *s)
{
	if (!s)
		return;
	SSL_free(s->ssl);
	ERR_clear_error();
	buf_fini(&s->out);
	free(s);
}

void tls_session_lend(struct tls_session *s, struct str ciphertext)
{
	s->lent = ciphertext;
}

enum status tls_session_read(struct tls_session *s, void *p, size_t cap, size_t *n)
{
	int why;

	*n = 0;
	if (s->broken)
		return ST_MALFORMED;
	ERR_clear_error();
	if (SSL_read_ex(s->ssl, p, cap, n) == 1)
		return ST_OK;
	why = SSL_get_error(s->ssl, 0);
	if (why == SSL_ERROR_WANT_READ)
		return ST_AGAIN;
	if (why == SSL_ERROR_ZERO_RETURN)
		return ST_CLOSED;
	s->broken = true;
	ERR_clear_error();
	return ST_MALFORMED;
}

bool tls_session_ready(const struct tls_session *s)
{
	return SSL_is_init_finished(s->ssl);
}

enum status tls_session_write(struct tls_session *s, struct str plain)
{
	size_t done;

	if (s->broken)
		return ST_IO;
	if (plain.n == 0)
		return ST_OK;
	ERR_clear_error();
	/* the buffer takes everything, so it is all written or the session is broken */
	if (SSL_write_ex(s->ssl, plain.p, plain.n, &done) == 1 && done == plain.n)
		return ST_OK;
	s->broken = true;
	ERR_clear_error();
	return ST_IO;
}

void tls_session_close(struct tls_session *s)
{
	if (s->broken || !tls_session_ready(s))
		return;
	ERR_clear_error();
	(void)SSL_shutdown(s->ssl);
	ERR_clear_error();
}

struct buf *tls_session_out(struct tls_session *s)
{
	return &s->out;
}
