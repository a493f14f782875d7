/* SPDX-License-Identifier: Apache-2.0 */
#include "api/catalog.h"

#include "api/gate.h"

#include <string.h>

const char *catalog_method(const struct route *route)
{
	static const char *const names[] = {
		[HTTP_GET] = "GET",
		[HTTP_HEAD] = "HEAD",
		[HTTP_POST] = "POST",
		[HTTP_PUT] = "PUT",
		[HTTP_DELETE] = "DELETE",
		[HTTP_OPTIONS] = "OPTIONS",
		[HTTP_PATCH] = "PATCH",
	};

	return names[route->method];
}

bool catalog_fields_in_query(const struct route *route)
{
	return route->style == STYLE_ADMIN || route->method == HTTP_GET;
}

bool catalog_gate_applies(const struct route *route, const struct rule *rule)
{
	if (route->style == STYLE_ADMIN)
		return false;
	switch (rule->answer) {
	case REFUSE_NOT_FOUND: return false; /* not of a call that exists */
	case REFUSE_NO_TOKEN:
	case REFUSE_TOKEN: return !(route->flags & ROUTE_NO_TOKEN);
	case REFUSE_PERMISSION: return route->permission != NULL;
	case REFUSE_THROTTLED: return !(route->flags & ROUTE_NO_TOKEN);
	case REFUSE_QUOTA: return gate_counts(route);
	case REFUSE_BODY:
		return route->fields && !catalog_fields_in_query(route) &&
		       !(route->flags & ROUTE_UPLOAD);
	default: return true;
	}
}

void catalog_rules(const struct route *route, struct catalog_rules *out)
{
	out->n = 0;
	for (const struct rule *r = gate_rules; r->id && out->n < CATALOG_RULES; r++)
		if (catalog_gate_applies(route, r))
			out->v[out->n++] = r;
	for (const struct rule *r = route->rules; r && r->id && out->n < CATALOG_RULES; r++)
		out->v[out->n++] = r;
}

bool catalog_next_param(const char **at, struct str *name)
{
	const char *open = strchr(*at, '{'), *close = open ? strchr(open, '}') : NULL;

	if (!close)
		return false;
	*name = (struct str){ open + 1, (size_t)(close - open - 1) };
	*at = close + 1;
	return true;
}
