/*
 * Replies: one slot each (lanes.md 6). B replies under the lock of the lane's slots, A
 * accepts under its lock of the lane.
 */
#ifndef LANE_REPLY_H
#define LANE_REPLY_H

#include <string.h>

#include "lane.h"
#include "lane_receive.h"
#include "lane_send.h"

enum lane_replied {
	LANE_REPLY_SENT,
	LANE_REPLY_TRAP, /* by trap, with the name: too large, or the lane is closed or
	                    * the token resolved already */
	LANE_REPLY_SETTLE, /* written, but the kernel may have been first: after a sync
	                    * lane_reply_settle() tells */
};

/* Has the kernel decided about this generation of the slot, or will it now? Who sees this
 * asks it by a sync. */
static inline bool
lane_is_settling(
    const struct lane_board_lane *board, uint32_t slot, uint32_t generation)
{
	const uint32_t state =
	    atomic_load_explicit(&board->state, memory_order_acquire);
	const uint32_t kslot =
	    atomic_load_explicit(&board->kslot[slot], memory_order_acquire);

	return state != LANE_OPEN || kslot >> 2 == generation;
}

static inline uint32_t
lane_reply_body_max(const struct lane_sizes *sizes)
{
	return sizes->slot_bytes - (uint32_t)sizeof(struct lane_reply_slot);
}

/**
 * lane_reply() - put a reply into its slot
 * @slot, @generation: the token's, which the caller knows to be live
 */
static inline enum lane_replied
lane_reply(const struct lane_in *lane, uint32_t slot, uint32_t generation,
    enum lane_clock clock, int32_t id, const void *body, uint32_t body_bytes,
    struct lane_wake *wake_out)
{
	struct lane_reply_slot *reply;
	uint32_t wait;

	if (slot >= lane->sizes.slots ||
	    body_bytes > lane_reply_body_max(&lane->sizes) ||
	    lane_is_settling(lane->board, slot, generation))
		return LANE_REPLY_TRAP;
	/* reply 1 */
	reply = lane_reply_slot(lane->mine, &lane->sizes, slot);
	reply->bytes = body_bytes;
	reply->id = id;
	if (body_bytes > 0)
		memcpy(reply->body, body, body_bytes);
	reply->ticket = lane_clock_ticket(clock);
	/* Pairs with accept 1; the fence with accept 3, resolve 2 and close 1. */
	atomic_store_explicit(&reply->word, lane_word(generation, LANE_REPLIED),
	    memory_order_release);
	lane_fence();
	/* reply 2 */
	if (lane_is_settling(lane->board, slot, generation))
		return LANE_REPLY_SETTLE;
	/* reply 3 */
	wait = atomic_load_explicit(
	    &lane->theirs->slot_wait[slot], memory_order_relaxed);
	wake_out->how = LANE_RUN;
	if (wait != LANE_RUN) {
		wake_out->how = wait == LANE_FUTEX ? LANE_FUTEX : LANE_KICK;
		wake_out->word = &reply->word;
	}
	return LANE_REPLY_SENT;
}

/* After LANE_REPLY_SETTLE and a sync: was it sent? Else it is to be sent by trap. */
bool lane_reply_settle(
    const struct lane_in *lane, uint32_t slot, uint32_t generation);

struct lane_answer {
	int32_t id;
	uint32_t
	    body_bytes; /* of the reply; more than the room if it was cut */
	uint64_t ticket;
};

enum lane_accepted {
	LANE_ACCEPTED,
	LANE_NO_REPLY,        /* none there yet, or none was asked for */
	LANE_REPLY_TOO_LARGE, /* stays; its size is told */
	LANE_ACCEPT_SETTLE, /* copied: after a sync lane_accept_settle() tells */
	LANE_REPLY_BROKEN,
};

/* The reply to the token that is out for @slot, or NULL. */
static inline const struct lane_reply_slot *
lane_reply_find(const struct lane_out *lane, uint32_t slot)
{
	const struct lane_reply_slot *reply;

	if (slot >= lane->sizes.slots || !(lane->issued & 1u << slot))
		return NULL;
	reply = lane_reply_slot(lane->theirs, &lane->sizes, slot);
	/* Pairs with reply 1. */
	if (atomic_load_explicit(&reply->word, memory_order_acquire) !=
	    lane_word(lane->generation[slot], LANE_REPLIED))
		return NULL;
	return reply;
}

/* Its ticket, or 0. */
static inline uint64_t
lane_reply_ticket(const struct lane_out *lane, uint32_t slot)
{
	const struct lane_reply_slot *reply = lane_reply_find(lane, slot);
	uint64_t ticket;

	if (!reply)
		return 0;
	ticket = *(const volatile uint64_t *)&reply->ticket;
	return ticket ? ticket : 1; /* it is there, whatever B says of when */
}

/* What the count of its port is with the reply in @slot. */
static inline uint32_t
lane_count_with(const struct lane_out *lane, uint32_t slot)
{
	return 1 +
	    atomic_load_explicit(
	        &lane->mine->accepted[lane->port[slot]], memory_order_relaxed);
}

/* accept 3. Whether it counts is not known yet: so the count goes with DONE, and the kernel,
 * should it close the lane just now, sees both or neither. */
static inline void
lane_tell_done(struct lane_out *lane, uint32_t slot, uint32_t count)
{
	struct lane_request_slot *shared = &lane->mine->slot[slot];

	atomic_store_explicit(&shared->accepted, count, memory_order_relaxed);
	/* Pairs with close 4 and resolve 3; the fence with resolve 2 and close 1. */
	atomic_store_explicit(&shared->word,
	    lane_word(lane->generation[slot], LANE_SLOT_DONE),
	    memory_order_release);
	lane_fence();
}

/* accept 4, 5: it is ours. */
static inline void
lane_count_accepted(struct lane_out *lane, uint32_t slot, uint32_t count)
{
	lane->issued &= ~(1u << slot);
	atomic_store_explicit(&lane->mine->accepted[lane->port[slot]], count,
	    memory_order_release);
}

/* Take the reply in @slot. As lane_take(); counts it for its port. */
static inline __attribute__((always_inline)) enum lane_accepted
lane_accept(struct lane_out *lane, uint32_t slot, void *body, uint32_t room,
    bool cut, struct lane_answer *answer_out)
{
	const struct lane_reply_slot *reply = lane_reply_find(lane, slot);
	uint32_t bytes;
	uint32_t count;

	/* accept 1 */
	if (!reply)
		return LANE_NO_REPLY;
	/* accept 2. B can write there at any time: once each, and no more than a slot. */
	bytes = *(const volatile uint32_t *)&reply->bytes;
	if (bytes > lane_reply_body_max(&lane->sizes) ||
	    bytes % sizeof(uint32_t) != 0)
		return LANE_REPLY_BROKEN;
	*answer_out = (struct lane_answer){
	    .id = *(const volatile int32_t *)&reply->id,
	    .body_bytes = bytes,
	    .ticket = *(const volatile uint64_t *)&reply->ticket,
	};
	if (bytes > room && !cut)
		return LANE_REPLY_TOO_LARGE;
	if (bytes > 0 && room > 0)
		memcpy(body, reply->body, bytes < room ? bytes : room);
	count = lane_count_with(lane, slot);
	lane_tell_done(lane, slot, count);
	/* accept 4 */
	if (lane_is_settling(lane->board, slot, lane->generation[slot]))
		return LANE_ACCEPT_SETTLE;
	lane_count_accepted(lane, slot, count);
	return LANE_ACCEPTED;
}

/* After LANE_ACCEPT_SETTLE and a sync: is it ours? Else the answer comes from the
 * kernel. */
bool lane_accept_settle(struct lane_out *lane, uint32_t slot);

/* Is the slot free, also because the kernel says so (accept 5)? */
bool lane_slot_free(struct lane_out *lane, uint32_t slot);

#endif
