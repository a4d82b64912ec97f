/* Giving rights to tasks; and giving them up, but for the right to one's own
 * task port. */
#include "kern_port.h"

#include "ipc_entry.h"
#include "ipc_mach_port.h"
#include "ipc_right.h"

/* The user references of @name, if it is the task's own task port; else 0. */
static mach_port_urefs_t
self_urefs(struct kern_task *task, mach_port_name_t name)
{
	struct ipc_entry *entry = ipc_space_find(task->space, name);

	if (!entry || entry->type != MACH_PORT_TYPE_SEND ||
	    entry->port != task->self.port)
		return 0;
	return entry->urefs;
}

kern_return_t
kern_port_give_send(
    struct ipc_space *space, struct ipc_port *right, mach_port_name_t *name_out)
{
	kern_return_t kr;

	kr = ipc_right_copyout(space, right, MACH_MSG_TYPE_PORT_SEND, name_out);
	if (kr != KERN_SUCCESS)
		ipc_right_destroy_naked(right, MACH_MSG_TYPE_PORT_SEND);
	return kr;
}

kern_return_t
kern_port_destroy(struct kern_task *task, mach_port_name_t name)
{
	if (self_urefs(task, name) != 0)
		return KERN_INVALID_CAPABILITY;
	return ipc_mach_port_destroy(task->space, name);
}

kern_return_t
kern_port_deallocate(struct kern_task *task, mach_port_name_t name)
{
	if (self_urefs(task, name) == 1)
		return KERN_INVALID_CAPABILITY;
	return ipc_mach_port_deallocate(task->space, name);
}

kern_return_t
kern_port_mod_refs(struct kern_task *task, mach_port_name_t name,
    mach_port_right_t right, mach_port_delta_t delta)
{
	mach_port_urefs_t urefs = self_urefs(task, name);

	/* Also where they stick, at 65535: just that delta removes them. */
	if (urefs != 0 && right == MACH_PORT_RIGHT_SEND && delta < 0 &&
	    -(int64_t)delta == (int64_t)urefs)
		return KERN_INVALID_CAPABILITY;
	return ipc_mach_port_mod_refs(task->space, name, right, delta);
}

kern_return_t
kern_port_rename(
    struct kern_task *task, mach_port_name_t name, mach_port_name_t new_name)
{
	if (self_urefs(task, name) != 0)
		return KERN_INVALID_CAPABILITY;
	return ipc_mach_port_rename(task->space, name, new_name);
}

/* Would moving @name by @disposition leave @task without its own port? */
static bool
moves_last_self(struct kern_task *task, mach_port_name_t name,
    mach_msg_type_name_t disposition)
{
	return disposition == MACH_MSG_TYPE_MOVE_SEND &&
	    self_urefs(task, name) == 1;
}

kern_return_t
kern_port_insert_right(struct ipc_space *space, mach_port_name_t name,
    struct kern_task *task, mach_port_name_t right,
    mach_msg_type_name_t disposition)
{
	if (moves_last_self(task, right, disposition))
		return KERN_INVALID_CAPABILITY;
	return ipc_mach_port_insert_right(
	    space, name, task->space, right, disposition);
}

kern_return_t
kern_port_extract_right(struct kern_task *task, mach_port_name_t right,
    mach_msg_type_name_t disposition, struct ipc_space *caller,
    mach_port_name_t *right_out, mach_msg_type_name_t *type_out)
{
	if (moves_last_self(task, right, disposition))
		return KERN_INVALID_CAPABILITY;
	return ipc_mach_port_extract_right(
	    task->space, right, disposition, caller, right_out, type_out);
}

kern_return_t
kern_port_extract_naked(struct kern_task *task, mach_port_name_t right,
    mach_msg_type_name_t disposition, struct ipc_port **right_out,
    mach_msg_type_name_t *type_out)
{
	if (moves_last_self(task, right, disposition))
		return KERN_INVALID_CAPABILITY;
	return ipc_mach_port_extract_naked(
	    task->space, right, disposition, right_out, type_out);
}
