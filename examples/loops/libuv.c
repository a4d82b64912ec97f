#include <uv.h>

#include "service.h"

static void
ready(uv_poll_t *poll, int status, int events)
{
	if (status != 0 || !service_serve())
		uv_poll_stop(poll);
}

int
main(int argc, char *argv[])
{
	uv_loop_t *loop = uv_default_loop();
	uv_poll_t poll;

	uv_poll_init(loop, &poll, service_begin(argv + 1));
	uv_poll_start(&poll, UV_READABLE, ready);
	uv_run(loop, UV_RUN_DEFAULT); /* until nothing is polled any more */
	return service_end();
}
