/* SPDX-License-Identifier: Apache-2.0 */
/*
 * update_rules.h -- the rows that the tables of the new API's update and create share with
 * those of the old API's (legacy.h). Inside group/ only.
 */
#ifndef QUN_GROUP_UPDATE_RULES_H
#define QUN_GROUP_UPDATE_RULES_H

#include "group/decision.h"

/* Of an update: the request begins with a struct group_update. */
bool chat_is_server_made(const struct rule *rule, const void *subject, struct refusal *why);
bool owner_is_visible(const struct rule *rule, const void *subject, struct refusal *why);
bool owner_type_fits(const struct rule *rule, const void *subject, struct refusal *why);
bool owner_stays_member(const struct rule *rule, const void *subject, struct refusal *why);

/* Of a create: the request begins with a struct group_create. */
bool first_tag_is_known(const struct rule *rule, const void *subject, struct refusal *why);
bool first_owner_type_fits(
	const struct rule *rule, const void *subject, struct refusal *why);
bool first_owner_is_listed(
	const struct rule *rule, const void *subject, struct refusal *why);

#define ROW_UPDATE_CHAT_KNOWN \
	{ \
		.id = "chat.known", .field = "chatid", .holds = chat_is_known, \
		.answer = REFUSE_PARAMETER, .errcode = 40016, .stage = RULE_FACTS, \
		.zh = "请传本企业的群的 chatid（创建群时返回），并检查 token 所属企业", \
		.en = "send the chatid that creating the group returned, with a token of " \
		      "the " \
		      "same corp", \
		.refuses = "chatid is not a group of the token's corp", \
		.refuses_zh = "chatid 不是 token 所属企业的群", \
	}
#define ROW_UPDATE_CHAT_SERVER_MADE \
	{ \
		.id = "chat.server_made", .field = "chatid", .holds = chat_is_server_made, \
		.answer = REFUSE_PARAMETER, .errcode = 40016, .stage = RULE_FACTS, \
		.zh = "不支持前端 JSAPI 获取的 chatid；请传服务端创建群时返回的 chatid", \
		.en = "a chatid from the client-side JSAPI is not accepted here; send " \
		      "the " \
		      "one " \
		      "that creating the group on the server returned", \
		.refuses = "chatid came from the client-side JSAPI", \
		.refuses_zh = "chatid 由前端 JSAPI 获取", \
	}
#define ROW_UPDATE_CHAT_ACTIVE \
	{ \
		.id = "chat.active", .field = "chatid", .holds = chat_is_active, \
		.answer = REFUSE_PARAMETER, .errcode = 40016, .stage = RULE_FACTS, \
		.zh = "该群已解散，不能再修改；请换一个群", \
		.en = "this group is dissolved and cannot be changed any more; use " \
		      "another", \
		.refuses = "the group is dissolved", .refuses_zh = "群已解散", \
	}
#define ROW_UPDATE_OWNER_VISIBLE \
	{ \
		.id = "owner.visible", .field = "chatid", .holds = owner_is_visible, \
		.answer = REFUSE_OWNER_SCOPE, .errcode = 50002, .stage = RULE_FACTS, \
		.zh = "请将该群现任群主加入应用的可见范围", \
		.en = "put the group's present owner into the app's visibility scope", \
		.refuses = "the group's present owner, an employee, is outside the app's " \
			   "visibility scope", \
		.refuses_zh = "现任群主为企业员工，且不在应用可见范围内", \
	}
#define ROW_UPDATE_OWNER_KIND \
	{ \
		.id = "owner.kind", .field = "ownerType", .holds = owner_type_fits, \
		.answer = REFUSE_PARAMETER, .errcode = 49009, .stage = RULE_FACTS, \
		.zh = "内部群的群主只能为企业员工；变更群主类型时请同时传 owner", \
		.en = "an internal group's owner is an employee; to change the owner's " \
		      "type, " \
		      "send owner too", \
		.refuses = \
			"ownerType is ext in an internal group, or is sent without owner " \
			"and differs from the present owner's", \
		.refuses_zh = "内部群的 ownerType 为 ext，或未传 owner 而 ownerType " \
			      "与现任群主的类型不同", \
	}
#define ROW_UPDATE_OWNER_MEMBER \
	{ \
		.id = "owner.member", .field = "owner", .holds = owner_stays_member, \
		.answer = REFUSE_PARAMETER, .errcode = 49006, .stage = RULE_FACTS, \
		.zh = "变更后群主须为群成员：请同时添加新群主；移除现任群主时，请同时传新" \
		      "群" \
		      "主 " \
		      "owner（先添加后移除，两个列表中都有的人会被移除）", \
		.en = "the owner must be a member after the change: add a new owner as " \
		      "well; " \
		      "to remove the owner, name a new one (who is in both lists ends up " \
		      "out)", \
		.refuses = "after the change the owner would not be a member", \
		.refuses_zh = "变更后群主不是群成员", \
	}
#define ROW_CREATE_TAG_KNOWN \
	{ \
		.id = "tag.known", .field = "conversationTag", \
		.holds = first_tag_is_known, .answer = REFUSE_PARAMETER, .errcode = 49008, \
		.stage = RULE_REQUEST, \
		.zh = "conversationTag 只能为 0（普通群）或 2（内部群）", \
		.en = "send 0 (ordinary group) or 2 (internal group) as conversationTag", \
		.refuses = "conversationTag is neither 0 nor 2", \
		.refuses_zh = "conversationTag 不是 0 或 2", \
	}
#define ROW_CREATE_OWNER_KIND \
	{ \
		.id = "owner.kind", .field = "ownerType", .holds = first_owner_type_fits, \
		.answer = REFUSE_PARAMETER, .errcode = 49009, .stage = RULE_REQUEST, \
		.zh = "群主为外部联系人时，请传 conversationTag: 0（普通群）", \
		.en = "for an external contact as owner send conversationTag: 0 " \
		      "(ordinary " \
		      "group)", \
		.refuses = "ownerType is ext and the group is internal", \
		.refuses_zh = "内部群的 ownerType 为 ext", \
	}
#define ROW_CREATE_OWNER_MEMBER \
	{ \
		.id = "owner.member", .field = "owner", .holds = first_owner_is_listed, \
		.answer = REFUSE_PARAMETER, .errcode = 49006, .stage = RULE_FACTS, \
		.zh = "请把群主也放进成员列表：员工放在 useridlist，外部联系人放在 " \
		      "extidlist", \
		.en = "name the owner among the members as well: an employee in " \
		      "useridlist, " \
		      "an external contact in extidlist", \
		.refuses = "the owner is not in useridlist (emp) or extidlist (ext)", \
		.refuses_zh = "群主不在 useridlist（emp）或 extidlist（ext）中", \
	}

#endif
