/* SPDX-License-Identifier: Apache-2.0 */
#include "net/exchange.h"

#include "base/limits.h"
#include "base/plant.h"
#include "net/conn.h"
#include "net/upload.h"

/* Fetching and giving back what each request needs would be a sixth of what a small one
 * costs. */
enum { SPARE_EXCHANGES = 64 };

/* Zeroed, but for an arena that has its first chunk already. */
static struct exchange *take_memory(struct http_loop *hl)
{
	struct exchange *ex = LIST_FIRST(&hl->spare);
	struct arena arena;

	if (!ex) {
		ex = calloc(1, sizeof(*ex));
		if (!ex)
			die("out of memory for a request");
		return ex;
	}
	LIST_REMOVE(ex, link);
	hl->spare_count--;
	arena = ex->x.arena;
	*ex = (struct exchange){ .x.arena = arena };
	return ex;
}

static void give_back(struct exchange *ex)
{
	struct http_loop *hl = ex->hl;

	/* A sanitizer shall see each use of what was given back. */
	if (SANITIZED || hl->spare_count >= SPARE_EXCHANGES) {
		arena_fini(&ex->x.arena);
		free(ex);
		return;
	}
	arena_reset(&ex->x.arena);
	LIST_INSERT_HEAD(&hl->spare, ex, link);
	hl->spare_count++;
}

struct exchange *exchange_new(struct http_loop *hl, struct conn *conn)
{
	struct exchange *ex = take_memory(hl);

	ex->hl = hl;
	ex->conn = conn;
	ex->x.loop = &hl->loop;
	ex->x.tls = conn->tls != NULL;
	memcpy(ex->x.peer, conn->peer, sizeof(conn->peer));
	ex->x.head.method = HTTP_OTHER;
	ex->x.body_max = LIMIT_BODY;
	ex->x.body_ms = hl->config->body_ms;
	ex->x.body = STR("");
	LIST_INSERT_HEAD(&hl->exchanges, ex, link);
	return ex;
}

void exchange_free(struct exchange *ex)
{
	LIST_REMOVE(ex, link);
	if (ex->budget)
		ex->budget->used -= ex->received;
	upload_end(ex->upload);
	buf_fini(&ex->body);
	if (!plant("request_leaked"))
		give_back(ex);
}

void exchanges_free_spare(struct http_loop *hl)
{
	struct exchange *ex;

	while ((ex = LIST_FIRST(&hl->spare))) {
		LIST_REMOVE(ex, link);
		arena_fini(&ex->x.arena);
		free(ex);
	}
}

static enum status too_large(struct http_fault *f)
{
	return http_refuse(f, ST_TOO_LARGE, HTTP_TOO_LARGE, "the body is too large");
}

static enum status add(struct exchange *ex, struct str piece, struct http_fault *f)
{
	ex->received += piece.n;
	if (atomic_fetch_add(&ex->budget->used, piece.n) + piece.n > ex->budget->max)
		return http_refuse(f, ST_BUSY, HTTP_NO_ROOM,
			"too many bodies are being sent at this moment");
	if (ex->upload)
		upload_feed(ex->upload, piece);
	else
		buf_add_str(&ex->body, piece);
	return ST_OK;
}

static enum status complete(struct exchange *ex)
{
	ex->complete = true;
	if (ex->upload)
		upload_finish(ex->upload);
	else
		ex->x.body = buf_str(&ex->body);
	return ST_OK;
}

enum status exchange_begin_body(struct exchange *ex, struct http_fault *f)
{
	struct http_exchange *x = &ex->x;

	ex->upload = upload_begin(x);
	ex->budget = ex->upload ? ex->hl->config->disk : ex->hl->config->memory;
	if (x->upload && !ex->upload && x->body_max > LIMIT_BODY)
		x->body_max = LIMIT_BODY; /* it stays in memory */
	if (x->head.length > x->body_max)
		return too_large(f);
	return ex->complete ? complete(ex) : ST_OK; /* without a body */
}

static enum status take_chunked(struct exchange *ex, struct str *in, struct http_fault *f)
{
	enum status st = ST_AGAIN;
	struct str piece;

	while (in->n && st == ST_AGAIN) {
		st = chunk_next(&ex->chunk, in, &piece, f);
		if (piece.n > ex->x.body_max - ex->received)
			return too_large(f);
		TRY(add(ex, piece, f));
	}
	return st == ST_OK ? complete(ex) : st;
}

enum status exchange_take_body(struct exchange *ex, struct str *in, struct http_fault *f)
{
	uint64_t left = ex->x.head.length - ex->received;
	size_t n = left < in->n ? (size_t)left : in->n;

	if (ex->x.head.chunked)
		return take_chunked(ex, in, f);
	TRY(add(ex, str_slice(*in, 0, n), f));
	*in = str_slice(*in, n, in->n);
	return ex->received == ex->x.head.length ? complete(ex) : ST_AGAIN;
}
