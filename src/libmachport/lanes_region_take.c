/* Memory for the regions that a lane brings. */
#include "lanes_region_take.h"

#include <string.h>

#include "extent.h"
#include "msg_walk.h"
#include "region_pool.h"

/* Is there a place for each region of the message, in their order, and no other? */
static bool
fits(struct lanes_region_taking *taking)
{
	struct msg_walk walk;
	uint32_t count = 0;

	msg_walk_begin(&walk, &taking->copy, taking->size);
	while (msg_walk_next(&walk)) {
		const uint32_t bytes = walk.descriptor.out_of_line.size;

		if (bytes == 0)
			continue;
		if (count == taking->count ||
		    taking->places[count].bytes != bytes)
			return false;
		count++;
	}
	return count == taking->count;
}

static void
give_back(struct lanes_region_taking *taking)
{
	for (uint32_t i = 0; i < taking->count; i++) {
		const struct lane_place *place = &taking->places[i];

		if (place->address)
			(void)extent_deallocate(
			    (uintptr_t)place->address, place->bytes);
	}
	taking->count = 0;
}

void
lanes_region_release(struct lanes_region_taking *taking)
{
	give_back(taking);
	taking->lane = LANES_NO_ID;
}

void
lanes_region_prepare(struct lanes_region_taking *taking)
{
	struct msg_walk walk;

	give_back(taking);
	msg_walk_begin(&walk, &taking->copy, taking->size);
	while (msg_walk_next(&walk)) {
		const uint32_t bytes = walk.descriptor.out_of_line.size;

		if (bytes > 0)
			taking->places[taking->count++] = (struct lane_place){
			    .address = region_pool_take(bytes),
			    .bytes = bytes,
			};
	}
}

enum lane_took
lanes_region_take(struct lanes_region_taking *taking, struct lane_in *lane,
    uint32_t id, const struct lane_record *record, struct lane_wake *wake_out)
{
	uint64_t block;

	taking->size = (uint32_t)sizeof(taking->copy.header) + record->body;
	taking->copy.header.msgh_bits = MACH_MSGH_BITS_COMPLEX;
	lane_copy_body(lane, record, taking->copy.body);
	if (!lanes_regions_check(&taking->copy, taking->size, &block) ||
	    block != record->regions)
		return LANE_TAKE_BROKEN;
	if (!fits(taking)) {
		const bool again =
		    taking->lane == id && taking->head == lane->head;

		taking->lane = id;
		taking->head = lane->head;
		return again ? LANE_TAKE_BROKEN : LANE_TAKE_REGIONS;
	}
	return lane_take_regions(
	    lane, record, taking->places, taking->count, wake_out);
}

/* Source: messages.md 11.6, 11.7 */
mach_msg_return_t
lanes_region_finish(struct lanes_region_taking *taking, uint8_t *to)
{
	mach_msg_return_t mr = MACH_MSG_SUCCESS;
	const struct lane_place *place = taking->places;
	struct msg_walk walk;

	msg_walk_begin(&walk, &taking->copy, taking->size);
	while (msg_walk_next(&walk)) {
		mach_msg_ool_descriptor_t *memory =
		    &walk.descriptor.out_of_line;

		memory->address = NULL;
		memory->deallocate = memory->copy == MACH_MSG_VIRTUAL_COPY;
		memory->pad1 = 0;
		if (memory->size > 0)
			memory->address = place++->address;
		if (memory->size > 0 && !memory->address) {
			memory->size = 0;
			mr = MACH_RCV_BODY_ERROR | MACH_MSG_VM_SPACE;
		}
		memcpy(walk.at, memory, sizeof(*memory));
	}
	taking->count = 0;
	memcpy(
	    to, taking->copy.body, taking->size - sizeof(taking->copy.header));
	return mr;
}
