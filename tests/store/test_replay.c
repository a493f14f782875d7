/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger is the state: random updates and small changes, then each group's rows
 * replayed from nothing. The seed is printed; QUN_SEED=n repeats a run.
 */
#include "fixture.h"

#include "base/random.h"
#include "store/ledger.h"
#include "store/ledger_numbers.h"
#include "json/decode.h"

enum { UPDATES = 400, PEOPLE_MAX = 32 };

static uint64_t seed;

static unsigned dice(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % n);
}

/* ---- a group made with administrators, as a world makes it ---- */

static void ask_nothing(struct change *c, struct statements *facts)
{
	(void)c;
	(void)facts;
}

static enum status agree(struct change *c, struct statements *facts)
{
	(void)c;
	(void)facts;
	return ST_OK;
}

static void make_group(struct change *c, struct statements *out)
{
	static const struct member members[] = {
		{ PERSON_EMP, { "u1", 2 }, false },
		{ PERSON_EMP, { "u2", 2 }, true },
		{ PERSON_EMP, { "u3", 2 }, true },
		{ PERSON_EXT, { "x1", 2 }, true },
	};
	const struct chat chat = { .chatid = STR("made"),
		.open_conversation_id = STR("cidmade"),
		.name = STR("Made"),
		.owner = STR("u1"),
		.icon = STR(""),
		.made_by = STR("all"),
		.options = { 1, 0, 1, 0, 1, 0 },
		.member_count = ARRAY_LEN(members),
		.version = 1,
		.link_version = 1 };

	chat_write(&(struct chat_write){ .corp = 1,
			   .number = ledger_numbers_next(c->numbers, 1, 0),
			   .after = &chat,
			   .added = members,
			   .added_count = ARRAY_LEN(members),
			   .actor = STR("world"),
			   .request_id = STR("") },
		out);
}

/* ---- random updates ---- */

static void add_list(struct buf *b, const char *key, char kind, unsigned count)
{
	buf_printf(b, ",\"%s\":[", key);
	for (unsigned i = 0, n = dice(4); i < n; i++)
		buf_printf(b, "%s\"%c%u\"", i ? "," : "", kind, 1 + dice(count));
	buf_printf(b, "]");
}

static const char *random_update(struct fixture *f)
{
	static const char *const options[] = { "mentionAllAuthority", "showHistoryType",
		"searchable", "managementType" };
	struct buf b = { 0 };
	const char *json;

	buf_printf(&b, "{\"chatid\":\"made\"");
	if (dice(3) == 0)
		buf_printf(&b, ",\"name\":\"Name %u\"", dice(3));
	if (dice(3) == 0)
		buf_printf(&b, ",\"owner\":\"u%u\"", 1 + dice(9));
	else if (dice(4) == 0)
		buf_printf(&b, ",\"owner\":\"x%u\",\"ownerType\":\"ext\"", 1 + dice(3));
	if (dice(2) == 0)
		add_list(&b, "add_useridlist", 'u', 9);
	if (dice(2) == 0)
		add_list(&b, "del_useridlist", 'u', 9);
	if (dice(3) == 0)
		add_list(&b, "add_extidlist", 'x', 3);
	if (dice(3) == 0)
		add_list(&b, "del_extidlist", 'x', 3);
	if (dice(5) == 0)
		buf_printf(&b, ",\"icon\":\"@icon\"");
	if (dice(3) == 0)
		buf_printf(&b, ",\"managementOptions\":{\"%s\":%u}",
			options[dice(ARRAY_LEN(options))], dice(2));
	buf_printf(&b, "}");
	json = arena_cstr(&f->arena, buf_str(&b));
	buf_fini(&b);
	return json;
}

/* One of the small changes. */
static struct chat_edit_op *random_edit(struct fixture *f)
{
	unsigned who = 1 + dice(9), what = dice(3);

	switch (dice(3)) {
	case 0:
		return edit_op(f, "t-all", CALL_ADMINS,
			arena_printf(&f->arena,
				"{\"openConversationId\":\"cidmade\",\"role\":%u,"
				"\"userIds\":[\"u%u\",\"u%u\"]}",
				2 + dice(2), who, 1 + dice(9))
				.p);
	case 1:
		return edit_op(f, "t-all", CALL_NICK,
			arena_printf(&f->arena,
				"{\"chatid\":\"made\",\"userid\":\"u%u\",\"group_nick\":"
				"\"Nick %u\"}",
				who, what)
				.p);
	default:
		return edit_op(f, "t-all", CALL_SWITCH,
			arena_printf(&f->arena, "{\"chatid\":\"made\",\"is_prohibit\":%s}",
				what ? "true" : "false")
				.p);
	}
}

/* ---- replay ---- */

struct replayed {
	struct chat chat;
	struct member people[PEOPLE_MAX];
	size_t n;
};

static struct member *find(struct replayed *r, const struct ledger_person *p)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_eq(r->people[i].id, p->id) &&
			r->people[i].kind == person_kind_from(p->type))
			return &r->people[i];
	return NULL;
}

static void apply_text(const struct text_change *c, struct str *text)
{
	if (!c)
		return;
	if (c->before.p)
		assert_true(str_eq(c->before, *text));
	*text = c->after;
}

static void apply_number(const struct number_change *c, int64_t *number)
{
	if (!c)
		return;
	if (c->before.set)
		assert_int_equal(c->before.value, *number);
	*number = c->after.value;
}

static void apply_people(const struct ledger_change *c, struct replayed *r)
{
	const struct ledger_person *p;
	const struct ledger_nick *nick;
	struct member *m;

	p = c->added.v;
	for (size_t i = 0; i < c->added.n; i++) {
		assert_null(find(r, &p[i]));
		assert_true(r->n < PEOPLE_MAX);
		r->people[r->n++] = (struct member){ person_kind_from(p[i].type), p[i].id,
			p[i].admin.value };
	}
	p = c->removed.v;
	for (size_t i = 0; i < c->removed.n; i++) {
		m = find(r, &p[i]);
		assert_non_null(m);
		assert_int_equal(p[i].admin.value, m->admin);
		assert_true(str_eq(p[i].nick, m->nick));
		*m = r->people[--r->n];
	}
	p = c->promoted.v;
	for (size_t i = 0; i < c->promoted.n; i++) {
		m = find(r, &p[i]);
		assert_true(m && !m->admin);
		m->admin = true;
	}
	p = c->demoted.v;
	for (size_t i = 0; i < c->demoted.n; i++) {
		m = find(r, &p[i]);
		assert_true(m && m->admin);
		m->admin = false;
	}
	nick = c->nicks.v;
	for (size_t i = 0; i < c->nicks.n; i++) {
		m = find(r, &(struct ledger_person){ nick[i].type, nick[i].id });
		assert_non_null(m);
		assert_true(str_eq(nick[i].before, m->nick.p ? m->nick : STR("")));
		m->nick = nick[i].after;
	}
}

static void apply(const struct ledger_entry *e, struct arena *a, struct replayed *r)
{
	struct ledger_change *c = ARENA_NEW(a, struct ledger_change);
	struct str owner_type = person_kind_text(r->chat.owner_kind);
	int64_t tag = r->chat.tag;

	assert_int_equal(
		json_decode(e->change, ledger_change_fields, c, DECODE_STRICT, a, NULL),
		ST_OK);
	assert_int_equal(e->previous, r->chat.last_ledger);
	assert_int_equal(e->version, r->chat.version + 1);
	apply_text(c->openConversationId, &r->chat.open_conversation_id);
	apply_number(c->conversationTag, &tag);
	apply_text(c->createdBy, &r->chat.made_by);
	apply_text(c->name, &r->chat.name);
	apply_text(c->owner, &r->chat.owner);
	apply_text(c->ownerType, &owner_type);
	apply_text(c->icon, &r->chat.icon);
	apply_number(c->linkVersion, &r->chat.link_version);
	for (size_t i = 0; c->managementOptions && i < OPTION_COUNT; i++)
		apply_number(*(struct number_change **)field_at(
				     &options_change_fields[i], c->managementOptions),
			&r->chat.options[i]);
	if (c->dissolved)
		r->chat.dissolved = c->dissolved->after.value;
	if (c->privateChatProhibited)
		r->chat.private_chat_prohibited = c->privateChatProhibited->after.value;
	apply_people(c, r);
	r->chat.tag = (enum conversation_tag)tag;
	r->chat.owner_kind = person_kind_from(owner_type);
	r->chat.chatid = e->chatid;
	r->chat.version = e->version;
	r->chat.last_ledger = e->number;
}

static int by_kind_and_id(const void *x, const void *y)
{
	const struct member *a = x, *b = y;

	return a->kind != b->kind ? (a->kind > b->kind) - (a->kind < b->kind)
				  : str_cmp(a->id, b->id);
}

static void assert_same(struct replayed *r, const struct chat_state *s)
{
	const struct chat *a = &r->chat, *b = &s->chat;

	assert_true(str_eq(a->chatid, b->chatid));
	assert_true(str_eq(a->open_conversation_id, b->open_conversation_id));
	assert_true(str_eq(a->name, b->name));
	assert_true(str_eq(a->owner, b->owner));
	assert_true(str_eq(a->icon, b->icon));
	assert_true(str_eq(a->made_by, b->made_by));
	assert_int_equal(a->owner_kind, b->owner_kind);
	assert_int_equal(a->tag, b->tag);
	assert_int_equal(a->dissolved, b->dissolved);
	assert_int_equal(a->private_chat_prohibited, b->private_chat_prohibited);
	assert_int_equal(a->version, b->version);
	assert_int_equal(a->link_version, b->link_version);
	assert_int_equal(a->last_ledger, b->last_ledger);
	assert_memory_equal(a->options, b->options, sizeof(a->options));
	assert_int_equal(b->member_count, r->n);
	assert_int_equal(s->member_count, r->n);
	qsort(r->people, r->n, sizeof(r->people[0]), by_kind_and_id);
	for (size_t i = 0; i < r->n; i++) {
		assert_int_equal(by_kind_and_id(&r->people[i], &s->members[i]), 0);
		assert_int_equal(r->people[i].admin, s->members[i].admin);
		assert_true(str_eq(r->people[i].nick, s->members[i].nick));
	}
}

static void replaying_a_groups_rows_gives_its_state(void **state)
{
	static const struct change_ops ops = { "make", ask_nothing, agree, make_group };
	struct fixture *f = *state;
	struct change made = { .ops = &ops };
	struct chat_state_read now;
	struct ledger_read q;
	struct replayed r = { 0 };
	struct chat_edit_op *small;
	int applied = 0, edited = 0;

	small_world(f);
	assert_int_equal(do_change(f, &made), ST_OK);
	for (int i = 0; i < UPDATES; i++) {
		struct chat_update_op *op = update_op(f, "t-all", random_update(f));
		enum status st = do_change(f, &op->change);

		assert_true(st == ST_OK || st == ST_REFUSED);
		applied += st == ST_OK && op->plan.changed;
		arena_fini(op->change.arena);
		small = random_edit(f);
		st = do_change(f, &small->change);
		assert_true(st == ST_OK || st == ST_REFUSED);
		edited += st == ST_OK && small->plan.changed;
		arena_fini(small->change.arena);
	}
	assert_true(applied > UPDATES / 10);
	assert_true(edited > UPDATES / 10);
	applied += edited;
	ledger_read_init(&q);
	q.chatid = STR("made");
	q.after = 0;
	q.limit = 2 * UPDATES + 1;
	assert_int_equal(do_read(f, &q.read), ST_OK);
	assert_int_equal(q.count, applied + 1);
	for (size_t i = 0; i < q.count; i++)
		apply(&q.entries[i], &f->arena, &r);
	chat_state_read_init(&now);
	now.chatid = STR("made");
	assert_int_equal(do_read(f, &now.read), ST_OK);
	assert_same(&r, &now.state);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FIXTURE_TEST(replaying_a_groups_rows_gives_its_state),
	};
	const char *given = getenv("QUN_SEED");

	random_bytes(&seed, sizeof(seed));
	if (given)
		seed = strtoull(given, NULL, 10);
	seed |= 1;
	(void)fprintf(stderr, "QUN_SEED=%llu\n", (unsigned long long)seed);
	return fixture_run("replay", tests, ARRAY_LEN(tests));
}
