/* SPDX-License-Identifier: Apache-2.0 */
#include "group/rule.h"

#include <string.h>

const struct refuse_text *refuse_text(enum refuse r)
{
	static const struct refuse_text texts[] = {
#define X(name, status, word, text) \
	[name] = { .http = (status), .code = (word), .message = (text) },
		REFUSALS(X)
#undef X
	};

	return &texts[r];
}

struct refusal refusal_by(const struct rule *rule)
{
	return (struct refusal){
		.rule = rule, .field = rule->field, .zh = rule->zh, .en = rule->en
	};
}

bool refuse_value(struct refusal *why, struct str value, const char *because)
{
	why->value = value;
	why->why = because;
	return false;
}

bool refuse_at(struct refusal *why, const char *path, struct str value, const char *because)
{
	why->field = path;
	return refuse_value(why, value, because);
}

bool rules_hold(const struct rule *table, enum rule_stage stage, const void *subject,
	struct refusal *why)
{
	for (const struct rule *r = table; r->id; r++) {
		if (r->stage != stage)
			continue;
		*why = refusal_by(r);
		if (!r->holds(r, subject, why))
			return false;
	}
	*why = (struct refusal){ 0 };
	return true;
}

const struct rule *rule_find(const struct rule *table, const char *id)
{
	for (const struct rule *r = table; r->id; r++)
		if (strcmp(r->id, id) == 0)
			return r;
	return NULL;
}
