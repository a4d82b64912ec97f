#include <mach/mach.h>
#include <stdio.h>

#include "counter.h"

int
main(void)
{
	int value = 0;
	kern_return_t kr = counter_add(bootstrap_port, 42);

	if (kr == KERN_SUCCESS)
		kr = counter_get(bootstrap_port, &value);
	if (kr == KERN_SUCCESS)
		printf("the counter is at %d\n", value);
	else
		printf("no counter: %s\n", mach_error_string(kr));
	fflush(stdout); /* before the server is gone */
	counter_stop(bootstrap_port);
	return kr != KERN_SUCCESS;
}
