/*
 * Send rights as Mach 2.5 knew them, for the calls that are its: when the port
 * dies, the name is gone, and NOTIFY_PORT_DELETED comes to the task's notify port.
 */
#ifndef LIBMACHPORT_PORT_COMPAT_H
#define LIBMACHPORT_PORT_COMPAT_H

#include <mach/kern_return.h>
#include <mach/port.h>

/* This process has asked for its notify port, and so is a task of Mach 2.5. */
void port_compat_enter(void);

/**
 * port_compat() - this task got @name by a call of Mach 2.5
 * @name:	[in]  to be called for each send or send-once right that such a call
 *		      gave; anything else that is in the space does no harm
 *
 * Does nothing in a task that never called task_notify().
 * Otherwise the name goes, with all its references, when its port dies. If it is
 * dead already, @name is gone when this returns, and the message is on its way.
 *
 * Return:	KERN_SUCCESS, also with nothing to do, or with nothing changed:
 *		KERN_INVALID_NAME	no such name, MACH_PORT_NULL, MACH_PORT_DEAD
 *		KERN_RESOURCE_SHORTAGE	no memory or budget: the name will become a
 *					dead name
 *		MACH_SEND_INVALID_DEST	there is no kernel any more
 * Source:	spec/mach2-mach3-differences.md 4
 */
kern_return_t port_compat(mach_port_name_t name)
    __attribute__((warn_unused_result));

#endif
