/* SPDX-License-Identifier: Apache-2.0 */
/* chat.h -- what a group is: the words that every layer shares. */
#ifndef QUN_GROUP_CHAT_H
#define QUN_GROUP_CHAT_H

#include "base/field.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* The numbers are stored and sent; they never change. */
enum conversation_tag { TAG_ORDINARY = 0, TAG_INTERNAL = 2 };
enum person_kind { PERSON_EMP = 0, PERSON_EXT = 1 };

/* "emp" or "ext" */
struct str person_kind_text(enum person_kind kind);
/* PERSON_EXT for "ext", else PERSON_EMP. */
enum person_kind person_kind_from(struct str text);

/* The six options, in the order of DingTalk's page: X(member, zh, en) */
#define CHAT_OPTIONS(X) \
	X(mentionAllAuthority, "@all 使用范围：0 所有人，1 仅群主", \
		"who may @all: 0 everybody, 1 the owner") \
	X(showHistoryType, "新成员可否查看100条历史消息：0 否，1 可", \
		"new members may read the last 100 messages: 0 no, 1 yes") \
	X(validationType, "入群验证：0 不验证，1 验证", \
		"joining needs approval: 0 no, 1 yes") \
	X(searchable, "群可否被搜索：0 否，1 可", \
		"the group can be found by search: 0 no, 1 yes") \
	X(chatBannedType, "全员禁言：0 否，1 是", "everybody is muted: 0 no, 1 yes") \
	X(managementType, "群管理：0 所有人，1 仅群主", \
		"who manages: 0 everybody, 1 the owner")

enum chat_option {
#define X(member, zh, en) OPTION_##member,
	CHAT_OPTIONS(X)
#undef X
		OPTION_COUNT,
};

/* "mentionAllAuthority" .. "managementType" */
const char *chat_option_name(enum chat_option option);

/* The options as a request sends them: each may be absent. */
struct management_options {
	struct opt_int mentionAllAuthority, showHistoryType, validationType, searchable,
		chatBannedType, managementType;
	bool history_stays; /* not sent: showHistoryType left out means no change */
};
extern const struct field management_options_fields[];
const struct opt_int *management_option(
	const struct management_options *o, enum chat_option i);

/* A group's state, but for its members. Strings borrow from whoever made it. */
struct chat {
	struct str chatid;
	int64_t number; /* the store's own name for it, within its corp */
	struct str open_conversation_id;
	enum conversation_tag tag;
	struct str name;
	struct str owner; /* userid (emp) or unionid (ext) */
	enum person_kind owner_kind;
	struct str icon; /* mediaId; "" without one */
	int64_t options[OPTION_COUNT];
	struct str made_by; /* appKey; "" if any app of the corp may change it */
	bool dissolved;
	bool private_chat_prohibited; /* between members who are no administrators */
	int64_t member_count; /* employees and externals */
	int64_t version; /* 1 when made; one more with each applied change */
	int64_t link_version; /* join links made before this version are dead */
	int64_t last_ledger; /* number of its newest ledger row */
};

/* Which of a chat's fields a change touches. */
enum chat_change {
	CHANGED_NAME = 1u << 0,
	CHANGED_OWNER = 1u << 1, /* id or type */
	CHANGED_ICON = 1u << 2,
	CHANGED_OPTION_0 = 1u << 3, /* << OPTION_x for the others */
	CHANGED_MEMBERS = 1u << 9,
	CHANGED_ADMINS = 1u << 10,
	CHANGED_NICKS = 1u << 11,
	CHANGED_PRIVATE_CHAT = 1u << 12,
};

struct member {
	enum person_kind kind;
	struct str id; /* userid or unionid */
	bool admin;
	struct str nick; /* what he is called in this group; "" or STR_NONE: nothing */
};

#endif
