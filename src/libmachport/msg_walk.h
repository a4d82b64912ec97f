/*
 * The descriptors of a message, one after the other (spec/messages.md 4).
 */
#ifndef LIBMACHPORT_MSG_WALK_H
#define LIBMACHPORT_MSG_WALK_H

#include <mach/message.h>
#include <stdbool.h>
#include <stdint.h>

/* The smallest descriptor; no message has more than fit in it. */
#define MSG_DESCRIPTOR_MIN sizeof(mach_msg_port_descriptor_t)

struct msg_walk {
	unsigned char *at; /* the descriptor of the last msg_walk_next() */
	uint32_t index;    /* its index */
	mach_msg_descriptor_t descriptor; /* a copy of it */
	/* What lies ahead. */
	unsigned char *next;
	uint32_t next_index;
	uint32_t count;
	uint64_t left; /* bytes */
};

/* Walk the message of @size bytes at @message, which is readable. One that is
 * not complex, or too short for its count, has no descriptors. */
void msg_walk_begin(struct msg_walk *walk, void *message, uint64_t size);

/* The next descriptor; false at the end, and at one that is cut off or of no
 * known type. */
bool msg_walk_next(struct msg_walk *walk);

/* Does the descriptor refer to memory, be it an array of ports, or nothing? */
bool msg_walk_is_region(const struct msg_walk *walk);

/* The memory that the descriptor refers to, in bytes: 0 if none. */
uint64_t msg_walk_bytes(const struct msg_walk *walk);

#endif
