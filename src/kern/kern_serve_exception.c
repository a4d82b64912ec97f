/* Subsystems task, thread_act and host_priv: exception ports. */
#include "kern_exception.h"

#include "kern_host.h"
#include "kern_mig.h"
#include "kern_mig_host_priv.h"
#include "kern_mig_task.h"
#include "kern_mig_thread_act.h"

/* A reply always has room for so many groups, and so many rights. */
#define ROOM 32
_Static_assert(KERN_EXCEPTION_GROUPS_MAX <= ROOM, "they fit");

/* What a request is about, or NULL. */
static struct kern_exceptions *
of_task(mach_port_t port)
{
	struct kern_task *task = kern_mig_task(port);

	return task ? &task->ports.exceptions : NULL;
}

static struct kern_exceptions *
of_thread(mach_port_t port)
{
	struct kern_thread *thread = kern_mig_thread(port);

	return thread ? &thread->exceptions : NULL;
}

static struct kern_exceptions *
of_host(mach_port_t port)
{
	return kern_host_is_privileged(kern_mig_object(port))
	    ? kern_host_exceptions()
	    : NULL;
}

/* An action as a request tells it. */
struct action {
	exception_mask_t mask;
	mach_port_t handler;
	exception_behavior_t behavior;
	thread_state_flavor_t flavor;
};

/* Where groups go as a reply tells them, @count at last. */
struct groups {
	exception_mask_array_t masks;
	mach_msg_type_number_t *count;
	exception_handler_array_t handlers;
	exception_behavior_array_t behaviors;
	exception_flavor_array_t flavors;
};

static kern_return_t
check(const struct kern_exceptions *exceptions, const struct action *action)
{
	if (!exceptions)
		return KERN_INVALID_ARGUMENT;
	return kern_exceptions_check(action->mask,
	    kern_mig_right(action->handler).port, action->behavior,
	    action->flavor);
}

/* It has been checked. */
static void
commit(struct kern_exceptions *exceptions, const struct action *action)
{
	kern_exceptions_set(exceptions, action->mask,
	    kern_mig_right(action->handler).port, action->behavior,
	    action->flavor);
	kern_mig_taken(action->handler);
}

static void
tell(const struct kern_exceptions *exceptions, exception_mask_t mask,
    const struct groups *out)
{
	struct kern_exception_group groups[KERN_EXCEPTION_GROUPS_MAX];
	const uint32_t count = kern_exceptions_get(exceptions, mask, groups);

	for (uint32_t i = 0; i < count; i++) {
		out->masks[i] = groups[i].mask;
		out->handlers[i] = kern_mig_give((struct ipc_kmsg_right){
		    groups[i].handler, MACH_MSG_TYPE_PORT_SEND});
		out->behaviors[i] = groups[i].behavior;
		out->flavors[i] = groups[i].flavor;
	}
	*out->count = count;
}

static kern_return_t
set(struct kern_exceptions *exceptions, const struct action *action)
{
	kern_return_t kr = check(exceptions, action);

	if (kr == KERN_SUCCESS)
		kr = kern_mig_reserve(0, 0);
	if (kr == KERN_SUCCESS)
		commit(exceptions, action);
	return kr;
}

static kern_return_t
get(const struct kern_exceptions *exceptions, exception_mask_t mask,
    const struct groups *out)
{
	kern_return_t kr;

	if (!exceptions || !kern_exceptions_mask_is_valid(mask))
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(0, ROOM);
	if (kr == KERN_SUCCESS)
		tell(exceptions, mask, out);
	return kr;
}

static kern_return_t
swap(struct kern_exceptions *exceptions, const struct action *action,
    const struct groups *out)
{
	kern_return_t kr = check(exceptions, action);

	if (kr == KERN_SUCCESS)
		kr = kern_mig_reserve(0, ROOM);
	if (kr != KERN_SUCCESS)
		return kr;
	tell(exceptions, action->mask, out);
	commit(exceptions, action);
	return KERN_SUCCESS;
}

/* --- the routines ---------------------------------------------------------- */

kern_return_t
kern_serve_task_set_exception_ports(task_t task, exception_mask_t mask,
    mach_port_t handler, exception_behavior_t behavior,
    thread_state_flavor_t flavor)
{
	return set(
	    of_task(task), &(struct action){mask, handler, behavior, flavor});
}

kern_return_t
kern_serve_task_get_exception_ports(task_t task, exception_mask_t mask,
    exception_mask_array_t masks, mach_msg_type_number_t *count,
    exception_handler_array_t handlers, exception_behavior_array_t behaviors,
    exception_flavor_array_t flavors)
{
	return get(of_task(task), mask,
	    &(struct groups){masks, count, handlers, behaviors, flavors});
}

kern_return_t
kern_serve_task_swap_exception_ports(task_t task, exception_mask_t mask,
    mach_port_t handler, exception_behavior_t behavior,
    thread_state_flavor_t flavor, exception_mask_array_t masks,
    mach_msg_type_number_t *count, exception_handler_array_t handlers,
    exception_behavior_array_t behaviors, exception_flavor_array_t flavors)
{
	return swap(of_task(task),
	    &(struct action){mask, handler, behavior, flavor},
	    &(struct groups){masks, count, handlers, behaviors, flavors});
}

kern_return_t
kern_serve_thread_set_exception_ports(thread_act_t thread,
    exception_mask_t mask, mach_port_t handler, exception_behavior_t behavior,
    thread_state_flavor_t flavor)
{
	return set(of_thread(thread),
	    &(struct action){mask, handler, behavior, flavor});
}

kern_return_t
kern_serve_thread_get_exception_ports(thread_act_t thread,
    exception_mask_t mask, exception_mask_array_t masks,
    mach_msg_type_number_t *count, exception_handler_array_t handlers,
    exception_behavior_array_t behaviors, exception_flavor_array_t flavors)
{
	return get(of_thread(thread), mask,
	    &(struct groups){masks, count, handlers, behaviors, flavors});
}

kern_return_t
kern_serve_thread_swap_exception_ports(thread_act_t thread,
    exception_mask_t mask, mach_port_t handler, exception_behavior_t behavior,
    thread_state_flavor_t flavor, exception_mask_array_t masks,
    mach_msg_type_number_t *count, exception_handler_array_t handlers,
    exception_behavior_array_t behaviors, exception_flavor_array_t flavors)
{
	return swap(of_thread(thread),
	    &(struct action){mask, handler, behavior, flavor},
	    &(struct groups){masks, count, handlers, behaviors, flavors});
}

kern_return_t
kern_serve_host_set_exception_ports(host_priv_t host, exception_mask_t mask,
    mach_port_t handler, exception_behavior_t behavior,
    thread_state_flavor_t flavor)
{
	return set(
	    of_host(host), &(struct action){mask, handler, behavior, flavor});
}

kern_return_t
kern_serve_host_get_exception_ports(host_priv_t host, exception_mask_t mask,
    exception_mask_array_t masks, mach_msg_type_number_t *count,
    exception_handler_array_t handlers, exception_behavior_array_t behaviors,
    exception_flavor_array_t flavors)
{
	return get(of_host(host), mask,
	    &(struct groups){masks, count, handlers, behaviors, flavors});
}

kern_return_t
kern_serve_host_swap_exception_ports(host_priv_t host, exception_mask_t mask,
    mach_port_t handler, exception_behavior_t behavior,
    thread_state_flavor_t flavor, exception_mask_array_t masks,
    mach_msg_type_number_t *count, exception_handler_array_t handlers,
    exception_behavior_array_t behaviors, exception_flavor_array_t flavors)
{
	return swap(of_host(host),
	    &(struct action){mask, handler, behavior, flavor},
	    &(struct groups){masks, count, handlers, behaviors, flavors});
}
