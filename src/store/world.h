/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world.h -- corps, people, apps, media and groups as one file describes them, and its
 * loading. The structs have the shape of the file; world_fields drives its decoding and its
 * documents.
 */
#ifndef QUN_STORE_WORLD_H
#define QUN_STORE_WORLD_H

#include "base/field.h"
#include "group/group.h"
#include "store/store.h"

struct world_department {
	int64_t deptId, parentId;
	struct str name;
};

struct world_user {
	struct str userid, unionid, name, mobile;
	struct ints deptIds;
	struct opt_bool active;
};

struct world_external {
	struct str unionid, userid, name;
};

struct world_scope {
	struct opt_bool all;
	struct strs userIds;
	struct ints deptIds;
};

struct world_app {
	struct str appKey, appSecret, name, accessToken;
	struct opt_int agentId;
	struct strs permissions;
	struct world_scope *visibleScope;
	bool token_made; /* not in the file: accessToken was generated */
};

struct world_media {
	struct str mediaId, type, file;
	/* not in the world file: the kept file's name in the media folder, and its bytes */
	struct str kept;
	int64_t size;
};

struct world_group {
	struct str chatid, openConversationId, name, owner, ownerType, createdBy, icon;
	struct opt_int conversationTag;
	struct strs useridlist, extidlist, admins, clientChatids;
	struct management_options *managementOptions;
	struct opt_bool dissolved;
};

struct world_corp {
	struct str corpId, name;
	struct objects departments; /* struct world_department */
	struct objects users; /* struct world_user */
	struct objects externalContacts; /* struct world_external */
	struct objects apps; /* struct world_app */
	struct objects media; /* struct world_media */
	struct objects groups; /* struct world_group */
};

struct world_index;

struct world {
	struct objects corps; /* struct world_corp */
	struct world_index *index; /* not in the file: what world_check found out */
};
extern const struct field world_fields[];

/* Before world_check, where somebody will be told: an app that is given no fixed token gets
 * one, in the arena. An app that exists already does not. */
void world_make_tokens(struct world *w, struct arena *a);

/*
 * Generates what is left out (ids, secrets, names) in place and checks what needs only the
 * file: ranges, ids unique within their corp, at most LIMIT_WORLD_OBJECTS objects, the
 * owner among the members, names as in the rules of groups. ST_INVALID (ST_TOO_LARGE for
 * too many) with the exact place ("corps[0].groups[3].owner") and the cause. What is
 * generated lives in the arena, which must outlive the world. n objects and lists cost O(n
 * log n).
 */
MUST_USE enum status world_check(
	struct world *w, int64_t member_cap, struct arena *a, struct error *e);

enum world_mode {
	WORLD_CREATE, /* makes what is absent; what exists stays as it is */
	WORLD_REPLACE, /* the named corps become exactly what the file says */
};

/*
 * One change, alone in its transaction. Each group made gets a ledger row (actor "world").
 * A corp that is replaced keeps its number and its ledger's last number; an app made again
 * gets a higher version and token issue than it had.
 */
struct world_load_op {
	struct change change;
	/* in */
	struct world *world; /* checked; media files kept */
	enum world_mode mode;
	int64_t now_ms;
	/* out: status ST_INVALID with place and cause in change.error if the world does not
	 * fit what is stored (an id of another corp, a person who is nowhere) */
	size_t made; /* objects that were absent */
	/* between decide and write */
	struct world_corp_row *rows; /* one for each corp of the file */
	int64_t last_corp; /* the highest number given to a corp */
};
void world_load_init(struct world_load_op *op);

/* After a load: where the store had an object already, its stored ids take the place of
 * generated ones, and secrets and tokens that it never got are dropped, so that the world
 * tells the truth. */
void world_settle(struct world *w);

/* Removes a corp and all it has. ST_NOT_FOUND. Media files go at the next start. */
struct corp_delete_op {
	struct change change;
	struct str corp_id; /* in */
	int64_t corp; /* between decide and write */
};
void corp_delete_init(struct corp_delete_op *op);

#endif
