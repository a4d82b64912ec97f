/*
 * Copyout: a message in transit becomes names in a space. Header first, both of
 * its rights as one step; then the body, front to back, where each item that
 * finds no room is dropped, noted in the return code, and the walk goes on.
 */
#include <string.h>

#include "base_assert.h"
#include "ipc_descriptor.h"
#include "ipc_kmsg.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "ipc_space.h"

/* The copyout of one message's body. */
struct body {
	struct ipc_space *space;
	struct ipc_kmsg *kmsg;
	const struct ipc_kmsg_copyout *how;
	bool pseudo;
	struct ipc_origin origin; /* of the rights; noted when there is one */
	uint32_t next_right;
	mach_msg_return_t bits; /* special bits of what failed */
};

/* What a failed copyout of a right means (messages.md 12.3). */
static mach_msg_return_t
bits_of(kern_return_t kr)
{
	return kr == KERN_NO_SPACE ? MACH_MSG_IPC_SPACE : MACH_MSG_IPC_KERNEL;
}

/* The next right of the body; what finds no room is destroyed. */
static mach_port_name_t
copyout_next(struct body *body)
{
	struct ipc_kmsg_right right = body->kmsg->rights[body->next_right++];
	mach_port_name_t name;
	kern_return_t kr;

	if (body->origin.how == IPC_ORIGIN_UNKNOWN)
		body->origin = ipc_origin_of_message(body->kmsg, false);
	kr = ipc_right_copyout_from(
	    body->space, right.port, right.type, &body->origin, &name);
	if (kr != KERN_SUCCESS) {
		body->bits |= bits_of(kr);
		ipc_right_destroy_naked(right.port, right.type);
	}
	return name;
}

/* The elements of a port array become names, in the memory of the rights: a
 * name is smaller than a right, so it never overtakes the rights still to be
 * read. */
static void
copyout_ool_ports(struct body *body, mach_msg_ool_ports_descriptor_t *d)
{
	struct ipc_kmsg *kmsg = body->kmsg;

	_Static_assert(
	    sizeof(mach_port_name_t) <= sizeof(struct ipc_kmsg_right), "fits");
	for (uint32_t i = 0; i < d->count; i++) {
		mach_port_name_t name = copyout_next(body);

		memcpy(
		    (uint8_t *)kmsg->rights + kmsg->name_count++ * sizeof(name),
		    &name, sizeof(name));
	}
	d->address = NULL;
	d->deallocate = TRUE;
	d->copy = MACH_MSG_VIRTUAL_COPY;
}

/* messages.md 11.6, and 10.1 for what comes back to its sender. */
static void
copyout_guarded(struct body *body, mach_msg_guarded_port_descriptor_t *d)
{
	bool immovable = d->flags & MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE;
	bool wanted =
	    body->pseudo || (body->how->option & MACH_RCV_GUARDED_DESC) != 0;
	struct ipc_entry *entry;

	d->context = 0;
	if (!wanted) {
		struct ipc_kmsg_right right =
		    body->kmsg->rights[body->next_right++];

		ipc_right_destroy_naked(right.port, right.type);
		d->name = MACH_PORT_NULL;
		return;
	}
	d->name = copyout_next(body);
	if (immovable)
		d->flags = MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE;
	if (!immovable || !MACH_PORT_VALID(d->name))
		return;
	entry = ipc_space_find(body->space, d->name);
	mp_assert(entry && (entry->type & MACH_PORT_TYPE_RECEIVE));
	entry->port->guarded = true;
	entry->port->strict = false;
	entry->port->immovable = !body->pseudo;
	entry->port->context = body->how->address;
	d->context = body->how->address;
}

static void
copyout_descriptor(struct body *body, union ipc_descriptor *d)
{
	switch (d->type.type) {
	case MACH_MSG_PORT_DESCRIPTOR: {
		mach_msg_type_name_t type = d->port.disposition;

		memset(d, 0, sizeof(d->port));
		d->port.disposition = type & 0xFF;
		d->port.type = MACH_MSG_PORT_DESCRIPTOR;
		d->port.name = copyout_next(body);
		break;
	}
	case MACH_MSG_OOL_PORTS_DESCRIPTOR:
		copyout_ool_ports(body, &d->ool_ports);
		break;
	case MACH_MSG_GUARDED_PORT_DESCRIPTOR:
		copyout_guarded(body, &d->guarded);
		break;
	default: /* memory: the caller puts in the address */
		d->ool.address = NULL;
		d->ool.deallocate = d->ool.copy == MACH_MSG_VIRTUAL_COPY;
		d->ool.pad1 = 0;
		break;
	}
}

static void
copyout_body(struct body *body)
{
	struct ipc_kmsg *kmsg = body->kmsg;
	struct ipc_descriptors walk =
	    ipc_descriptors_of(kmsg->bytes, kmsg->byte_count);

	while (walk.index < walk.count) {
		union ipc_descriptor d;
		bool there = ipc_descriptor_peek(&walk, &d);

		mp_assert(there);
		copyout_descriptor(body, &d);
		ipc_descriptor_put(&walk, kmsg->bytes, &d);
	}
	mp_assert(body->next_right == kmsg->right_count);
	kmsg->right_count = 0;
	kmsg->right_first = 0;
	kmsg->state = IPC_KMSG_OUT;
}

/* The destination's right has done its work. */
static void
use_remote(struct ipc_kmsg *kmsg)
{
	struct ipc_port *remote = kmsg->remote;

	kmsg->remote = IPC_PORT_NULL;
	if (kmsg->notice)
		ipc_port_end_notice(remote);
	else if (kmsg->remote_type == MACH_MSG_TYPE_PORT_SEND_ONCE)
		ipc_port_use_send_once(remote);
	else
		ipc_port_release_send(remote);
}

/* What the receiver calls the port that it receives on. */
static mach_port_name_t
local_name(const struct ipc_space *space, const struct ipc_port *port)
{
	mp_assert(ipc_port_received_by(port, space));
	return port->receiver_name;
}

/* The header as received: swapped, in the names given (messages.md 11.4). */
static void
write_header(struct ipc_kmsg *kmsg, mach_port_name_t remote,
    mach_port_name_t local, bool whole, mach_msg_option_t option)
{
	mach_msg_type_name_t voucher = 0;
	mach_msg_header_t h;
	mach_msg_bits_t kept = 0;

	memcpy(&h, kmsg->bytes, sizeof(h));
	if (whole)
		kept = h.msgh_bits & MACH_MSGH_BITS_COMPLEX;
	if (kmsg->voucher && (option & MACH_RCV_VOUCHER))
		voucher = MACH_MSG_TYPE_MOVE_SEND;
	h.msgh_bits = MACH_MSGH_BITS_SET(
	    kmsg->local_type, kmsg->remote_type, voucher, kept);
	h.msgh_size = kmsg->size;
	h.msgh_remote_port = remote;
	h.msgh_local_port = local;
	if (!whole)
		h.msgh_voucher_port = MACH_PORT_NULL;
	memcpy(kmsg->bytes, &h, sizeof(h));
}

/* The reply right, if there is one. */
static kern_return_t
copyout_reply(
    struct ipc_space *space, struct ipc_kmsg *kmsg, mach_port_name_t *name_out)
{
	struct ipc_origin origin = {0};

	if (IPC_PORT_VALID(kmsg->local))
		origin = ipc_origin_of_message(kmsg, true);
	return ipc_right_copyout_from(
	    space, kmsg->local, kmsg->local_type, &origin, name_out);
}

mach_msg_return_t
ipc_kmsg_copyout(struct ipc_space *space, struct ipc_kmsg *kmsg,
    struct ipc_port *port, const struct ipc_kmsg_copyout *how)
{
	struct body body = {.space = space, .kmsg = kmsg, .how = how};
	mach_port_name_t reply;
	kern_return_t kr;

	kr = copyout_reply(space, kmsg, &reply);
	if (kr != KERN_SUCCESS) {
		ipc_kmsg_copyout_bare(space, kmsg, port);
		return MACH_RCV_HEADER_ERROR | bits_of(kr);
	}
	kmsg->local = IPC_PORT_NULL;
	write_header(kmsg, reply, local_name(space, port), true, how->option);
	use_remote(kmsg);
	copyout_body(&body);
	return body.bits ? MACH_RCV_BODY_ERROR | body.bits : MACH_MSG_SUCCESS;
}

mach_msg_return_t
ipc_kmsg_copyout_pseudo(struct ipc_space *space, struct ipc_kmsg *kmsg,
    const struct ipc_kmsg_copyout *how)
{
	struct body body = {
	    .space = space, .kmsg = kmsg, .how = how, .pseudo = true};
	mach_msg_header_t h;
	kern_return_t kr;

	memcpy(&h, kmsg->bytes, sizeof(h));
	body.origin = ipc_origin_of_message(kmsg, false);
	kr = ipc_right_copyout_from(space, kmsg->remote, kmsg->remote_type,
	    &body.origin, &h.msgh_remote_port);
	if (kr != KERN_SUCCESS) {
		body.bits |= bits_of(kr);
		ipc_right_destroy_naked(kmsg->remote, kmsg->remote_type);
	}
	kmsg->remote = IPC_PORT_NULL;
	kr = ipc_right_copyout_from(space, kmsg->local, kmsg->local_type,
	    &body.origin, &h.msgh_local_port);
	if (kr != KERN_SUCCESS) {
		body.bits |= bits_of(kr);
		ipc_right_destroy_naked(kmsg->local, kmsg->local_type);
	}
	kmsg->local = IPC_PORT_NULL;
	/* Not swapped: these are dispositions to send with again. */
	h.msgh_bits = MACH_MSGH_BITS_SET(kmsg->remote_type, kmsg->local_type,
	    MACH_MSGH_BITS_VOUCHER(h.msgh_bits),
	    h.msgh_bits & MACH_MSGH_BITS_COMPLEX);
	h.msgh_size = kmsg->size;
	memcpy(kmsg->bytes, &h, sizeof(h));
	copyout_body(&body);
	return body.bits;
}

void
ipc_kmsg_copyout_bare(
    struct ipc_space *space, struct ipc_kmsg *kmsg, struct ipc_port *port)
{
	struct ipc_port *local = kmsg->local;
	mach_port_name_t reply =
	    local == IPC_PORT_DEAD ? MACH_PORT_DEAD : MACH_PORT_NULL;

	kmsg->size = sizeof(mach_msg_header_t);
	kmsg->voucher = false;
	write_header(kmsg, reply, local_name(space, port), false, 0);
	kmsg->byte_count = sizeof(mach_msg_header_t);
	use_remote(kmsg);
	kmsg->local = IPC_PORT_NULL;
	ipc_right_destroy_naked(local, kmsg->local_type);
	ipc_kmsg_destroy_body(kmsg);
	kmsg->state = IPC_KMSG_OUT;
}
