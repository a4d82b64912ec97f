/*
 * Lanes: how they come to be, and what is asked of them. The steps of opening are in the
 * header; none of them leaves anything behind that fails.
 */
#include "ipc_lane.h"

#include "base_assert.h"
#include "ipc_kmsg.h"
#include "ipc_port.h"
#include "ipc_space.h"
#include "ipc_token.h"
#include "ipc_trace.h"

static struct lane_board_lane *
entry_at(const struct ipc_space *space, uint32_t index)
{
	return index == IPC_BOARD_NONE ? NULL
	                               : &space->board->memory->lane[index];
}

struct lane_board_lane *
ipc_lane_from_entry(const struct ipc_lane *lane)
{
	return entry_at(lane->from, lane->from_index);
}

struct lane_board_lane *
ipc_lane_to_entry(const struct ipc_lane *lane)
{
	return entry_at(lane->to, lane->to_index);
}

/* The lane from @space to @port; or NULL. */
static struct ipc_lane *
find(const struct ipc_space *space, const struct ipc_port *port)
{
	LIST_FOREACH (node, &space->lanes_out) {
		struct ipc_lane *lane =
		    CONTAINER_OF(node, struct ipc_lane, from_link);

		if (lane->port == port)
			return lane;
	}
	return NULL;
}

void
ipc_lane_close_right(struct ipc_space *space, struct ipc_port *port)
{
	struct ipc_lane *lane = find(space, port);

	if (lane)
		ipc_lane_close(lane, IPC_LANE_OVER);
}

/* May there be a lane from @from to the port of @entry? */
static kern_return_t
check_offer(const struct ipc_space *from, const struct ipc_entry *entry)
{
	const struct ipc_port *port;

	if (!entry)
		return KERN_INVALID_NAME;
	if (!(entry->type & MACH_PORT_TYPE_SEND))
		return KERN_INVALID_RIGHT;
	port = entry->port;
	if (ipc_is_traced() || !from->board ||
	    port->place != IPC_PORT_PLACE_SPACE || port->receiver == from ||
	    !port->receiver->board)
		return KERN_NOT_SUPPORTED;
	return find(from, port) ? KERN_NAME_EXISTS : KERN_SUCCESS;
}

/* What its ring may hold, but for what each message is charged besides, and a reply in each
 * slot; and the ring itself, which may be there as long as a single message of those. */
static struct ipc_charge
charge_of(const struct ipc_lane *lane)
{
	const struct lane_sizes *sizes = &lane->view.sizes;
	const uint64_t rings = lane->ring ? 2 : 1;

	return (struct ipc_charge){
	    .messages = sizes->slots,
	    .bytes = rings * sizes->ring_bytes +
	        sizes->slots *
	            (IPC_KMSG_CHARGE + sizeof(mach_msg_header_t) +
	                (uint64_t)sizes->slot_bytes),
	};
}

kern_return_t
ipc_lane_offer(
    struct ipc_lane *lane, struct ipc_space *from, mach_port_name_t name)
{
	struct ipc_entry *entry = ipc_space_find(from, name);
	kern_return_t kr = check_offer(from, entry);

	if (kr != KERN_SUCCESS)
		return kr;
	mp_assert(lane_sizes_check(&lane->view.sizes));
	lane->account = from->account;
	lane->charge = charge_of(lane);
	if (!ipc_account_charge(from->account, &lane->charge))
		return KERN_RESOURCE_SHORTAGE;
	if (!ipc_token_prepare(lane)) {
		ipc_account_discharge(from->account, &lane->charge);
		return KERN_RESOURCE_SHORTAGE;
	}
	ipc_account_ref(from->account);
	lane->state = IPC_LANE_OFFERED;
	lane->from = from;
	lane->port = ipc_port_ref(entry->port);
	lane->to = entry->port->receiver;
	lane->from_index = IPC_BOARD_NONE;
	lane->to_index = IPC_BOARD_NONE;
	list_init(&lane->port_link);
	list_init(&lane->from_link);
	list_init(&lane->to_link);
	list_push_back(&lane->port->lanes, &lane->port_link);
	list_push_back(&from->lanes_out, &lane->from_link);
	list_push_back(&lane->to->lanes_in, &lane->to_link);
	return KERN_SUCCESS;
}

/* Nothing is there of an earlier lane with this entry. */
static void
clear_entry(struct lane_board_lane *entry)
{
	entry->end = 0;
	entry->from = 0;
	entry->limit = 0;
	entry->whole = 0;
	entry->forced = 0;
	for (uint32_t i = 0; i < LANE_SLOTS_MAX; i++)
		entry->kslot[i] = 0;
}

kern_return_t
ipc_lane_accept(struct ipc_lane *lane)
{
	struct ipc_space *to = lane->to;

	mp_assert(lane->state <= IPC_LANE_ASKED);
	if (!ipc_token_reserve(lane))
		return KERN_RESOURCE_SHORTAGE;
	lane->to_index = ipc_board_take_lane(to->board);
	if (lane->to_index == IPC_BOARD_NONE)
		goto no_entry;
	if (ipc_board_post_for_lanes(lane->port) != KERN_SUCCESS)
		goto not_posted;
	clear_entry(ipc_lane_to_entry(lane));
	lane->state = IPC_LANE_ACCEPTED;
	return KERN_SUCCESS;

not_posted:
	ipc_board_give_lane(to->board, lane->to_index);
	lane->to_index = IPC_BOARD_NONE;
no_entry:
	ipc_token_release_names(lane);
	return KERN_RESOURCE_SHORTAGE;
}

kern_return_t
ipc_lane_ready(struct ipc_lane *lane)
{
	mp_assert(lane->state == IPC_LANE_ACCEPTED);
	lane->from_index = ipc_board_take_lane(lane->from->board);
	if (lane->from_index == IPC_BOARD_NONE)
		return KERN_RESOURCE_SHORTAGE;
	clear_entry(ipc_lane_from_entry(lane));
	lane->state = IPC_LANE_READY;
	return KERN_SUCCESS;
}

/* Limits: what each lane of a port may hold. */

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
	if (!list_empty(&port->lanes) && !find(sender, port))
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

/* Write the limit where both see it, and wake A if it waits for room. */
static void
tell_limit(const struct ipc_lane *lane)
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
	tell_limit(lane);
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

static void
set_open(struct lane_board_lane *entry)
{
	/* Pairs with publish 0: with it come the limit, and all else there. */
	atomic_store_explicit(&entry->state, LANE_OPEN, memory_order_release);
}

kern_return_t
ipc_lane_open(struct ipc_lane *lane)
{
	struct ipc_port *port = lane->port;

	mp_assert(lane->state == IPC_LANE_READY);
	if (ipc_is_traced() || !list_empty(&port->senders) ||
	    !list_empty(&port->armed))
		return KERN_FAILURE;
	lane->whole = is_alone(port) && !is_shared(port);
	lane->most = fair_share(port);
	if (!lane->whole) {
		if (!would_have_any(lane))
			return KERN_RESOURCE_SHORTAGE;
		make_way(port, lane->most);
	}
	/* In that moment who made way may have sent more. */
	if (!raise_limit(lane, lane->most) ||
	    (lane->limit == 0 && !lane->whole))
		return KERN_RESOURCE_SHORTAGE;
	lane->state = IPC_LANE_OPEN;
	lane->opened_ns = ipc_world.now_ns;
	ipc_lane_share(port);
	tell_limit(lane);
	/* open 6: on B's board first, which would take it for closed; and the bell is for
	 * those who sleep and do not look at it. */
	set_open(ipc_lane_to_entry(lane));
	set_open(ipc_lane_from_entry(lane));
	ipc_board_ring(port);
	return KERN_SUCCESS;
}

/* What is under way, as far as a look can tell. */

uint32_t
ipc_lane_depth(const struct ipc_port *port)
{
	uint32_t sum = 0;

	LIST_FOREACH (node, &port->lanes) {
		const struct ipc_lane *lane =
		    CONTAINER_OF(node, const struct ipc_lane, port_link);

		if (lane->state == IPC_LANE_OPEN)
			sum += lane_drain_depth(&lane->view, lane->limit);
	}
	return sum;
}

/* The sum of what the open lanes of @port's receiver say of it, if it has replies by them. */
static uint32_t
sum_from(const struct ipc_port *port,
    uint32_t (*count)(const struct ipc_lane *lane, uint32_t index))
{
	uint32_t sum = 0;

	if (!port->replies_come)
		return 0;
	LIST_FOREACH (node, &port->receiver->lanes_out) {
		const struct ipc_lane *lane =
		    CONTAINER_OF(node, const struct ipc_lane, from_link);

		if (lane->state == IPC_LANE_OPEN)
			sum += count(lane, port->board_index);
	}
	return sum;
}

uint32_t
ipc_lane_sorights(const struct ipc_port *port)
{
	return sum_from(port, ipc_token_count);
}

static uint32_t
count_accepted(const struct ipc_lane *lane, uint32_t index)
{
	return lane_drain_accepted(&lane->view, index);
}

uint32_t
ipc_lane_replies(const struct ipc_port *port)
{
	return sum_from(port, count_accepted);
}

mach_port_seqno_t
ipc_lane_seqno(const struct ipc_port *port)
{
	mach_port_seqno_t seqno = port->seqno + ipc_lane_replies(port);

	LIST_FOREACH (node, &port->lanes) {
		const struct ipc_lane *lane =
		    CONTAINER_OF(node, const struct ipc_lane, port_link);

		if (lane->state == IPC_LANE_OPEN)
			seqno += lane_drain_cut(&lane->view).taken;
	}
	return seqno;
}

uint64_t
ipc_lane_first(const struct ipc_port *port)
{
	uint64_t first = 0;

	LIST_FOREACH (node, &port->lanes) {
		const struct ipc_lane *lane =
		    CONTAINER_OF(node, const struct ipc_lane, port_link);

		if (lane->state == IPC_LANE_OPEN)
			first = ipc_lane_older(
			    first, lane_drain_first(&lane->view));
	}
	/* Replies come to no port that was not posted for them. */
	if (!port->replies_come)
		return first;
	LIST_FOREACH (node, &port->receiver->lanes_out) {
		const struct ipc_lane *lane =
		    CONTAINER_OF(node, const struct ipc_lane, from_link);

		if (lane->state == IPC_LANE_OPEN)
			first = ipc_lane_older(
			    first, ipc_token_first(lane, port->board_index));
	}
	return first;
}
