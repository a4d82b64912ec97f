/*
 * Where a receiver wants the memory that a message brings: MACHPORT_RCV_OVERWRITE
 * (<machport.h>). The list is in the receive buffer, and is read before that is
 * written to.
 */
#ifndef LIBMACHPORT_MSG_SCATTER_H
#define LIBMACHPORT_MSG_SCATTER_H

#include <mach/message.h>
#include <stdbool.h>
#include <stdint.h>

#include "msg_walk.h"

struct msg_scatter {
	struct msg_walk walk; /* of the copy */
	void *copy;           /* of the list; NULL: there is none */
	uint32_t copy_bytes;
	/* What is wrong with the list for the message: MACH_MSG_SUCCESS,
	 * MACH_RCV_INVALID_TYPE or MACH_RCV_SCATTER_SMALL. */
	mach_msg_return_t result;
};

/**
 * msg_scatter_init() - read a list of places
 * @scatter:	[out] to be given to msg_scatter_deinit(), on success
 * @list:	[in]  the program's, @bytes of it: a header, a body, and descriptors
 *
 * Return:	MACH_MSG_SUCCESS
 *		MACH_RCV_INVALID_DATA	it cannot be read
 *		MACH_MSG_IPC_KERNEL	no memory
 */
mach_msg_return_t msg_scatter_init(struct msg_scatter *scatter,
    const void *list, uint32_t bytes) __attribute__((warn_unused_result));
void msg_scatter_deinit(struct msg_scatter *scatter);

/* Where the next region of the message goes, whose descriptor is of @type, and which has
 * @bytes; NULL: into new memory. */
void *msg_scatter_next(struct msg_scatter *scatter,
    mach_msg_descriptor_type_t type, uint64_t bytes);

#endif
