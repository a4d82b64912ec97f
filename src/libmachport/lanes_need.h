/*
 * How those who sleep for a port are to be woken, and telling it to all who send: in B's word
 * for a lane, and in A's for the slots of replies.
 */
#ifndef LIBMACHPORT_LANES_NEED_H
#define LIBMACHPORT_LANES_NEED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "lanes_port.h"

/* How who sends to @port has to wake those who sleep for it, or for a set that it is in. */
enum lane_waiting lanes_need_of(const struct lanes_port *port);

/* Does nobody sleep for @port, which is in no set? */
static inline bool
lanes_need_is_none(const struct lanes_port *port)
{
	const uint32_t sleepers =
	    atomic_load_explicit(
	        &port->sleepers[LANE_FUTEX], memory_order_relaxed) |
	    atomic_load_explicit(
	        &port->sleepers[LANE_KICK], memory_order_relaxed);

	return (sleepers |
	           atomic_load_explicit(
	               &port->set_count, memory_order_relaxed) |
	           atomic_load_explicit(
	               &port->watched, memory_order_relaxed)) == 0;
}

/* How a reply to port @index has to wake, at first: for slot_wait, under the lock of the
 * lane, before the request is published. Who sleeps for it already does not sleep on the
 * slot's word: the kernel has to ring. */
static inline enum lane_waiting
lanes_need_of_reply(uint32_t index)
{
	const struct lanes_port *port = lanes_port_at(index);

	return lanes_need_is_none(port) || lanes_need_of(port) == LANE_RUN
	    ? LANE_RUN
	    : LANE_KICK;
}

/* Tell it to all who may send. Under its lock. @joins: the caller is about to sleep on the
 * words of all, slots' too. For one that sleeps alone that will do; others may have gone to
 * sleep before a slot was in use, and the kernel has to ring for what comes there. */
void lanes_need_tell(struct lanes_port *port, bool joins);

#endif
