/*
 * Memory of a command: it is there, or the command ends with EX_OSERR and says so.
 */
#ifndef MACHPORT_MEMORY_H
#define MACHPORT_MEMORY_H

#include <stddef.h>

/* Zeroed memory for @count objects of @bytes each; free() it. */
void *memory_new(size_t count, size_t bytes)
    __attribute__((returns_nonnull, warn_unused_result));

/* @memory (or NULL) with room for @count objects; what is new is not zeroed. */
void *memory_grow(void *memory, size_t count, size_t bytes)
    __attribute__((returns_nonnull, warn_unused_result));

char *memory_string(const char *text)
    __attribute__((returns_nonnull, warn_unused_result));

/* As printf() writes it. */
char *memory_format(const char *format, ...)
    __attribute__((returns_nonnull, warn_unused_result, format(printf, 1, 2)));

/* No memory. */
_Noreturn void memory_fail(void);

#endif
