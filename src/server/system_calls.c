/* SPDX-License-Identifier: Apache-2.0 */
#include "server/system_calls.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* By name, because not every machine has all of them: one that it lacks needs no rule. */
static const char *const allowed[] = {
	/* files of the data folder */
	"access",
	"close",
	"close_range",
	"dup",
	"faccessat",
	"faccessat2",
	"fallocate",
	"fchmod",
	"fchown",
	"fchown32",
	"fcntl",
	"fcntl64",
	"fdatasync",
	"flock",
	"fstat",
	"fstat64",
	"fstatat64",
	"fsync",
	"ftruncate",
	"ftruncate64",
	"getcwd",
	"getdents64",
	"_llseek",
	"lseek",
	"lstat",
	"lstat64",
	"mkdir",
	"mkdirat",
	"newfstatat",
	"open",
	"openat",
	"pread64",
	"preadv",
	"pwrite64",
	"pwritev",
	"read",
	"readlink",
	"readlinkat",
	"readv",
	"rename",
	"renameat",
	"renameat2",
	"rmdir",
	"stat",
	"stat64",
	"statfs",
	"statfs64",
	"fstatfs",
	"fstatfs64",
	"statx",
	"umask",
	"unlink",
	"unlinkat",
	"utimensat",
	"write",
	"writev",
	/* connections and loops */
	"accept",
	"accept4",
	"epoll_create1",
	"epoll_ctl",
	"epoll_pwait",
	"epoll_pwait2",
	"epoll_wait",
	"eventfd2",
	"getpeername",
	"getsockname",
	"getsockopt",
	"ioctl",
	"pipe2",
	"poll",
	"ppoll",
	"recvfrom",
	"recvmsg",
	"sendmsg",
	"sendto",
	"setsockopt",
	"shutdown",
	/* memory, threads, time, signals */
	"brk",
	"clock_getres",
	"clock_gettime",
	"clock_gettime64",
	"clock_nanosleep",
	"clock_nanosleep_time64",
	"exit",
	"exit_group",
	"futex",
	"futex_time64",
	"getegid",
	"geteuid",
	"getgid",
	"getpid",
	"getppid",
	"getrandom",
	"getrlimit",
	"getrusage",
	"get_robust_list",
	"gettid",
	"gettimeofday",
	"getuid",
	"madvise",
	"membarrier",
	"mincore",
	"mremap",
	"munmap",
	"nanosleep",
	"prlimit64",
	"restart_syscall",
	"rseq",
	"rt_sigaction",
	"rt_sigpending",
	"rt_sigprocmask",
	"rt_sigreturn",
	"rt_sigsuspend",
	"rt_sigtimedwait",
	"rt_sigtimedwait_time64",
	"sched_getaffinity",
	"sched_yield",
	"set_robust_list",
	"set_tid_address",
	"sigaltstack",
	"sigreturn",
	"sysinfo",
	"time",
	"times",
	"uname",
};

/* Nothing in the program makes these: whoever does is not the program. */
static const char *const deadly[] = { "execve", "execveat", "ptrace", "process_vm_readv",
	"process_vm_writev", "vfork", "fork", "bpf", "init_module", "finit_module",
	"kexec_load", "mount", "move_mount", "umount2", "pivot_root", "chroot", "unshare",
	"setns", "userfaultfd", "perf_event_open", "open_by_handle_at", "setuid", "setgid",
	"setresuid", "setresgid", "capset", "keyctl", "add_key" };

/* Allowed if an argument is so. */
static const struct {
	const char *name;
	struct scmp_arg_cmp if_so;
} conditions[] = {
	{ "mmap", { 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 } },
	{ "mmap2", { 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 } },
	{ "mprotect", { 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 } },
	{ "clone", { 0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD } },
	{ "ioctl", { 1, SCMP_CMP_EQ, FIONBIO, 0 } },
	{ "ioctl", { 1, SCMP_CMP_EQ, FIONREAD, 0 } },
	{ "ioctl", { 1, SCMP_CMP_EQ, TCGETS, 0 } },
	{ "prctl", { 0, SCMP_CMP_EQ, PR_SET_NAME, 0 } },
};

static bool add_names(
	scmp_filter_ctx filter, uint32_t action, const char *const *names, size_t n)
{
	bool good = true;

	for (size_t i = 0; i < n && good; i++) {
		int call = seccomp_syscall_resolve_name(names[i]);

		if (call != __NR_SCMP_ERROR)
			good = seccomp_rule_add(filter, action, call, 0) == 0;
	}
	return good;
}

/* tgkill may end a thread of this process only. */
static bool add_conditions(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp own = { 0, SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0 };
	bool good = seccomp_rule_add_array(
			    filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &own) == 0;

	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]) && good; i++) {
		int call = seccomp_syscall_resolve_name(conditions[i].name);

		if (call != __NR_SCMP_ERROR)
			good = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1,
				       &conditions[i].if_so) == 0;
	}
	return good;
}

bool system_calls_restrict(void)
{
	/* as if the kernel were older: the C library then takes a call that is allowed */
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	bool good = filter && seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 &&
		    seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0 &&
		    add_names(filter, SCMP_ACT_ALLOW, allowed,
			    sizeof(allowed) / sizeof(allowed[0])) &&
		    add_names(filter, SCMP_ACT_KILL_PROCESS, deadly,
			    sizeof(deadly) / sizeof(deadly[0])) &&
		    add_conditions(filter) && seccomp_load(filter) == 0;

	seccomp_release(filter);
	return good;
}
