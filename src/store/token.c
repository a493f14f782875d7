/* SPDX-License-Identifier: Apache-2.0 */
#include "store/token_ops.h"

#include "base/limits.h"
#include "base/random.h"
#include "base/text.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

enum { SHA256_SIZE = 32 };

struct token_hasher {
	EVP_MD *sha256;
	EVP_MD_CTX *ctx;
};

static void digest(EVP_MD_CTX *ctx, const EVP_MD *method, struct str a, struct str b,
	unsigned char out[SHA256_SIZE])
{
	if (!ctx || !method || EVP_DigestInit_ex(ctx, method, NULL) != 1 ||
		EVP_DigestUpdate(ctx, a.p, a.n) != 1 ||
		EVP_DigestUpdate(ctx, b.p, b.n) != 1 ||
		EVP_DigestFinal_ex(ctx, out, NULL) != 1)
		die("SHA-256 is not to be had");
}

static void sha256(struct str a, struct str b, unsigned char out[SHA256_SIZE])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	digest(ctx, EVP_sha256(), a, b, out);
	EVP_MD_CTX_free(ctx);
}

struct token_hasher *token_hasher_new(void)
{
	struct token_hasher *h = calloc(1, sizeof(*h));

	if (!h)
		die("out of memory: token hasher");
	return h;
}

void token_hasher_free(struct token_hasher *h)
{
	if (!h)
		return;
	EVP_MD_CTX_free(h->ctx);
	EVP_MD_free(h->sha256);
	free(h);
}

void token_hasher_run(
	struct token_hasher *h, struct str token, unsigned char out[TOKEN_HASH])
{
	if (!h->ctx) { /* not before it is needed: it would be a fifth of the time to start
			*/
		h->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
		h->ctx = EVP_MD_CTX_new();
	}
	digest(h->ctx, h->sha256, token, STR(""), out);
}

void token_hash(struct str token, unsigned char out[TOKEN_HASH])
{
	sha256(token, STR(""), out);
}

static void salted(const void *salt, struct str secret, unsigned char *out)
{
	sha256((struct str){ salt, SECRET_SALT }, secret, out);
}

void secret_store(struct str secret, unsigned char out[SECRET_STORED])
{
	random_bytes(out, SECRET_SALT);
	salted(out, secret, out + SECRET_SALT);
}

bool secret_matches(struct str secret, const unsigned char stored[SECRET_STORED])
{
	unsigned char hash[SHA256_SIZE];

	salted(stored, secret, hash);
	return mem_eq_const_time(hash, stored + SECRET_SALT, sizeof(hash));
}

static void token_make(const unsigned char key[TOKEN_KEY], struct str corp_id,
	struct str app_key, int64_t issue, char out[TOKEN_TEXT + 1])
{
	struct buf text = { 0 };
	struct arena hex = { 0 };
	unsigned char mac[SHA256_SIZE];
	unsigned n = sizeof(mac);

	buf_add_str(&text, corp_id);
	buf_add(&text, "", 1);
	buf_add_str(&text, app_key);
	buf_add(&text, "", 1);
	buf_printf(&text, "%lld", (long long)issue);
	if (!HMAC(EVP_sha256(), key, TOKEN_KEY, (const unsigned char *)text.p, text.n, mac,
		    &n))
		die("HMAC-SHA-256 is not to be had");
	memcpy(out, hex_encode(&hex, mac, TOKEN_TEXT / 2).p, TOKEN_TEXT + 1);
	arena_fini(&hex);
	buf_fini(&text);
}

static void secret_ask(struct read *r, struct statements *facts)
{
	struct secret_read *q = CONTAINER_OF(r, struct secret_read, read);

	STATEMENT(facts,
		"SELECT a.secret, a.version, c.corp_id FROM app a"
		" JOIN corp c ON c.corp = a.corp WHERE a.app_key = $1",
		V_TEXT(q->app_key));
}

static enum status secret_take(struct read *r, struct statements *facts)
{
	static const unsigned char nobody[SECRET_STORED];
	struct secret_read *q = CONTAINER_OF(r, struct secret_read, read);
	const struct rows *rows = rows_next(facts);
	struct str stored = rows->n ? rows_text(rows, 0, 0) : STR_NONE;
	bool known = stored.n == SECRET_STORED;
	bool matches =
		secret_matches(q->secret, known ? (const unsigned char *)stored.p : nobody);

	q->app_known = known;
	if (!known || !matches)
		return fail(&r->error, ST_NOT_FOUND, "", "unknown app, or wrong secret");
	if (q->corp_id.p && !str_eq(q->corp_id, rows_text(rows, 0, 2)))
		return fail(&r->error, ST_INVALID, "corpId", "the app is of another corp");
	q->app_version = rows_int(rows, 0, 1);
	return ST_OK;
}

void secret_read_init(struct secret_read *r)
{
	static const struct read_ops ops = { "secret", secret_ask, secret_take };

	*r = (struct secret_read){ .read.ops = &ops };
}

static void issue_ask(struct change *c, struct statements *facts)
{
	struct token_issue_op *op = CONTAINER_OF(c, struct token_issue_op, change);

	STATEMENT(facts,
		"SELECT a.corp, c.corp_id, a.version, a.token_issue, t.expires_ms FROM app "
		"a"
		" JOIN corp c ON c.corp = a.corp"
		" LEFT JOIN access_token t ON t.corp = a.corp AND t.app_key = a.app_key"
		" AND t.issue = a.token_issue AND t.fixed = 0"
		" WHERE a.app_key = $1",
		V_TEXT(op->app_key));
}

static enum status issue_decide(struct change *c, struct statements *facts)
{
	struct token_issue_op *op = CONTAINER_OF(c, struct token_issue_op, change);
	const struct rows *r = rows_next(facts);

	if (r->n == 0 || rows_int(r, 0, 2) != op->app_version)
		return fail(&c->error, ST_NOT_FOUND, "", "the app has just been changed");
	op->corp = rows_int(r, 0, 0);
	op->fresh = rows_is_null(r, 0, 4) || rows_int(r, 0, 4) <= op->now_ms;
	op->issue = rows_int(r, 0, 3) + op->fresh;
	op->expires_ms = op->now_ms + LIMIT_TOKEN_S * INT64_C(1000);
	token_make(op->token_key, rows_text(r, 0, 1), op->app_key, op->issue, op->token);
	return ST_OK;
}

static void issue_write(struct change *c, struct statements *out)
{
	struct token_issue_op *op = CONTAINER_OF(c, struct token_issue_op, change);
	unsigned char *hash = arena_alloc(c->arena, TOKEN_HASH);

	token_hash(str_from(op->token), hash);
	if (!op->fresh) {
		STATEMENT(out, "UPDATE access_token SET expires_ms = $2 WHERE hash = $1",
			V_BLOB(hash, TOKEN_HASH), V_INT(op->expires_ms));
		return;
	}
	STATEMENT(out,
		"DELETE FROM access_token WHERE corp = $1 AND app_key = $2 AND fixed = 0",
		V_INT(op->corp), V_TEXT(op->app_key));
	STATEMENT(out, "UPDATE app SET token_issue = $2 WHERE app_key = $1",
		V_TEXT(op->app_key), V_INT(op->issue));
	STATEMENT(out,
		"INSERT INTO access_token (hash, corp, app_key, issue, expires_ms, fixed)"
		" VALUES ($1, $2, $3, $4, $5, 0)",
		V_BLOB(hash, TOKEN_HASH), V_INT(op->corp), V_TEXT(op->app_key),
		V_INT(op->issue), V_INT(op->expires_ms));
}

void token_issue_init(struct token_issue_op *op)
{
	static const struct change_ops ops = {
		.name = "token_issue",
		.ask = issue_ask,
		.decide = issue_decide,
		.write = issue_write,
	};

	*op = (struct token_issue_op){ .change.ops = &ops };
}

static void forget_ask(struct change *c, struct statements *facts)
{
	(void)c;
	(void)facts;
}

static enum status forget_decide(struct change *c, struct statements *facts)
{
	(void)c;
	(void)facts;
	return ST_OK;
}

static void forget_write(struct change *c, struct statements *out)
{
	const struct token_forget_op *op = CONTAINER_OF(c, struct token_forget_op, change);

	STATEMENT(out,
		"DELETE FROM access_token WHERE hash = $1 AND fixed = 0 AND expires_ms = "
		"$2",
		V_BLOB(op->token_hash, TOKEN_HASH), V_INT(op->expires_ms));
}

void token_forget_init(struct token_forget_op *op,
	const unsigned char token_hash[TOKEN_HASH], int64_t expires_ms)
{
	static const struct change_ops ops = {
		.name = "token_forget",
		.ask = forget_ask,
		.decide = forget_decide,
		.write = forget_write,
	};

	*op = (struct token_forget_op){ .change.ops = &ops, .expires_ms = expires_ms };
	memcpy(op->token_hash, token_hash, TOKEN_HASH);
}
