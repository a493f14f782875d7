/* SPDX-License-Identifier: Apache-2.0 */
#include "store/ledger_numbers.h"

#include "base/status.h"

int64_t ledger_numbers_next(struct ledger_numbers *numbers, int64_t corp, int64_t stored)
{
	for (size_t i = 0; i < numbers->n; i++)
		if (numbers->v[i].corp == corp)
			return ++numbers->v[i].last;
	if (numbers->n == LIMIT_BATCH)
		die("more corps than changes in one transaction");
	numbers->v[numbers->n].corp = corp;
	numbers->v[numbers->n].last = stored + 1;
	numbers->n++;
	return stored + 1;
}

void ledger_number_write(int64_t corp, int64_t last, struct statements *out)
{
	STATEMENT(out, "UPDATE corp SET ledger_no = $2 WHERE corp = $1", V_INT(corp),
		V_INT(last));
}

void ledger_numbers_write(const struct ledger_numbers *numbers, struct statements *out)
{
	for (size_t i = 0; i < numbers->n; i++)
		ledger_number_write(numbers->v[i].corp, numbers->v[i].last, out);
}
