/*
 * mach/mach_init.h - the ports that a task has from its start
 *
 * The two variables hold their names from the first statement of a program, and
 * of a fork child, on. Reading them is no call and counts no reference.
 *
 * Source: spec/special-ports.md 1, 2.3, 8
 */
#ifndef MACH_MACH_INIT_H
#define MACH_MACH_INIT_H

#include <mach/mach_traps.h>
#include <mach/mach_types.h>
#include <mach/port.h>
#include <mach/vm_page_size.h>
#include <pthread.h>

/* What the slots of mach_ports_register() mean by convention. */
#define NAME_SERVER_SLOT 0
#define ENVIRONMENT_SLOT 1
#define SERVICE_SLOT 2
#define MACH_PORTS_SLOTS_USED 3

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/*
 * A send right for the task's own port; borrowed. Do not assign to it. Its last
 * user reference cannot be dropped (KERN_INVALID_CAPABILITY).
 */
extern mach_port_t mach_task_self_;

#define mach_task_self() mach_task_self_
#define current_task() mach_task_self()

/*
 * A send right for the task's bootstrap port, through which services are found;
 * MACH_PORT_NULL when the task has none.
 */
extern mach_port_t bootstrap_port;

/**
 * mach_init() - attach this process to the kernel now
 *
 * Needed by no program: the first call that needs the kernel attaches. Calling
 * it again is harmless.
 *
 * Return:	0
 * Source:	spec/special-ports.md 1
 */
int mach_init(void);

/**
 * mach_thread_self() - the port of the calling thread
 *
 * Each call counts: release the name with mach_port_deallocate().
 *
 * Rights:	a send right, one user reference +1 to caller
 * Return:	the name, or MACH_PORT_NULL when the kernel cannot be reached
 * Source:	spec/special-ports.md 1
 */
mach_port_t mach_thread_self(void);

/**
 * mach_host_self() - the port of the host
 *
 * For a privileged task it is the privileged host port. Each call counts:
 * release the name with mach_port_deallocate().
 *
 * Rights:	a send right, one user reference +1 to caller
 * Return:	the name, or MACH_PORT_NULL when the kernel cannot be reached
 * Source:	spec/special-ports.md 1, 3
 */
mach_port_t mach_host_self(void);

/**
 * pthread_mach_thread_np() - the port of a thread of this process
 * @thread:	[in]	the calling thread, or one that has called this for
 *			itself, and lives
 *
 * A thread has no port before it asks for it. So of another thread this knows
 * only after that has called it for itself.
 *
 * Rights:	a send right; borrowed: the thread keeps it until it ends
 * Return:	the name, or MACH_PORT_NULL when the other thread has not asked
 *		yet, or the kernel cannot be reached
 * Source:	spec/special-ports.md 1
 */
mach_port_t pthread_mach_thread_np(pthread_t thread);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_MACH_INIT_H */
