/*
 * Taking from one feed of a port: from a lane to it, or the reply in a slot of a lane of
 * ours.
 */
#ifndef LIBMACHPORT_LANES_FEED_H
#define LIBMACHPORT_LANES_FEED_H

#include <mach/message.h>
#include <stdbool.h>
#include <stdint.h>

#include "lane_reply.h"
#include "lanes_port.h"
#include "msg_trap.h"

enum lanes_taken {
	LANES_TAKEN,   /* a message, or what else the receive ends with */
	LANES_NOTHING, /* no feed has any */
	LANES_AGAIN,   /* look again, with the lock taken anew */
	LANES_STUCK,   /* a lock that cannot be had: by traps */
};

/* The feed whose head is to be taken, and whether others have something, too. */
struct lanes_head {
	uint32_t feed;
	bool others;
};

/* Of a port with one lane, if nothing is in the kernel's queue. */
static const struct lanes_head lanes_only_lane = {.feed = 1, .others = false};

/* The kernel has closed this lane, or is about to: wait until it is done. */
void lanes_feed_sync(uint32_t id, const struct lane_board_lane *board);

/* Ticket of what a feed has next, 0: nothing. Neither is the kernel's queue. */
uint64_t lanes_feed_ticket(
    const struct lanes_port *port, const struct lanes_feed *feed);

/* Take that. AGAIN: nothing was there, or something was done about the lane. STUCK: the lock of
 * a lane that brings replies cannot be had. */
enum lanes_taken lanes_feed_take(struct lanes_port *port,
    struct lanes_head head, const struct msg_call *call,
    mach_msg_return_t *mr_out);

/* The same of a lane to the port. */
enum lanes_taken lanes_feed_take_in(struct lanes_port *port,
    struct lanes_head head, const struct msg_call *call,
    mach_msg_return_t *mr_out);

/* The slot with the oldest reply to @port; LANE_SLOTS_MAX: none has any. The lane is
 * locked. */
static inline uint32_t
lanes_feed_oldest(const struct lanes_port *port, const struct lane_out *lane,
    uint64_t *ticket_out)
{
	const uint32_t index = lanes_port_index(port);
	uint32_t oldest = LANE_SLOTS_MAX;

	*ticket_out = 0;
	for (uint32_t left = lane->issued; left != 0; left &= left - 1) {
		const uint32_t slot = (uint32_t)__builtin_ctz(left);
		const uint64_t ticket = lane->port[slot] == index
		    ? lane_reply_ticket(lane, slot)
		    : 0;

		if (ticket == 0 ||
		    (*ticket_out != 0 && *ticket_out <= ticket) ||
		    !lanes_port_is_due(lane, slot))
			continue;
		*ticket_out = ticket;
		oldest = slot;
	}
	return oldest;
}

/* Take that, the lane still locked. */
enum lanes_taken lanes_feed_take_reply(struct lanes_port *port,
    struct lanes_head head, uint32_t slot, const struct msg_call *call,
    mach_msg_return_t *mr_out);

#endif
