/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.h -- what a request is to those who answer it.
 * An exchange is one request and its answer on one connection. It lives on one loop's
 * thread from its first header byte until it is answered; its arena, and all it points to,
 * dies then. It survives its client: an exchange that is in flight is still answered once,
 * into nothing.
 */
#ifndef QUN_NET_HTTP_H
#define QUN_NET_HTTP_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_DELETE,
	HTTP_OPTIONS,
	HTTP_PATCH,
	HTTP_OTHER, /* a well-formed token that is none of the above */
};

/* The parsed head of a request; strings borrow from the exchange's arena. */
struct http_head {
	enum http_method method;
	struct str method_text;
	struct str path; /* as sent, from the first '/', still percent-encoded; "*" for
			    OPTIONS * */
	struct str query; /* after '?', still encoded; p == NULL without one */
	struct str host;
	unsigned minor; /* HTTP/1.minor: 0 or 1 */
	struct pair *headers; /* names in lower case, values trimmed; in the order sent */
	size_t header_count;
	bool chunked;
	bool has_length;
	uint64_t length; /* of the body; 0 without one */
	bool keep_alive;
	bool expect_continue;
};

/* The value of a header (lower-case name), else STR_NONE. The first, if it is repeated. */
struct str http_header(const struct http_head *head, const char *name);

/* One part of a multipart body that was streamed to disk. */
struct http_file {
	struct str part; /* the part's name */
	struct str filename; /* as the client gave it: never used as a path */
	const char *path; /* the temporary file; the service may rename it, else it is
			     removed */
	uint64_t size;
};

struct http_exchange {
	struct http_head head;
	struct arena arena;
	struct loop *loop;
	bool tls;
	char peer[64]; /* client address without port */

	/* Set by on_head: how the body is to be taken. */
	uint64_t body_max; /* bytes; a longer one is answered by on_reject with
			      HTTP_TOO_LARGE */
	bool upload; /* a multipart body's file parts go to upload_dir */
	const char *upload_dir;
	uint32_t body_ms; /* deadline for the whole body */

	/* The body, complete when on_request is called. */
	struct str body; /* empty for an upload that was multipart */
	struct pairs parts; /* multipart: parts without a file name */
	struct http_file *file; /* multipart: the first file part; NULL without one */
	size_t file_count;
	bool multipart;
	const char *body_fault; /* NULL, or what is wrong with the multipart body */

	void *user; /* the service's */
};

struct http_answer {
	int status;
	struct str content_type; /* STR_NONE without a body */
	struct str body; /* copied before http_answer returns */
	const struct pair *headers; /* further ones; names as they go out */
	size_t header_count;
	bool close; /* close the connection after it */
};

/* Why net refuses a request by itself. */
enum http_reject {
	HTTP_BAD_REQUEST, /* 400: not HTTP, or ambiguous */
	HTTP_TIMEOUT, /* 408 */
	HTTP_TOO_LARGE, /* 413: the body */
	HTTP_URI_TOO_LONG, /* 414 */
	HTTP_HEAD_TOO_LARGE, /* 431 */
	HTTP_NOT_IMPLEMENTED, /* 501: a transfer coding we do not know */
	HTTP_BAD_VERSION, /* 505 */
	HTTP_UNAVAILABLE, /* 503: the server is stopping */
};

/* The status code and reason phrase of a refusal, and the phrase of any status. */
int http_reject_status(enum http_reject why);
const char *http_reason(int status);

/* Who answers. All calls are made on the exchange's loop thread. */
struct http_service {
	void *ctx;
	/* The head has arrived: set body_max and the rest. May answer at once (the
	 * connection then closes if a body was still to come). */
	void (*on_head)(void *ctx, struct http_exchange *x);
	/* The whole request has arrived; answer now or later with http_answer. */
	void (*on_request)(void *ctx, struct http_exchange *x);
	/* Net refuses and will close: `detail` says what was wrong. Fill in status (already
	 * set), headers and body. x->head may be empty. */
	void (*on_reject)(void *ctx, struct http_exchange *x, enum http_reject why,
		const char *detail, struct http_answer *out);
};

/*
 * Answers the exchange and ends it: `x` and its arena are gone when this returns. Once
 * only, on the exchange's loop thread. Date, Content-Length and Connection are added here.
 * A HEAD request gets no body. A client that has gone makes this a quiet end.
 */
void http_answer(struct http_exchange *x, const struct http_answer *answer);

/* Ends the exchange without an answer and closes its connection: the outcome is not known.
 * Same thread and ownership as http_answer. */
void http_drop(struct http_exchange *x);

#endif
