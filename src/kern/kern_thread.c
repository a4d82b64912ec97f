/* Threads: their ports. */
#include "kern_thread.h"

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_port.h"
#include "kern_mig.h"
#include "kern_port.h"
#include "wire_call.h"

struct kern_caller kern_caller;

static struct kern_thread *
thread_new(struct kern_task *task, uint32_t id)
{
	struct kern_thread *thread = base_zalloc(1, sizeof(*thread));

	if (!thread)
		return NULL;
	if (!ipc_kobject_init(
	        &thread->self, IPC_KOBJECT_THREAD, kern_mig_serve)) {
		base_free(thread);
		return NULL;
	}
	kern_exceptions_init(&thread->exceptions);
	thread->refs = 1;
	thread->id = id;
	thread->task = task;
	list_init(&thread->link);
	list_push_back(&task->threads, &thread->link);
	return thread;
}

struct kern_thread *
kern_thread_get(struct kern_task *task, uint32_t id)
{
	LIST_FOREACH (node, &task->threads) {
		struct kern_thread *thread =
		    CONTAINER_OF(node, struct kern_thread, link);

		if (thread->id != id)
			continue;
		mp_assert(thread->refs < UINT32_MAX);
		thread->refs++;
		return thread;
	}
	return thread_new(task, id);
}

struct kern_thread *
kern_thread_unref(struct kern_thread *thread)
{
	if (!thread)
		return NULL;
	mp_assert(thread->refs > 0);
	if (--thread->refs > 0)
		return NULL;
	kern_thread_orphan(thread);
	base_free(thread);
	return NULL;
}

void
kern_thread_orphan(struct kern_thread *thread)
{
	list_remove(&thread->link);
	thread->task = NULL;
	ipc_kobject_deinit(&thread->self);
	kern_exceptions_deinit(&thread->exceptions);
}

kern_return_t
kern_thread_find(struct ipc_space *caller, mach_port_name_t name,
    struct kern_thread **thread_out)
{
	struct ipc_kobject *object =
	    ipc_kobject_find(caller, name, IPC_KOBJECT_THREAD);
	struct ipc_entry *entry;

	if (object) {
		*thread_out = CONTAINER_OF(object, struct kern_thread, self);
		return KERN_SUCCESS;
	}
	entry = ipc_space_find(caller, name);
	if (!entry || !(entry->type & MACH_PORT_TYPE_SEND))
		return MACH_SEND_INVALID_DEST;
	return entry->port->place == IPC_PORT_PLACE_KERNEL
	    ? KERN_INVALID_ARGUMENT
	    : WIRE_CALL_BY_MESSAGE;
}

kern_return_t
kern_thread_self(struct kern_thread *thread, struct kern_task *task,
    mach_port_name_t *name_out)
{
	return kern_port_give_send(
	    task->space, ipc_kobject_make_send(&thread->self), name_out);
}
