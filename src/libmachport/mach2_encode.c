/* From a Mach 2.5 message to the form in which it travels. */
#include "mach2_form.h"

#include <string.h>

#include "mach2_right.h"
#include "mach2_type.h"
#include "user_memory.h"

struct encoding {
	unsigned char *body; /* what follows the old header: a copy */
	size_t bytes;
	unsigned char *next; /* where the next descriptor goes */
	mach_msg_size_t descriptors;
};

size_t
mach2_form_max(size_t size)
{
	size_t body = size > sizeof(msg_header_t)
	    ? round_msg(size) - sizeof(msg_header_t)
	    : 0;

	return sizeof(mach_msg_base_t) +
	    body * (1 + sizeof(mach_msg_port_descriptor_t) / sizeof(port_t));
}

size_t
mach2_old_max(size_t size)
{
	/* A descriptor of memory has 16 bytes; a long type, filled up, and an
	 * address have 24. And inline data gets a type. */
	return size + size / 2 + sizeof(msg_type_long_t);
}

static void
add_descriptor(struct encoding *e, const void *descriptor, size_t bytes)
{
	memcpy(e->next, descriptor, bytes);
	e->next += bytes;
	e->descriptors++;
}

static mach_msg_type_name_t
disposition_of(const struct mach2_item *item, port_t name)
{
	return item->name == MSG_TYPE_PORT
	    ? mach2_right_to_send(name, item->deallocate)
	    : MACH_MSG_TYPE_MOVE_RECEIVE;
}

static void
encode_inline_ports(struct encoding *e, const struct mach2_item *item)
{
	for (uint32_t i = 0; i < item->number; i++) {
		unsigned char *at = e->body + item->data + i * sizeof(port_t);
		mach_msg_port_descriptor_t descriptor = {
		    .type = MACH_MSG_PORT_DESCRIPTOR,
		};

		memcpy(&descriptor.name, at, sizeof(port_t));
		memset(at, 0, sizeof(port_t));
		descriptor.disposition =
		    disposition_of(item, descriptor.name) & 0xff;
		add_descriptor(e, &descriptor, sizeof(descriptor));
	}
}

/* The address of the item's elements, which leaves the message. */
static void *
take_address(struct encoding *e, const struct mach2_item *item)
{
	void *address;

	memcpy(&address, e->body + item->data, sizeof(address));
	memset(e->body + item->data, 0, sizeof(address));
	return address;
}

static void
encode_ports(struct encoding *e, const struct mach2_item *item)
{
	mach_msg_ool_ports_descriptor_t descriptor = {
	    .address = take_address(e, item),
	    .deallocate = item->deallocate,
	    .copy = MACH_MSG_VIRTUAL_COPY,
	    .disposition = MACH_MSG_TYPE_MOVE_RECEIVE,
	    .type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	    .count = item->number,
	};

	if (item->name == MSG_TYPE_PORT) {
		const port_t *names = descriptor.address;

		descriptor.disposition = MACH_MSG_TYPE_COPY_SEND;
		/* If it cannot be read, the send will say so. */
		if (user_memory_readable(names, item->bytes))
			for (uint32_t i = 0; i < item->number; i++)
				mach2_right_share(names[i]);
	}
	add_descriptor(e, &descriptor, sizeof(descriptor));
}

static void
encode_memory(struct encoding *e, const struct mach2_item *item)
{
	mach_msg_ool_descriptor_t descriptor = {
	    .address = take_address(e, item),
	    .deallocate = item->deallocate,
	    .copy = MACH_MSG_VIRTUAL_COPY,
	    .type = MACH_MSG_OOL_DESCRIPTOR,
	    .size = (mach_msg_size_t)item->bytes,
	};

	add_descriptor(e, &descriptor, sizeof(descriptor));
}

static void
encode_item(struct encoding *e, const struct mach2_item *item)
{
	if (mach2_item_is_ports(item)) {
		if (item->is_inline)
			encode_inline_ports(e, item);
		else
			encode_ports(e, item);
	} else if (!item->is_inline) {
		encode_memory(e, item);
	}
}

/* Of items that check_items() has seen. */
static void
encode_items(struct encoding *e)
{
	struct mach2_item item = {0};

	while (mach2_item_at(e->body, e->bytes, item.next, &item) == MACH2_ITEM)
		encode_item(e, &item);
}

/* Before anything is taken: are the items all there, and can a descriptor tell
 * of each? */
static msg_return_t
check_items(const struct encoding *e)
{
	struct mach2_item item = {0};

	for (;;) {
		switch (mach2_item_at(e->body, e->bytes, item.next, &item)) {
		case MACH2_ITEM:
			if (!item.is_inline && item.bytes > UINT32_MAX)
				return SEND_INVALID_MEMORY;
			break;
		case MACH2_END:
			return SEND_SUCCESS;
		case MACH2_CUT_OFF:
			return SEND_MSG_TOO_SMALL;
		case MACH2_BAD_TYPE:
			return SEND_INVALID_PORT;
		}
	}
}

/* The items of a complex message. The copy of the body lies at the end of the
 * buffer, as the descriptors grow towards it: see mach2_form_max(). */
static msg_return_t
encode_body(struct encoding *e, mach_msg_header_t *message)
{
	mach_msg_base_t *base = (mach_msg_base_t *)message;
	msg_return_t mr = check_items(e);

	if (mr != SEND_SUCCESS)
		return mr;
	encode_items(e);
	base->body.msgh_descriptor_count = e->descriptors;
	message->msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	memmove(e->next, e->body, e->bytes);
	e->next += e->bytes;
	return SEND_SUCCESS;
}

static mach_port_name_t
make_mark(const msg_header_t *header)
{
	uint32_t fill = -header->msg_size & 3u;
	uint32_t type = (uint32_t)header->msg_type & MACH2_TYPE_MASK;

	if (header->msg_simple && type == MSG_TYPE_NORMAL && fill == 0)
		return 0;
	return MACH2_MARK | fill << MACH2_FILL_SHIFT | type;
}

static void
encode_header(const msg_header_t *header, mach_msg_header_t *message)
{
	*message = (mach_msg_header_t){
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	        header->msg_local_port ? MACH_MSG_TYPE_COPY_SEND : 0),
	    .msgh_remote_port = header->msg_remote_port,
	    .msgh_local_port = header->msg_local_port,
	    .msgh_voucher_port = make_mark(header),
	    .msgh_id = header->msg_id,
	};
}

msg_return_t
mach2_encode(const msg_header_t *old, struct mach2_buffer *buffer,
    mach_msg_size_t *size_out)
{
	struct encoding e = {0};
	msg_header_t header;
	msg_return_t mr = SEND_SUCCESS;
	size_t used;
	size_t most;

	if (!user_memory_readable(old, sizeof(header)))
		return SEND_INVALID_MEMORY;
	memcpy(&header, old, sizeof(header));
	if (header.msg_size < sizeof(header))
		return SEND_MSG_TOO_SMALL;
	if (header.msg_size > MSG_SIZE_MAX)
		return SEND_MSG_TOO_LARGE;
	if (!user_memory_readable(old, header.msg_size))
		return SEND_INVALID_MEMORY;
	most = mach2_form_max(header.msg_size);
	if (!mach2_buffer_grow(buffer, most))
		return SEND_INTERRUPTED;

	encode_header(&header, buffer->message);
	used = header.msg_size - sizeof(header);
	e.bytes = round_msg(used);
	e.next = (unsigned char *)(buffer->message + 1);
	e.body = e.next;
	if (!header.msg_simple) {
		e.next += sizeof(mach_msg_body_t);
		e.body = (unsigned char *)buffer->message + most - e.bytes;
	}
	memcpy(e.body, old + 1, used);
	memset(e.body + used, 0, e.bytes - used);
	if (header.msg_simple)
		e.next += e.bytes;
	else
		mr = encode_body(&e, buffer->message);
	*size_out =
	    (mach_msg_size_t)(e.next - (unsigned char *)buffer->message);
	return mr;
}
