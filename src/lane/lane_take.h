/*
 * take 1-6 of lane.pml, for who receives to have in one piece with what he does for each
 * message. Others use lane_take() (lane_receive.h).
 */
#ifndef LANE_TAKE_H
#define LANE_TAKE_H

#include <string.h>

#include "lane_receive.h"

/* The record at the head: its header never wraps. */
static inline const uint8_t *
lane_head_of(const struct lane_in *lane)
{
	return lane->theirs->ring +
	    (lane_position(lane->head) & (lane->sizes.ring_bytes - 1));
}

/* Can this be a record of a ring with @used bytes in it, as far as all kinds have it? */
static inline bool
lane_is_record(
    const struct lane_in *lane, const struct lane_record *record, uint32_t used)
{
	return record->bytes >= sizeof(*record) && record->bytes <= used &&
	    record->bytes % LANE_ALIGN == 0 &&
	    record->body % sizeof(uint32_t) == 0 &&
	    (record->token == 0 ||
	        (record->token & (LANE_SLOTS_MAX - 1)) < lane->sizes.slots);
}

static inline bool
lane_has_body(const struct lane_in *lane, const struct lane_record *record)
{
	return record->body <= record->bytes - sizeof(*record) &&
	    record->body <= lane->plain_max;
}

/* The slow ways of what follows; they are in lane_receive.c. */
bool lane_has_regions(
    const struct lane_in *lane, const struct lane_record *record);
void lane_copy_wrapped(const struct lane_in *lane, void *to, uint32_t bytes);
bool lane_note_waiting(struct lane_in *lane, uint32_t wait);

/* The record at the head, checked. */
static inline enum lane_took
lane_read_head(struct lane_in *lane, struct lane_record *record_out)
{
	const uint32_t used = lane_in_used(lane);

	/* lane.pml: take 1 */
	if (used == 0)
		return LANE_EMPTY;
	if (used > lane->sizes.ring_bytes)
		return LANE_TAKE_BROKEN;
	/* lane.pml: take 2 */
	memcpy(record_out, lane_head_of(lane), sizeof(*record_out));
	/* The compiler does not look again either. */
	atomic_signal_fence(memory_order_seq_cst);
	if (!lane_is_record(lane, record_out, used))
		return LANE_TAKE_BROKEN;
	if (record_out->kind == LANE_KIND_MESSAGE &&
	    lane_has_body(lane, record_out))
		return LANE_TOOK;
	return record_out->kind == LANE_KIND_REGIONS &&
	        lane_has_regions(lane, record_out)
	    ? LANE_TAKE_REGIONS
	    : LANE_TAKE_BROKEN;
}

static inline bool
lane_in_is_open(const struct lane_in *lane)
{
	return atomic_load_explicit(
	           &lane->board->state, memory_order_acquire) == LANE_OPEN;
}

/* lane.pml: take 4-6 */
static inline enum lane_took
lane_consume(struct lane_in *lane, uint32_t bytes, struct lane_wake *wake_out)
{
	uint32_t wait;

	lane->head = lane_mark(
	    lane_position(lane->head) + bytes, lane_count(lane->head) + 1);
	atomic_store_explicit(
	    &lane->mine->head, lane->head, memory_order_release);
	/* Pairs with close 1, and with who waits for room. */
	lane_fence();
	if (!lane_in_is_open(lane))
		return LANE_TAKE_SETTLE;
	wait = atomic_load_explicit(
	    &lane->theirs->space_wait, memory_order_relaxed);
	if ((wait != lane->rung || lane->rings > 0) &&
	    lane_note_waiting(lane, wait)) {
		wake_out->how = LANE_FUTEX;
		wake_out->word = &lane->mine->head;
	}
	return LANE_TOOK;
}

/* lane.pml: take 3, of the body of the record at the head. */
static inline void
lane_copy_from_head(const struct lane_in *lane, void *to, uint32_t bytes)
{
	const uint8_t *from = lane_head_of(lane) + sizeof(struct lane_record);
	const size_t room =
	    (size_t)(lane->theirs->ring + lane->sizes.ring_bytes - from);

	if (bytes <= room)
		memcpy(to, from, bytes);
	else
		lane_copy_wrapped(lane, to, bytes);
}

/* As lane_take(). */
static inline __attribute__((always_inline)) enum lane_took
lane_take_next(struct lane_in *lane, void *body, uint32_t room, bool cut,
    struct lane_record *record_out, struct lane_wake *wake_out)
{
	const enum lane_took took = lane_read_head(lane, record_out);
	uint32_t bytes;

	wake_out->how = LANE_RUN;
	if (took != LANE_TOOK)
		return took;
	if (record_out->body > room && !cut)
		return LANE_TOO_LARGE;
	bytes = record_out->body < room ? record_out->body : room;
	lane_copy_from_head(lane, body, bytes);
	return lane_consume(lane, record_out->bytes, wake_out);
}

#endif
