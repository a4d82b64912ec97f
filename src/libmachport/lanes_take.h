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

/* From the lane to a port with no other. */
static inline enum lanes_taken
lanes_take_of_lane(struct lanes_port *port, const struct msg_call *call,
    mach_msg_return_t *mr_out)
{
	if (lane_in_used(&port->feeds[lanes_only_lane.feed].in->lane) == 0)
		return LANES_NOTHING;
	if (lanes_feed_oldest_queued(port) != 0)
		return LANES_AGAIN;
	return lanes_feed_take_in(port, lanes_only_lane, call, mr_out);
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
	if (port->feed_count != 2 || lanes_feed_oldest_queued(port) != 0)
		return lanes_take_picked(port, call, mr_out);
	return port->feeds[lanes_only_lane.feed].in
	    ? lanes_take_of_lane(port, call, mr_out)
	    : lanes_feed_take_out(port, lanes_only_lane, call, mr_out);
}

/* The same of a set, locked: of each member in its turn. The members that are not posted
 * are one together. */
enum lanes_taken lanes_take_of_set(struct lanes_port *set,
    const struct msg_call *call, mach_msg_return_t *mr_out);

#endif
