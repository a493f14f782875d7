/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "group/legacy.h"

static const char *const owner_types[] = { "emp", "ext", NULL };

#define IN_ID .min = 1, .max = LIMIT_ID
#define IN_IDS .item_min = 1, .item_max = LIMIT_ID, .rule = "members.list"
#define IN_NAME .min = 1, .max = LIMIT_NAME, .rule = "name.length"

#define U(member, ...) FIELD_AS(struct legacy_update, group.member, #member, __VA_ARGS__)
#define C(member, ...) FIELD_AS(struct legacy_create, group.member, #member, __VA_ARGS__)

const struct field legacy_update_fields[] = {
	U(chatid, .flags = F_NEEDED,
		.doc = "the group to change; a chatid from the client-side JSAPI is "
		       "refused",
		.zh = "群会话ID，由创建群接口返回；不支持前端JSAPI获取的chatid"),
	U(name, .flags = F_TEXT, IN_NAME, .doc = "new name", .zh = "群名称，1~20个字符"),
	U(owner, IN_ID,
		.doc = "new owner, who must be a member after the change: an employee's "
		       "userid, or an external contact's unionid or userid",
		.zh = "新群主，变更后须为群成员：员工的userid，或外部联系人的unionid或"
		      "userid"),
	U(ownerType, .oneof = owner_types, .rule = "owner.type",
		.doc = "kind of owner: emp (employee, if not sent) or ext (external "
		       "contact)",
		.zh = "群主类型：emp 企业员工（默认），ext 外部联系人"),
	U(add_useridlist, .max = LIMIT_OLD_LIST, IN_IDS,
		.doc = "userids of employees to add", .zh = "要添加的员工userid列表"),
	U(del_useridlist, .max = LIMIT_LIST, IN_IDS,
		.doc = "userids of employees to remove, none of whom is to be added",
		.zh = "要移除的员工userid列表，不能与添加列表有交集"),
	U(add_extidlist, .max = LIMIT_OLD_LIST, IN_IDS,
		.doc = "unionids or userids of external contacts to add",
		.zh = "要添加的外部联系人列表：unionid或userid"),
	U(del_extidlist, .max = LIMIT_LIST, IN_IDS,
		.doc = "unionids or userids of external contacts to remove, none of whom "
		       "is to be added",
		.zh = "要移除的外部联系人列表：unionid或userid，不能与添加列表有交集"),
	U(icon, IN_ID, .doc = "mediaId of an uploaded image",
		.zh = "群头像的mediaId，由上传媒体文件接口返回"),
#define X(member, chinese, english) \
	FIELD_AS(struct legacy_update, options.member, #member, .min = 0, .max = 1, \
		.rule = "options.range", .doc = english, .zh = chinese),
	CHAT_OPTIONS(X)
#undef X
		FIELD(struct legacy_update, isBan,
			.doc = "the same as chatBannedType, which it overrules: true mutes "
			       "everybody, false does not; by itself it leaves "
			       "showHistoryType as it is",
			.zh = "是否禁言：与 chatBannedType 相同，同时传时以本字段为准；"
			      "仅传本字段时 showHistoryType 不变"),
	{ 0 },
};

const struct field legacy_create_fields[] = {
	C(name, .flags = F_NEEDED | F_TEXT, IN_NAME, .doc = "name",
		.zh = "群名称，1~20个字符"),
	C(owner, .flags = F_NEEDED, IN_ID,
		.doc = "owner, who must be named in the list of his kind: an employee's "
		       "userid, or an external contact's unionid or userid",
		.zh = "群主，须在对应的成员列表中：员工的userid，或外部联系人的unionid或"
		      "userid"),
	C(ownerType, .oneof = owner_types, .rule = "owner.type",
		.doc = "kind of owner: emp (employee, if not sent) or ext (external "
		       "contact)",
		.zh = "群主类型：emp 企业员工（默认），ext 外部联系人"),
	C(useridlist, .flags = F_NEEDED, .max = LIMIT_OLD_LIST, IN_IDS,
		.doc = "userids of the employees", .zh = "员工userid列表"),
	C(extidlist, .max = LIMIT_OLD_LIST, IN_IDS,
		.doc = "unionids or userids of the external contacts",
		.zh = "外部联系人列表：unionid或userid"),
	C(conversationTag, .min = TAG_ORDINARY, .max = TAG_INTERNAL, .rule = "tag.known",
		.doc = "0 ordinary group, 2 internal group (if not sent)",
		.zh = "群类型：0 普通群，2 内部群（默认）"),
	C(icon, IN_ID, .doc = "mediaId of an uploaded image",
		.zh = "群头像的mediaId，由上传媒体文件接口返回"),
#define X(member, chinese, english) \
	FIELD_AS(struct legacy_create, options.member, #member, .min = 0, .max = 1, \
		.rule = "options.range", .doc = english, .zh = chinese),
	CHAT_OPTIONS(X)
#undef X
		{ 0 },
};

/* NULL if none is sent: then what the group has stays, as without managementOptions. */
static struct management_options *options_sent(
	const struct management_options *options, struct arena *a)
{
	for (unsigned i = 0; i < OPTION_COUNT; i++)
		if (management_option(options, i)->set) {
			struct management_options *copy =
				ARENA_NEW(a, struct management_options);

			*copy = *options;
			return copy;
		}
	return NULL;
}

struct group_update legacy_update_group(const struct legacy_update *req, struct arena *a)
{
	struct group_update group = req->group;
	struct management_options *options = options_sent(&req->options, a);

	if (req->isBan.set) {
		if (!options) {
			options = ARENA_NEW(a, struct management_options);
			options->history_stays = true;
		}
		options->chatBannedType = (struct opt_int){ req->isBan.value, true };
	}
	group.managementOptions = options;
	return group;
}

struct group_create legacy_create_group(const struct legacy_create *req, struct arena *a)
{
	struct group_create group = req->group;

	group.managementOptions = options_sent(&req->options, a);
	return group;
}
