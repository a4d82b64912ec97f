/*
 * The out-of-line regions and port arrays of a message in transit: where they are.
 *
 * A region that is placed is in a file of its own, one of kmsg->placed. The others,
 * in the order of their descriptors, lie behind each other: in kmsg->ool, each at a
 * multiple of 8 (or, as long as that is empty, in the memory of kmsg->loan; its sender may be
 * writing to that, and to kmsg->ring, where kmsg->ool may be); or, if the message is in a
 * file, there, each at a multiple of ipc_world.page, from kmsg->regions_at on, or behind the
 * message.
 */
#ifndef IPC_REGION_H
#define IPC_REGION_H

#include "ipc_kmsg.h"

struct ipc_region {
	struct ipc_memory *memory; /* the file; NULL: kmsg->ool, or lent */
	uint64_t offset;
};

/* A walk over them. */
struct ipc_regions {
	const struct ipc_kmsg *kmsg;
	struct ipc_memory *placed; /* the next such file */
	uint64_t end;              /* of the last that is not placed */
};

struct ipc_regions ipc_regions_of(const struct ipc_kmsg *kmsg);

/* Is there a file for descriptor @index alone? */
static inline bool
ipc_regions_placed(const struct ipc_regions *walk, uint32_t index)
{
	return walk->placed && walk->placed->index == index;
}

/* Where the region of descriptor @index is: call it for each that has memory (a size
 * or count that is not 0), in order. @bytes of it are not checked here. */
struct ipc_region ipc_regions_next(
    struct ipc_regions *walk, uint32_t index, uint64_t bytes);

/* Where @region, of no file, is now. To be read once: of a loan, or in a ring, it may
 * change. */
const uint8_t *ipc_region_bytes(
    const struct ipc_kmsg *kmsg, const struct ipc_region *region);

/* Copy the first @count bytes of @region out. False: they cannot be read. */
bool ipc_region_read(const struct ipc_kmsg *kmsg,
    const struct ipc_region *region, void *to, size_t count);

#endif
