/*
 * Rights of tasks: how the kernel gives them, and how tasks give them up.
 *
 * The latter are the mach_port_*() calls that release rights, with the one
 * exception that the engine does not know of: a task's last user reference to
 * its own task port stays (special-ports.md 1), unless a message takes it along.
 * The rest of these calls is the engine's.
 *
 * Return:	KERN_INVALID_CAPABILITY if that reference would go; else as the
 *		call of that name in ipc_mach_port.h
 */
#ifndef KERN_PORT_H
#define KERN_PORT_H

#include "kern_task.h"

/* Give @space a naked send right, which is CONSUMED in any case, NULL and DEAD
 * included. Codes as ipc_right_copyout(). */
kern_return_t kern_port_give_send(struct ipc_space *space,
    struct ipc_port *right, mach_port_name_t *name_out);

kern_return_t kern_port_destroy(struct kern_task *task, mach_port_name_t name);
kern_return_t kern_port_deallocate(
    struct kern_task *task, mach_port_name_t name);
kern_return_t kern_port_mod_refs(struct kern_task *task, mach_port_name_t name,
    mach_port_right_t right, mach_port_delta_t delta);

/* No program finds its task port under another name than the first. */
kern_return_t kern_port_rename(
    struct kern_task *task, mach_port_name_t name, mach_port_name_t new_name);

/* Here @task is the one that @right is taken from: the caller of the first, the
 * subject of the second. */
kern_return_t kern_port_insert_right(struct ipc_space *space,
    mach_port_name_t name, struct kern_task *task, mach_port_name_t right,
    mach_msg_type_name_t disposition);
kern_return_t kern_port_extract_right(struct kern_task *task,
    mach_port_name_t right, mach_msg_type_name_t disposition,
    struct ipc_space *caller, mach_port_name_t *right_out,
    mach_msg_type_name_t *type_out);

/* The second with a naked right, +1 to caller. */
kern_return_t kern_port_extract_naked(struct kern_task *task,
    mach_port_name_t right, mach_msg_type_name_t disposition,
    struct ipc_port **right_out, mach_msg_type_name_t *type_out);

#endif
