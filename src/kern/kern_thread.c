/* Threads: their ports. */
#include "kern_thread.h"

#include <stdlib.h>
#include <string.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_port.h"
#include "kern_mig.h"
#include "kern_platform.h"
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

static const struct ipc_charge found_charge = {.bytes = KERN_THREAD_CHARGE};

/* The port goes; the memory stays as long as somebody refers to it. */
static void
die(struct kern_thread *thread)
{
	if (!thread->task)
		return;
	if (thread->found)
		ipc_account_discharge(
		    thread->task->space->account, &found_charge);
	list_remove(&thread->link);
	thread->task = NULL;
	ipc_kobject_deinit(&thread->self);
	kern_exceptions_deinit(&thread->exceptions);
}

void
kern_thread_orphan(struct kern_thread *thread)
{
	die(thread);
	if (!thread->found)
		return;
	thread->found = false;
	if (--thread->refs == 0)
		base_free(thread);
}

struct kern_thread *
kern_thread_unref(struct kern_thread *thread)
{
	if (!thread)
		return NULL;
	mp_assert(thread->refs > 0);
	thread->refs--;
	if (thread->found && thread->refs == 1) {
		/* Its last connection has gone, and so has the thread. */
		kern_thread_orphan(thread);
	} else if (thread->refs == 0) {
		die(thread);
		base_free(thread);
	}
	return NULL;
}

/* --- looking ----------------------------------------------------------------- */

static int
compare_ids(const void *a, const void *b)
{
	const uint32_t *left = a;
	const uint32_t *right = b;

	return (*left > *right) - (*left < *right);
}

/* It is not there any more. If it has a connection, that tells its end. */
static void
lose(struct kern_thread *thread)
{
	if (!thread->found)
		return;
	if (thread->refs == 1) {
		kern_thread_orphan(thread);
		return;
	}
	ipc_account_discharge(thread->task->space->account, &found_charge);
	thread->found = false;
	thread->refs--;
}

/* Put the threads that are known in the places of their ids, which are sorted. */
static void
match_known(struct kern_task *task, const uint32_t *ids,
    struct kern_thread **threads, uint32_t count)
{
	memset(threads, 0, count * sizeof(*threads));
	LIST_FOREACH_SAFE (node, &task->threads) {
		struct kern_thread *thread =
		    CONTAINER_OF(node, struct kern_thread, link);
		const uint32_t *id =
		    bsearch(&thread->id, ids, count, sizeof(*ids), compare_ids);

		if (id)
			threads[id - ids] = thread;
		else
			lose(thread);
	}
}

static struct kern_thread *
find_new(struct kern_task *task, uint32_t id)
{
	struct kern_thread *thread;

	if (!ipc_account_charge(task->space->account, &found_charge))
		return NULL;
	thread = thread_new(task, id);
	if (thread)
		thread->found = true;
	else
		ipc_account_discharge(task->space->account, &found_charge);
	return thread;
}

kern_return_t
kern_thread_find_all(struct kern_task *task, struct kern_thread **threads_out,
    uint32_t *count_out)
{
	/* Too many for the stack; there is one caller at a time. */
	static uint32_t ids[KERN_THREADS_MAX];
	kern_return_t kr;

	if (!task->process)
		return KERN_FAILURE;
	kr = kern_platform->threads(
	    task->process, ids, KERN_THREADS_MAX, count_out);
	if (kr != KERN_SUCCESS)
		return kr;
	qsort(ids, *count_out, sizeof(*ids), compare_ids);
	match_known(task, ids, threads_out, *count_out);
	for (uint32_t i = 0; i < *count_out; i++) {
		if (!threads_out[i])
			threads_out[i] = find_new(task, ids[i]);
		if (!threads_out[i])
			return KERN_RESOURCE_SHORTAGE;
	}
	return KERN_SUCCESS;
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
