/* SPDX-License-Identifier: Apache-2.0 */
/* The TLS listener, seen by OpenSSL's own client, and the certificates made for it. */
#include "net_fixture.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: qun\r\n\r\n"

struct terms {
	int min, max; /* versions */
	const char *name; /* that the certificate must have; NULL: api.dingtalk.com */
	const char *ciphers; /* of TLS 1.2 */
	const char *alpn; /* as on the wire */
};

static SSL_CTX *client_ctx(struct fixture *f, const struct terms *terms)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	char ca[128];

	(void)snprintf(ca, sizeof(ca), "%s/tls/ca.pem", f->dir);
	assert_int_equal(SSL_CTX_load_verify_locations(ctx, ca, NULL), 1);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_security_level(ctx, 0); /* what is refused, the server refuses */
	assert_int_equal(SSL_CTX_set_min_proto_version(ctx, terms->min), 1);
	assert_int_equal(SSL_CTX_set_max_proto_version(ctx, terms->max), 1);
	if (terms->ciphers)
		assert_int_equal(SSL_CTX_set_cipher_list(ctx, terms->ciphers), 1);
	if (terms->alpn)
		assert_int_equal(
			SSL_CTX_set_alpn_protos(ctx, (const unsigned char *)terms->alpn,
				(unsigned)strlen(terms->alpn)),
			0);
	return ctx;
}

/* Shakes hands on a new connection; false if that fails. */
static bool tls_connect(struct fixture *f, const struct terms *terms, struct client *c)
{
	SSL_CTX *ctx = client_ctx(f, terms);
	const char *name = terms->name ? terms->name : "api.dingtalk.com";
	bool ok;

	ERR_clear_error();
	*c = client_connect(f->tls_port);
	c->ssl = SSL_new(ctx);
	SSL_CTX_free(ctx);
	if (!X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(c->ssl), name))
		assert_int_equal(SSL_set1_host(c->ssl, name), 1);
	assert_int_equal(SSL_set_fd(c->ssl, c->fd), 1);
	ok = SSL_connect(c->ssl) == 1;
	ERR_clear_error();
	return ok;
}

static struct client tls_client(struct fixture *f)
{
	struct client c;

	assert_true(tls_connect(f, &(struct terms){ 0 }, &c));
	return c;
}

static void only_tls_1_2_and_1_3_with_authenticated_ciphers_are_spoken(void **state)
{
	static const struct {
		const char *name;
		struct terms terms;
		const char *cipher; /* NULL: refused */
	} cases[] = {
		{ "1.3", { .min = TLS1_3_VERSION }, "TLS_AES_256_GCM_SHA384" },
		{ "1.2", { .max = TLS1_2_VERSION }, "ECDHE-ECDSA-AES128-GCM-SHA256" },
		{ "1.1", { .max = TLS1_1_VERSION }, NULL },
		{ "1.0", { .max = TLS1_VERSION }, NULL },
		{ "CBC", { .max = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-SHA256" },
			NULL },
		{ "SHA1", { .max = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES256-SHA" },
			NULL },
	};
	struct fixture *f = *state;

	tls_prepare(f);
	server_start(f, NULL);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct client c;
		bool ok = tls_connect(f, &cases[i].terms, &c);

		check_case(cases[i].name, ok == (cases[i].cipher != NULL));
		if (ok) {
			assert_string_equal(SSL_get_cipher(c.ssl), cases[i].cipher);
			client_send(&c, STR(GET("/info")));
			expect(&c, 200, "qun||127.0.0.1|1");
		}
		client_close(&c);
	}
	wait_open(f, 0);
}

static void the_certificate_has_the_names_that_clients_use(void **state)
{
	static const struct {
		const char *name;
		bool good;
	} cases[] = {
		{ "localhost", true },
		{ "127.0.0.1", true },
		{ "::1", true },
		{ "api.dingtalk.com", true },
		{ "api.dingtalk.io", true },
		{ "oapi.dingtalk.com", true },
		{ "oapi.dingtalk.io", true },
		{ "example.com", false },
		{ "127.0.0.2", false },
	};
	struct fixture *f = *state;

	tls_prepare(f);
	server_start(f, NULL);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct client c;
		bool ok = tls_connect(f, &(struct terms){ .name = cases[i].name }, &c);

		check_case(cases[i].name, ok == cases[i].good);
		client_close(&c);
	}
}

static void alpn_takes_http_1_1_or_nothing(void **state)
{
	static const struct {
		const char *name, *offer;
		bool good;
	} cases[] = {
		{ "none", NULL, true },
		{ "both", "\x02h2\x08http/1.1", true },
		{ "h2", "\x02h2", false },
	};
	struct fixture *f = *state;

	tls_prepare(f);
	server_start(f, NULL);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const unsigned char *got;
		unsigned n;
		struct client c;
		bool ok = tls_connect(f, &(struct terms){ .alpn = cases[i].offer }, &c);

		check_case(cases[i].name, ok == cases[i].good);
		if (ok && cases[i].offer) {
			SSL_get0_alpn_selected(c.ssl, &got, &n);
			check_str("protocol", ((struct str){ (const char *)got, n }),
				STR("http/1.1"));
		}
		client_close(&c);
	}
}

static void requests_over_tls_are_like_any_others(void **state)
{
	enum { N = 3 << 20 };
	struct fixture *f = *state;
	struct buf body = { 0 };
	struct client c;
	struct answer a = { 0 };

	/* given pipelined requests, also through other threads */
	tls_prepare(f);
	server_start(f, NULL);
	c = tls_client(f);
	client_send(&c, STR(GET("/later") GET("/work") GET("/")));
	expect(&c, 200, "GET /later ");
	expect(&c, 200, "GET /work ");
	expect(&c, 200, "GET / ");

	/* and bodies of many records, both ways */
	buf_reserve(&body, N);
	memset(body.p, 'x', N);
	body.n = N;
	client_printf(&c,
		"POST /limit?%d HTTP/1.1\r\nHost: qun\r\nContent-Length: %d\r\n\r\n", N, N);
	client_send(&c, buf_str(&body));
	client_read(&c, false, &a);
	assert_int_equal(a.status, 200);
	assert_int_equal(a.body.n, N + strlen("POST /limit "));
	assert_memory_equal(a.body.p + strlen("POST /limit "), body.p, N);

	/* and one byte a record */
	for (const char *p = GET("/a"); *p; p++)
		client_send(&c, (struct str){ p, 1 });
	expect(&c, 200, "GET /a ");
	answer_fini(&a);
	buf_fini(&body);
	client_close(&c);
}

static void the_end_is_said_with_close_notify(void **state)
{
	static const char *const last[] = {
		"GET / HTTP/1.1\r\nHost: qun\r\nConnection: close\r\n\r\n",
		"bad\r\n\r\n",
	};
	struct fixture *f = *state;

	tls_prepare(f);
	server_start(f, NULL);
	for (size_t i = 0; i < ARRAY_LEN(last); i++) {
		struct client c = tls_client(f);
		char byte;

		client_send(&c, str_from(last[i]));
		expect(&c, i ? 400 : 200, NULL);
		assert_int_equal(SSL_get_error(c.ssl, SSL_read(c.ssl, &byte, 1)),
			SSL_ERROR_ZERO_RETURN);
		client_close(&c);
	}
}

static void an_idle_or_stopped_connection_ends_with_close_notify_too(void **state)
{
	struct http_server_options options = { .idle_ms = 200 };
	struct fixture *f = *state;

	tls_prepare(f);
	for (int stop = 0; stop <= 1; stop++) {
		struct client c;
		char byte;

		server_start(f, stop ? NULL : &options);
		c = tls_client(f);
		client_send(&c, STR(GET("/")));
		expect(&c, 200, NULL);
		if (stop)
			server_stop(f);
		assert_int_equal(SSL_get_error(c.ssl, SSL_read(c.ssl, &byte, 1)),
			SSL_ERROR_ZERO_RETURN);
		client_close(&c);
		server_stop(f);
	}
}

static void a_client_that_said_close_notify_gets_its_answer(void **state)
{
	struct fixture *f = *state;
	struct client c;

	tls_prepare(f);
	server_start(f, NULL);
	c = tls_client(f);
	client_send(&c, STR(GET("/hold")));
	client_end(&c);
	wait_held(1);
	release_held();
	expect(&c, 200, "GET /hold ");
	assert_true(client_sees_end(&c));
	client_close(&c);
	wait_open(f, 0);
}

static void what_is_not_tls_is_heard_out_and_gets_an_alert(void **state)
{
	struct fixture *f = *state;
	struct buf raw = { 0 };
	struct client c;
	unsigned char alert[2] = { 0 };

	tls_prepare(f);
	server_start(f, NULL);
	c = client_connect(f->tls_port);
	buf_add_str(&raw, STR("\x16\x03\x01\x00\x05hello"));
	while (raw.n < 4 << 20)
		buf_add_str(&raw, STR("and on it goes"));
	assert_true(client_send(&c, buf_str(&raw)));
	assert_int_equal(recv(c.fd, alert, sizeof(alert), 0), 2);
	assert_int_equal(alert[0], SSL3_RT_ALERT);
	buf_fini(&raw);
	client_close(&c);
	wait_open(f, 0);
}

static void a_handshake_has_a_deadline(void **state)
{
	struct http_server_options options = { .handshake_ms = 200 };
	struct fixture *f = *state;
	int64_t begun;
	struct client c;

	tls_prepare(f);
	server_start(f, &options);
	begun = now_ms();
	c = client_connect(f->tls_port);
	while (!client_readable(&c, 20) && now_ms() - begun < PATIENCE_MS)
		client_send(&c, STR("\x16"));
	assert_true(now_ms() - begun < 3000);
	client_close(&c);
	wait_open(f, 0);
}

static void renegotiation_is_refused(void **state)
{
	struct fixture *f = *state;
	struct client c;

	tls_prepare(f);
	server_start(f, NULL);
	assert_true(tls_connect(f, &(struct terms){ .max = TLS1_2_VERSION }, &c));
	assert_int_equal(SSL_renegotiate(c.ssl), 1);
	assert_int_not_equal(SSL_do_handshake(c.ssl), 1);
	ERR_clear_error();
	client_close(&c);
}

static void sessions_are_not_resumed(void **state)
{
	struct fixture *f = *state;
	struct client c;

	tls_prepare(f);
	server_start(f, NULL);
	c = tls_client(f);
	client_send(&c, STR(GET("/")));
	expect(&c, 200, NULL);
	assert_false(SSL_SESSION_is_resumable(SSL_get_session(c.ssl)));
	client_close(&c);
}

/* Of the certificate that the server showed. */
static uint64_t shown_serial(const struct client *c)
{
	X509 *cert = SSL_get1_peer_certificate(c->ssl);
	BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(cert), NULL);
	uint64_t serial = BN_mod_word(number, (BN_ULONG)1 << 62);

	BN_free(number);
	X509_free(cert);
	return serial;
}

static void reloading_changes_the_certificate_of_new_connections(void **state)
{
	struct fixture *f = *state;
	char dir[128], path[160];
	struct error e = { 0 };
	struct client before, after;
	uint64_t old;

	/* given a connection, and then another certificate */
	tls_prepare(f);
	server_start(f, NULL);
	before = tls_client(f);
	old = shown_serial(&before);
	(void)snprintf(dir, sizeof(dir), "%s/tls", f->dir);
	(void)snprintf(path, sizeof(path), "%s/cert.pem", dir);
	assert_int_equal(unlink(path), 0);

	/* when it cannot be read, the old one stays */
	assert_int_equal(tls_context_reload(f->tls, &e), ST_INVALID);
	assert_string_equal(e.field, path);
	assert_non_null(strstr(e.text, "No such file"));
	after = tls_client(f);
	assert_true(shown_serial(&after) == old);
	client_close(&after);

	/* when it can, new connections see it, and old ones go on */
	assert_int_equal(tls_self_signed(dir, &e), ST_OK);
	assert_int_equal(tls_context_reload(f->tls, &e), ST_OK);
	after = tls_client(f);
	assert_true(shown_serial(&after) != old);
	client_send(&before, STR(GET("/")));
	expect(&before, 200, "GET / ");
	client_close(&before);
	client_close(&after);
}

static void *reload_often(void *arg)
{
	struct error e = { 0 };

	for (int i = 0; i < 50; i++)
		if (tls_context_reload(arg, &e) != ST_OK)
			return arg;
	return NULL;
}

static void reloading_disturbs_no_handshake(void **state)
{
	struct fixture *f = *state;
	pthread_t thread;
	void *failed;

	tls_prepare(f);
	server_start(f, NULL);
	assert_int_equal(pthread_create(&thread, NULL, reload_often, f->tls), 0);
	for (int i = 0; i < 20; i++) {
		struct client c = tls_client(f);

		client_send(&c, STR(GET("/")));
		expect(&c, 200, "GET / ");
		client_close(&c);
	}
	assert_int_equal(pthread_join(thread, &failed), 0);
	assert_null(failed);
}

static struct buf file_content(const char *dir, const char *name)
{
	struct buf content = { 0 };
	char path[160];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "rb");
	assert_non_null(file);
	buf_reserve(&content, 65536);
	content.n = fread(content.p, 1, 65536, file);
	(void)fclose(file);
	return content;
}

static void put_file(const char *dir, const char *name, struct str content)
{
	char path[160];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(content.p, 1, content.n, file), content.n);
	(void)fclose(file);
}

static void the_authority_is_kept_and_the_leaf_renewed_when_it_must_be(void **state)
{
	static const struct {
		const char *name, *file, *content; /* content NULL: left as it is */
		bool renewed;
	} cases[] = {
		{ "all is well", "cert.pem", NULL, false },
		{ "a damaged certificate", "cert.pem", "x", true },
		{ "a damaged key", "key.pem", "", true },
	};
	struct fixture *f = *state;
	struct error e = { 0 };
	char dir[128], key[160];
	struct stat st;

	(void)snprintf(dir, sizeof(dir), "%s/tls", f->dir);
	(void)snprintf(key, sizeof(key), "%s/key.pem", dir);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf ca, leaf, ca2, leaf2;

		assert_int_equal(tls_self_signed(dir, &e), ST_OK);
		assert_int_equal(stat(key, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
		ca = file_content(dir, "ca.pem");
		leaf = file_content(dir, "cert.pem");
		if (cases[i].content)
			put_file(dir, cases[i].file, str_from(cases[i].content));

		assert_int_equal(tls_self_signed(dir, &e), ST_OK);

		ca2 = file_content(dir, "ca.pem");
		leaf2 = file_content(dir, "cert.pem");
		check_case(cases[i].name, str_eq(buf_str(&ca), buf_str(&ca2)));
		check_case(cases[i].name,
			str_eq(buf_str(&leaf), buf_str(&leaf2)) != cases[i].renewed);
		buf_fini(&ca);
		buf_fini(&leaf);
		buf_fini(&ca2);
		buf_fini(&leaf2);
	}
}

static void an_authority_that_cannot_be_used_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct error e = { 0 };
	char dir[128];
	struct buf ca;

	(void)snprintf(dir, sizeof(dir), "%s/tls", f->dir);
	assert_int_equal(tls_self_signed(dir, &e), ST_OK);
	put_file(dir, "ca.key", STR("x"));
	assert_int_equal(tls_self_signed(dir, &e), ST_INVALID);
	assert_non_null(strstr(e.field, "ca.key"));
	put_file(dir, "ca.pem", STR("x"));
	assert_int_equal(tls_self_signed(dir, &e), ST_INVALID);
	assert_non_null(strstr(e.field, "ca.pem"));
	ca = file_content(dir, "ca.pem");
	check_str("ca.pem", buf_str(&ca), STR("x"));
	buf_fini(&ca);
}

static void bad_certificate_files_are_named_with_the_reason(void **state)
{
	static const struct {
		const char *name, *cert, *key, *field, *text;
	} cases[] = {
		{ "no certificate", "none.pem", "key.pem", "none.pem", "No such file" },
		{ "no key", "cert.pem", "none.pem", "none.pem", "No such file" },
		{ "not a certificate", "bad.pem", "key.pem", "bad.pem", "" },
		{ "not a key", "cert.pem", "bad.pem", "bad.pem", "" },
		{ "another's key", "cert.pem", "ca.key", "ca.key", "mismatch" },
	};
	struct fixture *f = *state;
	char dir[128], cert[160], key[160];

	tls_prepare(f);
	(void)snprintf(dir, sizeof(dir), "%s/tls", f->dir);
	put_file(dir, "bad.pem", STR("not PEM"));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tls_context *t = NULL;
		struct error e = { 0 };

		(void)snprintf(cert, sizeof(cert), "%s/%s", dir, cases[i].cert);
		(void)snprintf(key, sizeof(key), "%s/%s", dir, cases[i].key);
		check_case(cases[i].name, tls_context_new(cert, key, &t, &e) == ST_INVALID);
		check_case(cases[i].name, strstr(e.field, cases[i].field) != NULL);
		check_case(cases[i].name, e.text[0] && strstr(e.text, cases[i].text));
		assert_int_equal(ERR_peek_error(), 0);
	}
}

static void a_folder_that_cannot_be_written_is_named(void **state)
{
	struct error e = { 0 };

	(void)state;
	assert_int_equal(tls_self_signed("/nonexistent/tls", &e), ST_IO);
	assert_string_equal(e.field, "/nonexistent/tls");
}

#define net_test(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		net_test(only_tls_1_2_and_1_3_with_authenticated_ciphers_are_spoken),
		net_test(the_certificate_has_the_names_that_clients_use),
		net_test(alpn_takes_http_1_1_or_nothing),
		net_test(requests_over_tls_are_like_any_others),
		net_test(the_end_is_said_with_close_notify),
		net_test(an_idle_or_stopped_connection_ends_with_close_notify_too),
		net_test(a_client_that_said_close_notify_gets_its_answer),
		net_test(what_is_not_tls_is_heard_out_and_gets_an_alert),
		net_test(a_handshake_has_a_deadline),
		net_test(renegotiation_is_refused),
		net_test(sessions_are_not_resumed),
		net_test(reloading_changes_the_certificate_of_new_connections),
		net_test(reloading_disturbs_no_handshake),
		net_test(the_authority_is_kept_and_the_leaf_renewed_when_it_must_be),
		net_test(an_authority_that_cannot_be_used_is_left_alone),
		net_test(bad_certificate_files_are_named_with_the_reason),
		net_test(a_folder_that_cannot_be_written_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
