/* SPDX-License-Identifier: Apache-2.0 */
/*
 * echo.c -- the HTTP server of src/net/ as qund runs it, answering each request with what
 * it understood: "METHOD TARGET", a line end, the body. Prints its port and runs until
 * standard input ends.
 */
#include "net/server.h"

#include <stdio.h>

static void on_head(void *ctx, struct http_exchange *x)
{
	(void)ctx;
	(void)x;
}

static void on_request(void *ctx, struct http_exchange *x)
{
	const struct http_head *head = &x->head;
	struct buf text = { 0 };

	(void)ctx;
	buf_printf(&text, "%.*s %.*s\n", STR_FMT(head->method_text), STR_FMT(head->path));
	buf_add_str(&text, x->body);
	http_answer(x, &(struct http_answer){
			       .status = 200,
			       .content_type = STR("text/plain"),
			       .body = buf_str(&text),
		       });
	buf_fini(&text);
}

static void on_reject(void *ctx, struct http_exchange *x, enum http_reject why,
	const char *detail, struct http_answer *out)
{
	(void)ctx;
	(void)why;
	out->content_type = STR("text/plain");
	out->body = arena_printf(&x->arena, "%s", detail);
}

int main(void)
{
	const struct http_listen listen = { .host = "127.0.0.1" };
	const struct http_server_options options = {
		.listen = &listen,
		.listen_count = 1,
		.io_threads = 1,
		.service = { NULL, on_head, on_request, on_reject },
	};
	struct http_server *server;
	struct error e = { 0 };

	if (http_server_new(&options, &server, &e) != ST_OK ||
		http_server_start(server, &e) != ST_OK) {
		(void)fprintf(stderr, "%s: %s\n", e.field, e.text);
		return 1;
	}
	(void)printf("%u\n", http_server_port(server, 0));
	(void)fflush(stdout);
	while (getchar() != EOF)
		;
	http_server_free(server);
	return 0;
}
