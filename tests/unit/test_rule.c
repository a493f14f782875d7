/* SPDX-License-Identifier: Apache-2.0 */
/* The engine, what is told about a refusal, and the tables' own consistency. */
#include "testing.h"

#include "group/group_admins.h"
#include "group/group_link.h"
#include "group/group_members.h"
#include "group/group_nick.h"
#include "group/group_switch.h"

#include <string.h>

static void answers_are_spelled_as_dingtalk_spells_them(void **state)
{
	const struct {
		enum refuse refuse;
		int http;
		const char *code, *message;
	} cases[] = {
		{ REFUSE_NO_TOKEN, 400, "AuthenticationFailed.MissingParameter",
			"缺少参数：x-acs-dingtalk-access-token" },
		{ REFUSE_TOKEN, 400, "InvalidAuthentication", "不合法的access_token" },
		{ REFUSE_BODY, 400, "Missingbody", "body is mandatory for this action." },
		{ REFUSE_PARAMETER, 400, "parameter.invalid", "输入参数错误" },
		{ REFUSE_CHECK, 400, "permession.checkFailed", "权限校验失败" },
		{ REFUSE_OWNER_SCOPE, 400, "permession.checkFailed",
			"群主不在应用可见性内" },
		{ REFUSE_CONVERSATION, 400, "invalidParameter.openConversationId.invalid",
			"无效的会话id" },
		{ REFUSE_STAFF_ID, 400, "invalid.staffid", "无效的userId" },
		{ REFUSE_NO_STAFF, 400, "staff.not.found", "员工不存在" },
		{ REFUSE_ROLE, 400, "invalidParamter.role", "无效的role" },
		{ REFUSE_ADMINS, 400, "subadmin.exceed", "管理员超限" },
		{ REFUSE_DISBANDED, 400, "group.diaband", "群已经解散" },
		{ REFUSE_NOT_IN_GROUP, 400, "userNotInGroup", "用户不在群中" },
		{ REFUSE_NOT_FOUND, 404, "InvalidAction.NotFound",
			"Specified api is not found, please check your url and method." },
		{ REFUSE_SYSTEM, 500, "system.error", "请重试，若始终失败请提交工单" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct refuse_text *text = refuse_text(cases[i].refuse);

		assert_int_equal(text->http, cases[i].http);
		assert_string_equal(text->code, cases[i].code);
		assert_string_equal(text->message, cases[i].message);
	}
	for (unsigned i = 0; i < REFUSE_COUNT; i++) {
		const struct refuse_text *text = refuse_text(i);

		/* the legacy API answers 200, with an errcode inside */
		assert_true(text->http == 200 || (text->http >= 400 && text->http < 600));
		assert_true(text->code[0] && text->message[0]);
	}
}

/* A rule that holds unless the subject, a string, has the first letter of its id. */
static bool letter_absent(const struct rule *rule, const void *subject, struct refusal *why)
{
	struct str s = str_from(subject);

	if (str_find(s, rule->id[0]) == s.n)
		return true;
	return refuse_at(why, "letters[0]", s, "has it");
}

static bool digit_absent(const struct rule *rule, const void *subject, struct refusal *why)
{
	(void)rule;
	return strchr(subject, '1') ? refuse_value(why, STR("1"), NULL) : true;
}

static const struct rule letters[] = {
	{ .id = "a", .field = "letters", .holds = letter_absent, .zh = "甲", .en = "no a" },
	{ .id = "1", .field = "digits", .holds = digit_absent, .zh = "一", .en = "no 1" },
	{ .id = "b", .field = "letters", .holds = letter_absent, .stage = RULE_FACTS },
	{ .id = "c", .field = "letters", .holds = letter_absent, .stage = RULE_FACTS },
	{ 0 },
};

static void the_first_rule_of_the_stage_that_does_not_hold_refuses(void **state)
{
	const struct {
		const char *subject;
		enum rule_stage stage;
		const char *rule, *field;
	} cases[] = {
		{ "xyz", RULE_REQUEST, NULL, NULL },
		{ "xyz", RULE_FACTS, NULL, NULL },
		{ "a1bc", RULE_REQUEST, "a", "letters[0]" },
		{ "1bc", RULE_REQUEST, "1", "digits" },
		{ "bc", RULE_REQUEST, NULL, NULL },
		{ "a1bc", RULE_FACTS, "b", "letters[0]" },
		{ "a1c", RULE_FACTS, "c", "letters[0]" },
		{ "a1", RULE_FACTS, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct refusal why = { .field = "stale" };
		bool held = rules_hold(letters, cases[i].stage, cases[i].subject, &why);

		assert_true(held == !cases[i].rule);
		if (held) {
			assert_null(why.rule);
			assert_null(why.field);
			continue;
		}
		assert_string_equal(why.rule->id, cases[i].rule);
		assert_string_equal(why.field, cases[i].field);
		assert_ptr_equal(why.zh, why.rule->zh);
		assert_ptr_equal(why.en, why.rule->en);
	}
}

static void a_rule_is_found_by_its_id(void **state)
{
	struct refusal why;

	(void)state;
	assert_ptr_equal(rule_find(letters, "b"), &letters[2]);
	assert_null(rule_find(letters, "d"));
	assert_null(rule_find(letters, ""));

	why = refusal_by(&letters[0]);
	assert_ptr_equal(why.rule, &letters[0]);
	assert_string_equal(why.field, "letters");
	assert_string_equal(why.en, "no a");
	assert_null(why.value.p);
	assert_null(why.why);
}

static void every_row_is_complete(void **state)
{
	const struct {
		const struct rule *rules;
		const struct field *fields;
	} tables[] = {
		{ group_update_rules, group_update_fields },
		{ group_create_rules, group_create_fields },
		{ group_admins_rules, group_admins_fields },
		{ group_admins_legacy_rules, group_admins_legacy_fields },
		{ group_nick_rules, group_nick_fields },
		{ group_switch_rules, group_switch_fields },
		{ group_link_rules, group_link_fields },
		{ group_members_check_rules, group_members_check_fields },
		{ group_members_query_rules, group_members_query_fields },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		enum rule_stage stage = RULE_REQUEST;

		for (const struct rule *r = tables[i].rules; r->id; r++) {
			check_case(r->id,
				r->holds && r->zh && r->en && r->refuses && r->refuses_zh);
			check_case(r->id, field_find(tables[i].fields, str_from(r->field)));
			check_case(r->id, r->errcode > 0);
			check_case(r->id, refuse_text(r->answer)->http == 400);
			check_case(r->id, rule_find(tables[i].rules, r->id) == r);
			check_case(r->id, r->stage >= stage);
			stage = r->stage;
		}
		for (const struct field *f = tables[i].fields; f->name; f++) {
			check_case(f->name, f->doc && f->zh);
			check_case(f->name, f->sub || rule_find(tables[i].rules, f->rule));
		}
	}
}

static void legacy_errcodes_and_answers_are_the_tables(void **state)
{
	const struct {
		const char *rule;
		enum refuse answer;
		int errcode;
	} rows[] = {
		{ "body.fields", REFUSE_PARAMETER, 40035 },
		{ "name.length", REFUSE_PARAMETER, 49015 },
		{ "owner.type", REFUSE_PARAMETER, 49014 },
		{ "options.range", REFUSE_PARAMETER, 40035 },
		{ "chat.known", REFUSE_PARAMETER, 40016 },
		{ "chat.server_made", REFUSE_PARAMETER, 40016 },
		{ "chat.active", REFUSE_PARAMETER, 40016 },
		{ "chat.app", REFUSE_CHECK, 43007 },
		{ "owner.visible", REFUSE_OWNER_SCOPE, 50002 },
		{ "owner.new_visible", REFUSE_OWNER_SCOPE, 50002 },
		{ "owner.known", REFUSE_PARAMETER, 49018 },
		{ "members.external", REFUSE_PARAMETER, 49009 },
		{ "members.known", REFUSE_PARAMETER, 40031 },
		{ "owner.member", REFUSE_PARAMETER, 49006 },
		{ "members.cap", REFUSE_PARAMETER, 49005 },
		{ "icon.known", REFUSE_PARAMETER, 40007 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct rule *r = rule_find(group_update_rules, rows[i].rule);

		assert_int_equal(r->answer, rows[i].answer);
		assert_int_equal(r->errcode, rows[i].errcode);
	}
}

/* As the pages of these calls list them. */
static void the_small_calls_answer_as_their_pages_say(void **state)
{
	const struct {
		const struct rule *rules;
		const char *rule;
		enum refuse answer; /* of the new API */
		int errcode;
	} rows[] = {
		{ group_admins_rules, "chat.id", REFUSE_CONVERSATION, 40016 },
		{ group_admins_rules, "people.list", REFUSE_STAFF_ID, 40031 },
		{ group_admins_rules, "role.known", REFUSE_ROLE, 400002 },
		{ group_admins_rules, "conversation.known", REFUSE_CONVERSATION, 40016 },
		{ group_admins_rules, "chat.active", REFUSE_DISBANDED, 40016 },
		{ group_admins_rules, "chat.app", REFUSE_CHECK, 43007 },
		{ group_admins_rules, "people.known", REFUSE_NO_STAFF, 40031 },
		{ group_admins_rules, "people.members", REFUSE_STAFF_ID, 40031 },
		{ group_admins_rules, "admins.cap", REFUSE_ADMINS, 49026 },
		{ group_nick_rules, "body.fields", REFUSE_PARAMETER, 400002 },
		{ group_nick_rules, "chat.id", REFUSE_CONVERSATION, 34001 },
		{ group_nick_rules, "person.id", REFUSE_STAFF_ID, 40003 },
		{ group_nick_rules, "nick.length", REFUSE_PARAMETER, 400002 },
		{ group_nick_rules, "chat.known", REFUSE_CONVERSATION, 34001 },
		{ group_nick_rules, "chat.active", REFUSE_DISBANDED, 34001 },
		{ group_nick_rules, "chat.app", REFUSE_CHECK, 43007 },
		{ group_nick_rules, "people.known", REFUSE_NO_STAFF, 40003 },
		{ group_nick_rules, "people.members", REFUSE_NOT_IN_GROUP, 60124 },
		{ group_switch_rules, "body.fields", REFUSE_PARAMETER, 40035 },
		{ group_switch_rules, "values.sent", REFUSE_PARAMETER, 40036 },
		{ group_switch_rules, "chat.known", REFUSE_CONVERSATION, 34001 },
		{ group_switch_rules, "chat.active", REFUSE_DISBANDED, 34001 },
		{ group_link_rules, "chat.known", REFUSE_CONVERSATION, 34001 },
		{ group_link_rules, "people.known", REFUSE_NO_STAFF, 40003 },
		{ group_link_rules, "people.members", REFUSE_NOT_IN_GROUP, 60124 },
		{ group_members_query_rules, "people.members", REFUSE_NOT_IN_GROUP, 60124 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct rule *r = rule_find(rows[i].rules, rows[i].rule);

		check_case(rows[i].rule, r && r->answer == rows[i].answer);
		check_case(rows[i].rule, r->errcode == rows[i].errcode);
	}
}

static void a_hint_names_what_was_probably_meant(void **state)
{
	const struct {
		const char *rule;
		struct str value;
		unsigned kinds;
		const char *says; /* in the English hint; NULL: the row's own */
	} cases[] = {
		{ "chat.known", STR("cidVwhmrlxsR3sL3+JdH1LjUA=="), 0,
			"openConversationId" },
		{ "chat.known", STR("cid-from-a-world"), ID_OPEN_CONVERSATION,
			"openConversationId" },
		{ "chat.known", STR("cid-but-short"), 0, NULL },
		{ "chat.known", STR("abcVwhmrlxsR3sL3+JdH1LjUA=="), 0, NULL },
		{ "chat.known", STR("u1"), ID_USERID, NULL },
		{ "chat.known", STR("js1"), ID_CLIENT_CHAT, "JSAPI" },
		{ "chat.server_made", STR("chatjs0001"), ID_CLIENT_CHAT, NULL },
		{ "conversation.known", STR("chat1"), ID_CHATID, "openConversationId" },
		{ "conversation.known", STR("js1"), ID_CLIENT_CHAT, "openConversationId" },
		{ "conversation.known", STR("cidVwhmrlxsR3sL3+JdH1LjUA=="), 0, NULL },
		{ "people.known", STR("u1"), ID_USERID | ID_INACTIVE, "has left" },
		{ "people.known", STR("u1"), ID_EMP_UNIONID, "unionid" },
		{ "people.known", STR("u1"), ID_EXT_UNIONID, "external contact" },
		{ "people.known", STR("u1"), ID_EXT_USERID, "external contact" },
		{ "people.members", STR("u1"), ID_EMP_UNIONID | ID_INACTIVE, NULL },
		{ "owner.known", STR("u1"), ID_EMP_UNIONID, "unionid" },
		{ "owner.known", STR("u1"), ID_EXT_UNIONID, "ownerType: ext" },
		{ "owner.known", STR("u1"), ID_EXT_USERID, "ownerType: ext" },
		{ "owner.known", STR("u1"), ID_USERID, "ownerType: emp" },
		{ "owner.known", STR("u1"), ID_USERID | ID_INACTIVE, "has left" },
		{ "owner.known", STR("u1"), ID_CHATID, "chatid" },
		{ "owner.known", STR("u1"), ID_NOTHING, NULL },
		{ "owner.new_visible", STR("u1"), ID_EMP_UNIONID | ID_INACTIVE, NULL },
		{ "members.known", STR("u1"), ID_USERID | ID_INACTIVE, "has left" },
		{ "members.known", STR("u1"), ID_EMP_UNIONID, "employee's unionid" },
		{ "members.known", STR("u1"), ID_EXT_USERID, "external contact's userid" },
		{ "members.known", STR("u1"), ID_EXT_UNIONID, "external list" },
		{ "members.known", STR("u1"), ID_USERID, "user list" },
		{ "members.known", STR("u1"), ID_CHATID, "chatid" },
		{ "members.known", STR("u1"), ID_MEDIA, NULL },
		{ "icon.known", STR("http://a/b.png"), 0, "URL" },
		{ "icon.known", STR("https://a/b.png"), 0, "URL" },
		{ "icon.known", STR("@voice"), ID_MEDIA, "not an image" },
		{ "icon.known", STR("chat1"), ID_CHATID, "chatid" },
		{ "members.cap", STR_NONE, ID_USERID, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct rule *rule = rule_find(group_update_rules, cases[i].rule);
		struct refusal why;

		if (!rule)
			rule = rule_find(group_admins_rules, cases[i].rule);
		why = refusal_by(rule);
		why.value = cases[i].value;
		refusal_explain(&why, cases[i].kinds);
		if (!cases[i].says) {
			assert_ptr_equal(why.zh, rule->zh);
			assert_ptr_equal(why.en, rule->en);
			continue;
		}
		assert_ptr_not_equal(why.zh, rule->zh);
		if (!strstr(why.en, cases[i].says))
			fail_msg("%s: \"%s\" lacks \"%s\"", cases[i].rule, why.en,
				cases[i].says);
	}
}

static void a_look_up_is_wanted_where_it_can_tell_more(void **state)
{
	const struct {
		const char *rule;
		struct str value;
		bool wanted;
	} cases[] = {
		{ "chat.known", STR("x"), true },
		{ "owner.known", STR("x"), true },
		{ "members.known", STR("x"), true },
		{ "icon.known", STR("x"), true },
		{ "icon.known", STR(""), false },
		{ "members.known", STR_NONE, false },
		{ "owner.new_visible", STR("x"), false },
		{ "name.length", STR("x"), false },
		{ "chat.app", STR("x"), false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct refusal why =
			refusal_by(rule_find(group_update_rules, cases[i].rule));

		why.value = cases[i].value;
		check_case(cases[i].rule, refusal_wants_lookup(&why) == cases[i].wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_spelled_as_dingtalk_spells_them),
		cmocka_unit_test(the_first_rule_of_the_stage_that_does_not_hold_refuses),
		cmocka_unit_test(a_rule_is_found_by_its_id),
		cmocka_unit_test(every_row_is_complete),
		cmocka_unit_test(legacy_errcodes_and_answers_are_the_tables),
		cmocka_unit_test(the_small_calls_answer_as_their_pages_say),
		cmocka_unit_test(a_hint_names_what_was_probably_meant),
		cmocka_unit_test(a_look_up_is_wanted_where_it_can_tell_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
