/* From a message that was received to a Mach 2.5 message. */
#include "mach2_form.h"

#include <mach/notify.h>
#include <string.h>

#include "mach2_type.h"
#include "msg_walk.h"

#define PORT_BITS (8 * sizeof(port_t))
#define BYTE_BITS 8u

static bool
is_complex(const mach_msg_header_t *message)
{
	return MACH_MSGH_BITS_IS_COMPLEX(message->msgh_bits);
}

static void
write_header(const mach_msg_header_t *message, int type, size_t size, void *old)
{
	const msg_header_t header = {
	    .msg_simple = !is_complex(message),
	    .msg_size = (msg_size_t)size,
	    .msg_type = type,
	    .msg_local_port = message->msgh_local_port,
	    .msg_remote_port = message->msgh_remote_port,
	    .msg_id = message->msgh_id,
	};

	if (old)
		memcpy(old, &header, sizeof(header));
}

/*
 * Notifications. They come over send-once rights, from the kernel.
 */

static bool
is_from_kernel(const mach_msg_header_t *message)
{
	const security_token_t kernel = KERNEL_SECURITY_TOKEN_VALUE;
	mach_msg_security_trailer_t trailer;

	memcpy(&trailer, (const char *)message + round_msg(message->msgh_size),
	    sizeof(trailer));
	return trailer.msgh_trailer_size >= sizeof(trailer) &&
	    memcmp(&trailer.msgh_sender, &kernel, sizeof(kernel)) == 0;
}

/* The name that a notification is about, and its type; false if @message is
 * none that Mach 2.5 had. */
static bool
read_notice(
    const mach_msg_header_t *message, uint32_t *type_out, port_t *port_out)
{
	mach_port_destroyed_notification_t destroyed;
	mach_port_deleted_notification_t deleted;

	*type_out = MSG_TYPE_PORT_NAME;
	switch (message->msgh_id) {
	case NOTIFY_PORT_DELETED:
	case NOTIFY_MSG_ACCEPTED:
		if (message->msgh_size != offsetof(typeof(deleted), trailer))
			return false;
		memcpy(&deleted, message, message->msgh_size);
		*port_out = deleted.not_port;
		return true;
	case NOTIFY_NO_MORE_SENDERS:
		/* It tells a count, and the port by coming there. */
		*port_out = message->msgh_local_port;
		return true;
	case NOTIFY_PORT_DESTROYED:
		if (message->msgh_size != offsetof(typeof(destroyed), trailer))
			return false;
		memcpy(&destroyed, message, message->msgh_size);
		*type_out = MSG_TYPE_PORT_ALL;
		*port_out = destroyed.not_port.name;
		return true;
	default:
		return false;
	}
}

static bool
decode_notice(const mach_msg_header_t *message, void *old, size_t *size_out)
{
	struct mach2_writer writer = {old, sizeof(msg_header_t)};
	uint32_t type;
	port_t port;

	if (MACH_MSGH_BITS_LOCAL(message->msgh_bits) !=
	        MACH_MSG_TYPE_PORT_SEND_ONCE ||
	    !is_from_kernel(message) || !read_notice(message, &type, &port))
		return false;
	mach2_write_type(&writer, type, PORT_BITS, 1, true);
	mach2_write_bytes(&writer, &port, sizeof(port));
	write_header(message, MSG_TYPE_EMERGENCY, writer.offset, old);
	*size_out = writer.offset;
	return true;
}

/*
 * Messages that bear the mark.
 */

/* What came inline, and the descriptors in front of it. */
struct marked {
	struct msg_walk walk;
	const unsigned char *inline_data;
	size_t bytes;
	unsigned char *body; /* NULL: only see whether all fits */
	bool lacks;          /* memory may be missing */
};

/* The next descriptor is of the kind @type. */
static bool
take(struct marked *m, mach_msg_descriptor_type_t type)
{
	return msg_walk_next(&m->walk) && m->walk.descriptor.type.type == type;
}

static void
put(struct marked *m, size_t offset, const void *bytes, size_t count)
{
	if (m->body)
		memcpy(m->body + offset, bytes, count);
}

/* Is what came by @disposition what the item says that it is? */
static bool
is_right_of(const struct mach2_item *item, mach_msg_type_name_t disposition)
{
	return (item->name == MSG_TYPE_PORT) !=
	    (disposition == MACH_MSG_TYPE_PORT_RECEIVE);
}

static bool
decode_memory(struct marked *m, const struct mach2_item *item)
{
	const mach_msg_ool_descriptor_t *memory =
	    &m->walk.descriptor.out_of_line;

	if (!take(m, MACH_MSG_OOL_DESCRIPTOR))
		return false;
	put(m, item->data, &memory->address, sizeof(void *));
	return memory->size == item->bytes || (m->lacks && !memory->address);
}

static bool
decode_array(struct marked *m, const struct mach2_item *item)
{
	const mach_msg_ool_ports_descriptor_t *ports =
	    &m->walk.descriptor.ool_ports;

	if (!take(m, MACH_MSG_OOL_PORTS_DESCRIPTOR) ||
	    !is_right_of(item, ports->disposition))
		return false;
	put(m, item->data, &ports->address, sizeof(void *));
	return ports->count == item->number || (m->lacks && !ports->address);
}

static bool
decode_inline_ports(struct marked *m, const struct mach2_item *item)
{
	const mach_msg_port_descriptor_t *port = &m->walk.descriptor.port;

	for (uint32_t i = 0; i < item->number; i++) {
		if (!take(m, MACH_MSG_PORT_DESCRIPTOR) ||
		    !is_right_of(item, port->disposition))
			return false;
		put(m, item->data + i * sizeof(port_t), &port->name,
		    sizeof(port_t));
	}
	return true;
}

static bool
decode_item(struct marked *m, const struct mach2_item *item)
{
	if (!mach2_item_is_ports(item))
		return item->is_inline || decode_memory(m, item);
	return item->is_inline ? decode_inline_ports(m, item)
	                       : decode_array(m, item);
}

/* Put names and addresses back in their places. False: descriptors and items do
 * not go together, whoever made them. */
static bool
decode_items(struct marked *m)
{
	struct mach2_item item = {0};

	for (;;) {
		switch (
		    mach2_item_at(m->inline_data, m->bytes, item.next, &item)) {
		case MACH2_ITEM:
			if (!decode_item(m, &item))
				return false;
			break;
		case MACH2_END:
			return !msg_walk_next(&m->walk);
		case MACH2_CUT_OFF:
		case MACH2_BAD_TYPE:
			return false;
		}
	}
}

/* Where the inline data of @message begins. */
static unsigned char *
inline_data_of(mach_msg_header_t *message)
{
	struct msg_walk walk;

	if (!is_complex(message))
		return (unsigned char *)(message + 1);
	msg_walk_begin(&walk, message, message->msgh_size);
	while (msg_walk_next(&walk))
		continue;
	return walk.next;
}

static bool
decode_marked(
    mach_msg_header_t *message, bool lacks, void *old, size_t *size_out)
{
	uint32_t mark = message->msgh_voucher_port;
	uint32_t fill = (mark & ~MACH2_MARK_MASK) >> MACH2_FILL_SHIFT;
	struct marked m = {
	    .inline_data = inline_data_of(message),
	    .lacks = lacks,
	};
	size_t size;

	if ((mark & MACH2_MARK_MASK) != MACH2_MARK)
		return false;
	m.bytes = message->msgh_size -
	    (size_t)(m.inline_data - (unsigned char *)message);
	if (fill > m.bytes)
		return false;
	msg_walk_begin(&m.walk, message, message->msgh_size);
	if (is_complex(message) && !decode_items(&m))
		return false;
	size = sizeof(msg_header_t) + m.bytes - fill;
	*size_out = size;
	if (!old)
		return true;
	write_header(message, (int)(mark & MACH2_TYPE_MASK), size, old);
	m.body = (unsigned char *)old + sizeof(msg_header_t);
	memcpy(m.body, m.inline_data, m.bytes - fill);
	msg_walk_begin(&m.walk, message, message->msgh_size);
	return !is_complex(message) || decode_items(&m);
}

/*
 * Messages of today's programs.
 */

static void
write_descriptor(
    struct mach2_writer *writer, const mach_msg_descriptor_t *descriptor)
{
	bool receive =
	    descriptor->port.disposition == MACH_MSG_TYPE_PORT_RECEIVE;

	switch (descriptor->type.type) {
	case MACH_MSG_PORT_DESCRIPTOR:
		mach2_write_type(writer,
		    receive ? MSG_TYPE_PORT_ALL : MSG_TYPE_PORT, PORT_BITS, 1,
		    true);
		mach2_write_bytes(
		    writer, &descriptor->port.name, sizeof(port_t));
		break;
	case MACH_MSG_GUARDED_PORT_DESCRIPTOR:
		/* Not asked for, and so destroyed. */
		mach2_write_type(writer, MSG_TYPE_PORT_ALL, PORT_BITS, 1, true);
		mach2_write_bytes(
		    writer, &descriptor->guarded_port.name, sizeof(port_t));
		break;
	case MACH_MSG_OOL_PORTS_DESCRIPTOR:
		receive = descriptor->ool_ports.disposition ==
		    MACH_MSG_TYPE_PORT_RECEIVE;
		mach2_write_type(writer,
		    receive ? MSG_TYPE_PORT_ALL : MSG_TYPE_PORT, PORT_BITS,
		    descriptor->ool_ports.count, false);
		mach2_write_address(writer, descriptor->ool_ports.address);
		break;
	default: /* memory */
		mach2_write_type(writer, MSG_TYPE_BYTE, BYTE_BITS,
		    descriptor->out_of_line.size, false);
		mach2_write_address(writer, descriptor->out_of_line.address);
		break;
	}
}

static size_t
decode_modern(mach_msg_header_t *message, void *old)
{
	struct mach2_writer writer = {
	    .body = old ? (unsigned char *)old + sizeof(msg_header_t) : NULL,
	};
	const unsigned char *data = inline_data_of(message);
	size_t bytes =
	    message->msgh_size - (size_t)(data - (unsigned char *)message);
	struct msg_walk walk;
	size_t size;

	msg_walk_begin(&walk, message, message->msgh_size);
	while (msg_walk_next(&walk))
		write_descriptor(&writer, &walk.descriptor);
	if (is_complex(message) && bytes > 0)
		mach2_write_type(
		    &writer, MSG_TYPE_BYTE, BYTE_BITS, (uint32_t)bytes, true);
	mach2_write_bytes(&writer, data, bytes);
	size = sizeof(msg_header_t) + writer.offset;
	write_header(message, MSG_TYPE_NORMAL, size, old);
	return size;
}

size_t
mach2_decode(mach_msg_header_t *message, bool lacks, void *old)
{
	size_t size;

	if (decode_notice(message, old, &size) ||
	    decode_marked(message, lacks, old, &size))
		return size;
	return decode_modern(message, old);
}
