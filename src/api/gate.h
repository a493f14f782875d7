/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate.h -- what every call passes before its handler: token, permission, body.
 * Decides on a cache of callers, one for each loop; a refusal from the cache is checked
 * against the store before it is sent, and a pass is checked again by access_take inside
 * the operation's own transaction.
 */
#ifndef QUN_API_GATE_H
#define QUN_API_GATE_H

#include "api/request.h"

/* The rules of the gate, for both APIs, in order: route.known,
 * token.present, token.valid,
 * app.permission, app.rate, corp.quota, body.json. Their subject is struct gate_case
 * (gate.c). */
extern const struct rule gate_rules[];

struct gate_cache; /* callers by token hash; at most LIMIT_TOKEN_CACHE; one thread's */
struct gate_cache *gate_cache_new(void);
void gate_cache_free(struct gate_cache *c);

/* Lets `r` through to `next` with r->access ready, or answers the refusal. */
void gate_pass(struct request *r, void (*next)(struct request *r));
/* For an operation that was refused: if its transaction does not know the caller whom the
 * cache let through (his corp was removed and made again, or his token is another's by
 * now), the store is asked, and the request begins again or is answered. False: the refusal
 * stands. */
bool gate_again(struct request *r);
/* Does a call count for its corp's month? Those about people do not, nor those without a
 * token. */
bool gate_counts(const struct route *route);
/* Does the app have that permission point? For calls that show more to those who do. */
bool gate_permits(const struct caller *caller, const char *permission);
/* The refusals of route.known and body.json, found outside the gate. `zh` and `en`: a
 * better hint, or NULL for the rule's own. */
struct refusal gate_refuse_path(struct str path);
struct refusal gate_refuse_body(const char *fault, const char *zh, const char *en);

/* Constant-time check of "Authorization: Bearer ..." for /_qun/; answers 401 if it fails.
 */
bool gate_admin(struct request *r);

#endif
