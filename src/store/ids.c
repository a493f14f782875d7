/* SPDX-License-Identifier: Apache-2.0 */
#include "store/ids.h"

#include "base/random.h"
#include "base/text.h"

enum { ID_BYTES = 16 };

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
