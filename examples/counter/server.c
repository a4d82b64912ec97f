#include <err.h>
#include <mach/mach.h>
#include <unistd.h>

#include "counterServer.h"

int
main(int argc, char **argv)
{
	mach_port_t port = mach_reply_port(); /* we alone receive on it */

	mach_port_insert_right(
	    mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND);
	task_set_bootstrap_port(mach_task_self(), port); /* children have it */
	if (argc > 1 && fork() == 0 && execvp(argv[1], argv + 1))
		err(1, "%s", argv[1]);
	return mach_msg_server(counter_server, 4096, port, 0);
}
