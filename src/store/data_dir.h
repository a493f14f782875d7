/* SPDX-License-Identifier: Apache-2.0 */
/* data_dir.h -- the data folder: fit to be used, and used by one process at a time. */
#ifndef QUN_STORE_DATA_DIR_H
#define QUN_STORE_DATA_DIR_H

#include "base/status.h"

#include <stdbool.h>

/*
 * Takes DIR/lock for as long as `*lock` is open, and makes DIR/media if it is absent; both
 * are on disk afterwards. ST_EXISTS: another process holds the folder, and which.
 * ST_INVALID: no such folder. ST_NO_SPACE, ST_IO: it cannot be written to.
 */
MUST_USE enum status data_dir_take(const char *dir, int *lock, struct error *e);
void data_dir_give_back(int lock);
/* False if no process has ever taken it. */
bool data_dir_used(const char *dir);

/* Makes what was created in the folder survive a power cut. */
MUST_USE enum status data_dir_sync(const char *dir, struct error *e);

#endif
