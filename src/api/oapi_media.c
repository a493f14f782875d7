/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oapi_media.c -- POST /media/upload.
 * Source: DingTalk's page upload-media-files.
 *
 * Usual path: net has streamed the part `media` into a temporary file; what can be told
 * without reading it is checked; a pool thread looks at its content and moves it into the
 * media folder, synced; then the row is added. Whatever is refused is refused before the
 * move, so it leaves nothing behind; if only the row cannot be added, the file goes at the
 * next start.
 */
#include "api/answer.h"
#include "base/limits.h"
#include "store/media_content.h"
#include "store/media_ops.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct media_request {
	struct str type;
};

static const struct field media_request_fields[] = {
	FIELD(struct media_request, type, .oneof = media_type_words, .flags = F_NEEDED,
		.doc = "image, voice, video or file; in the form or the query; the "
		       "file is the part named media",
		.zh = "媒体文件类型 image、voice、video 或 file，放在表单或查询串；"
		      "文件为名为 media 的表单项"),
	{ 0 },
};

struct media_reply {
	int64_t errcode;
	struct str errmsg, type, media_id;
	int64_t created_at;
};

static const struct field media_reply_fields[] = {
	FIELD(struct media_reply, errcode, .doc = "0", .zh = "返回码"),
	FIELD(struct media_reply, errmsg, .doc = "ok", .zh = "返回码描述"),
	FIELD(struct media_reply, type, .doc = "the type as sent", .zh = "媒体文件类型"),
	FIELD(struct media_reply, media_id, .doc = "the file's id, for use as an icon",
		.zh = "媒体文件的唯一标识，可用作群头像"),
	FIELD(struct media_reply, created_at, .doc = "time of the upload, in ms since 1970",
		.zh = "上传时间戳，单位毫秒"),
	{ 0 },
};

/* One upload. The pool thread has it, from request_work until media_kept, to itself. */
struct upload {
	struct media_add_op op;
	/* in */
	enum media_type type;
	const char *media_dir, *temp_path;
	int64_t size;
	/* out */
	enum status content; /* what the check of the content said */
	struct media_name name;
	struct error error;
};

/* ---- the rules ---- */

struct media_case {
	const struct http_exchange *x;
	struct str type_sent;
	bool type_known;
	const struct http_file *file; /* NULL: no part of that name has a file */
	const struct upload *upload; /* once its content was looked at */
};

static bool is_multipart(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct media_case *c = subject;

	(void)rule;
	if (!c->x->multipart)
		return false;
	return c->x->body_status == ST_OK || refuse_value(why, STR_NONE, c->x->body_fault);
}

static bool type_is_known(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct media_case *c = subject;

	(void)rule;
	return c->type_known || refuse_value(why, c->type_sent, NULL);
}

static bool file_is_sent(const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct media_case *c = subject;

	(void)rule;
	if (!c->file)
		return refuse_value(why, STR_NONE, "no part named media has a file");
	return c->file->size || refuse_value(why, STR_NONE, "the file is empty");
}

static bool size_is_allowed(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct media_case *c = subject;

	(void)rule;
	return c->upload->content != ST_TOO_LARGE ||
	       refuse_value(why, STR_NONE, c->upload->error.text);
}

static bool format_is_allowed(
	const struct rule *rule, const void *subject, struct refusal *why)
{
	const struct media_case *c = subject;

	(void)rule;
	return c->upload->content != ST_UNSUPPORTED ||
	       refuse_value(why, STR_NONE, c->upload->error.text);
}

static const struct rule media_rules[] = {
	{
		.id = "media.multipart",
		.field = "body",
		.holds = is_multipart,
		.answer = REFUSE_PARAMETER,
		.errcode = 43008,
		.stage = RULE_REQUEST,
		.zh = "请以 multipart/form-data 上传，文件放在名为 media 的表单项中",
		.en = "send multipart/form-data with the file in the part named media",
		.refuses = "the body is not multipart/form-data, or not well-formed",
		.refuses_zh = "请求体不是 multipart/form-data，或格式有误",
	},
	{
		.id = "media.type",
		.field = "type",
		.holds = type_is_known,
		.answer = REFUSE_PARAMETER,
		.errcode = 40004,
		.stage = RULE_REQUEST,
		.zh = "type 只能为 image、voice、video 或 file，可放在表单或查询串",
		.en = "type is image, voice, video or file, in the form or the query",
		.refuses = "type is absent or none of the four",
		.refuses_zh = "type 未传，或不是四种类型之一",
	},
	{
		.id = "media.file",
		.field = "media",
		.holds = file_is_sent,
		.answer = REFUSE_PARAMETER,
		.errcode = 41005,
		.stage = RULE_REQUEST,
		.zh = "请把文件放在名为 media 的表单项中，并带上 filename",
		.en = "put the file into a part named media, with a filename",
		.refuses = "no part named media has a file, or it is empty",
		.refuses_zh = "没有名为 media 的文件项，或文件为空",
	},
	{
		.id = "media.size",
		.field = "media",
		.holds = size_is_allowed,
		.answer = REFUSE_PARAMETER,
		.errcode = 40006,
		.stage = RULE_FACTS,
		.zh = "图片、视频与普通文件最大 20MB，语音最大 2MB",
		.en = "an image, video or file has at most 20 MiB, a voice recording 2 MiB",
		.refuses = "the file is over its type's size",
		.refuses_zh = "文件超过该类型的大小上限",
	},
	{
		.id = "media.format",
		.field = "media",
		.holds = format_is_allowed,
		.answer = REFUSE_PARAMETER,
		.errcode = 40005,
		.stage = RULE_FACTS,
		.zh = "按文件内容（而非文件名）判断，格式与 type 不符：图片 "
		      "jpg、gif、png、bmp；语音 amr、mp3、wav；视频 mp4；文件 "
		      "doc(x)、xls(x)、ppt(x)、zip、pdf、rar",
		.en = "by its content, not its name, it is in none of the type's formats: "
		      "image jpg, gif, png, bmp; voice amr, mp3, wav; video mp4; file "
		      "doc(x), xls(x), ppt(x), zip, pdf, rar",
		.refuses = "the content is in none of the type's formats",
		.refuses_zh = "文件内容不是该类型支持的格式",
	},
	{ 0 },
};

/* ---- the call ---- */

static const struct http_file *file_named(const struct http_exchange *x, const char *part)
{
	for (size_t i = 0; i < x->file_count; i++)
		if (str_is(x->file[i].part, part))
			return &x->file[i];
	return NULL;
}

static enum status check_content(struct upload *u)
{
	char head[MEDIA_HEAD];
	int fd = open(u->temp_path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head));

	if (n < 0)
		(void)fail(&u->error, ST_IO, "media", "cannot read the upload: %s",
			strerror(errno));
	if (fd >= 0)
		(void)close(fd);
	if (n < 0)
		return ST_IO;
	return media_content_check(u->type, (struct str){ head, n }, u->size, &u->error);
}

/* On a pool thread. */
static enum status keep_media(void *arg)
{
	struct upload *u = arg;

	u->content = check_content(u);
	if (u->content == ST_OK)
		return media_keep(u->media_dir, u->temp_path, &u->name, &u->error);
	if (u->content == ST_TOO_LARGE || u->content == ST_UNSUPPORTED)
		return ST_OK; /* a rule will refuse it */
	return u->content;
}

static void media_added(struct request *r)
{
	const struct media_add_op *op = REQUEST_CHANGE(r, struct media_add_op);

	if (r->status == ST_REFUSED) {
		answer_refusal(r, &op->why);
		return;
	}
	answer_ok(r, media_reply_fields,
		&(struct media_reply){
			.errmsg = STR("ok"),
			.type = str_from(media_type_text(op->type)),
			.media_id = op->media_id,
			.created_at = op->at_ms,
		});
}

static void add_media(struct request *r, struct upload *u)
{
	struct media_add_op *op = &u->op;

	media_add_init(op);
	op->access = &r->access;
	op->media_id = media_id_new(r->arena);
	op->type = u->type;
	op->file = str_from(u->name.text);
	op->size = u->size;
	op->at_ms = r->at_ms;
	request_change(r, &op->change, media_added);
}

static void media_kept(struct request *r)
{
	struct upload *u = r->op;
	struct media_case c = { .x = r->x, .upload = u };
	struct refusal why;

	if (r->status != ST_OK)
		answer_failure(r, u->error.text);
	else if (!rules_hold(media_rules, RULE_FACTS, &c, &why))
		answer_refusal(r, &why);
	else
		add_media(r, u);
}

/* The disk's fault, not the client's. */
static bool is_failure(enum status body)
{
	return body == ST_IO || body == ST_NO_SPACE;
}

static void upload_media(struct request *r)
{
	const struct media_request *req = r->body;
	const struct http_file *file = file_named(r->x, "media");
	struct upload *u = ARENA_NEW(r->arena, struct upload);
	struct media_case c = { .x = r->x, .type_sent = req->type, .file = file };
	struct refusal why;

	if (is_failure(r->x->body_status)) {
		answer_failure(r, r->x->body_fault);
		return;
	}
	c.type_known = media_type_from(req->type, &u->type);
	if (!rules_hold(media_rules, RULE_REQUEST, &c, &why)) {
		answer_refusal(r, &why);
		return;
	}
	u->media_dir = store_media_dir(request_options(r)->store);
	u->temp_path = file->path;
	u->size = (int64_t)file->size;
	request_work(r, keep_media, u, media_kept);
}

const struct route oapi_media_routes[] = {
	{
		.method = HTTP_POST,
		.path = "/media/upload",
		.style = STYLE_OAPI,
		.flags = ROUTE_UPLOAD,
		.fields = media_request_fields,
		.fields_size = sizeof(struct media_request),
		.rules = media_rules,
		.reply = media_reply_fields,
		.handle = upload_media,
		.name = "OapiMediaUpload",
		.doc = "Uploads an image, voice recording, video or file",
		.zh = "上传媒体文件：图片、语音、视频或普通文件",
	},
	{ .path = NULL },
};
