/* What is in a body whose descriptors are of memory. */
#include "lanes_regions.h"

#include <string.h>

#include "msg_walk.h"

static bool
is_memory(const mach_msg_ool_descriptor_t *descriptor)
{
	return (descriptor->type == MACH_MSG_OOL_DESCRIPTOR ||
	           descriptor->type == MACH_MSG_OOL_VOLATILE_DESCRIPTOR) &&
	    (descriptor->copy == MACH_MSG_PHYSICAL_COPY ||
	        descriptor->copy == MACH_MSG_VIRTUAL_COPY);
}

/* Each region begins at a multiple of LANE_REGION_ALIGN. */
static uint64_t
block_end(uint64_t end, uint32_t bytes)
{
	const uint64_t mask = LANE_REGION_ALIGN - 1;

	return bytes > 0 ? ((end + mask) & ~mask) + bytes : end;
}

bool
lanes_regions_check(const void *message, uint32_t size, uint64_t *block_out)
{
	mach_msg_base_t base;
	struct msg_walk walk;
	uint32_t count = 0;

	*block_out = 0;
	if (size < sizeof(base))
		return false;
	memcpy(&base, message, sizeof(base));
	/* The walk does not write. */
	msg_walk_begin(&walk, (void *)(uintptr_t)message, size);
	while (msg_walk_next(&walk)) {
		if (!is_memory(&walk.descriptor.out_of_line))
			return false;
		count += walk.descriptor.out_of_line.size > 0;
		*block_out =
		    block_end(*block_out, walk.descriptor.out_of_line.size);
	}
	return walk.next_index > 0 && count <= LANE_REGIONS_MAX &&
	    walk.next_index == base.body.msgh_descriptor_count;
}
