/* What is done to tasks, and told of them: messages to their ports. */
#include <mach/task.h>

#include "rpc.h"
#include "rpc_task.h"

kern_return_t
task_create(task_t target_task, ledger_array_t ledgers,
    mach_msg_type_number_t ledgersCnt, boolean_t inherit_memory,
    task_t *child_task)
{
	return RPC(task_create(
	    target_task, ledgers, ledgersCnt, inherit_memory, child_task));
}

kern_return_t
task_terminate(task_t target_task)
{
	return RPC(task_terminate(target_task));
}

kern_return_t
task_threads(task_inspect_t target_task, thread_act_array_t *act_list,
    mach_msg_type_number_t *act_listCnt)
{
	return RPC(task_threads(target_task, act_list, act_listCnt));
}

kern_return_t
task_info(task_name_t target_task, task_flavor_t flavor,
    task_info_t task_info_out, mach_msg_type_number_t *task_info_outCnt)
{
	return RPC(
	    task_info(target_task, flavor, task_info_out, task_info_outCnt));
}

kern_return_t
task_suspend(task_read_t target_task)
{
	return RPC(task_suspend(target_task));
}

kern_return_t
task_resume(task_read_t target_task)
{
	return RPC(task_resume(target_task));
}
