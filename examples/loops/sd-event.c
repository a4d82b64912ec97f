#include <sys/epoll.h>
#include <systemd/sd-event.h>

#include "service.h"

static int
ready(sd_event_source *source, int fd, uint32_t events, void *loop)
{
	return service_serve() ? 0 : sd_event_exit(loop, 0);
}

int
main(int argc, char *argv[])
{
	sd_event *loop = NULL;

	sd_event_default(&loop);
	sd_event_add_io(
	    loop, NULL, service_begin(argv + 1), EPOLLIN, ready, loop);
	sd_event_loop(loop);
	sd_event_unref(loop);
	return service_end();
}
