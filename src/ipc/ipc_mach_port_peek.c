/* mach_port_peek(): a message in the queue, looked at and left there (ports.md
 * 10.12). */
#include <string.h>

#include "base_assert.h"
#include "ipc_descriptor.h"
#include "ipc_kmsg.h"
#include "ipc_mach_port.h"
#include "ipc_mach_port_find.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"

/* The message that will carry @seqno, 0: the first; NULL if none is there. */
static const struct ipc_kmsg *
find_message(const struct ipc_port *port, mach_port_seqno_t seqno)
{
	/* Numbers wrap, and so does the difference. */
	uint32_t left = seqno == 0 ? 0 : seqno - port->seqno;

	struct list *node = port->messages.next;

	if (left >= port->msgcount)
		return NULL;
	while (left-- > 0)
		node = node->next;
	return CONTAINER_OF(node, struct ipc_kmsg, link);
}

/* What the message has in XNU's own form: a header of 32 bytes, and descriptors
 * of 16. */
static mach_msg_size_t
kernel_size(const struct ipc_kmsg *kmsg)
{
	struct ipc_descriptors walk =
	    ipc_descriptors_of(kmsg->bytes, kmsg->byte_count);
	mach_msg_size_t size = kmsg->size + 8;

	while (walk.index < walk.count) {
		union ipc_descriptor d;
		bool there = ipc_descriptor_peek(&walk, &d);

		mp_assert(there);
		if (ipc_descriptor_size(&d) == IPC_DESCRIPTOR_MIN)
			size += 4;
		ipc_descriptor_skip(&walk, &d);
	}
	return size;
}

kern_return_t
ipc_mach_port_peek(struct ipc_space *space, mach_port_name_t name,
    mach_msg_trailer_type_t trailer_type, mach_port_seqno_t seqno,
    mach_msg_type_number_t trailer_room, struct ipc_peek *peek_out)
{
	mach_msg_trailer_size_t trailer_size;
	const struct ipc_kmsg *kmsg;
	mach_msg_header_t header;
	struct ipc_port *port;
	kern_return_t kr;

	if (!MACH_PORT_VALID(name))
		return KERN_INVALID_RIGHT;
	/* The context, which may be a guard, is not for whoever looks. */
	trailer_size = REQUESTED_TRAILER_SIZE(trailer_type);
	if (GET_RCV_ELEMENTS(trailer_type) > MACH_RCV_TRAILER_AUDIT ||
	    trailer_size > trailer_room)
		return KERN_INVALID_VALUE;
	kr = ipc_mach_port_find_receive(space, name, &port);
	if (kr != KERN_SUCCESS)
		return kr;
	ipc_board_settle(port);
	kmsg = find_message(port, seqno);
	if (!kmsg)
		return KERN_FAILURE;
	memcpy(&header, kmsg->bytes, sizeof(header));
	peek_out->seqno = seqno == 0 ? port->seqno : seqno;
	peek_out->size = kernel_size(kmsg);
	peek_out->id = header.msgh_id;
	ipc_mqueue_trailer(kmsg->identity, (mach_msg_option_t)trailer_type,
	    peek_out->seqno, &peek_out->trailer);
	return KERN_SUCCESS;
}
