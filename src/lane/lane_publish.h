/*
 * publish 0-6 of lane.pml, for who sends to have in one piece with what he does for each
 * message. Others use lane_publish() (lane_send.h).
 */
#ifndef LANE_PUBLISH_H
#define LANE_PUBLISH_H

#include <string.h>

#include "lane_send.h"

static inline uint32_t
lane_out_bytes(const struct lane_out *lane)
{
	return lane_position(lane->tail) - lane_position(lane->head);
}

static inline uint32_t
lane_out_records(const struct lane_out *lane)
{
	return lane_count(lane->tail) - lane_count(lane->head);
}

static inline bool
lane_has_room(const struct lane_out *lane, uint32_t limit, uint32_t bytes)
{
	return lane_out_records(lane) < limit &&
	    lane->sizes.ring_bytes - lane_out_bytes(lane) >= bytes;
}

static inline uint32_t
lane_limit_on_board(const struct lane_out *lane)
{
	return atomic_load_explicit(&lane->board->limit, memory_order_relaxed);
}

static inline bool
lane_out_is_open(const struct lane_out *lane)
{
	return atomic_load_explicit(
	           &lane->board->state, memory_order_acquire) == LANE_OPEN;
}

/* The slow ways of what follows; they are in lane_send.c. */
enum lane_published lane_look_for_room(struct lane_out *lane, uint32_t bytes);
uint32_t lane_find_freed_slot(struct lane_out *lane);
void lane_write_wrapped(
    const struct lane_out *lane, const struct lane_message *message);
void lane_write_regions(
    const struct lane_out *lane, const struct lane_message *message);
void lane_find_sleeper(const struct lane_out *lane, uint32_t wait, bool replies,
    const struct lane_record *record, struct lane_wake *wake_out);

/* A free slot, or LANE_SLOTS_MAX. */
static inline uint32_t
lane_find_slot(struct lane_out *lane)
{
	const uint32_t slot = (uint32_t)__builtin_ctz(~lane->issued);

	return slot < lane->sizes.slots ? slot : lane_find_freed_slot(lane);
}

/* A token for @slot, whose request is the next record. */
static inline uint32_t
lane_issue(
    struct lane_out *lane, uint32_t slot, const struct lane_message *message)
{
	struct lane_request_slot *shared = &lane->mine->slot[slot];
	uint32_t generation = lane->generation[slot] + 1;

	if (generation > LANE_GENERATION_MAX)
		generation = 1;
	lane->generation[slot] = generation;
	lane->issued |= 1u << slot;
	lane->port[slot] = message->reply_port;
	atomic_store_explicit(&lane->mine->slot_wait[slot], message->reply_wait,
	    memory_order_relaxed);
	atomic_store_explicit(
	    &shared->number, lane_count(lane->tail) + 1, memory_order_relaxed);
	atomic_store_explicit(
	    &shared->port, message->reply_port, memory_order_relaxed);
	atomic_store_explicit(&shared->word,
	    lane_word(generation, LANE_SLOT_ISSUED), memory_order_release);
	return generation << 4 | slot;
}

/* The record that is next: its header never wraps. */
static inline struct lane_record *
lane_next_record(const struct lane_out *lane)
{
	return (void *)(lane->mine->ring +
	    (lane_position(lane->tail) & (lane->sizes.ring_bytes - 1)));
}

/* What does not fit before the ring's end goes on at its begin. */
static inline void
lane_write_body(const struct lane_out *lane, struct lane_record *record,
    const struct lane_message *message)
{
	uint8_t *to = (uint8_t *)(record + 1);
	const size_t room =
	    (size_t)(lane->mine->ring + lane->sizes.ring_bytes - to);

	if (message->body_bytes > room)
		lane_write_wrapped(lane, message);
	else if (message->body_bytes > 0)
		memcpy(to, message->body, message->body_bytes);
}

/* What follows this message, wherever, gets a later ticket. */
static inline void
lane_write_header(const struct lane_out *lane, struct lane_record *record,
    const struct lane_message *message, uint32_t kind, uint32_t bytes,
    uint32_t token)
{
	record->ticket = lane_clock_ticket(lane->clock);
	record->bytes = bytes;
	record->kind = kind;
	record->token = token;
	record->body = message->body_bytes;
	record->id = message->id;
	record->regions = kind == LANE_KIND_REGIONS ? message->region_bytes : 0;
}

/* publish 4-6: B may see @record. */
static inline enum lane_published
lane_finish_publish(struct lane_out *lane, const struct lane_record *record,
    uint32_t bytes, bool replies, struct lane_wake *wake_out)
{
	uint32_t wait;

	lane->tail = lane_mark(
	    lane_position(lane->tail) + bytes, lane_count(lane->tail) + 1);
	/* Pairs with take 1; the fence with take 4, sleep 2 and close 1. */
	atomic_store_explicit(
	    &lane->mine->tail, lane->tail, memory_order_release);
	lane_fence();
	/* publish 5 */
	if (!lane_out_is_open(lane))
		return LANE_SETTLE;
	wait = atomic_load_explicit(&lane->theirs->wait, memory_order_relaxed);
	wake_out->how = LANE_RUN;
	if (wait != LANE_RUN)
		lane_find_sleeper(lane, wait, replies, record, wake_out);
	return LANE_TAKEN;
}

/* @bytes: of the whole record. */
static inline __attribute__((always_inline)) enum lane_published
lane_publish_kind(struct lane_out *lane, const struct lane_message *message,
    uint32_t kind, uint32_t bytes, uint32_t *slot_out,
    struct lane_wake *wake_out)
{
	struct lane_record *record = lane_next_record(lane);
	uint32_t slot = LANE_SLOTS_MAX;
	uint32_t token = 0;

	/* publish 0 */
	if (!lane_out_is_open(lane))
		return LANE_TRAP;
	/* publish 1 */
	if (!lane_has_room(lane, lane_limit_on_board(lane), bytes)) {
		const enum lane_published room =
		    lane_look_for_room(lane, bytes);

		if (room != LANE_TAKEN)
			return room;
	}
	if (message->replies) {
		slot = lane_find_slot(lane);
		if (slot == LANE_SLOTS_MAX)
			return LANE_TRAP;
	}
	*slot_out = slot;
	/* publish 3; nobody looks there before publish 4. */
	lane_write_body(lane, record, message);
	/* not reached: one of the two, wherever this is inlined */
	if (kind == LANE_KIND_REGIONS)
		lane_write_regions(lane, message);
	/* publish 2 */
	if (message->replies)
		token = lane_issue(lane, slot, message);
	/* publish 3 */
	lane_write_header(lane, record, message, kind, bytes, token);
	return lane_finish_publish(
	    lane, record, bytes, message->replies, wake_out);
}

/* As lane_publish(), of a message without regions. */
static inline enum lane_published
lane_publish_plain(struct lane_out *lane, const struct lane_message *message,
    uint32_t *slot_out, struct lane_wake *wake_out)
{
	if (message->body_bytes > lane->plain_max)
		return LANE_TRAP;
	return lane_publish_kind(lane, message, LANE_KIND_MESSAGE,
	    lane_record_bytes(message->body_bytes, 0), slot_out, wake_out);
}

#endif
