/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "group/group.h"

static const char *const owner_types[] = { "emp", "ext", NULL };

/* Ranges that several fields have, each under the rule that refuses what is outside. */
#define IN_ID .min = 1, .max = LIMIT_ID
#define IN_NAME .min = 1, .max = LIMIT_NAME, .rule = "name.length"
#define IN_LIST \
	.max = LIMIT_LIST, .item_min = 1, .item_max = LIMIT_ID, .rule = "members.list"
#define IN_OWNER IN_ID, .rule = "owner.known"
#define IN_OWNER_TYPE .oneof = owner_types, .rule = "owner.type"
#define IN_ICON IN_ID, .rule = "icon.known"

const struct field group_update_fields[] = {
	FIELD(struct group_update, chatid, .flags = F_REQUIRED, IN_ID,
		.rule = "body.fields",
		.doc = "the group to change; a chatid from the client-side JSAPI is "
		       "refused",
		.zh = "群会话ID，由创建群接口返回；不支持前端JSAPI获取的chatid"),
	FIELD(struct group_update, name, .flags = F_TEXT, IN_NAME, .doc = "new name",
		.zh = "群名称，1~20个字符"),
	FIELD(struct group_update, owner, IN_OWNER,
		.doc = "new owner, who must be a member after the change: an employee's "
		       "userid, or an external contact's unionid or userid",
		.zh = "新群主，变更后须为群成员：员工的userid，或外部联系人的unionid或"
		      "userid"),
	FIELD(struct group_update, ownerType, IN_OWNER_TYPE,
		.doc = "kind of owner: emp (employee, if not sent) or ext (external "
		       "contact)",
		.zh = "群主类型：emp 企业员工（默认），ext 外部联系人"),
	FIELD(struct group_update, add_useridlist, IN_LIST,
		.doc = "userids of employees to add", .zh = "要添加的员工userid列表"),
	FIELD(struct group_update, del_useridlist, IN_LIST,
		.doc = "userids of employees to remove; removing comes after adding",
		.zh = "要移除的员工userid列表；先添加，后移除"),
	FIELD(struct group_update, add_extidlist, IN_LIST,
		.doc = "unionids of external contacts to add",
		.zh = "要添加的外部联系人unionid列表"),
	FIELD(struct group_update, del_extidlist, IN_LIST,
		.doc = "unionids of external contacts to remove",
		.zh = "要移除的外部联系人unionid列表"),
	FIELD(struct group_update, icon, IN_ICON, .doc = "mediaId of an uploaded image",
		.zh = "群头像的mediaId，由上传媒体文件接口返回"),
	FIELD_OBJECT(struct group_update, managementOptions, management_options_fields,
		.flags = F_EMPTY_LIST_OK,
		.doc = "options to set; those not sent stay as they are, but for "
		       "showHistoryType, which becomes 0",
		.zh = "群属性；未传的项保持不变，但未传 showHistoryType 代表不可查看"),
	{ 0 },
};

const struct field group_create_fields[] = {
	FIELD(struct group_create, name, .flags = F_REQUIRED | F_TEXT, IN_NAME,
		.doc = "name", .zh = "群名称，1~20个字符"),
	FIELD(struct group_create, owner, .flags = F_REQUIRED, IN_OWNER,
		.doc = "owner, who must be named in the list of his kind: an employee's "
		       "userid, or an external contact's unionid or userid",
		.zh = "群主，须在对应的成员列表中：员工的userid，或外部联系人的unionid或"
		      "userid"),
	FIELD(struct group_create, ownerType, IN_OWNER_TYPE,
		.doc = "kind of owner: emp (employee, if not sent) or ext (external "
		       "contact)",
		.zh = "群主类型：emp 企业员工（默认），ext 外部联系人"),
	FIELD(struct group_create, useridlist, .flags = F_REQUIRED, IN_LIST,
		.doc = "userids of the employees", .zh = "员工userid列表"),
	FIELD(struct group_create, extidlist, IN_LIST,
		.doc = "unionids of the external contacts", .zh = "外部联系人unionid列表"),
	FIELD(struct group_create, conversationTag, .min = TAG_ORDINARY,
		.max = TAG_INTERNAL, .rule = "tag.known",
		.doc = "0 ordinary group, 2 internal group (if not sent)",
		.zh = "群类型：0 普通群，2 内部群（默认）"),
	FIELD(struct group_create, icon, IN_ICON, .doc = "mediaId of an uploaded image",
		.zh = "群头像的mediaId，由上传媒体文件接口返回"),
	FIELD_OBJECT(struct group_create, managementOptions, management_options_fields,
		.flags = F_EMPTY_LIST_OK, .doc = "options; those not sent are 0",
		.zh = "群属性；未传的项为 0"),
	{ 0 },
};
