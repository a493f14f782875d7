/* SPDX-License-Identifier: Apache-2.0 */
#include "group/group_admins.h"

#include "base/limits.h"
#include "group/call_rules.h"

/* ---- the request ---- */

#define IN_CHAT_ID .flags = F_NEEDED, .min = 1, .max = LIMIT_ID, .rule = "chat.id"
#define IN_PEOPLE \
	.flags = F_NEEDED, .min = 1, .max = LIMIT_LIST, .item_min = 1, \
	.item_max = LIMIT_ID, .rule = "people.list"
#define FIELD_ROLE \
	FIELD(struct group_admins, role, .flags = F_NEEDED, .min = ROLE_ADD_ADMIN, \
		.max = ROLE_REMOVE_ADMIN, .rule = "role.known", \
		.doc = "2 makes them administrators, 3 makes them ordinary members", \
		.zh = "2 添加为管理员，3 删除管理员")

const struct field group_admins_fields[] = {
	FIELD_AS(struct group_admins, chat_id, "openConversationId", IN_CHAT_ID,
		.doc = "the group's open id, as create returned it", .zh = "开放群ID"),
	FIELD_AS(struct group_admins, people, "userIds", IN_PEOPLE,
		.doc = "userids of members; the owner's changes nothing",
		.zh = "群成员的 userid 列表；群主不受影响"),
	FIELD_ROLE,
	{ 0 },
};

const struct field group_admins_legacy_fields[] = {
	FIELD_AS(struct group_admins, chat_id, "chatid", IN_CHAT_ID,
		.doc = "the group's chatid, as create returned it", .zh = "群会话ID"),
	FIELD_AS(struct group_admins, people, "userids", IN_PEOPLE,
		.doc = "userids of members, separated by commas; the owner's changes "
		       "nothing",
		.zh = "群成员的 userid，用逗号分隔；群主不受影响"),
	FIELD_ROLE,
	{ 0 },
};

/* ---- the rules ---- */

static bool is_owner(const struct chat *chat, const struct person_facts *person)
{
	return chat->owner_kind == PERSON_EMP && str_eq(chat->owner, person->id);
}

/* The owner has more than an administrator already. */
static bool becomes_admin(const struct chat *chat, const struct person_facts *person)
{
	return !person->admin && !is_owner(chat, person);
}

static bool admins_fit(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;
	const struct group_admins *req = d->req;
	const struct people_facts *people = &d->emp.add.facts;
	int64_t more = 0, after;

	(void)rule;
	for (size_t i = 0; i < people->n; i++)
		more += becomes_admin(&d->facts->chat, &people->v[i]);
	after = d->facts->admin_count + more;
	if (req->role.value == ROLE_REMOVE_ADMIN || more == 0 || after <= LIMIT_ADMINS)
		return true;
	return refuse_at(why, d->emp.add.field, STR_NONE,
		arena_printf(d->arena, "%lld administrators, at most %d", (long long)after,
			LIMIT_ADMINS)
			.p);
}

#define ROW_PEOPLE_LIST(key) \
	{ \
		.id = "people.list", .field = key, .holds = values_are_sent, \
		.answer = REFUSE_STAFF_ID, .errcode = 40031, .stage = RULE_REQUEST, \
		.zh = "请传 " key "：1 到 1000 个 userid，每个为 1 到 64 个字符", \
		.en = "send " key ": 1 to 1,000 userids, each of 1 to 64 characters", \
		.refuses = key " is absent or empty, or has more than 1,000 ids, or an " \
			       "id in it is empty or over 64 characters", \
		.refuses_zh = key " 未传、为空或超过 1000 个，或其中的 id " \
				  "为空或超过 64 个字符", \
	}
#define ROW_ROLE_KNOWN \
	{ \
		.id = "role.known", .field = "role", .holds = values_are_sent, \
		.answer = REFUSE_ROLE, .errcode = 400002, .stage = RULE_REQUEST, \
		.zh = "role 请传 2（添加为管理员）或 3（删除管理员）", \
		.en = "send 2 (make administrators) or 3 (make ordinary members) as role", \
		.refuses = "role is absent, or neither 2 nor 3", \
		.refuses_zh = "role 未传，或不是 2、3", \
	}
#define ROW_ADMINS_CAP(key) \
	{ \
		.id = "admins.cap", .field = key, .holds = admins_fit, \
		.answer = REFUSE_ADMINS, .errcode = 49026, .stage = RULE_FACTS, \
		.zh = "一个群最多 12 名管理员；请减少人数，或先删除一些管理员", \
		.en = "a group has at most 12 administrators; name fewer people, or " \
		      "remove some administrators first", \
		.refuses = "somebody would become an administrator, and the group would " \
			   "have more than 12", \
		.refuses_zh = "有人将成为管理员，且管理员将超过 12 名", \
	}

const struct rule group_admins_rules[] = {
	ROW_CALL_TYPES("openConversationId", 400002),
	ROW_CALL_CHAT_ID("openConversationId", 40016),
	ROW_PEOPLE_LIST("userIds"),
	ROW_ROLE_KNOWN,
	ROW_CALL_CONVERSATION_KNOWN,
	ROW_CALL_CHAT_ACTIVE("openConversationId", 40016),
	ROW_CHAT_APP("openConversationId"),
	ROW_CALL_PEOPLE_KNOWN("userIds", 40031),
	ROW_CALL_PEOPLE_MEMBERS("userIds", REFUSE_STAFF_ID, 40031),
	ROW_ADMINS_CAP("userIds"),
	{ 0 },
};

const struct rule group_admins_legacy_rules[] = {
	ROW_CALL_TYPES("chatid", 400002),
	ROW_CALL_CHAT_ID("chatid", 40016),
	ROW_PEOPLE_LIST("userids"),
	ROW_ROLE_KNOWN,
	ROW_CALL_CHATID_KNOWN(40016),
	ROW_CALL_CHAT_ACTIVE("chatid", 40016),
	ROW_CHAT_APP("chatid"),
	ROW_CALL_PEOPLE_KNOWN("userids", 40031),
	ROW_CALL_PEOPLE_MEMBERS("userids", REFUSE_STAFF_ID, 40031),
	ROW_ADMINS_CAP("userids"),
	{ 0 },
};

/* ---- what it does ---- */

static enum outcome outcome_of(
	const struct chat *chat, const struct person_facts *person, bool adds)
{
	if (is_owner(chat, person))
		return OUTCOME_OWNER;
	if (adds)
		return person->admin ? OUTCOME_ALREADY_ADMIN : OUTCOME_PROMOTED;
	return person->admin ? OUTCOME_DEMOTED : OUTCOME_NOT_ADMIN;
}

static void plan_admins(const struct group_call *c, const struct group_facts *facts,
	struct arena *a, struct group_plan *plan)
{
	const struct group_admins *req = c->req;
	const struct people_facts *people = &facts->add_emp;
	bool adds = req->role.value == ROLE_ADD_ADMIN;
	struct member *changed = ARENA_ARRAY(a, struct member, people->n);
	size_t n = 0;

	plan->admins =
		(struct outcomes){ ARENA_ARRAY(a, enum outcome, people->n), people->n };
	for (size_t i = 0; i < people->n; i++) {
		enum outcome outcome = outcome_of(&facts->chat, &people->v[i], adds);

		plan->admins.v[i] = outcome;
		if (outcome == OUTCOME_PROMOTED || outcome == OUTCOME_DEMOTED)
			changed[n++] = (struct member){ .kind = PERSON_EMP,
				.id = people->v[i].id };
	}
	if (n)
		plan->changed |= CHANGED_ADMINS;
	if (adds) {
		plan->promoted = changed;
		plan->promoted_count = n;
	} else {
		plan->demoted = changed;
		plan->demoted_count = n;
	}
}

struct group_call group_admins_call(const struct group_admins *req,
	const struct field *fields, const struct rule *rules)
{
	enum { PEOPLE = 1 }; /* row of either table */

	return (struct group_call){
		.req = req,
		.fields = fields,
		.rules = rules,
		.chat_id = req->chat_id,
		.people_field = fields[PEOPLE].name,
		.people = req->people,
		.plan = plan_admins,
	};
}
