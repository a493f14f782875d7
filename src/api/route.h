/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route.h -- calls as rows of tables: method, path, right, body, handler, documents.
 * A resource's file ends with its table; routes.c lists the tables. Nothing else knows a
 * path.
 */
#ifndef QUN_API_ROUTE_H
#define QUN_API_ROUTE_H

#include "base/field.h"
#include "group/rule.h"
#include "net/http.h"

struct request;

enum route_style {
	STYLE_NEW, /* api.dingtalk.com: header token, JSON, HTTP status codes */
	STYLE_OAPI, /* oapi.dingtalk.com: errcode envelope, always HTTP 200 */
	STYLE_TOPAPI, /* the same with request_id, and errcode 88 + sub_code for the gate */
	STYLE_ADMIN, /* /_qun/: bearer token of the operator */
};

enum route_flags {
	ROUTE_NO_TOKEN = 1u << 0, /* token calls, healthz */
	ROUTE_UPLOAD = 1u << 1, /* multipart to a temporary file */
	ROUTE_WORLD = 1u << 2, /* a body of up to LIMIT_WORLD */
	ROUTE_NO_BODY = 1u << 3, /* a JSON body is ignored; the old API's forms are not */
	ROUTE_INTERNAL = 1u << 4, /* not in the reference */
	ROUTE_LIST = 1u << 5, /* the reply is a list of what .reply describes */
	ROUTE_PEOPLE = 1u << 6, /* needs no permission point, and is about people */
	ROUTE_LONG = 1u << 7, /* a change whose body may be long: it is refused before it is
				 decoded when too much work is waiting */
};

enum { ROUTE_PARAMS = 2 };

struct route {
	enum http_method method;
	const char *path; /* segments; {name} takes one segment, percent-decoded */
	enum route_style style;
	unsigned flags;
	const char *permission; /* permission point; NULL: any valid token */
	const struct field *fields; /* body (new API), query and body together (oapi), query
				       (/_qun/); or NULL */
	size_t fields_size; /* sizeof the struct it describes */
	const struct rule *rules; /* for the reference; NULL without any of its own */
	int failed; /* the errcode that the call's page has for a fault of ours, whose text
		       the new API sends as message; 0: errcode -1, REFUSE_SYSTEM */
	const struct field *reply; /* for the reference */
	void (*handle)(struct request *r);
	const char *name; /* operation name, as the SDKs have it */
	const char *doc, *zh;
};

/* Ended by { .path = NULL }. */
extern const struct route im_group_routes[]; /* update, create */
extern const struct route im_members_routes[]; /* administrators, who is a member */
extern const struct route im_chat_routes[]; /* convert */
extern const struct route oauth2_routes[]; /* accessToken, {corpId}/token, gettoken */
extern const struct route oapi_chat_routes[]; /* chat/get */
extern const struct route oapi_chat_legacy_routes[]; /* chat/create, chat/update */
extern const struct route oapi_group_routes[]; /* topapi/chat/ */
extern const struct route oapi_user_routes[];
extern const struct route oapi_employee_routes[]; /* create, update, delete */
extern const struct route oapi_people_routes[]; /* list, listid, count */
extern const struct route oapi_department_routes[]; /* and auth/scopes */
extern const struct route oapi_extcontact_routes[];
extern const struct route contact_routes[]; /* contact/users of the new API */
extern const struct route oapi_media_routes[];
extern const struct route admin_routes[]; /* /_qun/ */

/* All tables, ended by NULL, in the order of the reference. */
extern const struct route *const route_tables[];

struct route_match {
	const struct route *route; /* NULL: none has this path and method */
	const struct route *other; /* then: one that has this path with another method */
	enum route_style
		style; /* of the namespace the path is in, even if no route matches */
	struct str params[ROUTE_PARAMS]; /* decoded, in the arena */
};

/* HEAD matches GET. A path parameter that does not decode matches nothing. */
void route_find(
	enum http_method method, struct str path, struct arena *a, struct route_match *out);
/* What a path can be called with: "GET, HEAD, POST"; empty if there is no such path. */
struct str route_methods(struct str path, struct arena *a);

#endif
