#include "notices.h"

mach_port_t
new_full_port(mach_port_msgcount_t qlimit)
{
	mach_port_t port = new_send_port();

	set_qlimit(port, qlimit);
	fill(port, port);
	return port;
}

void
fill(mach_port_t port, mach_port_name_t name)
{
	mach_port_status_t status = status_of(port);

	for (mach_port_msgcount_t i = status.mps_msgcount;
	     i < status.mps_qlimit; i++)
		EXPECT(send_id(
		           name, MACH_MSG_TYPE_COPY_SEND, 1, MACH_PORT_NULL, 0),
		    MACH_MSG_SUCCESS);
}

mach_port_msgcount_t
queued(mach_port_t port)
{
	return status_of(port).mps_msgcount;
}

void
take(mach_port_t port)
{
	struct received message;

	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	mach_msg_destroy(&message.header);
}

kern_return_t
ask(mach_port_t name, mach_msg_id_t id, mach_port_mscount_t sync,
    mach_port_t notify, mach_port_t *previous_out)
{
	mach_port_t previous = MACH_PORT_NULL;
	kern_return_t kr;

	kr = mach_port_request_notification(mach_task_self(), name, id, sync,
	    notify, MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous);
	if (previous_out)
		*previous_out = previous;
	else if (kr == KERN_SUCCESS)
		CHECK_EQUAL(previous, MACH_PORT_NULL);
	return kr;
}

kern_return_t
ask_moving(mach_port_t name, mach_msg_id_t id, mach_port_mscount_t sync,
    mach_port_t right)
{
	mach_port_t previous = MACH_PORT_NULL;
	kern_return_t kr;

	kr = mach_port_request_notification(mach_task_self(), name, id, sync,
	    right, MACH_MSG_TYPE_MOVE_SEND_ONCE, &previous);
	if (kr == KERN_SUCCESS)
		CHECK_EQUAL(previous, MACH_PORT_NULL);
	return kr;
}

void
cancel(mach_port_t name, mach_msg_id_t id, mach_port_t notify)
{
	mach_port_t previous;

	EXPECT(ask(name, id, 0, MACH_PORT_NULL, &previous), KERN_SUCCESS);
	CHECK_EQUAL(type_of(previous), MACH_PORT_TYPE_SEND_ONCE);
	drop(previous);
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
}

mach_msg_return_t
send_notify(mach_port_t port, mach_msg_type_name_t disposition,
    mach_msg_id_t id, mach_msg_option_t options, mach_port_t notify)
{
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(disposition, 0),
	    .msgh_remote_port = port,
	    .msgh_id = id,
	};
	mach_msg_return_t mr;

	mr = mach_msg(&header,
	    MACH_SEND_MSG | MACH_SEND_TIMEOUT | MACH_SEND_NOTIFY | options,
	    sizeof(header), 0, MACH_PORT_NULL, 0, notify);
	switch (mr) {
	case MACH_SEND_TIMED_OUT:
	case MACH_SEND_INVALID_NOTIFY:
	case MACH_SEND_NOTIFY_IN_PROGRESS:
		mach_msg_destroy(&header);
		break;
	default:
		break;
	}
	return mr;
}

void
send_notify_waiting(void *argument)
{
	struct notify_send *sender = argument;
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .msgh_remote_port = sender->port,
	    .msgh_id = 9,
	};

	sender->result = mach_msg(&header,
	    MACH_SEND_MSG | MACH_SEND_NOTIFY | sender->option, sizeof(header),
	    0, MACH_PORT_NULL, sender->timeout, sender->notify);
}

mach_msg_return_t
send_rights_once(mach_port_t port, mach_port_t to, uint32_t count)
{
	static mach_port_t names[16383];
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_ool_ports_descriptor_t ports;
	} message = {
	    .header =
	        {
	            .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0) |
	                MACH_MSGH_BITS_COMPLEX,
	            .msgh_remote_port = port,
	        },
	    .body = {1},
	    .ports =
	        {
	            .address = names,
	            .count = count,
	            .disposition = MACH_MSG_TYPE_MAKE_SEND_ONCE,
	            .type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	        },
	};

	for (uint32_t i = 0; i < count; i++)
		names[i] = to;
	return mach_msg(&message.header, MACH_SEND_MSG | MACH_SEND_TIMEOUT,
	    sizeof(message), 0, MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

struct right_message
right_message(mach_port_t port, mach_msg_type_name_t port_disposition,
    mach_port_t right, mach_msg_type_name_t disposition)
{
	struct right_message message = {
	    .header =
	        {
	            .msgh_bits = MACH_MSGH_BITS(port_disposition, 0) |
	                MACH_MSGH_BITS_COMPLEX,
	            .msgh_remote_port = port,
	        },
	    .body = {1},
	    .right =
	        {
	            .name = right,
	            .disposition = (uint8_t)disposition,
	            .type = MACH_MSG_PORT_DESCRIPTOR,
	        },
	};

	return message;
}

mach_port_name_t
give(mach_port_t task, mach_port_name_t at, mach_port_t right,
    mach_msg_type_name_t disposition)
{
	EXPECT(
	    mach_port_insert_right(task, at, right, disposition), KERN_SUCCESS);
	return at;
}

mach_port_t
new_remote_send(mach_port_t task, mach_port_name_t at)
{
	mach_port_t port = new_send_port();

	(void)give(task, at, port, MACH_MSG_TYPE_MOVE_RECEIVE);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND);
	return port;
}

void
kill_remote(mach_port_t task, mach_port_name_t at)
{
	EXPECT(mach_port_mod_refs(task, at, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
}

mach_port_type_t
type_in(mach_port_t task, mach_port_name_t name)
{
	mach_port_type_t type = 0;
	kern_return_t kr = mach_port_type(task, name, &type);

	if (kr == KERN_INVALID_NAME)
		return 0;
	EXPECT(kr, KERN_SUCCESS);
	return type;
}

mach_port_urefs_t
refs_in(mach_port_t task, mach_port_name_t name, mach_port_right_t right)
{
	mach_port_urefs_t urefs = 0;

	EXPECT(mach_port_get_refs(task, name, right, &urefs), KERN_SUCCESS);
	return urefs;
}
