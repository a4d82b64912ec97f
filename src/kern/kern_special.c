/* Special ports and registered ports: the calls on them. */
#include "kern_special.h"

#include <mach/mach2.h>
#include <mach/task_special_ports.h>
#include <mach/thread_special_ports.h>

#include "ipc_mach_port.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "kern_host.h"
#include "kern_port.h"

/* The slot that keeps @which, or KERN_PORTS_COUNT if none does. */
static enum kern_ports_slot
special_slot(int which)
{
	switch (which) {
	case TASK_BOOTSTRAP_PORT:
		return KERN_PORTS_BOOTSTRAP;
	case TASK_ACCESS_PORT:
		return KERN_PORTS_ACCESS;
	case TASK_DEBUG_CONTROL_PORT:
		return KERN_PORTS_DEBUG_CONTROL;
	case TASK_RESOURCE_NOTIFY_PORT:
		return KERN_PORTS_RESOURCE_NOTIFY;
	case TASK_NOTIFY_PORT:
		return KERN_PORTS_NOTIFY;
	default:
		return KERN_PORTS_COUNT;
	}
}

kern_return_t
kern_special_task_get(
    struct kern_task *task, int which, struct ipc_port **right_out)
{
	enum kern_ports_slot slot = special_slot(which);

	if (slot != KERN_PORTS_COUNT) {
		*right_out = ipc_slot_copy(&task->ports.slots[slot]);
		return KERN_SUCCESS;
	}
	switch (which) {
	case TASK_KERNEL_PORT:
		*right_out = ipc_kobject_make_send(&task->self);
		return KERN_SUCCESS;
	case TASK_HOST_PORT:
		*right_out = kern_host_make_send_for(task->space->identity);
		return KERN_SUCCESS;
	case TASK_NAME_PORT:
		*right_out = ipc_kobject_make_send(&task->name);
		return KERN_SUCCESS;
	case TASK_EXCEPTION_PORT:
		*right_out = kern_exceptions_copy_all(&task->ports.exceptions);
		return KERN_SUCCESS;
	case TASK_INSPECT_PORT:
	case TASK_READ_PORT:
		/* Less than the task port does not exist, and more than what
		 * was asked for is not given (special-ports.md 11). */
		return KERN_NOT_SUPPORTED;
	default:
		return KERN_INVALID_ARGUMENT;
	}
}

/* May @which be set? */
static kern_return_t
special_check(const struct kern_task *task, int which)
{
	if (which == TASK_KERNEL_PORT || which == TASK_HOST_PORT)
		return KERN_NO_ACCESS;
	if (special_slot(which) == KERN_PORTS_COUNT &&
	    which != TASK_EXCEPTION_PORT)
		return KERN_INVALID_ARGUMENT;
	if (which == TASK_ACCESS_PORT &&
	    task->ports.slots[KERN_PORTS_ACCESS].port != IPC_PORT_NULL)
		return KERN_NO_ACCESS;
	return KERN_SUCCESS;
}

kern_return_t
kern_special_task_set(struct kern_task *task, int which, struct ipc_port *right)
{
	struct kern_ports *ports = &task->ports;
	kern_return_t kr = special_check(task, which);

	if (kr != KERN_SUCCESS)
		return kr;
	if (which == TASK_BOOTSTRAP_PORT)
		ports->has_bootstrap = true;
	if (which == TASK_EXCEPTION_PORT)
		kern_exceptions_set_all(&ports->exceptions, right);
	else
		ipc_slot_set(&ports->slots[special_slot(which)], right);
	return KERN_SUCCESS;
}

kern_return_t
kern_special_thread_get(
    struct kern_thread *thread, int which, struct ipc_port **right_out)
{
	switch (which) {
	case THREAD_KERNEL_PORT:
		*right_out = ipc_kobject_make_send(&thread->self);
		return KERN_SUCCESS;
	case THREAD_INSPECT_PORT:
	case THREAD_READ_PORT:
		return KERN_NOT_SUPPORTED; /* as of a task, above */
	default:
		return KERN_INVALID_ARGUMENT;
	}
}

kern_return_t
kern_special_thread_set(struct kern_thread *thread, int which)
{
	(void)thread;
	return which == THREAD_KERNEL_PORT ? KERN_NO_ACCESS
	                                   : KERN_INVALID_ARGUMENT;
}

void
kern_special_register(struct kern_task *task,
    struct ipc_port *const rights[TASK_PORT_REGISTER_MAX])
{
	for (unsigned i = 0; i < TASK_PORT_REGISTER_MAX; i++)
		ipc_slot_set(&task->ports.slots[KERN_PORTS_REGISTERED + i],
		    rights[i]); /* consumes it */
}

void
kern_special_lookup(const struct kern_task *task,
    struct ipc_port *rights_out[TASK_PORT_REGISTER_MAX])
{
	for (unsigned i = 0; i < TASK_PORT_REGISTER_MAX; i++)
		rights_out[i] = ipc_slot_copy(
		    &task->ports.slots[KERN_PORTS_REGISTERED + i]);
}

/* --- by trap ---------------------------------------------------------------- */

/* A send right that @caller lends for a call, as a message would bring it: a
 * naked one, +1 to caller. NULL and DEAD pass. */
static kern_return_t
copyin_send(struct ipc_space *caller, mach_port_name_t name,
    struct ipc_port **right_out)
{
	if (name == MACH_PORT_NULL || name == MACH_PORT_DEAD) {
		*right_out =
		    name == MACH_PORT_NULL ? IPC_PORT_NULL : IPC_PORT_DEAD;
		return KERN_SUCCESS;
	}
	if (ipc_right_copyin(caller, name, MACH_MSG_TYPE_COPY_SEND,
	        right_out) != KERN_SUCCESS)
		return MACH_SEND_INVALID_RIGHT;
	return KERN_SUCCESS;
}

kern_return_t
kern_task_get_special_port(struct kern_task *task, int which,
    struct ipc_space *caller, mach_port_name_t *port_out)
{
	struct ipc_port *right;
	kern_return_t kr;

	kr = kern_special_task_get(task, which, &right);
	if (kr != KERN_SUCCESS)
		return kr;
	return kern_port_give_send(caller, right, port_out);
}

kern_return_t
kern_task_set_special_port(struct kern_task *task, int which,
    struct ipc_space *caller, mach_port_name_t port)
{
	struct ipc_port *right;
	kern_return_t kr;

	/* The right comes before the number: as if both came in a message. */
	kr = copyin_send(caller, port, &right);
	if (kr != KERN_SUCCESS)
		return kr;
	kr = kern_special_task_set(task, which, right);
	if (kr != KERN_SUCCESS)
		ipc_right_destroy_naked(right, MACH_MSG_TYPE_PORT_SEND);
	return kr;
}

kern_return_t
kern_thread_get_special_port(struct kern_thread *thread, int which,
    struct ipc_space *caller, mach_port_name_t *port_out)
{
	struct ipc_port *right;
	kern_return_t kr = kern_special_thread_get(thread, which, &right);

	if (kr != KERN_SUCCESS)
		return kr;
	return kern_port_give_send(caller, right, port_out);
}

kern_return_t
kern_thread_set_special_port(struct kern_thread *thread, int which,
    struct ipc_space *caller, mach_port_name_t port)
{
	struct ipc_port *right;
	kern_return_t kr = copyin_send(caller, port, &right);

	if (kr != KERN_SUCCESS)
		return kr;
	ipc_right_destroy_naked(right, MACH_MSG_TYPE_PORT_SEND);
	return kern_special_thread_set(thread, which);
}

kern_return_t
kern_task_ports_register(struct kern_task *task, struct ipc_space *caller,
    const mach_port_name_t *ports, uint32_t count)
{
	struct ipc_port *rights[TASK_PORT_REGISTER_MAX] = {IPC_PORT_NULL};
	kern_return_t kr;

	if (count > TASK_PORT_REGISTER_MAX)
		return KERN_INVALID_ARGUMENT;
	for (uint32_t i = 0; i < count; i++) {
		kr = copyin_send(caller, ports[i], &rights[i]);
		if (kr == KERN_SUCCESS)
			continue;
		while (i-- > 0)
			ipc_right_destroy_naked(
			    rights[i], MACH_MSG_TYPE_PORT_SEND);
		return kr;
	}
	kern_special_register(task, rights);
	return KERN_SUCCESS;
}

kern_return_t
kern_task_ports_lookup(struct kern_task *task, struct ipc_space *caller,
    mach_port_name_t ports_out[TASK_PORT_REGISTER_MAX])
{
	const struct ipc_slot *slots =
	    task->ports.slots + KERN_PORTS_REGISTERED;
	kern_return_t kr;

	for (unsigned i = 0; i < TASK_PORT_REGISTER_MAX; i++) {
		kr = kern_port_give_send(
		    caller, ipc_slot_copy(&slots[i]), &ports_out[i]);
		if (kr == KERN_SUCCESS)
			continue;
		/* All or nothing: what was given is taken back. */
		while (i-- > 0)
			(void)ipc_mach_port_deallocate(caller, ports_out[i]);
		return kr;
	}
	return KERN_SUCCESS;
}
