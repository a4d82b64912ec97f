/*
 * One mach_msg() of a process that may use lanes (lanes.h): each half by a lane or by a
 * trap.
 */
#ifndef LIBMACHPORT_MSG_LANES_H
#define LIBMACHPORT_MSG_LANES_H

#include "msg_trap.h"

/* As msg_trap(), which calls it. */
mach_msg_return_t msg_by_lanes(const struct msg_call *call);

#endif
