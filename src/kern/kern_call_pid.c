/* Calls that lead from a pid to a task, and back. */
#include "kern_call_handlers.h"

#include "kern_platform.h"
#include "kern_policy.h"
#include "kern_port.h"

/* The task whose port, or name port, @name is. */
static struct kern_task *
find_task_or_name(struct ipc_space *caller, mach_port_name_t name)
{
	struct ipc_kobject *object;

	object = ipc_kobject_find(caller, name, IPC_KOBJECT_TASK);
	if (object)
		return CONTAINER_OF(object, struct kern_task, self);
	object = ipc_kobject_find(caller, name, IPC_KOBJECT_TASK_NAME);
	return object ? CONTAINER_OF(object, struct kern_task, name) : NULL;
}

kern_return_t
kern_call_pid_for_task(struct kern_call *call)
{
	const struct kern_task *task =
	    find_task_or_name(call->caller->space, call->in[0]);

	if (!task || !task->process)
		return KERN_FAILURE;
	call->out[0] = (uint32_t)task->process->pid;
	return KERN_SUCCESS;
}

/* The task that the second word's process is, if the first is a task port. */
static struct kern_task *
find_by_pid(const struct kern_call *call)
{
	if (!ipc_kobject_find(
	        call->caller->space, call->in[0], IPC_KOBJECT_TASK))
		return NULL;
	return kern_platform->task_of_pid((pid_t)call->in[1]);
}

/* Who it is for is no secret, but whether there is such a task might be: there is one
 * code for all reasons. */
kern_return_t
kern_call_task_for_pid(struct kern_call *call)
{
	struct kern_task *task = find_by_pid(call);

	if (!task || !kern_policy_may_take(call->caller->space->identity, task))
		return KERN_FAILURE;
	return kern_port_give_send(call->caller->space,
	    ipc_kobject_make_send(&task->self), &call->out[0]);
}

kern_return_t
kern_call_task_name_for_pid(struct kern_call *call)
{
	struct kern_task *task = find_by_pid(call);

	if (!task || !kern_policy_may_see(call->caller->space->identity, task))
		return KERN_FAILURE;
	return kern_port_give_send(call->caller->space,
	    ipc_kobject_make_send(&task->name), &call->out[0]);
}
