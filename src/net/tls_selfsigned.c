/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Usual path: the CA is there and the leaf is good, nothing is done. Else what is missing
 * is made, keys before certificates, each file by itself atomically. So a crash in between
 * leaves at worst a key without its certificate, which the next start replaces.
 * A CA that is there but cannot be used is never replaced: clients trust it, and its owner
 * is told instead.
 */
#include "net/tls_internal.h"

#include "base/clock.h"
#include "base/plant.h"
#include "base/random.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	CA_DAYS = 3650,
	LEAF_DAYS = 397, /* more is refused by some clients */
	LEAF_DAYS_LEFT = 30,
	SERIAL_BYTES = 16,
	PATH_MAX_BYTES = PATH_MAX,
};

#define LEAF_NAMES \
	"DNS:localhost,IP:127.0.0.1,IP:::1,DNS:api.dingtalk.com,DNS:api.dingtalk.io," \
	"DNS:oapi.dingtalk.com,DNS:oapi.dingtalk.io"
/* Whoever gets hold of the CA's key can forge these names and no others. */
#define CA_NAMES \
	"critical,permitted;DNS:localhost,permitted;DNS:dingtalk.com," \
	"permitted;DNS:dingtalk.io,permitted;IP:127.0.0.0/255.0.0.0," \
	"permitted;IP:::1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF"

/* A certificate with its key. */
struct identity {
	X509 *cert;
	EVP_PKEY *key;
};

struct extension {
	int nid;
	const char *value;
};

static void identity_fini(struct identity *id)
{
	X509_free(id->cert);
	EVP_PKEY_free(id->key);
	*id = (struct identity){ 0 };
}

static enum status join(
	char out[PATH_MAX_BYTES], const char *dir, const char *name, struct error *e)
{
	if (snprintf(out, PATH_MAX_BYTES, "%s/%s", dir, name) >= PATH_MAX_BYTES)
		return fail(e, ST_INVALID, dir, "the path is too long");
	return ST_OK;
}

static enum status io_fail(struct error *e, const char *path)
{
	return fail(e, errno == ENOSPC ? ST_NO_SPACE : ST_IO, path, "%s", strerror(errno));
}

/* The bytes of a memory BIO to a file that is there whole or not at all. */
static enum status write_file(
	const char *dir, const char *name, BIO *content, mode_t mode, struct error *e)
{
	char path[PATH_MAX_BYTES], temporary[PATH_MAX_BYTES + 8];
	char *bytes;
	long n = BIO_get_mem_data(content, &bytes);
	int fd, dir_fd;
	enum status st = ST_OK;

	TRY(join(path, dir, name, e));
	(void)snprintf(temporary, sizeof(temporary), "%s.tmp", path);
	(void)unlink(temporary);
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return io_fail(e, temporary);
	if (write(fd, bytes, (size_t)n) != n || fsync(fd) != 0)
		st = io_fail(e, temporary);
	if (close(fd) != 0 && st == ST_OK)
		st = io_fail(e, temporary);
	if (st == ST_OK && rename(temporary, path) != 0)
		st = io_fail(e, path);
	if (st != ST_OK) {
		(void)unlink(temporary);
		return st;
	}
	dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd < 0 || fsync(dir_fd) != 0)
		st = io_fail(e, dir);
	if (dir_fd >= 0)
		(void)close(dir_fd);
	return st;
}

static enum status save(const char *dir, const char *cert_name, const char *key_name,
	const struct identity *id, struct error *e)
{
	BIO *cert = BIO_new(BIO_s_mem()), *key = BIO_new(BIO_s_mem());
	enum status st;

	if (!cert || !key || PEM_write_bio_X509(cert, id->cert) != 1 ||
		PEM_write_bio_PrivateKey(key, id->key, NULL, NULL, 0, NULL, NULL) != 1)
		st = tls_fail(e, dir, "a certificate cannot be encoded");
	else
		st = write_file(dir, key_name, key, 0600, e);
	kill_point("tls.key_written");
	if (st == ST_OK)
		st = write_file(dir, cert_name, cert, 0644, e);
	BIO_free(cert);
	BIO_free(key);
	return st;
}

/* ST_NOT_FOUND without the certificate file. */
static enum status read_identity(const char *dir, const char *cert_name,
	const char *key_name, struct identity *out, struct error *e)
{
	char cert_path[PATH_MAX_BYTES], key_path[PATH_MAX_BYTES];
	BIO *in;

	TRY(join(cert_path, dir, cert_name, e));
	TRY(join(key_path, dir, key_name, e));
	if (access(cert_path, F_OK) != 0)
		return errno == ENOENT ? ST_NOT_FOUND : io_fail(e, cert_path);
	ERR_clear_error();
	in = BIO_new_file(cert_path, "r");
	out->cert = in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
	BIO_free(in);
	if (!out->cert)
		return tls_fail(e, cert_path, "not a PEM certificate");
	in = BIO_new_file(key_path, "r");
	/* a passphrase of "" rather than a question on the terminal */
	out->key = in ? PEM_read_bio_PrivateKey(in, NULL, NULL, (char[]){ "" }) : NULL;
	BIO_free(in);
	if (!out->key)
		return tls_fail(e, key_path, "not a PEM private key");
	if (X509_check_private_key(out->cert, out->key) != 1)
		return tls_fail(e, key_path, "not the certificate's key");
	return ST_OK;
}

/* True if the certificate is valid now and still will be in `days` days. */
static bool valid_for(const X509 *cert, int days)
{
	time_t then = (time_t)(clock_now_ms() / 1000) + (time_t)days * 86400;

	return X509_cmp_current_time(X509_get0_notBefore(cert)) < 0 &&
	       X509_cmp_time(X509_get0_notAfter(cert), &then) > 0;
}

static bool add_extensions(X509 *cert, X509 *issuer, const struct extension *list)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	for (; list->value; list++) {
		X509_EXTENSION *x = X509V3_EXT_conf_nid(NULL, &ctx, list->nid, list->value);
		bool added = x && X509_add_ext(cert, x, -1) == 1;

		X509_EXTENSION_free(x);
		if (!added)
			return false;
	}
	return true;
}

/* `issuer` NULL: signed by itself. */
static bool make_identity(const char *name, int days, const struct extension *extensions,
	const struct identity *issuer, struct identity *out)
{
	unsigned char serial[SERIAL_BYTES];
	const unsigned char *cn = (const unsigned char *)name;
	X509_NAME *subject;
	BIGNUM *number;
	bool ok;

	random_bytes(serial, sizeof(serial));
	serial[0] =
		(unsigned char)((serial[0] & 0x7f) | 0x40); /* positive, of full length */
	number = BN_bin2bn(serial, sizeof(serial), NULL);
	out->key = EVP_EC_gen("P-256");
	out->cert = X509_new();
	if (!issuer)
		issuer = out;
	/* begins an hour ago, for clients whose clocks are behind */
	ok = number && out->key && out->cert &&
	     BN_to_ASN1_INTEGER(number, X509_get_serialNumber(out->cert)) &&
	     X509_set_version(out->cert, X509_VERSION_3) == 1 &&
	     X509_gmtime_adj(X509_getm_notBefore(out->cert), -3600) &&
	     X509_time_adj_ex(X509_getm_notAfter(out->cert), days, 0, NULL) &&
	     X509_set_pubkey(out->cert, out->key) == 1;
	BN_free(number);
	if (!ok)
		return false;
	subject = X509_get_subject_name(out->cert);
	return X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8,
		       (const unsigned char *)"Qun", -1, -1, 0) == 1 &&
	       X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, cn, -1, -1, 0) ==
		       1 &&
	       X509_set_issuer_name(out->cert, X509_get_subject_name(issuer->cert)) == 1 &&
	       add_extensions(out->cert, issuer->cert, extensions) &&
	       X509_sign(out->cert, issuer->key, EVP_sha256()) > 0;
}

static enum status make_ca(const char *dir, struct identity *out, struct error *e)
{
	static const struct extension extensions[] = {
		{ NID_basic_constraints, "critical,CA:TRUE,pathlen:0" },
		{ NID_key_usage, "critical,keyCertSign,cRLSign" },
		{ NID_subject_key_identifier, "hash" },
		{ NID_name_constraints, CA_NAMES },
		{ 0 },
	};
	char name[64], tag[9];

	/* told apart in a list of trusted authorities */
	random_hex(tag, 4);
	(void)snprintf(name, sizeof(name), "Qun development CA %s", tag);
	if (!make_identity(name, CA_DAYS, extensions, NULL, out))
		return tls_fail(e, dir, "a CA cannot be made");
	return save(dir, "ca.pem", "ca.key", out, e);
}

static enum status make_leaf(const char *dir, const struct identity *ca, struct error *e)
{
	static const struct extension extensions[] = {
		{ NID_basic_constraints, "critical,CA:FALSE" },
		{ NID_key_usage, "critical,digitalSignature" },
		{ NID_ext_key_usage, "serverAuth" },
		{ NID_subject_key_identifier, "hash" },
		{ NID_authority_key_identifier, "keyid:always" },
		{ NID_subject_alt_name, LEAF_NAMES },
		{ 0 },
	};
	struct identity leaf = { 0 };
	enum status st;

	if (make_identity("localhost", LEAF_DAYS, extensions, ca, &leaf))
		st = save(dir, "cert.pem", "key.pem", &leaf, e);
	else
		st = tls_fail(e, dir, "a certificate cannot be made");
	identity_fini(&leaf);
	return st;
}

static bool leaf_is_good(const char *dir, const struct identity *ca)
{
	struct identity leaf = { 0 };
	bool good = read_identity(dir, "cert.pem", "key.pem", &leaf, NULL) == ST_OK &&
		    X509_verify(leaf.cert, ca->key) == 1 &&
		    valid_for(leaf.cert, LEAF_DAYS_LEFT);

	identity_fini(&leaf);
	return good;
}

enum status tls_self_signed(const char *dir, struct error *e)
{
	char ca_path[PATH_MAX_BYTES];
	struct identity ca = { 0 };
	enum status st;

	TRY(join(ca_path, dir, "ca.pem", e));
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return io_fail(e, dir);
	st = read_identity(dir, "ca.pem", "ca.key", &ca, e);
	if (st == ST_OK && !valid_for(ca.cert, LEAF_DAYS_LEFT))
		st = fail(e, ST_INVALID, ca_path,
			"the CA has expired; remove it to have a new one made");
	if (st == ST_NOT_FOUND)
		st = make_ca(dir, &ca, e);
	if (st == ST_OK && !leaf_is_good(dir, &ca))
		st = make_leaf(dir, &ca, e);
	identity_fini(&ca);
	ERR_clear_error();
	return st;
}
