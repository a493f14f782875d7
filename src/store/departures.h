/* SPDX-License-Identifier: Apache-2.0 */
/*
 * departures.h -- people who have left the company leave their groups, in the background.
 * One thread of its own looks for groups on a read-only connection of its own, a portion at
 * a time, and has the writer leave a few of them with each change; where it got to stands
 * in the same transaction. So other changes wait for one such change at most, and after a
 * crash it goes on where it was.
 */
#ifndef QUN_STORE_DEPARTURES_H
#define QUN_STORE_DEPARTURES_H

#include "store/db.h"
#include "store/reader.h"
#include "store/store.h"
#include "store/writer.h"

struct departures;

/* `db`: read-only; ours, closed by departures_stop. Goes on with what is stored at once. */
struct departures *departures_start(
	const struct db_driver *driver, struct db *db, struct writer *writer);
/* Finishes the change under way. The writer must still run. NULL is fine. */
void departures_stop(struct departures *d);

/* As store_departures_wake and store_await_departure. Any thread. */
void departures_wake(struct departures *d);
void departures_await(struct departures *d, struct departure_wait *w);

#endif
