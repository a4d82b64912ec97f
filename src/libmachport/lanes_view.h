/*
 * The other side's memory of a lane, where it can be read for ever.
 *
 * Who spins for a message looks at words of lanes without a lock, and another thread, or a
 * handler of his own, may let go of such a lane meanwhile. So the address space stays: what
 * is read there are zeroes then, or the memory of the next lane in that place. Either is
 * something new, and he looks again, properly.
 */
#ifndef LIBMACHPORT_LANES_VIEW_H
#define LIBMACHPORT_LANES_VIEW_H

#include <stddef.h>
#include <stdint.h>

#include "lane.h"

/* So much of either side's memory there mostly is, and can be. */
#define LANES_VIEW_USUAL ((size_t)0x1000 + LANE_RING_PLAIN)
#define LANES_VIEW_MOST ((size_t)0x1000 + LANE_RING_MAX)

/* All zeroes: none yet. */
struct lanes_view {
	uint8_t
	    *place;   /* never given back; not when it was too small, either */
	size_t bytes; /* of it: one of the two */
};

/* Map @file, of @bytes, for reading. NULL: no memory. The descriptor is the caller's. */
const void *lanes_view_map(struct lanes_view *view, int file, size_t bytes);

/* It is not seen any more. Fine if nothing is. */
void lanes_view_unmap(struct lanes_view *view);

/* In a fork child, where nothing is mapped there: the same. */
void lanes_view_inherit(struct lanes_view *view);

#endif
