/* SPDX-License-Identifier: Apache-2.0 */
#include "server/signals.h"

#include "base/status.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

struct second {
	pthread_t thread;
	_Atomic bool stay;
	void (*leave)(void *ctx, int exit_status);
	void *ctx;
};

static sigset_t stop_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	return set;
}

static sigset_t all_signals(void)
{
	sigset_t set = stop_signals();

	(void)sigaddset(&set, SIGHUP);
	return set;
}

void signals_setup(void)
{
	sigset_t set = all_signals();

	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
		die("signals cannot be blocked");
	(void)signal(SIGPIPE, SIG_IGN);
}

static int wait_for(const sigset_t *set)
{
	int number;

	do
		number = sigwaitinfo(set, NULL);
	while (number < 0 && errno == EINTR); /* a debugger */
	if (number < 0)
		die("signals cannot be waited for: %s", strerror(errno));
	return number;
}

int signals_wait(void)
{
	sigset_t set = all_signals();

	return wait_for(&set);
}

bool signals_told_to_stop(void)
{
	const struct timespec now = { 0 };
	sigset_t set = stop_signals();

	return sigtimedwait(&set, NULL, &now) > 0;
}

static void *take_second(void *arg)
{
	struct second *second = arg;
	sigset_t set = stop_signals();
	int number = wait_for(&set);

	if (!second->stay)
		second->leave(second->ctx, 128 + number);
	return NULL;
}

struct second *signals_leave_on_next(void (*leave)(void *ctx, int exit_status), void *ctx)
{
	struct second *second = malloc(sizeof(*second));

	if (!second)
		die("out of memory: signals");
	*second = (struct second){ .leave = leave, .ctx = ctx };
	if (pthread_create(&second->thread, NULL, take_second, second) != 0)
		die("a thread for signals cannot be started");
	return second;
}

void signals_stay(struct second *second)
{
	if (!second)
		return;
	second->stay = true;
	(void)pthread_kill(second->thread, SIGINT); /* it wakes up and sees that */
	(void)pthread_join(second->thread, NULL); /* for ever, if it is leaving */
	free(second);
}
