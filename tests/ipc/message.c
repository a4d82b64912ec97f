/* Messages of tests: headers and descriptors written as a task would. */
#include "message.h"

#include <stdlib.h>
#include <string.h>

#include "base_assert.h"
#include "base_list.h"

static void *
grow(struct message *message, size_t bytes)
{
	void *at = message->bytes + message->size;

	mp_assert(message->size + bytes <= sizeof(message->bytes));
	message->size += (mach_msg_size_t)bytes;
	return at;
}

mach_msg_header_t *
message_header(struct message *message)
{
	return (mach_msg_header_t *)(void *)message->bytes;
}

void
message_init(struct message *message, mach_port_name_t remote,
    mach_msg_type_name_t remote_disposition, mach_port_name_t local,
    mach_msg_type_name_t local_disposition)
{
	mach_msg_header_t *header;

	memset(message, 0, sizeof(*message));
	message->unreadable = UINT32_MAX;
	header = grow(message, sizeof(*header));
	header->msgh_bits =
	    MACH_MSGH_BITS(remote_disposition, local_disposition);
	header->msgh_remote_port = remote;
	header->msgh_local_port = local;
}

/* One more descriptor; the first makes the message complex. */
static void
add_descriptor(struct message *message, const void *descriptor, size_t bytes)
{
	mach_msg_header_t *header = message_header(message);
	mach_msg_body_t body = {0};

	if (!MACH_MSGH_BITS_IS_COMPLEX(header->msgh_bits)) {
		header->msgh_bits |= MACH_MSGH_BITS_COMPLEX;
		(void)grow(message, sizeof(body));
	}
	memcpy(&body, header + 1, sizeof(body));
	body.msgh_descriptor_count++;
	memcpy(header + 1, &body, sizeof(body));
	memcpy(grow(message, bytes), descriptor, bytes);
}

/* Of the descriptor that was added last. */
static void
add_region(struct message *message, const void *bytes, size_t count)
{
	uint32_t descriptor_count;

	if (count == 0)
		return; /* it takes no place */
	mp_assert(message->region_count < MESSAGE_REGIONS);
	memcpy(&descriptor_count, message_header(message) + 1,
	    sizeof(descriptor_count));
	message->regions[message->region_count].bytes = bytes;
	message->regions[message->region_count].count = count;
	message->regions[message->region_count].index = descriptor_count - 1;
	message->region_count++;
}

void
message_add_port(struct message *message, mach_port_name_t name,
    mach_msg_type_name_t disposition)
{
	mach_msg_port_descriptor_t descriptor = {
	    .name = name,
	    .disposition = disposition & 0xff,
	    .type = MACH_MSG_PORT_DESCRIPTOR,
	};

	add_descriptor(message, &descriptor, sizeof(descriptor));
}

void
message_add_ool(struct message *message, const void *bytes,
    mach_msg_size_t count, mach_msg_copy_options_t copy)
{
	mach_msg_ool_descriptor64_t descriptor = {
	    .address = 0x1000,
	    .copy = copy & 0xff,
	    .type = MACH_MSG_OOL_DESCRIPTOR,
	    .size = count,
	};

	add_descriptor(message, &descriptor, sizeof(descriptor));
	add_region(message, bytes, count);
}

void
message_add_ports(struct message *message, const mach_port_name_t *names,
    mach_msg_size_t count, mach_msg_type_name_t disposition)
{
	mach_msg_ool_ports_descriptor64_t descriptor = {
	    .address = 0x1000,
	    .disposition = disposition & 0xff,
	    .type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	    .count = count,
	};

	add_descriptor(message, &descriptor, sizeof(descriptor));
	add_region(message, names, count * sizeof(*names));
}

void
message_add_guarded(struct message *message, mach_port_name_t name,
    uint64_t context, mach_msg_guard_flags_t flags)
{
	mach_msg_guarded_port_descriptor64_t descriptor = {
	    .context = context,
	    .flags = flags & 0xffff,
	    .disposition = MACH_MSG_TYPE_MOVE_RECEIVE,
	    .type = MACH_MSG_GUARDED_PORT_DESCRIPTOR,
	    .name = name,
	};

	add_descriptor(message, &descriptor, sizeof(descriptor));
}

void
message_add_data(struct message *message, const void *bytes, size_t count)
{
	if (count > 0)
		memcpy(grow(message, count), bytes, count);
}

void
message_set_unreadable(struct message *message, uint32_t nth)
{
	message->unreadable = nth;
}

void
message_place(struct message *message, uint32_t nth)
{
	unsigned i = 0;

	while (message->regions[i].index != nth)
		mp_assert(++i < message->region_count);
	message->regions[i].placed = true;
}

uint8_t *
message_pack(const struct message *message, size_t align, size_t *bytes_out)
{
	size_t at = message->size;
	size_t total = at;
	uint8_t *packed;

	for (unsigned i = 0; i < message->region_count; i++)
		total += message->regions[i].count + 2 * align;
	packed = calloc(1, total);
	mp_assert(packed);
	memcpy(packed, message->bytes, message->size);
	for (unsigned i = 0; i < message->region_count; i++) {
		const struct message_region *region = &message->regions[i];

		if (region->placed)
			continue;
		at = (at + align - 1) & ~(align - 1);
		memcpy(packed + at, region->bytes, region->count);
		at += region->count;
	}
	*bytes_out = at;
	return packed;
}

struct file {
	struct ipc_memory memory;
	uint8_t *bytes;
	unsigned *freed;
};

static bool
file_read(
    const struct ipc_memory *memory, uint64_t offset, void *to, size_t count)
{
	const struct file *file = (const struct file *)(const void *)memory;

	if (offset > memory->bytes || count > memory->bytes - offset)
		return false;
	memcpy(to, file->bytes + offset, count);
	return true;
}

static void
file_free(struct ipc_memory *memory)
{
	struct file *file = CONTAINER_OF(memory, struct file, memory);

	(*file->freed)++;
	free(file->bytes);
	free(file);
}

/* Of @bytes, CONSUMED. */
static struct ipc_memory *
new_file(uint8_t *bytes, size_t count, unsigned *freed_out)
{
	struct file *file = calloc(1, sizeof(*file));

	mp_assert(file && bytes);
	file->bytes = bytes;
	file->memory.bytes = count;
	file->memory.memory_bytes = count;
	file->memory.read = file_read;
	file->memory.free = file_free;
	file->freed = freed_out;
	return &file->memory;
}

struct ipc_memory *
message_file(const struct message *message, size_t page, unsigned *freed_out)
{
	size_t count;
	uint8_t *bytes = message_pack(message, page, &count);

	return new_file(bytes, count, freed_out);
}

struct ipc_memory *
message_placed(const struct message *message, size_t page, unsigned *freed_out)
{
	struct ipc_memory *first = NULL;
	struct ipc_memory **end = &first;

	for (unsigned i = 0; i < message->region_count; i++) {
		const struct message_region *region = &message->regions[i];
		uint8_t *bytes;

		if (!region->placed)
			continue;
		bytes = calloc(1, page + region->count);
		mp_assert(bytes);
		memcpy(bytes + page, region->bytes, region->count);
		*end = new_file(bytes, page + region->count, freed_out);
		(*end)->index = region->index;
		(*end)->offset = page;
		end = &(*end)->next;
	}
	return first;
}
