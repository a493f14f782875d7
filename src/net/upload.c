/* SPDX-License-Identifier: Apache-2.0 */
#include "net/upload.h"

#include "base/limits.h"
#include "base/plant.h"
#include "base/random.h"
#include "net/multipart.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct upload {
	struct http_exchange *x;
	struct multipart multipart;
	struct http_file files[LIMIT_PARTS];
	struct pair parts[LIMIT_PARTS];
	bool in_file;
	int fd; /* of the file being written, else -1 */
	struct buf value; /* of the part being read */
};

enum { NAME_BYTES = 16 };

static enum status disk_fault(const char **why)
{
	bool full = errno == ENOSPC || errno == EDQUOT;

	*why = full ? "no space left for the upload" : "the upload could not be written";
	return full ? ST_NO_SPACE : ST_IO;
}

static enum status begin_file(
	struct upload *u, const struct multipart_part *part, const char **why)
{
	struct http_exchange *x = u->x;
	struct http_file *file = &u->files[x->file_count];
	char name[2 * NAME_BYTES + 1];
	struct str path;

	random_hex(name, NAME_BYTES);
	path = arena_printf(&x->arena, "%s/upload-%s.tmp", x->upload_dir, name);
	u->fd = open(path.p, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (u->fd < 0)
		return disk_fault(why);
	*file = (struct http_file){
		.part = arena_str(&x->arena, part->name),
		.filename = arena_str(&x->arena, part->filename),
		.path = path.p,
	};
	x->file = u->files;
	x->file_count++;
	return ST_OK;
}

static enum status on_begin(void *ctx, const struct multipart_part *part, const char **why)
{
	struct upload *u = ctx;

	u->in_file = part->filename.p != NULL;
	if (u->in_file)
		return begin_file(u, part, why);
	u->value.n = 0;
	u->parts[u->x->parts.n].name = arena_str(&u->x->arena, part->name);
	return ST_OK;
}

static enum status on_data(void *ctx, struct str piece, const char **why)
{
	struct upload *u = ctx;

	if (!u->in_file) {
		buf_add_str(&u->value, piece);
		return ST_OK;
	}
	u->x->file[u->x->file_count - 1].size += piece.n;
	while (piece.n) {
		ssize_t done = write(u->fd, piece.p, piece.n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return disk_fault(why);
		piece = str_slice(piece,
			plant("short_write_ignored") ? piece.n : (size_t)done, piece.n);
	}
	return ST_OK;
}

static enum status close_file(struct upload *u, const char **why)
{
	int fd = u->fd;

	u->fd = -1;
	kill_point("upload.written");
	return fd >= 0 && close(fd) != 0 && errno != EINTR ? disk_fault(why) : ST_OK;
}

static enum status on_end(void *ctx, const char **why)
{
	struct upload *u = ctx;
	struct pairs *parts = &u->x->parts;

	if (u->in_file)
		return close_file(u, why);
	u->parts[parts->n++].value = arena_str(&u->x->arena, buf_str(&u->value));
	parts->v = u->parts;
	return ST_OK;
}

struct upload *upload_begin(struct http_exchange *x)
{
	struct upload *u;
	struct str boundary;
	enum status st;

	if (!x->upload)
		return NULL;
	st = multipart_boundary(
		http_header(&x->head, "content-type"), &x->arena, &boundary);
	if (st == ST_NOT_FOUND)
		return NULL;
	u = ARENA_NEW(&x->arena, struct upload);
	u->x = x;
	u->fd = -1;
	x->multipart = true;
	if (st == ST_OK) {
		multipart_init(&u->multipart, boundary,
			&(struct multipart_sink){ on_begin, on_data, on_end, u });
	} else {
		x->body_status = st;
		x->body_fault = "a Content-Type without a valid boundary";
	}
	return u;
}

void upload_feed(struct upload *u, struct str piece)
{
	if (u->x->body_status == ST_OK)
		u->x->body_status = multipart_feed(&u->multipart, piece, &u->x->body_fault);
}

void upload_finish(struct upload *u)
{
	if (u->x->body_status == ST_OK)
		u->x->body_status = multipart_finish(&u->multipart, &u->x->body_fault);
}

void upload_end(struct upload *u)
{
	const char *ignored;

	if (!u)
		return;
	(void)close_file(u, &ignored);
	for (size_t i = 0; i < u->x->file_count; i++)
		if (u->files[i].path && !plant("upload_left"))
			(void)unlink(u->files[i].path);
	multipart_fini(&u->multipart);
	buf_fini(&u->value);
}
