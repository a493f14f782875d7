/* SPDX-License-Identifier: Apache-2.0 */
#include "server/secrets.h"

#include "base/limits.h"
#include "base/random.h"
#include "server/files.h"

#include <unistd.h>

enum absent { ABSENT_FAIL, ABSENT_MAKE, ABSENT_FINE };

static enum status make_token_key(const char *path, struct secrets *out, struct error *e)
{
	struct str key = { (const char *)out->token_key, TOKEN_KEY };

	random_bytes(out->token_key, TOKEN_KEY);
	return file_write(path, key, e);
}

static enum status load_token_key(
	const char *path, enum absent absent, struct secrets *out, struct error *e)
{
	struct buf content = { 0 };
	enum status st;

	if (absent != ABSENT_FAIL && access(path, F_OK) != 0)
		return absent == ABSENT_MAKE ? make_token_key(path, out, e) : ST_OK;
	st = file_read_secret(path, LIMIT_CONFIG, &content, e);
	if (st == ST_OK && content.n != TOKEN_KEY)
		st = fail(e, ST_INVALID, path,
			"has %zu bytes, and a token key has %d; restore it from a backup "
			"(with "
			"a new key, tokens given out before are not renewed)",
			content.n, TOKEN_KEY);
	if (st == ST_OK)
		memcpy(out->token_key, content.p, TOKEN_KEY);
	buf_fini(&content);
	return st;
}

static enum status check_admin_token(const char *path, struct str token, struct error *e)
{
	if (token.n < LIMIT_ADMIN_TOKEN_MIN || token.n > LIMIT_ADMIN_TOKEN)
		return fail(e, ST_INVALID, path,
			"has %zu bytes, and an admin token has %d to %d; remove the file "
			"for a "
			"new one",
			token.n, LIMIT_ADMIN_TOKEN_MIN, LIMIT_ADMIN_TOKEN);
	for (size_t i = 0; i < token.n; i++)
		if (token.p[i] <= ' ' || token.p[i] > '~')
			return fail(e, ST_INVALID, path,
				"may only have printable ASCII without blanks, in one "
				"line");
	return ST_OK;
}

static enum status make_admin_token(
	const char *path, struct arena *a, struct str *out, struct error *e)
{
	char token[2 * 16 + 1];
	struct str line;

	random_hex(token, 16);
	*out = arena_str(a, str_from(token));
	line = arena_printf(a, "%s\n", token);
	return file_write(path, line, e);
}

static enum status load_admin_token(const char *path, enum absent absent, struct arena *a,
	struct str *out, struct error *e)
{
	struct buf content = { 0 };
	struct str token;
	enum status st;

	if (absent != ABSENT_FAIL && access(path, F_OK) != 0)
		return absent == ABSENT_MAKE ? make_admin_token(path, a, out, e) : ST_OK;
	st = file_read_secret(path, LIMIT_CONFIG, &content, e);
	if (st == ST_OK) {
		token = buf_str(&content);
		while (token.n &&
			(token.p[token.n - 1] == '\n' || token.p[token.n - 1] == '\r'))
			token.n--;
		st = check_admin_token(path, token, e);
		*out = arena_str(a, token);
	}
	buf_fini(&content);
	return st;
}

enum status secrets_load(const struct options *o, const char *dir, struct arena *a,
	struct secrets *out, struct error *e)
{
	const char *key =
		o->token_key ? o->token_key : arena_printf(a, "%s/token.key", dir).p;
	const char *token = o->admin_token_file ? o->admin_token_file
						: arena_printf(a, "%s/admin.token", dir).p;
	enum absent absent = o->check ? ABSENT_FINE : ABSENT_MAKE;

	TRY(load_token_key(key, o->token_key ? ABSENT_FAIL : absent, out, e));
	if (o->admin_token) {
		out->admin_token = str_from(o->admin_token);
		return ST_OK;
	}
	return load_admin_token(
		token, o->admin_token_file ? ABSENT_FAIL : absent, a, &out->admin_token, e);
}
