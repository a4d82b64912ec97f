/* What stubs read, and what they wrote. */
#include "kern_mig_message.h"

#include <string.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_descriptor.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"
#include "ipc_region.h"
#include "ipc_right.h"

mach_port_t
kern_mig_handle(const struct ipc_port *right, mach_port_t handle)
{
	if (right == IPC_PORT_NULL)
		return MACH_PORT_NULL;
	return right == IPC_PORT_DEAD ? MACH_PORT_DEAD : handle;
}

/* So many bytes of regions that are placed can come with a request: a packet's. */
#define KERN_MIG_PLACED_MOST ((uint64_t)128 * 1024)

/* --- the request ----------------------------------------------------------- */

/* The next right of the body. */
static mach_port_t
next_handle(const struct ipc_kmsg *request, uint32_t *right)
{
	const uint32_t index = (*right)++;

	return kern_mig_handle(
	    request->rights[index].port, KERN_MIG_RIGHTS + index);
}

/* Where a request's descriptors have come to. */
struct localizing {
	const struct ipc_kmsg *request;
	struct ipc_regions regions;
	uint8_t *placed; /* the next that is placed goes here; NULL: nowhere */
	uint32_t right;  /* the next */
};

/* Where the stub finds the region of @bytes of descriptor @index. */
static uint8_t *
localize_region(struct localizing *l, uint32_t index, uint64_t bytes)
{
	uint8_t *here = l->placed;
	struct ipc_region region;

	if (bytes == 0)
		return NULL;
	if (here && ipc_regions_placed(&l->regions, index))
		l->placed += bytes; /* load_placed() has put it there */
	region = ipc_regions_next(&l->regions, index, bytes);
	return region.memory ? here : l->request->ool + region.offset;
}

/* What a stub finds in place of the descriptor @d. An array of rights takes the
 * place of the sender's names. */
static void
localize(struct localizing *l, uint32_t index, union ipc_descriptor *d)
{
	uint8_t *region = localize_region(l, index, ipc_descriptor_region(d));
	mach_port_t handle;

	switch (d->type.type) {
	case MACH_MSG_PORT_DESCRIPTOR:
		d->port.name = next_handle(l->request, &l->right);
		break;
	case MACH_MSG_OOL_DESCRIPTOR:
		d->ool.address = region;
		break;
	case MACH_MSG_OOL_PORTS_DESCRIPTOR:
		d->ool_ports.address = region;
		for (uint32_t i = 0; i < d->ool_ports.count; i++) {
			handle = next_handle(l->request, &l->right);
			/* Who takes files takes no array of rights. */
			if (region)
				memcpy(region + i * sizeof(handle), &handle,
				    sizeof(handle));
		}
		break;
	case MACH_MSG_GUARDED_PORT_DESCRIPTOR:
		l->right++;
		break;
	default: /* volatile memory: no stub takes it */
		break;
	}
}

static void
localize_all(const struct kern_mig_serving *s, uint8_t *bytes)
{
	struct localizing l = {
	    .request = s->request,
	    .regions = ipc_regions_of(s->request),
	    .placed = s->placed,
	};
	struct ipc_descriptors walk =
	    ipc_descriptors_of(bytes, s->request->size);

	while (walk.index < walk.count) {
		union ipc_descriptor d;
		bool there = ipc_descriptor_peek(&walk, &d);

		mp_assert(there); /* copyin has walked here */
		localize(&l, walk.index, &d);
		ipc_descriptor_put(&walk, bytes, &d);
	}
}

/* Behind a message of @size bytes, at @bytes; both are multiples of 4. */
static void
add_trailer(const struct ipc_kmsg *request, uint8_t *bytes)
{
	mach_msg_max_trailer_t trailer;

	ipc_mqueue_trailer(request->identity,
	    MACH_RCV_TRAILER_TYPE(MACH_MSG_TRAILER_FORMAT_0) |
	        MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT),
	    0, &trailer);
	memcpy(bytes + request->size, &trailer, sizeof(trailer));
}

/* Count the bytes of @request's placed regions, and put them at @to, behind each
 * other, unless that is NULL. False: one of them cannot be read. */
static bool
copy_placed(const struct ipc_kmsg *request, uint8_t *to, uint64_t *total_out)
{
	struct ipc_descriptors walk =
	    ipc_descriptors_of(request->bytes, request->size);
	struct ipc_regions regions = ipc_regions_of(request);
	union ipc_descriptor d;

	*total_out = 0;
	for (; regions.placed; ipc_descriptor_skip(&walk, &d)) {
		bool there = ipc_descriptor_peek(&walk, &d);
		const uint64_t bytes = ipc_descriptor_region(&d);
		struct ipc_region region;

		mp_assert(there); /* copyin has found it */
		if (!ipc_regions_placed(&regions, walk.index))
			continue;
		region = ipc_regions_next(&regions, walk.index, bytes);
		if (to &&
		    !ipc_region_read(request, &region, to + *total_out, bytes))
			return false;
		*total_out += bytes;
	}
	return true;
}

/* The placed regions, while the request is served: not charged, so they are to be no
 * more than those that come in a packet. */
static kern_return_t
load_placed(struct kern_mig_serving *s)
{
	uint64_t total;

	if (s->takes_files)
		return KERN_SUCCESS; /* they stay where they are */
	(void)copy_placed(s->request, NULL, &total);
	if (total == 0)
		return KERN_SUCCESS;
	if (total > KERN_MIG_PLACED_MOST)
		return MIG_BAD_ARGUMENTS;
	s->placed = base_alloc(total);
	if (!s->placed)
		return KERN_RESOURCE_SHORTAGE;
	if (copy_placed(s->request, s->placed, &total))
		return KERN_SUCCESS;
	base_free(s->placed);
	s->placed = NULL;
	return KERN_RESOURCE_SHORTAGE;
}

/* The message without what is out of line, at @to. Of one that is in a file no more than
 * its descriptors was read when it was sent: that is not what any stub wants but those
 * that take files. */
static kern_return_t
load_bytes(const struct kern_mig_serving *s, uint8_t *to, size_t room)
{
	const struct ipc_kmsg *request = s->request;
	const struct ipc_memory *memory = request->memory;
	const uint32_t count = request->byte_count < request->size
	    ? request->byte_count
	    : request->size;
	mach_msg_header_t header;

	if (request->size > room || (count < request->size && !memory))
		return MIG_BAD_ARGUMENTS;
	memcpy(to, request->bytes, count);
	memcpy(&header, to, sizeof(header));
	if (memory && !s->takes_files &&
	    (count < request->size ||
	        (header.msgh_bits & MACH_MSGH_BITS_COMPLEX)))
		return MIG_BAD_ARGUMENTS;
	if (count < request->size &&
	    !memory->read(memory, count, to + count, request->size - count))
		return KERN_RESOURCE_SHORTAGE;
	return KERN_SUCCESS;
}

kern_return_t
kern_mig_load(struct kern_mig_serving *s, struct kern_mig_request *request_out)
{
	const struct ipc_kmsg *request = s->request;
	mach_msg_header_t *header = &request_out->message.header;
	uint8_t *bytes = (uint8_t *)request_out;
	kern_return_t kr;

	kr = load_bytes(s, bytes, sizeof(request_out->message));
	if (kr == KERN_SUCCESS)
		kr = load_placed(s);
	if (kr != KERN_SUCCESS)
		return kr;
	header->msgh_bits =
	    MACH_MSGH_BITS(request->local_type, request->remote_type) |
	    (header->msgh_bits & MACH_MSGH_BITS_COMPLEX);
	header->msgh_size = request->size;
	header->msgh_remote_port =
	    kern_mig_handle(request->local, KERN_MIG_REPLY);
	if (header->msgh_remote_port == MACH_PORT_DEAD)
		header->msgh_remote_port = MACH_PORT_NULL;
	header->msgh_local_port = KERN_MIG_OBJECT;
	localize_all(s, bytes);
	add_trailer(request, bytes);
	return KERN_SUCCESS;
}

/* --- the reply ------------------------------------------------------------- */

/* The right that goes as @handle: the next of the reply. */
static void
take_given(struct kern_mig_serving *s, mach_port_t handle,
    mach_msg_type_name_t disposition)
{
	struct ipc_kmsg *reply = s->reply;
	struct ipc_kmsg_right right = {
	    IPC_PORT_NULL, ipc_right_type(disposition)};

	if (handle == MACH_PORT_DEAD) {
		right.port = IPC_PORT_DEAD;
	} else if (handle != MACH_PORT_NULL) {
		mp_assert(handle - KERN_MIG_GIVEN < s->given_count);
		right = s->given[handle - KERN_MIG_GIVEN];
		mp_assert(IPC_PORT_VALID(right.port)); /* and goes once */
		s->given[handle - KERN_MIG_GIVEN].port = IPC_PORT_NULL;
	}
	mp_assert(reply->right_count < s->given_room);
	reply->rights[reply->right_count++] = right;
}

static void
carry_array(struct kern_mig_serving *s, mach_msg_ool_ports_descriptor_t *d,
    struct ipc_regions *regions, uint32_t index)
{
	const mach_port_t *handles = d->address;

	if (d->count > 0)
		(void)ipc_regions_next(
		    regions, index, (uint64_t)d->count * sizeof(*handles));
	for (uint32_t i = 0; i < d->count; i++)
		take_given(s, handles[i], d->disposition);
	d->address = NULL;
	d->disposition = ipc_right_type(d->disposition) & 0xff;
}

static void
carry_memory(struct kern_mig_serving *s, mach_msg_ool_descriptor_t *d,
    struct ipc_regions *regions, uint32_t index)
{
	uint64_t at;

	if (d->size > 0) {
		at = ipc_regions_next(regions, index, d->size).offset;
		mp_assert(at + d->size <= s->reply->ool_bytes);
		memcpy(s->reply->ool + at, d->address, d->size);
	}
	d->address = NULL;
}

/* Rights and regions go along. */
static void
carry(struct kern_mig_serving *s, union ipc_descriptor *d,
    struct ipc_regions *regions, uint32_t index)
{
	switch (d->type.type) {
	case MACH_MSG_PORT_DESCRIPTOR:
		take_given(s, d->port.name, d->port.disposition);
		d->port.name = MACH_PORT_NULL;
		d->port.disposition =
		    ipc_right_type(d->port.disposition) & 0xff;
		break;
	case MACH_MSG_OOL_PORTS_DESCRIPTOR:
		carry_array(s, &d->ool_ports, regions, index);
		break;
	case MACH_MSG_OOL_DESCRIPTOR:
		carry_memory(s, &d->ool, regions, index);
		break;
	default:
		mp_unreachable();
	}
}

void
kern_mig_store(struct kern_mig_serving *s, union kern_mig_reply *flat)
{
	mach_msg_header_t *header = &flat->error.Head;
	struct ipc_kmsg *reply = s->reply;
	struct ipc_descriptors walk;
	struct ipc_regions regions;

	mp_assert(header->msgh_size <= reply->byte_count);
	header->msgh_bits &= MACH_MSGH_BITS_COMPLEX;
	header->msgh_remote_port = MACH_PORT_NULL;
	reply->size = header->msgh_size;
	reply->byte_count = header->msgh_size;
	memcpy(reply->bytes, flat, header->msgh_size);
	walk = ipc_descriptors_of(reply->bytes, reply->size);
	regions = ipc_regions_of(reply);
	while (walk.index < walk.count) {
		union ipc_descriptor d;
		bool there = ipc_descriptor_peek(&walk, &d);

		mp_assert(there);
		carry(s, &d, &regions, walk.index);
		ipc_descriptor_put(&walk, reply->bytes, &d);
	}
}
