/* SPDX-License-Identifier: Apache-2.0 */
#include "group/people_call.h"

#include "base/limits.h"

bool people_call_check(const struct rule *rules, const struct field *fields,
	const void *req, struct arena *a, struct refusal *why)
{
	const struct people_call c = { .req = req, .fields = fields, .arena = a };

	return rules_hold(rules, RULE_REQUEST, &c, why);
}

bool all_is_sent(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct people_call *c = subject;
	const struct field *missing = field_missing(c->fields, c->req);

	(void)rule;
	if (missing)
		return refuse_at(why, missing->name, STR_NONE, "is absent");
	for (const struct field *f = c->fields; f->name; f++) {
		if (f->kind != KIND_OBJECT || !field_is_set(f, c->req))
			continue;
		missing = field_missing(f->sub, *(void *const *)field_at(f, c->req));
		if (missing)
			return refuse_at(why,
				arena_printf(c->arena, "%s.%s", f->name, missing->name).p,
				STR_NONE, "is absent");
	}
	return true;
}

bool values_fit(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct people_call *c = subject;
	struct field_fault fault;

	if (fields_in_range(c->fields, c->req, rule->id, c->arena, &fault))
		return true;
	return refuse_at(why, fault.path, fault.value, fault.why);
}

bool mobile_is_wellformed(struct str mobile)
{
	bool digits = false;

	for (size_t i = 0; i < mobile.n; i++) {
		char c = mobile.p[i];
		bool digit = c >= '0' && c <= '9';

		if (!digit && c != '-' && (c != '+' || i > 0))
			return false;
		digits |= digit;
	}
	return digits && mobile.n <= LIMIT_MOBILE;
}
