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
#include <stdint.h>

/* Can all of it be read? If it is less than 8 bytes, 8 are looked at. */
bool user_memory_readable(const void *memory, size_t bytes);

/* The same of what may be many pages, in a mapping or two: those are asked for, which takes
 * vm_lock. */
bool user_memory_much_readable(const void *memory, size_t bytes);

struct user_memory_range {
	uintptr_t begin;
	uintptr_t end;
};

/* The program's variables; found before main(). */
extern struct user_memory_range user_memory_variables;

static inline bool
user_memory_is_within(
    const void *memory, size_t bytes, const struct user_memory_range *range)
{
	const uintptr_t begin = (uintptr_t)memory;

	return begin >= range->begin && begin <= range->end &&
	    bytes <= range->end - begin;
}

/* The same as below, of what is no variable. */
bool user_memory_is_stack_or_heap(const void *memory, size_t bytes);

/* Is it surely there, to be read and written, without asking Linux? So is what is near the
 * caller's frame on the stack of this thread, in the heap that brk() makes, and in the
 * program's own variables. False: it has to be asked. */
static inline bool
user_memory_is_own(const void *memory, size_t bytes)
{
	return user_memory_is_within(memory, bytes, &user_memory_variables) ||
	    user_memory_is_stack_or_heap(memory, bytes);
}

/* Copy to the program's @to; false if it cannot be written. @bytes is a
 * multiple of 4, and less than a page. */
bool user_memory_write(void *to, const void *from, size_t bytes);

/* Copy to the program's @to; false if not all of it can be written, and some may have
 * been. */
bool user_memory_copy(void *to, const void *from, size_t bytes);

#endif
