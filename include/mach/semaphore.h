/*
 * mach/semaphore.h - calls on semaphores
 *
 * A semaphore is a count that threads wait for to be more than 0, in one task or in
 * several: whoever has a send right for its port can wait and signal. It belongs to
 * the task that it was made for by semaphore_create() (<mach/task.h>), and goes with
 * it, by semaphore_destroy(), or with the last send right for its port.
 *
 * A wait is not ended by a signal handler of Linux: the handler runs, and the wait goes
 * on. Nor is it a place where a thread can be cancelled. A task that is killed while it
 * waits leaves nothing behind, and takes no signal with it.
 *
 * Each call is one trap, and returns, besides what is told of it:
 *	KERN_SUCCESS
 *	KERN_INVALID_NAME	there is no such name
 *	KERN_INVALID_RIGHT	it is not one of a send right
 *	KERN_INVALID_ARGUMENT	the port is that of something else
 *	KERN_TERMINATED		the semaphore was destroyed, before or while the
 *				thread waited
 *	KERN_RESOURCE_SHORTAGE	no memory or budget; nothing has changed
 *	MACH_SEND_INVALID_DEST	there is no kernel
 */
#ifndef MACH_SEMAPHORE_H
#define MACH_SEMAPHORE_H

#include <mach/clock_types.h>
#include <mach/kern_return.h>
#include <mach/mach_types.h>
#include <mach/sync_policy.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * semaphore_signal() - let one thread pass
 * @semaphore:	[in]  send right; borrowed
 *
 * The one whose turn it is goes on; if none waits, the next one to come does not wait.
 *
 * Return:	as all calls on a semaphore; KERN_RESOURCE_SHORTAGE also if INT_MAX
 *		could pass already
 * Source:	Darwin
 */
kern_return_t semaphore_signal(semaphore_t semaphore);

/**
 * semaphore_signal_all() - let all threads pass that wait
 * @semaphore:	[in]  send right; borrowed
 *
 * If none waits, nothing happens.
 *
 * Return:	as all calls on a semaphore
 * Source:	Darwin
 */
kern_return_t semaphore_signal_all(semaphore_t semaphore);

/**
 * semaphore_signal_thread() - let one thread pass, if it waits
 * @semaphore:	[in]  send right; borrowed
 * @thread:	[in]  send right for its port; borrowed. MACH_PORT_NULL: any thread
 *
 * Return:	as all calls on a semaphore, or
 *		KERN_NOT_WAITING	it does not; nothing has changed
 *		KERN_INVALID_ARGUMENT	@thread is no thread
 * Source:	Darwin
 */
kern_return_t semaphore_signal_thread(
    semaphore_t semaphore, thread_act_t thread);

/**
 * semaphore_wait() - pass, or wait to be let
 * @semaphore:	[in]  send right; borrowed
 *
 * Return:	as all calls on a semaphore
 * Source:	Darwin
 */
kern_return_t semaphore_wait(semaphore_t semaphore);

/**
 * semaphore_timedwait() - the same, for a limited time
 * @semaphore:	[in]  send right; borrowed
 * @wait_time:	[in]  how long; 0: do not wait
 *
 * Return:	as all calls on a semaphore, or
 *		KERN_OPERATION_TIMED_OUT  not before @wait_time had passed
 *		KERN_INVALID_VALUE	@wait_time has not 0 to 999999999 ns
 * Source:	Darwin
 */
kern_return_t semaphore_timedwait(
    semaphore_t semaphore, mach_timespec_t wait_time);

/**
 * semaphore_wait_signal() - wait for one semaphore, and signal another
 * @wait_semaphore:	[in]  send right; borrowed
 * @signal_semaphore:	[in]  send right; borrowed
 *
 * Both in one: whoever goes on by the signal finds this thread waiting.
 *
 * Return:	as all calls on a semaphore, about either of the two. If it is not
 *		waited at all, nor passed, nothing is signalled
 * Source:	Darwin
 */
kern_return_t semaphore_wait_signal(
    semaphore_t wait_semaphore, semaphore_t signal_semaphore);

/**
 * semaphore_timedwait_signal() - the same, for a limited time
 * @wait_semaphore:	[in]  send right; borrowed
 * @signal_semaphore:	[in]  send right; borrowed
 * @wait_time:		[in]  how long; 0: do not wait
 *
 * Return:	as semaphore_wait_signal() and semaphore_timedwait(); when time is up,
 *		the other was signalled
 * Source:	Darwin
 */
kern_return_t semaphore_timedwait_signal(semaphore_t wait_semaphore,
    semaphore_t signal_semaphore, mach_timespec_t wait_time);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_SEMAPHORE_H */
