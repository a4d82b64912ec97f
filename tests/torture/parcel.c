/* Messages that can be checked. */
#include "parcel.h"

#include <mach/notify.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

/* What follows the items. */
struct tail {
	uint32_t value;
	uint32_t seed;
	uint32_t filler; /* bytes behind it */
};

/* At the start of a region, if there is room. */
struct region {
	uint32_t seed;
	uint32_t bytes; /* of the region */
};

static uint8_t
pattern(uint32_t seed, uint32_t i)
{
	return (uint8_t)((seed ^ i) + (i >> 8));
}

static void
fill(uint8_t *at, uint32_t seed, uint32_t bytes)
{
	for (uint32_t i = 0; i < bytes; i++)
		at[i] = pattern(seed, i);
}

static void
check_filled(const uint8_t *at, uint32_t seed, uint32_t bytes)
{
	for (uint32_t i = 0; i < bytes; i++)
		CHECK(at[i] == pattern(seed, i));
}

void
parcel_init(struct parcel *parcel)
{
	parcel->bytes = calloc(1, PARCEL_BYTES_MAX);
	parcel->memory = malloc(PARCEL_MEMORY_MAX);
	CHECK(parcel->bytes && parcel->memory);
}

void
parcel_free(struct parcel *parcel)
{
	free(parcel->bytes);
	free(parcel->memory);
}

/* The message's count of items is where it is in any complex message. */
static mach_msg_base_t *
base_of(struct parcel *parcel)
{
	return (mach_msg_base_t *)(void *)parcel->bytes;
}

void
parcel_begin(struct parcel *parcel, mach_msg_id_t id)
{
	mach_msg_base_t *base = base_of(parcel);

	memset(base, 0, sizeof(*base));
	base->header.msgh_id = id;
	parcel->size = sizeof(*base);
	parcel->port_count = 0;
}

static void
append(struct parcel *parcel, const void *item, mach_msg_size_t bytes)
{
	CHECK(parcel->size + bytes <= PARCEL_BYTES_MAX);
	memcpy(parcel->bytes + parcel->size, item, bytes);
	parcel->size += bytes;
}

static void
add_item(struct parcel *parcel, const void *item, mach_msg_size_t bytes)
{
	append(parcel, item, bytes);
	base_of(parcel)->body.msgh_descriptor_count++;
}

void
parcel_add_right(
    struct parcel *parcel, mach_port_t name, mach_msg_type_name_t disposition)
{
	mach_msg_port_descriptor_t item = {
	    .name = name,
	    .disposition = disposition & 0xff,
	    .type = MACH_MSG_PORT_DESCRIPTOR,
	};

	add_item(parcel, &item, sizeof(item));
}

void
parcel_add_array(struct parcel *parcel, const mach_port_t *names,
    unsigned count, mach_msg_type_name_t disposition)
{
	mach_port_t *at = parcel->ports + parcel->port_count;
	mach_msg_ool_ports_descriptor_t item = {
	    .address = at,
	    .copy = MACH_MSG_PHYSICAL_COPY,
	    .disposition = disposition & 0xff,
	    .type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	    .count = count,
	};

	CHECK(parcel->port_count + count <= PARCEL_PORTS_MAX);
	memcpy(at, names, count * sizeof(*names));
	parcel->port_count += count;
	add_item(parcel, &item, sizeof(item));
}

void
parcel_add_memory(struct parcel *parcel, struct chance *chance, uint32_t bytes)
{
	struct region region = {
	    .seed = chance_below(chance, UINT32_MAX),
	    .bytes = bytes,
	};
	mach_msg_ool_descriptor_t item = {
	    .address = parcel->memory,
	    .copy = MACH_MSG_PHYSICAL_COPY,
	    .type = MACH_MSG_OOL_DESCRIPTOR,
	    .size = bytes,
	};

	CHECK(bytes <= PARCEL_MEMORY_MAX);
	if (bytes >= sizeof(region)) {
		memcpy(parcel->memory, &region, sizeof(region));
		fill(parcel->memory + sizeof(region), region.seed,
		    bytes - (uint32_t)sizeof(region));
	}
	add_item(parcel, &item, sizeof(item));
}

void
parcel_end(struct parcel *parcel, struct chance *chance, uint32_t value,
    uint32_t filler)
{
	struct tail tail = {
	    .value = value,
	    .seed = chance_below(chance, UINT32_MAX),
	    .filler = filler & ~UINT32_C(3),
	};

	append(parcel, &tail, sizeof(tail));
	CHECK(parcel->size + tail.filler <= PARCEL_BYTES_MAX);
	fill(parcel->bytes + parcel->size, tail.seed, tail.filler);
	parcel->size += tail.filler;
}

mach_msg_return_t
parcel_send(struct parcel *parcel, const struct parcel_address *address,
    mach_msg_option_t option, mach_msg_timeout_t timeout)
{
	mach_msg_header_t *header = &base_of(parcel)->header;

	header->msgh_bits =
	    MACH_MSGH_BITS(address->disposition, address->reply_disposition) |
	    MACH_MSGH_BITS_COMPLEX;
	header->msgh_remote_port = address->to;
	header->msgh_local_port = address->reply;
	return mach_msg(header, MACH_SEND_MSG | option, parcel->size, 0,
	    MACH_PORT_NULL, timeout, MACH_PORT_NULL);
}

void
parcel_items(const mach_msg_header_t *message, struct parcel_cursor *cursor_out)
{
	const mach_msg_base_t *base = (const mach_msg_base_t *)message;

	cursor_out->at = (const uint8_t *)(base + 1);
	cursor_out->left = 0;
	if (MACH_MSGH_BITS_IS_COMPLEX(message->msgh_bits))
		cursor_out->left = base->body.msgh_descriptor_count;
}

static mach_msg_size_t
read_right(const uint8_t *at, struct parcel_item *item_out)
{
	mach_msg_port_descriptor_t right;

	memcpy(&right, at, sizeof(right));
	item_out->disposition = right.disposition;
	item_out->name = right.name;
	return sizeof(right);
}

static mach_msg_size_t
read_array(const uint8_t *at, struct parcel_item *item_out)
{
	mach_msg_ool_ports_descriptor_t array;

	memcpy(&array, at, sizeof(array));
	item_out->disposition = array.disposition;
	item_out->address = array.address;
	item_out->count = array.count;
	return sizeof(array);
}

static mach_msg_size_t
read_memory(const uint8_t *at, struct parcel_item *item_out)
{
	mach_msg_ool_descriptor_t memory;

	memcpy(&memory, at, sizeof(memory));
	item_out->address = memory.address;
	item_out->count = memory.size;
	return sizeof(memory);
}

bool
parcel_next(struct parcel_cursor *cursor, struct parcel_item *item_out)
{
	mach_msg_type_descriptor_t any;
	mach_msg_size_t bytes = 0;

	if (cursor->left == 0)
		return false;
	memcpy(&any, cursor->at, sizeof(any));
	memset(item_out, 0, sizeof(*item_out));
	item_out->type = any.type;
	if (any.type == MACH_MSG_PORT_DESCRIPTOR)
		bytes = read_right(cursor->at, item_out);
	else if (any.type == MACH_MSG_OOL_PORTS_DESCRIPTOR)
		bytes = read_array(cursor->at, item_out);
	else if (any.type == MACH_MSG_OOL_DESCRIPTOR)
		bytes = read_memory(cursor->at, item_out);
	CHECK(bytes > 0);
	cursor->at += bytes;
	cursor->left--;
	return true;
}

static void
check_memory(const struct parcel_item *item)
{
	const uint8_t *bytes = item->address;
	struct region region;

	if (item->type != MACH_MSG_OOL_DESCRIPTOR ||
	    item->count < sizeof(region))
		return;
	memcpy(&region, bytes, sizeof(region));
	CHECK(region.bytes == item->count);
	check_filled(bytes + sizeof(region), region.seed,
	    region.bytes - (uint32_t)sizeof(region));
}

uint32_t
parcel_check(const mach_msg_header_t *message)
{
	const uint8_t *end = (const uint8_t *)message + message->msgh_size;
	struct parcel_cursor cursor;
	struct parcel_item item;
	struct tail tail;

	parcel_items(message, &cursor);
	while (parcel_next(&cursor, &item))
		check_memory(&item);
	CHECK(cursor.at + sizeof(tail) <= end);
	memcpy(&tail, cursor.at, sizeof(tail));
	CHECK(cursor.at + sizeof(tail) + tail.filler == end);
	check_filled(cursor.at + sizeof(tail), tail.seed, tail.filler);
	return tail.value;
}

bool
is_notice(const mach_msg_header_t *message)
{
	return message->msgh_id >= MACH_NOTIFY_FIRST &&
	    message->msgh_id <= MACH_NOTIFY_LAST;
}
