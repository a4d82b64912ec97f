/*
 * What a message by a lane looks like to the program, in its buffer: header, body and
 * trailer, as a trap would have brought them.
 */
#ifndef LIBMACHPORT_LANES_PLACE_H
#define LIBMACHPORT_LANES_PLACE_H

#include <mach/message.h>
#include <stdbool.h>
#include <stdint.h>

#include "lanes_port.h"
#include "msg_trap.h"
#include "wire_lane.h"

/* Where a message by a lane goes. */
struct lanes_place {
	uint8_t *bytes;
	uint32_t trailer_bytes;
	uint32_t room; /* for a body */
};

/* What is not in the body. */
struct lanes_envelope {
	mach_msg_bits_t bits;
	mach_port_name_t remote;
	mach_msg_id_t id;
	uint32_t body_bytes;
	const struct wire_lane_identity *sender;
};

/* The receive buffer of @call, which can be written. False: not even a message without a
 * body can come there by a lane. */
bool lanes_place_find(
    const struct msg_call *call, struct lanes_place *place_out);

static inline uint8_t *
lanes_place_body(const struct lanes_place *place)
{
	return place->bytes + sizeof(mach_msg_header_t);
}

/* All but the body, of a message of @port, locked: it counts as taken. */
void lanes_place_write(const struct lanes_place *place, struct lanes_port *port,
    const struct lanes_envelope *envelope);

/* A message of @port stays, since it is too large: say how large. */
mach_msg_return_t lanes_place_tell_size(const struct lanes_port *port,
    const struct msg_call *call, uint32_t body_bytes);

#endif
