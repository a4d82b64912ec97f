/* What the sizes of a lane may be. */
#include "lane.h"

bool
lane_sizes_check(const struct lane_sizes *sizes)
{
	const uint32_t ring = sizes->ring_bytes;
	const uint32_t slot = sizes->slot_bytes;

	if (ring < LANE_RING_MIN || ring > LANE_RING_MAX || (ring & (ring - 1)))
		return false;
	if (sizes->slots == 0)
		return slot == 0;
	return sizes->slots <= LANE_SLOTS_MAX && slot >= LANE_SLOT_BYTES_MIN &&
	    slot <= LANE_SLOT_BYTES_MAX && (slot & (slot - 1)) == 0;
}
