/*
 * mach/thread_act.h - calls on a thread
 *
 * @thread is a send right for the port of a thread, of the caller's own task or
 * of another; each call may also return
 *	MACH_SEND_INVALID_DEST	@thread is no name of a live port
 *	KERN_RESOURCE_SHORTAGE	no memory
 * or, when @thread is an ordinary port, what its receiver answers.
 *
 * Source: spec/special-ports.md 2.5
 */
#ifndef MACH_THREAD_ACT_H
#define MACH_THREAD_ACT_H

#include <mach/exception_types.h>
#include <mach/kern_return.h>
#include <mach/mach_types.h>
#include <mach/message.h>
#include <mach/thread_special_ports.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * thread_get_special_port() - get a port that the kernel keeps for a thread
 * @thread:	[in]	thread port; borrowed
 * @which_port:	[in]	THREAD_KERNEL_PORT
 * @special_port: [out]	name of the port
 *
 * Rights:	a send right, one user reference +1 to caller
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ARGUMENT	no such port, or @thread is no thread
 *		KERN_NOT_SUPPORTED	INSPECT, READ: there is no lesser thread
 *					port
 * Source:	spec/special-ports.md 2.5
 */
kern_return_t thread_get_special_port(
    thread_act_t thread, int which_port, mach_port_t *special_port);

/**
 * thread_set_special_port() - replace a port that the kernel keeps for a thread
 * @thread:	[in]	thread port; borrowed
 * @which_port:	[in]	there is none that can be replaced
 * @special_port: [in]	name of a send right; borrowed
 *
 * Rights:	the caller keeps its own
 * Return:	with nothing changed:
 *		KERN_NO_ACCESS		THREAD_KERNEL_PORT
 *		KERN_INVALID_ARGUMENT	any other; or @thread is no thread
 *		MACH_SEND_INVALID_RIGHT	@special_port is no send right
 * Source:	spec/special-ports.md 2.5
 */
kern_return_t thread_set_special_port(
    thread_act_t thread, int which_port, mach_port_t special_port);

/**
 * thread_set_exception_ports() - say who is told of a thread's exceptions
 * @thread:	[in]	thread port; borrowed
 * @exception_mask: [in] EXC_MASK_* of the types that are meant
 * @new_port:	[in]	name of a send right; borrowed (the kernel copies it).
 *			MACH_PORT_NULL: nobody
 * @behavior:	[in]	EXCEPTION_*, perhaps with MACH_EXCEPTION_*
 * @new_flavor:	[in]	of the thread state that is to come along; 0: none
 *
 * Each type has a right of its own; the former ones are released.
 * The kernel keeps these ports and tells of them; it sends no exception.
 *
 * Rights:	the caller keeps its own
 * Return:	KERN_SUCCESS, or with nothing changed:
 *		KERN_INVALID_ARGUMENT	a type that there is not; with a port, a
 *					behaviour that there is not, or that needs
 *					MACH_EXCEPTION_CODES; a flavor that cannot be;
 *					@thread is no thread
 *		MACH_SEND_INVALID_RIGHT	@new_port is no send right
 * Source:	spec/special-ports.md 2.6
 */
kern_return_t thread_set_exception_ports(thread_act_t thread,
    exception_mask_t exception_mask, mach_port_t new_port,
    exception_behavior_t behavior, thread_state_flavor_t new_flavor);

/**
 * thread_get_exception_ports() - who is told of a thread's exceptions
 * @thread:	[in]	thread port; borrowed
 * @exception_mask: [in] EXC_MASK_* of the types that are meant
 * @masks:	[out]	of types that have all else in common
 * @masksCnt:	[in/out] room in each array; how many came
 * @old_handlers: [out]	names of their ports; MACH_PORT_NULL: nobody,
 *			MACH_PORT_DEAD: who has died
 * @old_behaviors: [out] and their behaviours
 * @old_flavors: [out]	and flavors
 *
 * Each type in the mask is in one of @masks. For what there is no room nothing comes.
 *
 * Units:	counts are elements; EXC_TYPES_COUNT are always enough
 * Rights:	send rights, one user reference each +1 to caller
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ARGUMENT	a type that there is not; @thread is no
 *					thread
 * Source:	spec/special-ports.md 2.6
 */
kern_return_t thread_get_exception_ports(thread_act_t thread,
    exception_mask_t exception_mask, exception_mask_array_t masks,
    mach_msg_type_number_t *masksCnt, exception_handler_array_t old_handlers,
    exception_behavior_array_t old_behaviors,
    exception_flavor_array_t old_flavors);

/**
 * thread_swap_exception_ports() - the two in one step
 * @thread:	[in]	thread port; borrowed
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
 * Return:	as thread_set_exception_ports()
 * Source:	spec/special-ports.md 2.6
 */
kern_return_t thread_swap_exception_ports(thread_act_t thread,
    exception_mask_t exception_mask, mach_port_t new_port,
    exception_behavior_t behavior, thread_state_flavor_t new_flavor,
    exception_mask_array_t masks, mach_msg_type_number_t *masksCnt,
    exception_handler_array_t old_handlers,
    exception_behavior_array_t old_behaviors,
    exception_flavor_array_t old_flavors);

/**
 * thread_terminate() - not possible here: Linux has nobody end another's thread
 * @target_act:	[in]	thread port; borrowed
 *
 * Return:	KERN_NOT_SUPPORTED, or
 *		KERN_INVALID_ARGUMENT	@target_act is no thread
 * Source:	spec/special-ports.md 6
 */
kern_return_t thread_terminate(thread_act_t target_act);

/**
 * thread_suspend() - not possible here: Linux has nobody stop another's thread
 * @target_act:	[in]	thread port; borrowed
 *
 * Return:	KERN_NOT_SUPPORTED, or
 *		KERN_INVALID_ARGUMENT	@target_act is no thread
 * Source:	spec/special-ports.md 6
 */
kern_return_t thread_suspend(thread_read_t target_act);

/**
 * thread_resume() - not possible here: Linux has nobody let go on another's thread
 * @target_act:	[in]	thread port; borrowed
 *
 * Return:	KERN_NOT_SUPPORTED, or
 *		KERN_INVALID_ARGUMENT	@target_act is no thread
 * Source:	spec/special-ports.md 6
 */
kern_return_t thread_resume(thread_read_t target_act);

/**
 * thread_abort() - not possible here: Linux has nobody interrupt another's thread
 * @target_act:	[in]	thread port; borrowed
 *
 * Return:	KERN_NOT_SUPPORTED, or
 *		KERN_INVALID_ARGUMENT	@target_act is no thread
 * Source:	spec/special-ports.md 6
 */
kern_return_t thread_abort(thread_act_t target_act);

/**
 * thread_abort_safely() - not possible here: Linux has nobody interrupt another's thread
 * @target_act:	[in]	thread port; borrowed
 *
 * Return:	KERN_NOT_SUPPORTED, or
 *		KERN_INVALID_ARGUMENT	@target_act is no thread
 * Source:	spec/special-ports.md 6
 */
kern_return_t thread_abort_safely(thread_act_t target_act);

/**
 * thread_info() - what a thread is and uses
 * @target_act:	[in]	thread port; borrowed
 * @flavor:	[in]	one of <mach/thread_info.h>
 * @thread_info_out: [out] the structure of that flavor
 * @thread_info_outCnt: [in/out] room in @thread_info_out; how much is there
 *
 * Units:	counts are words (integer_t)
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ARGUMENT	no such flavor, or too little room; @target_act
 *					is no thread
 *		KERN_FAILURE		the thread has ended
 * Source:	spec/special-ports.md 6
 */
kern_return_t thread_info(thread_inspect_t target_act, thread_flavor_t flavor,
    thread_info_t thread_info_out, mach_msg_type_number_t *thread_info_outCnt);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_THREAD_ACT_H */
