/* Adds some numbers for a child: sum.defs has the interface, and mig writes the
 * messages. */
#include <mach/mach.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sum.h"
#include "sumServer.h"

/* What a server for sum.defs has to write itself. */
kern_return_t
serve_sum(mach_port_t service, numbers_t numbers,
    mach_msg_type_number_t numbersCnt, int64_t *total)
{
	(void)service;
	*total = 0;
	for (mach_msg_type_number_t i = 0; i < numbersCnt; i++)
		*total += numbers[i];
	return KERN_SUCCESS;
}

/* In the child: what its parent, the server, is asked for. */
static int
ask(void)
{
	numbers_t numbers = {1, 2, 3, 4};
	int64_t total;
	kern_return_t kr = sum(bootstrap_port, numbers, 4, &total);

	if (kr != KERN_SUCCESS) {
		fprintf(stderr, "sum: %s\n", mach_error_string(kr));
		return EXIT_FAILURE;
	}
	printf("the sum is %lld\n", (long long)total);
	return EXIT_SUCCESS;
}

int
main(void)
{
	union {
		union __RequestUnion__serve_sum_subsystem request;
		union __ReplyUnion__serve_sum_subsystem reply;
	} largest;
	mach_port_t port = mach_reply_port(); /* we alone receive on it */
	int status;

	mach_port_insert_right(
	    mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND);
	task_set_bootstrap_port(mach_task_self(), port); /* children have it */
	if (fork() == 0)
		return ask();
	if (mach_msg_server_once(sum_server, sizeof(largest), port, 0) !=
	    KERN_SUCCESS)
		return EXIT_FAILURE;
	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}
