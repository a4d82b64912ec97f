#include "lane_world.h"

#include <stdlib.h>
#include <string.h>

static void *
pages(size_t bytes)
{
	void *memory = aligned_alloc(4096, (bytes + 4095) & ~(size_t)4095);

	if (!memory)
		abort();
	return memset(memory, 0, bytes);
}

struct lane_board_lane *
lane_world_entry(struct lane_world *world)
{
	return &world->board->lane[0];
}

void
lane_world_init(struct lane_world *world, uint32_t ring_bytes, uint32_t slots,
    uint32_t limit)
{
	const struct lane_sizes sizes = {
	    .ring_bytes = ring_bytes,
	    .slots = slots,
	    .slot_bytes = slots ? LANE_SLOT_BYTES_MIN : 0,
	};

	*world = (struct lane_world){
	    .sender = pages(lane_sender_bytes(&sizes)),
	    .receiver = pages(lane_receiver_bytes(&sizes)),
	    .board = pages(sizeof(struct lane_board)),
	};
	atomic_store(&lane_world_entry(world)->state, LANE_OPEN);
	atomic_store(&lane_world_entry(world)->limit, limit);
	lane_out_init(&world->out, world->sender, world->receiver,
	    lane_world_entry(world), &sizes, LANE_CLOCK_MONOTONIC);
	lane_in_init(&world->in, world->sender, world->receiver,
	    lane_world_entry(world), &sizes);
}

void
lane_world_deinit(struct lane_world *world)
{
	free(world->sender);
	free(world->receiver);
	free(world->board);
}

void
lane_world_start_at(struct lane_world *world, uint64_t mark)
{
	world->out.tail = mark;
	world->out.head = mark;
	atomic_store(&world->sender->tail, mark);
	atomic_store(&world->receiver->head, mark);
	lane_in_init(&world->in, world->sender, world->receiver,
	    lane_world_entry(world), &world->out.sizes);
}

void
lane_world_close(struct lane_world *world, uint32_t end)
{
	atomic_store(&lane_world_entry(world)->end, end);
	atomic_store(&lane_world_entry(world)->state, LANE_CLOSED);
}

static void
ring_read(
    const struct lane_world *world, uint32_t position, void *to, uint32_t bytes)
{
	const uint32_t ring_bytes = world->in.sizes.ring_bytes;
	uint8_t *byte = to;
	uint32_t i;

	for (i = 0; i < bytes; i++)
		byte[i] =
		    world->sender->ring[(position + i) & (ring_bytes - 1)];
}

bool
lane_world_take(
    struct lane_world *world, struct lane_record *record_out, uint8_t *body_out)
{
	const uint32_t position = lane_position(world->in.head);

	if (lane_position(atomic_load(&world->sender->tail)) == position)
		return false;
	ring_read(world, position, record_out, sizeof(*record_out));
	ring_read(world, position + (uint32_t)sizeof(*record_out), body_out,
	    record_out->body);
	world->in.head = lane_mark(
	    position + record_out->bytes, lane_count(world->in.head) + 1);
	atomic_store(&world->receiver->head, world->in.head);
	return true;
}

static uint8_t
byte_at(uint32_t i, uint32_t seed)
{
	return (uint8_t)(i * 31 + i / 251 + seed * 7 + 1);
}

void
lane_world_fill(uint8_t *body, uint32_t bytes, uint32_t seed)
{
	uint32_t i;

	for (i = 0; i < bytes; i++)
		body[i] = byte_at(i, seed);
}

bool
lane_world_is_filled(const uint8_t *body, uint32_t bytes, uint32_t seed)
{
	uint32_t i;

	for (i = 0; i < bytes; i++)
		if (body[i] != byte_at(i, seed))
			return false;
	return true;
}
