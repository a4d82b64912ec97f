/*
 * reply 1-3 and accept 1-5 of lane.pml.
 *
 * A token is answered once, whoever may answer it: A takes one reply of a generation that
 * it has issued, and the kernel's word for the slot says whether the kernel was first.
 */
#include "lane_reply.h"

#include <string.h>

void
lane_reply_find_sleeper(uint32_t wait, const struct lane_reply_slot *reply,
    struct lane_wake *wake_out)
{
	wake_out->how = wait == LANE_FUTEX ? LANE_FUTEX : LANE_KICK;
	wake_out->word = &reply->word;
}

/* reply 2. REPLY: the kernel took it over. Nothing of this generation: A had it. */
bool
lane_reply_settle(
    const struct lane_in *lane, uint32_t slot, uint32_t generation)
{
	const uint32_t kslot = atomic_load_explicit(
	    &lane->board->kslot[slot], memory_order_acquire);

	return kslot != lane_word(generation, LANE_KSLOT_RIGHT) &&
	    kslot != lane_word(generation, LANE_KSLOT_FREED);
}

/* What the count of its port is with the reply in @slot. */
static uint32_t
count_with(const struct lane_out *lane, uint32_t slot)
{
	return 1 +
	    atomic_load_explicit(
	        &lane->mine->accepted[lane->port[slot]], memory_order_relaxed);
}

/* accept 3. Whether it counts is not known yet: so the count goes with DONE, and the kernel,
 * should it close the lane just now, sees both or neither. */
static void
tell_done(struct lane_out *lane, uint32_t slot, uint32_t count)
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
static void
count_accepted(struct lane_out *lane, uint32_t slot, uint32_t count)
{
	lane->issued &= ~(1u << slot);
	atomic_store_explicit(&lane->mine->accepted[lane->port[slot]], count,
	    memory_order_release);
}

enum lane_accepted
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
	count = count_with(lane, slot);
	tell_done(lane, slot, count);
	/* accept 4 */
	if (lane_is_settling(lane->board, slot, lane->generation[slot]))
		return LANE_ACCEPT_SETTLE;
	count_accepted(lane, slot, count);
	return LANE_ACCEPTED;
}

bool
lane_accept_settle(struct lane_out *lane, uint32_t slot)
{
	const uint32_t generation = lane->generation[slot];
	const uint32_t kslot = atomic_load_explicit(
	    &lane->board->kslot[slot], memory_order_acquire);

	if (kslot >> 2 == generation &&
	    kslot != lane_word(generation, LANE_KSLOT_NONE))
		return false;
	count_accepted(lane, slot, count_with(lane, slot));
	return true;
}

/* accept 5. FREED: the right that the token had become was used up. */
bool
lane_slot_free(struct lane_out *lane, uint32_t slot)
{
	if (!(lane->issued & 1u << slot))
		return true;
	if (atomic_load_explicit(
	        &lane->board->kslot[slot], memory_order_acquire) !=
	    lane_word(lane->generation[slot], LANE_KSLOT_FREED))
		return false;
	lane->issued &= ~(1u << slot);
	return true;
}
