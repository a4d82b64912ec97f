/* Messages out of the memory of lanes. */
#include "ipc_lane_message.h"

#include <string.h>

#include "ipc_descriptor.h"
#include "ipc_region.h"
#include "ipc_space.h"

/* A message by @sender, with so much of a body and of regions, which @lane was charged for;
 * both are to be filled in. NULL: no memory. */
static struct ipc_kmsg *
new_charged(struct ipc_lane *lane, const struct ipc_space *sender,
    const mach_msg_header_t *header, uint32_t body_bytes, uint32_t ool_bytes)
{
	struct ipc_kmsg *kmsg =
	    ipc_kmsg_new((uint32_t)sizeof(*header) + body_bytes, ool_bytes, 0);

	if (!kmsg)
		return NULL;
	kmsg->size = kmsg->byte_count;
	memcpy(kmsg->bytes, header, sizeof(*header));
	kmsg->identity = ipc_identity_ref(sender->identity);
	kmsg->sender = sender->id.number;
	ipc_kmsg_take_charge(kmsg, lane->account, &lane->charge);
	return kmsg;
}

static bool
is_memory(const union ipc_descriptor *d)
{
	return (d->type.type == MACH_MSG_OOL_DESCRIPTOR ||
	           d->type.type == MACH_MSG_OOL_VOLATILE_DESCRIPTOR) &&
	    (d->ool.copy == MACH_MSG_PHYSICAL_COPY ||
	        d->ool.copy == MACH_MSG_VIRTUAL_COPY);
}

/* Are its descriptors there, all of memory, and the regions in kmsg->ool those? As copyin
 * (messages.md 8.1, rows 4 and 7 to 9; and 9). */
static bool
has_its_regions(const struct ipc_kmsg *kmsg)
{
	struct ipc_descriptors walk =
	    ipc_descriptors_of(kmsg->bytes, kmsg->byte_count);
	struct ipc_regions regions = ipc_regions_of(kmsg);

	if (kmsg->byte_count < sizeof(mach_msg_base_t))
		return false;
	while (walk.index < walk.count) {
		union ipc_descriptor d;

		if (!ipc_descriptor_peek(&walk, &d) || !is_memory(&d))
			return false;
		if (d.ool.size > 0)
			(void)ipc_regions_next(
			    &regions, walk.index, d.ool.size);
		ipc_descriptor_skip(&walk, &d);
	}
	return regions.end == kmsg->ool_bytes;
}

bool
ipc_lane_message_new(struct ipc_lane *lane, uint32_t position,
    const struct lane_record *record, struct ipc_kmsg **kmsg_out)
{
	const bool is_complex = record->kind == LANE_KIND_REGIONS;
	const mach_msg_header_t header = {
	    .msgh_bits = is_complex ? MACH_MSGH_BITS_COMPLEX : 0,
	    .msgh_id = record->id,
	};
	SCOPED(ipc_kmsg_free)
	struct ipc_kmsg *kmsg = new_charged(lane, lane->from, &header,
	    record->body, is_complex ? record->regions : 0);

	if (kmsg)
		/* The regions, if any, are behind the body in a message as in a ring. */
		lane_drain_body(&lane->view, position, record,
		    kmsg->bytes + sizeof(header));
	if (kmsg && is_complex && !has_its_regions(kmsg))
		return false;
	*kmsg_out = TAKE(kmsg);
	return true;
}

struct ipc_kmsg *
ipc_lane_message_reply(struct ipc_lane *lane, uint32_t slot,
    uint32_t generation, uint64_t *ticket_out)
{
	static uint8_t body[LANE_SLOT_BYTES_MAX];
	struct lane_reply_slot reply;
	mach_msg_header_t header = {0};
	struct ipc_kmsg *kmsg;

	if (!lane_drain_reply(&lane->view, slot, generation, &reply, body))
		return NULL;
	header.msgh_id = reply.id;
	kmsg = new_charged(lane, lane->to, &header, reply.bytes, 0);
	if (!kmsg)
		return NULL;
	memcpy(kmsg->bytes + sizeof(header), body, reply.bytes);
	*ticket_out = reply.ticket;
	return kmsg;
}
