/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access.h -- who calls: the token, its app and corp, as facts of the transaction at hand.
 * The gate (api/) decides on them twice: on what it remembers, before anything is queued,
 * and through allow() on what the transaction sees. So a revoked right never passes.
 */
#ifndef QUN_STORE_ACCESS_H
#define QUN_STORE_ACCESS_H

#include "group/rule.h"
#include "store/store.h"

enum { TOKEN_HASH = 32 };

struct caller {
	bool known; /* the token is stored and its app exists */
	bool fixed; /* a world's fixed token: never expires */
	int64_t expires_ms; /* wall clock */
	int64_t corp; /* the corp's number in this store; part of every key */
	struct str corp_id;
	struct str app_key;
	struct str permissions; /* permission points, each followed by a blank */
	bool sees_all; /* visibility scope is the whole corp */
	int64_t app_version;
	int64_t ledger_no; /* the corp's last, for ledger_numbers_next */
};

struct access {
	unsigned char token_hash[TOKEN_HASH]; /* SHA-256 of the token */
	/* The gate's rules on access->caller; false with `why`. `ctx` is the gate's. */
	bool (*allow)(const struct access *access, struct refusal *why);
	const void *ctx;
	struct caller caller; /* before: what the gate remembers (corp and app_key are used
			       * to ask); after access_take: the transaction's own facts */
};

/* First statement of every operation that acts for an app. */
void access_ask(const struct access *a, struct statements *facts);
/* Takes its row into a->caller (strings in the facts' arena) and lets the gate decide
 * again: ST_OK, or ST_REFUSED with `why`. A caller whose corp or app is another than was
 * asked for is refused as unknown: what the gate remembers is wrong, and must be read
 * anew. */
MUST_USE enum status access_take(
	struct access *a, struct statements *facts, struct refusal *why);

/* The same facts alone, for the gate: a small read. */
struct caller_read {
	struct read read;
	unsigned char token_hash[TOKEN_HASH];
	struct caller caller; /* strings in read.arena */
};
void caller_read_init(struct caller_read *r, const unsigned char token_hash[TOKEN_HASH]);

#endif
