/*
 * mach/host_priv.h - calls on the privileged host port
 *
 * @host_priv is a send right for that port, which mach_host_self() gives to a task that is
 * privileged: one of root's, or of the user that the kernel runs as. Each call may also
 * return
 *	MACH_SEND_INVALID_DEST	@host_priv is no name of a live port
 *	KERN_RESOURCE_SHORTAGE	no memory
 * or, when @host_priv is an ordinary port, what its receiver answers.
 *
 * Source: spec/special-ports.md 2.6, 3
 */
#ifndef MACH_HOST_PRIV_H
#define MACH_HOST_PRIV_H

#include <mach/exception_types.h>
#include <mach/host_special_ports.h>
#include <mach/kern_return.h>
#include <mach/mach_types.h>
#include <mach/message.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * host_get_special_port() - get a port that the kernel keeps for all
 * @host_priv:	[in]	privileged host port; borrowed
 * @node:	[in]	HOST_LOCAL_NODE; not looked at
 * @which:	[in]	a HOST_*_PORT slot
 * @port:	[out]	name of the port; MACH_PORT_NULL when the slot is empty,
 *			MACH_PORT_DEAD when its port has died
 *
 * Rights:	a send right, one user reference +1 to caller
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ARGUMENT	no such slot, or @host_priv is not that port
 * Source:	spec/special-ports.md 3
 */
kern_return_t host_get_special_port(
    host_priv_t host_priv, int node, int which, mach_port_t *port);

/**
 * host_set_special_port() - replace a port that the kernel keeps for all
 * @host_priv:	[in]	privileged host port; borrowed
 * @which:	[in]	a slot of user tasks, from 8 to HOST_MAX_SPECIAL_PORT, or
 *			MACHPORT_HOST_BOOTSTRAP_PORT
 * @port:	[in]	name of a send right; borrowed (the kernel copies it).
 *			MACH_PORT_NULL empties the slot
 *
 * What the slot held is released.
 *
 * Rights:	the caller keeps its own
 * Return:	KERN_SUCCESS, or with nothing changed:
 *		KERN_INVALID_ARGUMENT	no such slot, or one of the kernel's;
 *					@host_priv is not that port
 *		MACH_SEND_INVALID_RIGHT	@port is no send right
 * Source:	spec/special-ports.md 3
 */
kern_return_t host_set_special_port(
    host_priv_t host_priv, int which, mach_port_t port);

/**
 * host_set_exception_ports() - say who is told of exceptions that no task's port is for
 * @host_priv:	[in]	privileged host port; borrowed
 * @exception_mask: [in] EXC_MASK_* of the types that are meant
 * @new_port:	[in]	name of a send right; borrowed (the kernel copies it).
 *			MACH_PORT_NULL: nobody
 * @behavior:	[in]	EXCEPTION_*, perhaps with MACH_EXCEPTION_*
 * @new_flavor:	[in]	of the thread state that is to come along; 0: none
 *
 * As task_set_exception_ports(), for the host.
 *
 * Rights:	the caller keeps its own
 * Return:	KERN_SUCCESS, or with nothing changed:
 *		KERN_INVALID_ARGUMENT	as there; @host_priv is not that port
 *		MACH_SEND_INVALID_RIGHT	@new_port is no send right
 * Source:	spec/special-ports.md 2.6
 */
kern_return_t host_set_exception_ports(host_priv_t host_priv,
    exception_mask_t exception_mask, mach_port_t new_port,
    exception_behavior_t behavior, thread_state_flavor_t new_flavor);

/**
 * host_get_exception_ports() - who is told of exceptions that no task's port is for
 * @host_priv:	[in]	privileged host port; borrowed
 * @exception_mask: [in] EXC_MASK_* of the types that are meant
 * @masks:	[out]	of types that have all else in common
 * @masksCnt:	[in/out] room in each array; how many came
 * @old_handlers: [out]	names of their ports
 * @old_behaviors: [out] and their behaviours
 * @old_flavors: [out]	and flavors
 *
 * As task_get_exception_ports(), for the host.
 *
 * Units:	counts are elements; EXC_TYPES_COUNT are always enough
 * Rights:	send rights, one user reference each +1 to caller
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ARGUMENT	as there; @host_priv is not that port
 * Source:	spec/special-ports.md 2.6
 */
kern_return_t host_get_exception_ports(host_priv_t host_priv,
    exception_mask_t exception_mask, exception_mask_array_t masks,
    mach_msg_type_number_t *masksCnt, exception_handler_array_t old_handlers,
    exception_behavior_array_t old_behaviors,
    exception_flavor_array_t old_flavors);

/**
 * host_swap_exception_ports() - the two in one step
 * @host_priv:	[in]	privileged host port; borrowed
 * @exception_mask: [in] EXC_MASK_* of the types that are meant
 * @new_port:	[in]	name of a send right; borrowed. MACH_PORT_NULL: nobody
 * @behavior:	[in]	EXCEPTION_*, perhaps with MACH_EXCEPTION_*
 * @new_flavor:	[in]	of the thread state that is to come along; 0: none
 * @masks:	[out]	of types that had all else in common
 * @masksCnt:	[in/out] room in each array; how many came
 * @old_handlers: [out]	names of their ports
 * @old_behaviors: [out] and their behaviours
 * @old_flavors: [out]	and flavors
 *
 * Units:	counts are elements; EXC_TYPES_COUNT are always enough
 * Rights:	send rights, one user reference each +1 to caller, who keeps its own
 * Return:	as host_set_exception_ports()
 * Source:	spec/special-ports.md 2.6
 */
kern_return_t host_swap_exception_ports(host_priv_t host_priv,
    exception_mask_t exception_mask, mach_port_t new_port,
    exception_behavior_t behavior, thread_state_flavor_t new_flavor,
    exception_mask_array_t masks, mach_msg_type_number_t *masksCnt,
    exception_handler_array_t old_handlers,
    exception_behavior_array_t old_behaviors,
    exception_flavor_array_t old_flavors);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_HOST_PRIV_H */
