/* Headers and trailers. */
#include "lanes_place.h"

#include <stdatomic.h>
#include <string.h>

#include "user_memory.h"

_Static_assert(sizeof(mach_msg_header_t) % sizeof(uint32_t) == 0,
    "a trailer follows a body of whole words at once");

/* As nearly all want it. */
static void
write_short_trailer(uint8_t *to)
{
	const mach_msg_trailer_t trailer = {
	    .msgh_trailer_type = MACH_MSG_TRAILER_FORMAT_0,
	    .msgh_trailer_size = sizeof(trailer),
	};

	memcpy(to, &trailer, sizeof(trailer));
}

/* Not inlined: it needs a stack frame, and few come here. */
__attribute__((noinline)) static void
write_trailer(uint8_t *to, uint32_t bytes, const struct lanes_port *port,
    const struct wire_lane_identity *sender)
{
	mach_msg_max_trailer_t trailer = {
	    .msgh_trailer_type = MACH_MSG_TRAILER_FORMAT_0,
	    .msgh_trailer_size = bytes,
	    .msgh_seqno = port->seqno,
	    .msgh_context = atomic_load_explicit(
	        &port->board->context, memory_order_relaxed),
	};

	memcpy(&trailer.msgh_sender, sender->security,
	    sizeof(trailer.msgh_sender));
	memcpy(&trailer.msgh_audit, sender->audit, sizeof(trailer.msgh_audit));
	memcpy(to, &trailer, bytes);
}

/* Source: messages.md 11.4, 5.3, 11.8 */
void
lanes_place_write(const struct lanes_place *place, uint32_t body_bytes,
    struct lanes_port *port, const struct wire_lane_identity *sender)
{
	lanes_header_t *header = place->header;
	uint8_t *trailer = lanes_place_body(place) + body_bytes;

	header->msgh_size = (mach_msg_size_t)sizeof(*header) + body_bytes;
	header->msgh_local_port =
	    atomic_load_explicit(&port->name, memory_order_relaxed);
	header->msgh_voucher_port = MACH_PORT_NULL;
	if (place->trailer_bytes == sizeof(mach_msg_trailer_t))
		write_short_trailer(trailer);
	else
		write_trailer(trailer, place->trailer_bytes, port, sender);
	port->seqno++;
}

/* If the buffer cannot be written, nothing is said. Source: messages.md 11.3 */
mach_msg_return_t
lanes_place_tell_size(const struct lanes_port *port,
    const struct msg_call *call, uint32_t body_bytes)
{
	const mach_msg_size_t size =
	    (mach_msg_size_t)sizeof(mach_msg_header_t) + body_bytes;
	const mach_port_name_t name = port->name;
	mach_msg_header_t *header = call->receive.bytes;

	(void)user_memory_write(&header->msgh_size, &size, sizeof(size));
	if (call->option & MACH_RCV_LARGE_IDENTITY)
		(void)user_memory_write(
		    &header->msgh_local_port, &name, sizeof(name));
	return MACH_RCV_TOO_LARGE;
}
