/* SPDX-License-Identifier: Apache-2.0 */
#include "store/media_content.h"

#include "base/limits.h"

#include <string.h>

/* A format is known by one or two byte sequences at fixed places. */
struct format {
	enum media_type type;
	const char *extensions; /* what such files are called */
	size_t offset;
	struct str bytes;
	size_t offset2;
	struct str bytes2; /* STR_NONE: the first says it all */
};

static const struct format formats[] = {
	{ MEDIA_IMAGE, "jpg", 0, STR_INIT("\xff\xd8\xff") },
	{ MEDIA_IMAGE, "gif", 0, STR_INIT("GIF87a") },
	{ MEDIA_IMAGE, "gif", 0, STR_INIT("GIF89a") },
	{ MEDIA_IMAGE, "png", 0, STR_INIT("\x89PNG\r\n\x1a\n") },
	{ MEDIA_IMAGE, "bmp", 0, STR_INIT("BM"), 6, STR_INIT("\0\0\0\0") },
	{ MEDIA_VOICE, "amr", 0, STR_INIT("#!AMR\n") },
	{ MEDIA_VOICE, "amr", 0, STR_INIT("#!AMR-WB\n") },
	{ MEDIA_VOICE, "mp3", 0, STR_INIT("ID3") },
	/* without a tag: a frame of MPEG 1, 2 or 2.5, layer 3, with or without checksum */
	{ MEDIA_VOICE, "mp3", 0, STR_INIT("\xff\xfb") },
	{ MEDIA_VOICE, "mp3", 0, STR_INIT("\xff\xfa") },
	{ MEDIA_VOICE, "mp3", 0, STR_INIT("\xff\xf3") },
	{ MEDIA_VOICE, "mp3", 0, STR_INIT("\xff\xf2") },
	{ MEDIA_VOICE, "mp3", 0, STR_INIT("\xff\xe3") },
	{ MEDIA_VOICE, "mp3", 0, STR_INIT("\xff\xe2") },
	{ MEDIA_VOICE, "wav", 0, STR_INIT("RIFF"), 8, STR_INIT("WAVE") },
	{ MEDIA_VIDEO, "mp4", 4, STR_INIT("ftyp") },
	{ MEDIA_FILE, "doc, xls or ppt", 0, STR_INIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") },
	{ MEDIA_FILE, "zip, docx, xlsx or pptx", 0, STR_INIT("PK\3\4") },
	{ MEDIA_FILE, "zip", 0, STR_INIT("PK\5\6") }, /* an empty one */
	{ MEDIA_FILE, "pdf", 0, STR_INIT("%PDF-") },
	{ MEDIA_FILE, "rar", 0, STR_INIT("Rar!\x1a\x07") },
};

static const struct {
	int64_t limit;
	const char *accepted;
} types[MEDIA_TYPES] = {
	[MEDIA_IMAGE] = { LIMIT_UPLOAD, "jpg, gif, png or bmp" },
	[MEDIA_VOICE] = { LIMIT_VOICE, "amr, mp3 or wav" },
	[MEDIA_VIDEO] = { LIMIT_UPLOAD, "mp4" },
	[MEDIA_FILE] = { LIMIT_UPLOAD, "doc, docx, xls, xlsx, ppt, pptx, zip, pdf or rar" },
};

static bool has_at(struct str head, size_t offset, struct str bytes)
{
	return head.n >= offset && head.n - offset >= bytes.n &&
	       memcmp(head.p + offset, bytes.p, bytes.n) == 0;
}

static const struct format *find_format(struct str head)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		const struct format *f = &formats[i];

		if (has_at(head, f->offset, f->bytes) &&
			(!f->bytes2.p || has_at(head, f->offset2, f->bytes2)))
			return f;
	}
	return NULL;
}

int64_t media_size_limit(enum media_type type)
{
	return types[type].limit;
}

enum status media_content_check(
	enum media_type type, struct str head, int64_t size, struct error *e)
{
	const struct format *found;

	if (size == 0)
		return fail(e, ST_UNSUPPORTED, "media", "the file is empty");
	if (size > types[type].limit)
		return fail(e, ST_TOO_LARGE, "media", "%lld bytes, at most %lld for %s",
			(long long)size, (long long)types[type].limit,
			media_type_text(type));
	found = find_format(head);
	if (found && found->type == type)
		return ST_OK;
	return fail(e, ST_UNSUPPORTED, "media", "its content is %s; %s takes %s",
		found ? found->extensions : "of no known format", media_type_text(type),
		types[type].accepted);
}
