/*
 * ipc_check(): the world recounted. A tally for each port is built by walking
 * all that can hold a right, and then compared with what the port says of
 * itself.
 *
 * It uses malloc() itself, so that it does not disturb the counting and failing
 * of base_alloc.h, and it believes nothing that it can count.
 */
#include <stdlib.h>

#include "base_assert.h"
#include "ipc_kmsg.h"
#include "ipc_kobject.h"
#include "ipc_label.h"
#include "ipc_lane.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_request.h"
#include "ipc_slot.h"
#include "ipc_space.h"
#include "ipc_space_hash.h"
#include "ipc_watch.h"

/* What was found of one port. */
struct tally {
	const struct ipc_port *port;
	uint32_t refs;
	uint32_t srights;
	uint32_t sorights;
	uint32_t receivers;    /* receive rights: 1, unless dead */
	uint32_t notices_sent; /* queued notifications made of its rights */
	uint32_t walk;         /* by which check_no_circle() came along */
};

/* What was found that an account is charged for. */
struct bill {
	const struct ipc_account *account;
	struct ipc_charge charge;
	uint32_t queued; /* of tasks: those that the account counts */
};

struct tallies {
	struct tally *all; /* sorted by port */
	size_t count;
	struct bill *bills; /* in the world's order */
	size_t bill_count;
};

static int
compare(const void *left, const void *right)
{
	uintptr_t a = (uintptr_t)((const struct tally *)left)->port;
	uintptr_t b = (uintptr_t)((const struct tally *)right)->port;

	return (a > b) - (a < b);
}

static struct tallies
tallies_new(void)
{
	struct tallies tallies = {0};
	size_t i = 0;

	LIST_FOREACH (node, &ipc_world.ports)
		tallies.count++;
	tallies.all = calloc(tallies.count + 1, sizeof(*tallies.all));
	mp_assert(tallies.all);
	LIST_FOREACH (node, &ipc_world.ports)
		tallies.all[i++].port =
		    CONTAINER_OF(node, struct ipc_port, world_link);
	qsort(tallies.all, tallies.count, sizeof(*tallies.all), compare);
	LIST_FOREACH (node, &ipc_world.accounts)
		tallies.bill_count++;
	tallies.bills = calloc(tallies.bill_count + 1, sizeof(*tallies.bills));
	mp_assert(tallies.bills);
	i = 0;
	LIST_FOREACH (node, &ipc_world.accounts)
		tallies.bills[i++].account =
		    CONTAINER_OF(node, struct ipc_account, world_link);
	return tallies;
}

static struct bill *
bill_of(const struct tallies *tallies, const struct ipc_account *account)
{
	size_t i = 0;

	while (tallies->bills[i].account != account)
		mp_assert(++i < tallies->bill_count);
	return &tallies->bills[i];
}

/* Put something on the bill of @account, and of its user. */
static void
charge(const struct tallies *tallies, const struct ipc_account *account,
    const struct ipc_charge *charge)
{
	for (; account; account = account->parent) {
		struct bill *bill = bill_of(tallies, account);

		bill->charge.names += charge->names;
		bill->charge.messages += charge->messages;
		bill->charge.bytes += charge->bytes;
		bill->charge.file_bytes += charge->file_bytes;
	}
}

static void
count_kmsg(const struct tallies *tallies, const struct ipc_kmsg *kmsg)
{
	mp_assert(kmsg->account || kmsg->charge.bytes == 0 ||
	    kmsg->state == IPC_KMSG_NOTICE);
	if (kmsg->account)
		charge(tallies, kmsg->account, &kmsg->charge);
}

static struct tally *
tally_of(const struct tallies *tallies, const struct ipc_port *port)
{
	struct tally key = {.port = port};
	struct tally *found =
	    bsearch(&key, tallies->all, tallies->count, sizeof(key), compare);

	mp_assert(found); /* a pointer to what is not in the world */
	return found;
}

/* A naked right was found. */
static void
count_right(const struct tallies *tallies, const struct ipc_port *port,
    mach_msg_type_name_t type)
{
	struct tally *tally;

	if (!IPC_PORT_VALID(port))
		return;
	tally = tally_of(tallies, port);
	tally->refs++;
	switch (type) {
	case MACH_MSG_TYPE_PORT_SEND:
		tally->srights++;
		break;
	case MACH_MSG_TYPE_PORT_SEND_ONCE:
		tally->sorights++;
		break;
	case MACH_MSG_TYPE_PORT_RECEIVE:
		tally->receivers++;
		mp_assert(port->place == IPC_PORT_PLACE_TRANSIT);
		break;
	default:
		mp_unreachable();
	}
}

static void
count_request(const struct tallies *tallies, const struct ipc_request *request)
{
	mp_assert(request->notify);
	count_right(tallies, request->notify, MACH_MSG_TYPE_PORT_SEND_ONCE);
}

static void
check_accepted(const struct ipc_request *accepted)
{
	const struct ipc_entry *entry;

	mp_assert(accepted->kind == IPC_REQUEST_ACCEPTED);
	mp_assert(!list_linked(&accepted->port_link));
	if (!accepted->space)
		return;
	entry = ipc_space_find_raw(accepted->space, accepted->name);
	mp_assert(entry && entry->accepted == accepted);
}

static void
check_placed(const struct ipc_kmsg *kmsg)
{
	const struct ipc_memory *memory = kmsg->placed;

	for (; memory; memory = memory->next) {
		mp_assert(memory->offset < memory->bytes);
		mp_assert(!memory->next || memory->next->index > memory->index);
	}
}

/* A message on its way to @port. */
static void
check_kmsg(const struct tallies *tallies, const struct ipc_port *port,
    const struct ipc_kmsg *kmsg)
{
	mp_assert(kmsg->state == IPC_KMSG_TRANSIT && !kmsg->circular);
	mp_assert(kmsg->remote == port);
	mp_assert(kmsg->right_first == 0);
	mp_assert(kmsg->byte_count == kmsg->size || kmsg->memory);
	mp_assert(!kmsg->loan || kmsg->loan->kmsg == kmsg);
	mp_assert(!kmsg->ring || (kmsg->ring->account && !kmsg->loan));
	check_placed(kmsg);
	count_kmsg(tallies, kmsg);
	count_right(tallies, kmsg->remote, kmsg->remote_type);
	if (kmsg->notice)
		tally_of(tallies, port)->notices_sent++;
	if (IPC_PORT_VALID(kmsg->local))
		count_right(tallies, kmsg->local, kmsg->local_type);
	for (uint32_t i = 0; i < kmsg->right_count; i++) {
		const struct ipc_kmsg_right *right = &kmsg->rights[i];

		if (!IPC_PORT_VALID(right->port))
			continue;
		count_right(tallies, right->port, right->type);
		if (right->type == MACH_MSG_TYPE_PORT_RECEIVE)
			mp_assert(right->port->destination == port);
	}
	if (kmsg->accepted) {
		check_accepted(kmsg->accepted);
		count_request(tallies, kmsg->accepted);
	}
}

/* Who waits for what is posted waits for its bell, or until it is not quiet; and nobody waits
 * for the bell of what is not. */
static void
check_wait(const struct ipc_waiter *waiter, bool posted)
{
	mp_assert(posted || !(waiter->lanes & IPC_LANES_WAIT));
	mp_assert(
	    !posted || (waiter->lanes & (IPC_LANES_WAIT | IPC_LANES_DIRECT)));
}

static void
check_queue(const struct tallies *tallies, const struct ipc_port *port)
{
	uint64_t ticket = 1;
	uint32_t count = 0;
	uint32_t expiries = 0;

	LIST_FOREACH (node, &port->messages) {
		const struct ipc_kmsg *kmsg =
		    CONTAINER_OF(node, struct ipc_kmsg, link);

		mp_assert(kmsg->queued && kmsg->ticket >= ticket);
		ticket = kmsg->ticket;
		check_kmsg(tallies, port, kmsg);
		expiries += kmsg->expiry;
		if (kmsg->sender != 0)
			bill_of(tallies, kmsg->account)->queued++;
		count++;
	}
	mp_assert(expiries == port->expired || !ipc_port_active(port));
	mp_assert(expiries == 0 || port->attached);
	mp_assert(count == port->msgcount && count <= IPC_QUEUE_MAX);
	LIST_FOREACH (node, &port->senders) {
		const struct ipc_waiter *waiter =
		    CONTAINER_OF(node, struct ipc_waiter, link);

		mp_assert(waiter->state == IPC_WAITER_SENDING);
		mp_assert(waiter->port == port);
		mp_assert(waiter->kmsg->remote_type == MACH_MSG_TYPE_PORT_SEND);
		mp_assert(!waiter->kmsg->accepted);
		check_kmsg(tallies, port, waiter->kmsg);
	}
	mp_assert(list_empty(&port->senders) || count >= port->qlimit);
	LIST_FOREACH (node, &port->receivers) {
		const struct ipc_waiter *waiter =
		    CONTAINER_OF(node, struct ipc_waiter, link);

		mp_assert(waiter->state == IPC_WAITER_RECEIVING);
		mp_assert(waiter->port == port);
		mp_assert(ipc_port_received_by(port, waiter->space));
		check_wait(waiter, ipc_port_is_posted(port));
	}
	mp_assert(list_empty(&port->receivers) || count == 0 ||
	    ipc_port_is_posted(port));
}

/* Who is told whether messages wait was told the truth. */
static void
check_watch(const struct ipc_watch *watch, const struct ipc_port *port,
    const struct ipc_pset *pset, bool ready)
{
	if (!watch)
		return;
	mp_assert(watch->state == IPC_WATCH_ON && watch->ready == ready);
	mp_assert(watch->port == port && watch->pset == pset);
	mp_assert(!port || port->place == IPC_PORT_PLACE_SPACE);
}

/* The ticket of the first of @messages, 0: there is none. */
static uint64_t
first_ticket(const struct list *messages)
{
	return list_empty(messages)
	    ? 0
	    : CONTAINER_OF(messages->next, struct ipc_kmsg, link)->ticket;
}

static uint64_t
first_ticket_of_set(const struct ipc_pset *pset)
{
	return list_empty(&pset->ready)
	    ? 0
	    : first_ticket(
	          &CONTAINER_OF(pset->ready.next, struct ipc_member, pset_link)
	               ->port->messages);
}

/* An entry on the board that is in use: what is written there, and nobody else has it. */
static void
check_entry_on_board(
    const struct ipc_space *space, uint32_t index, uint64_t oldest)
{
	const struct ipc_board *board = space->board;
	const struct lane_board_port *entry;

	mp_assert(board && index < LANE_BOARD_PORTS);
	mp_assert(board->ports_used[index / 32] & 1u << index % 32);
	entry = &board->memory->port[index];
	mp_assert((entry->serial & 1) == 1 && entry->oldest == oldest);
}

static void
check_posted(const struct ipc_port *port)
{
	const struct ipc_board *board;

	mp_assert(ipc_port_is_posted(port) || !port->replies_come);
	if (!ipc_port_is_posted(port))
		return;
	mp_assert(port->place == IPC_PORT_PLACE_SPACE);
	board = port->receiver->board;
	check_entry_on_board(
	    port->receiver, port->board_index, first_ticket(&port->messages));
	mp_assert(board->ports[port->board_index] == port);
	mp_assert(
	    board->memory->port[port->board_index].context == port->context);
}

/* As many entries are in use as there are ports and sets that are posted. */
static void
check_board(struct ipc_space *space)
{
	const struct ipc_entry *entry;
	mach_port_name_t from = 0;
	mach_port_name_t name;
	uint32_t used = 0;

	if (!space->board)
		return;
	for (unsigned i = 0; i < LANE_BOARD_PORTS; i++) {
		bool in_use = space->board->ports_used[i / 32] & 1u << i % 32;

		mp_assert((space->board->memory->port[i].serial & 1) == in_use);
		mp_assert(in_use || !space->board->ports[i]);
		used += in_use;
	}
	mp_assert(used == space->board->ports_count);
	while ((entry = ipc_space_next(space, &from, &name))) {
		if (entry->type & MACH_PORT_TYPE_RECEIVE)
			used -= ipc_port_is_posted(entry->port);
		else if (entry->type == MACH_PORT_TYPE_PORT_SET)
			used -= ipc_pset_is_posted(entry->pset);
	}
	mp_assert(used == 0);
}

static void
check_members(const struct tallies *tallies, const struct ipc_port *port)
{
	uint32_t count = 0;

	LIST_FOREACH (node, &port->members) {
		const struct ipc_member *member =
		    CONTAINER_OF(node, struct ipc_member, port_link);

		mp_assert(member->port == port);
		mp_assert(ipc_port_received_by(port, member->pset->space));
		mp_assert(list_empty(&member->pset->receivers) ||
		    port->msgcount == 0 || ipc_pset_is_posted(member->pset));
		charge(tallies, member->account,
		    &(const struct ipc_charge){.bytes = sizeof(*member)});
		count++;
	}
	mp_assert(count == port->member_count);
}

static void
check_request_list(const struct tallies *tallies, const struct ipc_port *port,
    const struct list *requests)
{
	LIST_FOREACH (node, requests) {
		const struct ipc_request *request =
		    CONTAINER_OF(node, struct ipc_request, port_link);
		const struct ipc_entry *entry =
		    ipc_space_find_raw(request->space, request->name);

		mp_assert(request->kind != IPC_REQUEST_ACCEPTED);
		mp_assert((request->kind == IPC_REQUEST_ARMED) ==
		    (requests == &port->armed));
		mp_assert(entry && entry->request == request);
		mp_assert(entry->port == port);
		count_request(tallies, request);
	}
}

static void
check_requests(const struct tallies *tallies, const struct ipc_port *port)
{
	check_request_list(tallies, port, &port->requests);
	check_request_list(tallies, port, &port->armed);
	mp_assert(port->pdrequest || !port->has_backup);
	if (port->pdrequest)
		count_right(
		    tallies, port->pdrequest, MACH_MSG_TYPE_PORT_SEND_ONCE);
	if (port->nsrequest)
		count_right(
		    tallies, port->nsrequest, MACH_MSG_TYPE_PORT_SEND_ONCE);
}

static void
check_label(const struct tallies *tallies, const struct ipc_label *label)
{
	if (!label)
		return;
	mp_assert(label->bytes > 1 && label->bytes <= IPC_LABEL_MAX);
	mp_assert(label->text[label->bytes - 1] == '\0');
	charge(tallies, label->account,
	    &(const struct ipc_charge){.bytes = ipc_label_charge(label)});
}

/* The way out of @port's queue ends, and does not lead back. Each port is passed
 * once in all: @walk, which is not 0, marks those of this walk. */
static void
check_no_circle(
    const struct tallies *tallies, const struct ipc_port *port, uint32_t walk)
{
	const struct ipc_port *p = port;

	while (p->place == IPC_PORT_PLACE_TRANSIT) {
		struct tally *tally = tally_of(tallies, p);

		mp_assert(tally->walk != walk);
		if (tally->walk != 0)
			return; /* an earlier walk went on from here */
		tally->walk = walk;
		p = p->destination;
	}
}

static void
check_place(const struct tallies *tallies, const struct ipc_port *port)
{
	const struct ipc_entry *entry;

	switch ((enum ipc_port_place)port->place) {
	case IPC_PORT_PLACE_SPACE:
		mp_assert(port->receiver->active);
		entry = ipc_space_find_raw(port->receiver, port->receiver_name);
		mp_assert(entry && entry->port == port);
		mp_assert(entry->type & MACH_PORT_TYPE_RECEIVE);
		break;
	case IPC_PORT_PLACE_TRANSIT:
		mp_assert(port->destination);
		tally_of(tallies, port->destination)->refs++;
		mp_assert(list_empty(&port->receivers));
		mp_assert(list_empty(&port->members));
		break;
	case IPC_PORT_PLACE_KERNEL:
		mp_assert(port->kobject->port == port);
		mp_assert(list_empty(&port->messages));
		mp_assert(list_empty(&port->senders));
		tally_of(tallies, port)->refs++;
		tally_of(tallies, port)->receivers++;
		break;
	case IPC_PORT_PLACE_DEAD:
		mp_assert(list_empty(&port->messages));
		mp_assert(list_empty(&port->senders));
		mp_assert(list_empty(&port->receivers));
		mp_assert(list_empty(&port->members));
		mp_assert(list_empty(&port->requests));
		mp_assert(list_empty(&port->armed));
		mp_assert(!port->notices && !port->reap_below);
		mp_assert(!port->attached);
		mp_assert(!port->label);
		break;
	}
}

/* What guards a receive right stays with the space that it is in. */
static void
check_guard(const struct ipc_port *port)
{
	mp_assert(port->guarded || !port->strict);
	if (ipc_port_active(port) && port->place != IPC_PORT_PLACE_SPACE)
		mp_assert(
		    !port->guarded && !port->immovable && port->context == 0);
}

static void
check_set(const struct ipc_space *space, const struct ipc_pset *pset,
    mach_port_name_t name)
{
	uint32_t count = 0;

	mp_assert(pset->space == space && pset->name == name);
	LIST_FOREACH (node, &pset->ready) {
		const struct ipc_member *member =
		    CONTAINER_OF(node, struct ipc_member, pset_link);

		mp_assert(member->pset == pset && member->port->msgcount > 0);
		mp_assert(!ipc_port_is_posted(member->port));
		count++;
	}
	LIST_FOREACH (node, &pset->idle) {
		const struct ipc_member *member =
		    CONTAINER_OF(node, struct ipc_member, pset_link);

		mp_assert(member->pset == pset && member->port->msgcount == 0);
		mp_assert(!ipc_port_is_posted(member->port));
		count++;
	}
	LIST_FOREACH (node, &pset->posted) {
		const struct ipc_member *member =
		    CONTAINER_OF(node, struct ipc_member, pset_link);

		mp_assert(member->pset == pset);
		mp_assert(ipc_port_is_posted(member->port));
		count++;
	}
	mp_assert(count == pset->member_count);
	mp_assert(ipc_pset_is_posted(pset) == !list_empty(&pset->posted));
	check_watch(pset->watch, NULL, pset,
	    ipc_pset_is_posted(pset) || !list_empty(&pset->ready));
	if (ipc_pset_is_posted(pset))
		check_entry_on_board(
		    space, pset->board_index, first_ticket_of_set(pset));
	LIST_FOREACH (node, &pset->receivers) {
		const struct ipc_waiter *waiter =
		    CONTAINER_OF(node, struct ipc_waiter, link);

		mp_assert(waiter->state == IPC_WAITER_RECEIVING);
		mp_assert(waiter->pset == pset && waiter->space == space);
		check_wait(waiter, ipc_pset_is_posted(pset));
	}
}

static void
check_entry(const struct tallies *tallies, struct ipc_space *space,
    mach_port_name_t name, const struct ipc_entry *entry)
{
	mach_port_name_t found = MACH_PORT_NULL;
	const struct ipc_port *port = entry->port;

	if (entry->request)
		mp_assert(entry->request->space == space &&
		    entry->request->name == name &&
		    list_linked(&entry->request->port_link));
	if (entry->accepted)
		mp_assert((entry->type & MACH_PORT_TYPE_SEND) &&
		    entry->accepted->space == space &&
		    entry->accepted->name == name);
	switch (entry->type) {
	case MACH_PORT_TYPE_SEND:
	case MACH_PORT_TYPE_SEND_RECEIVE:
		mp_assert(entry->urefs > 0);
		mp_assert(ipc_space_find_port(space, port, &found) == entry);
		mp_assert(found == name);
		count_right(tallies, port, MACH_MSG_TYPE_PORT_SEND);
		break;
	case MACH_PORT_TYPE_RECEIVE:
		mp_assert(entry->urefs == 0);
		tally_of(tallies, port)->refs++;
		break;
	case MACH_PORT_TYPE_SEND_ONCE:
		mp_assert(entry->urefs == 1);
		count_right(tallies, port, MACH_MSG_TYPE_PORT_SEND_ONCE);
		break;
	case MACH_PORT_TYPE_PORT_SET:
		check_set(space, entry->pset, name);
		break;
	case MACH_PORT_TYPE_DEAD_NAME:
		mp_assert(entry->urefs > 0 && !port && !entry->request);
		break;
	default:
		mp_unreachable();
	}
	if (entry->type & MACH_PORT_TYPE_RECEIVE) {
		mp_assert(ipc_port_received_by(port, space));
		mp_assert(port->receiver_name == name);
		tally_of(tallies, port)->receivers++;
	}
}

static const struct ipc_entry *
slot_at(const struct ipc_space *space, uint32_t index)
{
	uint32_t chunk = index / IPC_CHUNK_ENTRIES;

	if (chunk >= space->chunk_count || !space->chunks[chunk])
		return NULL;
	return &space->chunks[chunk][index % IPC_CHUNK_ENTRIES];
}

/* Free slots all of whose names are in the tree. */
static uint32_t
count_blocked(const struct ipc_space *space)
{
	uint32_t blocked = 0;

	for (uint32_t i = 1; space->tree.count && i < space->next_index; i++) {
		const struct ipc_entry *entry = slot_at(space, i);

		mp_assert(entry);
		if (!entry->blocked)
			continue;
		mp_assert(entry->type == MACH_PORT_TYPE_NONE);
		for (mach_port_name_t low = 3; low < 0x100; low += 4)
			mp_assert(ipc_tree_find(&space->tree, i << 8 | low));
		blocked++;
	}
	return blocked;
}

static uint64_t
count_table_bytes(const struct ipc_space *space)
{
	uint64_t bytes = space->chunk_count * sizeof(*space->chunks) +
	    space->hash_size * sizeof(*space->hash);

	for (uint32_t i = 0; i < space->chunk_count; i++)
		if (space->chunks[i])
			bytes += IPC_CHUNK_ENTRIES * sizeof(*space->chunks[i]);
	return bytes;
}

/* Every slot that was handed out is in use, in the free list, blocked, or reserved. */
static void
check_free_list(const struct ipc_space *space)
{
	const struct ipc_entry *entry;
	mach_port_name_t name;
	mach_port_name_t from = 0;
	uint32_t outside = 0;
	uint32_t low = 0;
	uint32_t free = 0;

	while ((entry = ipc_space_next(space, &from, &name))) {
		if (entry != slot_at(space, name >> 8))
			outside++;
		else
			low += name >> 8 < space->next_index;
	}
	mp_assert(outside == space->tree.count);
	mp_assert(space->mach3 || outside == 0);
	for (uint32_t i = space->free_head; i;) {
		entry = slot_at(space, i);
		mp_assert(entry && entry->type == MACH_PORT_TYPE_NONE);
		mp_assert(i < space->next_index && !entry->blocked);
		free++;
		i = entry->free.next;
	}
	mp_assert(!space->active ||
	    low + free + count_blocked(space) + space->reserved ==
	        space->next_index - 1);
}

/* Both boards tell the same of an open lane. */
static void
check_lane_entries(const struct ipc_lane *lane)
{
	const struct lane_board_lane *from = ipc_lane_from_entry(lane);
	const struct lane_board_lane *to = ipc_lane_to_entry(lane);

	mp_assert(from->state == LANE_OPEN && to->state == LANE_OPEN);
	mp_assert(from->limit == lane->limit && to->limit == lane->limit);
	mp_assert(from->whole == lane->whole && to->whole == lane->whole);
	for (unsigned i = 0; i < LANE_SLOTS_MAX; i++)
		mp_assert(from->kslot[i] == to->kslot[i]);
}

/* How many of its names are reserved. */
static uint32_t
check_tokens(const struct ipc_lane *lane)
{
	uint32_t reserved = 0;

	if (lane->to_index == IPC_BOARD_NONE)
		return 0;
	for (unsigned i = 0; i < lane->view.sizes.slots; i++) {
		const struct ipc_entry *entry =
		    slot_at(lane->to, lane->tokens[i]);

		mp_assert(entry && entry->lane == lane);
		if (entry->type == MACH_PORT_TYPE_NONE)
			reserved++;
		else
			mp_assert(entry->type == MACH_PORT_TYPE_SEND_ONCE);
	}
	return reserved;
}

static void
check_lane(const struct tallies *tallies, const struct ipc_lane *lane)
{
	const struct ipc_port *port = lane->port;

	mp_assert(lane->from != lane->to && lane->state != IPC_LANE_CLOSED);
	mp_assert(lane->passed.replies <= lane->passed.messages);
	mp_assert(ipc_port_received_by(port, lane->to));
	mp_assert(list_linked(&lane->port_link));
	mp_assert(list_linked(&lane->from_link));
	mp_assert((lane->to_index == IPC_BOARD_NONE) ==
	    (lane->state < IPC_LANE_ACCEPTED));
	mp_assert(lane->to_index == IPC_BOARD_NONE || ipc_port_is_posted(port));
	if (lane->state == IPC_LANE_OPEN) {
		check_lane_entries(lane);
		mp_assert(list_empty(&port->senders));
		mp_assert(list_empty(&port->armed));
	} else {
		mp_assert(lane->limit == 0);
	}
	tally_of(tallies, port)->refs++;
	charge(tallies, lane->account, &lane->charge);
	for (const struct ipc_kmsg *k = lane->notices; k; k = k->next)
		count_kmsg(tallies, k);
}

/* Those that the space receives by; and of the others only that they are its own. */
static void
check_lanes(const struct tallies *tallies, const struct ipc_space *space)
{
	uint32_t reserved = 0;

	LIST_FOREACH (node, &space->lanes_in) {
		const struct ipc_lane *lane =
		    CONTAINER_OF(node, struct ipc_lane, to_link);

		mp_assert(lane->to == space);
		check_lane(tallies, lane);
		reserved += check_tokens(lane);
	}
	mp_assert(reserved == space->reserved);
	LIST_FOREACH (node, &space->lanes_out)
		mp_assert(CONTAINER_OF(node, const struct ipc_lane, from_link)
		              ->from == space);
}

static void
check_space(const struct tallies *tallies, struct ipc_space *space)
{
	struct ipc_entry *entry;
	mach_port_name_t name;
	mach_port_name_t last = MACH_PORT_NULL;
	mach_port_name_t from = 0;
	uint32_t used = 0;
	uint32_t sends = 0;
	uint32_t receives = 0;

	while ((entry = ipc_space_next(space, &from, &name))) {
		mp_assert(name > last && name != MACH_PORT_DEAD);
		mp_assert(ipc_space_find_raw(space, name) == entry);
		last = name;
		check_entry(tallies, space, name, entry);
		used++;
		sends += (entry->type & MACH_PORT_TYPE_SEND) != 0;
		receives += (entry->type & MACH_PORT_TYPE_RECEIVE) != 0;
	}
	mp_assert(receives == space->receives);
	mp_assert(used == space->used && sends == space->hash_used);
	mp_assert(space->table_bytes == count_table_bytes(space));
	charge(tallies, space->account,
	    &(const struct ipc_charge){
	        .names = used + space->reserved, .bytes = space->table_bytes});
	check_free_list(space);
	check_lanes(tallies, space);
	check_board(space);
	mp_assert(space->active || (used == 0 && !space->board));
}

/* Replies that come later, to whoever waits for them on @port. */
static void
check_replies(const struct tallies *tallies, const struct ipc_port *port)
{
	LIST_FOREACH (node, &port->replies) {
		const struct ipc_kmsg *reply =
		    CONTAINER_OF(node, struct ipc_kmsg, link);

		mp_assert(reply->state == IPC_KMSG_TRANSIT);
		mp_assert(reply->remote == port);
		mp_assert(!reply->promise || ipc_port_active(port));
		mp_assert(
		    reply->right_count == 0 && !reply->local && !reply->memory);
		count_kmsg(tallies, reply);
		count_right(tallies, reply->remote, reply->remote_type);
	}
}

/* What a port says of itself against what was found. */
static void
compare_tally(const struct tallies *tallies, const struct tally *tally)
{
	const struct ipc_port *port = tally->port;
	uint32_t notices = 0;
	uint32_t charged = 0;

	mp_assert(tally->refs == port->refs && port->refs > 0);
	if (!ipc_port_active(port)) {
		mp_assert(tally->receivers == 0);
		return;
	}
	mp_assert(tally->receivers == 1);
	mp_assert(tally->srights == port->srights);
	mp_assert(tally->sorights == port->sorights);
	mp_assert(tally->notices_sent == port->notices_sent);
	for (const struct ipc_kmsg *k = port->notices; k; k = k->next) {
		mp_assert(k->state == IPC_KMSG_NOTICE);
		mp_assert(k->account || k == port->notices);
		count_kmsg(tallies, k);
		notices++;
		charged += k->account != NULL;
	}
	mp_assert(notices == port->notice_count);
	mp_assert(charged == port->sorights - port->notices_sent);
}

/* Names are all there is; messages may also be with a waiter whose result was not
 * fetched yet. */
static void
compare_bill(const struct bill *bill)
{
	const struct ipc_charge *used = &bill->account->used;

	mp_assert(bill->charge.names == used->names);
	mp_assert(bill->queued == bill->account->queued);
	mp_assert(bill->charge.messages <= used->messages);
	mp_assert(bill->charge.bytes <= used->bytes);
	mp_assert(bill->charge.file_bytes <= used->file_bytes);
}

void
ipc_check(void)
{
	struct tallies tallies = tallies_new();
	uint32_t walk = 0;

	LIST_FOREACH (node, &ipc_world.ports) {
		const struct ipc_port *port =
		    CONTAINER_OF(node, struct ipc_port, world_link);

		check_place(&tallies, port);
		check_guard(port);
		check_no_circle(&tallies, port, ++walk);
		check_queue(&tallies, port);
		check_watch(port->watch, port, NULL,
		    ipc_port_is_posted(port) || port->msgcount > 0);
		check_posted(port);
		check_members(&tallies, port);
		check_requests(&tallies, port);
		check_replies(&tallies, port);
		check_label(&tallies, port->label);
	}
	LIST_FOREACH (node, &ipc_world.spaces)
		check_space(
		    &tallies, CONTAINER_OF(node, struct ipc_space, world_link));
	LIST_FOREACH (node, &ipc_world.slots)
		count_right(&tallies,
		    CONTAINER_OF(node, struct ipc_slot, world_link)->port,
		    MACH_MSG_TYPE_PORT_SEND);
	for (size_t i = 0; i < tallies.count; i++)
		compare_tally(&tallies, &tallies.all[i]);
	for (size_t i = 0; i < tallies.bill_count; i++)
		compare_bill(&tallies.bills[i]);
	free(tallies.bills);
	free(tallies.all);
}
