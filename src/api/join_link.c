/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The code is base64url of: 16 bytes of HMAC-SHA256 over what follows it; the link version
 * and the time, 8 bytes each, highest first; the corpId, a NUL, the openConversationId.
 * That id is random: a group made anew under an old chatid does not bring its links back.
 */
#include "api/join_link.h"

#include "base/limits.h"
#include "base/status.h"
#include "base/text.h"
#include "store/token_ops.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { MAC = 16, NUMBER = 8, IDS = MAC + 2 * NUMBER, SHA256_SIZE = 32 };

static const struct str head = STR_INIT("https://qr.dingtalk.com/action/joingroup?code=");
static const struct str version = STR_INIT("v1=");
static const struct str tail = STR_INIT("&_dt_no_comment=1&origin=11");

static void add_number(struct buf *b, int64_t number)
{
	unsigned char bytes[NUMBER];

	for (size_t i = 0; i < NUMBER; i++)
		bytes[i] = (unsigned char)((uint64_t)number >> (8 * (NUMBER - 1 - i)));
	buf_add(b, bytes, NUMBER);
}

static int64_t number_at(const char *p)
{
	uint64_t number = 0;

	for (size_t i = 0; i < NUMBER; i++)
		number = number << 8 | (unsigned char)p[i];
	return (int64_t)number;
}

/* The word keeps it apart from access tokens, which are made with the same key. */
static void mac_of(
	struct str text, const unsigned char *key, unsigned char out[SHA256_SIZE])
{
	struct buf b = { 0 };
	unsigned n = SHA256_SIZE;

	buf_add(&b, "join link", sizeof("join link"));
	buf_add_str(&b, text);
	if (!HMAC(EVP_sha256(), key, TOKEN_KEY, (const unsigned char *)b.p, b.n, out, &n))
		die("HMAC-SHA-256 is not to be had");
	buf_fini(&b);
}

struct str join_link_text(
	const struct join_link *link, const unsigned char *key, struct arena *a)
{
	static const unsigned char room[MAC];
	unsigned char mac[SHA256_SIZE];
	struct buf b = { 0 };
	struct str text;

	buf_add(&b, room, MAC);
	add_number(&b, link->link_version);
	add_number(&b, link->issued_ms);
	buf_add_str(&b, link->corp_id);
	buf_add(&b, "", 1);
	buf_add_str(&b, link->open_conversation_id);
	mac_of(str_slice(buf_str(&b), MAC, b.n), key, mac);
	memcpy(b.p, mac, MAC);
	text = arena_printf(a, "%.*s%.*s%.*s%.*s", STR_FMT(head), STR_FMT(version),
		STR_FMT(base64url_encode(a, b.p, b.n)), STR_FMT(tail));
	buf_fini(&b);
	return text;
}

int64_t join_link_end_ms(const struct join_link *link)
{
	return link->issued_ms + LIMIT_LINK_S * INT64_C(1000);
}

/* A link, "v1=..." or what comes after it: just the base64url. */
static struct str code_in(struct str text)
{
	if (str_starts(text, head))
		text = str_slice(text, head.n, text.n);
	if (str_starts(text, version))
		text = str_slice(text, version.n, text.n);
	return str_slice(text, 0, str_find(text, '&'));
}

bool join_link_open(
	struct str text, const unsigned char *key, struct arena *a, struct join_link *out)
{
	unsigned char mac[SHA256_SIZE];
	struct str code, ids;
	size_t nul;

	if (!base64url_decode(code_in(text), a, &code) || code.n < IDS)
		return false;
	mac_of(str_slice(code, MAC, code.n), key, mac);
	if (!mem_eq_const_time(mac, code.p, MAC))
		return false;
	ids = str_slice(code, IDS, code.n);
	nul = str_find(ids, '\0');
	*out = (struct join_link){
		.corp_id = str_slice(ids, 0, nul),
		.open_conversation_id = str_slice(ids, nul + 1, ids.n),
		.link_version = number_at(code.p + MAC),
		.issued_ms = number_at(code.p + MAC + NUMBER),
	};
	return true;
}
