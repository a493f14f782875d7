/* SPDX-License-Identifier: Apache-2.0 */
#include "store/token_ops.h"

static void ask(struct read *r, struct statements *facts)
{
	(void)r;
	statements_add(
		facts, "SELECT 1 FROM access_token WHERE fixed = 1 LIMIT 1", NULL, 0);
}

static enum status take(struct read *r, struct statements *facts)
{
	CONTAINER_OF(r, struct fixed_tokens_read, read)->any = rows_next(facts)->n > 0;
	return ST_OK;
}

void fixed_tokens_read_init(struct fixed_tokens_read *r)
{
	static const struct read_ops ops = { "fixed tokens", ask, take };

	*r = (struct fixed_tokens_read){ .read.ops = &ops };
}
