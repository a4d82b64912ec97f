/*
 * mach/mach3.h - the name spaces of Mach 3.0
 *
 * Not part of <mach/mach.h>: Darwin knows nothing of it.
 *
 * A task is in the default mode, or in Mach 3 mode, which differs in this:
 *
 *   - any name but MACH_PORT_NULL and MACH_PORT_DEAD may be chosen, in the calls
 *     that take a name to be made
 *   - a MACH_NOTIFY_PORT_DESTROYED request replaces the former one, which is
 *     returned, and one for MACH_PORT_NULL cancels it
 *   - mach_port_type() shows MACH_PORT_TYPE_MAREQUEST
 *   - mps_pset is the name of a set that the port is in, or MACH_PORT_NULL
 *
 * A program begins in Mach 3 mode if the environment variable MACHPORT_MACH3 is
 * 1 when it makes its first call.
 *
 * Source: spec/ports.md 2
 */
#ifndef MACH_MACH3_H
#define MACH_MACH3_H

#include <mach/boolean.h>
#include <mach/kern_return.h>
#include <mach/mach_types.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * task_set_mach3() - enter Mach 3 mode, or leave it
 * @task:	[in]	task port; borrowed
 * @mach3:	[in]	whether the task shall be in Mach 3 mode; it may be already
 *
 * In Mach 3 mode the task may choose any name, as in
 * mach_port_allocate_name(task, MACH_PORT_RIGHT_RECEIVE, 1000). What <mach/mach3.h>
 * lists besides is also as in Mach 3.0.
 *
 * The mode is not inherited: a child, or a program that replaces this one, is in
 * it if the environment variable MACHPORT_MACH3 is 1.
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or with nothing changed:
 *		KERN_INVALID_ARGUMENT	@task is no task
 *		KERN_FAILURE		the mode cannot be left: the task has names
 *					that only that mode lets it choose
 *		MACH_SEND_INVALID_DEST	@task is no name of a live port
 * Source:	spec/ports.md 2
 */
kern_return_t task_set_mach3(task_t task, boolean_t mach3);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_MACH3_H */
