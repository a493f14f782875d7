/* SPDX-License-Identifier: Apache-2.0 */
#include "api/people_call.h"

bool people_call_fits(struct request *r)
{
	struct refusal why;

	if (people_call_check(r->route->rules, r->route->fields, r->body, r->arena, &why))
		return true;
	answer_refusal(r, &why);
	return false;
}
