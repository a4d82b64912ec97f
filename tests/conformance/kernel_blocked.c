/*
 * A thread is blocked if Linux says that it waits for an answer, and the kernel,
 * asked twice after that, did not answer it meanwhile.
 *
 * Twice: the kernel serves a batch of requests in the order in which connections
 * became ready, and ours may have a place in the current batch that is before
 * the thread's. When it answers a second time, that batch is over.
 *
 * That the thread was not answered in between shows in its context switches: it
 * would be running, or have run.
 */
#include "kernel_blocked.h"

#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "scenario.h"

/* How often the thread has run; or -1 if it does not wait for an answer. */
static long long
waits(pid_t process, pid_t thread)
{
	char path[64];
	char line[128];
	long long switches = 0;
	long call = -1;
	FILE *file;

	(void)snprintf(
	    path, sizeof(path), "/proc/%d/task/%d/syscall", process, thread);
	file = fopen(path, "re");
	CHECK(file); /* or else the thread has ended */
	/* "running", or the number of the call first. */
	if (fgets(line, sizeof(line), file) && line[0] != 'r')
		call = strtol(line, NULL, 10);
	(void)fclose(file);
	if (call != SYS_recvmsg && call != SYS_ppoll)
		return -1;
	(void)snprintf(
	    path, sizeof(path), "/proc/%d/task/%d/status", process, thread);
	file = fopen(path, "re");
	CHECK(file);
	while (fgets(line, sizeof(line), file))
		if (strstr(line, "ctxt_switches:"))
			switches += strtoll(strchr(line, ':') + 1, NULL, 10);
	(void)fclose(file);
	return switches;
}

static bool
is_blocked(pid_t process, pid_t thread)
{
	long long before = waits(process, thread);

	if (before < 0)
		return false;
	(void)type_of(mach_task_self());
	(void)type_of(mach_task_self());
	return waits(process, thread) == before;
}

void
kernel_until_blocked(pid_t process, pid_t thread, int end)
{
	struct pollfd event = {.fd = end, .events = POLLIN};

	while (!is_blocked(process, thread)) {
		CHECK(poll(&event, 1, 0) == 0); /* it did not block at all */
		(void)sched_yield();
	}
}
