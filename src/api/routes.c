/* SPDX-License-Identifier: Apache-2.0 */
#include "api/route.h"

#include "api/catalog.h"
#include "net/uri.h"

#include <string.h>

const struct route *const route_tables[] = {
	im_group_routes,
	im_members_routes,
	im_chat_routes,
	oauth2_routes,
	oapi_chat_routes,
	oapi_chat_legacy_routes,
	oapi_group_routes,
	oapi_user_routes,
	oapi_employee_routes,
	oapi_people_routes,
	oapi_department_routes,
	oapi_extcontact_routes,
	contact_routes,
	oapi_media_routes,
	admin_routes,
	NULL,
};

/* The namespaces of the platform's two hosts and of ours. */
static const struct {
	struct str prefix;
	enum route_style style;
} namespaces[] = {
	{ STR_INIT("/_qun/"), STYLE_ADMIN },
	{ STR_INIT("/topapi/"), STYLE_TOPAPI },
	{ STR_INIT("/v1.0/"), STYLE_NEW },
};

static enum route_style style_of(struct str path)
{
	for (size_t i = 0; i < ARRAY_LEN(namespaces); i++)
		if (str_starts(path, namespaces[i].prefix))
			return namespaces[i].style;
	return STYLE_OAPI;
}

/* All patterns are tried for each request, and most differ within their first bytes: so
 * they are compared byte by byte, without a look at where their segments end. */
static bool path_matches(const char *pattern, struct str path, struct arena *a,
	struct str params[ROUTE_PARAMS], size_t *count)
{
	struct str value;
	size_t at = 0;

	*count = 0;
	for (;;) {
		while (at < path.n && *pattern == path.p[at] && *pattern &&
			*pattern != '{') {
			pattern++;
			at++;
		}
		if (*pattern != '{')
			return *pattern == '\0' && at == path.n;
		value = str_slice(path, at, path.n);
		value.n = str_find(value, '/');
		if (value.n == 0 || *count == ROUTE_PARAMS ||
			uri_decode(value, false, a, &params[(*count)++]) != ST_OK)
			return false;
		at += value.n;
		pattern = strchr(pattern, '}') + 1;
	}
}

void route_find(
	enum http_method method, struct str path, struct arena *a, struct route_match *out)
{
	struct str params[ROUTE_PARAMS];
	size_t count;

	if (method == HTTP_HEAD)
		method = HTTP_GET;
	*out = (struct route_match){ .style = style_of(path) };
	for (const struct route *const *table = route_tables; *table; table++) {
		for (const struct route *r = *table; r->path; r++) {
			/* a route has the style of the namespace that its path is in */
			if (r->style != out->style ||
				!path_matches(r->path, path, a, params, &count))
				continue;
			if (r->method != method) {
				out->other = r;
				continue;
			}
			out->route = r;
			for (size_t i = 0; i < count; i++)
				out->params[i] = params[i];
			return;
		}
	}
}

struct str route_methods(struct str path, struct arena *a)
{
	struct str methods = STR(""), params[ROUTE_PARAMS];
	size_t count;

	for (const struct route *const *table = route_tables; *table; table++) {
		for (const struct route *r = *table; r->path; r++) {
			if (path_matches(r->path, path, a, params, &count))
				methods = arena_printf(a, "%.*s%s%s%s", STR_FMT(methods),
					methods.n ? ", " : "", catalog_method(r),
					r->method == HTTP_GET ? ", HEAD" : "");
		}
	}
	return methods;
}
