/* Subsystem semaphore, and the routines of the subsystem task that make and unmake
 * one. */
#include <limits.h>

#include "kern_mig.h"
#include "kern_mig_semaphore.h"
#include "kern_mig_task.h"
#include "kern_platform.h"
#include "kern_semaphore.h"

#define NS_PER_S UINT64_C(1000000000)

/* NULL: it is the port of something else, or of nothing. */
static struct kern_semaphore *
semaphore_of(semaphore_t port)
{
	struct ipc_kobject *object = kern_mig_object(port);

	if (!object || object->type != IPC_KOBJECT_SEMAPHORE)
		return NULL;
	return CONTAINER_OF(object, struct kern_semaphore, self);
}

kern_return_t
kern_serve_semaphore_signal(semaphore_t port)
{
	struct kern_semaphore *semaphore = semaphore_of(port);
	kern_return_t kr;

	if (!semaphore)
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(0, 0);
	return kr == KERN_SUCCESS ? kern_semaphore_signal(semaphore) : kr;
}

kern_return_t
kern_serve_semaphore_signal_all(semaphore_t port)
{
	struct kern_semaphore *semaphore = semaphore_of(port);
	kern_return_t kr;

	if (!semaphore)
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(0, 0);
	if (kr == KERN_SUCCESS)
		kern_semaphore_signal_all(semaphore);
	return kr;
}

kern_return_t
kern_serve_semaphore_signal_thread(semaphore_t port, thread_act_t thread_port)
{
	struct kern_semaphore *semaphore = semaphore_of(port);
	const struct kern_thread *thread = NULL;
	kern_return_t kr;

	if (thread_port != MACH_PORT_NULL) {
		thread = kern_mig_thread(thread_port);
		if (!thread)
			return KERN_INVALID_ARGUMENT;
	}
	if (!semaphore)
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(0, 0);
	return kr == KERN_SUCCESS
	    ? kern_semaphore_signal_thread(semaphore, thread)
	    : kr;
}

/* Wait with the reply that is due. */
static kern_return_t
block(struct kern_semaphore *semaphore, uint64_t deadline_ns)
{
	struct kern_semaphore_waiter *waiter =
	    kern_semaphore_waiter_new(kern_mig_account());

	if (!waiter)
		return KERN_RESOURCE_SHORTAGE;
	if (!kern_mig_defer(&waiter->reply)) {
		kern_semaphore_waiter_free(waiter);
		return KERN_RESOURCE_SHORTAGE;
	}
	if (kern_reply_wanted(&waiter->reply))
		kern_semaphore_block(semaphore, waiter, deadline_ns);
	else
		kern_semaphore_waiter_free(waiter);
	return MIG_NO_REPLY;
}

/* Pass, or wait. Nothing has changed if it is neither KERN_SUCCESS nor MIG_NO_REPLY
 * nor KERN_OPERATION_TIMED_OUT. */
static kern_return_t
wait_until(struct kern_semaphore *semaphore, uint64_t deadline_ns)
{
	kern_return_t kr;

	if (semaphore->value == 0 && deadline_ns > kern_platform->now_ns())
		return block(semaphore, deadline_ns);
	kr = kern_mig_reserve(0, 0);
	if (kr == KERN_SUCCESS && !kern_semaphore_take(semaphore))
		kr = KERN_OPERATION_TIMED_OUT;
	return kr;
}

/* Both in one: the signal comes when the wait has begun. A wait that did not even
 * begin, for lack of time, is no reason not to signal. */
static kern_return_t
wait_signal_until(
    semaphore_t wait_port, semaphore_t signal_port, uint64_t deadline_ns)
{
	struct kern_semaphore *waited = semaphore_of(wait_port);
	struct kern_semaphore *signalled = semaphore_of(signal_port);
	kern_return_t kr;

	if (signal_port == MACH_PORT_DEAD)
		return KERN_TERMINATED;
	if (!waited || !signalled)
		return KERN_INVALID_ARGUMENT;
	if (signalled->value == INT_MAX)
		return KERN_RESOURCE_SHORTAGE;
	kr = wait_until(waited, deadline_ns);
	if (kr == KERN_SUCCESS || kr == MIG_NO_REPLY ||
	    kr == KERN_OPERATION_TIMED_OUT)
		(void)kern_semaphore_signal(signalled); /* there is room */
	return kr;
}

/* When a wait of @time from now ends. False: no time. */
static bool
deadline_of(mach_timespec_t time, uint64_t *deadline_ns_out)
{
	if (time.tv_nsec < 0 || time.tv_nsec >= (int)NS_PER_S)
		return false;
	*deadline_ns_out = kern_platform->now_ns() + time.tv_sec * NS_PER_S +
	    (uint64_t)time.tv_nsec;
	return true;
}

kern_return_t
kern_serve_semaphore_wait(semaphore_t port)
{
	struct kern_semaphore *semaphore = semaphore_of(port);

	return semaphore ? wait_until(semaphore, KERN_SEMAPHORE_NEVER)
	                 : KERN_INVALID_ARGUMENT;
}

kern_return_t
kern_serve_semaphore_timedwait(semaphore_t port, mach_timespec_t wait_time)
{
	struct kern_semaphore *semaphore = semaphore_of(port);
	uint64_t deadline_ns;

	if (!semaphore)
		return KERN_INVALID_ARGUMENT;
	if (!deadline_of(wait_time, &deadline_ns))
		return KERN_INVALID_VALUE;
	return wait_until(semaphore, deadline_ns);
}

kern_return_t
kern_serve_semaphore_wait_signal(
    semaphore_t wait_semaphore, semaphore_t signal_semaphore)
{
	return wait_signal_until(
	    wait_semaphore, signal_semaphore, KERN_SEMAPHORE_NEVER);
}

kern_return_t
kern_serve_semaphore_timedwait_signal(semaphore_t wait_semaphore,
    semaphore_t signal_semaphore, mach_timespec_t wait_time)
{
	uint64_t deadline_ns;

	if (!deadline_of(wait_time, &deadline_ns))
		return KERN_INVALID_VALUE;
	return wait_signal_until(wait_semaphore, signal_semaphore, deadline_ns);
}

/* --- of tasks -------------------------------------------------------------- */

kern_return_t
kern_serve_semaphore_create(
    task_t port, semaphore_t *semaphore_out, int policy, int value)
{
	struct kern_task *task = kern_mig_task(port);
	struct kern_semaphore *semaphore;
	kern_return_t kr;

	if (!task)
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(0, 1);
	if (kr == KERN_SUCCESS)
		kr = kern_semaphore_new(
		    task, kern_mig_account(), policy, value, &semaphore);
	if (kr == KERN_SUCCESS)
		*semaphore_out = kern_mig_give((struct ipc_kmsg_right){
		    ipc_kobject_make_send(&semaphore->self),
		    MACH_MSG_TYPE_PORT_SEND});
	return kr;
}

kern_return_t
kern_serve_semaphore_destroy(task_t port, semaphore_t semaphore_port)
{
	struct kern_task *task = kern_mig_task(port);
	struct kern_semaphore *semaphore = semaphore_of(semaphore_port);
	kern_return_t kr;

	if (!task || !semaphore || semaphore->owner != task)
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(0, 0);
	if (kr == KERN_SUCCESS)
		kern_semaphore_destroy(semaphore);
	return kr;
}
