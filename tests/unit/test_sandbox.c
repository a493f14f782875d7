/* SPDX-License-Identifier: Apache-2.0 */
/* What the sandbox takes away and what it leaves: each act in a process of its own, without
 * it and inside it. */
#include "testing.h"

#include "server/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char own[64], other[64]; /* the data folder, and one that is not */

/* ---- acts: 0, or the errno of their failure ---- */

static int create(const char *folder)
{
	char path[96];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/file", folder);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	return fd < 0 ? errno : close(fd);
}

static int create_own(void)
{
	return create(own);
}

static int create_other(void)
{
	return create(other);
}

static int read_password_file(void)
{
	int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? errno : close(fd);
}

/* As an upload is kept. */
static int move_own(void)
{
	char folder[80], from[96], to[96];
	int error;

	(void)snprintf(folder, sizeof(folder), "%s/sub", own);
	(void)snprintf(from, sizeof(from), "%s/file", folder);
	(void)snprintf(to, sizeof(to), "%s/moved", own);
	error = create(folder);
	return error ? error : rename(from, to) == 0 ? 0 : errno;
}

static int run_program(void)
{
	(void)execl("/bin/true", "true", (char *)NULL);
	return errno;
}

static int trace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : errno;
}

static int make_process(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return child > 0 ? 0 : errno;
}

static int make_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd < 0 ? errno : close(fd);
}

static int map_code(void)
{
	void *p =
		mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? errno : 0;
}

static int make_code(void)
{
	void *p = mmap(
		NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0 ? 0 : errno;
}

static int signal_parent(void)
{
	return kill(getppid(), 0) == 0 ? 0 : errno;
}

static void *do_nothing(void *arg)
{
	return arg;
}

static int start_thread(void)
{
	pthread_t thread;
	int rc = pthread_create(&thread, NULL, do_nothing, NULL);

	return rc ? rc : pthread_join(thread, NULL);
}

static int read_own_status(void)
{
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? errno : close(fd);
}

/* ---- the table ---- */

enum { KILLED = -1 };

static const struct act {
	const char *name;
	int (*act)(void);
	int inside; /* what it comes to: 0, an errno, or KILLED */
	bool by_landlock;
} acts[] = {
	{ "create a file in the data folder", create_own, 0, false },
	{ "move a file inside it", move_own, 0, false },
	{ "start a thread", start_thread, 0, false },
	{ "read /proc/self", read_own_status, 0, false },
	{ "create a file elsewhere", create_other, EACCES, true },
	{ "read another file", read_password_file, EACCES, true },
	{ "run a program", run_program, KILLED, false },
	{ "trace", trace, KILLED, false },
	{ "make a process", make_process, ENOSYS, false },
	{ "make a socket", make_socket, ENOSYS, false },
	{ "map code", map_code, ENOSYS, false },
	{ "turn data into code", make_code, ENOSYS, false },
	{ "signal another process", signal_parent, ENOSYS, false },
};

/* What an act comes to in a process that was confined before, or not. */
static int outcome(const struct act *a, bool confined, struct sandbox *s)
{
	const struct options o = { .sandbox = confined, .data = own };
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		*s = (struct sandbox){ .data = own };
		sandbox_files(s, &o);
		sandbox_files_closer(s, &o);
		sandbox_calls(s, &o);
		_exit(a->act());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? KILLED : 1000 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

static void what_is_no_servers_business_is_taken_away(void **state)
{
	struct sandbox *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		int without = outcome(&acts[i], false, s), inside;

		if (without != 0)
			fail_msg("%s: %d without a sandbox", acts[i].name, without);
		inside = outcome(&acts[i], true, s);
		assert_true(s->seccomp);
		if (acts[i].by_landlock && !s->landlock)
			continue; /* a kernel without */
		if (inside != acts[i].inside)
			fail_msg("%s: %d inside, not %d", acts[i].name, inside,
				acts[i].inside);
	}
	assert_int_equal(munmap(s, sizeof(*s)), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_servers_business_is_taken_away),
	};
	char sub[96];
	int failed;

	if (!SANDBOX_POSSIBLE) {
		(void)printf("1..0 # SKIP a sanitizer maps memory and opens files of its "
			     "own\n");
		return 0;
	}
	(void)snprintf(own, sizeof(own), "/tmp/qun-own-XXXXXX");
	(void)snprintf(other, sizeof(other), "/tmp/qun-other-XXXXXX");
	if (!mkdtemp(own) || !mkdtemp(other))
		return 1;
	(void)snprintf(sub, sizeof(sub), "%s/sub", own);
	if (mkdir(sub, 0700) != 0)
		return 1;
	failed = cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
	for (const char *const *p = (const char *const[]){ "sub/file", "sub", "moved",
		     "file", "", NULL };
		*p; p++) {
		char path[96];

		(void)snprintf(path, sizeof(path), "%s/%s", own, *p);
		(void)remove(path);
		(void)snprintf(path, sizeof(path), "%s/%s", other, *p);
		(void)remove(path);
	}
	return failed;
}
