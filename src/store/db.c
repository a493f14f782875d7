/* SPDX-License-Identifier: Apache-2.0 */
#include "store/db.h"

static const struct db_driver *const drivers[] = { &db_sqlite };

const struct db_driver *db_driver_find(const char *url)
{
	struct str u = str_from(url ? url : "sqlite:");
	struct str scheme = { u.p, str_find(u, ':') };

	if (scheme.n == u.n)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(drivers); i++)
		if (str_is(scheme, drivers[i]->scheme))
			return drivers[i];
	return NULL;
}
