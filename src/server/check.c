/* SPDX-License-Identifier: Apache-2.0 */
#include "server/check.h"

#include "base/log.h"
#include "net/tls.h"
#include "server/files.h"
#include "server/secrets.h"
#include "server/worlds.h"
#include "store/store.h"

enum status store_explain(enum status st, const char *dir, struct error *e)
{
	static const struct {
		enum status st;
		const char *way_out;
	} ways[] = {
		{ ST_EXISTS, "; stop it, or name another folder with --data" },
		{ ST_UNSUPPORTED, "; use the newer program, or a backup from before it" },
		{ ST_CORRUPT, "; the data are damaged: keep a copy, and restore a backup" },
		{ ST_NO_SPACE, "; the disk is full: make room" },
	};
	struct error cause = *e;
	const char *way_out = "";
	bool named = strchr(cause.field, '/') != NULL;

	if (st == ST_OK)
		return st;
	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		if (ways[i].st == st)
			way_out = ways[i].way_out;
	return fail(e, st, named ? cause.field : dir, "%s%s%s%s", named ? "" : cause.field,
		named ? "" : ": ", cause.text, way_out);
}

static enum status check_folder(const struct options *o, struct error *e)
{
	return o->ephemeral ? ST_OK : folder_check(o->data, e);
}

static enum status check_secrets(const struct options *o, struct error *e)
{
	struct arena arena = { 0 };
	struct secrets secrets;
	enum status st = secrets_load(
		o, o->ephemeral ? "/nonexistent" : o->data, &arena, &secrets, e);

	arena_fini(&arena);
	return st;
}

static enum status check_store(const struct options *o, struct error *e)
{
	const struct store_options options = { .url = o->store, .dir = o->data };
	enum status st = o->ephemeral ? ST_OK : store_check(&options, e);

	if (st != ST_EXISTS)
		return store_explain(st, o->data, e);
	log_info("%s: %s; its data were not looked at", e->field, e->text);
	return ST_OK;
}

static enum status check_certificate(const struct options *o, struct error *e)
{
	struct tls_context *tls = NULL;

	if (!o->tls_cert)
		return ST_OK;
	TRY(tls_context_new(o->tls_cert, o->tls_key, &tls, e));
	tls_context_free(tls);
	return ST_OK;
}

int server_check(const struct options *o)
{
	static enum status (*const checks[])(const struct options *o, struct error *e) = {
		check_folder,
		check_secrets,
		check_store,
		worlds_check,
		check_certificate,
	};
	struct error e = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(checks); i++)
		if (checks[i](o, &e) != ST_OK) {
			log_error("%s: %s", e.field, e.text);
			return 1;
		}
	log_info("the check found nothing wrong");
	return 0;
}
