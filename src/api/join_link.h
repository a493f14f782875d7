/* SPDX-License-Identifier: Apache-2.0 */
/*
 * join_link.h -- links to join a group by.
 * A link holds which group, as of which link version, and since when, under an HMAC of the
 * token key: nothing is stored for it, nobody can make one or change one, and whether it
 * still holds is seen from the link and the group alone.
 */
#ifndef QUN_API_JOIN_LINK_H
#define QUN_API_JOIN_LINK_H

#include "base/arena.h"
#include "base/str.h"

struct join_link {
	struct str corp_id, open_conversation_id;
	int64_t link_version; /* the group's: another one now, and the link is dead */
	int64_t issued_ms; /* wall clock; dead LIMIT_LINK_S later */
};

/* "https://qr.dingtalk.com/action/joingroup?code=v1=...". `key`: TOKEN_KEY bytes. */
struct str join_link_text(
	const struct join_link *link, const unsigned char *key, struct arena *a);
/* The first ms at which it is too old. */
int64_t join_link_end_ms(const struct join_link *link);
/* What a link, or its code alone, holds; strings in the arena. False if it is not one that
 * join_link_text made with this key. */
bool join_link_open(
	struct str text, const unsigned char *key, struct arena *a, struct join_link *out);

#endif
