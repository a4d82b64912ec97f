/* The few codes that calls of Mach 2.5 return. */
#include "mach2_code.h"

#include <mach/mach_port.h>

kern_return_t
mach2_code(kern_return_t kr)
{
	switch (kr) {
	case KERN_SUCCESS:
		return KERN_SUCCESS;
	case KERN_NO_SPACE:
	case KERN_RESOURCE_SHORTAGE:
		return KERN_RESOURCE_SHORTAGE;
	default:
		return KERN_INVALID_ARGUMENT;
	}
}

kern_return_t
mach2_code_receive(kern_return_t kr, task_t task, port_name_t name)
{
	mach_port_type_t type;

	/* It is also what is said of PORT_NULL, and of a set that is none. */
	if (kr == KERN_INVALID_RIGHT && PORT_VALID(name) &&
	    mach_port_type(task, name, &type) == KERN_SUCCESS &&
	    !(type & (MACH_PORT_TYPE_RECEIVE | MACH_PORT_TYPE_DEAD_NAME)))
		return KERN_NOT_RECEIVER;
	return mach2_code(kr);
}

kern_return_t
mach2_code_insert(kern_return_t kr)
{
	if (kr == KERN_RIGHT_EXISTS)
		return KERN_FAILURE;
	return kr == KERN_NAME_EXISTS ? kr : mach2_code(kr);
}
