/* SPDX-License-Identifier: Apache-2.0 */
/* markdown.h -- the pieces that the reference's documents are put together from. */
#ifndef QUN_API_MARKDOWN_H
#define QUN_API_MARKDOWN_H

#include "api/reference.h"
#include "base/field.h"

/* Text of a table's cell or a paragraph: '|' and '<' escaped. */
void md_text(struct buf *out, const char *text);
/* Like md_text, in the document's language: `zh` where there is one and it is asked for. */
void md_words(struct buf *out, enum language lang, const char *en, const char *zh);
/* "| a | b |" and the line below it; cells ended by NULL. */
void md_table_head(struct buf *out, const char *const *cells);

/* One row for each key of a request or a reply, objects included: key, type, for a request
 * also its range, and what it means. */
void md_fields(
	struct buf *out, enum language lang, const struct field *table, bool request);

/* 1000 as 1,000. */
void md_number(struct buf *out, int64_t n);

#endif
