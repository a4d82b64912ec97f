/*
 * Is a thread blocked in mach_msg(), and does the kernel know?
 */
#ifndef KERNEL_BLOCKED_H
#define KERNEL_BLOCKED_H

#include <sys/types.h>

/**
 * kernel_until_blocked() - wait until a thread is blocked in a trap
 * @process:	[in] whose thread it is: the caller's or its child
 * @thread:	[in] its thread id
 * @end:	[in] a descriptor that can be read when the thread is done with
 *		what it does; -1: none
 *
 * The scenario fails if the thread ends, or is done, without having blocked.
 */
void kernel_until_blocked(pid_t process, pid_t thread, int end);

#endif
