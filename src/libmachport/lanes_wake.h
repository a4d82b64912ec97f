/*
 * Waking who sleeps on a lane, by a futex, or by the kernel if that cannot be (lane_send.h).
 */
#ifndef LIBMACHPORT_LANES_WAKE_H
#define LIBMACHPORT_LANES_WAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "lane_send.h"

/* publish 6, reply 3: as a struct lane_wake tells; by the lane of that number, and the slot or
 * WIRE_KICK_MESSAGE. No lock is held: the memory of @word may have gone, which does no harm.
 * False: Linux refused. */
bool lanes_wake(
    enum lane_waiting how, const void *word, uint32_t id, uint32_t slot);

#endif
