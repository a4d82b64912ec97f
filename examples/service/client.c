#include <err.h>
#include <mach/mach.h>
#include <servers/bootstrap.h>
#include <stdio.h>

#include "visits.h"

int
main(int argc, char **argv)
{
	mach_port_t port;
	int count;
	kern_return_t kr =
	    bootstrap_look_up(bootstrap_port, "org.example.visits", &port);

	if (kr != BOOTSTRAP_SUCCESS)
		errx(1, "org.example.visits: %s", bootstrap_strerror(kr));
	if (argc > 1) /* client stop */
		return visits_stop(port) != KERN_SUCCESS;
	kr = visits_add(port, &count);
	if (kr != KERN_SUCCESS)
		errx(1, "nobody answers: %s", mach_error_string(kr));
	printf("visit %d\n", count);
	return 0;
}
