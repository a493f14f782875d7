/* SPDX-License-Identifier: Apache-2.0 */
#include "store/unionids.h"

static void unionids_ask(struct read *r, struct statements *facts)
{
	const struct unionids_read *q = CONTAINER_OF(r, struct unionids_read, read);
	int64_t corp = q->access->caller.corp;

	access_ask(q->access, facts);
	/* One id may be the unionid of one and the userid of another: unionids go first. */
	for (size_t i = 0; i < UNIONIDS_LISTS; i++)
		for (size_t j = 0; j < q->lists[i].n; j++)
			STATEMENT(facts,
				"SELECT COALESCE((SELECT unionid FROM external_contact"
				" WHERE corp = $1 AND unionid = $2),"
				" (SELECT unionid FROM external_contact"
				" WHERE corp = $1 AND userid = $2))",
				V_INT(corp), V_TEXT(q->lists[i].v[j]));
}

static enum status unionids_take(struct read *r, struct statements *facts)
{
	struct unionids_read *q = CONTAINER_OF(r, struct unionids_read, read);

	TRY(access_take(q->access, facts, &q->why));
	for (size_t i = 0; i < UNIONIDS_LISTS; i++) {
		const struct str *sent = q->lists[i].v;

		q->lists[i].v = ARENA_ARRAY(r->arena, struct str, q->lists[i].n);
		for (size_t j = 0; j < q->lists[i].n; j++) {
			struct str unionid = rows_text(rows_next(facts), 0, 0);

			q->lists[i].v[j] = unionid.p ? unionid : sent[j];
		}
	}
	return ST_OK;
}

void unionids_read_init(struct unionids_read *r)
{
	static const struct read_ops ops = { "unionids", unionids_ask, unionids_take };

	*r = (struct unionids_read){ .read.ops = &ops };
}
