/* SPDX-License-Identifier: Apache-2.0 */
/* openapi.h -- all calls as one OpenAPI 3.0.3 document, made from the tables. */
#ifndef QUN_API_OPENAPI_H
#define QUN_API_OPENAPI_H

#include "base/arena.h"

/* Indented JSON, in the arena. */
struct str openapi_json(struct arena *a);

#endif
