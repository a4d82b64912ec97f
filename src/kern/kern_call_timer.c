/* The calls on timers. */
#include "kern_call_handlers.h"
#include "kern_mk_timer.h"

kern_return_t
kern_call_mk_timer_create(struct kern_call *call)
{
	return kern_mk_timer_create(call->caller->space, &call->out[0]);
}

kern_return_t
kern_call_mk_timer_destroy(struct kern_call *call)
{
	return kern_mk_timer_destroy(call->caller->space, call->in[0]);
}

kern_return_t
kern_call_mk_timer_arm(struct kern_call *call)
{
	return kern_mk_timer_arm(
	    call->caller->space, call->in[0], wire_two_words(call->in + 1));
}

kern_return_t
kern_call_mk_timer_cancel(struct kern_call *call)
{
	uint64_t deadline_ns = 0;
	kern_return_t kr = kern_mk_timer_cancel(
	    call->caller->space, call->in[0], &deadline_ns);

	call->out[0] = (uint32_t)deadline_ns;
	call->out[1] = (uint32_t)(deadline_ns >> 32);
	return kr;
}
