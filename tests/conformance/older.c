/* Ports and messages of Mach 2.5. */
#define MACH_2_5
#include "older.h"

port_t
old_allocate(void)
{
	port_t port;

	EXPECT(port_allocate(task_self(), &port), KERN_SUCCESS);
	return port;
}

void
old_deallocate(port_t port)
{
	EXPECT(port_deallocate(task_self(), port), KERN_SUCCESS);
}

port_type_t
old_type_of(port_t port)
{
	port_type_t type;

	if (port_type(task_self(), port, &type) != KERN_SUCCESS)
		return PORT_TYPE_NONE;
	return type;
}

msg_header_t
old_header_to(port_t port, int id)
{
	return (msg_header_t){
	    .msg_simple = TRUE,
	    .msg_size = sizeof(msg_header_t),
	    .msg_remote_port = port,
	    .msg_id = id,
	};
}

struct old_port_message
old_port_to(port_t to, port_t port, unsigned type)
{
	struct old_port_message message = {
	    .header = old_header_to(to, 1),
	    .type = ITEM(type & 0xff, 32, 1),
	    .port = port,
	};

	message.header.msg_simple = FALSE;
	message.header.msg_size = sizeof(message);
	return message;
}

void
old_fill(port_t port)
{
	msg_header_t header = old_header_to(port, 0);

	for (int i = 0; i < PORT_BACKLOG_DEFAULT; i++)
		EXPECT(msg_send(&header, SEND_TIMEOUT, 0), SEND_SUCCESS);
}

msg_return_t
old_receive(port_t port, void *message, size_t room, msg_option_t option)
{
	msg_header_t *header = message;

	header->msg_local_port = port;
	header->msg_size = (msg_size_t)room;
	return msg_receive(header, RCV_TIMEOUT | option, 0);
}
