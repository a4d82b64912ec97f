/* The calls on contexts and guards, and those that make and unmake a port in one
 * step. */
#include <string.h>

#include "ipc_mach_port.h"
#include "kern_call_handlers.h"

kern_return_t
kern_call_port_get_context(struct kern_call *call)
{
	mach_port_context_t context = 0;
	kern_return_t kr;

	kr =
	    ipc_mach_port_get_context(call->task->space, call->in[1], &context);
	call->out[0] = (uint32_t)context;
	call->out[1] = (uint32_t)(context >> 32);
	return kr;
}

kern_return_t
kern_call_port_set_context(struct kern_call *call)
{
	return ipc_mach_port_set_context(
	    call->task->space, call->in[1], wire_two_words(call->in + 2));
}

kern_return_t
kern_call_port_guard(struct kern_call *call)
{
	return ipc_mach_port_guard(call->task->space, call->in[1],
	    wire_two_words(call->in + 2),
	    call->in[4] ? MPG_STRICT : MPG_FLAGS_NONE);
}

kern_return_t
kern_call_port_guard_with_flags(struct kern_call *call)
{
	return ipc_mach_port_guard(call->task->space, call->in[1],
	    wire_two_words(call->in + 2), wire_two_words(call->in + 4));
}

kern_return_t
kern_call_port_unguard(struct kern_call *call)
{
	return ipc_mach_port_unguard(
	    call->task->space, call->in[1], wire_two_words(call->in + 2));
}

kern_return_t
kern_call_port_swap_guard(struct kern_call *call)
{
	return ipc_mach_port_swap_guard(call->task->space, call->in[1],
	    wire_two_words(call->in + 2), wire_two_words(call->in + 4));
}

kern_return_t
kern_call_port_assert_attributes(struct kern_call *call)
{
	return ipc_mach_port_assert_attributes(call->task->space, call->in[1],
	    (mach_port_flavor_t)call->in[2], call->in + 4, call->in[3]);
}

kern_return_t
kern_call_port_construct(struct kern_call *call)
{
	mach_port_options_t options;

	memcpy(&options, call->in + 1, sizeof(options));
	return ipc_mach_port_construct(call->task->space, &options,
	    wire_two_words(call->in + 7), &call->out[0]);
}

kern_return_t
kern_call_port_destruct(struct kern_call *call)
{
	return ipc_mach_port_destruct(call->task->space, call->in[1],
	    (mach_port_delta_t)call->in[2], wire_two_words(call->in + 3));
}
