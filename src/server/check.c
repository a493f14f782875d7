/* SPDX-License-Identifier: Apache-2.0 */
#include "server/check.h"

#include "base/log.h"
#include "net/tls.h"
#include "server/files.h"
#include "server/secrets.h"
#include "store/store.h"

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
		return st;
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
