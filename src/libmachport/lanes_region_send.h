/*
 * What a message with regions has ready before it goes by a lane, and what it leaves behind
 * afterwards.
 */
#ifndef LIBMACHPORT_LANES_REGION_SEND_H
#define LIBMACHPORT_LANES_REGION_SEND_H

#include "lane_send.h"
#include "lanes_regions.h"
#include "msg_encode.h"
#include "msg_trap.h"

/*
 * With more than this of body and regions a message goes by the kernel process, whatever lane
 * there is: from 2 MiB on memory is in files of its own (VM_FILE_BYTES), which it moves
 * without a copy. Measured with each size alone, filled, sent, read, freed and answered, best of
 * 600 on a loaded machine: 1 MiB takes 200 us by a lane and 360 by the kernel process, 2,000
 * KiB 450 us and 1,300; 2 MiB that are given away take that 300.
 */
#define LANES_REGIONS_MOST (lane_body_max(LANE_RING_MAX))

/* A copy of the program's message: it may change its own, and is to have what was sent. */
struct lanes_region_sending {
	struct lanes_regions_copy copy; /* without addresses */
	struct msg_outgoing outgoing;   /* with them */
	struct lane_region regions[MSG_REGIONS_FEW];
	uint32_t block_bytes;
};

/**
 * lanes_region_look() - could a lane take this message with its regions?
 * @call:	[in]  its message can be read, and is complex
 * @block_out:	[out] bytes of the block of its regions
 */
bool lanes_region_look(const struct msg_call *call, uint32_t *block_out);

/* Copy the message of @call, and see that all its regions can be read, which takes vm_lock.
 * False: the kernel is to say what is wrong with it. */
bool lanes_region_begin(
    struct lanes_region_sending *sending, const struct msg_call *call);

/* Have the lane take that along. @message borrows it. */
void lanes_region_describe(
    const struct lanes_region_sending *sending, struct lane_message *message);

/* It was sent: unmap what the program gave away. With no lock. */
void lanes_region_end(const struct lanes_region_sending *sending);

#endif
