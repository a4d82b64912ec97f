/* Calls on semaphores: messages to their ports. A wait is one whose answer takes its
 * time. */
#include <mach/semaphore.h>

#include <mach/mach_init.h>
#include <mach/mach_port.h>
#include <mach/task.h>

#include "rpc.h"
#include "rpc_semaphore.h"
#include "rpc_task.h"

/* Why @name is no send right. */
static kern_return_t
fault_of(mach_port_t name)
{
	mach_port_type_t type;
	kern_return_t kr;

	if (!MACH_PORT_VALID(name))
		return KERN_INVALID_NAME;
	kr = mach_port_type(mach_task_self(), name, &type);
	if (kr != KERN_SUCCESS)
		return kr;
	/* That of a semaphore that was destroyed. */
	if (type & (MACH_PORT_TYPE_DEAD_NAME | MACH_PORT_TYPE_SEND))
		return KERN_TERMINATED;
	return KERN_INVALID_RIGHT;
}

/* What a call on @semaphore returns where its stub returns @kr. */
static kern_return_t
result(kern_return_t kr, semaphore_t semaphore)
{
	return kr == MACH_SEND_INVALID_DEST ? fault_of(semaphore) : kr;
}

/* The same of one that passes @other along. */
static kern_return_t
result_of_two(kern_return_t kr, semaphore_t semaphore, semaphore_t other)
{
	return kr == MACH_SEND_INVALID_RIGHT ? fault_of(other)
	                                     : result(kr, semaphore);
}

kern_return_t
semaphore_signal(semaphore_t semaphore)
{
	return result(RPC(semaphore_signal(semaphore)), semaphore);
}

kern_return_t
semaphore_signal_all(semaphore_t semaphore)
{
	return result(RPC(semaphore_signal_all(semaphore)), semaphore);
}

kern_return_t
semaphore_signal_thread(semaphore_t semaphore, thread_act_t thread)
{
	kern_return_t kr = RPC(semaphore_signal_thread(semaphore, thread));

	return kr == MACH_SEND_INVALID_RIGHT ? KERN_INVALID_ARGUMENT
	                                     : result(kr, semaphore);
}

kern_return_t
semaphore_wait(semaphore_t semaphore)
{
	return result(RPC(semaphore_wait(semaphore)), semaphore);
}

kern_return_t
semaphore_timedwait(semaphore_t semaphore, mach_timespec_t wait_time)
{
	return result(
	    RPC(semaphore_timedwait(semaphore, wait_time)), semaphore);
}

kern_return_t
semaphore_wait_signal(semaphore_t wait_semaphore, semaphore_t signal_semaphore)
{
	return result_of_two(
	    RPC(semaphore_wait_signal(wait_semaphore, signal_semaphore)),
	    wait_semaphore, signal_semaphore);
}

kern_return_t
semaphore_timedwait_signal(semaphore_t wait_semaphore,
    semaphore_t signal_semaphore, mach_timespec_t wait_time)
{
	return result_of_two(RPC(semaphore_timedwait_signal(
	                         wait_semaphore, signal_semaphore, wait_time)),
	    wait_semaphore, signal_semaphore);
}

kern_return_t
semaphore_create(task_t task, semaphore_t *semaphore, int policy, int value)
{
	return RPC(semaphore_create(task, semaphore, policy, value));
}

kern_return_t
semaphore_destroy(task_t task, semaphore_t semaphore)
{
	kern_return_t kr = RPC(semaphore_destroy(task, semaphore));

	return kr == MACH_SEND_INVALID_RIGHT ? KERN_INVALID_ARGUMENT : kr;
}
