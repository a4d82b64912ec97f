/*
 * A second task: a process that passes on what the test sends to the kernel, and brings
 * back what that answers. So one test plays two tasks, each with the calls of kernel.h.
 */
#ifndef PROXY_H
#define PROXY_H

#include <sys/types.h>

struct proxy {
	int fd; /* as a TASK connection: for raw_call() and its kin */
	pid_t pid;
};

/* A task whose parent is this process: it inherits its bootstrap port. */
struct proxy proxy_start(void);

/* The task dies; this returns when the kernel must have been told. */
void proxy_stop(const struct proxy *proxy);

#endif
