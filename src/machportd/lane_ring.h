/*
 * A large ring, mapped as long as its lane or a message has it (ipc_ring.h).
 */
#ifndef LANE_RING_H
#define LANE_RING_H

#include "ipc_ring.h"
#include "lane_drain.h"

struct user;

/* For a lane, one reference: maps @file, of A's memory of @view->sizes, which is the caller's,
 * at @view->sender. As long as it is mapped it counts in @user->lane_large_bytes: to give it back
 * takes a while. NULL, and the view's sender as well: no memory. */
struct ipc_ring *lane_ring_new(int file, struct lane_view *view,
    struct user *user) __attribute__((warn_unused_result));

#endif
