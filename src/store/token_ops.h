/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token_ops.h -- apps' secrets and access tokens.
 * A token is the first 16 bytes, in hex, of HMAC-SHA256(token key, corpId NUL appKey NUL
 * issue number): the same one can be given again although only its hash, issue number and
 * expiry are stored.
 */
#ifndef QUN_STORE_TOKEN_OPS_H
#define QUN_STORE_TOKEN_OPS_H

#include "store/access.h"

enum { TOKEN_KEY = 32, TOKEN_TEXT = 32 };

/* SHA-256 of a token as sent. */
void token_hash(struct str token, unsigned char out[TOKEN_HASH]);

/* The same for who hashes often: OpenSSL looks its method up once only, which takes longer
 * than the hash. One thread at a time. */
struct token_hasher;
struct token_hasher *token_hasher_new(void);
void token_hasher_free(struct token_hasher *h); /* NULL is fine */
void token_hasher_run(
	struct token_hasher *h, struct str token, unsigned char out[TOKEN_HASH]);

/* Salted SHA-256 of an app secret, as stored: 16 bytes salt, 32 bytes hash. */
enum { SECRET_SALT = 16, SECRET_STORED = 48 };
void secret_store(struct str secret, unsigned char out[SECRET_STORED]);
/* Constant time. */
bool secret_matches(struct str secret, const unsigned char stored[SECRET_STORED]);

/* Small read: does the pair fit? Done before anything is queued, so that guessing does not
 * fill the queue. An unknown app costs the same hash. ST_OK, ST_NOT_FOUND (unknown app or
 * wrong secret). */
struct secret_read {
	struct read read;
	struct str app_key, secret;
	struct str corp_id; /* in: STR_NONE, or the corp it must be of (ST_INVALID if
			       another) */
	bool app_known; /* out, also if the secret is wrong */
	int64_t app_version; /* out */
};
void secret_read_init(struct secret_read *r);

/* Gives the app's token: the stored one, renewed, or after expiry a new one. */
struct token_issue_op {
	struct change change;
	/* in */
	const unsigned char *token_key; /* TOKEN_KEY bytes */
	struct str app_key;
	int64_t app_version; /* of secret_read; ST_NOT_FOUND if it has changed since */
	int64_t now_ms;
	/* out */
	char token[TOKEN_TEXT + 1];
	int64_t expires_ms;
	/* between decide and write */
	int64_t corp, issue;
	bool fresh;
};
void token_issue_init(struct token_issue_op *op);

/* Forgets a token that ends at `expires_ms`; one that has been renewed since is left. */
struct token_forget_op {
	struct change change;
	unsigned char token_hash[TOKEN_HASH];
	int64_t expires_ms;
};
void token_forget_init(struct token_forget_op *op,
	const unsigned char token_hash[TOKEN_HASH], int64_t expires_ms);

/* Small read, of every start: does any world's fixed token lie in the store? */
struct fixed_tokens_read {
	struct read read;
	bool any; /* out */
};
void fixed_tokens_read_init(struct fixed_tokens_read *r);

#endif
