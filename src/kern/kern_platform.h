/*
 * What kern needs of the machine: the one table of functions through which it reaches
 * Linux, filled in by machportd, and by tests with a machine of their own.
 *
 * Nothing in it blocks. What can (another process's memory) is asked for here and
 * answered later, by kern_reply.h.
 */
#ifndef KERN_PLATFORM_H
#define KERN_PLATFORM_H

#include "kern_reply.h"
#include "kern_task.h"

struct kern_platform {
	uint64_t (*now_ns)(void); /* CLOCK_MONOTONIC */
};

/* Set once, before the first task. */
extern const struct kern_platform *kern_platform;

#endif
