/* The descriptors of a message, one after the other. */
#include "msg_walk.h"

#include <string.h>

void
msg_walk_begin(struct msg_walk *walk, void *message, uint64_t size)
{
	mach_msg_base_t base;

	memset(walk, 0, sizeof(*walk));
	if (size < sizeof(base.header))
		return;
	memcpy(&base.header, message, sizeof(base.header));
	if (!MACH_MSGH_BITS_IS_COMPLEX(base.header.msgh_bits) ||
	    size < sizeof(base))
		return;
	memcpy(&base, message, sizeof(base));
	walk->next = (unsigned char *)message + sizeof(base);
	walk->left = size - sizeof(base);
	if (base.body.msgh_descriptor_count <= walk->left / MSG_DESCRIPTOR_MIN)
		walk->count = base.body.msgh_descriptor_count;
}

/* Bytes of a descriptor; 0 if there is no such @type. */
static size_t
descriptor_bytes(mach_msg_descriptor_type_t type)
{
	switch (type) {
	case MACH_MSG_PORT_DESCRIPTOR:
		return sizeof(mach_msg_port_descriptor_t);
	case MACH_MSG_OOL_DESCRIPTOR:
	case MACH_MSG_OOL_VOLATILE_DESCRIPTOR:
		return sizeof(mach_msg_ool_descriptor_t);
	case MACH_MSG_OOL_PORTS_DESCRIPTOR:
		return sizeof(mach_msg_ool_ports_descriptor_t);
	case MACH_MSG_GUARDED_PORT_DESCRIPTOR:
		return sizeof(mach_msg_guarded_port_descriptor_t);
	default:
		return 0;
	}
}

bool
msg_walk_next(struct msg_walk *walk)
{
	mach_msg_descriptor_t *descriptor = &walk->descriptor;
	size_t bytes;

	if (walk->next_index >= walk->count ||
	    walk->left < sizeof(descriptor->type))
		return false;
	memcpy(&descriptor->type, walk->next, sizeof(descriptor->type));
	bytes = descriptor_bytes(descriptor->type.type);
	if (bytes == 0 || bytes > walk->left)
		return false;
	memcpy(descriptor, walk->next, bytes);
	walk->at = walk->next;
	walk->index = walk->next_index++;
	walk->next += bytes;
	walk->left -= bytes;
	return true;
}

bool
msg_walk_is_region(const struct msg_walk *walk)
{
	switch (walk->descriptor.type.type) {
	case MACH_MSG_OOL_DESCRIPTOR:
	case MACH_MSG_OOL_VOLATILE_DESCRIPTOR:
	case MACH_MSG_OOL_PORTS_DESCRIPTOR:
		return true;
	default:
		return false;
	}
}

uint64_t
msg_walk_bytes(const struct msg_walk *walk)
{
	const mach_msg_descriptor_t *descriptor = &walk->descriptor;

	switch (descriptor->type.type) {
	case MACH_MSG_OOL_DESCRIPTOR:
	case MACH_MSG_OOL_VOLATILE_DESCRIPTOR:
		return descriptor->out_of_line.size;
	case MACH_MSG_OOL_PORTS_DESCRIPTOR:
		return (uint64_t)descriptor->ool_ports.count *
		    sizeof(mach_port_name_t);
	default:
		return 0;
	}
}
