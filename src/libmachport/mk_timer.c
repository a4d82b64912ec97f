/* Timers that send a message. */
#include <mach/mk_timer.h>

#include "call.h"

mach_port_name_t
mk_timer_create(void)
{
	return call_for_name(WIRE_MK_TIMER_CREATE);
}

kern_return_t
mk_timer_destroy(mach_port_name_t name)
{
	return CALL(MK_TIMER_DESTROY, NULL, name);
}

kern_return_t
mk_timer_arm(mach_port_name_t name, uint64_t expire_time)
{
	return CALL(MK_TIMER_ARM, NULL, name, WIRE_TWO_WORDS(expire_time));
}

kern_return_t
mk_timer_arm_leeway(mach_port_name_t name, uint64_t mk_timer_flags,
    uint64_t mk_timer_expire_time, uint64_t mk_timer_leeway)
{
	(void)mk_timer_flags;
	(void)mk_timer_leeway;
	return mk_timer_arm(name, mk_timer_expire_time);
}

kern_return_t
mk_timer_cancel(mach_port_name_t name, uint64_t *result_time)
{
	uint32_t out[2];
	kern_return_t kr = CALL(MK_TIMER_CANCEL, out, name);

	if (kr == KERN_SUCCESS && result_time)
		*result_time = wire_two_words(out);
	return kr;
}
