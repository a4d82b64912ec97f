/* Giving up rights, but for the right to one's own task port. */
#include "kern_port.h"

#include "ipc_entry.h"
#include "ipc_mach_port.h"

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
