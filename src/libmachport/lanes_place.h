/*
 * What a message by a lane looks like to the program, in its buffer: header, body and
 * trailer, as a trap would have brought them.
 */
#ifndef LIBMACHPORT_LANES_PLACE_H
#define LIBMACHPORT_LANES_PLACE_H

#include <mach/message.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lanes_buffer.h"
#include "lanes_port.h"
#include "msg_trap.h"
#include "wire_lane.h"

/* Wherever the program has its buffer. */
typedef mach_msg_header_t lanes_header_t __attribute__((aligned(1)));

/* Where a message by a lane goes. */
struct lanes_place {
	lanes_header_t *header;
	uint32_t trailer_bytes;
	uint32_t room; /* for a body */
};

/* Header, trailer and the largest body that any lane brings. */
#define LANES_PLACE_MOST                                                       \
	((uint32_t)sizeof(mach_msg_header_t) + lane_plain_max(LANE_RING_MAX) + \
	    MAX_TRAILER_SIZE)

/* The receive buffer of @call, which can be written. False: not even a message without a
 * body can come there by a lane. */
static inline bool
lanes_place_find(const struct msg_call *call, struct lanes_place *place_out)
{
	const uint32_t size = call->receive.size;
	const uint32_t trailer = (uint32_t)REQUESTED_TRAILER_SIZE(call->option);
	const uint32_t least = (uint32_t)sizeof(mach_msg_header_t) + trailer;

	if (size < least ||
	    !lanes_buffer_writable(call->receive.bytes,
	        size < LANES_PLACE_MOST ? size : LANES_PLACE_MOST))
		return false;
	*place_out = (struct lanes_place){
	    .header = call->receive.bytes,
	    .trailer_bytes = trailer,
	    .room = size - least,
	};
	return true;
}

static inline uint8_t *
lanes_place_body(const struct lanes_place *place)
{
	return (uint8_t *)(place->header + 1);
}

/* A trailer with more than its size; not inlined, since few want it. */
void lanes_place_write_trailer(const struct lanes_place *place, uint8_t *to,
    const struct lanes_port *port, const struct wire_lane_identity *sender);

/**
 * lanes_place_write() - write what follows from where a message of a port came from
 * @port:	locked; the message counts as taken
 * @sender:	for the trailer
 *
 * All but the body and the three words of the header that are of the message: msgh_bits,
 * msgh_remote_port and msgh_id. Source: messages.md 11.4, 5.3, 11.8
 */
static inline void
lanes_place_write(const struct lanes_place *place, uint32_t body_bytes,
    struct lanes_port *port, const struct wire_lane_identity *sender)
{
	static const mach_msg_trailer_t least = {
	    .msgh_trailer_type = MACH_MSG_TRAILER_FORMAT_0,
	    .msgh_trailer_size = sizeof(least),
	};
	lanes_header_t *header = place->header;
	uint8_t *trailer = lanes_place_body(place) + body_bytes;

	header->msgh_size = (mach_msg_size_t)sizeof(*header) + body_bytes;
	header->msgh_local_port =
	    atomic_load_explicit(&port->name, memory_order_relaxed);
	header->msgh_voucher_port = MACH_PORT_NULL;
	if (place->trailer_bytes == sizeof(least))
		memcpy(trailer, &least, sizeof(least));
	else
		lanes_place_write_trailer(place, trailer, port, sender);
	port->seqno++;
}

/* A message of @port stays, since it is too large: say how large. */
mach_msg_return_t lanes_place_tell_size(const struct lanes_port *port,
    const struct msg_call *call, uint32_t body_bytes);

#endif
