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

#include <mach/kern_return.h>
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

/**
 * pid_for_task() - the process of a task
 * @task:	[in]	task port, or name port (TASK_NAME_PORT); borrowed
 * @pid:	[out]	its pid, as the kernel sees it; -1 on failure
 *
 * Whoever has either port may ask. By the time that he reads it the process may have
 * ended, and the pid be another's.
 *
 * Return:	KERN_SUCCESS, or
 *		KERN_FAILURE	@task is neither, or dead
 * Source:	spec/special-ports.md 2.1
 */
kern_return_t pid_for_task(mach_port_name_t task, int *pid);

/**
 * task_for_pid() - the port of the task that a process is
 * @target_tport: [in]	any task port, the caller's own for one; borrowed
 * @pid:	[in]	the process
 * @task:	[out]	its task port; MACH_PORT_NULL on failure
 *
 * For root; for others, if it runs as the caller's user, and ptrace() would not be
 * refused because it is, or was, a set-uid program. The kernel may be told to refuse
 * more: machportd(8), --task-for-pid. One's own pid is never refused.
 *
 * Rights:	a send right, one user reference +1 to caller
 * Return:	KERN_SUCCESS, or
 *		KERN_FAILURE	no such process, it is no task, or not the
 *				caller's to have
 *		KERN_NO_SPACE, KERN_RESOURCE_SHORTAGE
 * Source:	spec/special-ports.md 2.1
 */
kern_return_t task_for_pid(
    mach_port_name_t target_tport, int pid, mach_port_name_t *task);

/**
 * task_name_for_pid() - a port that says which task a process is
 * @target_tport: [in]	any task port, the caller's own for one; borrowed
 * @pid:	[in]	the process
 * @name:	[out]	its name port; MACH_PORT_NULL on failure
 *
 * It gives no power over the task, and dies with it. For whom task_for_pid() is for,
 * and the kernel's owner; --task-for-pid does not matter.
 *
 * Rights:	a send right, one user reference +1 to caller
 * Return:	as task_for_pid()
 * Source:	spec/special-ports.md 2.1
 */
kern_return_t task_name_for_pid(
    mach_port_name_t target_tport, int pid, mach_port_name_t *name);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_MACH_TRAPS_H */
