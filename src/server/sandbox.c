/* SPDX-License-Identifier: Apache-2.0 */
#include "server/sandbox.h"

#include "base/clock.h"
#include "base/log.h"
#include "server/system_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- landlock ---- */

/* Newer than the headers of Debian 12. The kernel's numbers never change. */
enum { ACCESS_TRUNCATE = 1 << 14, ACCESS_IOCTL_DEV = 1 << 15 };
struct ruleset {
	uint64_t files, network, scoped;
};
enum {
	NETWORK_CONNECT = 1 << 1, /* TCP: this server calls nobody */
	SCOPE_ALL = 3, /* abstract sockets and signals stay inside */
	/* Files could not be moved between folders before: uploads are. */
	VERSION_LEAST = 2,
};

enum {
	READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	OWN = READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
	      LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
	      LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REFER | ACCESS_TRUNCATE,
};

/* What names and libraries that are loaded late need; libuv and SQLite the devices. */
static const char *const system_files[] = { "/etc/hosts", "/etc/host.conf",
	"/etc/nsswitch.conf", "/etc/resolv.conf", "/etc/gai.conf", "/etc/services",
	"/etc/ssl/openssl.cnf", "/etc/ld.so.cache", "/lib", "/usr/lib", "/lib64",
	"/sys/devices/system/cpu" };
static const char *const always_read[] = { "/proc/self", "/dev/urandom" };

/* All that this version of the kernel knows is forbidden, unless a rule allows it. */
static struct ruleset everything(int version)
{
	struct ruleset r = { .files = (LANDLOCK_ACCESS_FS_REFER << 1) - 1 };

	if (version >= 3)
		r.files |= ACCESS_TRUNCATE;
	if (version >= 4)
		r.network = NETWORK_CONNECT;
	if (version >= 5)
		r.files |= ACCESS_IOCTL_DEV;
	if (version >= 6)
		r.scoped = SCOPE_ALL;
	return r;
}

static int ruleset_new(int version)
{
	struct ruleset r = everything(version);
	size_t size = version >= 6   ? sizeof(r)
		      : version >= 4 ? offsetof(struct ruleset, scoped)
				     : offsetof(struct ruleset, network);

	return (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
}

/* Everything under a folder, or one file. What is not there needs no rule. */
static void allow(int ruleset, int version, const char *path, uint64_t rights)
{
	const uint64_t for_files = LANDLOCK_ACCESS_FS_READ_FILE |
				   LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE;
	struct landlock_path_beneath_attr rule = {
		.allowed_access = rights & everything(version).files,
		.parent_fd = open(path, O_PATH | O_CLOEXEC),
	};
	bool folder;

	if (rule.parent_fd < 0)
		return;
	folder = faccessat(rule.parent_fd, ".", F_OK, 0) == 0;
	if (!folder)
		rule.allowed_access &= for_files;
	(void)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	(void)close(rule.parent_fd);
}

static void allow_folder_of(int ruleset, int version, const char *path, uint64_t rights)
{
	char copy[PATH_MAX];

	if (path && snprintf(copy, sizeof(copy), "%s", path) < (int)sizeof(copy))
		allow(ruleset, version, dirname(copy), rights);
}

/* A file that may be replaced by another one of its name; it may be a link to one. */
static void allow_replaced(int ruleset, int version, const char *path)
{
	char real[PATH_MAX];

	allow_folder_of(ruleset, version, path, READ);
	if (path && realpath(path, real))
		allow_folder_of(ruleset, version, real, READ);
}

static void allow_own(int ruleset, const struct sandbox *s, const struct options *o)
{
	allow(ruleset, s->landlock, s->data, OWN);
	if (s->temporary)
		allow_folder_of(
			ruleset, s->landlock, s->data, LANDLOCK_ACCESS_FS_REMOVE_DIR);
	allow_replaced(ruleset, s->landlock, o->tls_cert);
	allow_replaced(ruleset, s->landlock, o->tls_key);
	for (size_t i = 0; i < ARRAY_LEN(always_read); i++)
		allow(ruleset, s->landlock, always_read[i], READ);
}

/* Of this thread and those that it starts. */
static bool enforce(int ruleset)
{
	bool done = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;

	(void)close(ruleset);
	return done;
}

static int kernel_version(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0,
		LANDLOCK_CREATE_RULESET_VERSION);

	return version >= VERSION_LEAST ? (int)version : 0;
}

/* ---- the three steps ---- */

static bool wanted(const struct options *o)
{
	return o->sandbox && SANDBOX_POSSIBLE;
}

void sandbox_files(struct sandbox *s, const struct options *o)
{
	int ruleset;

	(void)clock_now_ms(); /* the harnesses' clock is a file elsewhere */
	if (!wanted(o) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return;
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* a core would hold every secret */
	s->landlock = kernel_version();
	ruleset = s->landlock ? ruleset_new(s->landlock) : -1;
	if (ruleset < 0) {
		s->landlock = 0;
		return;
	}
	allow_own(ruleset, s, o);
	allow_replaced(ruleset, s->landlock, o->token_key);
	allow_replaced(ruleset, s->landlock, o->admin_token_file);
	for (size_t i = 0; i < o->world.n; i++)
		allow_replaced(ruleset, s->landlock, o->world.v[i]);
	for (size_t i = 0; i < ARRAY_LEN(system_files); i++)
		allow(ruleset, s->landlock, system_files[i], READ);
	if (!enforce(ruleset))
		s->landlock = 0;
}

void sandbox_files_closer(const struct sandbox *s, const struct options *o)
{
	int ruleset = s->landlock ? ruleset_new(s->landlock) : -1;

	if (ruleset < 0)
		return;
	allow_own(ruleset, s, o);
	(void)enforce(ruleset);
}

void sandbox_calls(struct sandbox *s, const struct options *o)
{
	s->seccomp = wanted(o) && system_calls_restrict();
}

void sandbox_tell(const struct sandbox *s, const struct options *o)
{
	if (!o->sandbox)
		log_warning("the process is not confined (--sandbox=no)");
	else if (!SANDBOX_POSSIBLE)
		log_info("the process is not confined: a build with a sanitizer");
	else if (s->landlock && s->seccomp)
		log_info(
			"confined: files by landlock (version %d), system calls by seccomp",
			s->landlock);
	else
		log_warning("this kernel lacks %s%s%s: the process is not confined by it",
			s->landlock ? "" : "landlock",
			s->landlock || s->seccomp ? "" : " and ",
			s->seccomp ? "" : "seccomp");
}
