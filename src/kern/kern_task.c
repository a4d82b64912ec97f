/* Tasks: how they come and go, and what they know of themselves. */
#include "kern_task.h"

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_entry.h"
#include "ipc_mach_port.h"
#include "ipc_port.h"
#include "kern_host.h"
#include "kern_mig.h"
#include "kern_platform.h"
#include "kern_port.h"
#include "kern_semaphore.h"
#include "kern_thread.h"
#include "kern_watch.h"
#include "wire_call.h"

/* The first two names, in their order. */
static bool
add_fixed_names(struct kern_task *task)
{
	struct ipc_slot *bootstrap = &task->ports.slots[KERN_PORTS_BOOTSTRAP];
	struct ipc_port *right;
	mach_port_name_t name;
	kern_return_t kr;

	kr = kern_task_self(task, &name);
	if (kr != KERN_SUCCESS)
		return false;
	mp_assert(name == KERN_TASK_SELF_NAME);

	right = ipc_slot_copy(bootstrap);
	if (IPC_PORT_VALID(right))
		kr = kern_port_give_send(task->space, right, &name);
	else
		kr = ipc_mach_port_allocate(
		    task->space, MACH_PORT_RIGHT_DEAD_NAME, &name);
	if (kr != KERN_SUCCESS)
		return false;
	mp_assert(name == KERN_TASK_BOOTSTRAP_NAME);
	return true;
}

/* What no ancestor has set. */
static void
inherit_from_host(struct kern_ports *ports)
{
	struct ipc_slot *bootstrap = &ports->slots[KERN_PORTS_BOOTSTRAP];

	if (!ports->has_bootstrap && bootstrap->port == IPC_PORT_NULL)
		ipc_slot_set(bootstrap, kern_host_copy_bootstrap());
}

struct kern_task *
kern_task_new(struct ipc_account *account, struct ipc_identity *identity,
    const struct kern_ports *parent)
{
	struct kern_task *task = base_zalloc(1, sizeof(*task));

	if (!task)
		return NULL;
	task->space = ipc_space_new(account, identity);
	if (!task->space)
		goto free_task;
	if (!ipc_kobject_init(&task->self, IPC_KOBJECT_TASK, kern_mig_serve))
		goto free_space;
	/* It says who the task is, and gives no power over it: kern_mig_task()
	 * does not take it. */
	if (!ipc_kobject_init(
	        &task->name, IPC_KOBJECT_TASK_NAME, kern_mig_serve))
		goto free_self;
	task->space->owner = task;
	list_init(&task->threads);
	list_init(&task->watches);
	list_init(&task->semaphores);
	kern_ports_init(&task->ports);
	if (parent)
		kern_ports_inherit(&task->ports, parent);
	task->parent = task->ports.task;
	task->ports.task = task->space->id.number;
	inherit_from_host(&task->ports);
	if (!add_fixed_names(task)) {
		kern_task_destroy(task);
		return NULL;
	}
	return task;

free_self:
	ipc_kobject_deinit(&task->self);
free_space:
	ipc_space_destroy(task->space);
	(void)ipc_space_free(task->space);
free_task:
	base_free(task);
	return NULL;
}

/*
 * The space goes first, so that whoever is told of the death of the task port
 * finds all of the task's ports dead already; what was kept for the task goes
 * last, so that its own ports, being dead, are not told of it. Nobody watches any more.
 */
void
kern_task_destroy(struct kern_task *task)
{
	kern_watch_close_all(task);
	if (task->suspend_count > 0)
		(void)kern_platform->signal(
		    task->process, KERN_SIGNAL_CONTINUE);
	ipc_space_destroy(task->space);
	LIST_FOREACH_SAFE (node, &task->threads)
		kern_thread_orphan(
		    CONTAINER_OF(node, struct kern_thread, link));
	while (!list_empty(&task->semaphores))
		kern_semaphore_destroy(CONTAINER_OF(
		    task->semaphores.next, struct kern_semaphore, link));
	ipc_kobject_deinit(&task->self);
	ipc_kobject_deinit(&task->name);
	kern_ports_deinit(&task->ports);
	task->space->owner = NULL;
	(void)ipc_space_free(task->space);
	base_free(task);
}

static kern_return_t
send_signal(const struct kern_task *task, enum kern_signal signal)
{
	return task->process && kern_platform->signal(task->process, signal)
	    ? KERN_SUCCESS
	    : KERN_FAILURE;
}

kern_return_t
kern_task_suspend(struct kern_task *task)
{
	kern_return_t kr = KERN_SUCCESS;

	if (task->suspend_count == INT32_MAX)
		return KERN_FAILURE;
	if (task->suspend_count == 0)
		kr = send_signal(task, KERN_SIGNAL_STOP);
	if (kr == KERN_SUCCESS)
		task->suspend_count++;
	return kr;
}

kern_return_t
kern_task_resume(struct kern_task *task)
{
	kern_return_t kr = KERN_SUCCESS;

	if (task->suspend_count == 0)
		return KERN_FAILURE;
	if (task->suspend_count == 1)
		kr = send_signal(task, KERN_SIGNAL_CONTINUE);
	if (kr == KERN_SUCCESS)
		task->suspend_count--;
	return kr;
}

kern_return_t
kern_task_terminate(struct kern_task *task)
{
	return send_signal(task, KERN_SIGNAL_KILL);
}

kern_return_t
kern_task_find(struct ipc_space *caller, mach_port_name_t name,
    struct kern_task **task_out)
{
	struct ipc_kobject *object;
	struct ipc_entry *entry;

	object = ipc_kobject_find(caller, name, IPC_KOBJECT_TASK);
	if (object) {
		*task_out = CONTAINER_OF(object, struct kern_task, self);
		return KERN_SUCCESS;
	}
	entry = ipc_space_find(caller, name);
	if (!entry || !(entry->type & MACH_PORT_TYPE_SEND))
		return MACH_SEND_INVALID_DEST;
	return entry->port->place == IPC_PORT_PLACE_KERNEL
	    ? KERN_INVALID_TASK
	    : WIRE_CALL_BY_MESSAGE;
}

kern_return_t
kern_task_self(struct kern_task *task, mach_port_name_t *name_out)
{
	return kern_port_give_send(
	    task->space, ipc_kobject_make_send(&task->self), name_out);
}

kern_return_t
kern_task_host_self(struct kern_task *task, mach_port_name_t *name_out)
{
	return kern_port_give_send(task->space,
	    kern_host_make_send_for(task->space->identity), name_out);
}

kern_return_t
kern_task_notify(struct kern_task *task, mach_port_name_t *name_out)
{
	struct ipc_slot *slot = &task->ports.slots[KERN_PORTS_NOTIFY];
	struct ipc_entry *entry;
	kern_return_t kr;

	if (IPC_PORT_VALID(slot->port) &&
	    ipc_port_received_by(slot->port, task->space)) {
		*name_out = slot->port->receiver_name;
		task->compat = true;
		return KERN_SUCCESS;
	}
	kr = ipc_mach_port_allocate(
	    task->space, MACH_PORT_RIGHT_RECEIVE, name_out);
	if (kr != KERN_SUCCESS)
		return kr;
	entry = ipc_space_find(task->space, *name_out);
	ipc_port_make_send(entry->port);
	ipc_slot_set(slot, entry->port);
	task->compat = true;
	return KERN_SUCCESS;
}

kern_return_t
kern_task_port_compat(struct kern_task *task, mach_port_name_t name)
{
	if (!task->compat)
		return KERN_SUCCESS;
	return ipc_mach_port_compat(
	    task->space, name, task->ports.slots[KERN_PORTS_NOTIFY].port);
}
