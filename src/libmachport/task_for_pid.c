/* Tasks by their pid. */
#include <mach/mach_traps.h>

#include "call.h"

kern_return_t
pid_for_task(mach_port_name_t task, int *pid)
{
	uint32_t found;

	*pid = -1;
	if (CALL(PID_FOR_TASK, &found, task) != KERN_SUCCESS)
		return KERN_FAILURE;
	*pid = (int)found;
	return KERN_SUCCESS;
}

kern_return_t
task_for_pid(mach_port_name_t target_tport, int pid, mach_port_name_t *task)
{
	*task = MACH_PORT_NULL;
	return CALL(TASK_FOR_PID, task, target_tport, (uint32_t)pid);
}

kern_return_t
task_name_for_pid(
    mach_port_name_t target_tport, int pid, mach_port_name_t *name)
{
	*name = MACH_PORT_NULL;
	return CALL(TASK_NAME_FOR_PID, name, target_tport, (uint32_t)pid);
}
