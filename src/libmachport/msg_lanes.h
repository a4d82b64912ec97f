/*
 * A mach_msg(): each half by a lane (lanes.h) or by a trap.
 */
#ifndef LIBMACHPORT_MSG_LANES_H
#define LIBMACHPORT_MSG_LANES_H

#include "msg_trap.h"

/**
 * msg_make() - make the call, and again what was interrupted, unless it wants to know
 * @call:	[in]  borrowed, with the memory of its buffers; its send half is taken
 *		      out when only the other is made again
 *
 * Return:	as mach_msg()
 */
mach_msg_return_t msg_make(struct msg_call *call)
    __attribute__((warn_unused_result));

#endif
