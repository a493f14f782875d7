/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field.h -- a struct described once.
 * A table of these, ended by { 0 }, drives JSON decoding, validation, JSON encoding and the
 * generated references. The folder that owns the struct owns its table. The kind comes from
 * the member's C type, so that table and struct cannot disagree:
 *
 *	struct str          a string        (p == NULL: absent)
 *	int64_t             an integer that is always there (answers)
 *	struct opt_int      an integer that may be absent
 *	bool                a boolean that is always there (answers)
 *	struct opt_bool     a boolean that may be absent
 *	struct strs         a list of strings
 *	struct ints         a list of integers
 *	struct T *          one object; NULL: absent; FIELD_OBJECT names its table
 *	struct objects      a list of objects; FIELD_OBJECTS names their table
 */
#ifndef QUN_BASE_FIELD_H
#define QUN_BASE_FIELD_H

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"

#include <stdint.h>

struct opt_int {
	int64_t value;
	bool set;
};

struct opt_bool {
	bool value;
	bool set;
};

struct ints {
	int64_t *v;
	size_t n;
	bool set;
};

struct objects {
	void *v; /* n structs of the element's type, one after the other */
	size_t n;
	bool set;
};

enum field_kind {
	KIND_STR,
	KIND_INT,
	KIND_OPT_INT,
	KIND_BOOL,
	KIND_OPT_BOOL,
	KIND_STRS,
	KIND_INTS,
	KIND_OBJECT,
	KIND_OBJECTS,
};

enum field_flags {
	F_REQUIRED = 1u << 0, /* absent (or null) is refused when decoding */
	F_EMPTY_LIST_OK =
		1u << 1, /* KIND_OBJECT: an empty JSON list counts as not sent (PHP's {}) */
	F_TEXT = 1u << 2, /* KIND_STR: not blank, no control characters */
	F_NULL = 1u << 3, /* absent is encoded as null, not left out */
	F_SECRET = 1u << 4, /* never in logs or explanations */
	F_NEEDED = 1u << 5, /* required, say the documents; refused by a rule, not the
			       decoder */
};

struct field {
	const char *name; /* the JSON key; the member has the same name unless .key says
			     otherwise */
	enum field_kind kind;
	unsigned flags;
	size_t offset;
	/* KIND_STR: characters (code points); integers: value; lists: elements. max 0: no
	 * bound but the body's for strings and lists; an integer's bounds hold when min or
	 * max is not 0 */
	int64_t min, max;
	int64_t item_min, item_max; /* KIND_STRS: characters of each element */
	const char *const *oneof; /* KIND_STR: the values allowed, ended by NULL */
	const char *rule; /* id of the rule that a value out of range breaks */
	const struct field *sub; /* KIND_OBJECT, KIND_OBJECTS */
	size_t sub_size;
	const char *doc; /* English, one line */
	const char *zh; /* Chinese, one line */
};

#define FIELD_KIND(T, member) \
	_Generic(((T *)0)->member, struct str \
		 : KIND_STR, int64_t \
		 : KIND_INT, struct opt_int \
		 : KIND_OPT_INT, bool \
		 : KIND_BOOL, struct opt_bool \
		 : KIND_OPT_BOOL, struct strs \
		 : KIND_STRS, struct ints \
		 : KIND_INTS)
#define FIELD(T, member, ...) \
	{ \
		.name = #member, .kind = FIELD_KIND(T, member), \
		.offset = offsetof(T, member), __VA_ARGS__ \
	}
/* Like FIELD, where the JSON key is not a C name or is not the member's. */
#define FIELD_AS(T, member, key, ...) \
	{ \
		.name = key, .kind = FIELD_KIND(T, member), .offset = offsetof(T, member), \
		__VA_ARGS__ \
	}
#define FIELD_OBJECT(T, member, table, ...) \
	{ \
		.name = #member, .kind = KIND_OBJECT, .offset = offsetof(T, member), \
		.sub = table, .sub_size = sizeof(*((T *)0)->member), __VA_ARGS__ \
	}
#define FIELD_OBJECTS(T, member, E, table, ...) \
	{ \
		.name = #member, .kind = KIND_OBJECTS, .offset = offsetof(T, member), \
		.sub = table, .sub_size = sizeof(E), __VA_ARGS__ \
	}

/* The member's address inside `obj`. */
void *field_at(const struct field *f, const void *obj);
/* NULL if the table has no such key. */
const struct field *field_find(const struct field *table, struct str key);
/* True if the member holds a value (was sent). */
bool field_is_set(const struct field *f, const void *obj);
/* The first key that is needed (F_NEEDED) and was not sent; NULL if all are there. */
const struct field *field_missing(const struct field *table, const void *obj);

/* A value that is out of its field's range. */
struct field_fault {
	const struct field *field;
	const char *path; /* "managementOptions.searchable", "add_useridlist[3]"; in the
			     arena */
	struct str value; /* as text, borrowed from the object or the arena; STR_NONE of a
			     secret */
	const char *why; /* "21 characters, at most 20"; in the arena */
};

/*
 * Checks every value that is set against its field's range, in table order, objects
 * included. `rule`: only fields whose .rule is that id (strings compared); NULL: all
 * fields. True if all are in range; else `fault` says which is not.
 */
bool fields_in_range(const struct field *table, const void *obj, const char *rule,
	struct arena *a, struct field_fault *fault);

#endif
