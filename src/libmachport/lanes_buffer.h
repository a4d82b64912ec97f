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
#include <stdint.h>

/* Memory in one piece. */
struct lanes_buffer {
	uintptr_t first;
	uintptr_t end;
};

/* The one of this thread that was asked for last. initial-exec: the caller may be a handler,
 * which must not allocate memory. */
extern __thread struct lanes_buffer lanes_buffer_last
    __attribute__((tls_model("initial-exec")));

/* The same as below, of another. */
bool lanes_buffer_writable_slowly(void *buffer, size_t bytes);

/* Can all of it be written? No byte of it changes. */
static inline bool
lanes_buffer_writable(void *buffer, size_t bytes)
{
	const uintptr_t at = (uintptr_t)buffer;

	return (at >= lanes_buffer_last.first && at <= lanes_buffer_last.end &&
	           bytes <= lanes_buffer_last.end - at) ||
	    lanes_buffer_writable_slowly(buffer, bytes);
}

#endif
