/* The queue limit, and what of it the lanes of a port have. */
#include "ipc_lane_limit.h"

#include "ipc_kmsg.h"
#include "ipc_port.h"
#include "ipc_space.h"

/* So many times more lanes than before have a smaller share. */
#define SHARE_STEP 4

/* So long a lane leaves room for what comes by the kernel, since something did. */
#define SHARED_NS UINT64_C(10000000000)

uint32_t
ipc_lane_limits(const struct ipc_port *port)
{
	uint32_t sum = 0;

	LIST_FOREACH (node, &port->lanes)
		sum +=
		    CONTAINER_OF(node, const struct ipc_lane, port_link)->limit;
	return sum;
}

/* What neither the kernel's queue nor a lane will have of the queue limit, when lanes that may
 * hold more than @most have closed: by then what is in them is in the queue. */
static uint32_t
room_beside(const struct ipc_port *port, uint32_t most)
{
	uint64_t taken = port->msgcount;

	LIST_FOREACH (node, &port->lanes) {
		const struct ipc_lane *lane =
		    CONTAINER_OF(node, const struct ipc_lane, port_link);

		taken += lane->limit <= most
		    ? lane->limit
		    : lane_drain_depth(&lane->view, lane->limit);
	}
	return taken < port->qlimit ? port->qlimit - (uint32_t)taken : 0;
}

static uint32_t
room_left(const struct ipc_port *port)
{
	return room_beside(port, UINT32_MAX);
}

/* Who opens does so for a share. */
static void
leave_room(struct ipc_port *port)
{
	port->lanes_share_ns = ipc_world.now_ns + SHARED_NS;
}

/* Has @port a lane that had better be closed now and then, and have all in between? What goes
 * one way fills what there is; who waits for replies does not. */
static bool
pays_whole(const struct ipc_port *port)
{
	LIST_FOREACH (node, &port->lanes) {
		const struct ipc_lane *lane =
		    CONTAINER_OF(node, const struct ipc_lane, port_link);

		if (lane->whole && lane->view.sizes.slots == 0 &&
		    lane_drain_cut(&lane->view).taken >= IPC_LANE_PAID)
			return true;
	}
	return false;
}

void
ipc_lane_make_room(struct ipc_port *port)
{
	const bool is_full =
	    port->msgcount + ipc_lane_depth(port) >= port->qlimit;
	const bool leaves_room = !pays_whole(port);

	if (ipc_lane_close_open(
	        port, is_full ? IPC_LANE_FULL : IPC_LANE_SHARE) &&
	    leaves_room)
		leave_room(port);
}

void
ipc_lane_note_sender(struct ipc_port *port, const struct ipc_space *sender)
{
	if (!list_empty(&port->lanes) && !ipc_lane_between(sender, port))
		leave_room(port);
}

static bool
is_shared(const struct ipc_port *port)
{
	return ipc_world.now_ns < port->lanes_share_ns;
}

/* What a lane of @port may have: one alone, all; else the lanes share a half. For how many,
 * goes in steps: each time it is less, those who have more have to make way. */
static uint32_t
fair_share(const struct ipc_port *port)
{
	uint32_t lanes = 0;
	uint32_t room = 1;
	uint32_t share;

	LIST_FOREACH (node, &port->lanes)
		lanes++;
	if (lanes <= 1 && !is_shared(port))
		return port->qlimit;
	while (room < lanes)
		room *= SHARE_STEP;
	share = port->qlimit / (2 * room);
	return share > 0 ? share : 1;
}

void
ipc_lane_limit_tell(const struct ipc_lane *lane)
{
	struct lane_board_lane *entry = ipc_lane_from_entry(lane);
	struct lane_board_lane *to_entry = ipc_lane_to_entry(lane);

	atomic_store_explicit(
	    &to_entry->limit, lane->limit, memory_order_relaxed);
	atomic_store_explicit(
	    &to_entry->whole, lane->whole, memory_order_relaxed);
	atomic_store_explicit(&entry->whole, lane->whole, memory_order_relaxed);
	/* Pairs with publish 1. */
	atomic_store_explicit(&entry->limit, lane->limit, memory_order_release);
	ipc_world.lanes->wake(&entry->limit);
}

/* What a lane costs that may hold so many messages more. */
static struct ipc_charge
charge_of_more(uint32_t messages)
{
	return (struct ipc_charge){
	    .messages = messages,
	    .bytes = messages * (uint64_t)IPC_KMSG_CHARGE,
	};
}

/* As far towards @limit as there is room. False: A cannot pay for that. */
static bool
raise_limit(struct ipc_lane *lane, uint32_t limit)
{
	struct ipc_charge charge;
	uint32_t room;
	uint32_t more;

	if (limit <= lane->limit)
		return true;
	room = room_left(lane->port);
	more = limit - lane->limit;
	if (more > room)
		more = room;
	charge = charge_of_more(more);
	if (!ipc_account_charge(lane->account, &charge))
		return false;
	lane->charge.messages += charge.messages;
	lane->charge.bytes += charge.bytes;
	lane->limit += more;
	return true;
}

/* Give an OPEN lane what it may have by now. */
static void
raise_open(struct ipc_lane *lane, bool alone)
{
	const uint32_t limit = lane->limit;
	const bool paid = raise_limit(lane, lane->most);
	const bool whole = lane->whole && paid && alone;

	if (lane->limit == limit && lane->whole == whole)
		return;
	lane->whole = whole;
	ipc_lane_limit_tell(lane);
}

static bool
is_alone(const struct ipc_port *port)
{
	return port->lanes.next == port->lanes.prev;
}

void
ipc_lane_share(struct ipc_port *port)
{
	LIST_FOREACH (node, &port->lanes) {
		struct ipc_lane *lane =
		    CONTAINER_OF(node, struct ipc_lane, port_link);

		if (lane->state == IPC_LANE_OPEN)
			raise_open(lane, is_alone(port));
	}
}

/* Lanes that have more than @share close: they come again, for less. */
static void
make_way(struct ipc_port *port, uint32_t share)
{
	LIST_FOREACH_SAFE (node, &port->lanes) {
		struct ipc_lane *lane =
		    CONTAINER_OF(node, struct ipc_lane, port_link);

		if (lane->limit > share)
			ipc_lane_close(lane, IPC_LANE_SHARE);
	}
}

/* Would @lane, READY, have anything if others made way, and can A pay for it? */
static bool
would_have_any(const struct ipc_lane *lane)
{
	const uint32_t room = room_beside(lane->port, lane->most);
	const struct ipc_charge charge =
	    charge_of_more(room < lane->most ? room : lane->most);

	if (room == 0 || !ipc_account_charge(lane->account, &charge))
		return false;
	ipc_account_discharge(lane->account, &charge);
	return true;
}

bool
ipc_lane_limit_give(struct ipc_lane *lane)
{
	struct ipc_port *port = lane->port;

	lane->whole = is_alone(port) && !is_shared(port);
	lane->most = fair_share(port);
	if (!lane->whole) {
		if (!would_have_any(lane))
			return false;
		make_way(port, lane->most);
	}
	/* In that moment who made way may have sent more. */
	return raise_limit(lane, lane->most) &&
	    (lane->limit != 0 || lane->whole);
}
