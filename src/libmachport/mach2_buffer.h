/*
 * Memory for one message while it is put from one form into the other.
 */
#ifndef LIBMACHPORT_MACH2_BUFFER_H
#define LIBMACHPORT_MACH2_BUFFER_H

#include <mach/message.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mach2_buffer {
	mach_msg_header_t *message;
	size_t size;         /* bytes at message */
	uint64_t small[256]; /* for most messages */
};

void mach2_buffer_init(struct mach2_buffer *buffer);
void mach2_buffer_deinit(struct mach2_buffer *buffer);

/* Make it @size bytes at least. What it held is lost, unless there is no memory:
 * false. */
bool mach2_buffer_grow(struct mach2_buffer *buffer, size_t size)
    __attribute__((warn_unused_result));

#endif
