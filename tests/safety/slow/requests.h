/* SPDX-License-Identifier: Apache-2.0 */
/*
 * requests.h -- the requests that honest clients make, and how their answers must look.
 * They are made for the world of world.py, and of their number alone: every update gives
 * its group a name that no other has had, so each is a real change, in whatever order they
 * are carried out.
 */
#ifndef QUN_SAFETY_REQUESTS_H
#define QUN_SAFETY_REQUESTS_H

#include "base/str.h"

struct request_world {
	const char *tag; /* of the run: what is named in two runs differs by it */
	unsigned groups, people;
	unsigned ids; /* named by a `heavy` update */
	struct buf heavy; /* their list; see request_world_init */
};

enum request_end {
	END_KEEP, /* the connection stays */
	END_CLOSE, /* the server must close it */
	END_ABORT, /* only a part was sent: the client resets it, and awaits no answer */
};

struct request_kind {
	const char *name;
	void (*make)(const struct request_world *w, uint64_t no, struct buf *out);
	int status;
	const char *marker; /* in the body of the answer */
	enum request_end end;
	bool changes_group; /* group no % groups, and by exactly one version */
};

void request_world_init(struct request_world *w);
void request_world_fini(struct request_world *w);
/* NULL: no such kind. */
const struct request_kind *request_kind_find(struct str name);

#endif
