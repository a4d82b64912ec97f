#include <poll.h>

#include "service.h"

int
main(int argc, char *argv[])
{
	struct pollfd event = {.fd = service_begin(argv + 1), .events = POLLIN};

	while (poll(&event, 1, -1) == 1 && service_serve())
		;
	return service_end();
}
