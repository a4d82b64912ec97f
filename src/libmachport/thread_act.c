/* What is done to threads, and told of them: messages to their ports. */
#include <mach/thread_act.h>

#include "rpc.h"
#include "rpc_thread_act.h"

kern_return_t
thread_terminate(thread_act_t target_act)
{
	return RPC(thread_terminate(target_act));
}

kern_return_t
thread_suspend(thread_read_t target_act)
{
	return RPC(thread_suspend(target_act));
}

kern_return_t
thread_resume(thread_read_t target_act)
{
	return RPC(thread_resume(target_act));
}

kern_return_t
thread_abort(thread_act_t target_act)
{
	return RPC(thread_abort(target_act));
}

kern_return_t
thread_abort_safely(thread_act_t target_act)
{
	return RPC(thread_abort_safely(target_act));
}

kern_return_t
thread_info(thread_inspect_t target_act, thread_flavor_t flavor,
    thread_info_t thread_info_out, mach_msg_type_number_t *thread_info_outCnt)
{
	return RPC(thread_info(
	    target_act, flavor, thread_info_out, thread_info_outCnt));
}
