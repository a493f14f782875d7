/* SPDX-License-Identifier: Apache-2.0 */
/* admin.h -- the handlers of /_qun/ that have files of their own, and what they share. */
#ifndef QUN_API_ADMIN_H
#define QUN_API_ADMIN_H

#include "api/request.h"

/* Decodes the query into r->body and checks its ranges, by the route's fields. False if it
 * was answered with what is wrong. */
bool admin_query(struct request *r);

struct admin_group_query {
	struct str corpId;
};
extern const struct field admin_group_query_fields[];
extern const struct field admin_group_fields[]; /* reply */
void admin_group(struct request *r);

struct admin_ledger_query {
	struct str corpId;
	struct opt_int after, limit;
};
extern const struct field admin_ledger_query_fields[];
extern const struct field admin_ledger_fields[]; /* one entry of the reply */
void admin_ledger(struct request *r);

struct admin_link_query {
	struct str link;
};
extern const struct field admin_link_query_fields[];
extern const struct field admin_link_fields[]; /* reply */
void admin_link(struct request *r);

struct admin_world_query {
	struct str mode;
};
extern const struct field admin_world_query_fields[];
void admin_world(struct request *r);

void admin_metrics(struct request *r);

#endif
