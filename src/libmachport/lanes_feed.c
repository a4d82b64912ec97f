/* One message out of a lane. */
#include "lanes_feed.h"

#include <stdatomic.h>

#include "lane_reply.h"
#include "lane_sleep.h"
#include "lane_take.h"
#include "lanes_await.h"
#include "lanes_begin.h"
#include "lanes_direct.h"
#include "lanes_open.h"
#include "lanes_place.h"
#include "lanes_region_take.h"

/* Of a port with one lane. */
static const struct lanes_head only_lane = {.feed = LANES_FEED_ONLY,
    .others = false};

/* So that it costs nothing to ask what is known of the only lane. */
#define ALWAYS_INLINE inline __attribute__((always_inline))

/* Have the kernel take over what is in a lane, and do what this cannot. If it was closed
 * already, or there is no kernel, that is seen when it is looked at again: here, as below. */
static enum lanes_taken
close_lane(uint32_t id)
{
	(void)lanes_tell(WIRE_LANE_CLOSE, id);
	return LANES_AGAIN;
}

/* The peer has written what cannot be. */
static enum lanes_taken
drop_lane(uint32_t id)
{
	(void)lanes_tell(WIRE_LANE_DROP, id);
	return LANES_AGAIN;
}

void
lanes_feed_sync(uint32_t id, const struct lane_board_lane *board)
{
	if (atomic_load_explicit(&board->state, memory_order_acquire) !=
	    LANE_CLOSED)
		(void)lanes_tell(WIRE_LANE_SYNC, id);
}

/* --- a lane to the port ---------------------------------------------------- */

/* A slot is used again when its token was answered, or was a right and is used up. If the
 * program still has the token that was there, A lies. */
static bool
is_free(const struct lanes_in *in, uint32_t slot, uint32_t generation)
{
	const uint32_t live = in->live[slot];
	uint32_t decided;

	if (live == 0)
		return true;
	decided = atomic_load_explicit(
	              &in->lane.board->kslot[slot], memory_order_acquire) >>
	    2;
	return decided == live || decided == generation;
}

/* The lane is not open: the token is the program's if the kernel made a right of it. */
__attribute__((noinline)) static bool
hold_settled(struct lanes_in *in, uint32_t slot, uint32_t generation)
{
	const struct lane_board_lane *board = in->lane.board;

	lanes_feed_sync(
	    atomic_load_explicit(&in->id, memory_order_relaxed), board);
	if (atomic_load_explicit(&board->kslot[slot], memory_order_acquire) ==
	    lane_word(generation, LANE_KSLOT_RIGHT))
		return true;
	lanes_in_hold(in, slot, 0);
	return false;
}

/* The token of @slot is the program's, under slot_lock. False: not, its name would be
 * another's. */
static inline bool
hold_token(struct lanes_in *in, uint32_t slot, uint32_t generation)
{
	if (generation == 0 || !is_free(in, slot, generation))
		return false;
	lanes_in_hold(in, slot, generation);
	lane_fence(); /* pairs with close 1 */
	return atomic_load_explicit(
	           &in->lane.board->state, memory_order_acquire) == LANE_OPEN ||
	    hold_settled(in, slot, generation);
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

static inline void
finish_in(struct lanes_port *port, struct lanes_in *in,
    const struct lanes_place *place, const struct lane_record *record)
{
	lanes_header_t *header = place->header;

	header->msgh_bits = MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND);
	header->msgh_remote_port = MACH_PORT_NULL;
	header->msgh_id = record->id;
	if (record->token != 0) {
		header->msgh_bits = MACH_MSGH_BITS(
		    MACH_MSG_TYPE_PORT_SEND_ONCE, MACH_MSG_TYPE_PORT_SEND);
		header->msgh_remote_port = name_token(in, record->token);
	}
	lanes_place_write(place, record->body, port, &in->sender);
}

/* A message with @ticket was taken from a feed that may hold @limit: a lane whose tickets
 * lie is given up. Where nobody else waits, there is nothing to tell it by. */
static inline void
note_taken(struct lanes_port *port, struct lanes_head head, uint64_t ticket,
    uint32_t limit)
{
	struct lane_source *source = &port->sources[head.feed];

	if ((head.others || source->seen != 0) &&
	    !lane_note_taken(source, ticket, head.others, limit, lanes_clock()))
		(void)drop_lane(port->feeds[head.feed].id);
}

/* The message was taken while the lane closed: it is ours, or the kernel's. */
static enum lanes_taken
settle_in(struct lanes_port *port, uint32_t i, const struct lanes_place *place,
    const struct lane_record *record)
{
	struct lanes_in *in = port->feeds[i].in;
	bool ours;

	lanes_feed_sync(port->feeds[i].id, in->lane.board);
	ours = lane_in_settle(&in->lane);
	if (ours)
		finish_in(port, in, place, record);
	lanes_port_drop_feed(port, i);
	return ours ? LANES_TAKEN : LANES_AGAIN;
}

/* A message with @body_bytes has no room in the program's buffer: without MACH_RCV_LARGE the
 * kernel takes it over, and destroys it. */
static enum lanes_taken
end_too_large(const struct lanes_port *port, uint32_t id,
    const struct msg_call *call, uint32_t body_bytes, mach_msg_return_t *mr_out)
{
	if (!(call->option & MACH_RCV_LARGE))
		return close_lane(id);
	*mr_out = lanes_place_tell_size(port, call, body_bytes);
	return LANES_TAKEN;
}

/* The message is ours. */
static ALWAYS_INLINE void
end_taken(struct lanes_port *port, struct lanes_head head,
    const struct lanes_place *place, const struct lane_record *record,
    const struct lane_wake *wake)
{
	struct lanes_in *in = port->feeds[head.feed].in;

	finish_in(port, in, place, record);
	lanes_await_message(port, in, record->token != 0);
	if (wake->how == LANE_FUTEX)
		lane_wake_many(wake->word);
	note_taken(port, head, record->ticket,
	    atomic_load_explicit(&in->lane.board->limit, memory_order_relaxed));
}

/* It is, with the memory that the call had ready. */
static mach_msg_return_t
finish_regions(const struct msg_call *call, const struct lanes_place *place)
{
	place->header->msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	return lanes_region_finish(call->regions, lanes_place_body(place));
}

/* One with regions, whose @record is at the head. To put them where a list says is left to
 * the kernel. */
__attribute__((noinline)) static enum lanes_taken
take_regions(struct lanes_port *port, struct lanes_head head,
    const struct msg_call *call, const struct lanes_place *place,
    const struct lane_record *record, mach_msg_return_t *mr_out)
{
	struct lanes_in *in = port->feeds[head.feed].in;
	const uint32_t id = port->feeds[head.feed].id;
	enum lanes_taken taken = LANES_AGAIN;
	struct lane_wake wake;

	if (record->body > place->room)
		return end_too_large(port, id, call, record->body, mr_out);
	if (call->scatter)
		return close_lane(id);
	if (!call->regions)
		return LANES_MEMORY;
	switch (
	    lanes_region_take(call->regions, &in->lane, id, record, &wake)) {
	case LANE_TOOK:
		end_taken(port, head, place, record, &wake);
		*mr_out = finish_regions(call, place);
		return LANES_TAKEN;
	case LANE_TAKE_SETTLE:
		taken = settle_in(port, head.feed, place, record);
		if (taken == LANES_TAKEN)
			*mr_out = finish_regions(call, place);
		return taken;
	case LANE_TAKE_REGIONS:
		return LANES_MEMORY;
	case LANE_TAKE_BROKEN:
		return drop_lane(id);
	case LANE_TOO_LARGE:
	case LANE_EMPTY:
		break;
	}
	return taken;
}

/* It is not just ours. With copies of what is known of it: the caller has no address taken, and
 * need not look after its stack for each message. */
__attribute__((noinline)) static enum lanes_taken
end_untaken(struct lanes_port *port, struct lanes_head head,
    enum lane_took took, const struct msg_call *call, struct lanes_place place,
    struct lane_record record, mach_msg_return_t *mr_out)
{
	const uint32_t id = port->feeds[head.feed].id;

	switch (took) {
	case LANE_TAKE_SETTLE:
		return settle_in(port, head.feed, &place, &record);
	case LANE_TOO_LARGE:
		return end_too_large(port, id, call, record.body, mr_out);
	case LANE_TAKE_REGIONS:
		return take_regions(port, head, call, &place, &record, mr_out);
	case LANE_TAKE_BROKEN:
		return drop_lane(id);
	case LANE_TOOK:
	case LANE_EMPTY:
		break;
	}
	return LANES_AGAIN;
}

static ALWAYS_INLINE enum lanes_taken
take_in(struct lanes_port *port, struct lanes_head head,
    const struct msg_call *call, mach_msg_return_t *mr_out)
{
	struct lanes_in *in = port->feeds[head.feed].in;
	struct lane_record record;
	struct lane_wake wake;
	struct lanes_place place;
	enum lane_took took;

	if (!lanes_place_find(call, &place))
		return close_lane(port->feeds[head.feed].id);
	if (lanes_direct_stopped(port))
		return LANES_AGAIN;
	lanes_port_expect(port, false);
	*mr_out = MACH_MSG_SUCCESS;
	took = lane_take_next(&in->lane, lanes_place_body(&place), place.room,
	    false, &record, &wake);
	if (took != LANE_TOOK)
		return end_untaken(
		    port, head, took, call, place, record, mr_out);
	end_taken(port, head, &place, &record, &wake);
	return LANES_TAKEN;
}

enum lanes_taken
lanes_feed_take_in(struct lanes_port *port, struct lanes_head head,
    const struct msg_call *call, mach_msg_return_t *mr_out)
{
	return take_in(port, head, call, mr_out);
}

enum lanes_taken
lanes_feed_take_only_in(struct lanes_port *port, const struct msg_call *call,
    mach_msg_return_t *mr_out)
{
	return take_in(port, only_lane, call, mr_out);
}

/* --- replies ---------------------------------------------------------------- */

/* A reply that is there; ticket 0: none. */
struct found {
	uint64_t ticket;
	uint32_t slot;
};

/* The oldest reply to @port that is seen by one look at each slot. The lane is locked. */
static ALWAYS_INLINE struct found
look_at_slots(const struct lanes_port *port, const struct lane_out *lane)
{
	const uint32_t index = lanes_port_index(port);
	struct found oldest = {.ticket = 0};

	for (uint32_t left = lane->issued; left != 0; left &= left - 1) {
		const uint32_t slot = (uint32_t)__builtin_ctz(left);
		const uint64_t ticket = lane->port[slot] == index
		    ? lane_reply_ticket(lane, slot)
		    : 0;

		if (ticket == 0 ||
		    (oldest.ticket != 0 && oldest.ticket <= ticket) ||
		    !lanes_port_is_due(lane, slot))
			continue;
		oldest = (struct found){.ticket = ticket, .slot = slot};
	}
	return oldest;
}

/* Not inlined: few have several requests out. */
__attribute__((noinline)) static struct found
look_again_at_slots(const struct lanes_port *port, const struct lane_out *lane)
{
	return look_at_slots(port, lane);
}

/* The oldest reply. An older one may have come in a slot that was looked at before: it is seen
 * by a second look. */
static ALWAYS_INLINE struct found
find_oldest(const struct lanes_port *port, const struct lane_out *lane)
{
	const struct found found = look_at_slots(port, lane);

	return found.ticket != 0 &&
	        (lane->issued & ((1u << found.slot) - 1)) != 0
	    ? look_again_at_slots(port, lane)
	    : found;
}

/* It is ours. */
static ALWAYS_INLINE enum lanes_taken
finish_reply(struct lanes_port *port, struct lanes_head head,
    const struct lanes_place *place, const struct lane_answer *answer)
{
	lanes_header_t *header = place->header;

	header->msgh_bits = MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND_ONCE);
	header->msgh_remote_port = MACH_PORT_NULL;
	header->msgh_id = answer->id;
	lanes_place_write(place, answer->body_bytes, port,
	    &port->feeds[head.feed].out->receiver);
	note_taken(port, head, answer->ticket, LANE_SLOTS_MAX);
	return LANES_TAKEN;
}

/* It is not just ours. */
__attribute__((noinline)) static enum lanes_taken
end_unaccepted(struct lanes_port *port, struct lanes_head head, uint32_t slot,
    enum lane_accepted accepted, const struct msg_call *call,
    struct lanes_place place, struct lane_answer answer,
    mach_msg_return_t *mr_out)
{
	const struct lanes_feed *feed = &port->feeds[head.feed];

	switch (accepted) {
	case LANE_ACCEPT_SETTLE:
		/* The kernel may be about to decide of a token, in a lane that stays open. */
		(void)lanes_tell(WIRE_LANE_SYNC, feed->id);
		if (!lane_accept_settle(&feed->out->lane, slot))
			return LANES_AGAIN;
		return finish_reply(port, head, &place, &answer);
	case LANE_REPLY_TOO_LARGE:
		return end_too_large(
		    port, feed->id, call, answer.body_bytes, mr_out);
	case LANE_REPLY_BROKEN:
		return drop_lane(feed->id);
	case LANE_NO_REPLY:
	case LANE_ACCEPTED:
		break;
	}
	return LANES_AGAIN;
}

/* The reply in @slot, the lane locked. */
static ALWAYS_INLINE enum lanes_taken
take_reply(struct lanes_port *port, struct lanes_head head, uint32_t slot,
    const struct msg_call *call, mach_msg_return_t *mr_out)
{
	const struct lanes_feed *feed = &port->feeds[head.feed];
	enum lane_accepted accepted;
	struct lane_answer answer;
	struct lanes_place place;

	if (!lanes_place_find(call, &place))
		return close_lane(feed->id);
	if (lanes_direct_stopped(port))
		return LANES_AGAIN;
	lanes_port_expect(port, false);
	*mr_out = MACH_MSG_SUCCESS;
	accepted = lane_accept(&feed->out->lane, slot, lanes_place_body(&place),
	    place.room, false, &answer);
	if (accepted != LANE_ACCEPTED)
		return end_unaccepted(
		    port, head, slot, accepted, call, place, answer, mr_out);
	lanes_await_reply(port, feed->out, slot);
	return finish_reply(port, head, &place, &answer);
}

static ALWAYS_INLINE enum lanes_taken
take_out(struct lanes_port *port, struct lanes_head head,
    const struct msg_call *call, mach_msg_return_t *mr_out)
{
	const struct lanes_feed *feed = &port->feeds[head.feed];
	enum lanes_taken taken = head.others ? LANES_AGAIN : LANES_NOTHING;
	struct found oldest;

	if (!lanes_port_lock_out(feed))
		return lanes_port_has_out(feed) ? LANES_STUCK : taken;
	oldest = find_oldest(port, &feed->out->lane);
	if (oldest.ticket != 0)
		taken = !head.others && lanes_feed_oldest_queued(port) != 0
		    ? LANES_AGAIN
		    : take_reply(port, head, oldest.slot, call, mr_out);
	lanes_lock_give(&feed->out->lock);
	return taken;
}

enum lanes_taken
lanes_feed_take_out(struct lanes_port *port, struct lanes_head head,
    const struct msg_call *call, mach_msg_return_t *mr_out)
{
	return take_out(port, head, call, mr_out);
}

enum lanes_taken
lanes_feed_take_only_out(struct lanes_port *port, const struct msg_call *call,
    mach_msg_return_t *mr_out)
{
	return take_out(port, only_lane, call, mr_out);
}

/* What cannot be looked at may be the first: it cannot be taken, then. */
static uint64_t
ticket_of_replies(const struct lanes_port *port, const struct lanes_feed *feed)
{
	struct found oldest;

	if (!lanes_port_lock_out(feed))
		return lanes_port_has_out(feed) ? 1 : 0;
	oldest = find_oldest(port, &feed->out->lane);
	lanes_lock_give(&feed->out->lock);
	return oldest.ticket;
}

/* --- either ----------------------------------------------------------------- */

uint64_t
lanes_feed_ticket(const struct lanes_port *port, const struct lanes_feed *feed)
{
	return feed->in ? lane_in_ticket(&feed->in->lane)
	                : ticket_of_replies(port, feed);
}
