/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group_update.c -- what DingTalk's page api-updategroup asks of an update, as a table.
 * The order of the rows is the order of the answers: a request that breaks two rules hears
 * of the first.
 */
#include "group/update_rules.h"

#include "base/plant.h"

bool chat_is_server_made(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;

	(void)rule;
	if (!d->facts->client_chatid)
		return true;
	return refuse_value(why, d->chat_id, "comes from the client-side JSAPI");
}

bool owner_is_visible(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;

	(void)rule;
	if (d->facts->chat.owner_kind != PERSON_EMP || d->facts->owner_visible ||
		plant("owner_scope_skipped"))
		return true;
	return refuse_value(why, d->chat_id,
		"the group's present owner is outside the app's visibility scope");
}

bool owner_type_fits(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;
	const struct group_update *req = d->req;

	(void)rule;
	if (!req->ownerType.p)
		return true;
	if (d->owner_kind == PERSON_EXT && d->tag == TAG_INTERNAL)
		return refuse_value(why, req->ownerType, "the group is internal");
	if (!req->owner.p && d->owner_kind != d->facts->chat.owner_kind)
		return refuse_value(why, req->ownerType,
			"differs from the present owner's, and no owner is sent");
	return true;
}

/* The present owner is a member: only the request's own lists can change that. */
bool owner_stays_member(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;
	const struct chat *chat = &d->facts->chat;
	const struct owner_facts *sent = &d->facts->owner;
	enum person_kind kind = d->owner.p ? d->owner_kind : chat->owner_kind;
	struct str owner = d->owner.p ? sent->id : chat->owner;
	const struct people_change *people = decision_people(d, kind);

	(void)rule;
	if (people_change_keeps(people, owner, d->owner.p ? sent->member : true))
		return true;
	if (people_list_has(&people->del, owner))
		return refuse_at(why, people_list_path(&people->del, owner, d->arena),
			owner, "this request removes the owner");
	return refuse_value(why, d->owner, "is not a member, and is not added");
}

const struct rule group_update_rules[] = {
	{
		.id = "body.fields",
		.field = "chatid",
		.holds = values_in_range,
		.answer = REFUSE_PARAMETER,
		.errcode = 40035,
		.stage = RULE_REQUEST,
		.zh = "chatid 必传，1 到 64 个字符；各字段的 JSON 类型须与文档一致",
		.en = "send chatid, of 1 to 64 characters, and every key with its "
		      "documented "
		      "JSON type",
		.refuses =
			"chatid is absent, empty or over 64 characters, or a key has the "
			"wrong JSON type (elements of lists included)",
		.refuses_zh = "chatid 未传、为空或超过 64 个字符，或某个字段的 JSON "
			      "类型不对（包括列表元素）",
	},
	ROW_NAME_LENGTH,
	ROW_OWNER_TYPE,
	ROW_MEMBERS_LIST("add_useridlist"),
	ROW_OPTIONS_RANGE,
	ROW_UPDATE_CHAT_KNOWN,
	ROW_UPDATE_CHAT_SERVER_MADE,
	ROW_UPDATE_CHAT_ACTIVE,
	ROW_CHAT_APP("chatid"),
	ROW_UPDATE_OWNER_VISIBLE,
	ROW_UPDATE_OWNER_KIND,
	ROW_OWNER_NEW_VISIBLE,
	ROW_OWNER_KNOWN,
	ROW_MEMBERS_EXTERNAL("add_extidlist"),
	ROW_MEMBERS_KNOWN("add_useridlist"),
	ROW_UPDATE_OWNER_MEMBER,
	ROW_MEMBERS_CAP("add_useridlist"),
	ROW_ICON_KNOWN,
	{ 0 },
};

bool group_update_check(
	const struct group_update *req, struct arena *a, struct refusal *why)
{
	const struct decision d = { .req = req, .fields = group_update_fields, .arena = a };

	return rules_hold(group_update_rules, RULE_REQUEST, &d, why);
}

static void plan_owner(
	const struct decision *d, const struct owner_facts *sent, struct group_plan *plan)
{
	struct chat *chat = &plan->after;

	if (!d->owner.p)
		return;
	if (d->owner_kind == chat->owner_kind && str_eq(sent->id, chat->owner))
		return;
	chat->owner = sent->id;
	chat->owner_kind = d->owner_kind;
	if (sent->admin) {
		plan->demoted = ARENA_NEW(d->arena, struct member);
		*plan->demoted = (struct member){ .kind = d->owner_kind, .id = sent->id };
		plan->demoted_count = 1;
	}
	plan->changed |= CHANGED_OWNER;
}

static void plan_text(
	struct str sent, struct str *text, enum chat_change change, struct group_plan *plan)
{
	if (!sent.p || str_eq(sent, *text))
		return;
	*text = sent;
	plan->changed |= change;
}

bool group_update_decide_by(const struct rule *rules, const struct group_update *req,
	const struct group_facts *facts, struct arena *a, struct group_plan *plan,
	struct refusal *why)
{
	struct decision d = {
		.req = req,
		.fields = group_update_fields,
		.arena = a,
		.facts = facts,
		.chat_id = req->chatid,
		.tag = facts->chat.tag,
		.owner = req->owner,
		.owner_kind = person_kind_from(req->ownerType),
		.icon = req->icon,
		.emp.add = { "add_useridlist", req->add_useridlist, facts->add_emp },
		.emp.del = { "del_useridlist", req->del_useridlist, facts->del_emp },
		.ext.add = { "add_extidlist", req->add_extidlist, facts->add_ext },
		.ext.del = { "del_extidlist", req->del_extidlist, facts->del_ext },
	};

	*plan = (struct group_plan){ .before = facts->chat, .after = facts->chat };
	decision_work_out_people(&d, facts->chat.member_count);
	if (!rules_hold(rules, RULE_FACTS, &d, why))
		return false;
	plan_text(req->name, &plan->after.name, CHANGED_NAME, plan);
	plan_owner(&d, &facts->owner, plan);
	plan_text(req->icon, &plan->after.icon, CHANGED_ICON, plan);
	decision_plan_options(req->managementOptions, plan);
	decision_plan_people(&d, plan);
	if (plan->changed)
		plan->after.version++;
	if (plan->changed & (CHANGED_NAME | CHANGED_OWNER))
		plan->after.link_version = plan->after.version;
	return true;
}

bool group_update_decide(const struct group_update *req, const struct group_facts *facts,
	struct arena *a, struct group_plan *plan, struct refusal *why)
{
	return group_update_decide_by(group_update_rules, req, facts, a, plan, why);
}
