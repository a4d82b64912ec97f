#include <mach/mach.h>
#include <stdio.h>

int
main(void)
{
	mach_port_t port = MACH_PORT_NULL;
	kern_return_t kr = mach_port_allocate(
	    mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port);
	return printf("%#x: %s\n", port, mach_error_string(kr)) < 0 || kr;
}
