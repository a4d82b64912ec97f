#include <err.h>
#include <sys/epoll.h>

#include "service.h"

int
main(int argc, char *argv[])
{
	/* With EPOLLET, too, if service_serve() then serves until nothing waits. */
	struct epoll_event event = {.events = EPOLLIN};
	int loop = epoll_create1(EPOLL_CLOEXEC);

	if (epoll_ctl(loop, EPOLL_CTL_ADD, service_begin(argv + 1), &event) !=
	    0)
		err(1, "epoll_ctl");
	while (epoll_wait(loop, &event, 1, -1) == 1 && service_serve())
		;
	return service_end();
}
