/*
 * The next message of a port or set, if there is one, into the program's buffer, as a trap
 * would have brought it. Never waits for a message.
 */
#ifndef LIBMACHPORT_LANES_TAKE_H
#define LIBMACHPORT_LANES_TAKE_H

#include <mach/message.h>

#include "lanes_feed.h"
#include "lanes_port.h"
#include "msg_trap.h"

/* What is the first of all feeds of a port. */
enum lanes_taken lanes_take_picked(struct lanes_port *port,
    const struct msg_call *call, mach_msg_return_t *mr_out);

/* Let go of lanes of @port that are closed, and see to its sequence number. */
void lanes_take_tidy(struct lanes_port *port);

/* Has the bell rung, as it does when a lane closes, or was the sequence number set? */
static inline bool
lanes_take_has_news(const struct lanes_port *port)
{
	return atomic_load_explicit(&port->board->bell, memory_order_acquire) !=
	    port->tidied ||
	    atomic_load_explicit(&port->board->reset, memory_order_acquire) !=
	    port->reset;
}

/* From the lane to a port with no other. The kernel's queue is looked at when the lane has been,
 * so what was sent there before is seen: lane.pml: pick 1, 2. */
static inline enum lanes_taken
lanes_take_of_lane(struct lanes_port *port, const struct msg_call *call,
    mach_msg_return_t *mr_out)
{
	const bool has_any =
	    lane_in_used(&port->feeds[LANES_FEED_ONLY].in->lane) != 0;

	if (lanes_feed_oldest_queued(port) != 0)
		return lanes_take_picked(port, call, mr_out);
	return has_any ? lanes_feed_take_only_in(port, call, mr_out)
	               : LANES_NOTHING;
}

/**
 * lanes_take() - take what is next of a port
 * @port:	locked
 * @call:	the receive half of it; its rcv_name is not looked at. MEMORY: `regions`, if
 *		it has any, is to be prepared
 * @mr_out:	[out] TAKEN
 */
static inline enum lanes_taken
lanes_take(struct lanes_port *port, const struct msg_call *call,
    mach_msg_return_t *mr_out)
{
	if (lanes_take_has_news(port))
		lanes_take_tidy(port);
	if (port->feed_count != 2)
		return lanes_take_picked(port, call, mr_out);
	if (port->feeds[LANES_FEED_ONLY].in)
		return lanes_take_of_lane(port, call, mr_out);
	return lanes_feed_oldest_queued(port) != 0
	    ? lanes_take_picked(port, call, mr_out)
	    : lanes_feed_take_only_out(port, call, mr_out);
}

/* The same of a set, locked: of each member in its turn. The members that are not posted
 * are one together. */
enum lanes_taken lanes_take_of_set(struct lanes_port *set,
    const struct msg_call *call, mach_msg_return_t *mr_out);

#endif
