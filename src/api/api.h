/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api.h -- DingTalk's wire formats over the store: what main() starts and net/ calls.
 * One struct api serves all loops; what it holds is either constant after api_new, guarded
 * by a mutex of its own module, or kept once for each loop.
 */
#ifndef QUN_API_API_H
#define QUN_API_API_H

#include "net/http.h"
#include "store/store.h"

struct api;

struct api_options {
	struct store *store;
	unsigned lanes; /* loops */
	int64_t member_cap; /* LIMIT_MEMBERS unless asked otherwise */
	bool hints; /* rule and hint go into every error's description */
	bool fixed_tokens; /* fixed tokens of worlds are accepted */
	bool throttled; /* the platform's limits on calls hold: throttle.h */
	bool log_refusals; /* a line for each (text mode) */
	const unsigned char *token_key; /* TOKEN_KEY bytes, the caller's */
	struct str admin_token; /* borrowed */
	const char *upload_dir; /* for temporary files, on the media folder's disk */
	/* For /_qun/metrics and readyz; may be NULL. */
	void (*server_stats)(void *ctx, struct buf *prometheus_text);
	void *ctx;
};

struct api *api_new(const struct api_options *o);
void api_free(struct api *a); /* NULL is fine */
/* The callbacks for http_server_options. */
struct http_service api_service(struct api *a);

#endif
