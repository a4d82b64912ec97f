/*
 * Closing: close 1-6 of lane.pml. Nobody is waited for. The kernel marks, fences, and reads;
 * each of A and B publishes, fences, and looks: so whatever the kernel did not see, its author
 * knows to ask for, and is answered after this.
 *
 * All lanes that close for one reason do so together. While they close they are in a list of
 * their own, by port_link, and in none where anybody looks for lanes.
 */
#include "base_assert.h"
#include "ipc_kmsg.h"
#include "ipc_lane.h"
#include "ipc_lane_look.h"
#include "ipc_lane_message.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "ipc_space.h"
#include "ipc_token.h"

/* What of one lane comes into the kernel. */
struct drain {
	struct ipc_lane *lane;
	struct ipc_kmsg *
	    *batch; /* of messages for queues, the last one first */
	uint64_t
	    ticket; /* of the last record: A's messages stay in their order */
	/* Rights of requests that B has not taken, by slot, until their records come. */
	struct ipc_port *waiting[LANE_SLOTS_MAX];
	uint32_t generation[LANE_SLOTS_MAX];
};

static void
set_state(struct lane_board_lane *entry, enum lane_state state)
{
	atomic_store_explicit(&entry->state, state, memory_order_release);
}

/* close 1, but for the fence. */
static void
begin(struct ipc_lane *lane, struct list *closing)
{
	mp_assert(lane->state != IPC_LANE_CLOSED);
	lane->closing = lane->state == IPC_LANE_OPEN;
	lane->state = IPC_LANE_CLOSED;
	list_remove(&lane->from_link);
	list_remove(&lane->to_link);
	list_remove(&lane->port_link);
	list_push_back(closing, &lane->port_link);
	if (!lane->closing)
		return;
	set_state(ipc_lane_to_entry(lane), LANE_CLOSING);
	set_state(ipc_lane_from_entry(lane), LANE_CLOSING);
}

/* It goes into the queue of the port it is for. CONSUMES @kmsg. */
static void
collect(struct drain *drain, struct ipc_space *sender, struct ipc_kmsg *kmsg,
    uint64_t ticket)
{
	sender->sent++;
	sender->sent_bytes += kmsg->size;
	kmsg->remote->enqueued++;
	kmsg->ticket = ticket;
	kmsg->next = *drain->batch;
	*drain->batch = kmsg;
}

/* The reply in @slot goes to @port: CONSUMES the send-once right. If it cannot be a message,
 * the right dies. */
static void
drain_reply(struct drain *drain, uint32_t slot, uint32_t generation,
    struct ipc_port *port)
{
	struct ipc_lane *lane = drain->lane;
	uint64_t ticket;
	struct ipc_kmsg *kmsg =
	    ipc_lane_message_reply(lane, slot, generation, &ticket);

	if (!kmsg) {
		ipc_port_release_send_once(port);
		return;
	}
	kmsg->remote = port;
	kmsg->remote_type = MACH_MSG_TYPE_PORT_SEND_ONCE;
	collect(drain, lane->to, kmsg, ticket);
}

/* close 4, of one slot. */
static void
drain_token(struct drain *drain, uint32_t slot)
{
	struct ipc_lane *lane = drain->lane;
	struct ipc_port *port;
	uint32_t generation;
	uint32_t index;
	const enum lane_token token = lane_drain_token(
	    &lane->view, &lane->cut, slot, &generation, &index);

	if (token == LANE_TOKEN_NONE || lane->resolved[slot] == generation)
		return;
	if (token == LANE_TOKEN_HELD &&
	    ipc_token_is_late(lane, slot, generation))
		return;
	port = ipc_token_right(lane, index);
	if (!port)
		return;
	/* Who sleeps for a reply by this lane does so no more. */
	ipc_board_ring(port);
	if (token == LANE_TOKEN_REPLIED) {
		ipc_token_tell(lane, slot, generation, LANE_KSLOT_REPLY);
		drain_reply(drain, slot, generation, port);
	} else if (token == LANE_TOKEN_HELD) {
		ipc_token_tell(lane, slot, generation, LANE_KSLOT_RIGHT);
		ipc_token_enter(lane, slot, generation, port);
	} else {
		ipc_token_tell_sender(lane, slot, generation, LANE_KSLOT_RIGHT);
		drain->waiting[slot] = port;
		drain->generation[slot] = generation;
	}
}

/* The right that a record's token stands for, by A's word; or NULL. */
static struct ipc_port *
take_waiting(struct drain *drain, uint32_t token)
{
	const uint32_t slot = token & (LANE_SLOTS_MAX - 1);
	struct ipc_port *port = drain->waiting[slot];

	if (!port || drain->generation[slot] != token >> 4)
		return NULL;
	drain->waiting[slot] = NULL;
	return port;
}

/* What is in @record, at @position, is a message for the lane's port. False: it cannot be. */
static bool
drain_message(
    struct drain *drain, uint32_t position, const struct lane_record *record)
{
	struct ipc_lane *lane = drain->lane;
	struct ipc_port *reply = IPC_PORT_NULL;
	struct ipc_kmsg *kmsg;
	bool possible;

	if (record->token != 0) {
		reply = take_waiting(drain, record->token);
		/* A has its answer: B says that it has not taken what it answered. Whoever
		 * receives next is not to have it again. */
		if (!reply)
			return true;
	}
	if (record->ticket > drain->ticket)
		drain->ticket = record->ticket;
	possible = ipc_lane_message_new(lane, position, record, &kmsg);
	if (!possible || !kmsg) {
		ipc_right_destroy_naked(reply, MACH_MSG_TYPE_PORT_SEND_ONCE);
		return possible;
	}
	ipc_port_copy_send(lane->port);
	kmsg->remote = lane->port;
	kmsg->remote_type = MACH_MSG_TYPE_PORT_SEND;
	kmsg->local = reply;
	if (reply)
		kmsg->local_type = MACH_MSG_TYPE_PORT_SEND_ONCE;
	collect(drain, lane->from, kmsg, drain->ticket);
	return true;
}

/* close 3. Requests that did not come, though A says so, are never answered. */
static void
drain_records(struct drain *drain)
{
	struct ipc_lane *lane = drain->lane;
	uint32_t position = lane_position(lane->cut.from);
	struct lane_record record;

	for (uint32_t i = 0; i < lane->limit &&
	     lane_drain_header(&lane->view, &lane->cut, position, &record) &&
	     drain_message(drain, position, &record);
	     i++)
		position += record.bytes;
	for (uint32_t i = 0; i < LANE_SLOTS_MAX; i++)
		if (drain->waiting[i])
			ipc_port_release_send_once(drain->waiting[i]);
}

/* Replies that A accepted by the lane count at their ports as if they had come by the
 * kernel. */
static void
count_replies(const struct ipc_lane *lane)
{
	for (uint32_t i = 0; i < LANE_BOARD_PORTS; i++) {
		struct ipc_port *port = ipc_board_port(lane->from->board, i);
		uint32_t accepted;

		if (!port)
			continue;
		accepted = lane_drain_accepted(&lane->view, i);
		port->seqno += accepted;
		port->enqueued += accepted;
	}
}

/* close 3 and 4, of one lane. */
static void
drain(struct ipc_lane *lane, struct ipc_kmsg **batch)
{
	struct drain drain = {.lane = lane, .batch = batch};

	for (uint32_t i = 0; i < lane->view.sizes.slots; i++)
		drain_token(&drain, i);
	ipc_token_bury(lane);
	drain_records(&drain);
	if (lane->view.sizes.slots > 0)
		count_replies(lane);
	/* The same of messages that B took; those that were drained count where they go. */
	lane->port->seqno += lane->cut.taken;
	ipc_lane_count(lane, &lane->cut);
}

/* Is that a reason to think twice before there is such a lane again? */
static bool
is_forced(const struct ipc_lane *lane, enum ipc_lane_why why)
{
	if (why == IPC_LANE_BROKEN)
		return true;
	return lane->passed.messages < IPC_LANE_PAID &&
	    (why == IPC_LANE_EXACT || why == IPC_LANE_FULL ||
	        (why == IPC_LANE_ASKED_TO && !lane->given_up));
}

/* close 6, for one of the two. */
static void
tell(struct lane_board_lane *entry, const struct lane_cut *cut, bool forced)
{
	if (!entry)
		return;
	atomic_store_explicit(
	    &entry->end, lane_position(cut->end), memory_order_relaxed);
	atomic_store_explicit(
	    &entry->from, lane_position(cut->from), memory_order_relaxed);
	atomic_store_explicit(&entry->forced, forced, memory_order_relaxed);
	/* Pairs with settle and take 5: with it come all these, and kslot. */
	set_state(entry, LANE_CLOSED);
	ipc_world.lanes->wake(&entry->state);
}

/* What the lane had goes back. */
static void
release(struct ipc_lane *lane)
{
	ipc_token_release_notices(lane);
	ipc_account_discharge(lane->account, &lane->charge);
	lane->account = ipc_account_unref(lane->account);
}

static void
note_why(struct ipc_port *port, enum ipc_lane_why why)
{
	port->lane_why = (uint8_t)why;
	port->lane_closed_ns = ipc_world.now_ns;
}

/* close 6, when both know */
static void
finish(struct ipc_lane *lane, enum ipc_lane_why why)
{
	struct ipc_port *port = lane->port;

	list_remove(&lane->port_link);
	release(lane);
	if (lane->closing)
		note_why(port, why);
	if (lane->to_index != IPC_BOARD_NONE) { /* it was ACCEPTED */
		ipc_token_release_names(lane);
		ipc_board_ring(port);
		ipc_board_unpost(port);
	}
	lane->port = ipc_port_unref(port);
	lane->closed(lane, why);
}

static void
close_all(struct list *closing, enum ipc_lane_why why)
{
	struct ipc_kmsg *batch = NULL;

	/* Pairs with publish 4, take 4, reply 1 and accept 3. */
	lane_fence();
	LIST_FOREACH (node, closing) {
		struct ipc_lane *lane =
		    CONTAINER_OF(node, struct ipc_lane, port_link);

		if (lane->closing)
			lane->cut = lane_drain_last_cut(&lane->view);
	}
	LIST_FOREACH (node, closing) {
		struct ipc_lane *lane =
		    CONTAINER_OF(node, struct ipc_lane, port_link);

		if (lane->closing)
			drain(lane, &batch);
	}
	ipc_mqueue_merge(batch); /* close 5 */
	LIST_FOREACH (node, closing) {
		const struct ipc_lane *lane =
		    CONTAINER_OF(node, struct ipc_lane, port_link);
		const bool forced = is_forced(lane, why);

		tell(ipc_lane_to_entry(lane), &lane->cut, forced);
		tell(ipc_lane_from_entry(lane), &lane->cut, forced);
	}
	while (!list_empty(closing))
		finish(CONTAINER_OF(closing->next, struct ipc_lane, port_link),
		    why);
}

void
ipc_lane_close(struct ipc_lane *lane, enum ipc_lane_why why)
{
	struct list closing;

	list_init(&closing);
	begin(lane, &closing);
	close_all(&closing, why);
}

void
ipc_lane_close_port(struct ipc_port *port, enum ipc_lane_why why)
{
	struct list closing;

	if (list_empty(&port->lanes))
		return;
	list_init(&closing);
	while (!list_empty(&port->lanes))
		begin(
		    CONTAINER_OF(port->lanes.next, struct ipc_lane, port_link),
		    &closing);
	close_all(&closing, why);
}

bool
ipc_lane_close_open(struct ipc_port *port, enum ipc_lane_why why)
{
	struct list closing;

	list_init(&closing);
	LIST_FOREACH_SAFE (node, &port->lanes) {
		struct ipc_lane *lane =
		    CONTAINER_OF(node, struct ipc_lane, port_link);

		if (lane->state == IPC_LANE_OPEN)
			begin(lane, &closing);
	}
	if (list_empty(&closing))
		return false;
	close_all(&closing, why);
	return true;
}

void
ipc_lane_close_from(struct ipc_space *space, enum ipc_lane_why why)
{
	struct list closing;

	if (list_empty(&space->lanes_out))
		return;
	list_init(&closing);
	while (!list_empty(&space->lanes_out))
		begin(CONTAINER_OF(
		          space->lanes_out.next, struct ipc_lane, from_link),
		    &closing);
	close_all(&closing, why);
}

void
ipc_lane_close_space(struct ipc_space *space, enum ipc_lane_why why)
{
	struct list closing;

	list_init(&closing);
	while (!list_empty(&space->lanes_in))
		begin(CONTAINER_OF(
		          space->lanes_in.next, struct ipc_lane, to_link),
		    &closing);
	close_all(&closing, why);
	ipc_lane_close_from(space, why);
}
