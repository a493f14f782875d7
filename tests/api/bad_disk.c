/* SPDX-License-Identifier: Apache-2.0 */
/* bad_disk.c -- preloaded into qund: a sync fails while the file that BAD_DISK names is
 * there. */
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int fsync(int fd);
int fdatasync(int fd);

static int sync_with(long call, int fd)
{
	const char *mark = getenv("BAD_DISK");

	if (mark && access(mark, F_OK) == 0) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(call, fd);
}

int fsync(int fd)
{
	return sync_with(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return sync_with(SYS_fdatasync, fd);
}
