/* SPDX-License-Identifier: Apache-2.0 */
/* oapi_reply.h -- the keys that the replies of the old API share: rows for a reply T's
 * table, whose members they name. */
#ifndef QUN_API_OAPI_REPLY_H
#define QUN_API_OAPI_REPLY_H

#include "base/field.h"

#define FIELDS_ERRCODE(T) \
	FIELD(T, errcode, .doc = "0", .zh = "返回码"), \
		FIELD(T, errmsg, .doc = "ok", .zh = "返回码描述")
#define FIELD_REQUEST_ID(T) FIELD(T, request_id, .doc = "the request's id", .zh = "请求ID")

#endif
