/*
 * The words of an answer about lanes that has more than a few: what is fixed, and the sets
 * of a port.
 */
#ifndef TRAP_LANE_WORDS_H
#define TRAP_LANE_WORDS_H

#include "kern_call.h"

struct ipc_port;

#define TRAP_LANE_WORDS(type) (sizeof(type) / sizeof(uint32_t))

/* The first word: how many follow. Those are @count, of @fixed, and two for each set that
 * @port, or NULL, is in. KERN_SUCCESS or KERN_RESOURCE_SHORTAGE. */
kern_return_t trap_lane_put_words(struct kern_call *call, const void *fixed,
    size_t count, const struct ipc_port *port)
    __attribute__((warn_unused_result));

#endif
