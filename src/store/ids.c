/* SPDX-License-Identifier: Apache-2.0 */
#include "store/ids.h"

#include "base/random.h"
#include "base/text.h"

enum { ID_BYTES = 16, UNIONID_LETTERS = 22 };

struct str chatid_new(struct arena *a)
{
	char hex[2 * ID_BYTES + 1];

	random_hex(hex, ID_BYTES);
	return arena_printf(a, "chat%s", hex);
}

struct str open_conversation_id_new(struct arena *a)
{
	unsigned char bytes[ID_BYTES];

	random_bytes(bytes, sizeof(bytes));
	return arena_printf(a, "cid%s", base64_encode(a, bytes, sizeof(bytes)).p);
}

struct str userid_new(struct arena *a)
{
	uint64_t number;

	random_bytes(&number, sizeof(number));
	return arena_printf(a, "%llu",
		(unsigned long long)(100000000000000000 + number % 900000000000000000));
}

int64_t dept_id_new(void)
{
	uint64_t number;

	random_bytes(&number, sizeof(number));
	return (int64_t)(100000000 + number % 900000000);
}

struct str unionid_new(struct arena *a)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned char bytes[UNIONID_LETTERS];
	char text[UNIONID_LETTERS];

	random_bytes(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		text[i] = letters[bytes[i] % 64];
	return arena_printf(a, "%.*siEiE", UNIONID_LETTERS, text);
}
