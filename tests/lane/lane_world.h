/*
 * A lane in the memory of one process: the test plays A, B and the kernel.
 */
#ifndef LANE_WORLD_H
#define LANE_WORLD_H

#include "lane_receive.h"
#include "lane_reply.h"
#include "lane_send.h"

struct lane_world {
	struct lane_sender *sender;
	struct lane_receiver *receiver;
	struct lane_board *board; /* one for both; the lane's entry is [0] */
	struct lane_out out;
	struct lane_in in;
};

/* Open, and empty. @slots of LANE_SLOT_BYTES_MIN each. */
void lane_world_init(struct lane_world *world, uint32_t ring_bytes,
    uint32_t slots, uint32_t limit);
void lane_world_deinit(struct lane_world *world);

/* A and B begin at this mark instead of 0. */
void lane_world_start_at(struct lane_world *world, uint64_t mark);

struct lane_board_lane *lane_world_entry(struct lane_world *world);

/* The kernel: CLOSED, and how far A's records count. */
void lane_world_close(struct lane_world *world, uint32_t end);

/* B: the record at its head, and its body; false: none. Moves head past it. */
bool lane_world_take(struct lane_world *world, struct lane_record *record_out,
    uint8_t *body_out);

/* A body whose every byte tells its place, and which body it is. */
void lane_world_fill(uint8_t *body, uint32_t bytes, uint32_t seed);
bool lane_world_is_filled(const uint8_t *body, uint32_t bytes, uint32_t seed);

#endif
