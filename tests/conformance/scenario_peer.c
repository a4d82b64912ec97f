/* What peers are given: the same under every backend. */
#include "scenario.h"

#define GIFT_ID 0x67696674 /* "gift" */

/* In the peer: the name of the right that comes to the port *@argument, which is
 * destroyed. */
static void
unwrap(void *argument)
{
	mach_port_name_t *name = argument;
	mach_port_t port = *name;
	struct received message;

	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_id, GIFT_ID);
	*name = descriptor_of(&message, 0)->name;
	drop_receive(port);
}

mach_port_name_t
peer_give(
    struct peer *peer, mach_port_name_t name, mach_msg_type_name_t disposition)
{
	mach_port_t task = peer_task(peer);
	mach_msg_type_name_t type;
	mach_port_name_t there;
	mach_port_t port;

	EXPECT(mach_port_allocate(task, MACH_PORT_RIGHT_RECEIVE, &there),
	    KERN_SUCCESS);
	EXPECT(mach_port_extract_right(
	           task, there, MACH_MSG_TYPE_MAKE_SEND, &port, &type),
	    KERN_SUCCESS);
	EXPECT(send_right(port, GIFT_ID, name, disposition), MACH_MSG_SUCCESS);
	drop(port);
	peer_run(peer, unwrap, &there, sizeof(there));
	return there;
}
