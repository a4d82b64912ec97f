/* From which feed. */
#include "lanes_take.h"

#include <stdatomic.h>

#include "lanes.h"
#include "lanes_await.h"
#include "lanes_direct.h"
#include "lanes_feed.h"

/* --- the kernel's queue ----------------------------------------------------- */

static enum lanes_taken
take_queued(const struct lanes_port *port, const struct msg_call *call,
    mach_msg_return_t *mr_out)
{
	struct msg_call queue = *call;

	queue.rcv_name = port->name;
	*mr_out = lanes_trap_receive(&queue, WIRE_LANES_QUEUE, 0);
	/* Somebody else had it, or it was put into a lane's order anew. */
	if (*mr_out == MACH_RCV_TIMED_OUT || *mr_out == WIRE_MSG_AGAIN)
		return LANES_AGAIN;
	return LANES_TAKEN;
}

/* --- a port ----------------------------------------------------------------- */

static uint64_t
ticket_of(void *of, size_t i)
{
	const struct lanes_port *port = of;

	return i == LANES_FEED_QUEUE ? lanes_feed_oldest_queued(port)
	                             : lanes_feed_ticket(port, &port->feeds[i]);
}

/* Open, or not yet. */
static bool
is_live(const struct lane_board_lane *board)
{
	const uint32_t state =
	    atomic_load_explicit(&board->state, memory_order_acquire);

	return state == LANE_NONE || state == LANE_OPEN;
}

/* Let go of lanes that are closed. */
static void
drop_closed(struct lanes_port *port)
{
	uint32_t i = 1;

	while (i < port->feed_count) {
		const struct lanes_feed *feed = &port->feeds[i];
		const bool keep = feed->in
		    ? is_live(feed->in->lane.board)
		    : atomic_load_explicit(
		          &feed->out->id, memory_order_relaxed) == feed->id;

		if (keep) {
			i++;
			continue;
		}
		if (feed->in)
			lanes_feed_sync(feed->id, feed->in->lane.board);
		lanes_port_drop_feed(port, i);
	}
}

void
lanes_take_tidy(struct lanes_port *port)
{
	const uint32_t bell =
	    atomic_load_explicit(&port->board->bell, memory_order_acquire);

	if (bell != port->tidied) {
		port->tidied = bell;
		drop_closed(port);
	}
	lanes_port_note_seqno(port);
}

static enum lanes_taken
take_own_queued(struct lanes_port *port, const struct msg_call *call,
    mach_msg_return_t *mr_out)
{
	if (lanes_direct_stopped(port))
		return LANES_AGAIN;
	lanes_port_expect(port, true);
	lanes_await_none(port);
	return take_queued(port, call, mr_out);
}

enum lanes_taken
lanes_take_picked(struct lanes_port *port, const struct msg_call *call,
    mach_msg_return_t *mr_out)
{
	const size_t i =
	    lane_pick(port->sources, port->feed_count, ticket_of, port);
	struct lanes_head head;

	if (i == port->feed_count)
		return LANES_NOTHING;
	if (i == LANES_FEED_QUEUE)
		return take_own_queued(port, call, mr_out);
	head.feed = (uint32_t)i;
	head.others = lane_others_wait(port->sources, port->feed_count, i);
	return port->feeds[i].in
	    ? lanes_feed_take_in(port, head, call, mr_out)
	    : lanes_feed_take_out(port, head, call, mr_out);
}

/* --- a set ------------------------------------------------------------------ */

/* Whose turn it is when all members that are posted have had theirs. */
#define TURN_OF_OTHERS LANE_BOARD_PORTS

static enum lanes_taken
take_of_member(struct lanes_port *set, uint32_t index,
    const struct msg_call *call, mach_msg_return_t *mr_out)
{
	struct lanes_port *port;
	enum lanes_taken taken;

	if (!lanes_port_lock_member(set, index, &port))
		return LANES_STUCK;
	if (!port)
		return LANES_NOTHING;
	taken = lanes_take(port, call, mr_out);
	if (taken == LANES_TAKEN)
		lanes_port_expect(set,
		    atomic_load_explicit(
		        &port->by_kernel, memory_order_relaxed));
	lanes_lock_give(&port->lock);
	return taken;
}

static enum lanes_taken
take_of_others(struct lanes_port *set, const struct msg_call *call,
    mach_msg_return_t *mr_out)
{
	if (lanes_feed_oldest_queued(set) == 0)
		return LANES_NOTHING;
	lanes_port_expect(set, true);
	return take_queued(set, call, mr_out);
}

/* Of those whose turn is @from or later, and before @end. */
static enum lanes_taken
take_in_turn(struct lanes_port *set, uint32_t from, uint32_t end,
    const struct msg_call *call, mach_msg_return_t *mr_out)
{
	uint32_t turn = lanes_port_next_member(set, from);

	for (; turn < end; turn = lanes_port_next_member(set, turn + 1)) {
		enum lanes_taken taken = turn == TURN_OF_OTHERS
		    ? take_of_others(set, call, mr_out)
		    : take_of_member(set, turn, call, mr_out);

		if (taken == LANES_NOTHING)
			continue;
		if (taken == LANES_TAKEN)
			set->turn = (turn + 1) % (TURN_OF_OTHERS + 1);
		return taken;
	}
	return LANES_NOTHING;
}

enum lanes_taken
lanes_take_of_set(struct lanes_port *set, const struct msg_call *call,
    mach_msg_return_t *mr_out)
{
	const uint32_t first = set->turn;
	const enum lanes_taken taken =
	    take_in_turn(set, first, TURN_OF_OTHERS + 1, call, mr_out);

	return taken == LANES_NOTHING
	    ? take_in_turn(set, 0, first, call, mr_out)
	    : taken;
}
