/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"

#include "base/clock.h"
#include "base/status.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

void random_bytes(void *out, size_t n)
{
	unsigned char *p = out;

	while (n) {
		ssize_t got = getrandom(p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			die("the kernel gives no random bytes: %s", strerror(errno));
		p += got;
		n -= (size_t)got;
	}
}

void random_pool_bytes(struct random_pool *pool, void *out, size_t n)
{
	if (pool->left < n) {
		random_bytes(pool->bytes, sizeof(pool->bytes));
		pool->left = sizeof(pool->bytes);
	}
	pool->left -= n;
	memcpy(out, pool->bytes + pool->left, n);
}

static void put_hex(
	char *out, const unsigned char *p, size_t n, const char digits[static 16])
{
	for (size_t i = 0; i < n; i++) {
		*out++ = digits[p[i] >> 4];
		*out++ = digits[p[i] & 15];
	}
}

/* RFC 9562, section 5.7: 48 bits of milliseconds, version 7, variant 10, the rest random.
 */
void random_uuid(struct random_pool *pool, char out[UUID_TEXT + 1])
{
	static const char digits[] = "0123456789ABCDEF";
	static const unsigned char group_bytes[] = { 4, 2, 2, 2, 6 };
	uint64_t ms = (uint64_t)clock_now_ms();
	unsigned char b[16];
	size_t at = 0;

	random_pool_bytes(pool, b + 6, sizeof(b) - 6);
	for (int i = 0; i < 6; i++)
		b[i] = (unsigned char)(ms >> (40 - 8 * i));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x70);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	for (size_t g = 0; g < sizeof(group_bytes); g++) {
		if (g)
			*out++ = '-';
		put_hex(out, b + at, group_bytes[g], digits);
		out += 2 * group_bytes[g];
		at += group_bytes[g];
	}
	*out = '\0';
}

void random_trace(struct random_pool *pool, char out[TRACE_TEXT + 1])
{
	unsigned char b[TRACE_TEXT / 2];

	random_pool_bytes(pool, b, sizeof(b));
	put_hex(out, b, sizeof(b), "0123456789abcdef");
	out[TRACE_TEXT] = '\0';
}

void random_hex(char *out, size_t n)
{
	unsigned char b[64];

	while (n) {
		size_t part = n < sizeof(b) ? n : sizeof(b);

		random_bytes(b, part);
		put_hex(out, b, part, "0123456789abcdef");
		out += 2 * part;
		n -= part;
	}
	*out = '\0';
}
