/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folder.h -- the media folder of a disk that can be cut off: the store's own fsync and
 * rename are watched (the linker's --wrap). A file is safe once its content was synced, it
 * got its name, and the folder was synced after that.
 */
#ifndef QUN_TESTS_POWERCUT_FOLDER_H
#define QUN_TESTS_POWERCUT_FOLDER_H

#include <stddef.h>

/* The operation of the recording from which on it is safe; SIZE_MAX: it is not. */
size_t folder_safe_at(const char *name);

#endif
