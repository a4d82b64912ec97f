/*
 * What is in a lane that closes becomes messages in transit, as if it had been sent by trap.
 *
 * Nothing of it is charged again: the lane was, for all that it may hold. Its two tasks may
 * write while it is read, and may lie: what was copied is checked.
 */
#ifndef IPC_LANE_MESSAGE_H
#define IPC_LANE_MESSAGE_H

#include "ipc_kmsg.h"
#include "ipc_lane.h"

/**
 * ipc_lane_message_new() - the message in a record
 * @lane:	[in]  closing; what it was charged for the message is that's
 * @position:	[in]  of the record, whose header is @record
 * @kmsg_out:	[out] without rights; NULL: there is no memory for it
 *
 * False: it cannot be. Its descriptors are what copyin would refuse, or more than a lane has;
 * or the block of regions is not theirs.
 */
bool ipc_lane_message_new(struct ipc_lane *lane, uint32_t position,
    const struct lane_record *record, struct ipc_kmsg **kmsg_out)
    __attribute__((warn_unused_result));

/* The same of the reply in @slot, with its ticket. NULL: it cannot be, or there is no memory
 * for it. */
struct ipc_kmsg *ipc_lane_message_reply(struct ipc_lane *lane, uint32_t slot,
    uint32_t generation, uint64_t *ticket_out)
    __attribute__((warn_unused_result));

#endif
