#include "overlay.h"

#include <string.h>

#define PREFIX 4

static const uint8_t *input;
static size_t input_bytes;
static uint8_t input_flags;
static int input_words;

const struct stub_call *
overlay_begin(const uint8_t *data, size_t bytes, mach_port_t *server_out)
{
	const struct stub_call *call;

	if (bytes < PREFIX)
		return NULL;
	call = stub_call_at(data[0]);
	if (!call)
		return NULL;
	*server_out = stubs_begin();
	stub->strict = false;
	input_flags = data[1];
	if (input_flags & OVERLAY_REFUSES)
		stub->result = KERN_NO_ACCESS;
	if (input_flags & OVERLAY_NO_REPLY)
		stub->result = MIG_NO_REPLY;
	stub->exceeds = (input_flags & OVERLAY_EXCEEDS) != 0;
	stub->forgets = (input_flags & OVERLAY_FORGETS) != 0;
	stub->length = data[2];
	input_words = (int8_t)data[3];
	input = data + PREFIX;
	input_bytes = bytes - PREFIX;
	return call;
}

/* --- what stays as it was -------------------------------------------------- */

/* Does @offset of a message of these descriptors belong to a name or an address? */
static bool
is_kept(const uint8_t *message, size_t size, size_t offset)
{
	size_t at = sizeof(mach_msg_base_t);
	mach_msg_base_t base;

	/* The header's ports, and that it has them. */
	if (offset < offsetof(mach_msg_header_t, msgh_id))
		return offset != 3;
	if (size < sizeof(base))
		return false;
	memcpy(&base, message, sizeof(base));
	if (!MACH_MSGH_BITS_IS_COMPLEX(base.header.msgh_bits))
		return false;
	for (unsigned i = 0; i < base.body.msgh_descriptor_count && at < size;
	     i++) {
		bool is_port = message[at + 11] == MACH_MSG_PORT_DESCRIPTOR;

		if (offset >= at &&
		    offset <
		        at + (is_port ? sizeof(mach_port_t) : sizeof(void *)))
			return true;
		at += is_port ? sizeof(mach_msg_port_descriptor_t)
		              : sizeof(mach_msg_ool_descriptor_t);
	}
	return false;
}

static void
change_some(uint8_t *message, mach_msg_size_t size)
{
	static uint8_t original[LOOPBACK_MESSAGE_MAX];

	memcpy(original, message, size);
	for (size_t i = 0; i < input_bytes && i + 3 < size; i++)
		if (!is_kept(original, size, i + 3))
			message[i + 3] ^= input[i];
}

/* --- what is made up altogether -------------------------------------------- */

/* What a descriptor that came from nowhere stands for: its sender has it. */
static void
provide(mach_msg_descriptor_t *descriptor)
{
	if (descriptor->type.type == MACH_MSG_PORT_DESCRIPTOR) {
		descriptor->port.name = descriptor->port.name % 4 == 0
		    ? MACH_PORT_NULL
		    : stub_right(descriptor->port.disposition);
	} else if (descriptor->type.type == MACH_MSG_OOL_DESCRIPTOR) {
		descriptor->out_of_line.size %= 8192;
		descriptor->out_of_line.address = stub_memory(
		    descriptor->out_of_line.size, 1, STUB_MEMORY_KEPT);
	} else if (descriptor->type.type == MACH_MSG_OOL_PORTS_DESCRIPTOR) {
		descriptor->ool_ports.count %= 16;
		descriptor->ool_ports.address =
		    stub_memory_rights(descriptor->ool_ports.count,
		        descriptor->ool_ports.disposition, STUB_MEMORY_KEPT);
	}
}

static void
change_all(uint8_t *message, mach_msg_size_t size)
{
	size_t at = sizeof(mach_msg_base_t);
	mach_msg_base_t base;

	for (size_t i = 0; i + 3 < size; i++)
		if (i + 3 == 3 || i + 3 >= offsetof(mach_msg_header_t, msgh_id))
			message[i + 3] = i < input_bytes ? input[i] : 0;
	if (size < sizeof(base))
		return;
	memcpy(&base, message, sizeof(base));
	if (!MACH_MSGH_BITS_IS_COMPLEX(base.header.msgh_bits))
		return;
	base.body.msgh_descriptor_count %= 16;
	memcpy(message, &base, sizeof(base));
	for (unsigned i = 0; i < base.body.msgh_descriptor_count; i++) {
		mach_msg_descriptor_t descriptor = {0};
		size_t bytes = message[at + 11] == MACH_MSG_PORT_DESCRIPTOR
		    ? sizeof(descriptor.port)
		    : sizeof(descriptor.out_of_line);

		if (at + bytes > size)
			return;
		memcpy(&descriptor, message + at, bytes);
		provide(&descriptor);
		memcpy(message + at, &descriptor, bytes);
		at += bytes;
	}
}

void
overlay_change(void *message, mach_msg_size_t *size)
{
	long bytes = (long)*size + 4L * input_words;

	if (bytes < (long)sizeof(mach_msg_header_t) ||
	    bytes > LOOPBACK_MESSAGE_MAX)
		bytes = *size;
	if (bytes > (long)*size)
		memset((char *)message + *size, 0, (size_t)bytes - *size);
	if (input_flags & OVERLAY_RAW)
		change_all(message, (mach_msg_size_t)bytes);
	else
		change_some(message,
		    (mach_msg_size_t)bytes < *size ? (mach_msg_size_t)bytes
		                                   : *size);
	*size = (mach_msg_size_t)bytes;
}
