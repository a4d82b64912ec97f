/*
 * Memory of the receiver's for the regions of a message that a lane has next.
 *
 * How much that is the message tells, which is seen with the port's lock; memory is not to be
 * had with it. So a receive that finds such a message ends its look, gets the memory, and
 * looks again: if it is another message then, or none, it gets other memory, or gives that
 * back. What it finds is copied before it is believed.
 */
#ifndef LIBMACHPORT_LANES_REGION_TAKE_H
#define LIBMACHPORT_LANES_REGION_TAKE_H

#include <mach/message.h>
#include <stdint.h>

#include "lane_receive.h"
#include "lanes_regions.h"
#include "lanes_table.h"

struct lanes_region_taking {
	struct lanes_regions_copy copy; /* of the message that was seen last */
	uint32_t size;                  /* of it; 0: none was seen */
	/* Where that was: what has other regions there the next time is a lie. */
	uint32_t lane; /* its number; LANES_NO_ID: none */
	uint64_t head;
	/* Memory, ours until a message has it. An address may be NULL: there was none. */
	uint32_t count;
	struct lane_place places[LANE_REGIONS_MAX];
};

static inline void
lanes_region_taking_init(struct lanes_region_taking *taking)
{
	taking->size = 0;
	taking->lane = LANES_NO_ID;
	taking->count = 0;
}

/* Get memory for the message that was seen last, instead of what there is. With no lock. */
void lanes_region_prepare(struct lanes_region_taking *taking);

/* Give back what no message has taken. With no lock. */
void lanes_region_release(struct lanes_region_taking *taking);

/**
 * lanes_region_take() - take the message at the head of a lane, if its regions fit the memory
 * @id:		[in]  of the lane
 * @record:	[in]  it, as lane_take() has told
 * @wake_out:	[out] as lane_take()
 *
 * Return: as lane_take(); LANE_TAKE_REGIONS: other memory is to be prepared. Nothing is told of
 * it yet.
 */
enum lane_took lanes_region_take(struct lanes_region_taking *taking,
    struct lane_in *lane, uint32_t id, const struct lane_record *record,
    struct lane_wake *wake_out);

/* That message is the program's: write its body at @to. The memory is the program's, too.
 * Return: what the receive ends with (messages.md 11.7) */
mach_msg_return_t lanes_region_finish(
    struct lanes_region_taking *taking, uint8_t *to);

#endif
