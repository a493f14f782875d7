/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sandbox.h -- what the process gives up, so that a fault in it is worth less to whoever
 * finds one: files beyond its own (landlock), system calls that a server has no use for
 * (seccomp), and ever gaining a privilege. Nothing of it is needed to serve: what the
 *kernel does not have is left out, and the line at start says so.
 *
 *	from the start   files: the data folder; to read, those that options name, their
 *			 folders, and a few of the system's for names and libraries
 *	threads that talk to the network, and the main one, from when they start
 *			 files: the data folder; to read, the folders of the certificate
 *	all, when ready  system calls: a list. What is not on it fails as if the kernel did
 *			 not have it; running a program, tracing and loading code end the
 *			 process. No new sockets, no memory that can be executed
 *
 * Builds with a sanitizer have none of it: it opens files and maps memory of its own.
 */
#ifndef QUN_SERVER_SANDBOX_H
#define QUN_SERVER_SANDBOX_H

#include "server/options.h"

#if defined(__SANITIZE_THREAD__)
#define SANDBOX_POSSIBLE 0
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SANDBOX_POSSIBLE 0
#endif
#endif
#ifndef SANDBOX_POSSIBLE
#define SANDBOX_POSSIBLE (!SANITIZED)
#endif

struct sandbox {
	const char *data; /* the data folder; it is there */
	bool temporary; /* the data folder is removed at exit */
	int landlock; /* the version in use; 0: none */
	bool seccomp;
};

/* The first: before any thread starts. Fills `s` but for what its caller sets before. */
void sandbox_files(struct sandbox *s, const struct options *o);
/* The second: before the loops' threads start, when names are resolved and worlds loaded.
 */
void sandbox_files_closer(const struct sandbox *s, const struct options *o);
/* The third: for all threads, when everything has started. */
void sandbox_calls(struct sandbox *s, const struct options *o);
/* One line: what is in force, and what not. */
void sandbox_tell(const struct sandbox *s, const struct options *o);

#endif
