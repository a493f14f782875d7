/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decision.h -- what the rules of update, create and the small calls look at, and the rows
 * that their tables share. Inside group/ only.
 */
#ifndef QUN_GROUP_DECISION_H
#define QUN_GROUP_DECISION_H

#include "group/group.h"
#include "group/people.h"

/* The subject of every rule in group/. */
struct decision {
	const void *req; /* the request's own struct */
	const struct field *fields; /* its table */
	struct arena *arena;
	/* The rest is set in the second stage, RULE_FACTS. */
	const struct group_facts *facts;
	struct str chat_id; /* the group's, as sent */
	enum conversation_tag tag; /* the group's */
	struct str owner, icon; /* as sent; STR_NONE if not */
	enum person_kind owner_kind; /* of the owner sent */
	struct people_change emp, ext;
	int64_t member_count; /* after the change */
};

/* Works out who joins and leaves; the lists of emp and ext are set by the caller. */
void decision_work_out_people(struct decision *d, int64_t member_count_before);
/* The lists of one kind of people. */
const struct people_change *decision_people(
	const struct decision *d, enum person_kind kind);

/* ---- plans ---- */

/* People and options as they will be; the caller has set plan->after to what was before. */
void decision_plan_people(const struct decision *d, struct group_plan *plan);
void decision_plan_options(const struct management_options *sent, struct group_plan *plan);

/* ---- rules that update and create share ---- */

/* RULE_REQUEST: every value whose field names this rule is in its range. */
bool values_in_range(const struct rule *rule, const void *subject, struct refusal *why);
/* The same, and all of them are sent. */
bool values_are_sent(const struct rule *rule, const void *subject, struct refusal *why);
bool chat_is_known(const struct rule *rule, const void *subject, struct refusal *why);
bool chat_is_active(const struct rule *rule, const void *subject, struct refusal *why);
bool chat_is_of_this_app(const struct rule *rule, const void *subject, struct refusal *why);
bool new_owner_is_visible(
	const struct rule *rule, const void *subject, struct refusal *why);
bool new_owner_is_known(const struct rule *rule, const void *subject, struct refusal *why);
bool externals_may_be_named(
	const struct rule *rule, const void *subject, struct refusal *why);
bool new_members_are_known(
	const struct rule *rule, const void *subject, struct refusal *why);
bool members_fit(const struct rule *rule, const void *subject, struct refusal *why);
bool icon_is_known(const struct rule *rule, const void *subject, struct refusal *why);

#define ROW_NAME_LENGTH \
	{ \
		.id = "name.length", .field = "name", .holds = values_in_range, \
		.answer = REFUSE_PARAMETER, .errcode = 49015, .stage = RULE_REQUEST, \
		.zh = "群名称须为 1 到 20 个字符，不能全是空白，不能含控制字符", \
		.en = "send a name of 1 to 20 characters, not blank, without control " \
		      "characters", \
		.refuses = "not 1-20 characters (Unicode code points), blank, or with " \
			   "control characters", \
		.refuses_zh = "名称不是 1~20 个字符（按 Unicode " \
			      "码点计）、全是空白，或含控制字符", \
	}
#define ROW_OWNER_TYPE \
	{ \
		.id = "owner.type", .field = "ownerType", .holds = values_in_range, \
		.answer = REFUSE_PARAMETER, .errcode = 49014, .stage = RULE_REQUEST, \
		.zh = "ownerType 只能为 emp（企业员工）或 ext（外部联系人）", \
		.en = "send emp (employee) or ext (external contact) as ownerType", \
		.refuses = "ownerType is neither emp nor ext", \
		.refuses_zh = "ownerType 不是 emp 或 ext", \
	}
#define ROW_MEMBERS_LIST(list) \
	{ \
		.id = "members.list", .field = list, .holds = values_in_range, \
		.answer = REFUSE_PARAMETER, .errcode = 40032, .stage = RULE_REQUEST, \
		.zh = "每个列表最多 1000 个 id，每个 id 为 1 到 64 个字符；请分多次调用", \
		.en = "send at most 1,000 ids in a list, each of 1 to 64 characters; " \
		      "split longer lists over several calls", \
		.refuses = "a list is longer than 1,000, or an id in it is empty or over " \
			   "64 characters", \
		.refuses_zh = "某个列表超过 1000 个 id，或其中的 id 为空或超过 64 个字符", \
	}
#define ROW_OPTIONS_RANGE \
	{ \
		.id = "options.range", .field = "managementOptions", \
		.holds = values_in_range, .answer = REFUSE_PARAMETER, .errcode = 40035, \
		.stage = RULE_REQUEST, .zh = "managementOptions 的各项只能为 0 或 1", \
		.en = "send 0 or 1 for each of managementOptions", \
		.refuses = "an option is an integer other than 0 or 1", \
		.refuses_zh = "某项群属性是 0、1 以外的整数", \
	}
#define ROW_CHAT_APP(key) \
	{ \
		.id = "chat.app", .field = key, .holds = chat_is_of_this_app, \
		.answer = REFUSE_CHECK, .errcode = 43007, .stage = RULE_FACTS, \
		.zh = "该群由其他应用创建；请用创建该群的应用的 access_token", \
		.en = "another app made this group; use a token of that app", \
		.refuses = "the group was made by another app", \
		.refuses_zh = "群由其他应用创建", \
	}
#define ROW_OWNER_NEW_VISIBLE \
	{ \
		.id = "owner.new_visible", .field = "owner", \
		.holds = new_owner_is_visible, .answer = REFUSE_OWNER_SCOPE, \
		.errcode = 50002, .stage = RULE_FACTS, \
		.zh = "请将新群主加入应用的可见范围，或检查其 userid", \
		.en = "put the new owner into the app's visibility scope, or check the " \
		      "userid", \
		.refuses = "the new owner, an employee, is outside the app's visibility " \
			   "scope (if that is not the whole corp, an unknown one answers " \
			   "the same)", \
		.refuses_zh = "新群主为企业员工，且不在应用可见范围内（可见范围不是" \
			      "全公司时，不存在的员工答复相同）", \
	}
#define ROW_OWNER_KNOWN \
	{ \
		.id = "owner.known", .field = "owner", .holds = new_owner_is_known, \
		.answer = REFUSE_PARAMETER, .errcode = 49018, .stage = RULE_FACTS, \
		.zh = "owner 请传本企业在职员工的 userid；群主为外部联系人时请同时传 " \
		      "ownerType: ext", \
		.en = "send the userid of an active employee as owner; for an external " \
		      "contact send ownerType: ext with it", \
		.refuses = "the new owner is not an active employee (emp), or not a " \
			   "known external contact, by userid or unionid (ext)", \
		.refuses_zh = "新群主不是在职员工（emp），或不是已知的外部联系人（ext，" \
			      "userid 或 unionid）", \
	}
#define ROW_MEMBERS_EXTERNAL(list) \
	{ \
		.id = "members.external", .field = list, .holds = externals_may_be_named, \
		.answer = REFUSE_PARAMETER, .errcode = 49009, .stage = RULE_FACTS, \
		.zh = "内部群（conversationTag " \
		      "2）不能有外部联系人；请去掉外部联系人列表，" \
		      "或使用普通群（conversationTag 0）", \
		.en = "an internal group (conversationTag 2) has no external contacts; " \
		      "leave the external lists out, or use an ordinary group (0)", \
		.refuses = "external contacts are named for an internal group " \
			   "(conversationTag 2)", \
		.refuses_zh = "内部群（conversationTag 2）的请求中有外部联系人", \
	}
#define ROW_MEMBERS_KNOWN(list) \
	{ \
		.id = "members.known", .field = list, .holds = new_members_are_known, \
		.answer = REFUSE_PARAMETER, .errcode = 40031, .stage = RULE_FACTS, \
		.zh = "请检查该 id：员工列表传本企业在职员工的 userid，外部联系人列表传 " \
		      "unionid", \
		.en = "check this id: user lists take userids of active employees, " \
		      "external lists take unionids of external contacts", \
		.refuses = "an id to add is not an active employee, or not an external " \
			   "contact, of the corp", \
		.refuses_zh = "要添加的 id 不是本企业的在职员工或外部联系人", \
	}
#define ROW_MEMBERS_CAP(list) \
	{ \
		.id = "members.cap", .field = list, .holds = members_fit, \
		.answer = REFUSE_PARAMETER, .errcode = 49005, .stage = RULE_FACTS, \
		.zh = "群人数将超过上限；请减少添加的人，或先移除一些成员", \
		.en = "the group would grow over its cap; add fewer people, or remove " \
		      "some first", \
		.refuses = "somebody joins, and employees plus external contacts would " \
			   "exceed the cap", \
		.refuses_zh = "有人加入，且员工与外部联系人总数将超过上限", \
	}
#define ROW_ICON_KNOWN \
	{ \
		.id = "icon.known", .field = "icon", .holds = icon_is_known, \
		.answer = REFUSE_PARAMETER, .errcode = 40007, .stage = RULE_FACTS, \
		.zh = "icon 请传本企业用 /media/upload（type=image）上传所得的 media_id", \
		.en = "send a media_id that /media/upload (type=image) returned to this " \
		      "corp as icon", \
		.refuses = "icon is not the mediaId of an image of this corp", \
		.refuses_zh = "icon 不是本企业图片的 mediaId", \
	}

#endif
