/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world_index.h -- every object of a world in a row, every id it claims for itself, every
 * id it refers to. What is claimed twice and what is referred to and claimed by nobody is
 * found by sorting, so that a large file costs O(n log n). Pure; one thread.
 */
#ifndef QUN_STORE_WORLD_INDEX_H
#define QUN_STORE_WORLD_INDEX_H

#include "store/world.h"

/* In the order in which they are made: each refers only to kinds before it. */
enum world_kind {
	WORLD_CORP,
	WORLD_DEPARTMENT,
	WORLD_USER,
	WORLD_EXTERNAL,
	WORLD_APP,
	WORLD_MEDIA,
	WORLD_GROUP,
	WORLD_KINDS,
};

struct world_object {
	enum world_kind kind;
	size_t corp; /* position in the file */
	size_t index; /* position in its corp's list */
	void *at; /* struct world_corp, struct world_department ... */

	/* what the loading finds out */
	bool exists; /* the store has it, and keeps it as it is */
	bool token_exists; /* an app's fixed token likewise */
	struct str companion; /* its second id in the store: world_kind_info.companion_at */
	int64_t version, token_issue; /* an app's in the store, 0 without */
};

/* What is the same for all objects of a kind. */
struct world_kind_info {
	const char *list; /* the key of their list in a corp; NULL: the corps themselves */
	size_t list_at; /* offset of the list in struct world_corp */
	size_t size;
	size_t companion_at; /* offset of the second id, which is generated if left out */
	bool has_companion;
};
extern const struct world_kind_info world_kinds[WORLD_KINDS];

/* Within a space an id belongs to one object. */
enum id_space {
	SPACE_CORP, /* unique in the store, as are the next two */
	SPACE_APP,
	SPACE_TOKEN,
	SPACE_DEPARTMENT, /* unique in a corp, as are the rest */
	SPACE_USERID,
	SPACE_UNIONID, /* of employees and external contacts */
	SPACE_MOBILE,
	SPACE_EXTERNAL, /* unionids and userids of external contacts */
	SPACE_MEDIA,
	SPACE_CONVERSATION, /* chatids, openConversationIds, ids from the JSAPI */
	SPACES,
};

enum id_role {
	ID_MAIN, /* what the object is known by; claimed before its other ids */
	ID_OTHER, /* another id of the object */
	ID_REFERENCE, /* the main id of another object */
};

/* Where an object holds ids. */
struct id_source {
	enum world_kind kind;
	enum id_role role;
	enum id_space space;
	const char *key;
	enum field_kind shape; /* KIND_STR, KIND_INT, KIND_STRS or KIND_INTS */
	size_t at; /* offset in the object, or in an app's scope */
	bool in_scope;
};

struct world_id {
	struct world_object *object;
	const struct id_source *source;
	size_t item; /* position in a list */
	struct str id; /* a number is its 8 bytes */
};

struct world_index {
	struct world_object *objects; /* corp by corp, kind by kind, in the file's order */
	size_t object_count;
	struct world_id *claims; /* in the order of the objects */
	size_t claim_count;
	struct world_id *missing; /* references to what the file does not have */
	size_t missing_count;
	struct world_id **sorted; /* the claims by space, corp and id */
};

/* Lines up the objects. ST_TOO_LARGE over LIMIT_WORLD_OBJECTS. */
MUST_USE enum status world_index_objects(struct world *w, struct arena *a, struct error *e);
/* Collects ids and references, all of which are there by now. ST_TOO_LARGE over
 * LIMIT_WORLD_IDS; ST_INVALID if an id is claimed twice or a reference is to something in
 * the file that cannot be meant. */
MUST_USE enum status world_index_ids(struct world *w, struct arena *a, struct error *e);

/* The claim to the id in that corp (in any, where the space is unique in the store); NULL
 * if there is none. */
const struct world_id *world_find(
	const struct world_index *x, enum id_space space, size_t corp, struct str id);

/* "corps[0].groups[3].useridlist[4]"; in the arena. */
const char *world_id_place(const struct world_id *id, struct arena *a);
/* "corps[0].groups[3].owner" */
const char *world_place(const struct world_object *o, const char *key, struct arena *a);
/* "corps[0].groups[3].admins[1]" */
const char *world_item_place(
	const struct world_object *o, const char *key, size_t item, struct arena *a);
/* A number that stands as an id. */
struct str world_number(const int64_t *n);

/* A list's ids in order, to find one, and to find those that are there twice. */
struct sorted_list {
	const struct str **v; /* into the list */
	size_t n;
};
void sort_list(const struct strs *list, struct arena *a, struct sorted_list *out);
bool sorted_have(const struct sorted_list *list, struct str id);

#endif
