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
	LANES_MEMORY, /* a message brings memory, and the call has none for it */
};

/* The feed whose head is to be taken, and whether others have something, too. */
struct lanes_head {
	uint32_t feed;
	bool others;
};

/* The feed of a port with one lane, beside the kernel's queue. */
#define LANES_FEED_ONLY 1u

/* The kernel has closed this lane, or is about to: wait until it is done. */
void lanes_feed_sync(uint32_t id, const struct lane_board_lane *board);

/* Ticket of what a feed has next, 0: nothing. Neither is the kernel's queue. */
uint64_t lanes_feed_ticket(
    const struct lanes_port *port, const struct lanes_feed *feed);

/* The same of the oldest message in the kernel's queue. */
static inline uint64_t
lanes_feed_oldest_queued(const struct lanes_port *port)
{
	return atomic_load_explicit(&port->board->oldest, memory_order_acquire);
}

/* Take that of a lane to the port; or of one that brings replies. AGAIN: it is not there any more,
 * or something was done about the lane. STUCK: the lock of a lane that brings replies cannot
 * be had. */
enum lanes_taken lanes_feed_take_in(struct lanes_port *port,
    struct lanes_head head, const struct msg_call *call,
    mach_msg_return_t *mr_out);
enum lanes_taken lanes_feed_take_out(struct lanes_port *port,
    struct lanes_head head, const struct msg_call *call,
    mach_msg_return_t *mr_out);

/* The same of a port with one lane: to it, where there is something, and nothing in the kernel's
 * queue; or bringing replies, and nothing was in that queue. NOTHING: nor is there a reply.
 * AGAIN also if there is one, but now something in the queue, too. */
enum lanes_taken lanes_feed_take_only_in(struct lanes_port *port,
    const struct msg_call *call, mach_msg_return_t *mr_out);
enum lanes_taken lanes_feed_take_only_out(struct lanes_port *port,
    const struct msg_call *call, mach_msg_return_t *mr_out);

#endif
