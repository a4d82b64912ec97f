#include <err.h>
#include <mach/mach.h>
#include <servers/bootstrap.h>
#include <stdlib.h>

#include "visitsServer.h"

static int visits;

kern_return_t
serve_visits_add(mach_port_t port, int *count)
{
	*count = ++visits;
	return KERN_SUCCESS;
}

kern_return_t
serve_visits_stop(mach_port_t port)
{
	exit(EXIT_SUCCESS);
}

int
main(void)
{
	mach_port_t port;
	kern_return_t kr =
	    bootstrap_check_in(bootstrap_port, "org.example.visits", &port);

	if (kr != BOOTSTRAP_SUCCESS)
		errx(1, "org.example.visits: %s", bootstrap_strerror(kr));
	return mach_msg_server(visits_server, 4096, port, 0);
}
