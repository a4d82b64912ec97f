/*
 * The timers of tasks, as mk_timer_create() makes them: a port to which the kernel
 * sends one message when a deadline has passed.
 *
 * Whoever has the receive right has the timer, and arms it; it goes with the port,
 * also through messages, and dies with it. The kernel holds a send right, so the
 * port never is without senders.
 *
 * The message is queued whatever the limit, and there is at most one: a deadline
 * that passes before the message of an earlier one was received is not told again.
 * Its memory is there before the timer is armed, so that none can be missing when
 * it expires.
 *
 * The timer is charged to whom it was made for, each message to whoever armed it.
 */
#ifndef KERN_MK_TIMER_H
#define KERN_MK_TIMER_H

#include "ipc.h"

/* A new timer, not armed: a receive right for its port.
 * Return: KERN_SUCCESS, KERN_NO_SPACE, KERN_RESOURCE_SHORTAGE */
kern_return_t kern_mk_timer_create(
    struct ipc_space *space, mach_port_name_t *name_out);

/*
 * The following are about the timer whose port @name is the receive right of, and
 * return, besides KERN_SUCCESS:
 *
 *	KERN_INVALID_NAME	no such name
 *	KERN_INVALID_RIGHT	no receive right
 *	KERN_INVALID_ARGUMENT	the port of no timer
 */

/* All rights of @name go, and the timer with its port. */
kern_return_t kern_mk_timer_destroy(
    struct ipc_space *space, mach_port_name_t name);

/* It expires at @deadline_ns, before this returns if that has passed, and no more
 * when it would have otherwise. KERN_RESOURCE_SHORTAGE: nothing has changed. */
kern_return_t kern_mk_timer_arm(
    struct ipc_space *space, mach_port_name_t name, uint64_t deadline_ns);

/* It does not expire. What its deadline was; 0: it was not armed. */
kern_return_t kern_mk_timer_cancel(
    struct ipc_space *space, mach_port_name_t name, uint64_t *deadline_ns_out);

#endif
