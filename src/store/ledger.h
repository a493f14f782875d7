/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.h -- what a ledger row says of a change, as JSON.
 * What did not change is left out. A group that is made has `after` alone, of every field,
 * so that replaying a group's rows from nothing gives its state:
 *	{"name":{"before":"a","after":"b"},"managementOptions":{"searchable":{"before":0,
 *	"after":1}},"added":[{"type":"emp","id":"u1"}],"removed":[{"type":"ext","id":"x1"}]}
 */
#ifndef QUN_STORE_LEDGER_H
#define QUN_STORE_LEDGER_H

#include "base/field.h"
#include "store/chat_row.h"

struct text_change {
	struct str before, after;
};

struct number_change {
	struct opt_int before, after;
};

struct flag_change {
	struct opt_bool before, after;
};

struct options_change {
	struct number_change *mentionAllAuthority, *showHistoryType, *validationType,
		*searchable, *chatBannedType, *managementType;
};

struct ledger_person {
	struct str type; /* "emp", "ext" */
	struct str id;
	struct opt_bool admin; /* set if he is one */
	struct str nick; /* STR_NONE without one */
};

struct ledger_nick {
	struct str type, id; /* as above */
	struct str before, after; /* "" without one */
};

struct ledger_change {
	struct text_change *openConversationId, *createdBy, *name, *owner, *ownerType,
		*icon;
	struct number_change *conversationTag, *linkVersion;
	struct flag_change *dissolved, *privateChatProhibited;
	struct options_change *managementOptions;
	struct objects added, removed; /* struct ledger_person */
	/* Members who become administrators; administrators who no longer are, and stay. */
	struct objects promoted, demoted;
	struct objects nicks; /* struct ledger_nick */
};
extern const struct field ledger_change_fields[];
/* In the order of enum chat_option. */
extern const struct field options_change_fields[];

/* Appends the statement that adds the row. */
void ledger_append(const struct chat_write *w, struct statements *out);

#endif
