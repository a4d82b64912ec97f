/*
 * mach/thread_act.h - calls on a thread
 *
 * @thread is a send right for the port of a thread, of the caller's own task or
 * of another; each call may also return
 *	MACH_SEND_INVALID_DEST	@thread is no name of a live port
 *	KERN_RESOURCE_SHORTAGE	no memory
 *
 * Source: spec/special-ports.md 2.5
 */
#ifndef MACH_THREAD_ACT_H
#define MACH_THREAD_ACT_H

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

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_THREAD_ACT_H */
