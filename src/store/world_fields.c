/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "store/media_ops.h"
#include "store/world.h"

/* The largest integer that every JSON reader keeps exactly. */
#define INTEGER_MAX 9007199254740991

#define IN_ID .flags = F_TEXT, .min = 1, .max = LIMIT_ID
#define IN_LABEL .flags = F_TEXT, .min = 1, .max = LIMIT_LABEL
#define IN_SECRET .flags = F_TEXT | F_SECRET, .min = 1, .max = LIMIT_SECRET
#define IN_IDS .item_min = 1, .item_max = LIMIT_ID

static const struct field department_fields[] = {
	FIELD(struct world_department, deptId, .flags = F_REQUIRED, .min = 1,
		.max = INTEGER_MAX, .doc = "unique in its corp",
		.zh = "部门ID，企业内唯一"),
	FIELD(struct world_department, name, IN_LABEL, .doc = "the id if left out",
		.zh = "部门名称，默认同部门ID"),
	FIELD(struct world_department, parentId, .max = INTEGER_MAX,
		.doc = "the department above; 0 or left out: none",
		.zh = "上级部门ID；0 或不填表示没有上级"),
	{ 0 },
};

static const struct field user_fields[] = {
	FIELD(struct world_user, userid, IN_ID, .doc = "generated if left out",
		.zh = "员工userid，不填则自动生成"),
	FIELD(struct world_user, unionid, IN_ID, .doc = "generated if left out",
		.zh = "员工unionid，不填则自动生成"),
	FIELD(struct world_user, name, IN_LABEL, .doc = "the userid if left out",
		.zh = "姓名，默认同userid"),
	FIELD(struct world_user, mobile, .flags = F_TEXT, .min = 1, .max = LIMIT_MOBILE,
		.doc = "unique in its corp", .zh = "手机号，企业内唯一"),
	FIELD(struct world_user, deptIds, .max = LIMIT_PERSON_DEPARTMENTS,
		.doc = "departments he is in; none if left out", .zh = "所属部门ID列表"),
	FIELD(struct world_user, active, .doc = "false: has left the company",
		.zh = "是否在职，默认 true"),
	{ 0 },
};

static const struct field external_fields[] = {
	FIELD(struct world_external, unionid, IN_ID, .doc = "generated if left out",
		.zh = "外部联系人unionid，不填则自动生成"),
	FIELD(struct world_external, userid, IN_ID, .doc = "the unionid if left out",
		.zh = "外部联系人userid，默认同unionid"),
	FIELD(struct world_external, name, IN_LABEL, .doc = "the unionid if left out",
		.zh = "姓名，默认同unionid"),
	{ 0 },
};

static const struct field scope_fields[] = {
	FIELD(struct world_scope, all, .doc = "true: the whole corp; then no lists",
		.zh = "true 表示全员可见，此时不填列表"),
	FIELD(struct world_scope, userIds, IN_IDS, .doc = "employees",
		.zh = "可见员工userid列表"),
	FIELD(struct world_scope, deptIds, .doc = "departments and those below them",
		.zh = "可见部门ID列表，包含下级部门"),
	{ 0 },
};

static const struct field app_fields[] = {
	FIELD(struct world_app, appKey, IN_ID,
		.doc = "unique in the store; generated if left out",
		.zh = "应用的appKey，全局唯一，不填则自动生成"),
	FIELD(struct world_app, appSecret, IN_SECRET, .doc = "generated if left out",
		.zh = "应用的appSecret，不填则自动生成"),
	FIELD(struct world_app, agentId, .max = INTEGER_MAX, .doc = "0 if left out",
		.zh = "应用的agentId，默认 0"),
	FIELD(struct world_app, name, IN_LABEL, .doc = "the appKey if left out",
		.zh = "应用名称，默认同appKey"),
	FIELD(struct world_app, permissions, .max = LIMIT_PERMISSIONS, IN_IDS,
		.doc = "permission points; qyapi_base is implied",
		.zh = "权限点列表，默认具备 qyapi_base"),
	FIELD_OBJECT(struct world_app, visibleScope, scope_fields,
		.doc = "whom the app may see; the whole corp if left out",
		.zh = "应用可见范围，默认全员"),
	FIELD(struct world_app, accessToken, IN_SECRET,
		.doc = "a fixed token that never expires; unique in the store; left out: "
		       "generated for an app that a world over HTTP makes, else none",
		.zh = "固定的access_token，永不过期，全局唯一；不填时，经 HTTP "
		      "创建的应用自动"
		      "生成，否则没有"),
	{ 0 },
};

static const struct field media_fields[] = {
	FIELD(struct world_media, mediaId, IN_ID, .doc = "generated if left out",
		.zh = "媒体文件ID，不填则自动生成"),
	FIELD(struct world_media, type, .oneof = media_type_words,
		.doc = "image (if left out), voice, video or file",
		.zh = "类型：image（默认）、voice、video、file"),
	FIELD(struct world_media, file, .flags = F_TEXT, .min = 1, .max = LIMIT_PATH,
		.doc = "its bytes, relative to the world file; a small built-in image if "
		       "left out",
		.zh = "文件路径，相对于本文件；不填则使用内置小图片"),
	{ 0 },
};

static const char *const owner_types[] = { "emp", "ext", NULL };

static const struct field group_fields[] = {
	FIELD(struct world_group, chatid, IN_ID, .doc = "generated if left out",
		.zh = "群会话ID，不填则自动生成"),
	FIELD(struct world_group, openConversationId, IN_ID, .doc = "generated if left out",
		.zh = "群的openConversationId，不填则自动生成"),
	FIELD(struct world_group, conversationTag, .min = TAG_ORDINARY, .max = TAG_INTERNAL,
		.doc = "0 ordinary group, 2 internal group (if left out)",
		.zh = "群类型：0 普通群，2 内部群（默认）"),
	FIELD(struct world_group, name, .flags = F_REQUIRED | F_TEXT, .min = 1,
		.max = LIMIT_NAME, .doc = "name", .zh = "群名称，1~20个字符"),
	FIELD(struct world_group, owner, .flags = F_REQUIRED | F_TEXT, .min = 1,
		.max = LIMIT_ID,
		.doc = "one of the members: a userid, or an external contact's unionid",
		.zh = "群主，须为群成员：员工userid，或外部联系人unionid"),
	FIELD(struct world_group, ownerType, .oneof = owner_types,
		.doc = "emp (if left out) or ext",
		.zh = "群主类型：emp 企业员工（默认），ext 外部联系人"),
	FIELD(struct world_group, createdBy, IN_ID,
		.doc = "appKey of the app that may change it; left out: any of the corp",
		.zh = "创建群的应用appKey；不填则企业内任何应用都可修改"),
	FIELD(struct world_group, useridlist, IN_IDS, .doc = "userids of the employees",
		.zh = "员工userid列表"),
	FIELD(struct world_group, extidlist, IN_IDS,
		.doc = "unionids of the external contacts", .zh = "外部联系人unionid列表"),
	FIELD(struct world_group, admins, IN_IDS,
		.doc = "userids of the administrators, members but not the owner",
		.zh = "群管理员userid列表，须为群成员且不含群主"),
	FIELD(struct world_group, icon, IN_ID, .doc = "mediaId of an image of the corp",
		.zh = "群头像的mediaId"),
	FIELD_OBJECT(struct world_group, managementOptions, management_options_fields,
		.flags = F_EMPTY_LIST_OK, .doc = "options; those left out are 0",
		.zh = "群属性；未填的项为 0"),
	FIELD(struct world_group, dissolved, .doc = "true: the group is dissolved",
		.zh = "群是否已解散，默认 false"),
	FIELD(struct world_group, clientChatids, IN_IDS,
		.doc = "ids that the client-side JSAPI gives for it",
		.zh = "前端JSAPI返回的群chatid列表"),
	{ 0 },
};

static const struct field corp_fields[] = {
	FIELD(struct world_corp, corpId, IN_ID,
		.doc = "unique in the store; generated if left out",
		.zh = "企业corpId，全局唯一，不填则自动生成"),
	FIELD(struct world_corp, name, IN_LABEL, .doc = "the corpId if left out",
		.zh = "企业名称，默认同corpId"),
	FIELD_OBJECTS(struct world_corp, departments, struct world_department,
		department_fields, .doc = "departments", .zh = "部门列表"),
	FIELD_OBJECTS(struct world_corp, users, struct world_user, user_fields,
		.doc = "employees", .zh = "员工列表"),
	FIELD_OBJECTS(struct world_corp, externalContacts, struct world_external,
		external_fields, .doc = "external contacts", .zh = "外部联系人列表"),
	FIELD_OBJECTS(struct world_corp, apps, struct world_app, app_fields, .doc = "apps",
		.zh = "应用列表"),
	FIELD_OBJECTS(struct world_corp, media, struct world_media, media_fields,
		.doc = "uploaded files", .zh = "媒体文件列表"),
	FIELD_OBJECTS(struct world_corp, groups, struct world_group, group_fields,
		.doc = "groups", .zh = "群列表"),
	{ 0 },
};

const struct field world_fields[] = {
	FIELD_OBJECTS(struct world, corps, struct world_corp, corp_fields,
		.flags = F_REQUIRED, .min = 1, .doc = "corps", .zh = "企业列表"),
	{ 0 },
};
