/*
 * A child sends its parent a message.
 *
 *	cc hello.c $(pkg-config --cflags --libs machport) -o hello
 */
#include <mach/mach.h>
#include <stdio.h>
#include <unistd.h>

struct hello {
	mach_msg_header_t header;
	char text[32];
	mach_msg_max_trailer_t trailer; /* only on receive */
};

int
main(void)
{
	mach_port_t self = mach_task_self();
	mach_port_t port = mach_reply_port(); /* we hold its receive right */
	struct hello hello = {.header.msgh_size = sizeof(hello)};

	/* Make a send right, too, and leave it where children find it. */
	mach_port_insert_right(self, port, port, MACH_MSG_TYPE_MAKE_SEND);
	task_set_bootstrap_port(self, port);

	if (fork() == 0) {
		hello = (struct hello){.text = "hello, parent"};
		hello.header.msgh_bits =
		    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
		hello.header.msgh_remote_port = bootstrap_port;
		hello.header.msgh_size =
		    sizeof(hello.header) + sizeof(hello.text);
		return mach_msg_send(&hello.header);
	}
	hello.header.msgh_local_port = port;
	if (mach_msg_receive(&hello.header) != MACH_MSG_SUCCESS)
		return 1;
	printf("a message came: \"%s\"\n", hello.text);
	return 0;
}
