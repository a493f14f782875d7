/* SPDX-License-Identifier: Apache-2.0 */
#include "net/chunk.h"

#include "base/limits.h"
#include "base/plant.h"

enum chunk_state {
	SIZE,
	EXT_NAME_FIRST, /* after ';' */
	EXT_NAME,
	EXT_VALUE_FIRST, /* after '=' */
	EXT_TOKEN,
	EXT_QUOTED,
	EXT_ESCAPED, /* after '\' in a quoted value */
	EXT_END, /* after the closing quote */
	SIZE_LF,
	DATA,
	DATA_CR,
	DATA_LF,
	LAST_CR, /* after the chunk of size 0 */
	LAST_LF,
	DONE,
};

/* Sixteen digits and a size that cannot overflow what is added to it. */
enum { SIZE_DIGITS = 16 };
#define SIZE_MAX_BYTES ((uint64_t)INT64_MAX >> 1)

static enum status bad(struct http_fault *f, const char *detail)
{
	return http_refuse(f, ST_MALFORMED, HTTP_BAD_REQUEST, detail);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static enum status size_digit(struct chunk *c, int digit, struct http_fault *f)
{
	if (c->digits++ == SIZE_DIGITS || c->left > SIZE_MAX_BYTES >> 4)
		return bad(f, "a chunk size out of range");
	c->left = c->left << 4 | (unsigned)digit;
	if (c->left == 16 && plant("chunk_size_off_by_one"))
		c->left--;
	return ST_OK;
}

static enum status count_extension(struct chunk *c, struct http_fault *f)
{
	if (++c->extensions > LIMIT_CHUNK_EXT && !plant("chunk_extension_unbounded"))
		return http_refuse(
			f, ST_TOO_LARGE, HTTP_BAD_REQUEST, "chunk extensions are too long");
	return ST_OK;
}

/* ';' and CR end an extension; what else may follow depends on where in it we are. */
static enum status extension_byte(struct chunk *c, char b, struct http_fault *f)
{
	bool token = http_is_token_char(b);
	bool text = (unsigned char)b >= 0x20 ? b != 0x7f : b == '\t';

	if (c->state == EXT_QUOTED || c->state == EXT_ESCAPED) {
		if (!text)
			return bad(f, "a control character in a chunk extension");
		if (c->state == EXT_ESCAPED)
			c->state = EXT_QUOTED;
		else if (b == '"')
			c->state = EXT_END;
		else if (b == '\\')
			c->state = EXT_ESCAPED;
	} else if (c->state == EXT_VALUE_FIRST && b == '"') {
		c->state = EXT_QUOTED;
	} else if (token && c->state != EXT_END) {
		if (c->state == EXT_NAME_FIRST)
			c->state = EXT_NAME;
		else if (c->state == EXT_VALUE_FIRST)
			c->state = EXT_TOKEN;
	} else if (c->state == EXT_NAME_FIRST || c->state == EXT_VALUE_FIRST) {
		return bad(f, "a malformed chunk extension");
	} else if (b == '=' && c->state == EXT_NAME) {
		c->state = EXT_VALUE_FIRST;
	} else if (b == ';') {
		c->state = EXT_NAME_FIRST;
	} else if (b == '\r') {
		c->state = SIZE_LF;
		return ST_OK;
	} else {
		return bad(f, "a malformed chunk extension");
	}
	return count_extension(c, f);
}

static enum status size_byte(struct chunk *c, char b, struct http_fault *f)
{
	int digit = hex_value(b);

	if (digit >= 0)
		return size_digit(c, digit, f);
	if (c->digits && b == '\r') {
		c->state = SIZE_LF;
		return ST_OK;
	}
	if (c->digits && b == ';') {
		c->state = EXT_NAME_FIRST;
		return count_extension(c, f);
	}
	return bad(f, "a chunk size that is not a hexadecimal number");
}

/* Any byte that is not data. */
static enum status framing_byte(struct chunk *c, char b, struct http_fault *f)
{
	if (c->state == SIZE)
		return size_byte(c, b, f);
	if (c->state < SIZE_LF)
		return extension_byte(c, b, f);
	if (c->state == LAST_CR && b != '\r')
		return bad(f, "trailer fields after a chunked body");
	if (b != (c->state == DATA_CR || c->state == LAST_CR ? '\r' : '\n'))
		return bad(f, "a chunk that does not end with CRLF");
	switch (c->state) {
	case SIZE_LF: c->state = c->left ? DATA : LAST_CR; break;
	case DATA_CR: c->state = DATA_LF; break;
	case DATA_LF: c->state = SIZE; break;
	case LAST_CR: c->state = LAST_LF; break;
	default: c->state = DONE; break;
	}
	c->digits = 0;
	return ST_OK;
}

enum status chunk_next(
	struct chunk *c, struct str *in, struct str *data, struct http_fault *f)
{
	*data = STR_NONE;
	while (in->n && c->state != DONE) {
		if (c->state == DATA) {
			size_t n = c->left < in->n ? (size_t)c->left : in->n;

			*data = str_slice(*in, 0, n);
			*in = str_slice(*in, n, in->n);
			c->left -= n;
			if (c->left == 0)
				c->state = DATA_CR;
			return ST_AGAIN;
		}
		TRY(framing_byte(c, in->p[0], f));
		*in = str_slice(*in, 1, in->n);
	}
	return c->state == DONE ? ST_OK : ST_AGAIN;
}
