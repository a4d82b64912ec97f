/*
 * The mach_port_*() calls that give up rights, with the one exception that the
 * engine does not know of: a task's last user reference to its own task port
 * stays (special-ports.md 1). The rest of these calls is the engine's.
 *
 * Return:	KERN_INVALID_CAPABILITY if that reference would go; else as the
 *		call of that name in ipc_mach_port.h
 */
#ifndef KERN_PORT_H
#define KERN_PORT_H

#include "kern_task.h"

kern_return_t kern_port_destroy(struct kern_task *task, mach_port_name_t name);
kern_return_t kern_port_deallocate(
    struct kern_task *task, mach_port_name_t name);
kern_return_t kern_port_mod_refs(struct kern_task *task, mach_port_name_t name,
    mach_port_right_t right, mach_port_delta_t delta);

#endif
