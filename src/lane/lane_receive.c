/* Taking messages out of rings, in the order in which they were sent. */
#include "lane_receive.h"

#include <string.h>

#include "lane_take.h"

void
lane_in_init(struct lane_in *lane, const struct lane_sender *theirs,
    struct lane_receiver *mine, const struct lane_board_lane *board,
    const struct lane_sizes *sizes)
{
	*lane = (struct lane_in){
	    .theirs = theirs,
	    .mine = mine,
	    .board = board,
	    .sizes = *sizes,
	    .head = atomic_load_explicit(&mine->head, memory_order_relaxed),
	    .plain_max = lane_plain_max(sizes->ring_bytes),
	};
	lane->seen = lane_position(lane->head);
}

/* Copy @bytes at @position of the ring. */
static void
copy_out(
    const struct lane_in *lane, uint32_t position, void *to, uint32_t bytes)
{
	const uint32_t ring_bytes = lane->sizes.ring_bytes;
	const uint32_t at = position & (ring_bytes - 1);
	const uint32_t first =
	    bytes < ring_bytes - at ? bytes : ring_bytes - at;

	memcpy(to, lane->theirs->ring + at, first);
	if (bytes > first)
		memcpy(
		    (uint8_t *)to + first, lane->theirs->ring, bytes - first);
}

/* Where the body of the record at the head begins. */
static uint32_t
body_position(const struct lane_in *lane)
{
	return lane_position(lane->head) + (uint32_t)sizeof(struct lane_record);
}

void
lane_copy_wrapped(const struct lane_in *lane, void *to, uint32_t bytes)
{
	copy_out(lane, body_position(lane), to, bytes);
}

uint64_t
lane_in_ticket(struct lane_in *lane)
{
	uint64_t ticket;

	if (lane_in_used(lane) == 0)
		return 0;
	memcpy(&ticket,
	    lane_head_of(lane) + offsetof(struct lane_record, ticket),
	    sizeof(ticket));
	return ticket != 0 ? ticket : 1;
}

bool
lane_has_regions(const struct lane_in *lane, const struct lane_record *record)
{
	return lane_regions_fit(
	           lane->sizes.ring_bytes, record->body, record->regions) &&
	    lane_regions_at(record->body) + record->regions <=
	    record->bytes - sizeof(*record);
}

/* lane.pml: take 6. Who sleeps for room tells so until he has run. He is woken twice: at the
 * first time he may be about to sleep, with this very head. */
bool
lane_note_waiting(struct lane_in *lane, uint32_t wait)
{
	if (wait != lane->rung) {
		lane->rung = wait;
		lane->rings = wait != LANE_RUN ? 2 : 0;
	}
	if (lane->rings == 0)
		return false;
	lane->rings--;
	return true;
}

enum lane_took
lane_take(struct lane_in *lane, void *body, uint32_t room, bool cut,
    struct lane_record *record_out, struct lane_wake *wake_out)
{
	return lane_take_next(lane, body, room, cut, record_out, wake_out);
}

void
lane_copy_body(
    const struct lane_in *lane, const struct lane_record *record, void *to)
{
	/* lane.pml: take 3 */
	copy_out(lane, body_position(lane), to, record->body);
	/* What was copied is looked at from here on. */
	atomic_signal_fence(memory_order_seq_cst);
}

/* Where a region behind @end bytes of the block, with @bytes, ends. */
static uint64_t
region_end(uint64_t end, uint32_t bytes)
{
	return ((end + LANE_REGION_ALIGN - 1) &
	           ~(uint64_t)(LANE_REGION_ALIGN - 1)) +
	    bytes;
}

static uint64_t
block_bytes(const struct lane_place *to, uint32_t count)
{
	uint64_t end = 0;

	for (uint32_t i = 0; i < count; i++)
		end = region_end(end, to[i].bytes);
	return end;
}

enum lane_took
lane_take_regions(struct lane_in *lane, const struct lane_record *record,
    const struct lane_place *to, uint32_t count, struct lane_wake *wake_out)
{
	const uint32_t block =
	    body_position(lane) + lane_regions_at(record->body);
	uint32_t end = 0;

	wake_out->how = LANE_RUN;
	if (block_bytes(to, count) != record->regions)
		return LANE_TAKE_BROKEN;
	/* lane.pml: take 3 */
	for (uint32_t i = 0; i < count; i++) {
		end = (uint32_t)region_end(end, to[i].bytes);
		if (to[i].address)
			copy_out(lane, block + end - to[i].bytes, to[i].address,
			    to[i].bytes);
	}
	return lane_consume(lane, record->bytes, wake_out);
}

bool
lane_in_settle(const struct lane_in *lane)
{
	const uint32_t from =
	    atomic_load_explicit(&lane->board->from, memory_order_acquire);

	return (int32_t)(from - lane_position(lane->head)) >= 0;
}

/* lane.pml: pick 3. @count: nothing there. */
static size_t
choose(const struct lane_source *sources, size_t count)
{
	size_t chosen = count;

	for (size_t i = 0; i < count; i++)
		if (sources[i].ticket != 0 &&
		    (chosen == count ||
		        sources[i].ticket < sources[chosen].ticket))
			chosen = i;
	return chosen;
}

/* All of @sources, and again those that were empty: which is next? @count: none. */
static size_t
look_twice(struct lane_source *sources, size_t count,
    uint64_t (*look)(void *of, size_t i), void *of)
{
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		sources[i].ticket = look(of, i);
		sources[i].late = sources[i].ticket == 0;
		found |= !sources[i].late;
	}
	for (size_t i = 0; found && i < count; i++)
		if (sources[i].late)
			sources[i].ticket = look(of, i);
	return found ? choose(sources, count) : count;
}

/*
 * lane.pml: pick 1, 2. What was sent before the one that is chosen now was sent can be seen
 * by the second look, or something older of its source. Not so if the chosen one was seen
 * in that only: it could have come after what was not found yet. Then it is looked again,
 * and it is seen at first. What was seen stays, if nobody lies: once for each source will
 * do.
 */
size_t
lane_pick(struct lane_source *sources, size_t count,
    uint64_t (*look)(void *of, size_t i), void *of)
{
	size_t chosen = count;

	for (size_t times = 0; times <= count; times++) {
		chosen = look_twice(sources, count, look, of);
		if (chosen == count || !sources[chosen].late)
			break;
	}
	return chosen;
}

bool
lane_others_wait(const struct lane_source *sources, size_t count, size_t i)
{
	for (size_t j = 0; j < count; j++)
		if (j != i && sources[j].ticket != 0)
			return true;
	return false;
}

bool
lane_note_taken(struct lane_source *source, uint64_t ticket, bool others,
    uint32_t limit, enum lane_clock clock)
{
	if (source->trusted)
		return true;
	if (source->seen != 0 && ticket < source->seen)
		return ++source->older <= limit;
	source->seen = others ? lane_clock_read(clock) : 0;
	source->older = 0;
	return true;
}
