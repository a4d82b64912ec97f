/* An io_uring with one registered buffer, whose pages Linux pins. */
#ifndef PROCESS_HOSTILE_RING_H
#define PROCESS_HOSTILE_RING_H

#include <stddef.h>

/* NULL: this Linux has none, which it says. */
void *hostile_ring_new(void *memory, size_t bytes);

/* Have the first @bytes of @file read to @memory as it was then. */
void hostile_ring_read(void *rings, int file, void *memory, size_t bytes);

void hostile_ring_free(void *rings);

#endif
