/*
 * One mach_msg(): each half by a lane (lanes.h) or by a trap.
 */
#ifndef LIBMACHPORT_MSG_LANES_H
#define LIBMACHPORT_MSG_LANES_H

#include "msg_trap.h"

/**
 * msg_once() - make the call once
 * @call:	[in]  borrowed, with the memory of its buffers
 *
 * Return:	as mach_msg(), but that MACH_SEND_INTERRUPTED and
 *		MACH_RCV_INTERRUPTED come whether the caller wants to know of
 *		signals or not
 */
mach_msg_return_t msg_once(const struct msg_call *call)
    __attribute__((warn_unused_result));

#endif
