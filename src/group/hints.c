/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was probably meant by an id that a rule refused. Nothing here is about
 * owner.new_visible: an app that does not see a person must not learn from a hint that he
 * exists.
 */
#include "group/rule.h"

#include <string.h>

struct hint {
	const char *rule;
	unsigned kind; /* enum id_kind */
	const char *zh, *en;
};

/* The first row that fits is told, so of two that may fit the more telling stands first. */
static const struct hint hints[] = {
	{ "chat.known", ID_OPEN_CONVERSATION,
		"这看起来是 openConversationId；chatid 请传创建群时返回的 chatid",
		"this looks like an openConversationId; send the chatid that creating the "
		"group returned" },

	{ "chat.known", ID_CLIENT_CHAT,
		"该 id 来自前端 JSAPI，这里不支持；请传服务端创建群时返回的 chatid",
		"this id comes from the client-side JSAPI, which is not accepted here; "
		"send "
		"the chatid that creating the group on the server returned" },

	{ "conversation.known", ID_CHATID | ID_CLIENT_CHAT,
		"这是群的 chatid；请传 openConversationId（创建群时返回，也可由 "
		"convertToOpenConversationId 得到）",
		"this is a group's chatid; send its openConversationId, which creating the "
		"group returned and convertToOpenConversationId gives" },

	{ "people.known", ID_INACTIVE, "该员工已离职；请换一位在职员工",
		"this employee has left; name an active employee" },
	{ "people.known", ID_EMP_UNIONID, "这是员工的 unionid；请传员工的 userid",
		"this is an employee's unionid; send the employee's userid" },
	{ "people.known", ID_EXT_UNIONID | ID_EXT_USERID,
		"这是外部联系人；这里只能传企业员工的 userid",
		"this is an external contact; only employees can be named here" },

	{ "owner.known", ID_INACTIVE, "该员工已离职；请换一位在职员工作群主",
		"this employee has left; name an active employee as owner" },
	{ "owner.known", ID_EMP_UNIONID, "这是员工的 unionid；owner 请传员工的 userid",
		"this is an employee's unionid; send the employee's userid as owner" },
	{ "owner.known", ID_EXT_UNIONID | ID_EXT_USERID,
		"这是外部联系人；请同时传 ownerType: ext",
		"this is an external contact; send ownerType: ext with it" },
	{ "owner.known", ID_USERID, "这是企业员工；请不传 ownerType，或传 ownerType: emp",
		"this is an employee; leave ownerType out, or send ownerType: emp" },
	{ "owner.known", ID_CHATID, "这是群的 chatid；owner 请传员工的 userid",
		"this is a group's chatid; send an employee's userid as owner" },

	{ "owner.external_known", ID_EMP_UNIONID | ID_USERID | ID_INACTIVE,
		"这是企业员工；请传员工的 userid，并不传 ownerType，或传 ownerType: emp",
		"this is an employee; send the userid, and leave ownerType out or send "
		"ownerType: emp" },

	{ "members.known", ID_INACTIVE, "该员工已离职；请从列表中去掉",
		"this employee has left; take him off the list" },
	{ "members.known", ID_EMP_UNIONID,
		"这是员工的 unionid；员工请用 userid，放在员工列表（useridlist）中",
		"this is an employee's unionid; name employees by userid, in the user "
		"list" },
	{ "members.known", ID_EXT_USERID,
		"这是外部联系人的 userid；外部联系人请用 unionid，"
		"放在外部联系人列表（extidlist）中",
		"this is an external contact's userid; name external contacts by unionid, "
		"in "
		"the external list" },
	{ "members.known", ID_EXT_UNIONID,
		"这是外部联系人的 unionid；请放在外部联系人列表（extidlist）中",
		"this is an external contact's unionid; it belongs in the external list" },
	{ "members.known", ID_USERID, "这是员工的 userid；请放在员工列表（useridlist）中",
		"this is an employee's userid; it belongs in the user list" },
	{ "members.known", ID_CHATID, "这是群的 chatid；列表里请传成员的 id",
		"this is a group's chatid; the lists take the ids of people" },

	{ "icon.known", ID_URL,
		"icon 不是网址；请先用 /media/upload 上传图片，再传返回的 media_id",
		"icon takes no URL; upload the image with /media/upload and send the "
		"media_id it returns" },
	{ "icon.known", ID_MEDIA, "该媒体文件不是图片；请以 type=image 重新上传",
		"this media file is not an image; upload one with type=image" },
	{ "icon.known", ID_CHATID,
		"这是群的 chatid；icon 请传 /media/upload 返回的 media_id",
		"this is a group's chatid; send a media_id that /media/upload returned" },
};

/* What can be told without a look-up; so the hint needs no fact about anybody. */
static unsigned kinds_by_shape(struct str value)
{
	enum { OPEN_CONVERSATION_BYTES = 27 }; /* "cid" and 16 bytes in base64 */

	if (str_starts(value, STR("http://")) || str_starts(value, STR("https://")))
		return ID_URL;
	if (value.n == OPEN_CONVERSATION_BYTES && str_starts(value, STR("cid")))
		return ID_OPEN_CONVERSATION;
	return ID_NOTHING;
}

void refusal_explain(struct refusal *why, unsigned id_kinds)
{
	id_kinds |= kinds_by_shape(why->value);
	for (size_t i = 0; i < ARRAY_LEN(hints); i++) {
		if (!(hints[i].kind & id_kinds) ||
			strcmp(hints[i].rule, why->rule->id) != 0)
			continue;
		why->zh = hints[i].zh;
		why->en = hints[i].en;
		return;
	}
}

bool refusal_wants_lookup(const struct refusal *why)
{
	if (why->value.n == 0)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(hints); i++)
		if (strcmp(hints[i].rule, why->rule->id) == 0)
			return true;
	return false;
}
