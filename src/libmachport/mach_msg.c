/*
 * The kin of mach_msg(), which is in msg_lanes.c.
 */
#include <mach/message.h>
#include <machport.h>

#include "msg_lanes.h"

/* The receive buffer begins with a list of places for memory, of @list_bytes. */
static mach_msg_return_t
msg_scattered(struct msg_call *call, mach_msg_size_t list_bytes)
{
	struct msg_scatter scatter;
	mach_msg_return_t mr =
	    msg_scatter_init(&scatter, call->receive.bytes, list_bytes);

	if (mr != MACH_MSG_SUCCESS)
		return mr;
	call->scatter = &scatter;
	mr = msg_make(call);
	call->scatter = NULL;
	msg_scatter_deinit(&scatter);
	return mr;
}

mach_msg_return_t
mach_msg_overwrite(mach_msg_header_t *msg, mach_msg_option_t option,
    mach_msg_size_t send_size, mach_msg_size_t rcv_size,
    mach_port_name_t rcv_name, mach_msg_timeout_t timeout,
    mach_port_name_t notify, mach_msg_header_t *rcv_msg,
    mach_msg_size_t rcv_limit)
{
	struct msg_call call =
	    msg_call_of(msg, option & ~MACHPORT_RCV_OVERWRITE, send_size,
	        rcv_size, rcv_name, timeout, notify, rcv_msg ? rcv_msg : msg);

	if ((option & MACH_RCV_MSG) && (option & MACHPORT_RCV_OVERWRITE))
		return msg_scattered(&call, rcv_limit);
	return msg_make(&call);
}

mach_msg_return_t
mach_msg_trap(mach_msg_header_t *msg, mach_msg_option_t option,
    mach_msg_size_t send_size, mach_msg_size_t rcv_size,
    mach_port_name_t rcv_name, mach_msg_timeout_t timeout,
    mach_port_name_t notify)
{
	return mach_msg(msg, option | MACH_SEND_INTERRUPT | MACH_RCV_INTERRUPT,
	    send_size, rcv_size, rcv_name, timeout, notify);
}

mach_msg_return_t
mach_msg_send(mach_msg_header_t *msg)
{
	return mach_msg(msg, MACH_SEND_MSG, msg->msgh_size, 0, MACH_PORT_NULL,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
}

mach_msg_return_t
mach_msg_receive(mach_msg_header_t *msg)
{
	return mach_msg(msg, MACH_RCV_MSG, 0, msg->msgh_size,
	    msg->msgh_local_port, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
}
