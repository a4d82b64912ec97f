/* Port sets as Mach 2.5 has them, and the set of enabled ports. */
#include "mach2_set.h"

#include <mach/mach_init.h>
#include <mach/mach_port.h>
#include <stdatomic.h>
#include <stdint.h>

#include "attach.h"
#include "call.h"
#include "mach2_aside.h"
#include "mach2_code.h"
#include "mach2_right.h"

/* The set of enabled ports; and before it, in the upper half, attach_generation at
 * the time: a fork child has another. */
static _Atomic uint64_t enabled_set;

static uint64_t
of_now(port_set_name_t set)
{
	return (uint64_t)attach_generation << 32 | set;
}

port_set_name_t
mach2_set_enabled_if_any(void)
{
	uint64_t value = atomic_load(&enabled_set);
	port_set_name_t set = (port_set_name_t)value;

	return value == of_now(set) ? set : PORT_NULL;
}

port_set_name_t
mach2_set_enabled(void)
{
	uint64_t before = atomic_load(&enabled_set);
	port_set_name_t set = (port_set_name_t)before;

	if (before == of_now(set) && set != PORT_NULL)
		return set;
	if (mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_PORT_SET,
	        &set) != KERN_SUCCESS)
		return PORT_NULL;
	if (atomic_compare_exchange_strong(&enabled_set, &before, of_now(set)))
		return set;
	/* Another thread was faster. */
	(void)mach_port_mod_refs(
	    mach_task_self(), set, MACH_PORT_RIGHT_PORT_SET, -1);
	return (port_set_name_t)before;
}

/* PORT_ENABLED is a name, too: of the set of the caller's own task. */
static port_set_name_t
find_set(task_t task, port_set_name_t set)
{
	if (set != PORT_ENABLED)
		return set;
	return task == mach_task_self() ? mach2_set_enabled() : PORT_NULL;
}

kern_return_t
port_set_allocate(task_t task, port_set_name_t *set)
{
	return mach2_code(
	    mach_port_allocate(task, MACH_PORT_RIGHT_PORT_SET, set));
}

kern_return_t
port_set_deallocate(task_t task, port_set_name_t set)
{
	kern_return_t kr;

	kr = mach_port_mod_refs(task, set, MACH_PORT_RIGHT_PORT_SET, -1);
	if (kr == KERN_SUCCESS && task == mach_task_self())
		mach2_aside_drop(set);
	return mach2_code(kr);
}

kern_return_t
port_set_add(task_t task, port_set_name_t set, port_name_t port)
{
	set = find_set(task, set);
	if (set == PORT_NULL)
		return KERN_INVALID_ARGUMENT;
	return mach2_code_receive(
	    mach_port_move_member(task, port, set), task, port);
}

kern_return_t
port_set_remove(task_t task, port_name_t port)
{
	kern_return_t kr = mach_port_move_member(task, port, MACH_PORT_NULL);

	return kr == KERN_NOT_IN_SET ? kr : mach2_code_receive(kr, task, port);
}

kern_return_t
port_set_status(task_t task, port_set_name_t set, port_name_array_t *members,
    unsigned int *members_count)
{
	set = find_set(task, set);
	return mach2_code(
	    mach_port_get_set_status(task, set, members, members_count));
}

kern_return_t
port_enable(task_t task, port_name_t port)
{
	return port_set_add(task, PORT_ENABLED, port);
}

/* The members of the enabled set. */
static kern_return_t
read_enabled(struct call_words *members_out)
{
	port_set_name_t set = mach2_set_enabled_if_any();

	*members_out = (struct call_words){0};
	if (set == PORT_NULL)
		return KERN_SUCCESS;
	return mach2_code(mach_port_get_set_status(
	    mach_task_self(), set, &members_out->words, &members_out->count));
}

kern_return_t
port_disable(task_t task, port_name_t port)
{
	port_set_name_t set = mach2_set_enabled_if_any();
	kern_return_t kr;

	if (task != mach_task_self())
		return KERN_INVALID_ARGUMENT;
	if (set == PORT_NULL) /* nothing is enabled: only look at the name */
		return mach2_right_type(port) & MACH_PORT_TYPE_RECEIVE
		    ? KERN_SUCCESS
		    : mach2_code_receive(KERN_INVALID_RIGHT, task, port);
	kr = mach_port_extract_member(task, port, set);
	if (kr == KERN_NOT_IN_SET)
		return KERN_SUCCESS;
	return mach2_code_receive(kr, task, port);
}

kern_return_t
port_messages(task_t task, port_name_array_t *ports, unsigned int *ports_count)
{
	struct call_words members;
	uint32_t kept = 0;
	kern_return_t kr;

	if (task != mach_task_self())
		return KERN_INVALID_ARGUMENT;
	kr = read_enabled(&members);
	if (kr != KERN_SUCCESS)
		return kr;
	for (uint32_t i = 0; i < members.count; i++) {
		port_set_name_t set;
		boolean_t owner;
		boolean_t receiver;
		int backlog;
		int messages;

		if (port_status(task, members.words[i], &set, &messages,
		        &backlog, &owner, &receiver) == KERN_SUCCESS &&
		    messages > 0)
			members.words[kept++] = members.words[i];
	}
	call_words_shrink(&members, kept);
	*ports = members.words;
	*ports_count = kept;
	return KERN_SUCCESS;
}
