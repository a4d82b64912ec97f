#include <stdlib.h>

#include "counterServer.h"

static int total;

kern_return_t
serve_counter_add(mach_port_t counter, int amount)
{
	total += amount;
	return KERN_SUCCESS;
}

kern_return_t
serve_counter_get(mach_port_t counter, int *value)
{
	*value = total;
	return KERN_SUCCESS;
}

kern_return_t
serve_counter_stop(mach_port_t counter)
{
	exit(EXIT_SUCCESS);
}
