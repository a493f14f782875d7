/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/limits.h"
#include "store/world_index.h"
#include "json/decode.h"

/* A corp that has one of everything; a case adds to it or replaces the group. */
#define CORP_WITH(more) \
	"{'corpId':'c1','departments':[{'deptId':1}]," \
	"'users':[{'userid':'u1','unionid':'n1','mobile':'138','deptIds':[1]}," \
	"{'userid':'u2'}]," \
	"'externalContacts':[{'unionid':'x1','userid':'xu1'}]," \
	"'apps':[{'appKey':'a1','accessToken':'t1'}]," \
	"'media':[{'mediaId':'@m1'},{'mediaId':'@v1','type':'video','file':'v.mp4'}]" \
	"," more "}"
#define GROUP(more) "{'name':'g','owner':'u1','useridlist':['u1']" more "}"
#define WORLD_WITH(group) "{'corps':[" CORP_WITH("'groups':[" group "]") "]}"
#define ONE(more) "{'corps':[{'corpId':'c1'," more "}]}"

enum { CAP = 3 };

/* Decodes `json`, in which ' stands for ", and checks it. */
static enum status check(
	const char *json, struct world *w, struct arena *a, struct error *e)
{
	struct str text = arena_str(a, str_from(json));
	char *p = arena_cstr(a, text);

	for (char *at = p; *at; at++)
		if (*at == '\'')
			*at = '"';
	*w = (struct world){ 0 };
	TRY(json_decode(str_from(p), world_fields, w, DECODE_STRICT, a, e));
	return world_check(w, CAP, a, e);
}

static const struct {
	const char *json, *place, *why;
} bad[] = {
	/* ranges */
	{ "{}", "corps", "expected a list of objects, found nothing" },
	{ "{'corps':[]}", "corps", "0 elements, at least 1" },
	{ "{'corps':[{'corpId':''}]}", "corps[0].corpId", "0 characters, at least 1" },
	{ ONE("'departments':[{'name':'d'}]"), "corps[0].departments[0].deptId",
		"expected an integer, found nothing" },
	{ ONE("'departments':[{'deptId':0}]"), "corps[0].departments[0].deptId",
		"not in 1..9007199254740991" },
	{ ONE("'users':[{'userid':'a\\tb'}]"), "corps[0].users[0].userid",
		"has a control character" },
	{ ONE("'users':[{'name':' '}]"), "corps[0].users[0].name", "is blank" },
	{ ONE("'apps':[{'permissions':['a b']}]"), "corps[0].apps[0].permissions[0]",
		"only letters, digits and signs" },
	{ ONE("'apps':[{'accessToken':'\u00e9'}]"), "corps[0].apps[0].accessToken",
		"only letters, digits and signs" },
	{ ONE("'media':[{'type':'Image'}]"), "corps[0].media[0].type",
		"is not one of the values allowed" },
	{ ONE("'media':[{'type':'voice'}]"), "corps[0].media[0].file",
		"the built-in file is an image" },
	/* the rules of groups */
	{ WORLD_WITH("{'owner':'u1','useridlist':['u1']}"), "corps[0].groups[0].name",
		"expected a string, found nothing" },
	{ WORLD_WITH("{'name':'','owner':'u1','useridlist':['u1']}"),
		"corps[0].groups[0].name", "0 characters, at least 1" },
	{ WORLD_WITH("{'name':'123456789012345678901','owner':'u1'}"),
		"corps[0].groups[0].name", "21 characters, at most 20" },
	{ WORLD_WITH(GROUP(",'managementOptions':{'searchable':2}")),
		"corps[0].groups[0].managementOptions.searchable", "not in 0..1" },
	{ WORLD_WITH(GROUP(",'conversationTag':1")), "corps[0].groups[0].conversationTag",
		"0 or 2" },
	{ WORLD_WITH(GROUP(",'ownerType':'ext'")), "corps[0].groups[0].ownerType",
		"an internal group's owner is an employee" },
	{ WORLD_WITH(GROUP(",'extidlist':['x1']")), "corps[0].groups[0].extidlist",
		"an internal group has employees only" },
	{ WORLD_WITH("{'name':'g','owner':'u2','useridlist':['u1']}"),
		"corps[0].groups[0].owner", "must be named in useridlist" },
	{ WORLD_WITH("{'name':'g','owner':'u1'}"), "corps[0].groups[0].owner",
		"must be named in useridlist" },
	{ WORLD_WITH(GROUP(",'ownerType':'ext','conversationTag':0")),
		"corps[0].groups[0].owner", "must be named in extidlist" },
	{ WORLD_WITH(GROUP(",'admins':['u2']")), "corps[0].groups[0].admins[0]",
		"must be named in useridlist" },
	{ WORLD_WITH(GROUP(",'admins':['u1']")), "corps[0].groups[0].admins[0]",
		"the owner is no administrator" },
	{ WORLD_WITH("{'name':'g','owner':'u1','useridlist':['u1','u2','u1']}"),
		"corps[0].groups[0].useridlist[2]", "named twice" },
	{ WORLD_WITH("{'name':'g','owner':'u1','useridlist':['u1','u2','u3','u4']}"),
		"corps[0].groups[0].useridlist", "4 members, at most 3" },
	{ WORLD_WITH("{'name':'g','owner':'u1','useridlist':['u1','u2','u3'],"
		     "'conversationTag':0,'extidlist':['x1']}"),
		"corps[0].groups[0].extidlist", "4 members, at most 3" },
	/* ids that are there twice */
	{ "{'corps':[{'corpId':'c1'},{'corpId':'c1'}]}", "corps[1].corpId",
		"the same as corps[0].corpId" },
	{ "{'corps':[{'apps':[{'appKey':'a'}]},{'apps':[{'appKey':'a'}]}]}",
		"corps[1].apps[0].appKey", "the same as corps[0].apps[0].appKey" },
	{ ONE("'apps':[{'accessToken':'t'},{'accessToken':'t'}]"),
		"corps[0].apps[1].accessToken",
		"the same as corps[0].apps[0].accessToken" },
	{ ONE("'departments':[{'deptId':7},{'deptId':7}]"),
		"corps[0].departments[1].deptId",
		"the same as corps[0].departments[0].deptId" },
	{ ONE("'users':[{'userid':'u'},{'userid':'v'},{'userid':'u'}]"),
		"corps[0].users[2].userid", "the same as corps[0].users[0].userid" },
	{ ONE("'users':[{'userid':'a'},{'userid':'a'},{'userid':'z'},{'userid':'z'}]"),
		"corps[0].users[1].userid", "the same as corps[0].users[0].userid" },
	{ ONE("'users':[{'mobile':'138'},{'mobile':'138'}]"), "corps[0].users[1].mobile",
		"the same as corps[0].users[0].mobile" },
	{ ONE("'users':[{'unionid':'n'}],'externalContacts':[{'unionid':'n'}]"),
		"corps[0].externalContacts[0].unionid",
		"the same as corps[0].users[0].unionid" },
	{ ONE("'externalContacts':[{'unionid':'x','userid':'y'},{'unionid':'y'}]"),
		"corps[0].externalContacts[1].unionid",
		"the same as corps[0].externalContacts[0].userid" },
	{ ONE("'media':[{'mediaId':'@m'},{'mediaId':'@m'}]"), "corps[0].media[1].mediaId",
		"the same as corps[0].media[0].mediaId" },
	{ WORLD_WITH(GROUP(",'chatid':'k'") "," GROUP(",'clientChatids':['j','k']")),
		"corps[0].groups[1].clientChatids[1]",
		"the same as corps[0].groups[0].chatid" },
	{ WORLD_WITH(GROUP(",'openConversationId':'k','chatid':'k'")),
		"corps[0].groups[0].openConversationId",
		"the same as corps[0].groups[0].chatid" },
	/* references */
	{ WORLD_WITH("{'name':'g','owner':'u1','useridlist':['u1'],'conversationTag':0,"
		     "'extidlist':['xu1']}"),
		"corps[0].groups[0].extidlist[0]",
		"is corps[0].externalContacts[0].userid; the unionid is meant here" },
	{ WORLD_WITH(GROUP(",'icon':'@v1'")), "corps[0].groups[0].icon",
		"corps[0].media[1].mediaId is not an image" },
	{ "{'corps':[{'apps':[{'appKey':'a'}]},{'users':[{'userid':'u1'}],'groups':[" GROUP(
		  ",'createdBy':'a'") "]}]}",
		"corps[1].groups[0].createdBy", "belongs to another corp" },
	{ ONE("'departments':[{'deptId':1,'parentId':2},{'deptId':2,'parentId':1}]"),
		"corps[0].departments[0].parentId",
		"more than 32 levels deep, or a circle" },
	{ ONE("'departments':[{'deptId':1,'parentId':1}]"),
		"corps[0].departments[0].parentId",
		"more than 32 levels deep, or a circle" },
	{ ONE("'apps':[{'visibleScope':{'all':true,'userIds':['u1']}}]"),
		"corps[0].apps[0].visibleScope", "all leaves no room for lists" },
};

static void a_bad_world_names_the_place_and_the_cause(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct arena a = { 0 };
		struct error e = { 0 };
		struct world w;
		enum status st = check(bad[i].json, &w, &a, &e);

		check_case(bad[i].json, st == ST_INVALID);
		check_str(bad[i].json, str_from(e.field), str_from(bad[i].place));
		check_str(bad[i].json, str_from(e.text), str_from(bad[i].why));
		arena_fini(&a);
	}
}

static void what_a_world_may_hold_is_accepted(void **state)
{
	static const char *const good[] = {
		"{'corps':[{}]}",
		WORLD_WITH(GROUP("")),
		WORLD_WITH(
			"{'name':'12345678901234567890','owner':'u1','useridlist':['u1']}"),
		WORLD_WITH("{'name':'\xe5\x85\xa8','owner':'u1','useridlist':['u1']}"),
		WORLD_WITH("{'name':'g','owner':'x1','ownerType':'ext','extidlist':['x1'],"
			   "'conversationTag':0,'icon':'@m1','createdBy':'a1'}"),
		WORLD_WITH("{'name':'g','owner':'u1','useridlist':['u1','u2','u3']}"),
		WORLD_WITH("{'name':'g','owner':'u1','useridlist':['u2','u1'],'admins':['"
			   "u2']}"),
		/* ids of one corp again in another, and of one kind in another */
		"{'corps':[{'corpId':'a','users':[{'userid':'u'}]},"
		"{'corpId':'b','users':[{'userid':'u'}]}]}",
		ONE("'users':[{'userid':'u','unionid':'u'}],"
		    "'externalContacts':[{'unionid':'v','userid':'u'}]"),
		ONE("'externalContacts':[{'unionid':'x','userid':'x'}]"),
		ONE("'users':[{'mobile':'138'},{}],'apps':[{'visibleScope':{}}]"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct arena a = { 0 };
		struct error e = { 0 };
		struct world w;

		if (check(good[i], &w, &a, &e) != ST_OK)
			fail_msg("%s: %s: %s", good[i], e.field, e.text);
		arena_fini(&a);
	}
}

static struct str prefix(struct str s, size_t n)
{
	return str_slice(s, 0, n);
}

static void what_is_left_out_is_generated_in_the_shape_of_the_real_thing(void **state)
{
	struct arena a = { 0 };
	struct error e = { 0 };
	struct world w;
	const struct world_corp *c;
	const struct world_user *u;
	const struct world_external *x;
	const struct world_app *p;
	const struct world_media *m;
	const struct world_group *g;

	(void)state;
	assert_int_equal(check("{'corps':[{'departments':[{'deptId':7}],'users':[{},{'"
			       "userid':'u1'}],"
			       "'externalContacts':[{}],'apps':[{}],'media':[{}],"
			       "'groups':[" GROUP("") "]}]}",
				 &w, &a, &e),
		ST_OK);
	c = w.corps.v;
	u = c->users.v;
	x = c->externalContacts.v;
	p = c->apps.v;
	m = c->media.v;
	g = c->groups.v;
	check_str("corpId", prefix(c->corpId, 4), STR("ding"));
	assert_int_equal(c->corpId.n, 4 + 16);
	check_str("name of a corp", c->name, c->corpId);
	check_str("name of a department",
		((const struct world_department *)c->departments.v)->name, STR("7"));
	assert_int_equal(u[0].userid.n, 4 + 16);
	check_str("name of a user", u[1].name, STR("u1"));
	check_str("unionid", str_slice(u[0].unionid, 22, 26), STR("iEiE"));
	assert_false(str_eq(u[0].unionid, u[1].unionid));
	check_str("userid of an external", x->userid, x->unionid);
	check_str("appKey", prefix(p->appKey, 4), STR("ding"));
	assert_int_equal(p->appKey.n, 4 + 16);
	assert_int_equal(p->appSecret.n, 64);
	assert_null(p->accessToken.p);
	assert_int_equal(m->mediaId.n, 23);
	check_str("type", m->type, STR("image"));
	check_str("chatid", prefix(g->chatid, 4), STR("chat"));
	assert_int_equal(g->chatid.n, 4 + 32);
	check_str("openConversationId", prefix(g->openConversationId, 3), STR("cid"));
	check_str("padding", str_slice(g->openConversationId, 25, 27), STR("=="));
	assert_int_equal(g->conversationTag.value, 2);
	check_str("ownerType", g->ownerType, STR("emp"));
	arena_fini(&a);
}

static void what_the_file_does_not_have_is_left_to_the_store(void **state)
{
	static const char *const places[] = {
		"corps[0].departments[0].parentId",
		"corps[0].users[0].deptIds[1]",
		"corps[0].apps[0].visibleScope.userIds[0]",
		"corps[0].apps[0].visibleScope.deptIds[0]",
		"corps[0].groups[0].useridlist[1]",
		"corps[0].groups[0].extidlist[0]",
		"corps[0].groups[0].createdBy",
		"corps[0].groups[0].icon",
	};
	struct arena a = { 0 };
	struct error e = { 0 };
	struct world w;

	(void)state;
	assert_int_equal(check("{'corps':[{'departments':[{'deptId':1,'parentId':9}],"
			       "'users':[{'userid':'u1','deptIds':[1,8]}],"
			       "'apps':[{'visibleScope':{'userIds':['z'],'deptIds':[7]}}],"
			       "'groups':[{'name':'g','owner':'u1','useridlist':['u1','y'],"
			       "'extidlist':['x'],'conversationTag':0,'createdBy':'a','"
			       "icon':'@i'}]}]}",
				 &w, &a, &e),
		ST_OK);
	assert_int_equal(w.index->missing_count, ARRAY_LEN(places));
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		assert_string_equal(world_id_place(&w.index->missing[i], &a), places[i]);
	arena_fini(&a);
}

/* Each value is as long as it may be with `limit` pieces between two texts. */
static const struct {
	const char *before, *piece, *after;
	size_t limit;
} limits[] = {
	{ "'name':'", "x", "'", LIMIT_LABEL },
	{ "'corpId':'", "x", "'", LIMIT_ID },
	{ "'departments':[{'deptId':1,'name':'", "x", "'}]", LIMIT_LABEL },
	{ "'users':[{'userid':'", "x", "'}]", LIMIT_ID },
	{ "'users':[{'unionid':'", "x", "'}]", LIMIT_ID },
	{ "'users':[{'name':'", "\xe5\x85\xa8", "'}]", LIMIT_LABEL },
	{ "'users':[{'mobile':'", "1", "'}]", LIMIT_MOBILE },
	{ "'users':[{'deptIds':[1", ",1", "]}]", LIMIT_PERSON_DEPARTMENTS - 1 },
	{ "'externalContacts':[{'unionid':'", "x", "'}]", LIMIT_ID },
	{ "'externalContacts':[{'userid':'", "x", "'}]", LIMIT_ID },
	{ "'externalContacts':[{'name':'", "x", "'}]", LIMIT_LABEL },
	{ "'apps':[{'appKey':'", "x", "'}]", LIMIT_ID },
	{ "'apps':[{'appSecret':'", "x", "'}]", LIMIT_SECRET },
	{ "'apps':[{'accessToken':'", "x", "'}]", LIMIT_SECRET },
	{ "'apps':[{'name':'", "x", "'}]", LIMIT_LABEL },
	{ "'apps':[{'permissions':['p'", ",'p'", "]}]", LIMIT_PERMISSIONS - 1 },
	{ "'apps':[{'permissions':['", "p", "']}]", LIMIT_ID },
	{ "'media':[{'mediaId':'", "x", "'}]", LIMIT_ID },
	{ "'media':[{'file':'", "x", "'}]", LIMIT_PATH },
	{ "'groups':[{'owner':'u','useridlist':['u'],'name':'", "\xf0\x9f\x98\x80", "'}]",
		LIMIT_NAME },
	{ "'groups':[{'owner':'u','useridlist':['u'],'name':'g','chatid':'", "x", "'}]",
		LIMIT_ID },
	{ "'groups':[{'owner':'u','useridlist':['u'],'name':'g','icon':'", "x", "'}]",
		LIMIT_ID },
	{ "'groups':[{'owner':'u','useridlist':['u'],'name':'g','clientChatids':['", "x",
		"']}]", LIMIT_ID },
};

static enum status check_pieces(size_t i, size_t n)
{
	struct buf text = { 0 };
	struct arena a = { 0 };
	struct error e = { 0 };
	struct world w;
	enum status st;

	buf_printf(&text, "{'corps':[{%s", limits[i].before);
	while (n--)
		buf_add_str(&text, str_from(limits[i].piece));
	buf_printf(&text, "%s}]}", limits[i].after);
	st = check(arena_cstr(&a, buf_str(&text)), &w, &a, &e);
	buf_fini(&text);
	arena_fini(&a);
	return st;
}

static void every_range_ends_at_its_limit(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		check_case(limits[i].before, check_pieces(i, limits[i].limit - 1) == ST_OK);
		check_case(limits[i].before, check_pieces(i, limits[i].limit) == ST_OK);
		check_case(limits[i].before,
			check_pieces(i, limits[i].limit + 1) == ST_INVALID);
	}
}

/* A world of `n` objects: one corp and its users. */
static enum status check_users(size_t n)
{
	struct arena a = { 0 };
	struct world w = { 0 };
	struct world_corp corp = { 0 };
	struct error e = { 0 };
	enum status st;

	w.corps = (struct objects){ &corp, 1, true };
	corp.users =
		(struct objects){ ARENA_ARRAY(&a, struct world_user, n - 1), n - 1, true };
	st = world_check(&w, LIMIT_MEMBERS, &a, &e);
	arena_fini(&a);
	return st;
}

static void the_limit_of_objects_holds_exactly(void **state)
{
	(void)state;
	assert_int_equal(check_users(LIMIT_WORLD_OBJECTS - 1), ST_OK);
	assert_int_equal(check_users(LIMIT_WORLD_OBJECTS), ST_OK);
	assert_int_equal(check_users(LIMIT_WORLD_OBJECTS + 1), ST_TOO_LARGE);
}

/* A group of `n` ids from the JSAPI. */
static enum status check_ids(size_t n)
{
	struct arena a = { 0 };
	struct str owner = STR("u1");
	struct world_user user = { .userid = owner };
	struct world_group group = { .name = STR("g"), .owner = owner };
	struct world_corp corp = { 0 };
	struct world w = { .corps = { &corp, 1, true } };
	struct error e = { 0 };
	enum status st;

	group.useridlist = (struct strs){ &owner, 1, true };
	group.clientChatids =
		(struct strs){ ARENA_ARRAY(&a, struct str, n - 1), n - 1, true };
	for (size_t i = 0; i < n - 1; i++)
		group.clientChatids.v[i] = arena_printf(&a, "%zu", i);
	corp.users = (struct objects){ &user, 1, true };
	corp.groups = (struct objects){ &group, 1, true };
	st = world_check(&w, LIMIT_MEMBERS, &a, &e);
	arena_fini(&a);
	return st;
}

static void the_limit_of_ids_in_lists_holds_exactly(void **state)
{
	(void)state;
	assert_int_equal(check_ids(LIMIT_WORLD_IDS - 1), ST_OK);
	assert_int_equal(check_ids(LIMIT_WORLD_IDS), ST_OK);
	assert_int_equal(check_ids(LIMIT_WORLD_IDS + 1), ST_TOO_LARGE);
}

/* `n` departments, each below the one before. */
static enum status check_depth(size_t n)
{
	struct world_department d[64] = { { 0 } };
	struct world_corp corp = { .departments = { d, n, true } };
	struct world w = { .corps = { &corp, 1, true } };
	struct arena a = { 0 };
	struct error e = { 0 };
	enum status st;

	for (size_t i = 0; i < n; i++)
		d[i] = (struct world_department){ (int64_t)i + 1, (int64_t)i, STR("d") };
	st = world_check(&w, LIMIT_MEMBERS, &a, &e);
	arena_fini(&a);
	return st;
}

static void the_limit_of_department_levels_holds_exactly(void **state)
{
	(void)state;
	assert_int_equal(check_depth(LIMIT_DEPARTMENT_DEPTH - 1), ST_OK);
	assert_int_equal(check_depth(LIMIT_DEPARTMENT_DEPTH), ST_OK);
	assert_int_equal(check_depth(LIMIT_DEPARTMENT_DEPTH + 1), ST_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bad_world_names_the_place_and_the_cause),
		cmocka_unit_test(what_a_world_may_hold_is_accepted),
		cmocka_unit_test(
			what_is_left_out_is_generated_in_the_shape_of_the_real_thing),
		cmocka_unit_test(what_the_file_does_not_have_is_left_to_the_store),
		cmocka_unit_test(every_range_ends_at_its_limit),
		cmocka_unit_test(the_limit_of_objects_holds_exactly),
		cmocka_unit_test(the_limit_of_ids_in_lists_holds_exactly),
		cmocka_unit_test(the_limit_of_department_levels_holds_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
