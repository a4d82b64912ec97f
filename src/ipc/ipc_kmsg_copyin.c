/*
 * Copyin: what a task sends becomes a message in transit. The numbers in the
 * comments are the rows of spec/messages.md 8.1 and 8.2.
 */
#include <string.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_descriptor.h"
#include "ipc_kmsg.h"
#include "ipc_port.h"
#include "ipc_region.h"
#include "ipc_request.h"
#include "ipc_right.h"
#include "ipc_space.h"

DEFINE_SCOPED(void, base_free)

#define SIZE_MAX_SEND 50331580u /* messages.md 6 */

/* A message in a file may have no more descriptors than fit this: it must be
 * looked through before it can be refused. As many ports as there may be in a
 * message, each in a descriptor of its own, are a quarter of it. */
#define PREFIX_MAX (1u << 20)

/* What the walk of 8.1 finds out about a body. */
struct shape {
	uint32_t prefix; /* of a complex message: header, body, descriptors */
	uint32_t rights;
};

static mach_msg_header_t
header_of(const uint8_t *bytes)
{
	mach_msg_header_t header;

	memcpy(&header, bytes, sizeof(header));
	return header;
}

/* Rows 8 to 10. */
static bool
type_is_valid(const union ipc_descriptor *d)
{
	switch (d->type.type) {
	case MACH_MSG_PORT_DESCRIPTOR:
	case MACH_MSG_OOL_PORTS_DESCRIPTOR:
		return true;
	case MACH_MSG_OOL_DESCRIPTOR:
	case MACH_MSG_OOL_VOLATILE_DESCRIPTOR:
		return d->ool.copy == MACH_MSG_PHYSICAL_COPY ||
		    d->ool.copy == MACH_MSG_VIRTUAL_COPY;
	case MACH_MSG_GUARDED_PORT_DESCRIPTOR:
		return d->guarded.disposition == MACH_MSG_TYPE_MOVE_RECEIVE &&
		    d->guarded.flags != 0 &&
		    !(d->guarded.flags & ~MACH_MSG_GUARD_FLAGS_MASK) &&
		    !((d->guarded.flags &
		          MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND) &&
		        d->guarded.context != 0);
	default:
		return false;
	}
}

/* How many rights a descriptor carries. */
static uint32_t
rights_of(const union ipc_descriptor *d)
{
	switch (d->type.type) {
	case MACH_MSG_PORT_DESCRIPTOR:
	case MACH_MSG_GUARDED_PORT_DESCRIPTOR:
		return 1;
	case MACH_MSG_OOL_PORTS_DESCRIPTOR:
		return d->ool_ports.count;
	default:
		return 0;
	}
}

/* Rows 7 to 11: walk the descriptors within the @end bytes there are. */
static mach_msg_return_t
walk_body(const uint8_t *bytes, uint32_t end, struct shape *shape_out)
{
	struct ipc_descriptors walk = ipc_descriptors_of(bytes, end);
	uint64_t rights = 0;

	while (walk.index < walk.count) {
		union ipc_descriptor d;

		if (!ipc_descriptor_peek(&walk, &d))
			return d.type.type > MACH_MSG_GUARDED_PORT_DESCRIPTOR
			    ? MACH_SEND_INVALID_TYPE
			    : MACH_SEND_MSG_TOO_SMALL; /* 7 */
		if (!type_is_valid(&d))
			return MACH_SEND_INVALID_TYPE; /* 8, 9, 10 */
		rights += rights_of(&d);
		ipc_descriptor_skip(&walk, &d);
	}
	if (rights > IPC_RIGHTS_MAX)
		return MACH_SEND_TOO_LARGE; /* 11 */
	shape_out->prefix = walk.at;
	shape_out->rights = (uint32_t)rights;
	return MACH_MSG_SUCCESS;
}

/* Row 4. @bytes holds what is needed of the message. */
static bool
count_fits(const uint8_t *bytes, mach_msg_size_t size)
{
	mach_msg_base_t base;

	memcpy(&base.header, bytes, sizeof(base.header));
	if (!(base.header.msgh_bits & MACH_MSGH_BITS_COMPLEX))
		return true;
	if (size < sizeof(base))
		return false;
	memcpy(&base, bytes, sizeof(base));
	return base.body.msgh_descriptor_count <=
	    (size - sizeof(base)) / IPC_DESCRIPTOR_MIN;
}

static struct ipc_kmsg *
new_charged(struct ipc_space *space, const struct ipc_kmsg_source *source,
    const struct shape *shape, uint32_t byte_count, uint32_t ool_bytes)
{
	struct ipc_kmsg *kmsg =
	    ipc_kmsg_new(byte_count, ool_bytes, shape->rights);

	if (!kmsg)
		return NULL;
	kmsg->memory = source->memory;
	kmsg->placed = source->placed;
	if (!ipc_kmsg_charge(kmsg, shape->rights, space->account)) {
		kmsg->memory = NULL; /* still the caller's */
		kmsg->placed = NULL;
		ipc_kmsg_free(kmsg);
		return NULL;
	}
	kmsg->size = source->size;
	kmsg->identity = ipc_identity_ref(space->identity);
	kmsg->sender = space->id.number;
	return kmsg;
}

/* Both ways to load a message look for the memory and the budget (row 5) after the
 * rows that follow it: only then is known how much it takes. */

/* Bytes of regions behind a message, which is in a packet. */
static size_t
packet_regions(const struct ipc_kmsg_source *source, size_t *begin_out)
{
	*begin_out = ((size_t)source->size + 7) & ~(size_t)7;
	return source->byte_count <= *begin_out
	    ? 0
	    : source->byte_count - *begin_out;
}

/* 8.1 for a message in a packet, which has at least source->size bytes. */
static mach_msg_return_t
load_packet(struct ipc_space *space, const struct ipc_kmsg_source *source,
    struct ipc_kmsg **kmsg_out)
{
	size_t regions_at;
	size_t region_bytes;
	struct ipc_kmsg *kmsg;
	struct shape shape;
	mach_msg_return_t mr;

	if (source->byte_count < source->size)
		return MACH_SEND_INVALID_DATA; /* 3, 6 */
	if (!count_fits(source->bytes, source->size))
		return MACH_SEND_MSG_TOO_SMALL; /* 4 */
	mr = walk_body(source->bytes, source->size, &shape);
	if (mr != MACH_MSG_SUCCESS)
		return mr;
	region_bytes = packet_regions(source, &regions_at);
	if (source->loan)
		region_bytes = source->loan_bytes;
	kmsg = new_charged(
	    space, source, &shape, source->size, (uint32_t)region_bytes);
	if (!kmsg)
		return MACH_SEND_NO_BUFFER; /* 5 */
	memcpy(kmsg->bytes, source->bytes, source->size);
	if (source->loan) {
		source->loan->kmsg = kmsg;
		kmsg->loan = source->loan;
	} else if (region_bytes > 0) {
		memcpy(kmsg->ool, source->bytes + regions_at, region_bytes);
	}
	*kmsg_out = kmsg;
	return MACH_MSG_SUCCESS;
}

/* 8.1 for a message in a file: only what the kernel must look at is read. */
static mach_msg_return_t
load_file(struct ipc_space *space, const struct ipc_kmsg_source *source,
    struct ipc_kmsg **kmsg_out)
{
	const struct ipc_memory *memory = source->memory;
	SCOPED(base_free) void *prefix = NULL;
	uint8_t head[sizeof(mach_msg_base_t)] = {0};
	uint32_t head_bytes =
	    source->size < sizeof(head) ? source->size : sizeof(head);
	struct shape shape = {.prefix = head_bytes};
	mach_msg_base_t base;
	struct ipc_kmsg *kmsg;
	mach_msg_return_t mr;
	uint64_t most;

	if (memory->bytes < source->size ||
	    !memory->read(memory, 0, head, head_bytes))
		return MACH_SEND_INVALID_DATA; /* 3, 6 */
	if (!count_fits(head, source->size))
		return MACH_SEND_MSG_TOO_SMALL; /* 4 */
	memcpy(&base, head, sizeof(base));
	if (base.header.msgh_bits & MACH_MSGH_BITS_COMPLEX) {
		most = sizeof(base) +
		    (uint64_t)base.body.msgh_descriptor_count *
		        sizeof(union ipc_descriptor);
		if (most > source->size)
			most = source->size;
		if (most > PREFIX_MAX)
			return MACH_SEND_NO_BUFFER; /* 5 */
		prefix = base_alloc((size_t)most);
		if (!prefix)
			return MACH_SEND_NO_BUFFER; /* 5 */
		if (!memory->read(memory, 0, prefix, (size_t)most))
			return MACH_SEND_INVALID_DATA;
		mr = walk_body(prefix, (uint32_t)most, &shape);
		if (mr != MACH_MSG_SUCCESS)
			return mr;
	}
	kmsg = new_charged(space, source, &shape, shape.prefix, 0);
	if (!kmsg)
		return MACH_SEND_NO_BUFFER; /* 5 */
	memcpy(kmsg->bytes, prefix ? prefix : head, shape.prefix);
	*kmsg_out = kmsg;
	return MACH_MSG_SUCCESS;
}

/* Rows 1 to 7 of 8.2: what the header says by itself. */
static mach_msg_return_t
check_header(const mach_msg_header_t *h)
{
	mach_msg_type_name_t remote = MACH_MSGH_BITS_REMOTE(h->msgh_bits);
	mach_msg_type_name_t local = MACH_MSGH_BITS_LOCAL(h->msgh_bits);
	mach_msg_type_name_t voucher = MACH_MSGH_BITS_VOUCHER(h->msgh_bits);

	if (local == 0 && h->msgh_local_port != MACH_PORT_NULL)
		return MACH_SEND_INVALID_HEADER; /* 1 */
	if (local != 0 && !MACH_MSG_TYPE_PORT_ANY_SEND(local))
		return MACH_SEND_INVALID_HEADER; /* 2 */
	if (voucher != 0 &&
	    ((voucher != MACH_MSG_TYPE_MOVE_SEND &&
	         voucher != MACH_MSG_TYPE_COPY_SEND) ||
	        h->msgh_voucher_port == MACH_PORT_DEAD))
		return MACH_SEND_INVALID_VOUCHER; /* 3 */
	if (!MACH_MSG_TYPE_PORT_ANY_SEND(remote))
		return MACH_SEND_INVALID_HEADER; /* 4 */
	if (!MACH_PORT_VALID(h->msgh_remote_port))
		return MACH_SEND_INVALID_DEST; /* 5 */
	if (h->msgh_remote_port == h->msgh_local_port &&
	    (remote == MACH_MSG_TYPE_MOVE_SEND_ONCE ||
	        local == MACH_MSG_TYPE_MOVE_SEND_ONCE))
		return MACH_SEND_INVALID_DEST; /* 6 */
	if (voucher != 0 && MACH_PORT_VALID(h->msgh_local_port) &&
	    h->msgh_local_port == h->msgh_voucher_port)
		return MACH_SEND_INVALID_REPLY; /* 7 */
	if (voucher != 0 && h->msgh_voucher_port != MACH_PORT_NULL)
		return MACH_SEND_INVALID_VOUCHER; /* 8 */
	return MACH_MSG_SUCCESS;
}

/* A send-once right whose port has died, and nobody has looked since: the send
 * succeeds, as it would have a moment before (8.2, third note). */
static bool
is_unnoticed_death(const struct ipc_entry *entry, mach_msg_type_name_t remote)
{
	return remote == MACH_MSG_TYPE_MOVE_SEND_ONCE &&
	    entry->type == MACH_PORT_TYPE_SEND_ONCE &&
	    !ipc_port_active(entry->port);
}

/* The rights that a header is about to take. */
struct header_rights {
	mach_msg_type_name_t remote;
	mach_msg_type_name_t local;
	struct ipc_entry *remote_entry;
	struct ipc_entry *local_entry; /* NULL: there is no name to look up */
};

/* Rows 9 to 11: can both rights be taken? */
static mach_msg_return_t
check_rights(struct ipc_space *space, const mach_msg_header_t *h,
    struct header_rights *rights)
{
	struct ipc_entry *entry =
	    ipc_space_find_raw(space, h->msgh_remote_port);
	bool unnoticed = entry && is_unnoticed_death(entry, rights->remote);

	if (!unnoticed)
		entry = ipc_space_find(space, h->msgh_remote_port);
	if (!entry || entry->type == MACH_PORT_TYPE_DEAD_NAME ||
	    entry->type == MACH_PORT_TYPE_PORT_SET)
		return MACH_SEND_INVALID_DEST; /* 9 */
	rights->remote_entry = entry;
	if (rights->local != 0 && MACH_PORT_VALID(h->msgh_local_port)) {
		rights->local_entry = ipc_space_find(space, h->msgh_local_port);
		if (ipc_right_check(rights->local_entry, rights->local, true) !=
		    KERN_SUCCESS)
			return MACH_SEND_INVALID_REPLY; /* 10 */
	}
	if (!unnoticed &&
	    ipc_right_check(entry, rights->remote, false) != KERN_SUCCESS)
		return MACH_SEND_INVALID_DEST; /* 11 */
	if (rights->local_entry == entry &&
	    rights->remote == MACH_MSG_TYPE_MOVE_SEND &&
	    rights->local == MACH_MSG_TYPE_MOVE_SEND && entry->urefs < 2)
		return MACH_SEND_INVALID_DEST; /* 11, joint */
	return MACH_MSG_SUCCESS;
}

/* The memory for what is to be made. Nothing can fail after this. */
static bool
reserve_rights(struct ipc_space *space, const struct header_rights *rights)
{
	uint32_t remote = rights->remote == MACH_MSG_TYPE_MAKE_SEND_ONCE;
	uint32_t local = rights->local_entry &&
	    rights->local == MACH_MSG_TYPE_MAKE_SEND_ONCE;

	if (remote && local && rights->local_entry == rights->remote_entry)
		local = 2;
	if (local &&
	    !ipc_port_reserve_send_once(
	        rights->local_entry->port, space->account, local))
		return false;
	if (!remote || local == 2 ||
	    ipc_port_reserve_send_once(
	        rights->remote_entry->port, space->account, 1))
		return true;
	if (local)
		ipc_port_unreserve_send_once(rights->local_entry->port);
	return false;
}

static void
take_remote(struct ipc_space *space, mach_port_name_t name,
    const struct header_rights *rights, struct ipc_kmsg *kmsg)
{
	struct ipc_entry *entry = rights->remote_entry;

	kmsg->remote_type = (uint8_t)ipc_right_type(rights->remote);
	if (is_unnoticed_death(entry, rights->remote)) {
		kmsg->remote = entry->port;
		ipc_space_free_name(space, name, entry);
	} else {
		kmsg->remote =
		    ipc_right_take(space, name, entry, rights->remote);
	}
}

static void
take_local(struct ipc_space *space, mach_port_name_t name,
    const struct header_rights *rights, struct ipc_kmsg *kmsg)
{
	kmsg->local_type = (uint8_t)ipc_right_type(rights->local);
	if (rights->local_entry)
		kmsg->local = ipc_right_take(
		    space, name, rights->local_entry, rights->local);
	else
		kmsg->local = rights->local != 0 && name == MACH_PORT_DEAD
		    ? IPC_PORT_DEAD
		    : IPC_PORT_NULL;
}

/* 8.2 and 8.3. */
static mach_msg_return_t
copyin_header(struct ipc_space *space, struct ipc_kmsg *kmsg)
{
	mach_msg_header_t h = header_of(kmsg->bytes);
	struct header_rights rights = {
	    .remote = MACH_MSGH_BITS_REMOTE(h.msgh_bits),
	    .local = MACH_MSGH_BITS_LOCAL(h.msgh_bits),
	};
	mach_msg_return_t mr = check_header(&h);

	if (mr == MACH_MSG_SUCCESS)
		mr = check_rights(space, &h, &rights);
	if (mr != MACH_MSG_SUCCESS)
		return mr;
	if (!reserve_rights(space, &rights))
		return MACH_SEND_NO_BUFFER;
	/* Whoever may end a name comes last: it may be the other's too (8.4), and
	 * the notification of its end must not find what was reserved unused. */
	if (rights.remote == MACH_MSG_TYPE_MOVE_SEND ||
	    rights.remote == MACH_MSG_TYPE_MOVE_SEND_ONCE) {
		take_local(space, h.msgh_local_port, &rights, kmsg);
		take_remote(space, h.msgh_remote_port, &rights, kmsg);
	} else {
		take_remote(space, h.msgh_remote_port, &rights, kmsg);
		take_local(space, h.msgh_local_port, &rights, kmsg);
	}
	kmsg->voucher = MACH_MSGH_BITS_VOUCHER(h.msgh_bits) != 0;
	return MACH_MSG_SUCCESS;
}

/* 9.1: one right of the body, by name. */
static mach_msg_return_t
copyin_name(struct ipc_space *space, struct ipc_kmsg *kmsg,
    mach_port_name_t name, mach_msg_type_name_t disposition)
{
	struct ipc_kmsg_right right = {.type = ipc_right_type(disposition)};
	kern_return_t kr;

	if (name == MACH_PORT_DEAD) {
		right.port = IPC_PORT_DEAD;
	} else if (name != MACH_PORT_NULL) {
		kr = ipc_right_copyin(space, name, disposition, &right.port);
		if (kr == KERN_RESOURCE_SHORTAGE)
			return MACH_MSG_IPC_KERNEL;
		if (kr != KERN_SUCCESS)
			return MACH_SEND_INVALID_RIGHT;
		if (disposition == MACH_MSG_TYPE_MOVE_RECEIVE)
			ipc_port_set_destination(right.port, kmsg->remote);
	}
	kmsg->rights[kmsg->right_count++] = right;
	return MACH_MSG_SUCCESS;
}

/* 9.2: as a port descriptor, if the guard is as the sender thinks. */
static mach_msg_return_t
copyin_guarded(struct ipc_space *space, struct ipc_kmsg *kmsg,
    const mach_msg_guarded_port_descriptor_t *d)
{
	struct ipc_entry *entry = ipc_space_find(space, d->name);

	if (entry && (entry->type & MACH_PORT_TYPE_RECEIVE)) {
		const struct ipc_port *port = entry->port;
		bool unguarded =
		    d->flags & MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND;
		bool matches = unguarded
		    ? !port->guarded || port->context == 0
		    : port->guarded && port->context == d->context;

		if (!matches)
			return MACH_SEND_INVALID_RIGHT;
	}
	return copyin_name(space, kmsg, d->name, MACH_MSG_TYPE_MOVE_RECEIVE);
}

/*
 * Where the region of the descriptor @index is. False: it is not where the message
 * claims it to be, or has a file though it is none that can be placed. That may be
 * for no fault of the library's, since a program can change descriptors while it
 * sends them; so it is a wrong message, and no broken protocol.
 */
static bool
find_region(struct ipc_regions *regions, uint32_t index,
    const union ipc_descriptor *d, struct ipc_region *region_out)
{
	const uint64_t bytes = ipc_descriptor_region(d);
	uint64_t end;

	if (ipc_regions_placed(regions, index) &&
	    (bytes == 0 || d->type.type == MACH_MSG_OOL_PORTS_DESCRIPTOR))
		return false;
	if (bytes == 0)
		return true;
	*region_out = ipc_regions_next(regions, index, bytes);
	end = region_out->memory ? region_out->memory->bytes
	                         : regions->kmsg->ool_bytes;
	return region_out->offset <= end && bytes <= end - region_out->offset;
}

/*
 * 9.3: a port array. It is read before any right is taken: into the end of the
 * memory for its rights, which are larger than names and so never overtake the
 * names still to be taken.
 */
static mach_msg_return_t
copyin_ool_ports(struct ipc_space *space, struct ipc_kmsg *kmsg,
    const mach_msg_ool_ports_descriptor_t *d, const struct ipc_region *region,
    bool *taken_out)
{
	size_t bytes = d->count * sizeof(mach_port_name_t);
	const uint8_t *names;

	if (d->count == 0)
		return MACH_MSG_SUCCESS;
	names =
	    (uint8_t *)(kmsg->rights + kmsg->right_count + d->count) - bytes;
	if (!ipc_region_read(kmsg, region, (void *)(uintptr_t)names, bytes))
		return MACH_SEND_INVALID_MEMORY;
	*taken_out = true;
	for (uint32_t i = 0; i < d->count; i++) {
		mach_port_name_t name;
		mach_msg_return_t mr;

		memcpy(&name, names + i * sizeof(name), sizeof(name));
		mr = copyin_name(space, kmsg, name, d->disposition);
		if (mr != MACH_MSG_SUCCESS)
			return mr;
	}
	return MACH_MSG_SUCCESS;
}

/* 9: one descriptor, whose region is there. *@taken_out: its memory, if any, has been
 * taken. */
static mach_msg_return_t
copyin_descriptor(struct ipc_space *space, struct ipc_kmsg *kmsg,
    union ipc_descriptor *d, const struct ipc_region *region, bool *taken_out)
{
	mach_msg_return_t mr = MACH_MSG_SUCCESS;

	switch (d->type.type) {
	case MACH_MSG_PORT_DESCRIPTOR:
		mr =
		    copyin_name(space, kmsg, d->port.name, d->port.disposition);
		d->port.disposition =
		    ipc_right_type(d->port.disposition) & 0xFF;
		break;
	case MACH_MSG_OOL_PORTS_DESCRIPTOR:
		mr = copyin_ool_ports(
		    space, kmsg, &d->ool_ports, region, taken_out);
		d->ool_ports.disposition =
		    ipc_right_type(d->ool_ports.disposition) & 0xFF;
		break;
	case MACH_MSG_GUARDED_PORT_DESCRIPTOR:
		mr = copyin_guarded(space, kmsg, &d->guarded);
		break;
	default: /* memory: nothing but what was done above */
		break;
	}
	return mr;
}

static mach_msg_return_t
copyin_body(struct ipc_space *space, struct ipc_kmsg *kmsg, uint32_t unreadable,
    uint32_t *taken_out)
{
	struct ipc_descriptors walk =
	    ipc_descriptors_of(kmsg->bytes, kmsg->byte_count);
	struct ipc_regions regions = ipc_regions_of(kmsg);

	while (walk.index < walk.count) {
		union ipc_descriptor d;
		struct ipc_region region = {0};
		mach_msg_return_t mr = MACH_SEND_INVALID_MEMORY;
		bool taken = false;
		bool there = ipc_descriptor_peek(&walk, &d);

		mp_assert(there); /* it was when the walk of 8.1 came by */
		if ((walk.index != unreadable ||
		        ipc_descriptor_region(&d) == 0) &&
		    find_region(&regions, walk.index, &d, &region))
			mr =
			    copyin_descriptor(space, kmsg, &d, &region, &taken);
		if (mr != MACH_MSG_SUCCESS) {
			*taken_out = walk.index + taken;
			return mr;
		}
		ipc_descriptor_put(&walk, kmsg->bytes, &d);
	}
	*taken_out = walk.count;
	/* A file for a descriptor that is not there. */
	return regions.placed ? MACH_SEND_INVALID_MEMORY : MACH_MSG_SUCCESS;
}

/* The receive rights of @kmsg are not on the way to its destination any more. */
static void
clear_destinations(struct ipc_kmsg *kmsg)
{
	for (uint32_t i = 0; i < kmsg->right_count; i++) {
		const struct ipc_kmsg_right *right = &kmsg->rights[i];

		if (IPC_PORT_VALID(right->port) &&
		    right->type == MACH_MSG_TYPE_PORT_RECEIVE)
			ipc_port_clear_destination(right->port);
	}
}

/* 9.5. A circle that the message closes passes through its destination. */
static mach_msg_return_t
check_circle(struct ipc_kmsg *kmsg)
{
	switch (ipc_port_chain(kmsg->remote)) {
	case IPC_CHAIN_ENDS:
		return MACH_MSG_SUCCESS;
	case IPC_CHAIN_CIRCULAR:
		clear_destinations(kmsg);
		kmsg->circular = true;
		return MACH_MSG_SUCCESS;
	case IPC_CHAIN_TOO_LONG:
		break;
	}
	return MACH_MSG_IPC_KERNEL;
}

static mach_msg_return_t
load(struct ipc_space *space, const struct ipc_kmsg_source *source,
    struct ipc_kmsg **kmsg_out)
{
	mach_msg_return_t mr;

	if (source->size < sizeof(mach_msg_header_t) || (source->size & 3) != 0)
		mr = MACH_SEND_MSG_TOO_SMALL; /* 1 */
	else if (source->size > SIZE_MAX_SEND)
		mr = MACH_SEND_TOO_LARGE; /* 2 */
	else if (source->memory)
		mr = load_file(space, source, kmsg_out);
	else
		mr = load_packet(space, source, kmsg_out);
	if (mr != MACH_MSG_SUCCESS) {
		ipc_memory_free_all(source->memory);
		ipc_memory_free_all(source->placed);
	}
	return mr;
}

mach_msg_return_t
ipc_kmsg_copyin(struct ipc_space *space, const struct ipc_kmsg_source *source,
    struct ipc_kmsg **kmsg_out, uint32_t *taken_out)
{
	struct ipc_kmsg *kmsg = NULL;
	mach_msg_return_t mr;

	*kmsg_out = NULL;
	*taken_out = 0;
	mr = load(space, source, &kmsg);
	if (mr != MACH_MSG_SUCCESS)
		return mr;
	mr = copyin_header(space, kmsg);
	if (mr != MACH_MSG_SUCCESS) {
		ipc_kmsg_free(kmsg);
		return mr;
	}
	if (source->arm && kmsg->remote_type == MACH_MSG_TYPE_PORT_SEND)
		kmsg->forced = ipc_request_arm(space,
		    header_of(kmsg->bytes).msgh_remote_port, kmsg->remote);
	mr = copyin_body(space, kmsg, source->unreadable, taken_out);
	if (mr == MACH_MSG_SUCCESS)
		mr = check_circle(kmsg);
	if (mr != MACH_MSG_SUCCESS) {
		clear_destinations(kmsg);
		ipc_kmsg_destroy(kmsg);
		return mr;
	}
	*kmsg_out = kmsg;
	return MACH_MSG_SUCCESS;
}
