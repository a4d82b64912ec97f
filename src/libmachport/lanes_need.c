/* Who sleeps, and who is told. */
#include "lanes_need.h"

/* What those who wait for @port itself need. */
static enum lane_waiting
own_need(const struct lanes_port *port)
{
	if (atomic_load_explicit(&port->watched, memory_order_relaxed) ||
	    atomic_load_explicit(
	        &port->sleepers[LANE_KICK], memory_order_relaxed) > 0)
		return LANE_KICK;
	if (atomic_load_explicit(
	        &port->sleepers[LANE_FUTEX], memory_order_relaxed) > 0)
		return LANE_FUTEX;
	return LANE_RUN;
}

enum lane_waiting
lanes_need_of(const struct lanes_port *port)
{
	enum lane_waiting need = own_need(port);

	for (uint32_t i = 0; i < port->set_count; i++) {
		const enum lane_waiting of_set =
		    own_need(lanes_port_at(port->sets[i]));

		if (of_set > need)
			need = of_set;
	}
	return need;
}

static void
tell_out(const struct lanes_port *port, const struct lanes_feed *feed,
    enum lane_waiting need)
{
	uint32_t due;

	if (!lanes_port_lock_out(feed))
		return;
	due = lanes_port_due(port, &feed->out->lane);
	for (uint32_t slot = 0; due != 0; slot++, due >>= 1)
		if (due & 1)
			atomic_store_explicit(
			    &feed->out->lane.mine->slot_wait[slot], need,
			    memory_order_relaxed);
	lanes_lock_give(&feed->out->lock);
}

static uint32_t
count_sleepers(const struct lanes_port *port)
{
	return atomic_load_explicit(
	           &port->sleepers[LANE_FUTEX], memory_order_relaxed) +
	    atomic_load_explicit(
	        &port->sleepers[LANE_KICK], memory_order_relaxed);
}

/* Is there one who sleeps for @port or its sets, and no other? */
static bool
sleeps_alone(const struct lanes_port *port)
{
	uint32_t count = count_sleepers(port);

	for (uint32_t i = 0; i < port->set_count; i++)
		count += count_sleepers(lanes_port_at(port->sets[i]));
	return count == 1;
}

void
lanes_need_tell(struct lanes_port *port, bool joins)
{
	const enum lane_waiting need = lanes_need_of(port);
	const enum lane_waiting of_slots =
	    need == LANE_FUTEX && !(joins && sleeps_alone(port)) ? LANE_KICK
	                                                         : need;

	for (uint32_t i = 1; i < port->feed_count; i++) {
		const struct lanes_feed *feed = &port->feeds[i];

		if (feed->in)
			atomic_store_explicit(&feed->in->lane.mine->wait, need,
			    memory_order_relaxed);
		else
			tell_out(port, feed, of_slots);
	}
}
