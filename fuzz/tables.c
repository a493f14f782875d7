/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/tables.h"

#include "api/route.h"
#include "store/ledger.h"
#include "store/world.h"

#include <assert.h>

enum { TABLES_MAX = 256, OBJECT_SIZE = 1024 };

static const struct field *tables[TABLES_MAX];
static size_t count;

static void add(const struct field *table)
{
	for (size_t i = 0; i < count; i++)
		if (tables[i] == table)
			return;
	if (!table)
		return;
	assert(count < TABLES_MAX);
	for (const struct field *f = table; f->name; f++)
		assert(f->offset + sizeof(struct objects) <= OBJECT_SIZE);
	tables[count++] = table;
}

static void gather(void)
{
	add(world_fields);
	add(ledger_change_fields);
	for (const struct route *const *list = route_tables; *list; list++)
		for (const struct route *r = *list; r->path; r++) {
			add(r->fields);
			add(r->reply);
		}
}

const struct field *table_chosen(size_t number)
{
	if (!count)
		gather();
	return tables[number % count];
}

void *table_object(struct arena *a)
{
	return arena_alloc(a, OBJECT_SIZE);
}
