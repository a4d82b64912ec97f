/* From which feed, and what the message looks like. */
#include "lanes_take.h"

#include <string.h>

#include "call.h"
#include "lane_reply.h"
#include "lanes.h"
#include "lanes_begin.h"
#include "lanes_buffer.h"
#include "user_memory.h"

_Static_assert(sizeof(mach_msg_header_t) % sizeof(uint32_t) == 0,
    "a trailer follows a body of whole words at once");

/* Where a message by a lane goes. */
struct place {
	const struct msg_call *call;
	uint8_t *bytes;
	uint32_t trailer_bytes;
	uint32_t room; /* for a body */
};

/* False: not even a message without a body can come there by a lane. */
static bool
find_place(const struct msg_call *call, struct place *place_out)
{
	const uint32_t size = call->receive.size;
	const uint32_t most = (uint32_t)sizeof(mach_msg_header_t) +
	    lane_body_max(LANE_RING_MAX) + MAX_TRAILER_SIZE;
	const uint32_t trailer = (uint32_t)REQUESTED_TRAILER_SIZE(call->option);

	if (size < sizeof(mach_msg_header_t) + trailer ||
	    !lanes_buffer_writable(
	        call->receive.bytes, size < most ? size : most))
		return false;
	*place_out = (struct place){
	    .call = call,
	    .bytes = call->receive.bytes,
	    .trailer_bytes = trailer,
	    .room = size - (uint32_t)sizeof(mach_msg_header_t) - trailer,
	};
	return true;
}

static uint8_t *
body_of(const struct place *place)
{
	return place->bytes + sizeof(mach_msg_header_t);
}

/* A feed's head that is to be taken, and whether others wait. */
struct head {
	uint32_t feed;
	uint64_t ticket;
	bool others;
};

/* What is not in the body. */
struct envelope {
	mach_msg_bits_t bits;
	mach_port_name_t remote;
	mach_msg_id_t id;
	uint32_t body_bytes;
	const struct wire_lane_identity *sender;
};

/* As nearly all want it. */
static void
write_short_trailer(const struct place *place, const struct envelope *envelope)
{
	const mach_msg_trailer_t trailer = {
	    .msgh_trailer_type = MACH_MSG_TRAILER_FORMAT_0,
	    .msgh_trailer_size = sizeof(trailer),
	};

	memcpy(
	    body_of(place) + envelope->body_bytes, &trailer, sizeof(trailer));
}

static void
write_trailer(const struct place *place, const struct lanes_port *port,
    const struct envelope *envelope)
{
	mach_msg_max_trailer_t trailer = {
	    .msgh_trailer_type = MACH_MSG_TRAILER_FORMAT_0,
	    .msgh_trailer_size = place->trailer_bytes,
	    .msgh_seqno = port->seqno,
	    .msgh_context = atomic_load_explicit(
	        &port->board->context, memory_order_relaxed),
	};

	memcpy(&trailer.msgh_sender, envelope->sender->security,
	    sizeof(trailer.msgh_sender));
	memcpy(&trailer.msgh_audit, envelope->sender->audit,
	    sizeof(trailer.msgh_audit));
	memcpy(body_of(place) + envelope->body_bytes, &trailer,
	    place->trailer_bytes);
}

/* Source: messages.md 11.4, 5.3, 11.8 */
static void
write_envelope(const struct place *place, struct lanes_port *port,
    const struct envelope *envelope)
{
	const mach_msg_header_t header = {
	    .msgh_bits = envelope->bits,
	    .msgh_size = (mach_msg_size_t)sizeof(header) + envelope->body_bytes,
	    .msgh_remote_port = envelope->remote,
	    .msgh_local_port = port->name,
	    .msgh_id = envelope->id,
	};

	memcpy(place->bytes, &header, sizeof(header));
	if (place->trailer_bytes == sizeof(mach_msg_trailer_t))
		write_short_trailer(place, envelope);
	else
		write_trailer(place, port, envelope);
	port->seqno++;
}

/* A message stays, since it is too large: say how large. If the buffer cannot be written,
 * then not. Source: messages.md 11.3 */
static mach_msg_return_t
tell_size(const struct lanes_port *port, const struct msg_call *call,
    uint32_t body_bytes)
{
	const mach_msg_size_t size =
	    (mach_msg_size_t)sizeof(mach_msg_header_t) + body_bytes;
	const mach_port_name_t name = port->name;
	mach_msg_header_t *header = call->receive.bytes;

	(void)user_memory_write(&header->msgh_size, &size, sizeof(size));
	if (call->option & MACH_RCV_LARGE_IDENTITY)
		(void)user_memory_write(
		    &header->msgh_local_port, &name, sizeof(name));
	return MACH_RCV_TOO_LARGE;
}

/* Have the kernel take over what is in a lane, and do what this cannot. That it was closed
 * already, or that there is no kernel, is seen when it is looked at again: here, as below. */
static enum lanes_taken
close_lane(uint32_t id)
{
	const kern_return_t kr = CALL(LANE_CLOSE, NULL, id);

	(void)kr;
	return LANES_AGAIN;
}

/* The peer has written what cannot be. */
static enum lanes_taken
drop_lane(uint32_t id)
{
	const kern_return_t kr = CALL(LANE_DROP, NULL, id);

	(void)kr;
	return LANES_AGAIN;
}

/* The lane is closed, or closing: wait until it is done. */
static void
sync_lane(uint32_t id, const struct lane_board_lane *board)
{
	kern_return_t kr;

	if (atomic_load_explicit(&board->state, memory_order_acquire) ==
	    LANE_CLOSED)
		return;
	kr = CALL(LANE_SYNC, NULL, id);
	(void)kr;
}

/* --- the kernel's queue ----------------------------------------------------- */

/* Is a message gone from the queue with @mr? */
static bool
is_consumed(const struct msg_call *call, mach_msg_return_t mr)
{
	switch (mr & ~MACH_MSG_MASK) {
	case MACH_MSG_SUCCESS:
	case MACH_RCV_INVALID_DATA:
	case MACH_RCV_HEADER_ERROR:
	case MACH_RCV_BODY_ERROR:
		return true;
	case MACH_RCV_TOO_LARGE:
		return !(call->option & MACH_RCV_LARGE);
	default:
		return false;
	}
}

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

/* --- lanes to the port ------------------------------------------------------ */

/* A slot is used again when its token was answered, or was a right and is used up. If the
 * program still has the token that was there, A lies. */
static bool
is_free(const struct lanes_in *in, uint32_t slot, uint32_t generation)
{
	const uint32_t live = in->live[slot];
	const uint32_t decided =
	    atomic_load_explicit(
	        &in->lane.board->kslot[slot], memory_order_acquire) >>
	    2;

	return live == 0 || decided == live || decided == generation;
}

/* The token of @slot is the program's, under slot_lock. False: not, its name would be
 * another's. */
static bool
hold_token(struct lanes_in *in, uint32_t slot, uint32_t generation)
{
	const struct lane_board_lane *board = in->lane.board;

	if (generation == 0 || !is_free(in, slot, generation))
		return false;
	lanes_in_hold(in, slot, generation);
	lane_fence(); /* pairs with close 1 */
	if (atomic_load_explicit(&board->state, memory_order_acquire) ==
	    LANE_OPEN)
		return true;
	sync_lane(atomic_load_explicit(&in->id, memory_order_relaxed), board);
	if (atomic_load_explicit(&board->kslot[slot], memory_order_acquire) ==
	    lane_word(generation, LANE_KSLOT_RIGHT))
		return true;
	lanes_in_hold(in, slot, 0);
	return false;
}

/* lane.pml: take 7. What the program may call the right to reply. */
static mach_port_name_t
name_token(struct lanes_in *in, uint32_t token)
{
	const uint32_t slot = token % LANE_SLOTS_MAX;
	const uint32_t generation = token / LANE_SLOTS_MAX;
	bool held;
	uint32_t kslot;

	/* Not to be had: then a reply goes by trap, with the same name. */
	if (lanes_lock_take(&in->slot_lock)) {
		held = hold_token(in, slot, generation);
		lanes_lock_give(&in->slot_lock);
		if (!held)
			return MACH_PORT_DEAD;
	}
	in->told[slot] = generation;
	kslot = atomic_load_explicit(
	    &in->lane.board->kslot[slot], memory_order_acquire);
	if (kslot == lane_word(generation, LANE_KSLOT_FREED) ||
	    kslot == lane_word(generation, LANE_KSLOT_REPLY))
		return MACH_PORT_DEAD;
	return in->names[slot] | lane_name_generation(generation);
}

static void
finish_in(struct lanes_port *port, struct lanes_in *in,
    const struct place *place, const struct lane_record *record)
{
	struct envelope envelope = {
	    .bits = MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND),
	    .id = record->id,
	    .body_bytes = record->body,
	    .sender = &in->sender,
	};

	if (record->token != 0) {
		envelope.bits = MACH_MSGH_BITS(
		    MACH_MSG_TYPE_PORT_SEND_ONCE, MACH_MSG_TYPE_PORT_SEND);
		envelope.remote = name_token(in, record->token);
	}
	write_envelope(place, port, &envelope);
}

/* Something was taken from a feed that may hold @limit: a lane whose tickets lie is given
 * up. */
static void
note_taken(struct lanes_port *port, const struct head *head, uint32_t limit)
{
	if (!lane_note_taken(&port->sources[head->feed], head->ticket,
	        head->others, limit, lanes_clock()))
		(void)drop_lane(port->feeds[head->feed].id);
}

/* The message was taken while the lane closed: it is ours, or the kernel's. */
static enum lanes_taken
settle_in(struct lanes_port *port, uint32_t i, const struct place *place,
    const struct lane_record *record)
{
	struct lanes_in *in = port->feeds[i].in;
	bool ours;

	sync_lane(port->feeds[i].id, in->lane.board);
	ours = lane_in_settle(&in->lane);
	if (ours)
		finish_in(port, in, place, record);
	lanes_port_drop_feed(port, i);
	return ours ? LANES_TAKEN : LANES_AGAIN;
}

static enum lanes_taken
take_in(struct lanes_port *port, const struct head *head,
    const struct msg_call *call, mach_msg_return_t *mr_out)
{
	struct lanes_in *in = port->feeds[head->feed].in;
	const uint32_t id = port->feeds[head->feed].id;
	struct lane_record record;
	struct lane_wake wake;
	struct place place;

	if (!find_place(call, &place))
		return close_lane(id);
	*mr_out = MACH_MSG_SUCCESS;
	switch (lane_take(
	    &in->lane, body_of(&place), place.room, false, &record, &wake)) {
	case LANE_TOOK:
		finish_in(port, in, &place, &record);
		if (wake.how == LANE_FUTEX)
			lane_wake_one(wake.word);
		note_taken(port, head,
		    atomic_load_explicit(
		        &in->lane.board->limit, memory_order_relaxed));
		return LANES_TAKEN;
	case LANE_TAKE_SETTLE:
		return settle_in(port, head->feed, &place, &record);
	case LANE_TOO_LARGE:
		if (!(call->option & MACH_RCV_LARGE))
			return close_lane(id);
		*mr_out = tell_size(port, call, record.body);
		return LANES_TAKEN;
	case LANE_TAKE_BROKEN:
		return drop_lane(id);
	case LANE_EMPTY:
		break;
	}
	return LANES_AGAIN;
}

/* --- replies ---------------------------------------------------------------- */

/* The slot of @due with the oldest reply; LANE_SLOTS_MAX: none has any. */
static uint32_t
oldest_reply(const struct lane_out *lane, uint32_t due, uint64_t *ticket_out)
{
	uint32_t oldest = LANE_SLOTS_MAX;

	*ticket_out = 0;
	for (; due != 0; due &= due - 1) {
		const uint32_t slot = (uint32_t)__builtin_ctz(due);
		const uint64_t ticket = lane_reply_ticket(lane, slot);

		if (ticket == 0 || (*ticket_out != 0 && *ticket_out <= ticket))
			continue;
		*ticket_out = ticket;
		oldest = slot;
	}
	return oldest;
}

static void
finish_out(struct lanes_port *port, const struct lanes_out *out,
    const struct place *place, const struct lane_answer *answer)
{
	const struct envelope envelope = {
	    .bits = MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND_ONCE),
	    .id = answer->id,
	    .body_bytes = answer->body_bytes,
	    .sender = &out->receiver,
	};

	write_envelope(place, port, &envelope);
}

/* The kernel may be about to decide of a token, in a lane that stays open. */
static void
sync_reply(uint32_t id)
{
	const kern_return_t kr = CALL(LANE_SYNC, NULL, id);

	(void)kr;
}

/* The same with the lane's lock, and the slot. */
static enum lanes_taken
accept_reply(struct lanes_port *port, const struct lanes_feed *feed,
    uint32_t slot, const struct place *place, mach_msg_return_t *mr_out)
{
	struct lanes_out *out = feed->out;
	struct lane_answer answer;

	*mr_out = MACH_MSG_SUCCESS;
	switch (lane_accept(
	    &out->lane, slot, body_of(place), place->room, false, &answer)) {
	case LANE_ACCEPTED:
		finish_out(port, out, place, &answer);
		return LANES_TAKEN;
	case LANE_ACCEPT_SETTLE:
		sync_reply(feed->id);
		if (!lane_accept_settle(&out->lane, slot))
			return LANES_AGAIN;
		finish_out(port, out, place, &answer);
		return LANES_TAKEN;
	case LANE_REPLY_TOO_LARGE:
		if (!(place->call->option & MACH_RCV_LARGE))
			return close_lane(feed->id);
		*mr_out = tell_size(port, place->call, answer.body_bytes);
		return LANES_TAKEN;
	case LANE_REPLY_BROKEN:
		return drop_lane(feed->id);
	case LANE_NO_REPLY:
		break;
	}
	return LANES_AGAIN;
}

/* The lane is locked; its oldest reply that is due is in @slot. */
static enum lanes_taken
take_reply(struct lanes_port *port, const struct head *head, uint32_t slot,
    const struct msg_call *call, mach_msg_return_t *mr_out)
{
	const struct lanes_feed *feed = &port->feeds[head->feed];
	enum lanes_taken taken;
	struct place place;

	if (!find_place(call, &place))
		return close_lane(feed->id);
	taken = accept_reply(port, feed, slot, &place, mr_out);
	if (taken == LANES_TAKEN && *mr_out == MACH_MSG_SUCCESS)
		note_taken(port, head, LANE_SLOTS_MAX);
	return taken;
}

static enum lanes_taken
take_out(struct lanes_port *port, const struct head *head,
    const struct msg_call *call, mach_msg_return_t *mr_out)
{
	const struct lanes_feed *feed = &port->feeds[head->feed];
	enum lanes_taken taken = LANES_AGAIN;
	uint64_t ticket;
	uint32_t slot;
	uint32_t due;

	if (!lanes_port_lock_out(port, feed, &due))
		return LANES_AGAIN;
	slot = oldest_reply(&feed->out->lane, due, &ticket);
	if (slot < LANE_SLOTS_MAX)
		taken = take_reply(port, head, slot, call, mr_out);
	lanes_lock_give(&feed->out->lock);
	return taken;
}

/* --- a port ----------------------------------------------------------------- */

static uint64_t
ticket_of_replies(const struct lanes_port *port, const struct lanes_feed *feed)
{
	uint64_t ticket = 0;
	uint32_t due;

	if (!lanes_port_lock_out(port, feed, &due))
		return 0;
	(void)oldest_reply(&feed->out->lane, due, &ticket);
	lanes_lock_give(&feed->out->lock);
	return ticket;
}

static uint64_t
oldest_queued(const struct lanes_port *port)
{
	return atomic_load_explicit(&port->board->oldest, memory_order_acquire);
}

static uint64_t
ticket_of(void *of, size_t i)
{
	const struct lanes_port *port = of;
	const struct lanes_feed *feed = &port->feeds[i];

	if (feed->in)
		return lane_in_ticket(&feed->in->lane);
	if (feed->out)
		return ticket_of_replies(port, feed);
	return atomic_load_explicit(&port->board->oldest, memory_order_acquire);
}

/* Open, or not yet. */
static bool
is_live(const struct lane_board_lane *board)
{
	const uint32_t state =
	    atomic_load_explicit(&board->state, memory_order_acquire);

	return state == LANE_NONE || state == LANE_OPEN;
}

/* Let go of lanes that are closed: when the bell has rung, which it does then. */
static void
tidy(struct lanes_port *port)
{
	const uint32_t bell =
	    atomic_load_explicit(&port->board->bell, memory_order_acquire);
	uint32_t i = 1;

	if (bell == port->tidied)
		return;
	port->tidied = bell;
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
			sync_lane(feed->id, feed->in->lane.board);
		lanes_port_drop_feed(port, i);
	}
}

/* Was the sequence number set? */
static void
note_reset(struct lanes_port *port)
{
	const uint32_t reset =
	    atomic_load_explicit(&port->board->reset, memory_order_acquire);

	if (reset == port->reset)
		return;
	port->reset = reset;
	port->seqno =
	    atomic_load_explicit(&port->board->seqno, memory_order_relaxed);
}

static enum lanes_taken
take_counted(struct lanes_port *port, const struct msg_call *call,
    mach_msg_return_t *mr_out)
{
	const enum lanes_taken taken = take_queued(port, call, mr_out);

	if (taken == LANES_TAKEN && is_consumed(call, *mr_out))
		port->seqno++;
	return taken;
}

/* From any feed. */
static enum lanes_taken
take_picked(struct lanes_port *port, const struct msg_call *call,
    mach_msg_return_t *mr_out)
{
	const size_t i =
	    lane_pick(port->sources, port->feed_count, ticket_of, port);
	struct head head;

	if (i == port->feed_count)
		return LANES_NOTHING;
	if (i == LANES_FEED_QUEUE)
		return take_counted(port, call, mr_out);
	head.feed = (uint32_t)i;
	head.ticket = port->sources[i].ticket;
	head.others = lane_others_wait(port->sources, port->feed_count, i);
	return port->feeds[i].in ? take_in(port, &head, call, mr_out)
	                         : take_out(port, &head, call, mr_out);
}

/* The other feed of two has @head. Is the kernel's queue first? lane.pml: pick 2, 3 */
static bool
is_queue_first(const struct lanes_port *port, struct head *head)
{
	const uint64_t oldest = oldest_queued(port);

	head->others = oldest != 0;
	return oldest != 0 && (head->ticket == 0 || oldest < head->ticket);
}

/* One lane to the port, and nothing else but the kernel's queue. */
static enum lanes_taken
take_of_lane(struct lanes_port *port, const struct msg_call *call,
    mach_msg_return_t *mr_out, struct lanes_words *words)
{
	struct lanes_in *in = port->feeds[1].in;
	struct head head = {.feed = 1, .ticket = lane_in_ticket(&in->lane)};

	if (head.ticket == 0 && oldest_queued(port) == 0) {
		lanes_words_clear(words);
		words->passes_on = false;
		lanes_words_add_in(words, in);
		words->known = !words->ready;
		return LANES_NOTHING;
	}
	if (head.ticket == 0)
		head.ticket = lane_in_ticket(&in->lane);
	if (is_queue_first(port, &head))
		return take_counted(port, call, mr_out);
	return take_in(port, &head, call, mr_out);
}

/* The same with a lane that brings replies, locked. */
static enum lanes_taken
take_of_slots(struct lanes_port *port, uint32_t due,
    const struct msg_call *call, mach_msg_return_t *mr_out,
    struct lanes_words *words)
{
	struct lanes_out *out = port->feeds[1].out;
	struct head head = {.feed = 1};
	uint32_t slot = oldest_reply(&out->lane, due, &head.ticket);

	if (head.ticket == 0 && oldest_queued(port) == 0) {
		lanes_words_clear(words);
		words->passes_on = false;
		lanes_words_add_out(words, out, due);
		words->known = !words->ready;
		return LANES_NOTHING;
	}
	if (head.ticket == 0)
		slot = oldest_reply(&out->lane, due, &head.ticket);
	if (is_queue_first(port, &head))
		return take_counted(port, call, mr_out);
	return slot < LANE_SLOTS_MAX
	    ? take_reply(port, &head, slot, call, mr_out)
	    : LANES_AGAIN;
}

/* The kernel's queue and one more feed: what there is mostly. The same as any feeds, with
 * each lock taken once. */
static enum lanes_taken
take_of_two(struct lanes_port *port, const struct msg_call *call,
    mach_msg_return_t *mr_out, struct lanes_words *words)
{
	const struct lanes_feed *feed = &port->feeds[1];
	enum lanes_taken taken;
	uint32_t due;

	if (feed->in)
		return take_of_lane(port, call, mr_out, words);
	if (!lanes_port_lock_out(port, feed, &due))
		return take_picked(port, call, mr_out);
	taken = take_of_slots(port, due, call, mr_out, words);
	lanes_lock_give(&feed->out->lock);
	return taken;
}

enum lanes_taken
lanes_take(struct lanes_port *port, const struct msg_call *call,
    mach_msg_return_t *mr_out, struct lanes_words *words)
{
	words->known = false;
	tidy(port);
	note_reset(port);
	return port->feed_count == 2 ? take_of_two(port, call, mr_out, words)
	                             : take_picked(port, call, mr_out);
}

/* --- a set ------------------------------------------------------------------ */

/* Whose turn it is when all members that are posted have had theirs. */
#define TURN_OF_OTHERS LANE_BOARD_PORTS

static enum lanes_taken
take_of_member(struct lanes_port *set, uint32_t index,
    const struct msg_call *call, mach_msg_return_t *mr_out,
    struct lanes_words *words)
{
	struct lanes_port *port;
	enum lanes_taken taken;

	if (!lanes_port_lock_member(set, index, &port))
		return LANES_STUCK;
	if (!port)
		return LANES_NOTHING;
	taken = lanes_take(port, call, mr_out, words);
	lanes_lock_give(&port->lock);
	return taken;
}

static enum lanes_taken
take_of_others(struct lanes_port *set, const struct msg_call *call,
    mach_msg_return_t *mr_out)
{
	if (atomic_load_explicit(&set->board->oldest, memory_order_acquire) ==
	    0)
		return LANES_NOTHING;
	return take_queued(set, call, mr_out);
}

enum lanes_taken
lanes_take_of_set(struct lanes_port *set, const struct msg_call *call,
    mach_msg_return_t *mr_out, struct lanes_words *words)
{
	const uint32_t first = set->turn;

	for (uint32_t i = 0; i <= TURN_OF_OTHERS; i++) {
		const uint32_t turn = (first + i) % (TURN_OF_OTHERS + 1);
		enum lanes_taken taken = turn == TURN_OF_OTHERS
		    ? take_of_others(set, call, mr_out)
		    : take_of_member(set, turn, call, mr_out, words);

		if (taken == LANES_NOTHING)
			continue;
		if (taken == LANES_TAKEN)
			set->turn = (turn + 1) % (TURN_OF_OTHERS + 1);
		return taken;
	}
	/* Of the last one only. */
	words->known = false;
	return LANES_NOTHING;
}

void
lanes_take_count(struct lanes_port *port, mach_port_name_t name,
    const struct msg_call *call, mach_msg_return_t mr)
{
	if (!is_consumed(call, mr) || !lanes_port_lock(port, name))
		return;
	note_reset(port);
	port->seqno++;
	lanes_lock_give(&port->lock);
}
