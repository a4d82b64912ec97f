/*
 * A mach_msg(): each half by a lane (lanes.h) or by a trap.
 */
#ifndef LIBMACHPORT_MSG_LANES_H
#define LIBMACHPORT_MSG_LANES_H

#include "msg_trap.h"

/* What mach_msg() is asked for; @option has no MACHPORT_RCV_OVERWRITE. All fields are set, so
 * that nothing is cleared first. */
static inline struct msg_call
msg_call_of(mach_msg_header_t *msg, mach_msg_option_t option,
    mach_msg_size_t send_size, mach_msg_size_t rcv_size,
    mach_port_name_t rcv_name, mach_msg_timeout_t timeout,
    mach_port_name_t notify, mach_msg_header_t *rcv_msg)
{
	return (struct msg_call){
	    .option = option,
	    .send.bytes = msg,
	    .send.size = option & MACH_SEND_MSG ? send_size : 0,
	    .receive.bytes = rcv_msg,
	    .receive.size = option & MACH_RCV_MSG ? rcv_size : 0,
	    .rcv_name = rcv_name,
	    .timeout = timeout,
	    .notify = notify,
	    .scatter = NULL,
	    .regions = NULL,
	    .lanes = 0,
	    .bell = 0,
	    .left_out = NULL,
	};
}

/**
 * msg_make() - make a call, and again what was interrupted, unless it wants to know
 * @call:	[in]  borrowed, with the memory of its buffers; its send half is taken
 *		      out when only the other is made again
 *
 * Return:	as mach_msg(), which does the same; SUCCESS if it has neither half
 */
mach_msg_return_t msg_make(struct msg_call *call)
    __attribute__((warn_unused_result));

#endif
