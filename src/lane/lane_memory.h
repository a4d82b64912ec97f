/*
 * The files of lanes and boards: memory that one process writes and others read.
 *
 * Sealed so that nobody, not by /proc either, can have a second writable mapping of it,
 * or make it shorter; and all its pages are there, so that a reader never makes one.
 */
#ifndef LANE_MEMORY_H
#define LANE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/**
 * lane_memory_new() - make memory that the caller alone can write
 * @name:		[in]  as Linux shows it
 * @memory_out:		[out] zeroed; not inherited by fork()
 * @descriptor_out:	[out] to hand over, and to close; with FD_CLOEXEC
 *
 * Return:	0 or a negative errno
 */
int lane_memory_new(
    const char *name, size_t bytes, void **memory_out, int *descriptor_out);

/* Is @descriptor such a file, of exactly @bytes, in memory, with all its pages and the four
 * seals, and little memory beyond its end? To be asked before it is mapped. Waits for
 * nothing. */
bool lane_memory_check(int descriptor, size_t bytes);

/* Map it for reading; not inherited by fork(). NULL: no memory. The descriptor is the
 * caller's. */
const void *lane_memory_map(int descriptor, size_t bytes);

/* The same of a file that ends with a ring of @ring_bytes, of which there is another mapping
 * right behind, @bytes + @ring_bytes in all: what goes over its end can be read in a row. NULL
 * also where what is before the ring is no multiple of a page. */
const void *lane_memory_map_ring(
    int descriptor, size_t bytes, size_t ring_bytes);

/* Any such mapping. NULL is fine. */
void lane_memory_unmap(const void *memory, size_t bytes);

#endif
