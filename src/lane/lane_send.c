/*
 * publish 0-8 of lane.pml.
 *
 * A's own memory is written only here and in accept, and never read again but for what is
 * A's alone: `tail` and `generation` of struct lane_out are the truth, their copies in
 * shared memory are for the others.
 */
#include "lane_send.h"

#include <string.h>

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

static uint32_t
bytes_used(const struct lane_out *lane)
{
	return lane_position(lane->tail) - lane_position(lane->head);
}

static uint32_t
records_used(const struct lane_out *lane)
{
	return lane_count(lane->tail) - lane_count(lane->head);
}

/* What can be after what was seen last: B goes forwards, not beyond the tail, and by whole
 * records, which have 32 bytes or more. */
static bool
is_head(const struct lane_out *lane, uint64_t head)
{
	const uint32_t bytes = lane_position(lane->tail) - lane_position(head);
	const uint32_t records = lane_count(lane->tail) - lane_count(head);

	return bytes <= bytes_used(lane) && records <= records_used(lane) &&
	    bytes % LANE_ALIGN == 0 && records <= bytes / LANE_ALIGN &&
	    (bytes == 0) == (records == 0);
}

bool
lane_is_at_limit(const struct lane_out *lane)
{
	return records_used(lane) >= lane->limit;
}

static bool
has_room(const struct lane_out *lane, uint32_t limit, uint32_t bytes)
{
	return records_used(lane) < limit &&
	    lane->sizes.ring_bytes - bytes_used(lane) >= bytes;
}

static uint32_t
limit_on_board(const struct lane_out *lane)
{
	return atomic_load_explicit(&lane->board->limit, memory_order_relaxed);
}

static bool
is_open(const struct lane_out *lane)
{
	return atomic_load_explicit(
	           &lane->board->state, memory_order_acquire) == LANE_OPEN;
}

/* publish 1, when there is no room by what was seen last. Who waits for it looks at the
 * lane's state, too.
 *
 * What B has taken since the kernel began to close the lane is not free: the kernel takes it
 * over, and may be reading it. So the state is looked at again, after the head: who sees what
 * close 2 did not, sees close 1. */
static __attribute__((noinline)) enum lane_published
look_for_room(struct lane_out *lane, uint32_t bytes)
{
	/* Pairs with take 4: B is done with what is before it. */
	const uint64_t head =
	    atomic_load_explicit(&lane->theirs->head, memory_order_acquire);

	if (!is_head(lane, head))
		return LANE_BROKEN;
	lane->head = head;
	lane->limit = limit_on_board(lane);
	/* Pairs with close 1; also for who finds room by this head later. */
	lane_fence();
	if (!is_open(lane))
		return LANE_TRAP;
	return has_room(lane, lane->limit, bytes) ? LANE_TAKEN : LANE_FULL;
}

/* All slots are out: one that the kernel has freed, or LANE_SLOTS_MAX. */
static __attribute__((noinline)) uint32_t
find_freed_slot(struct lane_out *lane)
{
	for (uint32_t slot = 0; slot < lane->sizes.slots; slot++)
		if (lane_slot_free(lane, slot))
			return slot;
	return LANE_SLOTS_MAX;
}

/* A free slot, or LANE_SLOTS_MAX. */
static uint32_t
find_slot(struct lane_out *lane)
{
	const uint32_t slot = (uint32_t)__builtin_ctz(~lane->issued);

	return slot < lane->sizes.slots ? slot : find_freed_slot(lane);
}

/* A token for @slot, whose request is the next record. */
static inline uint32_t
issue(struct lane_out *lane, uint32_t slot, const struct lane_message *message)
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

static uint8_t *
ring_at(const struct lane_out *lane, uint32_t position)
{
	return lane->mine->ring + (position & (lane->sizes.ring_bytes - 1));
}

/* Copy to the ring; what does not fit before its end goes on at its begin. */
static inline void
ring_write(const struct lane_out *lane, uint32_t position, const void *from,
    uint32_t bytes)
{
	uint8_t *to = ring_at(lane, position);
	const size_t room =
	    (size_t)(lane->mine->ring + lane->sizes.ring_bytes - to);

	if (bytes <= room) {
		if (bytes > 0)
			memcpy(to, from, bytes);
		return;
	}
	memcpy(to, from, room);
	memcpy(lane->mine->ring, (const uint8_t *)from + room, bytes - room);
}

/* The block of regions, behind the body. */
static void
write_regions(const struct lane_out *lane, const struct lane_message *message)
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

/* The record that is next: its header never wraps. */
static struct lane_record *
next_record(const struct lane_out *lane)
{
	return (void *)ring_at(lane, lane_position(lane->tail));
}

static inline void
write_body(const struct lane_out *lane, const struct lane_message *message,
    uint32_t kind)
{
	ring_write(lane,
	    lane_position(lane->tail) + (uint32_t)sizeof(struct lane_record),
	    message->body, message->body_bytes);
	if (kind == LANE_KIND_REGIONS)
		write_regions(lane, message);
}

/* What follows this message, wherever, gets a later ticket. */
static inline void
write_header(const struct lane_out *lane, const struct lane_message *message,
    uint32_t kind, uint32_t bytes, uint32_t token)
{
	struct lane_record *record = next_record(lane);

	record->ticket = lane_clock_ticket(lane->clock);
	record->bytes = bytes;
	record->kind = kind;
	record->token = token;
	record->body = message->body_bytes;
	record->id = message->id;
	record->regions = kind == LANE_KIND_REGIONS ? message->region_bytes : 0;
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
static __attribute__((noinline)) void
find_sleeper(const struct lane_out *lane, uint32_t wait, bool replies,
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

/* publish 4-6: B may see what was written. */
static inline enum lane_published
finish(struct lane_out *lane, uint32_t bytes, bool replies,
    struct lane_wake *wake_out)
{
	const struct lane_record *record = next_record(lane);
	uint32_t wait;

	lane->tail = lane_mark(
	    lane_position(lane->tail) + bytes, lane_count(lane->tail) + 1);
	/* Pairs with take 1; the fence with take 4, sleep 2 and close 1. */
	atomic_store_explicit(
	    &lane->mine->tail, lane->tail, memory_order_release);
	lane_fence();
	/* publish 5 */
	if (!is_open(lane))
		return LANE_SETTLE;
	wait = atomic_load_explicit(&lane->theirs->wait, memory_order_relaxed);
	wake_out->how = LANE_RUN;
	if (wait != LANE_RUN)
		find_sleeper(lane, wait, replies, record, wake_out);
	return LANE_TAKEN;
}

/* @bytes: of the whole record. */
static inline __attribute__((always_inline)) enum lane_published
publish(struct lane_out *lane, const struct lane_message *message,
    uint32_t kind, uint32_t bytes, uint32_t *slot_out,
    struct lane_wake *wake_out)
{
	uint32_t slot = LANE_SLOTS_MAX;
	uint32_t token = 0;

	/* publish 0 */
	if (!is_open(lane))
		return LANE_TRAP;
	/* publish 1 */
	if (!has_room(lane, limit_on_board(lane), bytes)) {
		const enum lane_published room = look_for_room(lane, bytes);

		if (room != LANE_TAKEN)
			return room;
	}
	if (message->replies) {
		slot = find_slot(lane);
		if (slot == LANE_SLOTS_MAX)
			return LANE_TRAP;
	}
	*slot_out = slot;
	/* publish 3; nobody looks there before publish 4. */
	write_body(lane, message, kind);
	/* publish 2 */
	if (message->replies)
		token = issue(lane, slot, message);
	/* publish 3 */
	write_header(lane, message, kind, bytes, token);
	return finish(lane, bytes, message->replies, wake_out);
}

static __attribute__((noinline)) enum lane_published
publish_regions(struct lane_out *lane, const struct lane_message *message,
    uint32_t *slot_out, struct lane_wake *wake_out)
{
	if (!lane_regions_fit(lane->sizes.ring_bytes, message->body_bytes,
	        message->region_bytes))
		return LANE_TRAP;
	return publish(lane, message, LANE_KIND_REGIONS,
	    lane_record_bytes(message->body_bytes, message->region_bytes),
	    slot_out, wake_out);
}

/* Two ways from the begin on: a message without regions pays one test for them. */
enum lane_published
lane_publish(struct lane_out *lane, const struct lane_message *message,
    uint32_t *slot_out, struct lane_wake *wake_out)
{
	if (message->has_regions)
		return publish_regions(lane, message, slot_out, wake_out);
	if (message->body_bytes > lane->plain_max)
		return LANE_TRAP;
	return publish(lane, message, LANE_KIND_MESSAGE,
	    lane_record_bytes(message->body_bytes, 0), slot_out, wake_out);
}

/* publish 8 */
bool
lane_settle(struct lane_out *lane, uint32_t slot)
{
	uint32_t end;

	/* The kernel has written `end` before it wrote CLOSED. */
	(void)is_open(lane);
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
