/* The one rule for where a region is. */
#include "ipc_region.h"

#include <string.h>

struct ipc_regions
ipc_regions_of(const struct ipc_kmsg *kmsg)
{
	struct ipc_regions walk = {.kmsg = kmsg, .placed = kmsg->placed};

	if (kmsg->memory)
		walk.end = kmsg->regions_at ? kmsg->regions_at : kmsg->size;
	return walk;
}

struct ipc_region
ipc_regions_next(struct ipc_regions *walk, uint32_t index, uint64_t bytes)
{
	const uint64_t align = walk->kmsg->memory ? ipc_world.page : 8;
	struct ipc_region region = {.memory = walk->kmsg->memory};

	if (ipc_regions_placed(walk, index)) {
		region.memory = walk->placed;
		region.offset = walk->placed->offset;
		walk->placed = walk->placed->next;
	} else {
		region.offset = (walk->end + align - 1) & ~(align - 1);
		walk->end = region.offset + bytes;
	}
	return region;
}

const uint8_t *
ipc_region_bytes(const struct ipc_kmsg *kmsg, const struct ipc_region *region)
{
	const uint8_t *regions = kmsg->loan ? kmsg->loan->regions : kmsg->ool;

	return regions + region->offset;
}

bool
ipc_region_read(const struct ipc_kmsg *kmsg, const struct ipc_region *region,
    void *to, size_t count)
{
	const struct ipc_memory *memory = region->memory;

	if (memory)
		return memory->read(memory, region->offset, to, count);
	memcpy(to, ipc_region_bytes(kmsg, region), count);
	return true;
}
