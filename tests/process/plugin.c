/* A plugin that uses Mach ports, in a program that does not. */
#include <mach/mach.h>

int plugin_exchange(void);

/* Send a message to itself. 0, or what went wrong. */
int
plugin_exchange(void)
{
	struct {
		mach_msg_header_t header;
		mach_msg_trailer_t trailer;
	} message = {0};
	mach_port_t port = mach_reply_port();
	mach_msg_return_t mr;

	message.header.msgh_bits =
	    MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND_ONCE, 0);
	message.header.msgh_remote_port = port;
	mr = mach_msg(&message.header, MACH_SEND_MSG | MACH_RCV_MSG,
	    sizeof(message.header), sizeof(message), port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	if (mr != MACH_MSG_SUCCESS)
		return mr;
	return mach_port_mod_refs(
	    mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1);
}
