/* The calls on contexts and guards, and those that make and unmake a port in one
 * step. */
#include <mach/mach_port.h>

#include <string.h>

#include "rpc.h"

kern_return_t
mach_port_get_context(
    ipc_space_t task, mach_port_name_t name, mach_port_context_t *context)
{
	uint32_t out[2];
	kern_return_t kr;

	kr = CALL(PORT_GET_CONTEXT, out, task, name);
	if (kr == KERN_SUCCESS)
		*context = wire_two_words(out);
	return OR_RPC(kr, mach_port_get_context(task, name, context));
}

kern_return_t
mach_port_set_context(
    ipc_space_t task, mach_port_name_t name, mach_port_context_t context)
{
	return OR_RPC(
	    CALL(PORT_SET_CONTEXT, NULL, task, name, WIRE_TWO_WORDS(context)),
	    mach_port_set_context(task, name, context));
}

kern_return_t
mach_port_guard(ipc_space_t task, mach_port_name_t name,
    mach_port_context_t guard, boolean_t strict)
{
	return OR_RPC(CALL(PORT_GUARD, NULL, task, name, WIRE_TWO_WORDS(guard),
	                  (uint32_t)strict),
	    mach_port_guard(task, name, guard, strict));
}

kern_return_t
mach_port_guard_with_flags(ipc_space_t task, mach_port_name_t name,
    mach_port_context_t guard, uint64_t flags)
{
	return OR_RPC(CALL(PORT_GUARD_WITH_FLAGS, NULL, task, name,
	                  WIRE_TWO_WORDS(guard), WIRE_TWO_WORDS(flags)),
	    mach_port_guard_with_flags(task, name, guard, flags));
}

kern_return_t
mach_port_unguard(
    ipc_space_t task, mach_port_name_t name, mach_port_context_t guard)
{
	return OR_RPC(
	    CALL(PORT_UNGUARD, NULL, task, name, WIRE_TWO_WORDS(guard)),
	    mach_port_unguard(task, name, guard));
}

kern_return_t
mach_port_swap_guard(ipc_space_t task, mach_port_name_t name,
    mach_port_context_t old_guard, mach_port_context_t new_guard)
{
	return OR_RPC(CALL(PORT_SWAP_GUARD, NULL, task, name,
	                  WIRE_TWO_WORDS(old_guard), WIRE_TWO_WORDS(new_guard)),
	    mach_port_swap_guard(task, name, old_guard, new_guard));
}

kern_return_t
mach_port_assert_attributes(ipc_space_t task, mach_port_name_t name,
    mach_port_flavor_t flavor, mach_port_info_t info,
    mach_msg_type_number_t info_count)
{
	return OR_RPC(call_with_info(WIRE_PORT_ASSERT_ATTRIBUTES, task, name,
	                  flavor, info, info_count),
	    mach_port_assert_attributes(task, name, flavor, info, info_count));
}

kern_return_t
mach_port_construct(ipc_space_t task, mach_port_options_ptr_t options,
    mach_port_context_t context, mach_port_name_t *name)
{
	uint32_t o[sizeof(*options) / sizeof(uint32_t)];

	memcpy(o, options, sizeof(o));
	return OR_RPC(CALL(PORT_CONSTRUCT, name, task, o[0], o[1], o[2], o[3],
	                  o[4], o[5], WIRE_TWO_WORDS(context)),
	    mach_port_construct(task, options, context, name));
}

kern_return_t
mach_port_destruct(ipc_space_t task, mach_port_name_t name,
    mach_port_delta_t srdelta, mach_port_context_t guard)
{
	return OR_RPC(CALL(PORT_DESTRUCT, NULL, task, name, (uint32_t)srdelta,
	                  WIRE_TWO_WORDS(guard)),
	    mach_port_destruct(task, name, srdelta, guard));
}
