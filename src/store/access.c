/* SPDX-License-Identifier: Apache-2.0 */
#include "store/access.h"

#include "base/plant.h"

static void ask(const unsigned char hash[TOKEN_HASH], struct statements *facts)
{
	STATEMENT(facts,
		"SELECT t.fixed, t.expires_ms, c.corp, c.corp_id, a.app_key, a.permissions,"
		" a.sees_all, a.version, c.ledger_no FROM access_token t"
		" JOIN app a ON a.app_key = t.app_key AND a.corp = t.corp"
		" JOIN corp c ON c.corp = t.corp"
		" WHERE t.hash = $1 AND (t.fixed = 1 OR t.issue = a.token_issue)",
		V_BLOB(hash, TOKEN_HASH));
}

static struct caller take(struct statements *facts)
{
	const struct rows *r = rows_next(facts);

	if (r->n == 0)
		return (struct caller){ 0 };
	return (struct caller){
		.known = true,
		.fixed = rows_int(r, 0, 0) != 0,
		.expires_ms = rows_int(r, 0, 1),
		.corp = rows_int(r, 0, 2),
		.corp_id = rows_text(r, 0, 3),
		.app_key = rows_text(r, 0, 4),
		.permissions = rows_text(r, 0, 5),
		.sees_all = rows_int(r, 0, 6) != 0,
		.app_version = rows_int(r, 0, 7),
		.ledger_no = rows_int(r, 0, 8),
	};
}

void access_ask(const struct access *a, struct statements *facts)
{
	ask(a->token_hash, facts);
}

enum status access_take(struct access *a, struct statements *facts, struct refusal *why)
{
	struct caller asked = a->caller;

	a->caller = take(facts);
	if (asked.known && plant("caller_not_confirmed"))
		a->caller = asked;
	/* The other facts were asked for another caller; a change that runs again asks for
	 * the same. */
	if (a->caller.corp != asked.corp || !str_eq(a->caller.app_key, asked.app_key))
		a->caller = (struct caller){ .corp = asked.corp, .app_key = asked.app_key };
	return a->allow(a, why) ? ST_OK : ST_REFUSED;
}

static void caller_ask(struct read *r, struct statements *facts)
{
	ask(CONTAINER_OF(r, struct caller_read, read)->token_hash, facts);
}

static enum status caller_take(struct read *r, struct statements *facts)
{
	CONTAINER_OF(r, struct caller_read, read)->caller = take(facts);
	return ST_OK;
}

void caller_read_init(struct caller_read *r, const unsigned char token_hash[TOKEN_HASH])
{
	static const struct read_ops ops = { "caller", caller_ask, caller_take };

	*r = (struct caller_read){ .read.ops = &ops };
	memcpy(r->token_hash, token_hash, TOKEN_HASH);
}
