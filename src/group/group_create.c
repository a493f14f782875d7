/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group_create.c -- making a group, by DingTalk's page create-common-group-new-version-v2.
 * The rows that update has too stand in the same order there.
 */
#include "group/update_rules.h"

static enum conversation_tag wanted_tag(const struct group_create *req)
{
	if (req->conversationTag.set && req->conversationTag.value == TAG_ORDINARY)
		return TAG_ORDINARY;
	return TAG_INTERNAL;
}

/* The field's range is 0..2; a range cannot leave out what is between. */
bool first_tag_is_known(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;
	const struct group_create *req = d->req;

	if (!values_in_range(rule, subject, why))
		return false;
	if (!req->conversationTag.set || req->conversationTag.value != 1)
		return true;
	return refuse_value(why, STR("1"), "neither 0 nor 2");
}

bool first_owner_type_fits(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;
	const struct group_create *req = d->req;

	(void)rule;
	if (person_kind_from(req->ownerType) == PERSON_EMP ||
		wanted_tag(req) == TAG_ORDINARY)
		return true;
	return refuse_value(why, req->ownerType, "the group is internal");
}

bool first_owner_is_listed(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct decision *d = subject;
	const struct people_list *list = &decision_people(d, d->owner_kind)->add;

	(void)rule;
	if (people_list_has(list, d->facts->owner.id))
		return true;
	return refuse_value(
		why, d->owner, arena_printf(d->arena, "is not in %s", list->field).p);
}

const struct rule group_create_rules[] = {
	{
		.id = "body.fields",
		.field = "name",
		.holds = values_in_range,
		.answer = REFUSE_PARAMETER,
		.errcode = 40035,
		.stage = RULE_REQUEST,
		.zh = "name、owner、useridlist 必传；各字段的 JSON 类型须与文档一致",
		.en = "send name, owner and useridlist, and every key with its documented "
		      "JSON type",
		.refuses =
			"name, owner or useridlist is absent, or a key has the wrong JSON "
			"type (elements of lists included)",
		.refuses_zh = "未传 name、owner 或 useridlist，或某个字段的 JSON "
			      "类型不对（包括列表元素）",
	},
	ROW_CREATE_TAG_KNOWN,
	ROW_NAME_LENGTH,
	ROW_OWNER_TYPE,
	ROW_MEMBERS_LIST("useridlist"),
	ROW_OPTIONS_RANGE,
	ROW_CREATE_OWNER_KIND,
	ROW_OWNER_NEW_VISIBLE,
	ROW_OWNER_KNOWN,
	ROW_MEMBERS_EXTERNAL("extidlist"),
	ROW_MEMBERS_KNOWN("useridlist"),
	ROW_CREATE_OWNER_MEMBER,
	ROW_MEMBERS_CAP("useridlist"),
	ROW_ICON_KNOWN,
	{ 0 },
};

bool group_create_check(
	const struct group_create *req, struct arena *a, struct refusal *why)
{
	const struct decision d = { .req = req, .fields = group_create_fields, .arena = a };

	return rules_hold(group_create_rules, RULE_REQUEST, &d, why);
}

bool group_create_decide_by(const struct rule *rules, const struct group_create *req,
	const struct group_facts *facts, const struct chat *fresh, struct arena *a,
	struct group_plan *plan, struct refusal *why)
{
	struct decision d = {
		.req = req,
		.fields = group_create_fields,
		.arena = a,
		.facts = facts,
		.tag = wanted_tag(req),
		.owner = req->owner,
		.owner_kind = person_kind_from(req->ownerType),
		.icon = req->icon,
		.emp.add = { "useridlist", req->useridlist, facts->add_emp },
		.ext.add = { "extidlist", req->extidlist, facts->add_ext },
	};

	*plan = (struct group_plan){ 0 };
	decision_work_out_people(&d, 0);
	if (!rules_hold(rules, RULE_FACTS, &d, why))
		return false;
	plan->after = (struct chat){
		.chatid = fresh->chatid,
		.open_conversation_id = fresh->open_conversation_id,
		.tag = d.tag,
		.name = req->name,
		.owner = facts->owner.id,
		.owner_kind = d.owner_kind,
		.icon = req->icon.p ? req->icon : STR(""),
		.made_by = facts->app.app_key,
		.version = 1,
		.link_version = 1,
	};
	plan->changed = CHANGED_NAME | CHANGED_OWNER;
	if (req->icon.p)
		plan->changed |= CHANGED_ICON;
	decision_plan_options(req->managementOptions, plan);
	decision_plan_people(&d, plan);
	return true;
}

bool group_create_decide(const struct group_create *req, const struct group_facts *facts,
	const struct chat *fresh, struct arena *a, struct group_plan *plan,
	struct refusal *why)
{
	return group_create_decide_by(group_create_rules, req, facts, fresh, a, plan, why);
}
