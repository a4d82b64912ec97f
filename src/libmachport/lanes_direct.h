/*
 * A receive by one trap from a port or set with lanes (WIRE_LANES_DIRECT): the kernel process
 * gives it the next message of its queue, or of the members', now or later, as long as nothing
 * older is in a lane.
 *
 * From before the trap until its end the port, or each member that is on the board, is *lent*:
 * the kernel process alone takes its messages, so that each has its number. Another thread that
 * finds something to take there has the kernel end such traps first (lanes_direct_stop()).
 */
#ifndef LIBMACHPORT_LANES_DIRECT_H
#define LIBMACHPORT_LANES_DIRECT_H

#include <mach/message.h>

#include "lanes_port.h"
#include "msg_trap.h"

/**
 * lanes_direct() - a call with a receive half, as one trap
 * @port:	or set; called call->rcv_name when it was found; not locked
 *
 * Return:	as msg_trap_plain(). WIRE_MSG_AGAIN: look at the lanes; also when the time is
 *		over, and *call->left_out is as it was; and where it is a set that cannot be
 *		lent, as one with too many members on the board
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
