/*
 * Messages whose descriptors are of memory, all of them: the ones that a lane takes with their
 * regions (LANE_KIND_REGIONS). What both sides look for in a body.
 */
#ifndef LIBMACHPORT_LANES_REGIONS_H
#define LIBMACHPORT_LANES_REGIONS_H

#include <mach/message.h>
#include <stdbool.h>
#include <stdint.h>

#include "lane.h"

/* A copy of such a message: nobody changes it while it is looked at. */
struct lanes_regions_copy {
	mach_msg_header_t header;
	uint8_t body[LANE_REGIONS_BODY_MAX];
};

/**
 * lanes_regions_check() - is it such a message?
 * @message:	[in]  readable, @size bytes, with MACH_MSGH_BITS_COMPLEX
 * @block_out:	[out] bytes of the block of its regions, as they lie in a lane
 *
 * False: there are other descriptors, or none, or they are not as they should be; or there are
 * too many regions.
 */
bool lanes_regions_check(
    const void *message, uint32_t size, uint64_t *block_out);

#endif
