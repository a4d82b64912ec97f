/*
 * mach/mach_traps.h - the calls through which a task reaches its first ports
 *
 * A task and its threads start without a name for anything but the task itself
 * and its bootstrap port; these calls need no port to be made on.
 *
 * Source: spec/special-ports.md 1
 */
#ifndef MACH_MACH_TRAPS_H
#define MACH_MACH_TRAPS_H

#include <mach/mach_types.h>
#include <mach/port.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * mach_reply_port() - make a port to receive replies on
 *
 * Each call makes a new port with the default queue limit. Release it with
 * mach_port_mod_refs(mach_task_self(), name, MACH_PORT_RIGHT_RECEIVE, -1).
 *
 * Rights:	a receive right, +1 to caller; no send right
 * Return:	the name, or MACH_PORT_NULL when there is no room for it
 * Source:	spec/special-ports.md 1
 */
mach_port_t mach_reply_port(void);

/**
 * thread_get_special_reply_port() - the calling thread's own reply port
 *
 * Made at the thread's first call, and the same after that, as long as the
 * thread keeps it; another than mig_get_reply_port()'s. Gone with the thread.
 *
 * Rights:	a receive right; borrowed. A thread that destroys it gets
 *		another from the next call
 * Return:	the name, or MACH_PORT_NULL when there is no room for it
 * Source:	spec/special-ports.md 1
 */
mach_port_t thread_get_special_reply_port(void);

/**
 * task_self_trap() - the caller's task port, counted
 *
 * mach_task_self() gives the same name without counting.
 *
 * Rights:	a send right, one user reference +1 to caller
 * Return:	the name, or MACH_PORT_NULL when the kernel cannot be reached
 * Source:	spec/special-ports.md 1
 */
mach_port_t task_self_trap(void);

/**
 * thread_self_trap() - the port of the calling thread
 *
 * The same as mach_thread_self().
 *
 * Rights:	a send right, one user reference +1 to caller
 * Return:	the name, or MACH_PORT_NULL when the kernel cannot be reached
 * Source:	spec/special-ports.md 1
 */
mach_port_t thread_self_trap(void);

/**
 * host_self_trap() - the port of the host
 *
 * The same as mach_host_self().
 *
 * Rights:	a send right, one user reference +1 to caller
 * Return:	the name, or MACH_PORT_NULL when the kernel cannot be reached
 * Source:	spec/special-ports.md 1
 */
mach_port_t host_self_trap(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_MACH_TRAPS_H */
