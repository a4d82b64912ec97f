/* Reading in lanes what their tasks write there, while they do. */
#include "ipc_lane_look.h"

#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_space.h"

static const struct ipc_lane *
at_port(struct list *node)
{
	return CONTAINER_OF(node, const struct ipc_lane, port_link);
}

/* --- what has passed --------------------------------------------------------- */

/* Replies that A has taken, to all of its ports; modulo 2^32. */
static uint32_t
count_accepted(const struct ipc_lane *lane)
{
	const struct ipc_board *board = lane->from->board;
	uint32_t sum = 0;

	if (lane->view.sizes.slots == 0)
		return 0;
	for (uint32_t i = 0; i < LANE_BOARD_PORTS / 32; i++)
		for (uint32_t bits = board->ports_used[i]; bits != 0;
		     bits &= bits - 1)
			sum += lane_drain_accepted(&lane->view,
			    i * 32 + (uint32_t)__builtin_ctz(bits));
	return sum;
}

/* @counter goes forward to what its low bits are now; by @most at most. */
static uint64_t
advance(uint64_t counter, uint32_t now, uint64_t most)
{
	const uint32_t more = now - (uint32_t)counter;

	return counter + (more < most ? more : most);
}

static struct ipc_lane_passed
passed_until(const struct ipc_lane *lane, const struct lane_cut *cut)
{
	struct ipc_lane_passed passed = lane->passed;

	/* None was taken that was not sent, and each is answered once. */
	passed.messages = advance(passed.messages, cut->taken,
	    lane_count(cut->end) - (uint32_t)passed.messages);
	passed.replies = advance(passed.replies, count_accepted(lane),
	    passed.messages - passed.replies);
	return passed;
}

struct ipc_lane_passed
ipc_lane_passed(const struct ipc_lane *lane)
{
	const struct lane_cut cut = lane_drain_cut(&lane->view);

	return passed_until(lane, &cut);
}

/* What of that is not counted yet; nothing by a lane that is not open. */
static struct ipc_lane_passed
uncounted(const struct ipc_lane *lane)
{
	struct ipc_lane_passed passed = {0};

	if (lane->state != IPC_LANE_OPEN)
		return passed;
	passed = ipc_lane_passed(lane);
	passed.messages -= lane->passed.messages;
	passed.replies -= lane->passed.replies;
	return passed;
}

void
ipc_lane_count(struct ipc_lane *lane, const struct lane_cut *cut)
{
	const struct ipc_lane_passed passed = passed_until(lane, cut);
	const uint64_t messages = passed.messages - lane->passed.messages;
	const uint64_t replies = passed.replies - lane->passed.replies;

	lane->from->sent += messages;
	lane->to->received += messages;
	lane->port->enqueued += messages;
	lane->to->sent += replies;
	lane->from->received += replies;
	ipc_world.messages += messages + replies;
	lane->passed = passed;
}

/* --- of a space -------------------------------------------------------------- */

static uint32_t
depth_of(const struct ipc_lane *lane)
{
	return lane->state == IPC_LANE_OPEN
	    ? lane_drain_depth(&lane->view, lane->limit)
	    : 0;
}

/* What A says that it has sent, and was not counted yet. */
static uint32_t
uncounted_sent(const struct ipc_lane *lane)
{
	return lane->state == IPC_LANE_OPEN
	    ? lane_count(lane_drain_cut(&lane->view).end) -
	        (uint32_t)lane->passed.messages
	    : 0;
}

struct ipc_lane_look
ipc_lane_look(const struct ipc_space *space)
{
	struct ipc_lane_look look = {0};

	LIST_FOREACH (node, &space->lanes_out) {
		const struct ipc_lane *lane =
		    CONTAINER_OF(node, const struct ipc_lane, from_link);

		look.lanes_out += lane->state == IPC_LANE_OPEN;
		look.unread += depth_of(lane);
		look.sent += uncounted_sent(lane);
		look.received += uncounted(lane).replies;
	}
	LIST_FOREACH (node, &space->lanes_in) {
		const struct ipc_lane *lane =
		    CONTAINER_OF(node, const struct ipc_lane, to_link);
		const struct ipc_lane_passed passed = uncounted(lane);

		look.lanes_in += lane->state == IPC_LANE_OPEN;
		look.received += passed.messages;
		look.sent += passed.replies;
	}
	return look;
}

/* --- of a port --------------------------------------------------------------- */

uint32_t
ipc_lane_number(const struct ipc_port *port)
{
	uint32_t number = 0;

	LIST_FOREACH (node, &port->lanes)
		number += at_port(node)->state == IPC_LANE_OPEN;
	return number;
}

const struct ipc_lane *
ipc_lane_find(const struct ipc_space *space, const struct ipc_port *port)
{
	LIST_FOREACH (node, &port->lanes)
		if (at_port(node)->state == IPC_LANE_OPEN &&
		    at_port(node)->from == space)
			return at_port(node);
	return NULL;
}

uint64_t
ipc_lane_enqueued(const struct ipc_port *port)
{
	uint64_t sum =
	    port->enqueued + ipc_lane_depth(port) + ipc_lane_replies(port);

	LIST_FOREACH (node, &port->lanes)
		sum += uncounted(at_port(node)).messages;
	return sum;
}

/* --- who sleeps -------------------------------------------------------------- */

/* Does a thread sleep on the lanes of the port, be it for the port or a set? */
static bool
is_slept_on(const struct ipc_port *port)
{
	LIST_FOREACH (node, &port->lanes)
		if (at_port(node)->state == IPC_LANE_OPEN &&
		    lane_drain_sleeps_for_message(&at_port(node)->view))
			return true;
	if (!ipc_port_is_posted(port))
		return false;
	LIST_FOREACH (node, &port->receiver->lanes_out) {
		const struct ipc_lane *lane =
		    CONTAINER_OF(node, const struct ipc_lane, from_link);

		if (lane->state == IPC_LANE_OPEN &&
		    lane_drain_sleeps_for_reply(&lane->view, port->board_index))
			return true;
	}
	return false;
}

bool
ipc_lane_port_is_awaited(const struct ipc_port *port)
{
	return port->member_count == 0 && is_slept_on(port);
}

bool
ipc_lane_set_is_awaited(const struct ipc_pset *pset)
{
	/* Only posted ports have lanes, and a board has few. */
	LIST_FOREACH (node, &pset->posted) {
		const struct ipc_port *port =
		    CONTAINER_OF(node, struct ipc_member, pset_link)->port;

		if (port->member_count == 1 && is_slept_on(port))
			return true;
	}
	return false;
}

uint32_t
ipc_lane_blocked(const struct ipc_port *port)
{
	uint32_t blocked = 0;

	LIST_FOREACH (node, &port->lanes)
		blocked += at_port(node)->state == IPC_LANE_OPEN &&
		    lane_drain_sleeps_for_room(&at_port(node)->view);
	return blocked;
}
