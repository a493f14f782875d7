/* SPDX-License-Identifier: Apache-2.0 */
#include "api/route.h"

#include "api/catalog.h"
#include "net/uri.h"

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

/* Takes the next segment off the front of *rest: "/a/b" gives "a" and leaves "/b". */
static bool next_segment(struct str *rest, struct str *segment)
{
	size_t end;

	if (rest->n == 0 || rest->p[0] != '/')
		return false;
	*rest = str_slice(*rest, 1, rest->n);
	end = str_find(*rest, '/');
	*segment = str_slice(*rest, 0, end);
	*rest = str_slice(*rest, end, rest->n);
	return true;
}

static bool path_matches(const char *pattern, struct str path, struct arena *a,
	struct str params[ROUTE_PARAMS])
{
	struct str rest = str_from(pattern), want, have;
	size_t n = 0;

	while (next_segment(&rest, &want)) {
		if (!next_segment(&path, &have))
			return false;
		if (want.n == 0 || want.p[0] != '{') {
			if (!str_eq(want, have))
				return false;
			continue;
		}
		if (have.n == 0 || n == ROUTE_PARAMS ||
			uri_decode(have, false, a, &params[n++]) != ST_OK)
			return false;
	}
	return path.n == 0;
}

void route_find(
	enum http_method method, struct str path, struct arena *a, struct route_match *out)
{
	if (method == HTTP_HEAD)
		method = HTTP_GET;
	*out = (struct route_match){ .style = style_of(path) };
	for (const struct route *const *table = route_tables; *table; table++) {
		for (const struct route *r = *table; r->path; r++) {
			struct str params[ROUTE_PARAMS] = { { NULL, 0 } };

			if (!path_matches(r->path, path, a, params))
				continue;
			out->style = r->style;
			if (r->method != method) {
				out->other = r;
				continue;
			}
			out->route = r;
			for (size_t i = 0; i < ROUTE_PARAMS; i++)
				out->params[i] = params[i];
			return;
		}
	}
}

struct str route_methods(struct str path, struct arena *a)
{
	struct str methods = STR("");

	for (const struct route *const *table = route_tables; *table; table++) {
		for (const struct route *r = *table; r->path; r++) {
			struct str params[ROUTE_PARAMS] = { { NULL, 0 } };

			if (path_matches(r->path, path, a, params))
				methods = arena_printf(a, "%.*s%s%s%s", STR_FMT(methods),
					methods.n ? ", " : "", catalog_method(r),
					r->method == HTTP_GET ? ", HEAD" : "");
		}
	}
	return methods;
}
