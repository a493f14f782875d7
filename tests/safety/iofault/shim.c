/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shim.c -- preloaded into qund: counts its system calls, and lets one of them fail.
 *
 * A place is a call and what it works on, by the name of the file: "pwrite of the log". The
 * file that FAULT_COUNTS names holds a counter for each place and is shared with run.py.
 * The environment's FAULT is "CALL KIND N ERRNO LASTING": the Nth call at this place fails,
 * and with LASTING 1 every later one, too, until the file that FAULT_CAUSE names is gone.
 * An ERRNO of 0 makes a write, or a read, do half of what was asked for.
 *
 * What the C library does inside of itself is not seen: fopen() counts as an open, and what
 * is read through it does not fail.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define CALLS(X) \
	X(open) \
	X(read) \
	X(write) \
	X(sync) \
	X(truncate) X(rename) X(unlink) X(mkdir) X(map) X(lock) X(accept) X(socket) X(close)
enum call {
#define X(name) CALL_##name,
	CALLS(X)
#undef X
		CALL_COUNT
};
static const char *const call_names[] = {
#define X(name) #name,
	CALLS(X)
#undef X
};

#define KINDS(X) \
	X(other) \
	X(database) \
	X(log) \
	X(index) \
	X(lock) \
	X(media) X(upload) X(secret) X(tls) X(world) X(folder) X(socket) X(stderr) X(random)
enum kind {
#define X(name) KIND_##name,
	KINDS(X)
#undef X
		KIND_COUNT
};
static const char *const kind_names[] = {
#define X(name) #name,
	KINDS(X)
#undef X
};

enum { DESCRIPTORS = 65536 };

/* As run.py reads it. */
struct counts {
	_Atomic uint32_t passed[CALL_COUNT][KIND_COUNT];
	_Atomic uint32_t failed; /* how many calls were made to fail */
};

static struct counts nowhere; /* until the shared ones are there */

static struct {
	struct counts *counts;
	const char *cause;
	int call, kind, error;
	long turn; /* 0: no fault */
	bool lasting;
	_Atomic unsigned char kinds[DESCRIPTORS];
} shim = { .counts = &nowhere };

#define REAL(type, name) \
	static type (*real)(); \
	if (!real) \
	*(void **)&real = dlsym(RTLD_NEXT, name)

static int index_of(const char *const *names, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	fprintf(stderr, "shim: no such name: %s\n", name);
	abort();
}

static void read_fault(void)
{
	const char *fault = getenv("FAULT");
	char call[16], kind[16];
	int lasting;

	if (!fault)
		return;
	if (sscanf(fault, "%15s %15s %ld %d %d", call, kind, &shim.turn, &shim.error,
		    &lasting) != 5)
		abort();
	shim.call = index_of(call_names, CALL_COUNT, call);
	shim.kind = index_of(kind_names, KIND_COUNT, kind);
	shim.lasting = lasting;
}

__attribute__((constructor)) static void set_up(void)
{
	const char *path = getenv("FAULT_COUNTS");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;

	if (fd >= 0) {
		void *p = mmap(NULL, sizeof(struct counts), PROT_READ | PROT_WRITE,
			MAP_SHARED, fd, 0);

		if (p != MAP_FAILED)
			shim.counts = p;
		(void)close(fd);
	}
	memset(shim.counts, 0, sizeof(*shim.counts));
	shim.kinds[STDERR_FILENO] = KIND_stderr;
	shim.cause = getenv("FAULT_CAUSE");
	read_fault(); /* last: until then nothing fails */
}

/* True: this call fails, with errno; or, if *half is asked for and set, does half. */
static bool fails(enum call call, enum kind kind, bool *half)
{
	long turn = (long)atomic_fetch_add(&shim.counts->passed[call][kind], 1) + 1;

	if (shim.turn == 0 || (int)call != shim.call || (int)kind != shim.kind ||
		turn < shim.turn || (turn > shim.turn && !shim.lasting))
		return false;
	if (shim.lasting && shim.cause && faccessat(AT_FDCWD, shim.cause, F_OK, 0) != 0)
		return false;
	atomic_fetch_add(&shim.counts->failed, 1);
	if (half)
		*half = shim.error == 0;
	errno = shim.error;
	return shim.error != 0;
}

/* ---- what a descriptor is ---- */

static bool ends(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

static enum kind kind_of_path(const char *path)
{
	static const struct {
		const char *text;
		bool at_end;
		enum kind kind;
	} rows[] = {
		{ "/qun.db", true, KIND_database },
		{ "/qun.db-journal", true, KIND_database },
		{ "/qun.db-wal", true, KIND_log },
		{ "/qun.db-shm", true, KIND_index },
		{ "lock", true, KIND_lock },
		{ "/dev/urandom", true, KIND_random },
		{ "token.key", false, KIND_secret },
		{ "admin.token", false, KIND_secret },
		{ "/data/tls/", false, KIND_tls },
		{ "/world.json", true, KIND_world },
		{ "/media/tmp/", false, KIND_upload },
		{ "/media/", false, KIND_media },
		{ "/data", true, KIND_folder },
		{ "/media", true, KIND_folder },
		{ "/media/tmp", true, KIND_folder },
		{ "/data/tls", true, KIND_folder },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].at_end ? ends(path, rows[i].text)
				   : strstr(path, rows[i].text) != NULL)
			return rows[i].kind;
	return KIND_other;
}

static int is_now(int fd, enum kind kind)
{
	if (fd >= 0 && fd < DESCRIPTORS)
		shim.kinds[fd] = (unsigned char)kind;
	return fd;
}

static enum kind kind_of(int fd)
{
	return fd >= 0 && fd < DESCRIPTORS ? (enum kind)shim.kinds[fd] : KIND_other;
}

/* ---- the calls ---- */

#define OPEN(name, ...) \
	mode_t mode = 0; \
	va_list ap; \
	REAL(int, name); \
	va_start(ap, flags); \
	mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0; \
	va_end(ap); \
	if (fails(CALL_open, kind_of_path(path), NULL)) \
		return -1; \
	return is_now(real(__VA_ARGS__), kind_of_path(path))

int open(const char *path, int flags, ...)
{
	OPEN("open", path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	OPEN("open64", path, flags, mode);
}

int openat64(int at, const char *path, int flags, ...)
{
	OPEN("openat64", at, path, flags, mode);
}

int mkostemp64(char *path, int flags)
{
	REAL(int, "mkostemp64");
	return fails(CALL_open, kind_of_path(path), NULL)
		       ? -1
		       : is_now(real(path, flags), kind_of_path(path));
}

#define FOPEN(name) \
	REAL(FILE *, name); \
	if (fails(CALL_open, kind_of_path(path), NULL)) \
		return NULL; \
	return real(path, mode)

FILE *fopen(const char *path, const char *mode)
{
	FOPEN("fopen");
}

FILE *fopen64(const char *path, const char *mode)
{
	FOPEN("fopen64");
}

DIR *opendir(const char *path)
{
	REAL(DIR *, "opendir");
	return fails(CALL_open, KIND_folder, NULL) ? NULL : real(path);
}

/* A read or write of `n` bytes, or of half as many. */
#define TRANSFER(call, name, n, ...) \
	bool half = false; \
	REAL(ssize_t, name); \
	if (fails(call, kind_of(fd), &half)) \
		return -1; \
	if (half && (n) > 1) \
		(n) /= 2; \
	return real(__VA_ARGS__)

ssize_t read(int fd, void *p, size_t n)
{
	TRANSFER(CALL_read, "read", n, fd, p, n);
}

ssize_t pread64(int fd, void *p, size_t n, off64_t at)
{
	TRANSFER(CALL_read, "pread64", n, fd, p, n, at);
}

ssize_t write(int fd, const void *p, size_t n)
{
	TRANSFER(CALL_write, "write", n, fd, p, n);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	TRANSFER(CALL_write, "pwrite64", n, fd, p, n, at);
}

ssize_t writev(int fd, const struct iovec *v, int n)
{
	TRANSFER(CALL_write, "writev", n, fd, v, n);
}

ssize_t sendmsg(int fd, const struct msghdr *m, int flags)
{
	REAL(ssize_t, "sendmsg");
	return fails(CALL_write, kind_of(fd), NULL) ? -1 : real(fd, m, flags);
}

#define PLAIN(call, kind, name, ...) \
	REAL(int, name); \
	return fails(call, kind, NULL) ? -1 : real(__VA_ARGS__)

int fsync(int fd)
{
	struct stat st;
	enum kind kind = kind_of(fd);

	if (kind == KIND_other && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		kind = KIND_folder;
	PLAIN(CALL_sync, kind, "fsync", fd);
}

int fdatasync(int fd)
{
	PLAIN(CALL_sync, kind_of(fd), "fdatasync", fd);
}

int ftruncate64(int fd, off64_t n)
{
	PLAIN(CALL_truncate, kind_of(fd), "ftruncate64", fd, n);
}

int rename(const char *from, const char *to)
{
	PLAIN(CALL_rename, kind_of_path(to), "rename", from, to);
}

int unlink(const char *path)
{
	PLAIN(CALL_unlink, kind_of_path(path), "unlink", path);
}

int unlinkat(int at, const char *path, int flags)
{
	PLAIN(CALL_unlink, KIND_media, "unlinkat", at, path, flags);
}

int mkdir(const char *path, mode_t mode)
{
	PLAIN(CALL_mkdir, KIND_folder, "mkdir", path, mode);
}

int mkdirat(int at, const char *path, mode_t mode)
{
	PLAIN(CALL_mkdir, KIND_folder, "mkdirat", at, path, mode);
}

int flock(int fd, int how)
{
	PLAIN(CALL_lock, kind_of(fd), "flock", fd, how);
}

void *mmap64(void *p, size_t n, int protection, int flags, int fd, off64_t at)
{
	REAL(void *, "mmap64");
	if (fd >= 0 && fails(CALL_map, kind_of(fd), NULL))
		return MAP_FAILED;
	return real(p, n, protection, flags, fd, at);
}

int accept4(int fd, struct sockaddr *a, socklen_t *n, int flags)
{
	REAL(int, "accept4");
	return fails(CALL_accept, KIND_socket, NULL)
		       ? -1
		       : is_now(real(fd, a, n, flags), KIND_socket);
}

int socket(int domain, int type, int protocol)
{
	REAL(int, "socket");
	return fails(CALL_socket, KIND_socket, NULL)
		       ? -1
		       : is_now(real(domain, type, protocol), KIND_socket);
}

/* It is closed all the same, as Linux does. */
int close(int fd)
{
	enum kind kind = kind_of(fd);
	bool failed = fails(CALL_close, kind, NULL);
	int why = errno, status;

	REAL(int, "close");
	(void)is_now(fd, KIND_other);
	status = real(fd);
	if (!failed)
		return status;
	errno = why;
	return -1;
}
