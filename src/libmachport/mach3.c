/* The mode of a task's name space. */
#include <mach/mach3.h>

#include "call.h"

kern_return_t
task_set_mach3(task_t task, boolean_t mach3)
{
	kern_return_t kr = CALL(TASK_SET_MACH3, NULL, task, mach3 != FALSE);

	return kr == WIRE_CALL_BY_MESSAGE ? KERN_INVALID_ARGUMENT : kr;
}
