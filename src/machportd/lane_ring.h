/*
 * A large ring, mapped as long as its lane or a message has it (ipc_ring.h).
 */
#ifndef LANE_RING_H
#define LANE_RING_H

#include "ipc_ring.h"
#include "lane_drain.h"

/* For a lane, one reference: maps @file, of A's memory of @view->sizes, which is the caller's,
 * at @view->sender. NULL, and that as well: no memory. */
struct ipc_ring *lane_ring_new(int file, struct lane_view *view)
    __attribute__((warn_unused_result));

#endif
