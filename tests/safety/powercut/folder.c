/* SPDX-License-Identifier: Apache-2.0 */
#include "folder.h"

#include "disk.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { FILES = 64 }; /* remembered, the oldest forgotten */

static struct {
	ino_t synced[FILES]; /* contents */
	struct {
		char name[80];
		size_t safe_at;
		bool waits; /* for a sync of the folder */
	} names[FILES];
	size_t synced_count, name_count;
} folder;

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);

int __wrap_fsync(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return __real_fsync(fd);
	if (S_ISREG(st.st_mode))
		folder.synced[folder.synced_count++ % FILES] = st.st_ino;
	for (size_t i = 0; i < FILES && S_ISDIR(st.st_mode); i++) {
		if (!folder.names[i].waits)
			continue;
		folder.names[i].waits = false;
		folder.names[i].safe_at = disk_now();
	}
	return 0; /* what is safe is known here; the machine's disk may rest */
}

int __wrap_rename(const char *from, const char *to)
{
	size_t i = folder.name_count++ % FILES;
	const char *slash = strrchr(to, '/');
	struct stat st = { 0 };

	(void)snprintf(folder.names[i].name, sizeof(folder.names[i].name), "%s",
		slash ? slash + 1 : to);
	folder.names[i].safe_at = SIZE_MAX;
	folder.names[i].waits = false;
	if (stat(from, &st) == 0)
		for (size_t k = 0; k < FILES; k++)
			folder.names[i].waits |= folder.synced[k] == st.st_ino;
	return __real_rename(from, to);
}

size_t folder_safe_at(const char *name)
{
	size_t at = SIZE_MAX;

	for (size_t i = 0; i < FILES; i++)
		if (strcmp(folder.names[i].name, name) == 0)
			at = folder.names[i].safe_at;
	return at;
}
