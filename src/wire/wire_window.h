/*
 * Windows: memory between a connection's task and the kernel, for regions of messages that
 * are small enough to be copied, and too large for a packet to be the way.
 *
 * A window is two memfds, each with one writer: the task makes the one that it writes, of
 * WIRE_WINDOW_BYTES, the kernel the other, of WIRE_WINDOW_PARTS times that. Each is sealed with
 * WIRE_WINDOW_SEALS once its maker has mapped it, so that nobody can map it for writing
 * any more. The task's has all its pages; of the kernel's, a part has them when it is first used.
 * What is in the task's counts from the request that tells of it until the answer. An answer
 * uses one part of the kernel's, the one that the request says; what is in it counts until
 * another request says the same. So the task can use a part as memory, and have answers in the
 * other meanwhile.
 *
 * Request: struct wire_window_request, with the task's memfd.
 * Answer: struct wire_window_answer; if error is 0, with the kernel's. A connection gets
 * one window, for good.
 */
#ifndef WIRE_WINDOW_H
#define WIRE_WINDOW_H

#include "wire_packet.h"

/* A region of 1 MiB, and others. A multiple of any page size. */
#define WIRE_WINDOW_BYTES ((uint32_t)1088 << 10)

#define WIRE_WINDOW_PARTS 2u

#define WIRE_WINDOW_SEALS                                                      \
	(F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL)

struct wire_window_request {
	struct wire_header header; /* WIRE_WINDOW; files 1 */
};

struct wire_window_answer {
	struct wire_header header;
	int32_t error;  /* 0, or a positive errno why not */
	uint32_t spare; /* 0 */
};

/* Is @packet a request, with the @files that it should have? */
bool wire_window_check(const void *packet, size_t bytes, unsigned files,
    struct wire_header *header_out);

#endif
