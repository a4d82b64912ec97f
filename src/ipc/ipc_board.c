/* Boards: entries of ports, sets and lanes, and what is written there. */
#include "ipc_board.h"

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_kmsg.h"
#include "ipc_lane.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_space.h"
#include "ipc_waiter.h"
#include "ipc_watch.h"

/* Numbers of entries: a bit for each that is in use. */

static uint32_t
take_bit(uint32_t *used, uint32_t words)
{
	for (uint32_t i = 0; i < words; i++)
		if (~used[i]) {
			uint32_t bit = (uint32_t)__builtin_ctz(~used[i]);

			used[i] |= 1u << bit;
			return i * 32 + bit;
		}
	return IPC_BOARD_NONE;
}

static void
give_bit(uint32_t *used, uint32_t index)
{
	mp_assert(used[index / 32] & 1u << index % 32);
	used[index / 32] &= ~(1u << index % 32);
}

/* A word that others compare with what it was. */
static void
change(_Atomic uint32_t *word)
{
	uint32_t was = atomic_load_explicit(word, memory_order_relaxed);

	/* With it comes what was written before: pairs with the load of who looks. */
	atomic_store_explicit(word, was + 1, memory_order_release);
}

static void
ring_bell(struct lane_board_port *entry)
{
	change(&entry->bell);
	ipc_world.lanes->wake(&entry->bell);
}

bool
ipc_board_add(struct ipc_space *space, struct lane_board *memory)
{
	mp_assert(ipc_world.lanes && !space->board);
	space->board = base_zalloc(1, sizeof(*space->board));
	if (!space->board)
		return false;
	space->board->memory = memory;
	memory->version = LANE_BOARD_VERSION;
	return true;
}

static struct lane_board_port *
entry_of(const struct ipc_space *space, uint32_t index)
{
	mp_assert(index < LANE_BOARD_PORTS);
	return &space->board->memory->port[index];
}

static void
stop_entry(const struct ipc_space *space, uint32_t index)
{
	change(&entry_of(space, index)->stops);
}

static uint64_t
first_ticket(const struct ipc_port *port)
{
	if (list_empty(&port->messages))
		return 0;
	return CONTAINER_OF(port->messages.next, struct ipc_kmsg, link)->ticket;
}

/* Members that are posted are in neither of `ready` and `idle`. Their turns go round,
 * so whose is next is the oldest that matters. */
static uint64_t
first_ticket_of_set(const struct ipc_pset *pset)
{
	if (list_empty(&pset->ready))
		return 0;
	return first_ticket(
	    CONTAINER_OF(pset->ready.next, struct ipc_member, pset_link)->port);
}

static void
note(struct lane_board_port *entry, uint64_t oldest)
{
	/* Pairs with the load of pick: lane.pml, pick 1. */
	atomic_store_explicit(&entry->oldest, oldest, memory_order_release);
}

void
ipc_board_note_set(const struct ipc_pset *pset)
{
	if (ipc_pset_is_posted(pset))
		note(entry_of(pset->space, pset->board_index),
		    first_ticket_of_set(pset));
}

void
ipc_board_note_queue(struct ipc_port *port)
{
	if (ipc_port_is_posted(port)) {
		note(entry_of(port->receiver, port->board_index),
		    first_ticket(port));
		return;
	}
	LIST_FOREACH (node, &port->members)
		ipc_board_note_set(
		    CONTAINER_OF(node, struct ipc_member, port_link)->pset);
}

void
ipc_board_note_context(const struct ipc_port *port)
{
	if (ipc_port_is_posted(port))
		atomic_store_explicit(
		    &entry_of(port->receiver, port->board_index)->context,
		    port->context, memory_order_release);
}

void
ipc_board_note_seqno(const struct ipc_port *port, mach_port_seqno_t seqno)
{
	struct lane_board_port *entry;

	if (!ipc_port_is_posted(port))
		return;
	entry = entry_of(port->receiver, port->board_index);
	atomic_store_explicit(&entry->seqno, seqno, memory_order_relaxed);
	change(&entry->reset);
}

uint32_t
ipc_board_bell(const struct ipc_space *space, uint32_t index)
{
	return atomic_load_explicit(
	    &entry_of(space, index)->bell, memory_order_relaxed);
}

struct ipc_port *
ipc_board_port(const struct ipc_board *board, uint32_t index)
{
	return index < LANE_BOARD_PORTS ? board->ports[index] : NULL;
}

uint32_t
ipc_board_stops(const struct ipc_space *space, uint32_t index)
{
	return atomic_load_explicit(
	    &entry_of(space, index)->stops, memory_order_relaxed);
}

/* End the waits of those who know of lanes. */
static void
end_waits(struct list *receivers)
{
	LIST_FOREACH_SAFE (node, receivers) {
		struct ipc_waiter *waiter =
		    CONTAINER_OF(node, struct ipc_waiter, link);

		if (waiter->lanes != 0)
			ipc_waiter_end(waiter, IPC_RCV_AGAIN);
	}
}

/* What has, or had, @entry is to be looked at. */
static void
ring_entry(struct lane_board_port *entry, struct list *receivers,
    struct ipc_watch *watch)
{
	ring_bell(entry);
	ipc_mqueue_end(receivers, IPC_RCV_AGAIN);
	ipc_watch_ring(watch);
}

void
ipc_board_ring_sets(struct ipc_port *port)
{
	LIST_FOREACH (node, &port->members) {
		struct ipc_pset *pset =
		    CONTAINER_OF(node, struct ipc_member, port_link)->pset;

		if (ipc_pset_is_posted(pset))
			ring_entry(entry_of(pset->space, pset->board_index),
			    &pset->receivers, pset->watch);
	}
}

void
ipc_board_ring(struct ipc_port *port)
{
	if (ipc_port_is_posted(port))
		ring_entry(entry_of(port->receiver, port->board_index),
		    &port->receivers, port->watch);
	ipc_board_ring_sets(port);
	end_waits(&port->receivers);
	LIST_FOREACH (node, &port->members)
		end_waits(&CONTAINER_OF(node, struct ipc_member, port_link)
		               ->pset->receivers);
}

void
ipc_board_stop(struct ipc_port *port)
{
	if (!ipc_port_is_posted(port))
		return;
	stop_entry(port->receiver, port->board_index);
	LIST_FOREACH (node, &port->members)
		stop_entry(port->receiver,
		    CONTAINER_OF(node, struct ipc_member, port_link)
		        ->pset->board_index);
	ipc_board_ring(port);
}

/* An entry that is known to be free. */
static uint32_t
take_entry(const struct ipc_space *space)
{
	struct ipc_board *board = space->board;
	uint32_t index = take_bit(board->ports_used, LANE_BOARD_PORTS / 32);
	struct lane_board_port *entry = entry_of(space, index);

	mp_assert((entry->serial & 1) == 0);
	change(&entry->serial);
	board->ports_count++;
	return index;
}

/* Nothing is noted there any more, and nobody may come who has lent what was there: of what
 * is there next the library knows no such loan. The bell is still to be rung. */
static void
give_entry(const struct ipc_space *space, uint32_t index)
{
	struct lane_board_port *entry = entry_of(space, index);

	give_bit(space->board->ports_used, index);
	space->board->ports_count--;
	space->board->ports[index] = NULL;
	note(entry, 0);
	stop_entry(space, index);
	change(&entry->serial);
}

/* How many entries posting @port takes. */
static uint32_t
entries_needed(const struct ipc_port *port)
{
	uint32_t count = 1;

	LIST_FOREACH (node, &port->members)
		count += !ipc_pset_is_posted(
		    CONTAINER_OF(node, struct ipc_member, port_link)->pset);
	return count;
}

/* A member is posted now: so is the set. Who has lent that before has not lent the member. */
static void
post_member(struct ipc_member *member)
{
	struct ipc_pset *pset = member->pset;

	list_remove(&member->pset_link);
	list_push_back(&pset->posted, &member->pset_link);
	if (!ipc_pset_is_posted(pset))
		pset->board_index = take_entry(pset->space);
	stop_entry(pset->space, pset->board_index);
	ipc_board_note_set(pset);
}

static bool
all_know(const struct list *receivers)
{
	LIST_FOREACH (node, receivers)
		if (CONTAINER_OF(node, struct ipc_waiter, link)->lanes == 0)
			return false;
	return true;
}

/* Can all who wait for @port be told to look again? */
static bool
can_be_rung(const struct ipc_port *port)
{
	if (!all_know(&port->receivers))
		return false;
	LIST_FOREACH (node, &port->members)
		if (!all_know(&CONTAINER_OF(node, struct ipc_member, port_link)
		                   ->pset->receivers))
			return false;
	return true;
}

kern_return_t
ipc_board_post_for_lanes(struct ipc_port *port)
{
	struct ipc_board *board;

	if (ipc_port_is_posted(port))
		return KERN_SUCCESS;
	if (port->place != IPC_PORT_PLACE_SPACE || !port->receiver->board ||
	    !can_be_rung(port))
		return KERN_NOT_SUPPORTED;
	board = port->receiver->board;
	if (board->ports_count + entries_needed(port) > LANE_BOARD_PORTS)
		return KERN_RESOURCE_SHORTAGE;
	port->board_index = take_entry(port->receiver);
	board->ports[port->board_index] = port;
	ipc_board_note_queue(port);
	ipc_board_note_context(port);
	ipc_board_note_seqno(port, ipc_lane_seqno(port));
	LIST_FOREACH (node, &port->members)
		post_member(CONTAINER_OF(node, struct ipc_member, port_link));
	ipc_board_ring(port);
	return KERN_SUCCESS;
}

kern_return_t
ipc_board_post(struct ipc_port *port)
{
	kern_return_t kr = ipc_board_post_for_lanes(port);

	if (kr == KERN_SUCCESS)
		port->replies_come = true;
	return kr;
}

/* A member is not posted any more; the set still is, if another one is. */
static void
unpost_member(struct ipc_member *member)
{
	struct ipc_pset *pset = member->pset;
	struct lane_board_port *entry =
	    entry_of(pset->space, pset->board_index);

	list_remove(&member->pset_link);
	list_push_back(
	    list_empty(&member->port->messages) ? &pset->idle : &pset->ready,
	    &member->pset_link);
	if (list_empty(&pset->posted)) {
		give_entry(pset->space, pset->board_index);
		pset->board_index = IPC_BOARD_NONE;
	}
	ipc_board_note_set(pset);
	ring_entry(entry, &pset->receivers, pset->watch);
}

/* The entries of a posted port go. */
static void
unpost(struct ipc_port *port)
{
	struct lane_board_port *entry =
	    entry_of(port->receiver, port->board_index);

	give_entry(port->receiver, port->board_index);
	port->board_index = IPC_BOARD_NONE;
	port->replies_come = false;
	ring_entry(entry, &port->receivers, port->watch);
	LIST_FOREACH (node, &port->members)
		unpost_member(CONTAINER_OF(node, struct ipc_member, port_link));
}

void
ipc_board_unpost(struct ipc_port *port)
{
	if (ipc_port_is_posted(port) && !port->replies_come &&
	    list_empty(&port->lanes))
		unpost(port);
}

void
ipc_board_settle(struct ipc_port *port)
{
	ipc_lane_close_port(port, IPC_LANE_EXACT);
	if (ipc_port_is_posted(port))
		ipc_lane_close_from(port->receiver, IPC_LANE_EXACT);
}

void
ipc_board_withdraw(struct ipc_port *port)
{
	ipc_board_settle(port);
	if (ipc_port_is_posted(port))
		unpost(port);
}

void
ipc_board_remove(struct ipc_space *space)
{
	struct ipc_board *board = space->board;

	if (!board)
		return;
	ipc_lane_close_space(space, IPC_LANE_OVER);
	for (uint32_t i = 0; i < LANE_BOARD_PORTS; i++)
		if (board->ports[i])
			unpost(board->ports[i]);
	space->board = NULL;
	base_free(board);
}

uint32_t
ipc_board_take_lane(struct ipc_board *board)
{
	return take_bit(board->lanes_used, LANE_BOARD_LANES / 32);
}

void
ipc_board_give_lane(struct ipc_board *board, uint32_t index)
{
	struct lane_board_lane *entry = &board->memory->lane[index];

	give_bit(board->lanes_used, index);
	atomic_store_explicit(&entry->state, LANE_NONE, memory_order_release);
}
