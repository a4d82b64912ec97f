/* Contexts and guards in the operation stream, and ports that are made with them
 * and unmade. */
#include "base_assert.h"
#include "ipc_mach_port.h"
#include "ipc_port.h"
#include "ipc_space.h"
#include "ops_world.h"

mach_port_context_t
ops_pick_guard(struct ops_input *input)
{
	/* Two, so that most guards can be guessed; and what a right that came
	 * guarded has. */
	static const mach_port_context_t guards[] = {0, 1, 1, 1, 2, 0x6000};

	return guards[ops_below(input, sizeof(guards) / sizeof(guards[0]))];
}

void
ops_guard(struct ops_input *input)
{
	struct ipc_space *space = ops_pick_task(input)->space;
	mach_port_name_t name =
	    ops_pick_typed(input, space, MACH_PORT_TYPE_RECEIVE);
	mach_port_context_t guard = ops_pick_guard(input);

	switch (ops_below(input, 4)) {
	case 0:
		(void)ipc_mach_port_guard(
		    space, name, guard, ops_below(input, 4));
		break;
	case 1:
		(void)ipc_mach_port_unguard(space, name, guard);
		break;
	case 2:
		(void)ipc_mach_port_swap_guard(
		    space, name, guard, ops_pick_guard(input));
		break;
	default:
		(void)ipc_mach_port_set_context(space, name, guard);
		break;
	}
}

void
ops_construct(struct ops_input *input)
{
	struct ipc_space *space = ops_pick_task(input)->space;
	const mach_port_options_t options = {
	    /* Mostly those that do something. */
	    .flags = ops_once_in(input, 16) ? ops_word(input)
	                                    : ops_below(input, 256),
	    .mpl = {.mpl_qlimit = ops_below(input, 9)},
	};
	mach_port_context_t context = ops_pick_guard(input);
	mach_port_name_t name;

	if (ipc_mach_port_construct(space, &options, context, &name) ==
	    KERN_SUCCESS)
		mp_assert(
		    ipc_space_find_raw(space, name)->port->context == context);
}

void
ops_destruct(struct ops_input *input)
{
	struct ipc_space *space = ops_pick_task(input)->space;
	mach_port_name_t name =
	    ops_pick_typed(input, space, MACH_PORT_TYPE_RECEIVE);
	mach_port_delta_t srdelta = 1 - (mach_port_delta_t)ops_below(input, 4);

	(void)ipc_mach_port_destruct(
	    space, name, srdelta, ops_pick_guard(input));
}
