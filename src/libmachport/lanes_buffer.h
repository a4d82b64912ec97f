/*
 * Buffers of the program that are known to be writable.
 *
 * A message that comes by a trap is written by Linux, which tells if it cannot; one that
 * comes by a lane is written here. Linux is asked of a buffer once, and of the same memory
 * not again by that thread: a program that makes its buffer unwritable later, and then
 * receives there by a lane, ends with SIGSEGV.
 */
#ifndef LIBMACHPORT_LANES_BUFFER_H
#define LIBMACHPORT_LANES_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/* Can all of it be written? No byte of it changes. */
bool lanes_buffer_writable(void *buffer, size_t bytes);

#endif
