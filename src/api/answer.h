/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.h -- the bytes that end a request, in the style of its route.
 * Each function answers once; `r` and its arena are gone when it returns. Every answer
 * carries x-acs-request-id and x-acs-trace-id; an explanation is kept of each call of the
 * two APIs.
 */
#ifndef QUN_API_ANSWER_H
#define QUN_API_ANSWER_H

#include "api/request.h"

/* 200 with `reply` as JSON. On oapi the reply's table has errcode and errmsg itself. */
void answer_ok(struct request *r, const struct field *table, const void *reply);
/* Ready-made JSON with any status (/_qun/ and special cases). */
void answer_json(struct request *r, int status, struct str json);
void answer_text(struct request *r, int status, const char *content_type, struct str text);

/*
 * A refusal by a rule. New API: the rule's HTTP status and {"requestid","code","message"},
 * for the gate's rules in the gateway's key order. oapi: HTTP 200 and the rule's errcode.
 * With --hints the description, and with x-qun-verbose rule, field, value and hint, are
 * added. May first look up what the refused value really is, for a better hint; if that
 * fails, the rule's own hint is given.
 */
void answer_refusal(struct request *r, const struct refusal *why);
/* oapi only: an errcode of its own page, with its text. `why->rule` may be NULL. */
void answer_errcode(
	struct request *r, int errcode, const char *errmsg, const struct refusal *why);
/* 429 system.busy with Retry-After, or its oapi form. */
void answer_busy(struct request *r);
/* 500 system.error, or errcode -1, or what the route has in .failed; `detail` goes to the
 * log only. */
void answer_failure(struct request *r, const char *detail);
/* /_qun/: {"error": text} */
void answer_admin_error(struct request *r, int status, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/* Counts an answer by its status, for the metrics. */
void answer_count(struct api *a, int status);

/* What the errors of the new API, of oapi and of /_qun/ hold, for the reference. */
extern const struct field error_fields[], oapi_error_fields[], admin_error_fields[];

#endif
