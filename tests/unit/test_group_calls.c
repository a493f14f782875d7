/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The small calls about one group: every rule at its boundary, in the order of the tables,
 * and what each change does. Written from DingTalk's pages
 * (batch-setup-group-administrator, set-chat-admin, set-a-group-nickname, set-private-chat,
 * obtain-a-qr-code-link) and docs/compatibility.md.
 */
#include "testing.h"

#include "group_world.h"

#include "base/limits.h"
#include "group/group_admins.h"
#include "group/group_link.h"
#include "group/group_members.h"
#include "group/group_nick.h"
#include "group/group_switch.h"

#define ID_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* The facts that the store would fetch for a call in this world. */
static struct group_facts facts_of_call(
	const struct world *w, const struct group_call *c, int64_t admins, struct arena *a)
{
	const struct group_update like = { .chatid = c->chat_id,
		.add_useridlist = c->people };
	struct group_facts f = facts_of_update(w, &like, a);

	f.client_chatid = false;
	f.admin_count = admins;
	return f;
}

struct outcome_of_call {
	struct arena arena;
	struct group_facts facts;
	struct group_plan plan;
	struct refusal why;
	bool accepted;
};

static void run(const struct world *w, const struct group_call *c, int64_t admins,
	struct outcome_of_call *out)
{
	*out = (struct outcome_of_call){ 0 };
	out->accepted = group_call_check(c, &out->arena, &out->why);
	if (!out->accepted)
		return;
	out->facts = facts_of_call(w, c, admins, &out->arena);
	out->accepted = c->plan ? group_call_decide(c, &out->facts, &out->arena, &out->plan,
					  &out->why)
				: group_call_allows(c, &out->facts, &out->arena, &out->why);
}

/* Ends the call: refused by this rule (NULL: accepted), at this path. */
static void expect(
	const char *name, struct outcome_of_call *o, const char *rule, const char *field)
{
	if (!rule && !o->accepted)
		fail_msg("%s: refused by %s", name, o->why.rule->id);
	if (rule) {
		check_case(name, !o->accepted);
		check_str(name, str_from(o->why.rule->id), str_from(rule));
		check_str(name, str_from(o->why.field), str_from(field));
		check_case(name, o->why.why && o->why.zh && o->why.en);
		check_case(name, o->plan.changed == 0);
	}
	arena_fini(&o->arena);
}

/* ---- administrators ---- */

struct admins_case {
	const char *name;
	struct world world;
	struct group_admins req; /* chat_id is filled in */
	int64_t admins; /* the group has now */
	const char *rule, *field;
};

static struct group_call new_admins(const struct group_admins *req)
{
	return group_admins_call(req, group_admins_fields, group_admins_rules);
}

static void run_admins(const struct admins_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct group_admins req = cases[i].req;
		struct outcome_of_call o;
		struct group_call c;

		if (!req.chat_id.p)
			req.chat_id = STR("cid1");
		c = new_admins(&req);
		run(&cases[i].world, &c, cases[i].admins, &o);
		expect(cases[i].name, &o, cases[i].rule, cases[i].field);
	}
}

#define ADD(...) \
	{ \
		.people = IDS(__VA_ARGS__), .role = INT(2) \
	}
#define REMOVE(...) \
	{ \
		.people = IDS(__VA_ARGS__), .role = INT(3) \
	}

static void a_request_for_administrators_is_whole(void **state)
{
	struct arena a = { 0 };
	const struct strs many = many_ids(LIMIT_LIST + 1, &a);
	const struct strs most = { many.v, LIMIT_LIST, true };
	const struct strs amy = IDS(STR("amy"));
	const struct world anybody = { .anybody = true };
	const struct admins_case cases[] = {
		{ "all there", .req = ADD(STR("amy")) },
		{ "an id of 64", .req = { STR(ID_64), amy, INT(2) } },
		{ "an id of 65", .req = { STR(ID_64 "x"), amy, INT(2) }, .rule = "chat.id",
			.field = "openConversationId" },
		{ "an empty id", .req = { STR(""), amy, INT(2) }, .rule = "chat.id",
			.field = "openConversationId" },
		{ "no people", .req.role = INT(2), .rule = "people.list",
			.field = "userIds" },
		{ "an empty list", .req = { .people = NO_IDS, .role = INT(2) },
			.rule = "people.list", .field = "userIds" },
		{ "1000 people", anybody, { .people = most, .role = INT(2) },
			.rule = "people.members", .field = "userIds[0]" },
		{ "1001 people", anybody, { .people = many, .role = INT(2) },
			.rule = "people.list", .field = "userIds" },
		{ "an empty person", .req = ADD(STR("amy"), STR("")), .rule = "people.list",
			.field = "userIds[1]" },
		{ "a person of 65", .req = ADD(STR(ID_64 "x")), .rule = "people.list",
			.field = "userIds[0]" },
		{ "no role", .req.people = amy, .rule = "role.known", .field = "role" },
		{ "role 1", .req = { .people = amy, .role = INT(1) }, .rule = "role.known",
			.field = "role" },
		{ "role 4", .req = { .people = amy, .role = INT(4) }, .rule = "role.known",
			.field = "role" },
	};
	struct outcome_of_call o;
	struct group_call c;

	(void)state;
	run_admins(cases, ARRAY_LEN(cases));
	c = new_admins(&(struct group_admins){ .people = amy, .role = INT(2) });
	run(&anybody, &c, 0, &o);
	expect("no id at all", &o, "chat.id", "openConversationId");
	arena_fini(&a);
}

static void administrators_are_members_of_an_active_group_of_this_app(void **state)
{
	const struct world unknown = { .unknown_chat = true },
			   dissolved = { .dissolved = true }, other = { .made_by = "app2" },
			   nobodys = { .made_by = "" }, limited = { .limited = true };
	const struct admins_case cases[] = {
		{ "unknown", unknown, ADD(STR("amy")), .rule = "conversation.known",
			.field = "openConversationId" },
		{ "dissolved", dissolved, ADD(STR("amy")), .rule = "chat.active",
			.field = "openConversationId" },
		{ "of another app", other, ADD(STR("amy")), .rule = "chat.app",
			.field = "openConversationId" },
		{ "of no app", nobodys, ADD(STR("amy")) },
		{ "nobody", .req = ADD(STR("amy"), STR("who")), .rule = "people.known",
			.field = "userIds[1]" },
		{ "has left", .req = ADD(STR("gone")), .rule = "people.known",
			.field = "userIds[0]" },
		{ "an external", .req = ADD(STR("x1")), .rule = "people.known",
			.field = "userIds[0]" },
		{ "no member", .req = ADD(STR("amy"), STR("bob")), .rule = "people.members",
			.field = "userIds[1]" },
		{ "no member is removed", .req = REMOVE(STR("bob")),
			.rule = "people.members", .field = "userIds[0]" },
		/* an app that sees few people does not learn who exists */
		{ "nobody, limited", limited, ADD(STR("who")), .rule = "people.members",
			.field = "userIds[0]" },
		{ "somebody out of sight", limited, ADD(STR("far")),
			.rule = "people.members", .field = "userIds[0]" },
		{ "a member who has left", limited, ADD(STR("left")),
			.rule = "people.known", .field = "userIds[0]" },
		{ "a member out of sight", limited, ADD(STR("farm")) },
	};

	(void)state;
	run_admins(cases, ARRAY_LEN(cases));
}

static void a_group_has_at_most_12_administrators(void **state)
{
	const struct world ext_owner = { .ext_owner = true };
	const struct admins_case cases[] = {
		{ "the twelfth", .req = ADD(STR("amy")), .admins = 11 },
		{ "the thirteenth", .req = ADD(STR("amy")), .admins = 12,
			.rule = "admins.cap", .field = "userIds" },
		{ "two for one place", .req = ADD(STR("amy"), STR("farm")), .admins = 11,
			.rule = "admins.cap", .field = "userIds" },
		{ "named twice", .req = ADD(STR("amy"), STR("amy")), .admins = 11 },
		{ "who is one already", .req = ADD(STR("admin")), .admins = 12 },
		{ "who is one already, over the cap", .req = ADD(STR("admin")),
			.admins = 13 },
		{ "the owner takes no place", .req = ADD(STR("boss")), .admins = 12 },
		{ "unless he is none", ext_owner, ADD(STR("boss")), .admins = 12,
			.rule = "admins.cap", .field = "userIds" },
		{ "one goes of too many", .req = REMOVE(STR("admin")), .admins = 14 },
		{ "an ordinary member is made one", .req = REMOVE(STR("amy")),
			.admins = 14 },
	};

	(void)state;
	run_admins(cases, ARRAY_LEN(cases));
}

/* Every rule of the table is here, each broken together with a later one. */
static void the_earlier_of_two_broken_rules_is_told(void **state)
{
	const struct strs nobody = IDS(STR("who")), bob = IDS(STR("bob")),
			  amy = IDS(STR("amy")), bad = IDS(STR(""));
	const struct world unknown = { .unknown_chat = true };
	const struct world dissolved = { .dissolved = true, .made_by = "app2" };
	const struct world other = { .made_by = "app2" }, none = { 0 };
	const struct {
		const char *rule;
		struct world world;
		struct group_admins req;
	} cases[] = {
		{ "chat.id", none, { STR(""), bad, INT(2) } },
		{ "people.list", none, { STR("c"), bad, INT(1) } },
		{ "role.known", unknown, { STR("c"), amy, INT(1) } },
		{ "conversation.known", unknown, { STR("c"), nobody, INT(2) } },
		{ "chat.active", dissolved, { STR("c"), nobody, INT(2) } },
		{ "chat.app", other, { STR("c"), nobody, INT(2) } },
		{ "people.known", none, { STR("c"), IDS(STR("bob"), STR("who")), INT(2) } },
		{ "people.members", none, { STR("c"), bob, INT(2) } },
		{ "admins.cap", none, { STR("c"), amy, INT(2) } },
	};
	const struct rule *row = group_admins_rules;

	(void)state;
	assert_string_equal((row++)->id, "body.fields"); /* the decoder's */
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct group_call c = new_admins(&cases[i].req);
		struct outcome_of_call o;

		run(&cases[i].world, &c, LIMIT_ADMINS, &o);
		assert_false(o.accepted);
		assert_string_equal(o.why.rule->id, cases[i].rule);
		assert_string_equal((row++)->id, cases[i].rule);
		arena_fini(&o.arena);
	}
	assert_null(row->id);
}

static void both_apis_ask_the_same_of_administrators(void **state)
{
	const struct rule *now = group_admins_rules, *then = group_admins_legacy_rules;

	(void)state;
	for (; now->id; now++, then++) {
		assert_true(now->holds == then->holds);
		assert_int_equal(now->answer, then->answer);
		assert_int_equal(now->errcode, then->errcode);
	}
	assert_null(then->id);
}

static void members_become_administrators_and_ordinary_again(void **state)
{
	static const struct {
		const char *name;
		int64_t role;
		const char *changed;
		const char *outcomes[3]; /* of boss, admin and amy */
	} cases[] = {
		{ "added", 2, "amy", { "owner", "already_admin", "promoted" } },
		{ "removed", 3, "admin", { "owner", "demoted", "not_admin" } },
	};
	const struct world none = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct group_admins req = { STR("cid1"),
			IDS(STR("boss"), STR("admin"), STR("amy"), STR("amy")),
			INT(cases[i].role) };
		struct group_call c = new_admins(&req);
		struct outcome_of_call o;
		const struct member *changed;
		bool adds = cases[i].role == 2;

		run(&none, &c, 1, &o);
		changed = adds ? o.plan.promoted : o.plan.demoted;
		assert_true(o.accepted);
		assert_int_equal(o.plan.changed, CHANGED_ADMINS);
		assert_int_equal(o.plan.promoted_count, adds);
		assert_int_equal(o.plan.demoted_count, !adds);
		check_str(cases[i].name, changed->id, str_from(cases[i].changed));
		assert_int_equal(o.plan.admins.n, 3);
		for (size_t j = 0; j < 3; j++)
			check_str(cases[i].name, str_from(outcome_text(o.plan.admins.v[j])),
				str_from(cases[i].outcomes[j]));
		assert_int_equal(changed->kind, PERSON_EMP);
		assert_int_equal(o.plan.after.version, o.plan.before.version + 1);
		assert_int_equal(o.plan.after.link_version, o.plan.before.link_version);
		arena_fini(&o.arena);
	}
}

static void naming_who_is_what_he_should_be_changes_nothing(void **state)
{
	const struct group_admins cases[] = {
		{ STR("c"), IDS(STR("admin")), INT(2) },
		{ STR("c"), IDS(STR("boss")), INT(2) },
		{ STR("c"), IDS(STR("boss")), INT(3) },
		{ STR("c"), IDS(STR("amy")), INT(3) },
	};
	const struct world none = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct group_call c = new_admins(&cases[i]);
		struct outcome_of_call o;

		run(&none, &c, 1, &o);
		assert_true(o.accepted);
		assert_int_equal(o.plan.changed, 0);
		assert_int_equal(o.plan.after.version, o.plan.before.version);
		arena_fini(&o.arena);
	}
}

/* ---- a nick ---- */

struct nick_case {
	const char *name;
	struct world world;
	struct group_nick req;
	const char *rule, *field;
};

static void run_nicks(const struct nick_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct group_nick req = cases[i].req;
		struct group_call c = group_nick_call(&req);
		struct outcome_of_call o;

		run(&cases[i].world, &c, 0, &o);
		expect(cases[i].name, &o, cases[i].rule, cases[i].field);
	}
}

static void a_nick_has_1_to_30_characters(void **state)
{
	struct arena a = { 0 };
	const struct str chat = STR("chat1"), amy = STR("amy");
	const struct nick_case cases[] = {
		{ "one", .req = { chat, amy, STR("n") } },
		{ "30", .req = { chat, amy, repeat(STR("群"), 30, &a) } },
		{ "31", .req = { chat, amy, repeat(STR("群"), 31, &a) },
			.rule = "nick.length", .field = "group_nick" },
		{ "empty", .req = { chat, amy, STR("") }, .rule = "nick.length",
			.field = "group_nick" },
		{ "blank", .req = { chat, amy, STR(" ") }, .rule = "nick.length",
			.field = "group_nick" },
		{ "a line break", .req = { chat, amy, STR("a\nb") }, .rule = "nick.length",
			.field = "group_nick" },
		{ "absent", .req = { chat, amy }, .rule = "nick.length",
			.field = "group_nick" },
	};

	(void)state;
	run_nicks(cases, ARRAY_LEN(cases));
	arena_fini(&a);
}

/* Every rule of the table is here, in its order. */
static void a_nick_is_a_members_of_an_active_group_of_this_app(void **state)
{
	const struct str chat = STR("chat1"), amy = STR("amy"), nick = STR("N");
	const struct world unknown = { .unknown_chat = true };
	const struct world dissolved = { .dissolved = true, .made_by = "app2" };
	const struct world other = { .made_by = "app2" };
	const struct nick_case cases[] = {
		{ "no chatid", .req = { .userid = amy }, .rule = "chat.id",
			.field = "chatid" },
		{ "no userid", .req = { .chatid = chat }, .rule = "person.id",
			.field = "userid" },
		{ "no nick", unknown, { chat, amy }, .rule = "nick.length",
			.field = "group_nick" },
		{ "unknown", unknown, { chat, STR("who"), nick }, .rule = "chat.known",
			.field = "chatid" },
		{ "dissolved", dissolved, { chat, STR("who"), nick }, .rule = "chat.active",
			.field = "chatid" },
		{ "of another app", other, { chat, STR("who"), nick }, .rule = "chat.app",
			.field = "chatid" },
		{ "nobody", .req = { chat, STR("who"), nick }, .rule = "people.known",
			.field = "userid" },
		{ "no member", .req = { chat, STR("bob"), nick }, .rule = "people.members",
			.field = "userid" },
	};

	(void)state;
	run_nicks(cases, ARRAY_LEN(cases));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(group_nick_rules[i + 1].id, cases[i].rule);
	assert_null(group_nick_rules[ARRAY_LEN(cases) + 1].id);
}

static void a_nick_is_set_and_kept(void **state)
{
	struct group_nick req = { STR("chat1"), STR("amy"), STR("Amelia") };
	const struct group_call c = group_nick_call(&req);
	const struct world none = { 0 };
	struct outcome_of_call o;
	struct group_plan again;

	(void)state;
	run(&none, &c, 0, &o);
	assert_true(o.accepted);
	assert_int_equal(o.plan.changed, CHANGED_NICKS);
	assert_int_equal(o.plan.renamed_count, 1);
	check_str("who", o.plan.renamed->id, STR("amy"));
	check_str("after", o.plan.renamed->after, STR("Amelia"));
	assert_int_equal(o.plan.renamed->before.n, 0);
	assert_int_equal(o.plan.after.version, o.plan.before.version + 1);

	/* when he has it already */
	o.facts.add_emp.v[0].nick = STR("Amelia");
	assert_true(group_call_decide(&c, &o.facts, &o.arena, &again, &o.why));
	assert_int_equal(again.changed, 0);
	assert_int_equal(again.after.version, again.before.version);
	arena_fini(&o.arena);
}

/* ---- private chat ---- */

#define YES \
	{ \
		true, true \
	}
#define NO \
	{ \
		false, true \
	}

static void the_switch_is_of_an_active_group_of_this_app(void **state)
{
	const struct world unknown = { .unknown_chat = true };
	const struct world dissolved = { .dissolved = true, .made_by = "app2" };
	const struct world other = { .made_by = "app2" };
	const struct {
		const char *name;
		struct world world;
		struct group_switch req;
		const char *rule, *field;
	} cases[] = {
		{ "on", .req = { STR("chat1"), YES } },
		{ "off", .req = { STR("chat1"), NO } },
		{ "no chatid", .req = { .is_prohibit = YES }, .rule = "values.sent",
			.field = "chatid" },
		{ "an empty chatid", .req = { STR(""), YES }, .rule = "values.sent",
			.field = "chatid" },
		{ "no switch", unknown, { .chatid = STR("chat1") }, .rule = "values.sent",
			.field = "is_prohibit" },
		{ "unknown", unknown, { STR("chat1"), YES }, .rule = "chat.known",
			.field = "chatid" },
		{ "dissolved", dissolved, { STR("chat1"), YES }, .rule = "chat.active",
			.field = "chatid" },
		{ "of another app", other, { STR("chat1"), YES }, .rule = "chat.app",
			.field = "chatid" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct group_call c = group_switch_call(&cases[i].req);
		struct outcome_of_call o;

		run(&cases[i].world, &c, 0, &o);
		expect(cases[i].name, &o, cases[i].rule, cases[i].field);
	}
}

static void the_switch_changes_when_it_is_turned(void **state)
{
	const struct group_switch on = { STR("chat1"), YES }, off = { STR("chat1"), NO };
	const struct group_call turn_on = group_switch_call(&on);
	const struct group_call turn_off = group_switch_call(&off);
	const struct world none = { 0 };
	struct outcome_of_call o;
	struct group_plan back;

	(void)state;
	run(&none, &turn_off, 0, &o);
	assert_int_equal(o.plan.changed, 0);
	arena_fini(&o.arena);
	run(&none, &turn_on, 0, &o);
	assert_int_equal(o.plan.changed, CHANGED_PRIVATE_CHAT);
	assert_true(o.plan.after.private_chat_prohibited);
	assert_int_equal(o.plan.after.version, o.plan.before.version + 1);

	o.facts.chat = o.plan.after;
	assert_true(group_call_decide(&turn_on, &o.facts, &o.arena, &back, &o.why));
	assert_int_equal(back.changed, 0);
	assert_true(group_call_decide(&turn_off, &o.facts, &o.arena, &back, &o.why));
	assert_int_equal(back.changed, CHANGED_PRIVATE_CHAT);
	assert_false(back.after.private_chat_prohibited);
	arena_fini(&o.arena);
}

/* ---- questions ---- */

/* Every rule of the table is here, in its order; any app of the corp may ask. */
static void a_link_is_shared_by_a_member_of_an_active_group(void **state)
{
	const struct str chat = STR("chat1");
	const struct world unknown = { .unknown_chat = true };
	const struct world dissolved = { .dissolved = true }, other = { .made_by = "app2" };
	const struct {
		const char *name, *rule, *field;
		struct world world;
		struct group_link req;
	} cases[] = {
		{ "no chatid", "chat.id", "chatid", .req = { .userid = STR("amy") } },
		{ "no userid", "person.id", "userid", unknown, { .chatid = chat } },
		{ "unknown", "chat.known", "chatid", unknown, { chat, STR("who") } },
		{ "dissolved", "chat.active", "chatid", dissolved, { chat, STR("who") } },
		{ "nobody", "people.known", "userid", .req = { chat, STR("who") } },
		{ "no member", "people.members", "userid", .req = { chat, STR("bob") } },
		{ "a member", NULL, NULL, other, { chat, STR("amy") } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct group_link req = cases[i].req;
		struct group_call c = group_link_call(&req);
		struct outcome_of_call o;

		run(&cases[i].world, &c, 0, &o);
		expect(cases[i].name, &o, cases[i].rule, cases[i].field);
		check_str(cases[i].name, str_from(group_link_rules[i + 1].id),
			str_from(cases[i].rule));
	}
}

static void anybodys_membership_may_be_asked_for(void **state)
{
	const struct world unknown = { .unknown_chat = true };
	const struct world dissolved = { .dissolved = true }, other = { .made_by = "app2" };
	const struct {
		const char *name, *rule, *field;
		struct world world;
		struct group_members_check req;
	} cases[] = {
		{ "an empty id", "body.fields", "openConversationId", unknown,
			{ STR(""), STR("amy") } },
		{ "an empty userId", "body.fields", "userId", unknown,
			{ STR("c"), STR("") } },
		{ "a userId of 65", "body.fields", "userId", unknown,
			{ STR("c"), STR(ID_64 "x") } },
		{ "unknown", "conversation.known", "openConversationId", unknown,
			{ STR("c"), STR("amy") } },
		{ "dissolved", "chat.active", "openConversationId", dissolved,
			{ STR("c"), STR("amy") } },
		{ "a member", NULL, NULL, other, { STR("c"), STR("amy") } },
		{ "nobody", NULL, NULL, .req = { STR("c"), STR("who") } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct group_members_check req = cases[i].req;
		struct group_call c = group_members_check_call(&req);
		struct outcome_of_call o;

		run(&cases[i].world, &c, 0, &o);
		expect(cases[i].name, &o, cases[i].rule, cases[i].field);
	}
}

static void members_are_listed_for_a_member(void **state)
{
	const struct world unknown = { .unknown_chat = true },
			   other = { .made_by = "app2" };
	const struct world dissolved = { .dissolved = true }, none = { 0 };
	const struct str c = STR("c"), amy = STR("amy"), who = STR("who");
	const struct {
		const char *name, *rule, *field;
		struct world world;
		struct group_members_query req;
	} cases[] = {
		{ "one", NULL, NULL, other, { c, amy, .maxResults = INT(1) } },
		{ "1000", NULL, NULL, none, { c, amy, STR(""), INT(1000) } },
		{ "after one of 64", NULL, NULL, none, { c, amy, STR(ID_64), INT(1) } },
		{ "0", "body.fields", "maxResults", none,
			{ c, amy, .maxResults = INT(0) } },
		{ "1001", "body.fields", "maxResults", none,
			{ c, amy, .maxResults = INT(1001) } },
		{ "after one of 65", "body.fields", "nextToken", unknown,
			{ c, amy, STR(ID_64 "x"), INT(1) } },
		{ "unknown", "conversation.known", "openConversationId", unknown,
			{ c, who, .maxResults = INT(1) } },
		{ "dissolved", "chat.active", "openConversationId", dissolved,
			{ c, who, .maxResults = INT(1) } },
		{ "nobody", "people.members", "userId", none,
			{ c, who, .maxResults = INT(1) } },
		{ "no member", "people.members", "userId", none,
			{ c, STR("bob"), .maxResults = INT(1) } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct group_members_query req = cases[i].req;
		struct group_call call = group_members_query_call(&req);
		struct outcome_of_call o;

		run(&cases[i].world, &call, 0, &o);
		expect(cases[i].name, &o, cases[i].rule, cases[i].field);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_for_administrators_is_whole),
		cmocka_unit_test(administrators_are_members_of_an_active_group_of_this_app),
		cmocka_unit_test(a_group_has_at_most_12_administrators),
		cmocka_unit_test(the_earlier_of_two_broken_rules_is_told),
		cmocka_unit_test(both_apis_ask_the_same_of_administrators),
		cmocka_unit_test(members_become_administrators_and_ordinary_again),
		cmocka_unit_test(naming_who_is_what_he_should_be_changes_nothing),
		cmocka_unit_test(a_nick_has_1_to_30_characters),
		cmocka_unit_test(a_nick_is_a_members_of_an_active_group_of_this_app),
		cmocka_unit_test(a_nick_is_set_and_kept),
		cmocka_unit_test(the_switch_is_of_an_active_group_of_this_app),
		cmocka_unit_test(the_switch_changes_when_it_is_turned),
		cmocka_unit_test(a_link_is_shared_by_a_member_of_an_active_group),
		cmocka_unit_test(anybodys_membership_may_be_asked_for),
		cmocka_unit_test(members_are_listed_for_a_member),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
