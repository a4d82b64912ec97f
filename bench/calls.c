/* The tracepoint of each system call's begin. */
#include "calls.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

#define TRACING "/sys/kernel/tracing"

static uint64_t tracepoint;

static uint64_t
read_tracepoint(void)
{
	return bench_proc_number(
	    TRACING "/events/raw_syscalls/sys_enter/id", "");
}

bool
calls_begin(void)
{
	int counter;

	tracepoint = read_tracepoint();
	if (tracepoint == 0 && unshare(CLONE_NEWNS) == 0 &&
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("tracefs", TRACING, "tracefs", 0, NULL) == 0)
		tracepoint = read_tracepoint();
	if (tracepoint == 0)
		return false;
	counter = calls_open(getpid());
	if (counter >= 0)
		(void)close(counter);
	return counter >= 0;
}

int
calls_open(pid_t pid)
{
	struct perf_event_attr event = {.type = PERF_TYPE_TRACEPOINT,
	    .size = sizeof(event),
	    .config = tracepoint};

	return (int)syscall(
	    SYS_perf_event_open, &event, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

uint64_t
calls_count(int counter)
{
	uint64_t count;

	if (read(counter, &count, sizeof(count)) != sizeof(count))
		bench_die("a counter of system calls", errno);
	return count;
}
