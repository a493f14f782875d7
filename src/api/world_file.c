/* SPDX-License-Identifier: Apache-2.0 */
#include "api/world_file.h"

#include "api/demo_world.h"
#include "base/limits.h"
#include "store/media_content.h"
#include "json/decode.h"
#include "json/encode.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum status world_decode(struct str text, int64_t member_cap, bool told, struct arena *a,
	struct world *out, struct error *e)
{
	if (text.n > LIMIT_WORLD)
		return fail(
			e, ST_TOO_LARGE, "", "%zu bytes, at most %d", text.n, LIMIT_WORLD);
	*out = (struct world){ 0 };
	TRY(json_decode(text, world_fields, out, DECODE_CLOSED, a, e));
	if (told)
		world_make_tokens(out, a);
	return world_check(out, member_cap, a, e);
}

struct str world_answer(struct world *w, struct arena *a)
{
	world_settle(w);
	return json_encode(world_fields, w, a);
}

struct str world_demo(void)
{
	return (struct str){ demo_world, demo_world_size };
}

/* ---- media files ---- */

/* What stays the same for all files of a world. */
struct keeping {
	const char *folder, *media_dir;
	struct str builtin; /* its name in the media folder, once it is there */
	struct arena *arena;
	struct error *error;
};

/* "corps[0].media[3].file" */
static enum status refuse(
	const struct keeping *k, size_t corp, size_t index, const char *why)
{
	return fail(k->error, ST_INVALID,
		arena_printf(k->arena, "corps[%zu].media[%zu].file", corp, index).p, "%s",
		why);
}

/* Relative, and never up: what a world names lies beside it or below. */
static bool stays_below(struct str path)
{
	if (str_starts(path, STR("/")))
		return false;
	while (path.n) {
		size_t end = str_find(path, '/');

		if (str_eq(str_slice(path, 0, end), STR("..")))
			return false;
		path = str_slice(path, end + 1, path.n);
	}
	return true;
}

/* NULL, or why it cannot be read. At most `max` bytes and one more. */
static const char *read_up_to(int fd, size_t max, struct buf *out)
{
	ssize_t n;

	buf_reserve(out, max + 1);
	do {
		n = read(fd, out->p + out->n, max + 1 - out->n);
		if (n < 0 && errno != EINTR)
			return strerror(errno);
		if (n > 0)
			out->n += (size_t)n;
	} while (n != 0 && out->n <= max);
	return NULL;
}

/* NULL, or why not. */
static const char *read_file(const char *path, size_t max, struct buf *out)
{
	const char *why = NULL;
	struct stat s;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return strerror(errno);
	if (fstat(fd, &s) != 0)
		why = strerror(errno);
	else if (!S_ISREG(s.st_mode))
		why = "not a regular file";
	else
		why = read_up_to(
			fd, (size_t)s.st_size < max ? (size_t)s.st_size : max, out);
	close(fd);
	return why;
}

static enum status keep_bytes(
	const struct keeping *k, struct str bytes, struct world_media *m)
{
	struct media_name name;

	m->size = (int64_t)bytes.n;
	if (!k->media_dir)
		return ST_OK;
	TRY(media_keep_bytes(k->media_dir, bytes, &name, k->error));
	m->kept = arena_str(k->arena, str_from(name.text));
	return ST_OK;
}

static enum status keep_builtin(struct keeping *k, struct world_media *m)
{
	if (!k->builtin.p) {
		TRY(keep_bytes(k, media_builtin_image(), m));
		k->builtin = m->kept;
	}
	m->kept = k->builtin;
	m->size = (int64_t)media_builtin_image().n;
	return ST_OK;
}

static enum status keep_file(
	const struct keeping *k, size_t corp, size_t index, struct world_media *m)
{
	struct error content = { 0 };
	struct buf bytes = { 0 };
	enum media_type type;
	const char *why;
	enum status st;

	if (!k->folder)
		return refuse(k, corp, index, "a world over HTTP cannot name files");
	if (!stays_below(m->file))
		return refuse(k, corp, index, "must be relative, without ..");
	if (!media_type_from(m->type, &type))
		return refuse(k, corp, index, "of no known type");
	why = read_file(arena_printf(k->arena, "%s/%.*s", k->folder, STR_FMT(m->file)).p,
		(size_t)media_size_limit(type), &bytes);
	if (!why && media_content_check(type,
			    str_slice(buf_str(&bytes), 0,
				    bytes.n < MEDIA_HEAD ? bytes.n : MEDIA_HEAD),
			    (int64_t)bytes.n, &content) != ST_OK)
		why = content.text;
	st = why ? refuse(k, corp, index, why) : keep_bytes(k, buf_str(&bytes), m);
	buf_fini(&bytes);
	return st;
}

enum status world_keep_media(struct world *w, const char *folder, const char *media_dir,
	struct arena *a, struct error *e)
{
	struct keeping k = {
		.folder = folder, .media_dir = media_dir, .arena = a, .error = e
	};
	const struct world_corp *corps = w->corps.v;

	for (size_t c = 0; c < w->corps.n; c++) {
		struct world_media *media = corps[c].media.v;

		for (size_t i = 0; i < corps[c].media.n; i++)
			TRY(media[i].file.p ? keep_file(&k, c, i, &media[i])
					    : keep_builtin(&k, &media[i]));
	}
	return ST_OK;
}
