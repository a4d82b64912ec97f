/* Headers and trailers. */
#include "lanes_place.h"

#include <stdatomic.h>
#include <string.h>

#include "user_memory.h"

_Static_assert(sizeof(mach_msg_header_t) % sizeof(uint32_t) == 0,
    "a trailer follows a body of whole words at once");

void
lanes_place_write_trailer(const struct lanes_place *place, uint8_t *to,
    const struct lanes_port *port, const struct wire_lane_identity *sender)
{
	mach_msg_max_trailer_t trailer = {
	    .msgh_trailer_type = MACH_MSG_TRAILER_FORMAT_0,
	    .msgh_trailer_size = place->trailer_bytes,
	    .msgh_seqno = port->seqno,
	    .msgh_context = atomic_load_explicit(
	        &port->board->context, memory_order_relaxed),
	};

	memcpy(&trailer.msgh_sender, sender->security,
	    sizeof(trailer.msgh_sender));
	memcpy(&trailer.msgh_audit, sender->audit, sizeof(trailer.msgh_audit));
	memcpy(to, &trailer, place->trailer_bytes);
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
