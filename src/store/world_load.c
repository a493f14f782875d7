/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Usual path: ask who in the store has each id that the file claims, and each that it
 * refers to and does not have -> decide: what exists stays, what is absent is to be made ->
 * write (world_write.c). A world that replaces asks only about what is unique in the store,
 * since all else of its corps is removed.
 */
#include "store/token_ops.h"
#include "store/world_write.h"

/*
 * What the store is asked about an id, and what is said of one that does not fit. $1 is the
 * corpId, $2 the id. The first column of a row is 1 if its object is known by that id (is
 * an app of this corp; holds the token), the second is its second id, the type of a media
 * file or the corpId of an app.
 */
#define OF_CORP " x JOIN corp c ON c.corp = x.corp WHERE c.corp_id = $1 AND x."
#define OWN_CORP "CASE WHEN c.corp_id = $1 THEN 1 ELSE 0 END"

static const struct {
	const char *sql;
	const char *taken; /* NULL: nothing else can have the id */
	const char *missing; /* NULL: nothing refers to it */
} questions[SPACES] = {
	[SPACE_APP] = { "SELECT " OWN_CORP
			", c.corp_id, x.version, x.token_issue FROM app x"
			" JOIN corp c ON c.corp = x.corp WHERE x.app_key = $2",
		"an app of another corp has it", "no such app" },
	[SPACE_TOKEN] = { "SELECT " OWN_CORP ", c.corp_id, x.app_key FROM access_token x"
			  " JOIN corp c ON c.corp = x.corp WHERE x.hash = $2",
		"another app has it", NULL },
	[SPACE_DEPARTMENT] = { "SELECT 1, '' FROM department" OF_CORP "dept_id = $2", NULL,
		"no such department" },
	[SPACE_USERID] = { "SELECT 1, x.unionid FROM employee" OF_CORP "userid = $2", NULL,
		"no such employee" },
	[SPACE_UNIONID] = { "SELECT 0, x.userid FROM employee" OF_CORP "unionid = $2"
			    " UNION ALL"
			    " SELECT 0, x.unionid FROM external_contact" OF_CORP
			    "unionid = $2",
		"somebody else in the store has it", NULL },
	[SPACE_MOBILE] = { "SELECT 0, x.userid FROM employee" OF_CORP "mobile = $2",
		"somebody else in the store has it", NULL },
	[SPACE_EXTERNAL] = { "SELECT 1, x.userid FROM external_contact" OF_CORP
			     "unionid = $2 UNION ALL"
			     " SELECT 0, x.unionid FROM external_contact" OF_CORP
			     "userid = $2",
		"somebody else in the store has it", "no such external contact" },
	[SPACE_MEDIA] = { "SELECT 1, x.type FROM media" OF_CORP "media_id = $2", NULL,
		"no such media file" },
	[SPACE_CONVERSATION] = { "SELECT 1, x.open_conversation_id FROM chat" OF_CORP
				 "chatid = $2 UNION ALL"
				 " SELECT 0, x.chatid FROM chat" OF_CORP
				 "open_conversation_id = $2 UNION ALL"
				 " SELECT 0, x.chatid FROM chat_client_id" OF_CORP
				 "client_chatid = $2",
		"another group in the store has it", NULL },
};

/* ---- ask ---- */

static struct str corp_id_of(const struct world *w, const struct world_object *o)
{
	return ((const struct world_corp *)w->corps.v)[o->corp].corpId;
}

static bool is_asked(const struct world_load_op *op, const struct world_id *id)
{
	enum id_space space = id->source->space;

	if (op->mode == WORLD_REPLACE)
		return space == SPACE_APP || space == SPACE_TOKEN;
	return questions[space].sql != NULL;
}

static struct value value_of(const struct world_id *id, struct arena *a)
{
	unsigned char *hash;
	int64_t number;

	switch (id->source->space) {
	case SPACE_DEPARTMENT:
		memcpy(&number, id->id.p, sizeof(number));
		return V_INT(number);
	case SPACE_TOKEN:
		hash = arena_alloc(a, TOKEN_HASH);
		token_hash(id->id, hash);
		return V_BLOB(hash, TOKEN_HASH);
	default: return V_TEXT(id->id);
	}
}

static void ask_about(
	const struct world_load_op *op, const struct world_id *id, struct statements *facts)
{
	const struct value params[] = {
		V_TEXT(corp_id_of(op->world, id->object)),
		value_of(id, facts->arena),
	};

	statements_add(facts, questions[id->source->space].sql, params, ARRAY_LEN(params));
}

static void world_load_ask(struct change *c, struct statements *facts)
{
	const struct world_load_op *op = CONTAINER_OF(c, struct world_load_op, change);
	const struct world_index *x = op->world->index;
	const struct world_corp *corps = op->world->corps.v;

	statements_add(facts, "SELECT last FROM corp_number", NULL, 0);
	for (size_t i = 0; i < op->world->corps.n; i++)
		STATEMENT(facts, "SELECT corp, ledger_no FROM corp WHERE corp_id = $1",
			V_TEXT(corps[i].corpId));
	for (size_t i = 0; i < x->claim_count; i++)
		if (is_asked(op, &x->claims[i]))
			ask_about(op, &x->claims[i], facts);
	for (size_t i = 0; i < x->missing_count; i++)
		if (op->mode == WORLD_CREATE)
			ask_about(op, &x->missing[i], facts);
}

/* ---- decide ---- */

static enum status refuse(struct world_load_op *op, const struct world_id *id,
	const char *why, const char *where)
{
	return fail(&op->change.error, ST_INVALID, world_id_place(id, op->change.arena),
		"%s%s", why, where);
}

/* The row of the object that is known by the id; r->n if there is none. */
static size_t main_row(const struct rows *r)
{
	size_t row = 0;

	while (row < r->n && rows_int(r, row, 0) != 1)
		row++;
	return row;
}

/* The holder of an app key or token is of a corp that the file replaces: it will be gone.
 */
static bool is_replaced(const struct world_load_op *op, const struct rows *r)
{
	return op->mode == WORLD_REPLACE &&
	       world_find(op->world->index, SPACE_CORP, 0, rows_text(r, 0, 1)) != NULL;
}

static enum status take_main(
	struct world_load_op *op, const struct world_id *id, const struct rows *r)
{
	struct world_object *o = id->object;
	size_t row = main_row(r);

	if (r->n == 0)
		return ST_OK;
	if (row == r->n) {
		if (!is_replaced(op, r))
			return refuse(op, id, questions[id->source->space].taken, "");
		row = 0;
	}
	o->exists = op->mode == WORLD_CREATE;
	o->companion = rows_text(r, row, 1);
	if (o->kind == WORLD_APP) {
		o->version = rows_int(r, row, 2);
		o->token_issue = rows_int(r, row, 3);
	}
	return ST_OK;
}

/* Comes after the object's main id. */
static enum status take_other(
	struct world_load_op *op, const struct world_id *id, const struct rows *r)
{
	struct world_object *o = id->object;

	if (r->n == 0)
		return ST_OK;
	if (id->source->space == SPACE_TOKEN) {
		const struct world_app *app = o->at;

		if (is_replaced(op, r))
			return ST_OK;
		o->token_exists =
			rows_int(r, 0, 0) == 1 && str_eq(rows_text(r, 0, 2), app->appKey);
		if (o->token_exists)
			return ST_OK;
	} else if (o->exists) {
		return ST_OK;
	}
	return refuse(op, id, questions[id->source->space].taken, "");
}

static enum status take_reference(
	struct world_load_op *op, const struct world_id *id, const struct rows *r)
{
	size_t row = main_row(r);

	if (row == r->n)
		return refuse(op, id, questions[id->source->space].missing,
			" in the file or in the store");
	if (id->source->space == SPACE_MEDIA && !str_is(rows_text(r, row, 1), "image"))
		return refuse(op, id, "not an image", "");
	return ST_OK;
}

static void take_corps(struct world_load_op *op, struct statements *facts)
{
	struct world *w = op->world;

	op->last_corp = rows_int(rows_next(facts), 0, 0);
	op->rows = ARENA_ARRAY(op->change.arena, struct world_corp_row, w->corps.n);
	for (size_t i = 0; i < w->corps.n; i++) {
		const struct rows *r = rows_next(facts);
		bool exists = r->n > 0;
		int64_t ledger_no = exists ? rows_int(r, 0, 1) : 0;

		op->rows[i] = (struct world_corp_row){ exists ? rows_int(r, 0, 0)
							      : ++op->last_corp,
			exists, ledger_no, ledger_no };
	}
	for (size_t i = 0; i < w->index->object_count; i++) {
		struct world_object *o = &w->index->objects[i];

		o->exists = o->kind == WORLD_CORP && op->mode == WORLD_CREATE &&
			    op->rows[o->corp].exists;
		o->token_exists = false;
		o->companion = STR_NONE;
		o->version = o->token_issue = 0;
	}
}

static enum status world_load_decide(struct change *c, struct statements *facts)
{
	struct world_load_op *op = CONTAINER_OF(c, struct world_load_op, change);
	const struct world_index *x = op->world->index;

	take_corps(op, facts);
	for (size_t i = 0; i < x->claim_count; i++) {
		const struct world_id *id = &x->claims[i];

		if (!is_asked(op, id))
			continue;
		TRY(id->source->role == ID_MAIN ? take_main(op, id, rows_next(facts))
						: take_other(op, id, rows_next(facts)));
	}
	for (size_t i = 0; i < x->missing_count; i++) {
		const struct world_id *id = &x->missing[i];

		if (op->mode == WORLD_REPLACE)
			return refuse(op, id, questions[id->source->space].missing,
				" in the file");
		TRY(take_reference(op, id, rows_next(facts)));
	}
	op->made = 0;
	for (size_t i = 0; i < x->object_count; i++)
		op->made += !x->objects[i].exists;
	return ST_OK;
}

void world_load_init(struct world_load_op *op)
{
	static const struct change_ops ops = {
		.name = "world_load",
		.ask = world_load_ask,
		.decide = world_load_decide,
		.write = world_load_write,
	};

	*op = (struct world_load_op){ .change = { .ops = &ops, .alone = true } };
}

void world_settle(struct world *w)
{
	for (size_t i = 0; i < w->index->object_count; i++) {
		const struct world_object *o = &w->index->objects[i];
		const struct world_kind_info *info = &world_kinds[o->kind];

		if (!o->exists)
			continue;
		if (info->has_companion)
			*(struct str *)(void *)((char *)o->at + info->companion_at) =
				o->companion;
		if (o->kind == WORLD_APP) {
			struct world_app *p = o->at;

			p->appSecret = STR_NONE;
			if (p->token_made)
				p->accessToken = STR_NONE;
		}
	}
}

/* ---- removing a corp ---- */

static void corp_delete_ask(struct change *c, struct statements *facts)
{
	STATEMENT(facts, "SELECT corp FROM corp WHERE corp_id = $1",
		V_TEXT(CONTAINER_OF(c, struct corp_delete_op, change)->corp_id));
}

static enum status corp_delete_decide(struct change *c, struct statements *facts)
{
	struct corp_delete_op *op = CONTAINER_OF(c, struct corp_delete_op, change);
	const struct rows *r = rows_next(facts);

	if (r->n == 0)
		return fail(&c->error, ST_NOT_FOUND, "corpId", "no such corp");
	op->corp = rows_int(r, 0, 0);
	return ST_OK;
}

static void corp_delete_write(struct change *c, struct statements *out)
{
	const struct corp_delete_op *op = CONTAINER_OF(c, struct corp_delete_op, change);

	corp_clear(op->corp, out);
	STATEMENT(out, "DELETE FROM corp WHERE corp = $1", V_INT(op->corp));
}

void corp_delete_init(struct corp_delete_op *op)
{
	static const struct change_ops ops = {
		.name = "corp_delete",
		.ask = corp_delete_ask,
		.decide = corp_delete_decide,
		.write = corp_delete_write,
	};

	*op = (struct corp_delete_op){ .change = { .ops = &ops, .alone = true } };
}
