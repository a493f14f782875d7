/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.h -- what a request is to those who answer it.
 * An exchange is one request and its answer on one connection. It lives on one loop's
 * thread from the end of its head until it is answered; its arena, and all it points to,
 * dies then. It survives its client: an exchange that is in flight is still answered once,
 * into nothing.
 */
#ifndef QUN_NET_HTTP_H
#define QUN_NET_HTTP_H

#include "base/arena.h"
#include "base/status.h"
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
	HTTP_OTHER, /* of capital letters and hyphens, and none of the above */
};

/* The parsed head of a request; strings borrow from the exchange's arena. */
struct http_head {
	enum http_method method;
	struct str method_text;
	struct str path; /* as sent, from the first '/', still percent-encoded; "*" for
			    OPTIONS *; of an absolute target without one: "/" */
	struct str query; /* after '?', still encoded; p == NULL without one */
	struct str host; /* with its port; of an absolute target the host in it */
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
	struct str filename; /* as the client gave it, any bytes: never used as a path */
	const char *path; /* the temporary file. Removed with the exchange, unless the
			     service renames it or sets this to NULL */
	uint64_t size;
};

struct http_exchange {
	struct http_head head;
	struct arena arena;
	struct loop *loop;
	bool tls;
	char peer[64]; /* client address without port */

	/* Set by on_head: how the body is to be taken. LIMIT_BODY and the server's deadline
	 * for bodies stand here before. */
	uint64_t body_max; /* bytes; a longer one is answered by on_reject with
			      HTTP_TOO_LARGE */
	uint32_t body_ms; /* deadline for the whole body */
	/* A multipart body's file parts go to new files in upload_dir. A body of another
	 * type is then taken as usual, but only up to LIMIT_BODY. */
	bool upload;
	const char *upload_dir;

	/* The body, complete when on_request is called. */
	struct str body; /* empty for an upload that was multipart */
	bool multipart; /* an upload whose type was multipart/form-data; then: */
	struct pairs parts; /* parts without a file name */
	struct http_file *file; /* file_count of them, in the order sent */
	size_t file_count;
	/* ST_OK, or why the multipart body could not be taken: ST_MALFORMED, ST_TOO_LARGE
	 * (a limit on parts), ST_NO_SPACE, ST_IO; body_fault says it in words. */
	enum status body_status;
	const char *body_fault;

	/* The service's. It must live in the arena: an exchange whose client leaves before
	 * the body is complete ends without a call. */
	void *user;
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
	HTTP_EXPECTATION_FAILED, /* 417: an Expect other than 100-continue */
	HTTP_HEAD_TOO_LARGE, /* 431 */
	HTTP_NOT_IMPLEMENTED, /* 501: a transfer coding we do not know */
	HTTP_NO_ROOM, /* 503: others' bodies fill what all together may hold */
	HTTP_BAD_VERSION, /* 505 */
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
/* Ends the exchange by closing its connection without a word, for an outcome that is not
 * known. As with http_answer, `x` is gone when this returns. */
void http_drop(struct http_exchange *x);

#endif
