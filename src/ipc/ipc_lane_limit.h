/*
 * How many messages each lane of a port may hold: with the kernel's queue never more than the
 * queue limit, for all that a lane may hold comes into the queue when it closes.
 */
#ifndef IPC_LANE_LIMIT_H
#define IPC_LANE_LIMIT_H

#include "ipc_lane.h"

/* READY, and about to be OPEN: its limit, for which who has more than a share makes way. False:
 * nothing is left, or A cannot pay for it. */
bool ipc_lane_limit_give(struct ipc_lane *lane)
    __attribute__((warn_unused_result));

/* Write the limit where both see it, and wake A if it waits for room. */
void ipc_lane_limit_tell(const struct ipc_lane *lane);

/* The limits that the lanes of @port have been given, in all; and grow them, as far as the
 * kernel's queue has room again. */
uint32_t ipc_lane_limits(const struct ipc_port *port);
void ipc_lane_share(struct ipc_port *port);

/* A message comes to @port by the kernel, and its lanes have what is left of the queue limit:
 * they close, and leave room when they come again, for a while; not one that goes one way, if
 * it has paid. */
void ipc_lane_make_room(struct ipc_port *port);

/* @sender sends to @port by the kernel. If there are lanes and none is his, they leave room for
 * others, when they open, for a while. */
void ipc_lane_note_sender(
    struct ipc_port *port, const struct ipc_space *sender);

#endif
