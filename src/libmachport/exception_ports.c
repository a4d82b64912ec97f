/* Exception ports of tasks, threads and the host: messages to their ports. */
#include <mach/host_priv.h>
#include <mach/mach_init.h>
#include <mach/mach_port.h>
#include <mach/task.h>
#include <mach/thread_act.h>

#include <string.h>

#include "rpc.h"
#include "rpc_host_priv.h"
#include "rpc_task.h"
#include "rpc_thread_act.h"

/* A reply may have more than there is room for: it is as large as this. */
#define GROUPS_MAX 32

struct groups {
	mach_msg_type_number_t count;
	exception_mask_t masks[GROUPS_MAX];
	mach_port_t handlers[GROUPS_MAX];
	exception_behavior_t behaviors[GROUPS_MAX];
	thread_state_flavor_t flavors[GROUPS_MAX];
};

/* The arguments of a call that are to have them. */
struct room {
	exception_mask_array_t masks;
	mach_msg_type_number_t *count;
	exception_handler_array_t handlers;
	exception_behavior_array_t behaviors;
	exception_flavor_array_t flavors;
};

/* What came goes where there is room; rights beyond are given back. */
static void
take_groups(const struct groups *groups, const struct room *room)
{
	mach_msg_type_number_t count = groups->count;

	if (count > *room->count)
		count = *room->count;
	for (mach_msg_type_number_t i = 0; i < count; i++) {
		room->masks[i] = groups->masks[i];
		room->handlers[i] = groups->handlers[i];
		room->behaviors[i] = groups->behaviors[i];
		room->flavors[i] = groups->flavors[i];
	}
	for (mach_msg_type_number_t i = count; i < groups->count; i++)
		if (MACH_PORT_VALID(groups->handlers[i]))
			(void)mach_port_deallocate(
			    mach_task_self(), groups->handlers[i]);
	*room->count = count;
}

/* @kr of a call that put what came into @groups. */
static kern_return_t
finish(kern_return_t kr, const struct groups *groups, const struct room *room)
{
	if (kr == KERN_SUCCESS)
		take_groups(groups, room);
	return kr;
}

/* The last arguments of a stub, and of finish(). */
#define INTO(groups)                                                           \
	(groups).masks, &(groups).count, (groups).handlers,                    \
	    (groups).behaviors, (groups).flavors
#define ROOM                                                                   \
	&(struct room) { masks, count, handlers, behaviors, flavors }

kern_return_t
task_set_exception_ports(task_t task, exception_mask_t mask, mach_port_t port,
    exception_behavior_t behavior, thread_state_flavor_t flavor)
{
	return RPC(
	    task_set_exception_ports(task, mask, port, behavior, flavor));
}

kern_return_t
task_get_exception_ports(task_t task, exception_mask_t mask,
    exception_mask_array_t masks, mach_msg_type_number_t *count,
    exception_handler_array_t handlers, exception_behavior_array_t behaviors,
    exception_flavor_array_t flavors)
{
	struct groups groups = {.count = GROUPS_MAX};

	return finish(RPC(task_get_exception_ports(task, mask, INTO(groups))),
	    &groups, ROOM);
}

kern_return_t
task_swap_exception_ports(task_t task, exception_mask_t mask, mach_port_t port,
    exception_behavior_t behavior, thread_state_flavor_t flavor,
    exception_mask_array_t masks, mach_msg_type_number_t *count,
    exception_handler_array_t handlers, exception_behavior_array_t behaviors,
    exception_flavor_array_t flavors)
{
	struct groups groups = {.count = GROUPS_MAX};

	return finish(RPC(task_swap_exception_ports(
	                  task, mask, port, behavior, flavor, INTO(groups))),
	    &groups, ROOM);
}

kern_return_t
thread_set_exception_ports(thread_act_t thread, exception_mask_t mask,
    mach_port_t port, exception_behavior_t behavior,
    thread_state_flavor_t flavor)
{
	return RPC(
	    thread_set_exception_ports(thread, mask, port, behavior, flavor));
}

kern_return_t
thread_get_exception_ports(thread_act_t thread, exception_mask_t mask,
    exception_mask_array_t masks, mach_msg_type_number_t *count,
    exception_handler_array_t handlers, exception_behavior_array_t behaviors,
    exception_flavor_array_t flavors)
{
	struct groups groups = {.count = GROUPS_MAX};

	return finish(
	    RPC(thread_get_exception_ports(thread, mask, INTO(groups))),
	    &groups, ROOM);
}

kern_return_t
thread_swap_exception_ports(thread_act_t thread, exception_mask_t mask,
    mach_port_t port, exception_behavior_t behavior,
    thread_state_flavor_t flavor, exception_mask_array_t masks,
    mach_msg_type_number_t *count, exception_handler_array_t handlers,
    exception_behavior_array_t behaviors, exception_flavor_array_t flavors)
{
	struct groups groups = {.count = GROUPS_MAX};

	return finish(RPC(thread_swap_exception_ports(
	                  thread, mask, port, behavior, flavor, INTO(groups))),
	    &groups, ROOM);
}

kern_return_t
host_set_exception_ports(host_priv_t host, exception_mask_t mask,
    mach_port_t port, exception_behavior_t behavior,
    thread_state_flavor_t flavor)
{
	return RPC(
	    host_set_exception_ports(host, mask, port, behavior, flavor));
}

kern_return_t
host_get_exception_ports(host_priv_t host, exception_mask_t mask,
    exception_mask_array_t masks, mach_msg_type_number_t *count,
    exception_handler_array_t handlers, exception_behavior_array_t behaviors,
    exception_flavor_array_t flavors)
{
	struct groups groups = {.count = GROUPS_MAX};

	return finish(RPC(host_get_exception_ports(host, mask, INTO(groups))),
	    &groups, ROOM);
}

kern_return_t
host_swap_exception_ports(host_priv_t host, exception_mask_t mask,
    mach_port_t port, exception_behavior_t behavior,
    thread_state_flavor_t flavor, exception_mask_array_t masks,
    mach_msg_type_number_t *count, exception_handler_array_t handlers,
    exception_behavior_array_t behaviors, exception_flavor_array_t flavors)
{
	struct groups groups = {.count = GROUPS_MAX};

	return finish(RPC(host_swap_exception_ports(
	                  host, mask, port, behavior, flavor, INTO(groups))),
	    &groups, ROOM);
}
