/* SPDX-License-Identifier: Apache-2.0 */
/* reference_words.h -- the words around the tables of the reference, in its languages. */
#ifndef QUN_API_REFERENCE_WORDS_H
#define QUN_API_REFERENCE_WORDS_H

#include "api/reference.h"

enum word {
	W_COLON,
	W_COMMA,
	W_PERIOD,
	W_API_TITLE,
	W_API_MADE,
	W_API_INTRO,
	W_PERMISSION,
	W_NO_TOKEN,
	W_RULES_LINK,
	W_BODY,
	W_PARAMETERS,
	W_PARTS,
	W_QUERY,
	W_WORLD,
	W_FILE,
	W_REPLY,
	W_REPLY_LIST,
	W_REPLY_WORLD,
	W_REPLY_AS,
	W_REPLY_LIST_AS,
	W_ERRORS,
	W_RULES_TITLE,
	W_RULES_MADE,
	W_RULES_INTRO,
	W_GATE,
	W_GATE_NOTE,
	W_GATE_FIRST,
	W_GATE_ONLY,
	W_ERRCODE_NOTE,
	W_NO_RULE,
	W_NO_RULE_INTRO,
	W_BUSY,
	W_BUSY_HINT,
	W_FAILED,
	W_FAILED_HINT,
	W_FAILED_AS,
	W_NEW_TITLE,
	W_NEW_DOC,
	W_OLD_TITLE,
	W_OLD_DOC,
	W_QUN_TITLE,
	W_QUN_DOC,
};

extern const char *const reference_words[][LANGUAGES];

#endif
