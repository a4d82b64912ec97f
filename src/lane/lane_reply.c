/*
 * reply 1-3 and accept 1-5 of lane.pml.
 *
 * A token is answered once, whoever may answer it: A takes one reply of a generation that
 * it has issued, and the kernel's word for the slot says whether the kernel was first.
 */
#include "lane_reply.h"

#include <string.h>

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

bool
lane_accept_settle(struct lane_out *lane, uint32_t slot)
{
	const uint32_t generation = lane->generation[slot];
	const uint32_t kslot = atomic_load_explicit(
	    &lane->board->kslot[slot], memory_order_acquire);

	if (kslot >> 2 == generation &&
	    kslot != lane_word(generation, LANE_KSLOT_NONE))
		return false;
	lane_count_accepted(lane, slot, lane_count_with(lane, slot));
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
