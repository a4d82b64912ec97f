/*
 * Lanes: how they come to be, and what is asked of them. The steps of opening are in the
 * header; none of them leaves anything behind that fails.
 */
#include "ipc_lane.h"

#include "base_assert.h"
#include "ipc_kmsg.h"
#include "ipc_lane_limit.h"
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

struct ipc_lane *
ipc_lane_between(const struct ipc_space *space, const struct ipc_port *port)
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
	struct ipc_lane *lane = ipc_lane_between(space, port);

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
	return ipc_lane_between(from, port) ? KERN_NAME_EXISTS : KERN_SUCCESS;
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
	if (!ipc_lane_limit_give(lane))
		return KERN_RESOURCE_SHORTAGE;
	lane->state = IPC_LANE_OPEN;
	lane->opened_ns = ipc_world.now_ns;
	ipc_lane_share(port);
	ipc_lane_limit_tell(lane);
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
