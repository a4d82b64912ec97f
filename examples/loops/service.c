#include "service.h"

#include <err.h>
#include <errno.h>
#include <mach/mach.h>
#include <machport.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tallyServer.h"

/* Requests that are served at a time: what else there is in a loop comes in between. */
#define REQUESTS 16

static mach_port_t port;
static int fd;
static int total;
static bool stopped;

int
service_begin(char *const client[])
{
	port = mach_reply_port(); /* we alone receive on it */
	mach_port_insert_right(
	    mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND);
	task_set_bootstrap_port(mach_task_self(), port); /* children have it */
	if (fork() == 0) {
		execvp(client[0], client);
		err(1, "%s", client[0]);
	}
	fd = machport_fd(port);
	if (fd < 0)
		err(1, "machport_fd");
	return fd;
}

bool
service_serve(void)
{
	for (int i = 0; i < REQUESTS && !stopped; i++) {
		/* The timeout is 0. */
		mach_msg_return_t mr = mach_msg_server_once(
		    tally_server, 4096, port, MACH_RCV_TIMEOUT);

		if (mr == MACH_RCV_TIMED_OUT)
			break;
		if (mr != MACH_MSG_SUCCESS)
			errx(1, "%s", mach_error_string(mr));
	}
	return !stopped;
}

int
service_end(void)
{
	int status = 0;

	machport_fd_close(fd);
	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

kern_return_t
serve_tally_add(mach_port_t tally, int amount)
{
	total += amount;
	return KERN_SUCCESS;
}

kern_return_t
serve_tally_get(mach_port_t tally, int *total_out)
{
	*total_out = total;
	return KERN_SUCCESS;
}

kern_return_t
serve_tally_stop(mach_port_t tally)
{
	stopped = true;
	return KERN_SUCCESS;
}
