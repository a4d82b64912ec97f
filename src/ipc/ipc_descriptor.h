/*
 * Descriptors: the items of a complex message, of 12 or 16 bytes, packed. A
 * walker reads the type byte at offset 11 and then knows the rest (messages.md
 * 4).
 *
 * The cursor copies each descriptor out, since they lie at any multiple of 4.
 */
#ifndef IPC_DESCRIPTOR_H
#define IPC_DESCRIPTOR_H

#include <string.h>

#include "ipc.h"

#define IPC_DESCRIPTORS_AT sizeof(mach_msg_base_t)
#define IPC_DESCRIPTOR_MIN sizeof(mach_msg_port_descriptor_t)

union ipc_descriptor {
	mach_msg_type_descriptor_t type;
	mach_msg_port_descriptor_t port;
	mach_msg_ool_descriptor_t ool;
	mach_msg_ool_ports_descriptor_t ool_ports;
	mach_msg_guarded_port_descriptor_t guarded;
};

static inline uint32_t
ipc_descriptor_size(const union ipc_descriptor *descriptor)
{
	return descriptor->type.type == MACH_MSG_PORT_DESCRIPTOR
	    ? sizeof(descriptor->port)
	    : sizeof(descriptor->ool);
}

/* A cursor over @end bytes at @bytes, of a message with @count descriptors. */
struct ipc_descriptors {
	const uint8_t *bytes;
	uint32_t end;
	uint32_t count;
	uint32_t index; /* of the next */
	uint32_t at;    /* its offset */
};

/* Over the descriptors of a message whose first @end bytes are at @bytes; none
 * if it is not complex. Nothing is checked here but that a body is there. */
static inline struct ipc_descriptors
ipc_descriptors_of(const uint8_t *bytes, uint32_t end)
{
	struct ipc_descriptors walk = {
	    .bytes = bytes, .end = end, .at = IPC_DESCRIPTORS_AT};
	mach_msg_base_t base;

	if (end >= sizeof(base)) {
		memcpy(&base, bytes, sizeof(base));
		if (base.header.msgh_bits & MACH_MSGH_BITS_COMPLEX)
			walk.count = base.body.msgh_descriptor_count;
	}
	return walk;
}

/* Copy the descriptor at the cursor out. False: it overruns the end; if at least
 * IPC_DESCRIPTOR_MIN bytes are left, those are copied, else *@out is zero. */
static inline bool
ipc_descriptor_peek(
    const struct ipc_descriptors *walk, union ipc_descriptor *out)
{
	uint32_t left = walk->end - walk->at;
	uint32_t bytes;

	memset(out, 0, sizeof(*out));
	if (left < IPC_DESCRIPTOR_MIN)
		return false;
	memcpy(out, walk->bytes + walk->at, IPC_DESCRIPTOR_MIN);
	bytes = ipc_descriptor_size(out);
	if (left < bytes)
		return false;
	memcpy(out, walk->bytes + walk->at, bytes);
	return true;
}

/* Go on behind @descriptor, which is the one at the cursor. */
static inline void
ipc_descriptor_skip(
    struct ipc_descriptors *walk, const union ipc_descriptor *descriptor)
{
	walk->at += ipc_descriptor_size(descriptor);
	walk->index++;
}

/* The same, after writing it back changed, but for its type, to @bytes: what the
 * cursor was made of. */
static inline void
ipc_descriptor_put(struct ipc_descriptors *walk, uint8_t *bytes,
    const union ipc_descriptor *descriptor)
{
	memcpy(bytes + walk->at, descriptor, ipc_descriptor_size(descriptor));
	ipc_descriptor_skip(walk, descriptor);
}

/* The bytes of out-of-line memory that a descriptor stands for. */
static inline uint64_t
ipc_descriptor_region(const union ipc_descriptor *descriptor)
{
	switch (descriptor->type.type) {
	case MACH_MSG_OOL_DESCRIPTOR:
	case MACH_MSG_OOL_VOLATILE_DESCRIPTOR:
		return descriptor->ool.size;
	case MACH_MSG_OOL_PORTS_DESCRIPTOR:
		return (uint64_t)descriptor->ool_ports.count *
		    sizeof(mach_port_name_t);
	default:
		return 0;
	}
}

#endif
