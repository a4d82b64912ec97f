/*
 * A child sends its parent a message.
 *
 *	cc hello.c $(pkg-config --cflags --libs machport) -o hello
 */
#include <mach/mach.h>
#include <stdio.h>
#include <unistd.h>

int
main(void)
{
	mach_port_t port = mach_reply_port(); /* we alone receive on it */
	mach_msg_empty_rcv_t message = {.header.msgh_size = sizeof(message),
	    .header.msgh_local_port = port};

	mach_port_insert_right(
	    mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND);
	task_set_bootstrap_port(mach_task_self(), port); /* children have it */
	if (fork() == 0) {
		mach_msg_header_t hello = {.msgh_size = sizeof(hello),
		    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
		    .msgh_remote_port = bootstrap_port,
		    .msgh_id = 42};
		return mach_msg_send(&hello);
	}
	if (mach_msg_receive(&message.header) != MACH_MSG_SUCCESS)
		return 1;
	printf("my child says %d\n", message.header.msgh_id);
	return 0;
}
