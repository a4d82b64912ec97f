/*
 * mach/task.h - calls on a task
 *
 * @task is a send right for the port of the caller's own task or another's;
 * each call may also return
 *	MACH_SEND_INVALID_DEST	@task is no name of a live port
 *	KERN_RESOURCE_SHORTAGE	no memory
 * or, when @task is an ordinary port, what its receiver answers.
 *
 * Source: spec/special-ports.md 2
 */
#ifndef MACH_TASK_H
#define MACH_TASK_H

#include <mach/exception_types.h>
#include <mach/kern_return.h>
#include <mach/mach_param.h>
#include <mach/mach_types.h>
#include <mach/message.h>
#include <mach/task_special_ports.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * task_get_special_port() - get a port that the kernel keeps for a task
 * @task:	[in]	task port; borrowed
 * @which_port:	[in]	a TASK_*_PORT slot
 * @special_port: [out]	name of the port; MACH_PORT_NULL when the slot is empty,
 *			MACH_PORT_DEAD when its port has died
 *
 * Rights:	a send right, one user reference +1 to caller
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ARGUMENT	no such slot, or @task is no task
 *		KERN_NOT_SUPPORTED	INSPECT, READ: there is no lesser task port
 *		KERN_FAILURE		the task is terminated
 * Source:	spec/special-ports.md 2.1, 2.2
 */
kern_return_t task_get_special_port(
    task_t task, int which_port, mach_port_t *special_port);

/**
 * task_set_special_port() - replace a port that the kernel keeps for a task
 * @task:	[in]	task port; borrowed
 * @which_port:	[in]	a TASK_*_PORT slot
 * @special_port: [in]	name of a send right; borrowed (the kernel copies it).
 *			MACH_PORT_NULL empties the slot
 *
 * What the slot held is released. Children inherit the bootstrap and the access
 * port.
 *
 * Rights:	the caller keeps its own
 * Return:	KERN_SUCCESS, or with nothing changed:
 *		KERN_INVALID_ARGUMENT	no such slot, it cannot be set, or @task
 *					is no task
 *		KERN_NO_ACCESS		KERNEL or HOST; ACCESS when not empty
 *		KERN_FAILURE		the task is terminated
 *		MACH_SEND_INVALID_RIGHT	@special_port is no send right
 * Source:	spec/special-ports.md 2.1, 2.2, 2.4
 */
kern_return_t task_set_special_port(
    task_t task, int which_port, mach_port_t special_port);

/**
 * mach_ports_register() - replace the registered ports of a task
 * @task:	[in]	task port; borrowed
 * @ports:	[in]	@ports_count names of send rights, or MACH_PORT_NULL;
 *			borrowed (the kernel copies the rights)
 * @ports_count: [in]	at most TASK_PORT_REGISTER_MAX
 *
 * All registered ports are replaced: those beyond @ports_count by none.
 * Children inherit them.
 *
 * Units:	@ports_count is elements, not bytes
 * Rights:	the caller keeps its own
 * Return:	KERN_SUCCESS, or with nothing changed:
 *		KERN_INVALID_ARGUMENT	@ports_count is too large; @task is no
 *					task, or terminated
 *		MACH_SEND_INVALID_RIGHT	an element is no send right
 * Source:	spec/special-ports.md 2.3
 */
kern_return_t mach_ports_register(
    task_t task, mach_port_array_t ports, mach_msg_type_number_t ports_count);

/**
 * mach_ports_lookup() - get the registered ports of a task
 * @task:	[in]	task port; borrowed
 * @ports:	[out]	array of *@ports_count names; MACH_PORT_NULL where none
 *			is registered
 * @ports_count: [out]	always TASK_PORT_REGISTER_MAX
 *
 * The array is new memory; the caller frees it with vm_deallocate().
 *
 * Units:	*@ports_count is elements, not bytes
 * Rights:	send rights, one user reference each +1 to caller
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ARGUMENT	@task is no task, or terminated
 * Source:	spec/special-ports.md 2.3
 */
kern_return_t mach_ports_lookup(
    task_t task, mach_port_array_t *ports, mach_msg_type_number_t *ports_count);

/**
 * semaphore_create() - make a semaphore
 * @task:	[in]	task port; borrowed. The semaphore goes with that task
 * @semaphore:	[out]	name of its port
 * @policy:	[in]	who is the next of those who wait (<mach/sync_policy.h>)
 * @value:	[in]	how many may pass before one has to wait; not below 0
 *
 * Rights:	a send right, +1 to caller; with the last of all, the semaphore goes
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ARGUMENT	@policy or @value is no such thing, or @task
 *					is no task
 *		KERN_RESOURCE_SHORTAGE	no memory or budget
 * Source:	Darwin
 */
kern_return_t semaphore_create(
    task_t task, semaphore_t *semaphore, int policy, int value);

/**
 * semaphore_destroy() - destroy a semaphore
 * @task:	[in]	port of the task that it was made for; borrowed
 * @semaphore:	[in]	send right
 *
 * Who waits for it goes on with KERN_TERMINATED.
 *
 * Rights:	one user reference of @semaphore is CONSUMED if the request was sent at
 *		all; other names of it are dead then
 * Return:	KERN_SUCCESS, or with nothing destroyed:
 *		KERN_INVALID_ARGUMENT	no semaphore, or another task's; or @task is
 *					no task
 * Source:	Darwin
 */
kern_return_t semaphore_destroy(task_t task, semaphore_t semaphore);

/**
 * task_set_exception_ports() - say who is told of a task's exceptions
 * @task:	[in]	task port; borrowed
 * @exception_mask: [in] EXC_MASK_* of the types that are meant
 * @new_port:	[in]	name of a send right; borrowed (the kernel copies it).
 *			MACH_PORT_NULL: nobody
 * @behavior:	[in]	EXCEPTION_*, perhaps with MACH_EXCEPTION_*
 * @new_flavor:	[in]	of the thread state that is to come along; 0: none
 *
 * Each type has a right of its own; the former ones are released. A child inherits
 * what its parent has.
 * The kernel keeps these ports and tells of them; it sends no exception.
 *
 * Rights:	the caller keeps its own
 * Return:	KERN_SUCCESS, or with nothing changed:
 *		KERN_INVALID_ARGUMENT	a type that there is not; with a port, a
 *					behaviour that there is not, or that needs
 *					MACH_EXCEPTION_CODES; a flavor that cannot be;
 *					@task is no task
 *		MACH_SEND_INVALID_RIGHT	@new_port is no send right
 * Source:	spec/special-ports.md 2.6
 */
kern_return_t task_set_exception_ports(task_t task,
    exception_mask_t exception_mask, mach_port_t new_port,
    exception_behavior_t behavior, thread_state_flavor_t new_flavor);

/**
 * task_get_exception_ports() - who is told of a task's exceptions
 * @task:	[in]	task port; borrowed
 * @exception_mask: [in] EXC_MASK_* of the types that are meant
 * @masks:	[out]	of types that have all else in common
 * @masksCnt:	[in/out] room in each array; how many came
 * @old_handlers: [out]	names of their ports; MACH_PORT_NULL: nobody,
 *			MACH_PORT_DEAD: who has died
 * @old_behaviors: [out] and their behaviours
 * @old_flavors: [out]	and flavors
 *
 * Each type in the mask is in one of @masks. For what there is no room nothing comes.
 *
 * Units:	counts are elements; EXC_TYPES_COUNT are always enough
 * Rights:	send rights, one user reference each +1 to caller
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ARGUMENT	a type that there is not; @task is no
 *					task
 * Source:	spec/special-ports.md 2.6
 */
kern_return_t task_get_exception_ports(task_t task,
    exception_mask_t exception_mask, exception_mask_array_t masks,
    mach_msg_type_number_t *masksCnt, exception_handler_array_t old_handlers,
    exception_behavior_array_t old_behaviors,
    exception_flavor_array_t old_flavors);

/**
 * task_swap_exception_ports() - the two in one step
 * @task:	[in]	task port; borrowed
 * @exception_mask: [in] EXC_MASK_* of the types that are meant
 * @new_port:	[in]	name of a send right; borrowed. MACH_PORT_NULL: nobody
 * @behavior:	[in]	EXCEPTION_*, perhaps with MACH_EXCEPTION_*
 * @new_flavor:	[in]	of the thread state that is to come along; 0: none
 * @masks:	[out]	of types that had all else in common
 * @masksCnt:	[in/out] room in each array; how many came
 * @old_handlers: [out]	names of their ports
 * @old_behaviors: [out] and their behaviours
 * @old_flavors: [out]	and flavors
 *
 * Units:	counts are elements; EXC_TYPES_COUNT are always enough
 * Rights:	send rights, one user reference each +1 to caller, who keeps its own
 * Return:	as task_set_exception_ports()
 * Source:	spec/special-ports.md 2.6
 */
kern_return_t task_swap_exception_ports(task_t task,
    exception_mask_t exception_mask, mach_port_t new_port,
    exception_behavior_t behavior, thread_state_flavor_t new_flavor,
    exception_mask_array_t masks, mach_msg_type_number_t *masksCnt,
    exception_handler_array_t old_handlers,
    exception_behavior_array_t old_behaviors,
    exception_flavor_array_t old_flavors);

/**
 * task_create() - not possible here: tasks are made by fork()
 * @target_task: [in]	task port; borrowed
 * @ledgers:	[in]	not looked at
 * @ledgersCnt:	[in]	elements of it
 * @inherit_memory: [in] not looked at
 * @child_task:	[out]	not written
 *
 * Return:	KERN_NOT_SUPPORTED
 * Source:	spec/special-ports.md 6
 */
kern_return_t task_create(task_t target_task, ledger_array_t ledgers,
    mach_msg_type_number_t ledgersCnt, boolean_t inherit_memory,
    task_t *child_task);

/**
 * task_terminate() - end a task's process
 * @target_task: [in]	task port; borrowed
 *
 * As by SIGKILL. The task has died when its port has: a dead-name notification tells. One's
 * own may end before this returns.
 *
 * Return:	KERN_SUCCESS, or
 *		KERN_INVALID_ARGUMENT	@target_task is no task
 *		KERN_FAILURE		its process has ended; Linux refuses the kernel
 *				that; it runs as another user by now
 * Source:	spec/special-ports.md 6
 */
kern_return_t task_terminate(task_t target_task);

/**
 * task_threads() - the threads of a task's process
 * @target_task: [in]	task port; borrowed
 * @act_list:	[out]	array of *@act_listCnt names of thread ports
 * @act_listCnt: [out]	how many
 *
 * All that there are, whether or not they ever made a trap. The array is new memory; the
 * caller frees it with vm_deallocate().
 *
 * Units:	*@act_listCnt is elements, not bytes
 * Rights:	send rights, one user reference each +1 to caller
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ARGUMENT	@target_task is no task
 *		KERN_FAILURE		its process has ended
 *		KERN_RESOURCE_SHORTAGE	also for more than 4096 threads
 * Source:	spec/special-ports.md 6
 */
kern_return_t task_threads(task_inspect_t target_task,
    thread_act_array_t *act_list, mach_msg_type_number_t *act_listCnt);

/**
 * task_info() - what a task is and uses
 * @target_task: [in]	task port, or its name port; borrowed
 * @flavor:	[in]	one of <mach/task_info.h>
 * @task_info_out: [out] the structure of that flavor
 * @task_info_outCnt: [in/out] room in @task_info_out; how much is there
 *
 * Units:	counts are words (integer_t)
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ARGUMENT	no such flavor, or too little room; @target_task
 *					is no task
 *		KERN_FAILURE		its process has ended
 * Source:	spec/special-ports.md 6
 */
kern_return_t task_info(task_name_t target_task, task_flavor_t flavor,
    task_info_t task_info_out, mach_msg_type_number_t *task_info_outCnt);

/**
 * task_suspend() - stop a task's process
 * @target_task: [in]	task port; borrowed
 *
 * As by SIGSTOP, until as many calls of task_resume(). One's own stops in this call.
 *
 * Return:	as task_terminate()
 * Source:	spec/special-ports.md 6
 */
kern_return_t task_suspend(task_read_t target_task);

/**
 * task_resume() - take back a call of task_suspend()
 * @target_task: [in]	task port; borrowed
 *
 * Return:	as task_terminate(), and
 *		KERN_FAILURE	it is not suspended
 * Source:	spec/special-ports.md 6
 */
kern_return_t task_resume(task_read_t target_task);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_TASK_H */
