/*
 * publish 0-8 of lane.pml; 0-6 are in lane_publish.h.
 *
 * A's own memory is written only there, here and in accept, and never read again but for what is
 * A's alone: `tail` and `generation` of struct lane_out are the truth, their copies in
 * shared memory are for the others.
 */
#include "lane_send.h"

#include <string.h>

#include "lane_publish.h"
#include "lane_reply.h"

void
lane_out_init(struct lane_out *lane, struct lane_sender *mine,
    const struct lane_receiver *theirs, const struct lane_board_lane *board,
    const struct lane_sizes *sizes, enum lane_clock clock)
{
	*lane = (struct lane_out){
	    .mine = mine,
	    .theirs = theirs,
	    .board = board,
	    .sizes = *sizes,
	    .clock = clock,
	    .rung = LANE_NEVER_RUNG,
	    .plain_max = lane_plain_max(sizes->ring_bytes),
	};
}

/* What can be after what was seen last: B goes forwards, not beyond the tail, and by whole
 * records, which have 32 bytes or more. */
static bool
is_head(const struct lane_out *lane, uint64_t head)
{
	const uint32_t bytes = lane_position(lane->tail) - lane_position(head);
	const uint32_t records = lane_count(lane->tail) - lane_count(head);

	return bytes <= lane_out_bytes(lane) &&
	    records <= lane_out_records(lane) && bytes % LANE_ALIGN == 0 &&
	    records <= bytes / LANE_ALIGN && (bytes == 0) == (records == 0);
}

bool
lane_is_at_limit(const struct lane_out *lane)
{
	return lane_out_records(lane) >= lane->limit;
}

/* publish 1, when there is no room by what was seen last. Who waits for it looks at the
 * lane's state, too.
 *
 * What B has taken since the kernel began to close the lane is not free: the kernel takes it
 * over, and may be reading it. So the state is looked at again, after the head: who sees what
 * close 2 did not, sees close 1. */
enum lane_published
lane_look_for_room(struct lane_out *lane, uint32_t bytes)
{
	/* Pairs with take 4: B is done with what is before it. */
	const uint64_t head =
	    atomic_load_explicit(&lane->theirs->head, memory_order_acquire);

	if (!is_head(lane, head))
		return LANE_BROKEN;
	lane->head = head;
	lane->limit = lane_limit_on_board(lane);
	/* Pairs with close 1; also for who finds room by this head later. */
	lane_fence();
	/* not reached: the kernel began to close it since publish 0, by another CPU */
	if (!lane_out_is_open(lane))
		return LANE_TRAP;
	return lane_has_room(lane, lane->limit, bytes) ? LANE_TAKEN : LANE_FULL;
}

/* All slots are out: one that the kernel has freed, or LANE_SLOTS_MAX. */
uint32_t
lane_find_freed_slot(struct lane_out *lane)
{
	for (uint32_t slot = 0; slot < lane->sizes.slots; slot++)
		if (lane_slot_free(lane, slot))
			return slot;
	return LANE_SLOTS_MAX;
}

/* Copy to the ring; what does not fit before its end goes on at its begin. */
static void
ring_write(const struct lane_out *lane, uint32_t position, const void *from,
    uint32_t bytes)
{
	const uint32_t ring_bytes = lane->sizes.ring_bytes;
	const uint32_t at = position & (ring_bytes - 1);
	const uint32_t first =
	    bytes < ring_bytes - at ? bytes : ring_bytes - at;

	memcpy(lane->mine->ring + at, from, first);
	if (bytes > first)
		memcpy(lane->mine->ring, (const uint8_t *)from + first,
		    bytes - first);
}

/* A body, behind the header. */
void
lane_write_wrapped(
    const struct lane_out *lane, const struct lane_message *message)
{
	ring_write(lane,
	    lane_position(lane->tail) + (uint32_t)sizeof(struct lane_record),
	    message->body, message->body_bytes);
}

/* The block of regions, behind the body. */
void
lane_write_regions(
    const struct lane_out *lane, const struct lane_message *message)
{
	const uint32_t block = lane_position(lane->tail) +
	    (uint32_t)sizeof(struct lane_record) +
	    lane_regions_at(message->body_bytes);
	uint32_t end = 0;

	for (uint32_t i = 0; i < message->region_count; i++) {
		const struct lane_region *region = &message->regions[i];
		const uint32_t at = lane_region_align(end);

		ring_write(lane, block + at, region->address, region->bytes);
		end = at + region->bytes;
	}
}

/* Has somebody been woken, who is about to look? */
static bool
is_rung(const struct lane_out *lane, const struct lane_wake *wake)
{
	return wake->head == lane->rung &&
	    wake->ticket - lane->rung_ticket < LANE_RUNG_TICKS;
}

/* publish 6 of @record, when B says that somebody sleeps. With a reply port somebody waits for
 * what B does: the next of its threads is not left to the one that was woken before. */
void
lane_find_sleeper(const struct lane_out *lane, uint32_t wait, bool replies,
    const struct lane_record *record, struct lane_wake *wake_out)
{
	wake_out->head =
	    atomic_load_explicit(&lane->theirs->head, memory_order_relaxed);
	wake_out->ticket = record->ticket;
	if (!replies &&
	    (wake_out->head == lane->tail || is_rung(lane, wake_out)))
		return;
	wake_out->how = wait == LANE_FUTEX ? LANE_FUTEX : LANE_KICK;
	wake_out->word = &lane->mine->tail;
}

static __attribute__((noinline)) enum lane_published
publish_regions(struct lane_out *lane, const struct lane_message *message,
    uint32_t *slot_out, struct lane_wake *wake_out)
{
	if (!lane_regions_fit(lane->sizes.ring_bytes, message->body_bytes,
	        message->region_bytes))
		return LANE_TRAP;
	return lane_publish_kind(lane, message, LANE_KIND_REGIONS,
	    lane_record_bytes(message->body_bytes, message->region_bytes),
	    slot_out, wake_out);
}

/* Two ways from the begin on: a message without regions pays one test for them. */
enum lane_published
lane_publish(struct lane_out *lane, const struct lane_message *message,
    uint32_t *slot_out, struct lane_wake *wake_out)
{
	return message->has_regions
	    ? publish_regions(lane, message, slot_out, wake_out)
	    : lane_publish_plain(lane, message, slot_out, wake_out);
}

/* publish 8 */
bool
lane_settle(struct lane_out *lane, uint32_t slot)
{
	uint32_t end;

	/* The kernel has written `end` before it wrote CLOSED. */
	(void)lane_out_is_open(lane);
	end = atomic_load_explicit(&lane->board->end, memory_order_relaxed);
	if ((int32_t)(end - lane_position(lane->tail)) >= 0)
		return true;
	if (slot < LANE_SLOTS_MAX) {
		lane->issued &= ~(1u << slot);
		atomic_store_explicit(&lane->mine->slot[slot].word,
		    lane_word(lane->generation[slot], LANE_SLOT_DONE),
		    memory_order_release);
	}
	return false;
}
