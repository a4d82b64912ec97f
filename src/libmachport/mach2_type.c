/* The typed items of Mach 2.5 messages. */
#include "mach2_type.h"

#include <string.h>

#define WORD sizeof(uint32_t)
/* The most that msg_type_number can tell. */
#define SHORT_NUMBER_MAX 4095u

static size_t
round_to(size_t offset, size_t unit)
{
	return (offset + unit - 1) / unit * unit;
}

bool
mach2_item_is_ports(const struct mach2_item *item)
{
	return item->name >= MSG_TYPE_PORT_OWNERSHIP &&
	    item->name <= MSG_TYPE_PORT;
}

/* The type at @offset; false if the message ends in it. */
static bool
read_type(const unsigned char *body, size_t bytes, size_t offset,
    struct mach2_item *item)
{
	msg_type_long_t type;
	size_t length = sizeof(type.msg_type_header);

	memcpy(&type.msg_type_header, body + offset, length);
	*item = (struct mach2_item){
	    .name = type.msg_type_header.msg_type_name,
	    .element_bits = type.msg_type_header.msg_type_size,
	    .number = type.msg_type_header.msg_type_number,
	    .is_inline = type.msg_type_header.msg_type_inline,
	    .deallocate = type.msg_type_header.msg_type_deallocate,
	};
	if (type.msg_type_header.msg_type_longform) {
		length = sizeof(type);
		if (bytes - offset < length)
			return false;
		memcpy(&type, body + offset, length);
		item->name = type.msg_type_long_name;
		item->element_bits = type.msg_type_long_size;
		item->number = type.msg_type_long_number;
	}
	/* 16 bits by 32 cannot overflow. */
	item->bytes = ((uint64_t)item->element_bits * item->number + 7) / 8;
	item->data = offset + length;
	return true;
}

enum mach2_walk
mach2_item_at(const unsigned char *body, size_t bytes, size_t offset,
    struct mach2_item *item_out)
{
	struct mach2_item item;
	uint64_t there;

	if (offset > bytes || bytes - offset < 2 * WORD)
		return MACH2_END;
	if (!read_type(body, bytes, offset, &item))
		return MACH2_CUT_OFF;
	if (mach2_item_is_ports(&item) &&
	    item.element_bits != 8 * sizeof(port_t))
		return MACH2_BAD_TYPE;
	there = item.bytes;
	if (!item.is_inline) {
		item.data = round_to(item.data, sizeof(void *));
		there = sizeof(void *);
	}
	if (item.data > bytes || there > bytes - item.data)
		return MACH2_CUT_OFF;
	item.next = round_to(item.data + (size_t)there, WORD);
	*item_out = item;
	return MACH2_ITEM;
}

void
mach2_write_bytes(struct mach2_writer *writer, const void *bytes, size_t count)
{
	size_t end = round_to(writer->offset + count, WORD);

	if (writer->body && count > 0) {
		memcpy(writer->body + writer->offset, bytes, count);
		memset(writer->body + writer->offset + count, 0,
		    end - writer->offset - count);
	}
	writer->offset = end;
}

void
mach2_write_address(struct mach2_writer *writer, const void *address)
{
	size_t at = round_to(writer->offset, sizeof(address));

	if (writer->body) {
		memset(writer->body + writer->offset, 0, at - writer->offset);
		memcpy(writer->body + at, &address, sizeof(address));
	}
	writer->offset = at + sizeof(address);
}

void
mach2_write_type(struct mach2_writer *writer, uint32_t name,
    uint32_t element_bits, uint32_t number, bool is_inline)
{
	bool is_long = number > SHORT_NUMBER_MAX;
	msg_type_long_t type = {
	    .msg_type_header.msg_type_inline = is_inline,
	    .msg_type_header.msg_type_longform = is_long,
	};

	if (is_long) {
		type.msg_type_long_name = (unsigned short)name;
		type.msg_type_long_size = (unsigned short)element_bits;
		type.msg_type_long_number = number;
	} else {
		type.msg_type_header.msg_type_name = (unsigned char)name;
		type.msg_type_header.msg_type_size =
		    (unsigned char)element_bits;
		type.msg_type_header.msg_type_number =
		    number & SHORT_NUMBER_MAX;
	}
	mach2_write_bytes(writer, &type,
	    is_long ? sizeof(type) : sizeof(type.msg_type_header));
}
