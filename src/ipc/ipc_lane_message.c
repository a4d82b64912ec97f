/* Messages out of the memory of lanes. */
#include "ipc_lane_message.h"

#include <string.h>

#include "ipc_descriptor.h"
#include "ipc_region.h"
#include "ipc_space.h"

/* Regions of less than this are copied out of a ring in any case. */
#define KEEP_MIN 4096u

/* It is what @lane was charged for, and by @sender. */
static void
begin_message(struct ipc_kmsg *kmsg, struct ipc_lane *lane,
    const struct ipc_space *sender, const mach_msg_header_t *header)
{
	kmsg->size = kmsg->byte_count;
	memcpy(kmsg->bytes, header, sizeof(*header));
	kmsg->identity = ipc_identity_ref(sender->identity);
	kmsg->sender = sender->id.number;
	ipc_kmsg_take_charge(kmsg, lane->account, &lane->charge);
}

/* Where in the ring the regions of @record stay. NULL: they are to be copied. */
static const uint8_t *
find_regions(const struct ipc_lane *lane, uint32_t position,
    const struct lane_record *record)
{
	const uint32_t at = position + (uint32_t)sizeof(*record) +
	    lane_regions_at(record->body);

	if (!lane->ring || record->regions < KEEP_MIN)
		return NULL;
	return lane->view.sender->ring +
	    (at & (lane->view.sizes.ring_bytes - 1));
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
 * (messages.md 8.1, rows 4 and 7 to 9; and 9), and as the receiver has it (LANE_REGIONS_MAX). */
static bool
has_its_regions(const struct ipc_kmsg *kmsg)
{
	struct ipc_descriptors walk =
	    ipc_descriptors_of(kmsg->bytes, kmsg->byte_count);
	struct ipc_regions regions = ipc_regions_of(kmsg);
	uint32_t count = 0;

	if (kmsg->byte_count < sizeof(mach_msg_base_t) || walk.count == 0)
		return false;
	while (walk.index < walk.count) {
		union ipc_descriptor d;

		if (!ipc_descriptor_peek(&walk, &d) || !is_memory(&d))
			return false;
		if (d.ool.size > 0) {
			(void)ipc_regions_next(
			    &regions, walk.index, d.ool.size);
			count++;
		}
		ipc_descriptor_skip(&walk, &d);
	}
	return count <= LANE_REGIONS_MAX && regions.end == kmsg->ool_bytes;
}

/* A message with so much room that body and regions go there together, as they are in the
 * ring; or, if those stay at @regions, with a body alone. */
static struct ipc_kmsg *
new_message(struct ipc_lane *lane, const struct lane_record *record,
    const uint8_t *regions)
{
	const bool is_complex = record->kind == LANE_KIND_REGIONS;
	const uint32_t ool_bytes = is_complex ? record->regions : 0;
	const mach_msg_header_t header = {
	    .msgh_bits = is_complex ? MACH_MSGH_BITS_COMPLEX : 0,
	    .msgh_id = record->id,
	};
	struct ipc_kmsg *kmsg =
	    ipc_kmsg_new((uint32_t)sizeof(header) + record->body,
	        regions ? 0 : ool_bytes, 0);

	if (!kmsg)
		return NULL;
	if (regions) {
		kmsg->ring = ipc_ring_keep(lane->ring, lane->account,
		    lane->view.sizes.ring_bytes, &lane->charge);
		kmsg->ool = (uint8_t *)(uintptr_t)regions;
		kmsg->ool_bytes = ool_bytes;
	}
	begin_message(kmsg, lane, lane->from, &header);
	return kmsg;
}

bool
ipc_lane_message_new(struct ipc_lane *lane, uint32_t position,
    const struct lane_record *record, struct ipc_kmsg **kmsg_out)
{
	const bool is_complex = record->kind == LANE_KIND_REGIONS;
	const uint8_t *regions =
	    is_complex ? find_regions(lane, position, record) : NULL;
	SCOPED(ipc_kmsg_free)
	struct ipc_kmsg *kmsg = new_message(lane, record, regions);

	if (kmsg)
		lane_drain_copy(&lane->view,
		    position + (uint32_t)sizeof(*record),
		    kmsg->bytes + sizeof(mach_msg_header_t),
		    regions ? record->body : lane_drain_body_bytes(record));
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
	kmsg = ipc_kmsg_new((uint32_t)sizeof(header) + reply.bytes, 0, 0);
	if (!kmsg)
		return NULL;
	begin_message(kmsg, lane, lane->to, &header);
	memcpy(kmsg->bytes + sizeof(header), body, reply.bytes);
	*ticket_out = reply.ticket;
	return kmsg;
}
