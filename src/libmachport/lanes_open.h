/*
 * Lanes come: offering one to a port that is sent to much, accepting and joining as the
 * kernel's news have it (wire_lane.h).
 *
 * All that is one thread's at a time, by lanes_post_lock (lanes_port.h), held in traps.
 */
#ifndef LIBMACHPORT_LANES_OPEN_H
#define LIBMACHPORT_LANES_OPEN_H

#include "lane_clock.h"
#include "lanes_table.h"
#include "wire_call.h"

/* What messages to a port are like: what a lane for them has to hold. */
struct lanes_want {
	mach_port_name_t name;
	uint32_t body_bytes; /* of the largest */
	uint32_t all_bytes;  /* of the largest with regions: body and regions */
	bool replies;        /* to some a reply is wanted */
};

/* Does it take a ring that only messages with regions may have? */
static inline bool
lanes_want_is_large(const struct lanes_want *want)
{
	return want->all_bytes > lane_body_max(LANE_RING_PLAIN);
}

/* Offer a lane. Why it cannot be is told to lanes_heat. */
void lanes_offer(const struct lanes_want *want);

/* A call about a lane, which may have gone: then false. */
bool lanes_tell(enum wire_call call, uint32_t id);

/* Is this thread in the middle of opening a lane, seen from a signal handler? Then no news
 * can be had, and a receive must do without lanes. */
bool lanes_open_is_own(void);

/* The sizes of a lane for @want. */
struct lane_sizes lanes_sizes(const struct lanes_want *want);

/* In a fork child. */
void lanes_open_forget(void);

#endif
