/* Where a receiver wants the memory that a message brings. */
#include "msg_scatter.h"

#include <string.h>
#include <sys/mman.h>

#include "user_memory.h"

mach_msg_return_t
msg_scatter_init(struct msg_scatter *scatter, const void *list, uint32_t bytes)
{
	mach_msg_header_t *header;

	memset(scatter, 0, sizeof(*scatter));
	if (bytes < sizeof(mach_msg_base_t))
		return MACH_MSG_SUCCESS;
	if (!user_memory_readable(list, bytes))
		return MACH_RCV_INVALID_DATA;
	/* Not malloc(): a handler may have interrupted it. */
	header = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (header == MAP_FAILED)
		return MACH_MSG_IPC_KERNEL;
	memcpy(header, list, bytes);
	header->msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	scatter->copy = header;
	scatter->copy_bytes = bytes;
	msg_walk_begin(&scatter->walk, header, bytes);
	return MACH_MSG_SUCCESS;
}

void
msg_scatter_deinit(struct msg_scatter *scatter)
{
	if (scatter->copy)
		(void)munmap(scatter->copy, scatter->copy_bytes);
}

/* The first that is wrong is told. */
static void *
refuse(struct msg_scatter *scatter, mach_msg_return_t result)
{
	if (scatter->result == MACH_MSG_SUCCESS)
		scatter->result = result;
	return NULL;
}

/* Memory and volatile memory are alike. */
static bool
is_array(mach_msg_descriptor_type_t type)
{
	return type == MACH_MSG_OOL_PORTS_DESCRIPTOR;
}

void *
msg_scatter_next(struct msg_scatter *scatter, mach_msg_descriptor_type_t type,
    uint64_t bytes)
{
	/* Address and copy are in the same places for port arrays. */
	const mach_msg_ool_descriptor_t *place =
	    &scatter->walk.descriptor.out_of_line;

	do {
		if (!scatter->copy || !msg_walk_next(&scatter->walk))
			return NULL;
	} while (!msg_walk_is_region(&scatter->walk));
	if (is_array(place->type) != is_array(type))
		return refuse(scatter, MACH_RCV_INVALID_TYPE);
	if (place->copy != MACH_MSG_OVERWRITE || bytes == 0)
		return NULL;
	if (msg_walk_bytes(&scatter->walk) < bytes)
		return refuse(scatter, MACH_RCV_SCATTER_SMALL);
	return place->address;
}
