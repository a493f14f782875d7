/* SPDX-License-Identifier: Apache-2.0 */
/* catalog.h -- what the documents ask of the route tables. Pure; any thread. */
#ifndef QUN_API_CATALOG_H
#define QUN_API_CATALOG_H

#include "api/route.h"

enum { CATALOG_RULES = 64, CATALOG_PATH = 128 };

/* The rules that a call passes, in the order in which they refuse. */
struct catalog_rules {
	const struct rule *v[CATALOG_RULES];
	size_t n;
};
void catalog_rules(const struct route *route, struct catalog_rules *out);
/* A rule of the gate that `route` passes. */
bool catalog_gate_applies(const struct route *route, const struct rule *rule);

const char *catalog_method(const struct route *route);
/* Its fields come in the query: calls without a body, and those of /_qun/. */
bool catalog_fields_in_query(const struct route *route);
/* Takes the next {name} of the path from *at (which starts as route->path); false if there
 * is none. */
bool catalog_next_param(const char **at, struct str *name);

#endif
