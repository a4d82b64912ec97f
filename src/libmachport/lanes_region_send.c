/* The regions of a message that goes by a lane. */
#include "lanes_region_send.h"

#include <string.h>

#include "msg_walk.h"
#include "user_memory.h"

_Static_assert(LANE_REGIONS_MAX == MSG_REGIONS_FEW,
    "what is to go by a lane has room in what is made ready");

bool
lanes_region_look(const struct msg_call *call, uint32_t *block_out)
{
	const uint32_t body = msg_send_body_bytes(call);
	uint64_t block;

	if (body > LANE_REGIONS_BODY_MAX ||
	    !lanes_regions_check(call->send.bytes, call->send.size, &block) ||
	    block > LANES_REGIONS_MOST - lane_regions_at(body))
		return false;
	*block_out = (uint32_t)block;
	return true;
}

/* One that is said to be large is asked for as a whole. */
static bool
is_readable(const struct msg_region *region)
{
	return user_memory_is_own(region->address, region->bytes) ||
	    user_memory_much_readable(region->address, region->bytes);
}

/* @outgoing has found where they are: the other side is told nothing of that. */
static void
clear_addresses(struct lanes_regions_copy *copy, uint32_t size)
{
	struct msg_walk walk;

	msg_walk_begin(&walk, copy, size);
	while (msg_walk_next(&walk)) {
		walk.descriptor.out_of_line.address = NULL;
		memcpy(walk.at, &walk.descriptor.out_of_line,
		    sizeof(walk.descriptor.out_of_line));
	}
}

bool
lanes_region_begin(
    struct lanes_region_sending *sending, const struct msg_call *call)
{
	struct msg_outgoing *outgoing = &sending->outgoing;
	uint64_t block;

	memcpy(&sending->copy, call->send.bytes, call->send.size);
	/* It may be another than was looked at. */
	sending->copy.header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	if (!lanes_regions_check(&sending->copy, call->send.size, &block) ||
	    block > LANES_REGIONS_MOST)
		return false;
	sending->block_bytes = (uint32_t)block;
	msg_outgoing_init_few(outgoing, &sending->copy.header, call->send.size);
	if (outgoing->unreadable != WIRE_ALL_READABLE)
		return false;
	for (uint32_t i = 0; i < outgoing->region_count; i++) {
		const struct msg_region *region = &outgoing->regions[i];

		if (!is_readable(region))
			return false;
		sending->regions[i] = (struct lane_region){
		    .address = region->address,
		    .bytes = (uint32_t)region->bytes,
		};
	}
	clear_addresses(&sending->copy, call->send.size);
	return true;
}

void
lanes_region_describe(
    const struct lanes_region_sending *sending, struct lane_message *message)
{
	message->body = sending->copy.body;
	message->has_regions = true;
	message->region_count = sending->outgoing.region_count;
	message->region_bytes = sending->block_bytes;
	message->regions = sending->regions;
}

void
lanes_region_end(const struct lanes_region_sending *sending)
{
	msg_outgoing_deallocate(&sending->outgoing, WIRE_ALL_READABLE);
}
