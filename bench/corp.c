/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/corp.h"

#include "base/text.h"

#include <inttypes.h>

/* splitmix64's mixing: neighbours in, nothing alike out, and no two the same. */
static uint64_t mixed(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

static uint64_t common_factor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

uint64_t corp_order(uint64_t i, uint64_t count)
{
	uint64_t step = count * 618 / 1000;

	while (common_factor(step, count) != 1)
		step++;
	return i % count * step % count;
}

struct str corp_chatid(uint64_t group, struct arena *a)
{
	return arena_printf(
		a, "chat%016" PRIx64 "%016" PRIx64, mixed(2 * group), mixed(2 * group + 1));
}

struct str corp_open_conversation_id(uint64_t group, struct arena *a)
{
	const uint64_t bytes[2] = { mixed(~(2 * group)), mixed(~(2 * group + 1)) };

	return arena_printf(
		a, "cid%s", base64_encode(a, (const void *)bytes, sizeof(bytes)).p);
}

/* The step has no factor in common with 10^12, so no two people share a number. */
struct str corp_userid(uint64_t person, struct arena *a)
{
	return arena_printf(a, "0420%012" PRIu64, person * 618033988749 % 1000000000000);
}

uint64_t corp_member(uint64_t group, uint64_t place)
{
	uint64_t first = mixed(group) % CORP_PEOPLE;
	uint64_t step = 1 + mixed(~group) % (CORP_PEOPLE - 1);

	return (first + place % CORP_PEOPLE * step) % CORP_PEOPLE;
}

struct str corp_group_name(uint64_t group, uint64_t updates, struct arena *a)
{
	return arena_printf(a, "项目群 %" PRIu64 ".%" PRIu64, group, updates);
}

void corp_update(uint64_t group, uint64_t size, uint64_t n, struct arena *a,
	struct group_update *out)
{
	struct management_options *options = ARENA_NEW(a, struct management_options);
	struct str *people = ARENA_ARRAY(a, struct str, 3);

	for (size_t i = 0; i < 2; i++)
		people[i] = corp_userid(corp_member(group, size + 2 * n + i), a);
	people[2] = corp_userid(corp_member(group, 1 + n), a);
	options->searchable = (struct opt_int){ (int64_t)(n + 1) % 2, true };
	*out = (struct group_update){
		.chatid = corp_chatid(group, a),
		.name = corp_group_name(group, n + 1, a),
		.add_useridlist = { people, 2, true },
		.del_useridlist = { people + 2, 1, true },
		.managementOptions = options,
	};
}
