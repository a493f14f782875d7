/* SPDX-License-Identifier: Apache-2.0 */
#include "requests.h"

#include <inttypes.h>

#define TOKEN "tok-safety"
#define LINE(method, path) method " " path " HTTP/1.1\r\nHost: localhost\r\n"
#define OAPI(path) path "?access_token=" TOKEN
#define JSON "Content-Type: application/json\r\n"

static unsigned group_of(const struct request_world *w, uint64_t no)
{
	return (unsigned)(no % w->groups);
}

static void with_body(struct buf *out, struct str head, const struct buf *body)
{
	buf_add_str(out, head);
	buf_printf(out, "Content-Length: %zu\r\n\r\n", body->n);
	buf_add_str(out, buf_str(body));
}

static const struct str update_head = STR_INIT(LINE("POST", "/v1.0/im/group/update") JSON
	"x-acs-dingtalk-access-token: " TOKEN "\r\n");

/* Another name, one in, one out (who may be in or out already), one option. */
static void make_update(const struct request_world *w, uint64_t no, struct buf *out)
{
	uint64_t round = no / w->groups;
	struct buf body = { 0 };

	buf_printf(&body,
		"{\"chatid\":\"g%u\",\"name\":\"%s%" PRIu64
		"\",\"add_useridlist\":[\"u%u\"],"
		"\"del_useridlist\":[\"u%u\"],\"managementOptions\":{\"searchable\":%u}}",
		group_of(w, no), w->tag, no, 1 + (unsigned)(round % (w->people - 1)),
		1 + (unsigned)((round + w->people / 2) % (w->people - 1)),
		(unsigned)(round % 2));
	with_body(out, update_head, &body);
	buf_fini(&body);
}

static void make_heavy(const struct request_world *w, uint64_t no, struct buf *out)
{
	struct buf body = { 0 };

	buf_printf(&body, "{\"chatid\":\"g%u\",\"name\":\"%s%" PRIu64 "\",",
		group_of(w, no), w->tag, no);
	buf_add_str(&body, buf_str(&w->heavy));
	buf_add_str(&body, STR("}"));
	with_body(out, update_head, &body);
	buf_fini(&body);
}

static void make_read(const struct request_world *w, uint64_t no, struct buf *out)
{
	buf_printf(
		out, LINE("GET", OAPI("/chat/get") "&chatid=g%u") "\r\n", group_of(w, no));
}

static void make_health(const struct request_world *w, uint64_t no, struct buf *out)
{
	(void)w;
	(void)no;
	buf_add_str(out, STR(LINE("GET", "/_qun/healthz") "\r\n"));
}

static void make_create(const struct request_world *w, uint64_t no, struct buf *out)
{
	struct buf body = { 0 };

	buf_printf(&body,
		"{\"name\":\"%s%" PRIu64
		"\",\"owner\":\"u0\",\"useridlist\":[\"u0\",\"u1\"]}",
		w->tag, no);
	with_body(out, STR(LINE("POST", OAPI("/chat/create")) JSON), &body);
	buf_fini(&body);
}

static void make_token(const struct request_world *w, uint64_t no, struct buf *out)
{
	(void)w;
	(void)no;
	buf_add_str(out,
		STR(LINE("GET",
			"/gettoken?appkey=app-safety&appsecret=secret-safety") "\r\n"));
}

#define PART \
	"--limit\r\nContent-Disposition: form-data; name=\"media\"; " \
	"filename=\"a.png\"\r\n" \
	"Content-Type: image/png\r\n\r\n"

static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

static void add_upload(
	const struct request_world *w, uint64_t no, const char *token, struct buf *out)
{
	static const char filler[2000];
	struct buf body = { 0 };

	buf_add_str(&body, STR(PART));
	buf_add(&body, png, sizeof(png) - 1);
	buf_printf(&body, "%s%" PRIu64, w->tag, no); /* no two files are alike */
	buf_add(&body, filler, sizeof(filler));
	buf_add_str(&body, STR("\r\n--limit--\r\n"));
	buf_printf(out,
		LINE("POST",
			"/media/upload?access_token=%s&type=image") "Content-Type: "
								    "multipart/form-data; "
								    "boundary=limit\r\n",
		token);
	with_body(out, STR(""), &body);
	buf_fini(&body);
}

static void make_upload(const struct request_world *w, uint64_t no, struct buf *out)
{
	add_upload(w, no, TOKEN, out);
}

static void make_upload_refused(const struct request_world *w, uint64_t no, struct buf *out)
{
	add_upload(w, no, "unknown", out);
}

static void make_bad_json(const struct request_world *w, uint64_t no, struct buf *out)
{
	struct buf body = { 0 };

	buf_printf(&body, "{\"chatid\":\"g%u\",\"name\":", group_of(w, no));
	with_body(out, update_head, &body);
	buf_fini(&body);
}

static void make_bad_group(const struct request_world *w, uint64_t no, struct buf *out)
{
	struct buf body = { 0 };

	(void)w;
	buf_printf(&body, "{\"chatid\":\"none%" PRIu64 "\",\"name\":\"x\"}", no);
	with_body(out, update_head, &body);
	buf_fini(&body);
}

static void make_bad_path(const struct request_world *w, uint64_t no, struct buf *out)
{
	(void)w;
	buf_printf(out, LINE("GET", "/v1.0/none/%" PRIu64) "\r\n", no);
}

static void make_bad_length(const struct request_world *w, uint64_t no, struct buf *out)
{
	(void)w;
	(void)no;
	buf_add_str(out, update_head);
	buf_add_str(out, STR("Content-Length: +5\r\n\r\nhello"));
}

static void make_last(const struct request_world *w, uint64_t no, struct buf *out)
{
	buf_printf(out,
		LINE("GET", OAPI("/chat/get") "&chatid=g%u") "Connection: close\r\n\r\n",
		group_of(w, no));
}

static void make_half_body(const struct request_world *w, uint64_t no, struct buf *out)
{
	(void)w;
	buf_add_str(out, update_head);
	buf_printf(out, "Content-Length: 1000\r\n\r\n{\"chatid\":\"%" PRIu64, no);
}

static void make_half_upload(const struct request_world *w, uint64_t no, struct buf *out)
{
	make_upload(w, no, out);
	out->n -= 1000;
}

static const struct request_kind kinds[] = {
	{ "update", make_update, 200, "\"success\":true", .changes_group = true },
	{ "heavy", make_heavy, 200, "\"success\":true", .changes_group = true },
	{ "read", make_read, 200, "\"errcode\":0" },
	{ "health", make_health, 200, "" },
	{ "create", make_create, 200, "\"errcode\":0" },
	{ "token", make_token, 200, "\"access_token\":" },
	{ "upload", make_upload, 200, "\"media_id\":" },
	{ "upload_refused", make_upload_refused, 200, "\"errcode\":40014" },
	{ "bad_json", make_bad_json, 400, "Missingbody" },
	{ "bad_group", make_bad_group, 400, "parameter.invalid" },
	{ "bad_path", make_bad_path, 404, "" },
	{ "bad_length", make_bad_length, 400, "", END_CLOSE },
	{ "last", make_last, 200, "\"errcode\":0", END_CLOSE },
	{ "half_body", make_half_body, 0, "", END_ABORT },
	{ "half_upload", make_half_upload, 0, "", END_ABORT },
};

const struct request_kind *request_kind_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_is(name, kinds[i].name))
			return &kinds[i];
	return NULL;
}

void request_world_init(struct request_world *w)
{
	buf_add_str(&w->heavy, STR("\"add_useridlist\":["));
	for (unsigned i = 0; i < w->ids; i++)
		buf_printf(&w->heavy, "%s\"u%u\"", i ? "," : "", i % w->people);
	buf_add_str(&w->heavy, STR("]"));
}

void request_world_fini(struct request_world *w)
{
	buf_fini(&w->heavy);
}
