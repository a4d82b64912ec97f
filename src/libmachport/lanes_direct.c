/* Lending a port to the kernel process. */
#include "lanes_direct.h"

#include "call.h"
#include "lanes.h"
#include "lanes_need.h"
#include "lanes_sleep.h"
#include "lanes_watch.h"

static uint32_t
stops_on_board(const struct lanes_port *port)
{
	return atomic_load_explicit(&port->board->stops, memory_order_acquire);
}

/* lane.pml: lend 1, 2. From now on who sends by a lane has the kernel ring, which looks when
 * the trap comes. *@stops_out tells it whether that is still so. False: the port is another. */
static bool
lend(struct lanes_port *port, mach_port_name_t name, uint32_t *stops_out)
{
	if (!lanes_port_lock(port, name))
		return false;
	*stops_out = stops_on_board(port);
	if (port->lent_stops != *stops_out)
		port->lent = 0;
	port->lent_stops = *stops_out;
	port->lent++;
	atomic_fetch_add_explicit(
	    &port->sleepers[LANE_KICK], 1, memory_order_relaxed);
	lanes_need_tell(port, false);
	lane_fence(); /* lane.pml: lend 2. Pairs with publish 4, reply 1. */
	lanes_lock_give(&port->lock);
	return true;
}

/* lane.pml: lend 4 */
static void
take_back(struct lanes_port *port, mach_port_name_t name, uint32_t stops)
{
	atomic_fetch_sub_explicit(
	    &port->sleepers[LANE_KICK], 1, memory_order_relaxed);
	if (!lanes_port_lock(port, name))
		return;
	if (port->lent > 0 && port->lent_stops == stops)
		port->lent--;
	lanes_need_tell(port, false);
	lanes_lock_give(&port->lock);
}

mach_msg_return_t
lanes_direct(struct lanes_port *port, const struct msg_call *call)
{
	struct msg_call direct = *call;
	mach_msg_return_t mr;

	direct.lanes = lanes_known();
	if (!lend(port, call->rcv_name, &direct.bell))
		return msg_trap_plain(&direct);
	direct.lanes |= WIRE_LANES_DIRECT;
	mr = msg_trap_plain(&direct);
	take_back(port, call->rcv_name, direct.bell);
	/* The last to come by a lane before its time was over is not late. */
	if (mr == MACH_RCV_TIMED_OUT && lanes_has_any(port, call->rcv_name))
		mr = WIRE_MSG_AGAIN;
	lanes_watch_settle();
	return mr;
}

/* lane.pml: stop 1, 2 */
void
lanes_direct_stop(struct lanes_port *port)
{
	if (port->lent_stops == stops_on_board(port)) {
		const kern_return_t kr = CALL(LANE_STOP, NULL,
		    atomic_load_explicit(&port->name, memory_order_relaxed));

		(void)
		    kr; /* no such port, or no kernel: nor does anybody wait */
	}
	port->lent = 0;
	/* What the kernel has given away before has its numbers. */
	lanes_port_note_seqno(port);
}
