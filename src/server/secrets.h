/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secrets.h -- what the server must know and nobody else: the key that access tokens are
 * made with, and the operator's token. Made once in the data folder, which must be locked.
 */
#ifndef QUN_SERVER_SECRETS_H
#define QUN_SERVER_SECRETS_H

#include "base/arena.h"
#include "server/options.h"
#include "store/token_ops.h"

struct secrets {
	unsigned char token_key[TOKEN_KEY];
	struct str admin_token; /* in the arena that was given */
};

/*
 * Reads --token-key or dir/token.key, and --admin-token, --admin-token-file or
 * dir/admin.token. Files of the data folder are made if absent; files that an option names
 * must exist. With --check nothing is made. ST_REFUSED for a file that others may use,
 * ST_INVALID for a wrong content.
 */
MUST_USE enum status secrets_load(const struct options *o, const char *dir, struct arena *a,
	struct secrets *out, struct error *e);

#endif
