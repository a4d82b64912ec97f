/*
 * Memory that can be told to fail. Every allocation of the pure parts goes
 * through here, so that a test can make the first, second, third ... fail and
 * see that nothing was lost.
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>
#include <stdint.h>

/* Uninitialised memory, or NULL. @bytes is not 0. Free with base_free(). */
void *base_alloc(size_t bytes)
    __attribute__((malloc, alloc_size(1), warn_unused_result));

/* Zeroed memory for @count objects of @bytes each; NULL also on overflow. */
void *base_zalloc(size_t count, size_t bytes)
    __attribute__((malloc, alloc_size(1, 2), warn_unused_result));

/* @memory (or NULL) grown or shrunk to @count objects; NULL leaves it as is. */
void *base_realloc(void *memory, size_t count, size_t bytes)
    __attribute__((warn_unused_result));

void base_free(void *memory);

/* The @nth allocation from now on (1 is the next) fails, once; 0: none. */
void base_alloc_fail_at(uint64_t nth);

/* Has the failure that was asked for happened? */
int base_alloc_has_failed(void);

/* Objects allocated and not freed: 0 when everything was given back. */
uint64_t base_alloc_live(void);

#endif
