/*
 * Memory that the program says is there. Where it is not, a call returns an
 * error, as one of a real kernel would, instead of crashing in the library.
 *
 * Linux is asked, by the cheapest calls that read or write at an address and do
 * nothing else. Most memory needs no asking: sendmsg() and recvmsg() tell.
 */
#ifndef LIBMACHPORT_USER_MEMORY_H
#define LIBMACHPORT_USER_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Can all of it be read? If it is less than 8 bytes, 8 are looked at. */
bool user_memory_readable(const void *memory, size_t bytes);

/* Is it surely there, to be read and written, without asking Linux? So is what is near the
 * caller's frame on the stack of this thread, in the heap that brk() makes, and in the
 * program's own variables. False: it has to be asked. */
bool user_memory_is_own(const void *memory, size_t bytes);

/* Copy to the program's @to; false if it cannot be written. @bytes is a
 * multiple of 4, and less than a page. */
bool user_memory_write(void *to, const void *from, size_t bytes);

/* Copy to the program's @to; false if not all of it can be written, and some may have
 * been. */
bool user_memory_copy(void *to, const void *from, size_t bytes);

#endif
