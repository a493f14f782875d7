/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world_file.h -- worlds as JSON: reading one, putting its media files in place, and
 * telling what it became. Order: world_decode, world_keep_media, the store's world_load,
 * world_answer. Decoding up to LIMIT_WORLD bytes takes a moment, and media files are read
 * and synced: not on a loop's thread. Any other thread.
 */
#ifndef QUN_API_WORLD_FILE_H
#define QUN_API_WORLD_FILE_H

#include "store/world.h"

/* Decodes and checks. `told`: whoever sent it gets world_answer(), so apps without a fixed
 * token are given one. ST_TOO_LARGE over LIMIT_WORLD; ST_MALFORMED if it is not JSON;
 * ST_INVALID and ST_TOO_LARGE with the exact place if a world may not be so. */
MUST_USE enum status world_decode(struct str text, int64_t member_cap, bool told,
	struct arena *a, struct world *out, struct error *e);

/*
 * Reads media[].file, by paths below `folder` (the world file's; NULL: the world came over
 * HTTP, and `file` is refused), checks what is in them, and puts the bytes into `media_dir`
 * (NULL: only checks). A file that is left out becomes the built-in image. ST_INVALID with
 * the place; ST_NO_SPACE or ST_IO of the media folder. Files kept by a load that fails go
 * at the next start.
 */
MUST_USE enum status world_keep_media(struct world *w, const char *folder,
	const char *media_dir, struct arena *a, struct error *e);

/* After its load: the world with every id, and every secret that is new, in the shape of a
 * world file. */
struct str world_answer(struct world *w, struct arena *a);

/* The built-in world in which the example of DingTalk's update page runs as it stands. */
struct str world_demo(void);

#endif
