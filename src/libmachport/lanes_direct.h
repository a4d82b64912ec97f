/*
 * A receive by one trap from a port with lanes (WIRE_LANES_DIRECT): the kernel process gives
 * it the next message of its queue, now or later, as long as nothing older is in a lane.
 *
 * From before the trap until its end the port is *lent*: the kernel process alone takes its
 * messages, so that each has its number. Another thread that finds something to take has the
 * kernel end such traps first (lanes_direct_stop()).
 */
#ifndef LIBMACHPORT_LANES_DIRECT_H
#define LIBMACHPORT_LANES_DIRECT_H

#include <mach/message.h>

#include "lanes_port.h"
#include "msg_trap.h"

/**
 * lanes_direct() - a call whose receive half is from a port, as one trap
 * @port:	not a set; called call->rcv_name when it was found; not locked
 *
 * Return:	as msg_trap_plain(). WIRE_MSG_AGAIN: look at the lanes; also when the time is
 *		over, and *call->left_out is as it was
 */
mach_msg_return_t lanes_direct(
    struct lanes_port *port, const struct msg_call *call);

/* After this nobody else takes from @port, which is locked. */
void lanes_direct_stop(struct lanes_port *port);

/* Was it lent, when something was found there? What is first may be another by now: look
 * again. */
__attribute__((warn_unused_result)) static inline bool
lanes_direct_stopped(struct lanes_port *port)
{
	if (port->lent == 0)
		return false;
	lanes_direct_stop(port);
	return true;
}

#endif
