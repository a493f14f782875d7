/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_writer.h -- JSON that no struct describes, written from front to back, indented for
 * people. Documents only: answers are encoded by json/. A key is NULL inside a list and at
 * the top.
 */
#ifndef QUN_API_JSON_WRITER_H
#define QUN_API_JSON_WRITER_H

#include "base/str.h"

enum { JSON_WRITER_DEPTH = 32 };

/* Zero-initialise; the text is the caller's to free. */
struct json_writer {
	struct buf text;
	char open[JSON_WRITER_DEPTH]; /* the brackets that end what is open */
	size_t depth;
	bool filled; /* what is open has a member already */
};

void put_object(struct json_writer *w, const char *key);
void put_list(struct json_writer *w, const char *key);
/* Closes the innermost object or list. */
void put_end(struct json_writer *w);
void put_text(struct json_writer *w, const char *key, const char *text);
void put_int(struct json_writer *w, const char *key, int64_t value);
void put_bool(struct json_writer *w, const char *key, bool value);

#endif
